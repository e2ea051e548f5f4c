/**
 * A closed world: random models, random operations of several writers with stale objects. Whatever is accepted, each item
 * that is there loads with the same model afterwards.
 *
 * BLOOP_CLOSED_RUNS says how many programs to run, BLOOP_SEED which. A failure prints its seed and the smallest program.
 */

import { BloopError, Engine, type Item, integer, model, remove, string } from "bloop-dynamodb";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AnyType, Type } from "../../src/types/type.js";
import { kinds } from "../support/closed-kinds.js";
import { effort } from "../support/effort.js";
import { MemoryTable, type Request } from "../support/memory-dynamodb.js";

const numRuns = Number(process.env["BLOOP_CLOSED_RUNS"] ?? effort(300, 3000));
const seed = Number(process.env["BLOOP_SEED"] ?? 20_263);

const operations = ["save", "update", "act", "transaction", "modify", "delete", "putAll", "load"] as const;

const step = fc.record({
  operation: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...operations) },
    { weight: 4, arbitrary: fc.constantFrom("save", "update") },
  ),
  writer: fc.nat(2),
  /** Which columns are changed, and how: numbers that choose from whatever there is. */
  picks: fc.array(fc.tuple(fc.nat(99), fc.nat(99)), { minLength: 1, maxLength: 3 }),
  once: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

const column = fc.record({ kind: fc.constantFrom(...Object.keys(kinds)), isRequired: fc.boolean() });
const program = fc.record({
  columns: fc.uniqueArray(column, { minLength: 1, maxLength: 4, selector: ({ kind }) => kind }),
  isVersioned: fc.integer({ min: 0, max: 3 }).map((number) => number === 3),
  start: fc.array(fc.nat(99), { minLength: 4, maxLength: 4 }),
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
});
type Program = typeof program extends fc.Arbitrary<infer One> ? One : never;

const counts = { accepted: 0, refused: 0 };

const at = <One>(all: readonly One[], index: number): One => {
  const found = all[index % all.length];
  if (found === undefined) throw new Error("nothing to choose from");
  return found;
};

function modelOf({ columns, isVersioned }: Program) {
  const shape: Record<string, AnyType> = { id: string().hashKey() };
  for (const { kind, isRequired } of columns) {
    const { type } = kinds[kind] ?? {};
    if (type !== undefined) shape[kind] = isRequired ? (type as Type<unknown>).required() : type;
  }
  if (isVersioned) shape["version"] = integer().version();
  return model("Any", shape);
}
type Any = Item<ReturnType<typeof modelOf>> & Record<string, unknown>;

function engineOn(table: MemoryTable): Engine {
  const send = async (command: { readonly constructor: { readonly name: string }; readonly input: Request }) =>
    table.answer(command.constructor.name.replace(/Command$/, ""), command.input);
  return new Engine({ dynamodb: { send } as never });
}

/** Values, actions and removals by column. */
function changesOf({ columns }: Program, { picks }: Step): Record<string, unknown> {
  return Object.fromEntries(
    picks.map(([which, how]) => {
      const { kind, isRequired } = at(columns, which);
      const { values = [], actions = [] } = kinds[kind] ?? {};
      return [kind, at([...values, ...actions, ...(isRequired ? [] : [remove()])], how)];
    }),
  );
}

function change({ columns }: Program, { picks }: Step, object: Any): void {
  for (const [which, how] of picks) {
    const { kind } = at(columns, which);
    const { values = [], changes = [] } = kinds[kind] ?? {};
    const all = [...values.map((value) => () => value), ...changes, ...changes, () => undefined];
    const made = at(all, how)(object[kind] as never);
    object[kind] = typeof made === "object" && made !== null ? structuredClone(made) : made;
  }
}

async function run(of: Program): Promise<void> {
  const table = new MemoryTable();
  const engine = engineOn(table);
  const Model = modelOf(of);
  const key = { id: "1" };
  const load = () => engine.get(Model, key, { consistent: true }) as Promise<Any | undefined>;
  const make = () => {
    const values = of.columns.map(({ kind }, index) => [kind, at(kinds[kind]?.values ?? [], of.start[index] ?? 0)]);
    return new Model(structuredClone({ ...key, ...Object.fromEntries(values) })) as Any;
  };
  await engine.save(make());
  const objects = [await load(), await load(), await load()].map((one) => one ?? make());
  for (const one of of.steps) {
    const object = at(objects, one.writer);
    try {
      await perform(one, object);
      counts.accepted++;
    } catch (error) {
      if (!(error instanceof BloopError)) throw error;
      counts.refused++;
      // Such an object can't be saved any more: its writer loads another.
      const stored = await load();
      if (stored !== undefined) objects[one.writer % objects.length] = stored;
    }
    // Throws if it does not load.
    await load();
  }

  async function perform(one: Step, object: Any): Promise<unknown> {
    const options = { once: one.once };
    switch (one.operation) {
      case "save":
        change(of, one, object);
        return engine.save(object, options);
      case "act":
        return engine.save(object, { ...options, actions: changesOf(of, one) as never });
      case "update":
        return engine.update(Model, key, changesOf(of, one) as never, options);
      case "transaction":
        if (one.once)
          return engine.transaction((transaction) => transaction.update(Model, key, changesOf(of, one) as never));
        change(of, one, object);
        return engine.transaction((transaction) => transaction.save(object));
      case "modify":
        return engine.modify(Model, key, (found) => change(of, one, found as Any), options);
      case "delete":
        return engine.delete(object);
      case "putAll":
        change(of, one, object);
        return engine.putAll([object]);
      case "load":
        return engine.load(object);
    }
  }
}

test(`whatever is accepted, items load: ${numRuns} programs of seed ${seed}`, { timeout: 3_600_000 }, async () => {
  await fc.assert(fc.asyncProperty(program, run), { numRuns, seed });
  expect(counts.accepted).toBeGreaterThan(numRuns);
  expect(counts.refused).toBeGreaterThan(numRuns / 10);
});
