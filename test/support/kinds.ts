/** Writers of two kinds that share their keys, in random programs, and an oracle of the keys that their items should have. */

import { type Changes, Engine, type Item, key, string, table } from "bloop-dynamodb";
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

const letters = ["x", "y", "z"] as const;
const ids = ["1", "2"] as const;

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

/** What is wrong with an item, or undefined. */
function wrongOf(item: Attributes): string | undefined {
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
function watchedEngine(memory: MemoryTable, random: Random, kind: "Cat" | "Dog"): Engine {
  const kindAt = (item: Attributes | undefined) => JSON.stringify(item?.["_type"]);
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
        const isOurs = kindAt(item) === JSON.stringify({ S: kind });
        if (!isOurs && JSON.stringify(after.get(id)) !== JSON.stringify(item))
          throw new Error(`${name} of a ${kind} changed ${JSON.stringify(item)}: ${JSON.stringify(command.input)}`);
      }
      if (answer instanceof Error) throw answer;
      return answer as object;
    },
  };
  return new Engine({ dynamodb: client as never });
}

/** Some columns with values, or without. */
function someValues(random: Random): { a?: string | undefined; b?: string | undefined; c?: string | undefined } {
  const values: { [name: string]: string | undefined } = {};
  for (const name of ["a", "b", "c"])
    if (random() < 0.5) values[name] = random() < 0.25 ? undefined : pick(random, letters);
  return values;
}

type Writer = typeof Cat | typeof Dog;

/** One step of a writer. What it is refused is nothing to the oracle. */
async function step(engine: Engine, model: Writer, random: Random, loaded: Map<string, object>): Promise<void> {
  const id = pick(random, ids);
  const made = () => new (model as typeof Cat)({ id, ...someValues(random) } as never);
  const known = (loaded.get(id) as Cat | undefined) ?? made();
  switch (
    pick(random, ["save", "change", "change", "load", "update", "modify", "delete", "putAll", "transact", "project"])
  ) {
    case "save":
      await engine.save(made());
      return;
    case "change":
      Object.assign(known, someValues(random));
      await engine.save(known, random() < 0.2 ? { once: true } : {});
      loaded.set(id, known);
      return;
    case "load": {
      const found = await engine.get(model as typeof Cat, { id });
      if (found !== undefined) loaded.set(id, found);
      return;
    }
    case "update": {
      const entries = Object.entries(someValues(random)).filter(([, value]) => value !== undefined);
      const given = random() < 0.7 ? someValues(random) : {};
      await engine.update(model as typeof Cat, { id }, Object.fromEntries(entries) as Changes<typeof Cat>, { given });
      return;
    }
    case "modify": {
      const change = (one: object) => void Object.assign(one, someValues(random));
      await engine.modify(model as typeof Cat, { id }, change, { create: made, attempts: 3 });
      return;
    }
    case "delete":
      await engine.delete(known);
      return;
    case "putAll":
      await engine.putAll([made()]);
      return;
    case "project":
      loaded.delete(id);
      return;
    default:
      Object.assign(known, someValues(random));
      await engine.transaction((transaction) => transaction.save(known));
  }
}

/** Runs writers side by side. Gives how many steps were done and how many refused. Throws what the watch found. */
export async function runKinds(random: Random, steps: number): Promise<{ done: number; refused: number }> {
  const memory = new MemoryTable(["pk", "sk"]);
  const counts = { done: 0, refused: 0 };
  const writer = async (kind: "Cat" | "Dog") => {
    const engine = watchedEngine(memory, random, kind);
    const loaded = new Map<string, object>();
    for (let count = 0; count < steps; count++) {
      try {
        await step(engine, kind === "Cat" ? Cat : Dog, random, loaded);
        counts.done++;
      } catch (error) {
        const chain = `${String(error)} ${String((error as Error).cause)}`;
        if (/^Error: (?:after|\w+ of a)| Error: (?:after|\w+ of a)/.test(chain) || !/^(?:\w+): /.test(String(error)))
          throw error;
        if (error instanceof TypeError) throw error;
        counts.refused++;
      }
    }
  };
  await Promise.all([writer("Cat"), writer("Cat"), writer("Cat"), writer("Dog")]);
  return counts;
}
