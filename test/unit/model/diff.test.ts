/** What changed on an object, as edits: a table of objects before and after. */

import {
  binary,
  datetime,
  dynamicMap,
  InvalidValue,
  list,
  map,
  model,
  number,
  record,
  set,
  string,
  union,
  uuid,
} from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import type { Item } from "../../../src/wire/attribute.js";
import { editsOf, loadedFrom } from "../../support/model.js";

const Thing = model(
  "Thing",
  {
    id: string().hashKey(),
    name: string(),
    count: number(),
    maybe: string().nullable(),
    at: datetime(),
    code: uuid(),
    bytes: binary(),
    tags: set(string()),
    numbers: set(number()),
    texts: list(string()),
    rows: list(map({ a: string() })),
    place: map({ city: string().storedAs("c"), tags: set(string()), geo: map({ lat: number() }) }),
    scores: record(number()),
    any: dynamicMap(),
    pair: dynamicMap().transform({
      load: ({ inner, ...rest }) => ({ inner: inner as Record<string, number>, ...rest }),
      dump: (value: Record<string, unknown>) => value as never,
    }),
    kind: union("k", { a: { x: string() }, b: { y: string() } }),
    sort: string(),
  },
  { indexes: { bySort: { hashKey: "sort", projection: "keys" } } },
);
type Thing = InstanceType<typeof Thing>;

const id = { id: { S: "1" } };
const set1 = { at: "tags", kind: "elements", tag: "SS" };

const cases: readonly [name: string, before: Item, change: (thing: Thing) => unknown, edits: unknown[]][] = [
  ["nothing", { name: { S: "a" } }, () => {}, []],
  ["the same value again", { name: { S: "a" } }, (thing) => (thing.name = "a"), []],
  [
    "another value",
    { name: { S: "a" } },
    (thing) => (thing.name = "b"),
    [{ at: "name", kind: "replace", value: { S: "b" } }],
  ],
  [
    "a value where there was none",
    {},
    (thing) => (thing.count = 0),
    [{ at: "count", kind: "replace", value: { N: "0" } }],
  ],
  ["a value that is gone", { name: { S: "a" } }, (thing) => delete thing.name, [{ at: "name", kind: "replace" }]],
  [
    "undefined, of a value",
    { name: { S: "a" } },
    (thing) => Object.assign(thing, { name: undefined }),
    [{ at: "name", kind: "replace" }],
  ],
  ["undefined, of nothing", {}, (thing) => Object.assign(thing, { name: undefined }), []],
  [
    "null, of a value",
    { maybe: { S: "a" } },
    (thing) => (thing.maybe = null),
    [{ at: "maybe", kind: "replace", value: { NULL: true } }],
  ],
  ["a number as it is written otherwise", { count: { N: "1.0E1" } }, (thing) => (thing.count = 10), []],
  [
    "a time as it is written otherwise",
    { at: { S: "2020-01-01T01:00:00+01:00" } },
    (thing) => {
      thing.at = new Date("2020-01-01T00:00:00Z");
    },
    [],
  ],
  [
    "a UUID in upper case",
    { code: { S: "6EC0BD7F-11C0-43DA-975E-2A8AD9EBAE0B" } },
    (thing) => {
      thing.code = "6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b";
    },
    [],
  ],
  [
    "bytes of the same content",
    { bytes: { B: new Uint8Array([1]) } },
    (thing) => (thing.bytes = new Uint8Array([1])),
    [],
  ],
  [
    "elements that came",
    { tags: { SS: ["a"] } },
    (thing) => thing.tags?.add("b"),
    [{ ...set1, added: [{ S: "b" }], removed: [] }],
  ],
  [
    "elements that left",
    { tags: { SS: ["a", "b"] } },
    (thing) => thing.tags?.delete("a"),
    [{ ...set1, added: [], removed: [{ S: "a" }] }],
  ],
  [
    "elements that came and left",
    { tags: { SS: ["a"] } },
    (thing) => (thing.tags = new Set(["b"])),
    [{ ...set1, added: [{ S: "b" }], removed: [{ S: "a" }] }],
  ],
  [
    "a set where there was none",
    {},
    (thing) => (thing.tags = new Set(["b"])),
    [{ ...set1, added: [{ S: "b" }], removed: [] }],
  ],
  [
    "a set that lost its elements: those of others stay",
    { tags: { SS: ["a"] } },
    (thing) => thing.tags?.clear(),
    [{ ...set1, added: [], removed: [{ S: "a" }] }],
  ],
  [
    "a set that is gone: those of others too",
    { tags: { SS: ["a"] } },
    (thing) => delete thing.tags,
    [{ at: "tags", kind: "replace" }],
  ],
  ["an empty set where there was none", {}, (thing) => (thing.tags = new Set()), []],
  [
    "a number of a set, written otherwise",
    { numbers: { NS: ["1.0", "2"] } },
    (thing) => {
      thing.numbers = new Set([2, 1]);
    },
    [],
  ],
  [
    "a list, whole",
    { texts: { L: [{ S: "a" }, { S: "b" }] } },
    (thing) => thing.texts?.pop(),
    [{ at: "texts", kind: "replace", value: { L: [{ S: "a" }] } }],
  ],
  [
    "a key of a map inside of a list: the list, whole, with what nobody declared",
    {
      rows: { L: [{ M: { a: { S: "a" }, theirs: { S: "kept" } } }] },
    },
    (thing) => Object.assign(thing.rows?.[0] ?? {}, { a: "b" }),
    [{ at: "rows", kind: "replace", value: { L: [{ M: { a: { S: "b" }, theirs: { S: "kept" } } }] } }],
  ],
  [
    "a key of a map, by its stored name",
    { place: { M: { c: { S: "Oslo" } } } },
    (thing) => {
      Object.assign(thing.place ?? {}, { city: "Rome" });
    },
    [{ at: "place.c", kind: "replace", value: { S: "Rome" } }],
  ],
  [
    "a key that is gone",
    { place: { M: { c: { S: "Oslo" } } } },
    (thing) => delete thing.place?.city,
    [{ at: "place.c", kind: "replace" }],
  ],
  [
    "a map that was put anew, without what nobody declared",
    {
      place: { M: { c: { S: "Oslo" }, theirs: { S: "kept" } } },
    },
    (thing) => (thing.place = { city: "Rome" }),
    [{ at: "place.c", kind: "replace", value: { S: "Rome" } }],
  ],
  [
    "a map inside of a map where there was none",
    { place: { M: {} } },
    (thing) => {
      Object.assign(thing.place ?? {}, { geo: { lat: 1 } });
    },
    [{ at: "place.geo", kind: "graft", value: { M: { lat: { N: "1" } } } }],
  ],
  [
    "a map where there was none",
    {},
    (thing) => (thing.place = { city: "Oslo" }),
    [{ at: "place", kind: "graft", value: { M: { c: { S: "Oslo" } } } }],
  ],
  [
    "a map that is gone",
    { place: { M: { c: { S: "Oslo" } } } },
    (thing) => delete thing.place,
    [{ at: "place", kind: "replace" }],
  ],
  [
    "elements of a nested set",
    { place: { M: { tags: { SS: ["a"] } } } },
    (thing) => thing.place?.tags?.add("b"),
    [{ ...set1, at: "place.tags", added: [{ S: "b" }], removed: [] }],
  ],
  [
    "keys of a record",
    { scores: { M: { a: { N: "1" }, b: { N: "2" } } } },
    (thing) => (thing.scores = { b: 3, c: 4 }),
    [
      { at: "scores.b", kind: "replace", value: { N: "3" } },
      { at: "scores.c", kind: "replace", value: { N: "4" } },
      { at: "scores.a", kind: "replace" },
    ],
  ],
  [
    "keys of a dynamic map",
    { any: { M: { a: { S: "x" }, b: { M: { c: { N: "1" } } } } } },
    (thing) => {
      thing.any = { a: "x", b: { c: 2 } };
    },
    [{ at: "any.b.c", kind: "replace", value: { N: "2" } }],
  ],
  [
    "keys of maps inside of a type of one's own, which says nothing of what is inside",
    { pair: { M: { inner: { M: { c: { N: "1" } } } } } },
    (thing) => {
      thing.pair = { inner: { c: 1, d: 2 } };
    },
    [{ at: "pair.inner.d", kind: "replace", value: { N: "2" } }],
  ],
  [
    "keys that are gone from maps inside of a dynamic map",
    { any: { M: { b: { M: { c: { N: "1" }, d: { M: { e: { N: "1" } } } } } } } },
    (thing) => {
      thing.any = { b: { d: {} } };
    },
    [
      { at: "any.b.d.e", kind: "replace" },
      { at: "any.b.c", kind: "replace" },
    ],
  ],
];

describe("of a loaded object", () => {
  test.each(cases)("%s", (_, before, change, edits) => {
    const thing = loadedFrom(Thing, { ...id, ...before });
    change(thing);
    expect(editsOf(thing)).toEqual(edits);
  });

  test("another kind of a union is its value as one (D9)", () => {
    const thing = loadedFrom(Thing, { ...id, kind: { M: { k: { S: "a" }, x: { S: "1" } } } });
    thing.kind = { k: "b", y: "2" };
    expect(editsOf(thing)).toEqual([{ at: "kind", kind: "recast", value: { M: { k: { S: "b" }, y: { S: "2" } } } }]);
  });

  test("a column that was not loaded is no change, unless it is assigned: then it replaces whatever is there", () => {
    const thing = loadedFrom(Thing, { ...id, name: { S: "a" }, tags: { SS: ["a"] } }, ["id", "count"]);
    expect(editsOf(thing)).toEqual([]);
    thing.name = "a";
    thing.tags = new Set(["b"]);
    expect(editsOf(thing)).toEqual([
      { at: "name", kind: "replace", value: { S: "a" } },
      { at: "tags", kind: "replace", value: { SS: ["b"] } },
    ]);
  });
});

describe("of a new object", () => {
  test("everything that it has, but the key, in the order of the columns", () => {
    const thing = new Thing({ id: "1", place: { city: "Oslo" }, name: "a", tags: new Set() });
    expect(editsOf(thing)).toEqual([
      { at: "name", kind: "replace", value: { S: "a" } },
      { at: "tags", kind: "replace" },
      { at: "place", kind: "replace", value: { M: { c: { S: "Oslo" } } } },
    ]);
  });
});

test("a value of a custom type, which can't be compared without being dumped", () => {
  const url = string().transform({ load: (text) => new URL(text), dump: ({ href }: URL) => href });
  const Link = model("Link", { id: string().hashKey(), url });
  const link = loadedFrom(Link, { ...id, url: { S: "https://example.org/" } });
  expect(editsOf(link)).toEqual([]);
  link.url = new URL("https://example.com");
  expect(editsOf(link)).toEqual([{ at: "url", kind: "replace", value: { S: "https://example.com/" } }]);
});

describe("refused is", () => {
  const Strict = model("Strict", { id: string().hashKey(), name: string().required(), count: number() });

  test.each([
    ["a value that does not fit", { ...id, name: { S: "a" } }, { count: "1" }, "Strict.count"],
    ["a required value that is gone", { ...id, name: { S: "a" } }, { name: undefined }, "it is required"],
  ])("%s", (_, item, change, message) => {
    const object = Object.assign(loadedFrom(Strict, item as Item), change);
    expect(() => editsOf(object)).toThrow(InvalidValue);
    expect(() => editsOf(object)).toThrow(message);
    expect(() => editsOf(object)).toThrow('(id "1")');
  });

  test("an empty text for the key of an index, and NULL", () => {
    expect(() => editsOf(new Thing({ id: "1", sort: "" }))).toThrow('it is a key of the index "bySort", and is empty');
  });

  test("not: a required value that was not loaded", () => {
    expect(editsOf(Object.assign(loadedFrom(Strict, id, ["id"]), { count: 1 }))).toHaveLength(1);
  });
});
