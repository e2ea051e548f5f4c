/** Values and actions by property become edits by stored path; what a column can't take is refused in words. */

import {
  add,
  addTo,
  append,
  deleteFrom,
  dynamicMap,
  InvalidOption,
  InvalidValue,
  integer,
  list,
  map,
  merge,
  model,
  number,
  prepend,
  record,
  remove,
  set,
  setIfMissing,
  string,
  union,
} from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { editsOfChanges } from "../../../src/model/change/act.js";
import { metaOf } from "../../../src/model/registry.js";
import { plainEdit } from "../../support/model.js";

const Thing = model(
  "Thing",
  {
    id: string().hashKey(),
    name: string().required(),
    nick: string().storedAs("n"),
    count: number(),
    version: integer().version(),
    tags: set(string()),
    needed: set(string()).required(),
    texts: list(string()),
    place: map({ city: string().storedAs("c").required(), count: number(), geo: map({ lat: number() }) }),
    scores: record(number()),
    any: dynamicMap(),
    kind: union("k", { a: { x: string() } }),
    sort: string(),
  },
  { indexes: { bySort: { hashKey: "sort", projection: "keys" } } },
);
const act = (changes: unknown) => editsOfChanges(metaOf(Thing), { id: { S: "1" } }, changes).map(plainEdit);

test.each<[string, object, unknown[]]>([
  ["nothing", {}, []],
  ["a value, by its stored name", { nick: "x" }, [{ at: "n", kind: "replace", value: { S: "x" } }]],
  [
    "a map as a whole",
    { place: { city: "Oslo" } },
    [{ at: "place", kind: "replace", value: { M: { c: { S: "Oslo" } } } }],
  ],
  ["an empty set", { tags: new Set() }, [{ at: "tags", kind: "replace" }]],
  ["add()", { count: add(-1.5) }, [{ at: "count", kind: "increase", amount: { N: "-1.5" } }]],
  ["addTo()", { tags: addTo("a") }, [{ at: "tags", kind: "elements", tag: "SS", added: [{ S: "a" }], removed: [] }]],
  ["addTo() of nothing", { tags: addTo() }, []],
  [
    "deleteFrom()",
    { tags: deleteFrom("a") },
    [{ at: "tags", kind: "elements", tag: "SS", added: [], removed: [{ S: "a" }] }],
  ],
  ["append()", { texts: append("a", "b") }, [{ at: "texts", kind: "append", elements: [{ S: "a" }, { S: "b" }] }]],
  ["prepend()", { texts: prepend("a") }, [{ at: "texts", kind: "prepend", elements: [{ S: "a" }] }]],
  ["append() of nothing", { texts: append() }, []],
  ["setIfMissing()", { name: setIfMissing("x") }, [{ at: "name", kind: "setIfMissing", value: { S: "x" } }]],
  ["remove()", { nick: remove() }, [{ at: "n", kind: "replace" }]],
  [
    "merge(), at each depth, of values and actions",
    { place: merge({ city: "Oslo", count: add(1), geo: merge({ lat: remove() }) }) },
    [
      { at: "place.c", kind: "replace", value: { S: "Oslo" } },
      { at: "place.count", kind: "increase", amount: { N: "1" } },
      { at: "place.geo.lat", kind: "replace" },
    ],
  ],
  ["merge() of a record", { scores: merge({ "a.b": 1 }) }, [{ at: "scores.a.b", kind: "replace", value: { N: "1" } }]],
  [
    "actions inside of a dynamic map",
    { any: merge({ a: add(1), b: addTo("x"), c: append(1), d: merge({ e: setIfMissing(true) }) }) },
    [
      { at: "any.a", kind: "increase", amount: { N: "1" } },
      { at: "any.b", kind: "elements", tag: "SS", added: [{ S: "x" }], removed: [] },
      { at: "any.c", kind: "append", elements: [{ N: "1" }] },
      { at: "any.d.e", kind: "setIfMissing", value: { BOOL: true } },
    ],
  ],
])("%s", (_, changes, edits) => {
  expect(act(changes)).toEqual(edits);
});

describe("refused is", () => {
  test.each<[string, unknown, string]>([
    ["a column that is not there", { nmae: "x" }, 'Thing (id "1") has no column "nmae"; did you mean "name"?'],
    ["a key column", { id: "2" }, 'Thing.id (id "1"): it is a key column, which can\'t be updated'],
    ["the version", { version: 3 }, "it is the version, which every write raises by itself"],
    ["undefined", { nick: undefined }, "it is undefined; leave it out, or use remove()"],
    ["a value of another type", { count: "1" }, 'Thing.count (id "1"): expected'],
    ["an empty set that is required", { needed: new Set() }, "it is required, and an empty set is not stored"],
    ["remove() of a required column", { name: remove() }, "it is required, and can't be removed"],
    ["remove() of a required key", { place: merge({ city: remove() }) }, "Thing.place.city"],
    ["add() to a text", { nick: add(1) }, "add() is for numbers, and it is a string"],
    ["addTo() of a list", { texts: addTo("x") }, "addTo() is for sets, and it is a list"],
    ["deleteFrom() a text", { nick: deleteFrom("x") }, "deleteFrom() is for sets, and it is a string"],
    ["append() to a set", { tags: append("x") }, "append() is for lists, and it is a set"],
    ["setIfMissing() of an empty set", { tags: setIfMissing(new Set()) }, "setIfMissing() takes no empty set"],
    ["merge() into a text", { nick: merge({}) }, "merge() is for maps, and it is a string"],
    ["merge() into a union", { kind: merge({ x: "1" }) }, "merge() can't know the kind of a union"],
    ["merge() of a key that is not there", { place: merge({ ctiy: "x" }) }, 'there is no key "ctiy" in this map'],
    ["merge() of an empty key", { scores: merge({ "": 1 }) }, "DynamoDB takes no empty key"],
    ["a value that an index can't hold", { sort: "" }, 'it is a key of the index "bySort", and is empty'],
    ["the same, by setIfMissing()", { sort: setIfMissing("") }, 'it is a key of the index "bySort", and is empty'],
  ])("%s", (_, changes, message) => {
    expect(() => act(changes)).toThrow(InvalidValue);
    expect(() => act(changes)).toThrow(message);
  });

  test.each([[undefined], [null], ["x"]])("%j instead of changes", (changes) => {
    expect(() => act(changes)).toThrow(InvalidOption);
  });
});
