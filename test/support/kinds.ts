/** Writers of two kinds that share their keys, in random programs, and an oracle of the keys that their items should have. */

import {
  type Changes,
  ConstraintViolation,
  Engine,
  InvalidOption,
  InvalidValue,
  type Item,
  key,
  MissingObjects,
  string,
  TransactionCanceled,
  table,
  WriteFailures,
  type WriteTransaction,
} from "bloop-dynamodb";
import type { Attributes } from "../../src/wire/attribute.js";
import { MemoryTable } from "./memory-dynamodb.js";
import { pick, type Random } from "./random.js";

const Pets = table("pets", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: "_type",
  indexes: {
    one: { hashKey: "k1", projection: "all" },
    two: { hashKey: "k2", rangeKey: "k3", projection: "all" },
  },
});
const shape = () => ({ id: string(), a: string(), b: string(), c: string() });
const Cat = Pets.model("Cat", shape(), {
  key: { pk: key`PET#${"id"}`, sk: key`PET` },
  indexes: {
    one: { on: "one", k1: key`CAT#${"a"}#${"b"}` },
    two: { on: "two", k2: key`${"b"}#${"c"}#${"id"}`, k3: key`CAT` },
  },
});
const Dog = Pets.model("Dog", shape(), {
  key: { pk: key`PET#${"id"}`, sk: key`PET` },
  indexes: { one: { on: "one", k1: key`DOG#${"a"}#${"c"}` } },
});
type Cat = Item<typeof Cat>;

type Kind = "Cat" | "Dog";

/** Values tell whose item they are of. */
const letters = { Cat: ["x", "y", "z"], Dog: ["p", "q", "r"] } as const;
const ids = ["1", "2"] as const;

function kindOf(item: Attributes | undefined): string | undefined {
  const kind = item?.["_type"];
  return kind !== undefined && "S" in kind ? kind.S : undefined;
}

/** The composed keys that an item should have, pasted together by hand. */
function keysOf(item: Attributes): { readonly [name: string]: string | undefined } {
  const S = (name: string) => {
    const value = item[name];
    return value !== undefined && "S" in value ? value.S : undefined;
  };
  const made = (...parts: (string | undefined)[]) =>
    parts.includes(undefined) ? undefined : parts.map((part) => `${part}#`).join("");
  const base = { pk: made("PET", S("id")), sk: "PET#" };
  if (S("_type") === "Dog") return { ...base, k1: made("DOG", S("a"), S("c")), k2: undefined, k3: undefined };
  return { ...base, k1: made("CAT", S("a"), S("b")), k2: made(S("b"), S("c"), S("id")), k3: "CAT#" };
}

/** What is wrong with an item, or undefined. A kind that only another program knows has keys that nobody here makes. */
function wrongOf(item: Attributes): string | undefined {
  if (kindOf(item) === "Newer") return undefined;
  for (const [name, wanted] of Object.entries(keysOf(item))) {
    const found = item[name];
    const text = found !== undefined && "S" in found ? found.S : undefined;
    if (text !== wanted) return `${name} is ${text}, and its parts make ${wanted}: ${JSON.stringify(item)}`;
  }
  return undefined;
}

/** What it answers, or throws. */
function answerOf(answer: () => object): object {
  try {
    return answer();
  } catch (error) {
    return error as Error;
  }
}

/** A client that takes its time, and looks at the table after each request: whether its keys and kinds are right. */
function watchedEngine(memory: MemoryTable, random: Random, kind: Kind): Engine {
  const client = {
    async send(command: { readonly constructor: { readonly name: string }; readonly input: object }) {
      for (let turns = Math.floor(random() * 4); turns > 0; turns--) await new Promise(setImmediate);
      const name = command.constructor.name.replace(/Command$/, "");
      // Nothing is waited for between this look and the next.
      const before = new Map(memory.items.map((item) => [JSON.stringify(item["pk"]), item]));
      const answer = answerOf(() => memory.answer(name, command.input as never));
      const after = new Map(memory.items.map((item) => [JSON.stringify(item["pk"]), item]));
      for (const item of after.values()) {
        const wrong = wrongOf(item);
        if (wrong !== undefined) throw new Error(`after ${name} ${JSON.stringify(command.input)}: ${wrong}`);
      }
      for (const [id, item] of before) {
        if (kindOf(item) !== kind && JSON.stringify(after.get(id)) !== JSON.stringify(item))
          throw new Error(`${name} of a ${kind} changed ${JSON.stringify(item)}: ${JSON.stringify(command.input)}`);
      }
      if (answer instanceof Error) throw answer;
      return answer as object;
    },
  };
  return new Engine({ dynamodb: client as never });
}

/** Some columns with values, or without. */
function someValues(
  random: Random,
  kind: Kind,
): { a?: string | undefined; b?: string | undefined; c?: string | undefined } {
  const values: { [name: string]: string | undefined } = {};
  for (const name of ["a", "b", "c"])
    if (random() < 0.5) values[name] = random() < 0.25 ? undefined : pick(random, letters[kind]);
  return values;
}

/** Cats and dogs have the same keys, so that one type serves for both. */
type Writer = typeof Cat;

interface Step {
  readonly engine: Engine;
  readonly model: Writer;
  readonly random: Random;
  /** The objects that the writer has, by id: whole ones and parts. */
  readonly loaded: Map<string, Cat>;
  readonly id: string;
  /** Some columns with values, or without. */
  values(): Partial<Cat>;
  /** A new object. */
  made(): Cat;
  /** What the writer has, or a new object. */
  readonly known: Cat;
}

function changesOf({ random, values }: Step): { changes: Changes<Writer>; given: object } {
  const entries = Object.entries(values()).filter(([, value]) => value !== undefined);
  return { changes: Object.fromEntries(entries) as Changes<Writer>, given: random() < 0.7 ? values() : {} };
}

function keep({ loaded, id }: Step, found: object | undefined): void {
  if (found !== undefined) loaded.set(id, found as Cat);
}

/** Loads of some columns: an object that does not know some parts. */
async function project(one: Step): Promise<void> {
  const { engine, model, random, id } = one;
  const projection = (["a", "b", "c", "id"] as const).filter((name) => name === "id" || random() < 0.5);
  const found = await engine.scan(model, { projection }).all();
  keep(
    one,
    found.find((object) => object.id === id),
  );
}

const inTransactions: { readonly [name: string]: (transaction: WriteTransaction, step: Step) => unknown } = {
  save: (transaction, { known }) => transaction.save(known),
  update(transaction, one) {
    const { changes, given } = changesOf(one);
    transaction.update(one.model, { id: one.id }, changes, { given });
  },
  delete: (transaction, { known }) => transaction.delete(known),
  "delete by key": (transaction, { model, id }) => transaction.delete(model, { id }),
  // The other item is written under the condition that this one is there, or is not.
  check(transaction, { model, random, id, made }) {
    const other = Object.assign(made(), { id: id === "1" ? "2" : "1" });
    const condition = random() < 0.5 ? model.a.exists() : model.a.notExists();
    transaction.check(model, { id }, condition).save(other);
  },
};

/** The ways of one writer. What it is refused is nothing to the oracle. */
const ways: { readonly [name: string]: (step: Step) => Promise<unknown> } = {
  save: ({ engine, made }) => engine.save(made()),
  async change(one) {
    const { engine, random, known, values } = one;
    Object.assign(known, values());
    const settings = [{ once: true }, { atomic: true }, { sync: "new" }, {}, {}, {}] as const;
    await engine.save(known, pick<object>(random, settings));
    keep(one, known);
  },
  load: async (one) => keep(one, await one.engine.get(one.model, { id: one.id })),
  reload: ({ engine, known }) => engine.load(known),
  project,
  update(one) {
    const { changes, given } = changesOf(one);
    return one.engine.update(one.model, { id: one.id }, changes, { given });
  },
  modify({ engine, model, id, made, values }) {
    const change = (object: object) => void Object.assign(object, values());
    return engine.modify(model, { id }, change, { create: made, attempts: 3 });
  },
  move: ({ engine, random, known, values }) =>
    engine.move(known, { id: pick(random, ids), ...values() } as Partial<Cat>, { quiet: true }),
  delete: ({ engine, known }) => engine.delete(known),
  "delete by key": ({ engine, model, id }) => engine.delete(model, { id }),
  putAll: ({ engine, made }) => engine.putAll([made()]),
  deleteAll: ({ engine, model, random, made }) => engine.deleteAll(random() < 0.5 ? [made()] : engine.scan(model)),
  transaction(one) {
    const { engine, random, known, values } = one;
    Object.assign(known, values());
    const way = inTransactions[pick(random, Object.keys(inTransactions))];
    return engine.transaction((transaction) => way?.(transaction, one));
  },
};
export const wayNames: readonly string[] = Object.keys(ways);
/** Changes are the most frequent, as in programs. */
const names = [...wayNames, "change", "change", "change", "save", "load", "move", "transaction"];

/** Another program, which has kinds that nobody here knows. */
function writeNewer(memory: MemoryTable, random: Random): void {
  const pk = { S: `PET#${pick(random, ids)}#` };
  const at = { pk, sk: { S: "PET#" } };
  const found = memory.get(at);
  if (found === undefined) memory.put({ ...at, _type: { S: "Newer" }, a: { S: "n" }, data: { S: "precious" } }, at);
  else if (kindOf(found) === "Newer") memory.remove(at);
}

/** The errors that a writer may meet, as a caller does: another one was there first, or a part is not known. */
const refusals = [ConstraintViolation, TransactionCanceled, MissingObjects, InvalidValue, InvalidOption];

/** The stored items that an error shows. Throws it if it is none that a writer may meet. */
function shownBy(error: unknown): readonly (object | undefined)[] {
  if (error instanceof WriteFailures) return error.failures.flatMap((failure) => shownBy(failure.error));
  if (!refusals.some((refusal) => error instanceof refusal)) throw error;
  if (error instanceof TransactionCanceled) return error.reasons.map(({ current }) => current);
  return error instanceof ConstraintViolation ? [error.current] : [];
}

/** Throws for an object that has values of another kind's item. */
function assertOwn(kind: Kind, object: unknown): void {
  const { a, b, c } = Object(object) as Partial<Cat>;
  for (const value of [a, b, c])
    if (value !== undefined && !letters[kind].some((letter) => letter === value))
      throw new Error(`a ${kind} has the value ${value} of another kind's item`);
}

/** Runs writers side by side. Gives how many steps were done, and how many refused. Throws what the watch found. */
export async function runKinds(random: Random, steps: number): Promise<{ done: string[]; refused: string[] }> {
  const memory = new MemoryTable(["pk", "sk"]);
  const counts = { done: [] as string[], refused: [] as string[] };
  const writer = async (kind: Kind) => {
    const engine = watchedEngine(memory, random, kind);
    const model = (kind === "Cat" ? Cat : Dog) as Writer;
    const loaded = new Map<string, Cat>();
    for (let count = 0; count < steps; count++) {
      const [id, way] = [pick(random, ids), pick(random, names)];
      const values = () => someValues(random, kind);
      const made = () => new model({ id, ...values() } as never);
      if (random() < 0.05) writeNewer(memory, random);
      const one = { engine, model, random, loaded, id, values, made, known: loaded.get(id) ?? made() };
      try {
        assertOwn(kind, await ways[way]?.(one));
        counts.done.push(way);
      } catch (error) {
        for (const current of shownBy(error)) assertOwn(kind, current);
        counts.refused.push(way);
      }
      for (const object of loaded.values()) assertOwn(kind, object);
    }
  };
  await Promise.all([writer("Cat"), writer("Cat"), writer("Cat"), writer("Dog")]);
  return counts;
}
