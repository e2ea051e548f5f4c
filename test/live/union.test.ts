/** Writers of one item who change different things never undo each other's work. */

import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type Item, map, model, number, record, set, string } from "bloop-dynamodb";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { effort } from "../support/effort.js";
import { live } from "../support/live.js";

const { client, engine, tableName } = live("union");
const Shared = model("Shared", {
  id: string().hashKey(),
  a: number(),
  b: number(),
  tags: set(string()),
  scores: record(number()),
  deep: map({ x: number(), y: number(), tags: set(string()), inner: map({ p: number(), q: number() }) }),
});
type Shared = Item<typeof Shared>;

beforeAll(() => engine.bind(Shared));

/** Each change touches a place of its own, so that any order of all of them comes to the same. */
const places: readonly ((object: Shared) => unknown)[] = [
  (object) => Object.assign(object, { a: 10 }),
  (object) => delete object.b,
  (object) => Object.assign(object, { tags: new Set(object.tags).add("mine") }),
  (object) => object.tags?.delete("old"),
  (object) => Object.assign(object, { tags: new Set([...(object.tags ?? []), "also"]) }),
  (object) => Object.assign(object, { scores: { ...object.scores, chess: 10 } }),
  (object) => Object.assign(object, { scores: { ...object.scores, go: 11 } }),
  (object) => delete object.scores?.old,
  (object) => Object.assign(object, { deep: { ...object.deep, x: 10 } }),
  (object) => delete object.deep?.y,
  (object) => Object.assign(object, { deep: { ...object.deep, tags: new Set(object.deep?.tags).add("nested") } }),
  (object) => object.deep?.tags?.delete("old"),
  (object) => Object.assign(object, { deep: { ...object.deep, inner: { ...object.deep?.inner, p: 10 } } }),
  (object) => Object.assign(object, { deep: { ...object.deep, inner: { ...object.deep?.inner, q: 11 } } }),
];

const starts: readonly object[] = [
  {},
  { b: { N: "1" }, tags: { SS: ["old"] }, scores: { M: { old: { N: "1" } } } },
  { deep: { M: { y: { N: "1" }, unknown: { S: "kept" } } }, tags: { SS: ["old", "kept"] } },
  { deep: { M: { tags: { SS: ["old", "kept"] }, inner: { M: { unknown: { S: "kept" } } } } }, scores: { M: {} } },
];

let runs = 0;

test("objects loaded together and changed in different places come to the union of their changes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...starts),
      fc.shuffledSubarray([...places.keys()], { minLength: 2, maxLength: 8 }),
      fc.integer({ min: 2, max: 4 }),
      fc.boolean(),
      async (start, chosen, writers, atOnce) => {
        const id = `u${runs++}`;
        const Key = { id: { S: id } };
        await client.send(new PutItemCommand({ TableName: tableName("Shared"), Item: { ...Key, ...start } as never }));
        const load = async () => {
          const object = await engine.get(Shared, { id }, { consistent: true });
          if (object === undefined) throw new Error("gone");
          return object;
        };
        const objects = await Promise.all(Array.from({ length: writers }, load));
        const expected = await load();
        for (const [index, place] of chosen.entries()) {
          const change = places[place];
          const object = objects[index % writers];
          if (change === undefined || object === undefined) throw new Error("no such place");
          change(object);
          change(expected);
        }
        if (atOnce) await Promise.all(objects.map((object) => engine.save(object)));
        else for (const object of objects) await engine.save(object);
        expect(withoutEmpty(await load())).toEqual(withoutEmpty(expected));
        const { Item: item } = await client.send(new GetItemCommand({ TableName: tableName("Shared"), Key }));
        const kept = (JSON.stringify(start).match(/kept/g) ?? []).length;
        expect((JSON.stringify(item).match(/kept/g) ?? []).length).toBe(kept);
      },
    ),
    { numRuns: effort(40, 150) },
  );
}, 120_000);

/** An empty set is absent; a map that lost its last key may be there or not, as who came first. */
function withoutEmpty(value: unknown): unknown {
  if (value instanceof Set) return value.size === 0 ? undefined : new Set([...value].sort());
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    const cleaned = withoutEmpty(inner);
    return cleaned === undefined ? [] : [[key, cleaned]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

test("a change goes into a map that another writer has removed, and brings nothing else back", async () => {
  const id = "removed";
  await engine.save(new Shared({ id, deep: { x: 1, y: 1, inner: { p: 1, q: 1 } } }));
  const [first, second] = await engine.getMany(Shared, [{ id }, { id }]);
  if (!first?.deep?.inner || !second) throw new Error("gone");
  second.deep = undefined;
  await engine.save(second);
  first.deep.inner.p = 2;
  delete first.deep.y;
  await engine.save(first);
  expect(await engine.get(Shared, { id })).toEqual(new Shared({ id, deep: { inner: { p: 2 } } }));
});

const rounds = effort(5, 20);

test(`50 writers, ${rounds} rounds: another key, another element and another column each, and no retry by the caller`, async () => {
  const writers = Array.from({ length: 50 }, (_, index) => index);
  const columns = Object.fromEntries(writers.map((index) => [`c${index}`, number()]));
  const Busy = model("Busy", { id: string().hashKey(), ...columns, scores: record(number()), tags: set(string()) });
  await engine.bind(Busy);
  await engine.save(new Busy({ id: "1" }));
  for (let round = 0; round < rounds; round++) {
    await Promise.all(
      writers.map(async (index) => {
        const object = await engine.get(Busy, { id: "1" }, { consistent: true });
        if (object === undefined) throw new Error("gone");
        object.scores = { ...object.scores, [`key ${index}`]: round };
        object.tags = new Set(object.tags).add(`${index} in ${round}`);
        Object.assign(object, { [`c${index}`]: round });
        await engine.save(object);
      }),
    );
  }
  const found = await engine.get(Busy, { id: "1" }, { consistent: true });
  expect(found?.tags?.size).toBe(50 * rounds);
  expect(found?.scores).toEqual(Object.fromEntries(writers.map((index) => [`key ${index}`, rounds - 1])));
  expect(writers.map((index) => ({ ...found })[`c${index}` as "id"])).toEqual(writers.map(() => rounds - 1));
}, 120_000);
