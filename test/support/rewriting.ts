/** Rewritings beside writers of the new program, in random programs, with ends at any request: what has to be true of each. */

import {
  ConstraintViolation,
  Engine,
  integer,
  key,
  MissingObjects,
  string,
  TransactionCanceled,
  table,
} from "bloop-dynamodb";
import { type KeyFinding, type KeyReport, rewriteKeys } from "bloop-dynamodb/rewrite";
import type { Attributes } from "../../src/wire/attribute.js";
import { MemoryTable, type Request } from "./memory-dynamodb.js";
import { pick, type Random } from "./random.js";

const declared = () =>
  table("orders", {
    hashKey: "pk",
    rangeKey: "sk",
    kind: "_type",
    indexes: { gsi1: { hashKey: "g", rangeKey: "h", projection: "all" } },
  });
const shape = () => ({
  id: string(),
  status: string(),
  email: string(),
  note: string(),
  count: integer(),
  version: integer().version(),
});
const OldOrder = declared().model("Order", shape(), {
  key: { pk: key`ORDER#${"id"}`, sk: key`ORDER` },
  indexes: { byStatus: { on: "gsi1", g: key`OLD#${"status"}`, h: key`${"note"}` } },
});
/** Of the same table's key, or of another one. */
const orderOf = (first: "ORDER" | "O") =>
  declared().model("Order", shape(), {
    key: { pk: first === "O" ? key`O#${"id"}` : key`ORDER#${"id"}`, sk: key`ORDER` },
    indexes: { byStatus: { on: "gsi1", g: key`NEW#${"status"}`, h: key`${"note"}#${"id"}` } },
    unique: ["email"],
  });
type Order = ReturnType<typeof orderOf> | typeof OldOrder;
const models = { ORDER: orderOf("ORDER"), O: orderOf("O") };

const ids = ["1", "2", "3", "4"] as const;
const emails = ["x", "y", "z", "u"] as const;
const letters = ["a", "b"] as const;

const textOf = (item: Attributes | undefined, name: string): string | undefined => {
  const value = item?.[name];
  return value !== undefined && "S" in value ? value.S : value !== undefined && "N" in value ? value.N : undefined;
};
const isOrder = (item: Attributes) => textOf(item, "_type") === "Order";

/** The values that belong to users, by the order's id: no rewriting may change any of them. */
function valuesIn(items: readonly Attributes[]): string {
  const views = items.filter(isOrder).map((item) => {
    const { pk: _pk, g: _g, h: _h, version: _version, ...values } = item;
    return JSON.stringify(Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1)));
  });
  return views.sort().join("\n");
}

/** What is wrong with the keys of all items, pasted together by hand; undefined if nothing is. */
function wrongIn(items: readonly Attributes[], first: "ORDER" | "O"): string | undefined {
  for (const item of items.filter(isOrder)) {
    const [id, status, note] = ["id", "status", "note"].map((name) => textOf(item, name));
    const wanted = {
      pk: `${first}#${id}#`,
      g: status === undefined ? undefined : `NEW#${status}#`,
      h: note === undefined ? undefined : `${note}#${id}#`,
    };
    for (const [name, text] of Object.entries(wanted))
      if (textOf(item, name) !== text) return `${name} of ${id} is ${textOf(item, name)}, and should be ${text}`;
    const email = textOf(item, "email");
    const marker = items.find((one) => textOf(one, "pk") === `UNIQUE#Order#email#${email}#`);
    const owner = marker?.["bloop_owner"];
    if (email !== undefined && !(owner !== undefined && "M" in owner && textOf(owner.M, "pk") === wanted.pk))
      return `the marker of ${email} does not name ${id}`;
  }
  return undefined;
}

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: Request;
}

interface Slow {
  /** The most turns that a request takes. */
  readonly turns: number;
  /** Is given what a request does. */
  watch(request: () => object): object;
}

/** A client that takes its time. */
function engineOf(
  memory: MemoryTable,
  random: Random,
  { turns: most, watch }: Slow = { turns: 3, watch: (run) => run() },
): Engine {
  const client = {
    async send(command: Sent): Promise<object> {
      for (let turns = Math.floor(random() * (most + 1)); turns > 0; turns--) await new Promise(setImmediate);
      return watch(() => memory.answer(command.constructor.name.replace(/Command$/, ""), command.input));
    },
  };
  return new Engine({ dynamodb: client as never });
}

const killed = "the process was killed";

/** An engine of which no request changes a user's value, and that is dead after so many requests. */
function rewritingEngine(memory: MemoryTable, random: Random, life: number): Engine {
  let left = life;
  const watch: Slow["watch"] = (run) => {
    if (left-- <= 0) throw Object.assign(new Error(killed), { name: "AbortError" });
    const before = valuesIn(memory.items);
    const answer = run();
    const after = valuesIn(memory.items);
    if (before !== after) throw new Error(`a rewriting changed\n${before}\nto\n${after}`);
    return answer;
  };
  return engineOf(memory, random, { turns: 30, watch });
}

/** Orders of the old program, with values that are unique for most of them. */
async function fill(memory: MemoryTable, random: Random): Promise<void> {
  const engine = engineOf(memory, random);
  for (const [index, id] of ids.entries()) {
    const email = random() < 0.2 ? pick(random, emails) : emails[index];
    const some = random() < 0.8 ? { status: pick(random, letters) } : {};
    await engine.save(new OldOrder({ id, note: pick(random, letters), count: 0, ...some, ...(email && { email }) }));
  }
}

const refusals = [ConstraintViolation, TransactionCanceled, MissingObjects];

/** One step of a writer of the new program. `added` counts what was added to an order. */
async function step(engine: Engine, model: Order, random: Random): Promise<void> {
  const id = pick(random, ids);
  const found = await engine.get(model, { id }, { consistent: true });
  // Of another table's key, it is not there yet.
  if (found === undefined) return;
  const what = pick(random, ["status", "note", "email", "remove", "delete", "count"] as const);
  if (what === "delete" && random() < 0.3) return void (await engine.delete(found));
  if (what === "remove") found.status = undefined;
  else if (what === "email") found.email = random() < 0.3 ? undefined : pick(random, emails);
  else if (what === "count") found.count = (found.count ?? 0) + 1;
  else if (what !== "delete") found[what] = pick(random, letters);
  await engine.save(found);
}

export interface RewritingRun {
  readonly random: Random;
  readonly first: "ORDER" | "O";
}

/** Runs rewritings that are killed, and one that comes to its end, beside writers. Returns the outcomes of all. */
export async function runRewriting({ random, first }: RewritingRun): Promise<KeyReport["outcomes"]> {
  const memory = new MemoryTable(["pk", "sk"], random);
  await fill(memory, random);
  let isOver = false;
  const writer = async () => {
    const engine = engineOf(memory, random);
    while (!isOver) {
      // While items move, the old program may still be at work. The keys of indexes that it writes would be stale.
      const model = first === "O" && random() < 0.7 ? OldOrder : models[first];
      await step(engine, model, random).catch((error) => {
        if (!refusals.some((kind) => error instanceof kind)) throw error;
      });
    }
  };
  const writers = [writer(), writer()];
  const reports = await rewriteBeside(memory, random, first).finally(() => {
    isOver = true;
  });
  await Promise.all(writers);
  // Which of two keeps a value is not decided by a rewriting.
  const wasLeft = reports.findings.some(({ outcome }) => outcome === "left");
  const rest: KeyFinding[] = [];
  const engine = rewritingEngine(memory, random, Number.POSITIVE_INFINITY);
  await rewriteKeys(engine, models[first], { finding: (one) => void rest.push(one) });
  const left = rest.filter(({ outcome }) => outcome === "left");
  const wrong = wrongIn(memory.items, first);
  if (left.length === 0 && wrong !== undefined) throw new Error(wrong);
  if (left.some(({ problem }) => problem !== "duplicate" && problem !== "key" && problem !== "attributes"))
    throw new Error(`left: ${JSON.stringify(left)}`);
  if (left.length > 0) assertTwice(memory.items, left);
  if (!wasLeft && rest.some(({ outcome, problem }) => outcome === "rewritten" && problem === "attributes"))
    throw new Error(`a rewriting came to its end, and left something: ${JSON.stringify(rest)}`);
  return reports.outcomes;
}

/** Nothing is left but for the sake of a value that two items have. */
function assertTwice(items: readonly Attributes[], left: readonly KeyFinding[]): void {
  const values = items.filter(isOrder).flatMap((item) => textOf(item, "email") ?? []);
  if (new Set(values).size === values.length) throw new Error(`no value is there twice: ${JSON.stringify(left)}`);
}

async function rewriteBeside(memory: MemoryTable, random: Random, first: "ORDER" | "O") {
  const findings: KeyFinding[] = [];
  let token: KeyReport["token"];
  for (let lives = Math.floor(random() * 4); ; lives--) {
    const engine = rewritingEngine(memory, random, lives > 0 ? Math.floor(random() * 25) : Number.POSITIVE_INFINITY);
    try {
      const report = await rewriteKeys(engine, models[first], {
        pageSize: 1 + Math.floor(random() * 3),
        segments: 2,
        concurrency: 2,
        ...(random() < 0.5 && token && { token }),
        progress: (now) => {
          token = JSON.parse(JSON.stringify(now)).token;
        },
        finding: (one) => void findings.push(one),
      });
      return { findings, outcomes: report.outcomes };
    } catch (error) {
      if (lives <= 0 || !String(error).includes(killed)) throw error;
    }
  }
}
