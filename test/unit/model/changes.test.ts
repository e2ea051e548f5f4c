/** changes(): what a save would send, in the model's own names and values. */

import {
  changes,
  dynamicMap,
  InvalidOption,
  InvalidValue,
  list,
  map,
  model,
  number,
  record,
  set,
  string,
} from "bloop-dynamodb";
import { expect, test } from "vitest";
import { loadedFrom, loadedLeniently } from "../../support/model.js";

const Thing = model("Thing", {
  id: string().hashKey(),
  name: string().storedAs("n"),
  count: number(),
  tags: set(string()),
  texts: list(string()),
  place: map({ city: string().storedAs("c"), geo: map({ lat: number() }) }),
  scores: record(number()),
});
const id = { id: { S: "1" } };

test.each<[string, object, object, unknown[]]>([
  ["nothing", {}, {}, []],
  ["a value", { n: { S: "a" } }, { name: "b" }, [{ path: ["name"], before: "a", after: "b" }]],
  ["a new value", {}, { count: 1 }, [{ path: ["count"], before: undefined, after: 1 }]],
  [
    "a value that is gone",
    { count: { N: "1" } },
    { count: undefined },
    [{ path: ["count"], before: 1, after: undefined }],
  ],
  [
    "elements of a set",
    { tags: { SS: ["a", "b"] } },
    { tags: new Set(["b", "c"]) },
    [{ path: ["tags"], before: new Set(["a", "b"]), after: new Set(["b", "c"]) }],
  ],
  ["a list", { texts: { L: [] } }, { texts: ["a"] }, [{ path: ["texts"], before: [], after: ["a"] }]],
  [
    "keys of maps, by their properties",
    { place: { M: { c: { S: "Oslo" }, geo: { M: { lat: { N: "1" } } } } } },
    { place: { city: "Rome", geo: { lat: 2 } } },
    [
      { path: ["place", "city"], before: "Oslo", after: "Rome" },
      { path: ["place", "geo", "lat"], before: 1, after: 2 },
    ],
  ],
  [
    "a map where there was none",
    {},
    { place: { city: "Oslo" } },
    [{ path: ["place"], before: undefined, after: { city: "Oslo" } }],
  ],
  [
    "keys of a record",
    { scores: { M: { a: { N: "1" } } } },
    { scores: { b: 2 } },
    [
      { path: ["scores", "b"], before: undefined, after: 2 },
      { path: ["scores", "a"], before: 1, after: undefined },
    ],
  ],
])("%s", (_, before, change, expected) => {
  expect(changes(Object.assign(loadedFrom(Thing, { ...id, ...before }), change))).toEqual(expected);
});

test("inside of a dynamic map, at any depth", () => {
  const Open = model("Open", { id: string().hashKey(), any: dynamicMap() });
  const object = loadedFrom(Open, { ...id, any: { M: { b: { M: { c: { N: "1" }, d: { S: "x" } } } } } });
  object.any = { b: { c: 2 } };
  expect(changes(object)).toEqual([
    { path: ["any", "b", "c"], before: 1, after: 2 },
    { path: ["any", "b", "d"], before: "x", after: undefined },
  ]);
});

test("of a new object: everything but its key", () => {
  expect(changes(new Thing({ id: "1", count: 1 }))).toEqual([{ path: ["count"], before: undefined, after: 1 }]);
});

test("a value that did not fit has no before", () => {
  const { object } = loadedLeniently(Thing, { ...id, count: { S: "many" } });
  object.count = 1;
  expect(changes(object)).toEqual([{ path: ["count"], before: undefined, after: 1 }]);
});

test("a value that can't be stored, and a plain object, are refused", () => {
  expect(() => changes(Object.assign(new Thing({ id: "1" }), { count: "1" }))).toThrow(InvalidValue);
  expect(() => changes({} as never)).toThrow(InvalidOption);
});
