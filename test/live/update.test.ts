/** update(): values and atomic actions, at any depth, on items that are there, in part, or not at all. */

import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  add,
  addTo,
  and,
  append,
  bigint,
  boolean,
  type Changes,
  ConstraintViolation,
  deleteFrom,
  dynamicMap,
  InvalidValue,
  integer,
  list,
  map,
  merge,
  model,
  number,
  prepend,
  RequestFailed,
  record,
  remove,
  set,
  setIfMissing,
  string,
} from "bloop-dynamodb";
import fc from "fast-check";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { editsOfChanges } from "../../src/model/change/act.js";
import { applyEdits } from "../../src/model/change/edit.js";
import { metaOf } from "../../src/model/registry.js";
import type { Item } from "../../src/wire/attribute.js";
import { sameAttributes } from "../../src/wire/same.js";
import { effort } from "../support/effort.js";
import { live } from "../support/live.js";

const { client, engine, sent, tableName } = live("update");
const Thing = model("Thing", {
  id: string().hashKey(),
  n: number(),
  big: bigint(),
  open: boolean(),
  tags: set(string()),
  items: list(string()),
  kind: string("a", "b"),
  scores: record(integer()),
  note: number().nullable(),
  deep: map({
    name: string().storedAs("the name"),
    count: integer(),
    list: list(number()),
    inner: map({ x: number(), ids: set(number()) }),
  }),
  anything: dynamicMap(),
});
const Strict = model("Strict", { id: string().hashKey(), total: number().required(), n: integer() });

beforeAll(() => engine.bind([Thing, Strict]));

let made = 0;
const fresh = () => `${made++}`;

async function put(id: string, attributes: object): Promise<void> {
  const Item = { id: { S: id }, ...attributes } as never;
  await client.send(new PutItemCommand({ TableName: tableName("Thing"), Item }));
}

async function stored(id: string): Promise<Item> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName("Thing"), Key: { id: { S: id } }, ConsistentRead: true }),
  );
  return (Item ?? {}) as Item;
}

test("an item that is not there is made of the actions", async () => {
  const id = fresh();
  const changes: Changes<typeof Thing> = {
    n: add(1.5),
    big: add(12345678901234567890n),
    tags: addTo("x", "y"),
    items: append("b", "c"),
    kind: setIfMissing("a"),
    open: true,
    note: null,
  };
  const thing = await engine.update(Thing, { id }, changes);
  expect(thing).toEqual(
    new Thing({
      id,
      n: 1.5,
      big: 12345678901234567890n,
      tags: new Set(["x", "y"]),
      items: ["b", "c"],
      kind: "a",
      open: true,
      note: null,
    }),
  );
  expect(thing).toBeInstanceOf(Thing);
});

test("actions build on what is stored, exactly", async () => {
  const id = fresh();
  await put(id, {
    n: { N: "0.1" },
    big: { N: "12345678901234567890123456789" },
    tags: { SS: ["x", "y"] },
    items: { L: [{ S: "b" }] },
    kind: { S: "b" },
    open: { BOOL: true },
    unknown: { S: "kept" },
  });
  await engine.update(
    Thing,
    { id },
    {
      n: add(0.2),
      big: add(-1n),
      tags: deleteFrom("x", "not there"),
      items: prepend("a"),
      kind: setIfMissing("a"),
      open: remove(),
    },
  );
  expect(await stored(id)).toEqual({
    id: { S: id },
    n: { N: "0.3" },
    big: { N: "12345678901234567890123456788" },
    tags: { SS: ["y"] },
    items: { L: [{ S: "a" }, { S: "b" }] },
    kind: { S: "b" },
    unknown: { S: "kept" },
  });
});

test("merge() changes the keys it names, and makes the maps that are missing", async () => {
  const id = fresh();
  const changes: Changes<typeof Thing> = {
    deep: merge({ name: "Ada", count: add(1), list: append(1), inner: merge({ x: add(2), ids: addTo(1, 2) }) }),
    scores: merge({ chess: add(2), go: 3 }),
  };
  await engine.update(Thing, { id }, changes);
  await engine.update(Thing, { id }, { ...changes, n: 1 });
  expect(await stored(id)).toEqual({
    id: { S: id },
    n: { N: "1" },
    deep: {
      M: {
        "the name": { S: "Ada" },
        count: { N: "2" },
        list: { L: [{ N: "1" }, { N: "1" }] },
        inner: { M: { x: { N: "4" }, ids: { NS: expect.arrayContaining(["1", "2"]) } } },
      },
    },
    scores: { M: { chess: { N: "4" }, go: { N: "3" } } },
  });
});

test("merge() into maps that are there leaves everything else as it is, in one request", async () => {
  const id = fresh();
  const inner = { M: { x: { N: "1" }, unknown: { S: "kept" } } };
  await put(id, { deep: { M: { count: { N: "1" }, other: { S: "kept" }, inner } } });
  sent();
  await engine.update(Thing, { id }, { deep: merge({ count: 5, inner: merge({ x: remove() }) }) });
  expect(sent()).toHaveLength(1);
  expect(await stored(id)).toMatchObject({
    deep: { M: { count: { N: "5" }, other: { S: "kept" }, inner: { M: { unknown: { S: "kept" } } } } },
  });
});

test("a plain value replaces a map, as assigning does", async () => {
  const id = fresh();
  await engine.update(Thing, { id }, { deep: { name: "Ada", count: 1 } });
  expect(await engine.update(Thing, { id }, { deep: { count: 2 } })).toEqual(new Thing({ id, deep: { count: 2 } }));
});

test("an empty set removes the attribute, and removing from what is not there is no error", async () => {
  const id = fresh();
  await engine.update(Thing, { id }, { tags: addTo("x"), deep: merge({ inner: merge({ ids: addTo(1) }) }) });
  const thing = await engine.update(
    Thing,
    { id },
    { tags: new Set<string>(), deep: merge({ inner: merge({ ids: deleteFrom(1) }) }), scores: merge({ go: remove() }) },
  );
  expect(thing).toEqual(new Thing({ id, deep: { inner: {} } }));
});

test("dynamic values take what they are given", async () => {
  const id = fresh();
  const { anything } = await engine.update(
    Thing,
    { id },
    { anything: merge({ n: add(1), t: addTo("x"), l: append(1) }) },
  );
  expect(anything).toEqual({ n: 1, t: new Set(["x"]), l: [1] });
});

test("dynamic values are changed at any depth, and asked for what DynamoDB can be asked", async () => {
  const id = fresh();
  await engine.update(Thing, { id }, { anything: { deep: { n: 1, kept: "a", list: [{ x: 1 }] } } });
  const [mine, rival] = [await engine.get(Thing, { id }), await engine.get(Thing, { id })];
  if (mine?.anything === undefined || rival?.anything === undefined) throw new Error("gone");
  mine.anything["deep"] = { n: 1, kept: "b", list: [{ x: 1 }] };
  rival.anything["deep"] = { n: 5, kept: "a", list: [{ x: 1 }] };
  await Promise.all([engine.save(mine), engine.save(rival)]);
  const { anything } = await engine.update(
    Thing,
    { id },
    { anything: merge({ deep: merge({ n: add(1), list: append("y"), more: merge({ s: addTo("z") }) }) }) },
    { condition: Thing.anything.at("deep").at("list").at(0).at("x").le(1) },
  );
  expect(anything).toEqual({ deep: { n: 6, kept: "b", list: [{ x: 1 }, "y"], more: { s: new Set(["z"]) } } });
  const deep = Thing.anything.at("deep");
  const filter = and(deep.at("n").between(6, 7), deep.at("kept").beginsWith("b"), deep.at("list").contains("y"));
  expect(await engine.scan(Thing, { filter: filter.and(Thing.id.eq(id)) }).count()).toBe(1);
});

test("a condition that fails says so, with the stored item, and nothing is written", async () => {
  const id = fresh();
  await engine.update(Thing, { id }, { n: 1 });
  const refused = engine.update(Thing, { id }, { n: 2 }, { condition: Thing.n.gt(1) });
  await expect(refused).rejects.toBeInstanceOf(ConstraintViolation);
  await expect(refused).rejects.toMatchObject({ object: { id }, current: { n: 1 } });
  expect(await engine.get(Thing, { id })).toEqual(new Thing({ id, n: 1 }));
});

test('returning "old" resolves with what was there before', async () => {
  const id = fresh();
  const none = inject("engine") === "dynoxide" ? new Thing({ id }) : undefined;
  expect(await engine.update(Thing, { id }, { n: 1 }, { returning: "old" })).toEqual(none);
  expect(await engine.update(Thing, { id }, { n: 2 }, { returning: "old" })).toEqual(new Thing({ id, n: 1 }));
});

test("an item that nobody could load is not made: required columns are given, or the item is there", async () => {
  const refused = engine.update(Strict, { id: "1" }, { n: add(1) });
  await expect(refused).rejects.toThrow(
    'would make one without "total", which is required; give a value with setIfMissing()',
  );
  await expect(refused).rejects.toBeInstanceOf(ConstraintViolation);
  expect(await engine.update(Strict, { id: "1" }, { n: add(1), total: setIfMissing(0) })).toMatchObject({
    total: 0,
    n: 1,
  });
  expect(await engine.update(Strict, { id: "1" }, { n: add(1) })).toMatchObject({ total: 0, n: 2 });
});

test("what stands in the way and is no map or set of the kind is not overwritten", async () => {
  const id = fresh();
  await put(id, { deep: { S: "text" }, tags: { NS: ["1"] }, note: { NULL: true } });
  await expect(engine.update(Thing, { id }, { deep: merge({ count: 1 }) })).rejects.toBeInstanceOf(RequestFailed);
  await expect(engine.update(Thing, { id }, { tags: addTo("x") })).rejects.toBeInstanceOf(RequestFailed);
  await expect(engine.update(Thing, { id }, { note: add(1) })).rejects.toBeInstanceOf(RequestFailed);
  expect(await stored(id)).toMatchObject({ deep: { S: "text" }, tags: { NS: ["1"] }, note: { NULL: true } });
});

test("an update whose result does not load says that it was written", async () => {
  const id = fresh();
  await put(id, { kind: { S: "c" } });
  await expect(engine.update(Thing, { id }, { n: 1 })).rejects.toThrow("The write before it is done.");
  expect(await stored(id)).toMatchObject({ n: { N: "1" } });
});

test("with once, the item is read after the write", async () => {
  const id = fresh();
  sent();
  expect(await engine.update(Thing, { id }, { n: add(1) }, { once: true })).toEqual(new Thing({ id, n: 1 }));
  expect(sent().map(({ name }) => name)).toEqual(["TransactWriteItems", "GetItem"]);
});

test("with once, an update whose map is missing is planned again, and done once", async () => {
  const id = fresh();
  await engine.update(Thing, { id }, { n: 1 });
  await engine.update(Thing, { id }, { deep: merge({ inner: merge({ x: add(1) }) }) }, { once: true });
  expect(await engine.get(Thing, { id })).toEqual(new Thing({ id, n: 1, deep: { inner: { x: 1 } } }));
});

test("many updates of one map that is not there yet all count", async () => {
  const id = fresh();
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      engine.update(Thing, { id }, { scores: merge({ all: add(1), [`own ${index}`]: 1 }) }),
    ),
  );
  const { scores } = (await engine.get(Thing, { id }, { consistent: true })) ?? {};
  expect(scores?.all).toBe(20);
  expect(Object.keys(scores ?? {})).toHaveLength(21);
});

test("a large update is sent as whole columns, merged with what is stored", async () => {
  const id = fresh();
  await put(id, { scores: { M: { other: { N: "7" }, k1: { N: "100" } } } });
  const keys = Array.from({ length: 500 }, (_, index) => [`k${index}`, add(1)] as const);
  const { scores } = await engine.update(Thing, { id }, { scores: merge(Object.fromEntries(keys)) });
  expect(Object.keys(scores ?? {})).toHaveLength(501);
  expect(scores).toMatchObject({ other: 7, k0: 1, k1: 101, k499: 1 });
});

describe("random changes of random items", () => {
  const inner = fc.record({ x: fc.nat(9), ids: fc.uniqueArray(fc.nat(5), { minLength: 1 }) }, { requiredKeys: [] });
  const numbers = (values: readonly number[]) => ({ NS: values.map(String) });
  const items = fc
    .record(
      {
        n: fc.nat(9).map((n) => ({ N: String(n) })),
        tags: fc.uniqueArray(fc.constantFrom("x", "y", "z"), { minLength: 1 }).map((SS) => ({ SS })),
        items: fc.array(fc.constantFrom("p", "q")).map((all) => ({ L: all.map((S) => ({ S })) })),
        scores: fc.dictionary(fc.constantFrom("a", "b"), fc.nat(9)).map((all) => ({
          M: Object.fromEntries(Object.entries(all).map(([key, N]) => [key, { N: String(N) }])),
        })),
        deep: fc
          .record({ count: fc.nat(9).map((n) => ({ N: String(n) })), inner }, { requiredKeys: [] })
          .map((deep) => ({
            M: {
              ...(deep.count && { count: deep.count }),
              ...(deep.inner && {
                inner: {
                  M: {
                    ...(deep.inner.x !== undefined && { x: { N: String(deep.inner.x) } }),
                    ...(deep.inner.ids && { ids: numbers(deep.inner.ids) }),
                  },
                },
              }),
            },
          })),
      },
      { requiredKeys: [] },
    )
    .map((item) => item as Item);
  const numeric = fc.oneof(fc.nat(9), fc.nat(9).map(add), fc.nat(9).map(setIfMissing), fc.constant(remove()));
  const ids = fc
    .uniqueArray(fc.nat(5), { minLength: 1 })
    .chain((some) => fc.constantFrom(addTo(...some), deleteFrom(...some), new Set(some), setIfMissing(new Set(some))));
  const changes = fc.record(
    {
      n: numeric,
      tags: fc.constantFrom(addTo("x"), deleteFrom("y"), deleteFrom("x", "y", "z"), new Set(["z"]), remove()),
      items: fc.constantFrom(append("1", "2"), prepend("3"), [], setIfMissing(["4"])),
      scores: fc.oneof(
        fc.dictionary(fc.constantFrom("a", "b", "c"), numeric).map((keys) => merge({ ...keys })),
        fc.constant({ a: 1 }),
      ),
      deep: fc
        .record(
          {
            count: numeric,
            inner: fc.record({ x: numeric, ids }, { requiredKeys: [] }).map((keys) => merge({ ...keys })),
          },
          { requiredKeys: [] },
        )
        .map((keys) => merge({ ...keys })),
    },
    { requiredKeys: [] },
  );

  test("come to what the same edits come to in memory", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(items, changes, fc.boolean(), async (item, change, once) => {
        const id = fresh();
        await put(id, item);
        await engine.update(Thing, { id }, change as object, { once });
        const key = { id: { S: id } };
        const expected = applyEdits({ ...key, ...item }, editsOfChanges(metaOf(Thing), key, change));
        const found = await stored(id);
        expect(sameAttributes(found, expected), JSON.stringify({ found, expected })).toBe(true);
      }),
      { numRuns: effort(60, 300) },
    );
  });
});

test("what stands in the way is not overwritten where a whole column is planned either, and the error names it", async () => {
  const id = fresh();
  await put(id, {
    anything: { M: { k1: { S: "text" }, set: { S: "text" } } },
    deep: { M: { inner: { M: { ids: { S: "x" } } } } },
  });
  const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`k${index}`, add(1)]));
  await expect(engine.update(Thing, { id }, { anything: merge(many) })).rejects.toThrow(
    "what is stored at anything.k1 is not of the kind that the change is for",
  );
  const nested = engine.update(Thing, { id }, { deep: merge({ inner: merge({ ids: addTo(1) }) }) });
  await expect(nested).rejects.toThrow("what is stored at deep.inner.ids is not of the");
  const thing = await engine.get(Thing, { id }, { onInvalid: "omit" });
  if (thing === undefined) throw new Error("gone");
  await expect(engine.save(thing, { actions: { anything: merge({ set: addTo("y") }) } })).rejects.toThrow(
    `Thing.anything.set (id "${id}"): what is stored there`,
  );
  await expect(
    engine.save(thing, { actions: { deep: merge({ inner: merge({ ids: addTo(1) }) }) } }),
  ).rejects.toBeInstanceOf(InvalidValue);
  expect(await stored(id)).toMatchObject({ anything: { M: { k1: { S: "text" }, set: { S: "text" } } } });
});

test("a number that stands where a text is stored is refused without another try", async () => {
  const id = fresh();
  await put(id, { n: { S: "text" } });
  sent();
  await expect(engine.update(Thing, { id }, { n: add(1) })).rejects.toBeInstanceOf(RequestFailed);
  expect(sent().map(({ name }) => name)).toEqual(["UpdateItem", "GetItem"]);
});

test("many updates of one nested set all count", async () => {
  const id = fresh();
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      engine.update(Thing, { id }, { deep: merge({ inner: merge({ ids: addTo(index) }) }) }),
    ),
  );
  expect((await engine.get(Thing, { id }, { consistent: true }))?.deep?.inner?.ids?.size).toBe(20);
});

test("keys that DynamoDB can't hold are refused before any request; all others are names like any other", async () => {
  const id = fresh();
  sent();
  for (const key of ["", "\ud800"]) {
    const refused = engine.update(Thing, { id }, { scores: merge({ [key]: 1 }) });
    await expect(refused).rejects.toBeInstanceOf(InvalidValue);
  }
  expect(sent()).toEqual([]);
  const names = ["a.b", "__proto__", "constructor", "a[0]", "#0", ":0", "\u{1f600}", " ", "x".repeat(3000)];
  const all = Object.fromEntries(names.map((name) => [name, add(1)]));
  await engine.update(Thing, { id }, { scores: merge(all) });
  const { scores } = await engine.update(Thing, { id }, { scores: merge(all) });
  expect(Object.entries(scores ?? {}).sort()).toEqual(names.map((name) => [name, 2]).sort());
});
