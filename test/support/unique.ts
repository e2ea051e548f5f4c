/** Writers of items with unique values, in random programs, and what has to be true after each request. */

import {
  ConstraintViolation,
  Engine,
  type Item,
  integer,
  key,
  setIfMissing,
  string,
  TransactionCanceled,
  table,
  UniqueViolation,
} from "bloop-dynamodb";
import type { Attributes } from "../../src/wire/attribute.js";
import type { MemoryTable, Request } from "./memory-dynamodb.js";
import { pick, type Random } from "./random.js";

const People = table("people", { hashKey: "pk", rangeKey: "sk", kind: "_type" });
const User = People.model(
  "User",
  { id: string(), email: string(), team: string(), seat: integer(), note: string() },
  { key: { pk: key`USER#${"id"}`, sk: key`PROFILE` }, unique: ["email", ["team", "seat"]] },
);
type User = Item<typeof User>;

const ids = ["1", "2", "3"] as const;
const emails = ["x", "y"] as const;
const teams = ["a", "b"] as const;

const textOf = (item: Attributes, name: string): string | undefined => {
  const value = item[name];
  if (value === undefined) return undefined;
  return "S" in value ? value.S : "N" in value ? value.N : undefined;
};
const isUser = (item: Attributes) => textOf(item, "_type") === "User";

/** The values of an item that no other one may have. */
function valuesOf(item: Attributes): string[] {
  const [email, team, seat] = ["email", "team", "seat"].map((name) => textOf(item, name));
  return [
    ...(email === undefined ? [] : [`email ${email}`]),
    ...(team === undefined || seat === undefined ? [] : [`team ${team} seat ${seat}`]),
  ];
}

/** By the text of a value: the hash key of the item that its marker names. */
function ownersIn(items: readonly Attributes[]): Map<string, string> {
  const owners = new Map<string, string>();
  for (const item of items) {
    if (isUser(item)) continue;
    const [, , names, ...values] = (textOf(item, "pk") ?? "").split("#");
    const owner = item["bloop_owner"];
    const hash = owner !== undefined && "M" in owner ? textOf(owner.M, "pk") : undefined;
    // A seat is written as an encoded number: "2" is zero, and 31311 is one.
    const text = names === "email" ? `email ${values[0]}` : `team ${values[0]} seat ${values[1] === "2" ? 0 : 1}`;
    owners.set(text, hash ?? "");
  }
  return owners;
}

/** The values that another program has put back, by item: nobody asked whether they are free. */
type PutBack = Set<string>;

/** What is wrong with all items, or undefined. */
function wrongOf(items: readonly Attributes[], putBack: PutBack): string | undefined {
  const owners = ownersIn(items);
  const seen = new Map<string, string>();
  const held = new Set(
    items.filter(isUser).flatMap((item) => valuesOf(item).map((value) => `${textOf(item, "pk")} ${value}`)),
  );
  // Once it is gone, whoever has it again has it by bloop.
  for (const one of putBack) if (!held.has(one)) putBack.delete(one);
  for (const item of items.filter(isUser)) {
    const id = textOf(item, "pk") ?? "";
    for (const value of valuesOf(item)) {
      if (putBack.has(`${id} ${value}`)) continue;
      if (seen.has(value)) return `${id} and ${seen.get(value)} both have ${value}`;
      seen.set(value, id);
      if (owners.get(value) !== id) return `${id} has ${value}, and its marker names ${owners.get(value)}`;
    }
  }
  return undefined;
}

/** Attributes in another order than they were sent in: DynamoDB has none. */
function reordered<T>(value: T): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(reordered) as T;
  const entries = Object.entries(value).map(([name, inner]) => [name, reordered(inner)] as const);
  return Object.fromEntries(entries.reverse()) as T;
}

/** What a request is answered with, or the error. */
function answerOf(memory: MemoryTable, { constructor: { name }, input }: Sent): object {
  try {
    return reordered(memory.answer(name.replace(/Command$/, ""), input));
  } catch (error) {
    const { CancellationReasons: reasons } = error as { CancellationReasons?: unknown };
    throw reasons === undefined ? error : Object.assign(error as Error, { CancellationReasons: reordered(reasons) });
  }
}

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: Request;
}

interface World {
  readonly memory: MemoryTable;
  readonly random: Random;
  /** The share of requests whose answer is lost. */
  readonly lost: number;
}

/** A world with the part of all steps and values that a run is about: few of them meet each other more often. */
interface Part extends World {
  readonly steps: readonly Step[];
  readonly ids: readonly string[];
  readonly columns: readonly Column[];
  readonly putBack: PutBack;
  /** Items as they once were. */
  readonly earlier: Attributes[];
}

/** A client that takes its time, loses answers, and looks at the table after each request. */
function watchedEngine({ memory, random, lost, putBack }: Part): Engine {
  const done = new Map<string, object>();
  const client = {
    async send(command: Sent): Promise<object> {
      for (let turns = Math.floor(random() * 4); turns > 0; turns--) await new Promise(setImmediate);
      const token = command.input["ClientRequestToken"];
      const known = typeof token === "string" ? done.get(token) : undefined;
      if (known !== undefined) return known;
      const answer = answerOf(memory, command);
      if (typeof token === "string") done.set(token, answer);
      const wrong = wrongOf(memory.items, putBack);
      if (wrong !== undefined) throw new Error(`after ${JSON.stringify(command.input)}: ${wrong}`);
      if (random() >= lost) return answer;
      // Half of them are sent again by the SDK, which then gets an answer; of the others nobody knows.
      if (random() < 0.5) return client.send(command);
      throw Object.assign(new Error("socket hang up"), { name: "TimeoutError" });
    },
  };
  return new Engine({ dynamodb: client as never });
}

type Column = "email" | "team" | "seat" | "note";

/** Some columns with values, or without. */
function someValues({ random, columns }: Part): Partial<Record<Column, never>> {
  const values: Record<string, unknown> = {};
  const maybe = (name: Column, from: readonly unknown[]) => {
    if (columns.includes(name) && random() < 0.5) values[name] = random() < 0.25 ? undefined : pick(random, from);
  };
  maybe("email", emails);
  maybe("team", teams);
  maybe("seat", [0, 1]);
  if (random() < 0.3) values["note"] = pick(random, ["n", "m"]);
  return values as Record<string, never>;
}

function defined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

const steps = [
  ...["save", "save", "change", "change", "change", "load", "update", "update", "action", "modify"],
  ...["delete", "deleteByKey", "swap", "swap", "handOver", "mixed", "mixed", "expire", "putBack"],
] as const;
type Step = (typeof steps)[number];

/** At random: all of them, or some. */
function partOf(world: World): Part {
  const { random } = world;
  const some = <One>(all: readonly One[], least: number): readonly One[] => {
    if (random() < 0.3) return all;
    const found = all.filter(() => random() < 0.5);
    return found.length < least ? all : found;
  };
  const columns = ["email", "team", "seat", "note"] as const;
  return {
    ...world,
    steps: some(steps, 2),
    ids: some(ids, 2),
    columns: random() < 0.4 ? ["email", "note"] : columns,
    putBack: new Set(),
    earlier: [],
  };
}

/** One step of a writer. */
async function step(engine: Engine, part: Part, loaded: Map<string, User>): Promise<void> {
  const { memory, random } = part;
  const [id, other] = [pick(random, part.ids), pick(random, part.ids)];
  const made = (one: string = id) => new User({ id: one, ...defined(someValues(part)) });
  const known = (one: string = id) => loaded.get(one) ?? made(one);
  const what = pick(random, part.steps);
  switch (what) {
    case "save":
      return void (await engine.save(made()));
    case "change": {
      const user = Object.assign(known(), someValues(part));
      loaded.set(id, user);
      return void (await engine.save(user, random() < 0.2 ? { once: true } : random() < 0.2 ? { atomic: true } : {}));
    }
    case "load": {
      const found = await engine.get(User, { id });
      if (found === undefined) loaded.delete(id);
      else loaded.set(id, found);
      return;
    }
    case "update":
      return void (await engine.update(User, { id }, defined(someValues(part))));
    case "action":
      return void (await engine.update(User, { id }, { email: setIfMissing(pick(random, emails)) }));
    case "modify": {
      const change = (user: User) => void Object.assign(user, someValues(part));
      return void (await engine.modify(User, { id }, change, { create: () => made(), attempts: 3 }));
    }
    case "delete":
      return void (await engine.delete(known()));
    case "deleteByKey":
      return void (await engine.delete(User, { id }));
    case "expire":
      return memory.remove({ pk: { S: `USER#${id}#` }, sk: { S: "PROFILE#" } });
    case "putBack":
      return putBack(part);
    default:
      return together(engine, part, { what, id, other, known, made });
  }
}

interface Pair {
  readonly what: string;
  readonly id: string;
  readonly other: string;
  known(id: string): User;
  made(id: string): User;
}

/** Another program puts an item back as it once was, and knows nothing of markers. */
function putBack({ memory, random, earlier, putBack: all }: Part): void {
  const users = memory.items.filter(isUser);
  earlier.push(...users);
  if (earlier.length === 0) return;
  const item = pick(random, earlier);
  const id = textOf(item, "pk");
  const before = memory.get(item);
  const same = new Set(before === undefined ? [] : valuesOf(before));
  memory.put(item, item);
  for (const value of valuesOf(item)) if (!same.has(value)) all.add(`${id} ${value}`);
}

/** Two items in one transaction. */
async function together(engine: Engine, part: Part, { what, id, other, known, made }: Pair): Promise<void> {
  const { random } = part;
  if (id === other) return;
  const [one, two] = [known(id), known(other)];
  if (what === "swap") {
    [one.email, two.email] = [two.email, one.email];
    return engine.transaction().save([one, two]).commit();
  }
  const values = defined(someValues(part));
  if (what === "handOver") return engine.transaction().delete(User, { id }).save(made(other)).commit();
  const mixed = engine.transaction().save(Object.assign(one, values));
  if (random() < 0.5) mixed.update(User, { id: other }, { note: "t" });
  else mixed.check(User, { id: other }, User.note.notExists().or(User.note.exists()));
  return mixed.commit();
}

const refusals = [ConstraintViolation, TransactionCanceled];

/** Errors that a user has to expect. */
function isExpected(error: unknown): boolean {
  const text = String(error);
  return (
    refusals.some((kind) => error instanceof kind) ||
    /socket hang up|would have the same value|was changed from/.test(text)
  );
}

/** Runs writers side by side, and then asks for every value. Gives how many steps were done and refused. */
export async function runUnique(world: World, { writers, length }: { writers: number; length: number }) {
  const counts = { done: 0, refused: 0, taken: 0 };
  const part = partOf(world);
  const writer = async () => {
    const engine = watchedEngine(part);
    const loaded = new Map<string, User>();
    for (let count = 0; count < length; count++) {
      try {
        await step(engine, part, loaded);
        counts.done++;
      } catch (error) {
        if (!isExpected(error)) throw error;
        counts.refused++;
        if (error instanceof UniqueViolation) counts.taken++;
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  assertNoneLeft(part);
  if (part.putBack.size === 0) await assertFree(part);
  return counts;
}

/** If nothing expires and nothing is put back, the markers are those of the values. */
function assertNoneLeft({ memory: { items }, steps: all }: Part): void {
  if (all.includes("expire") || all.includes("putBack")) return;
  const values = new Set(items.filter(isUser).flatMap(valuesOf));
  const stale = [...ownersIn(items).keys()].filter((value) => !values.has(value));
  if (stale.length > 0) throw new Error(`markers were left: ${stale}`);
}

/** Each value can be had if nobody has it, and is refused in its owner's name if somebody has. */
async function assertFree(part: Part): Promise<void> {
  const engine = watchedEngine({ ...part, lost: 0 });
  const values = [
    ...emails.map((email) => ({ email, text: `email ${email}` })),
    ...teams.flatMap((team) => [0, 1].map((seat) => ({ team, seat, text: `team ${team} seat ${seat}` }))),
  ];
  for (const { text, ...given } of values) {
    const owner = part.memory.items.find((item) => isUser(item) && valuesOf(item).includes(text));
    const error = await engine.save(new User({ id: `new ${text}`, ...given })).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (owner === undefined && error !== undefined) throw new Error(`nobody has ${text}, and it is refused: ${error}`);
    if (owner === undefined) continue;
    if (!(error instanceof UniqueViolation)) throw new Error(`${textOf(owner, "id")} has ${text}, and so has another`);
    if ((error.owner as { id?: string }).id !== textOf(owner, "id"))
      throw new Error(`${textOf(owner, "id")} has ${text}, and the error names another: ${error}`);
  }
}
