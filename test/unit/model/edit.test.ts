/** Edits and what they make of an item. */

import { describe, expect, test } from "vitest";
import { applyEdits, type Edit, graftedKeys, mergedSet, reachOf, valueAt } from "../../../src/model/change/edit.js";
import type { Attribute, Item } from "../../../src/wire/attribute.js";
import { plainEdit } from "../../support/model.js";

const s = (text: string): Attribute => ({ S: text });
const n = (text: string): Attribute => ({ N: text });
const item: Item = {
  a: s("1"),
  n: n("0.1"),
  t: { SS: ["x", "y"] },
  l: { L: [s("p")] },
  m: { M: { b: s("2"), c: { M: {} } } },
};
const elements = (
  path: string[],
  added: Attribute[],
  removed: Attribute[] = [],
  tag: "SS" | "NS" | "BS" = "SS",
): Edit => ({
  kind: "elements",
  path,
  tag,
  added,
  removed,
});

const cases: readonly [name: string, edit: Edit, changed: Record<string, unknown>][] = [
  ["replace: a value", { kind: "replace", path: ["a"], value: s("2") }, { a: s("2") }],
  ["replace: a new one", { kind: "replace", path: ["z"], value: s("2") }, { z: s("2") }],
  ["replace: nothing", { kind: "replace", path: ["a"], value: undefined }, { a: undefined }],
  [
    "replace: in a map",
    { kind: "replace", path: ["m", "b"], value: s("3") },
    { m: { M: { b: s("3"), c: { M: {} } } } },
  ],
  [
    "replace: in maps that are not there",
    { kind: "replace", path: ["z", "y", "x"], value: s("3") },
    { z: { M: { y: { M: { x: s("3") } } } } },
  ],
  ["replace: in what is no map", { kind: "replace", path: ["a", "y"], value: s("3") }, { a: { M: { y: s("3") } } }],
  ["nothing is made in order to remove something of it", { kind: "replace", path: ["z", "y"], value: undefined }, {}],
  ["elements: some come, some leave", elements(["t"], [s("z")], [s("x")]), { t: { SS: ["y", "z"] } }],
  ["elements: those that are there already", elements(["t"], [s("x")]), {}],
  ["elements: the last ones leave", elements(["t"], [], [s("x"), s("y")]), { t: undefined }],
  ["elements: where there is no set", elements(["z"], [n("1")], [], "NS"), { z: { NS: ["1"] } }],
  ["elements: where there is something else", elements(["a"], [s("x")]), { a: { SS: ["x"] } }],
  ["increase", { kind: "increase", path: ["n"], amount: n("0.2") }, { n: n("3E-1") }],
  ["increase: nothing", { kind: "increase", path: ["z"], amount: n("2") }, { z: n("2") }],
  ["append", { kind: "append", path: ["l"], elements: [s("q")] }, { l: { L: [s("p"), s("q")] } }],
  ["prepend", { kind: "prepend", path: ["l"], elements: [s("q")] }, { l: { L: [s("q"), s("p")] } }],
  ["append: to nothing", { kind: "append", path: ["z"], elements: [s("q")] }, { z: { L: [s("q")] } }],
  ["setIfMissing: there is one", { kind: "setIfMissing", path: ["a"], value: s("2") }, {}],
  ["setIfMissing: there is none", { kind: "setIfMissing", path: ["z"], value: s("2") }, { z: s("2") }],
  [
    "graft: where there is nothing",
    { kind: "graft", path: ["z"], value: { M: { b: s("3") } } },
    { z: { M: { b: s("3") } } },
  ],
  [
    "graft: into a map, at each depth",
    { kind: "graft", path: ["m"], value: { M: { b: s("3"), c: { M: { d: s("4") } } } } },
    { m: { M: { b: s("3"), c: { M: { d: s("4") } } } } },
  ],
  [
    "a name that every object has",
    { kind: "replace", path: ["constructor", "toString"], value: s("1") },
    {
      constructor: { M: { toString: s("1") } },
    },
  ],
];

test.each(cases)("%s", (_, edit, changed) => {
  const before = JSON.stringify(item);
  expect(JSON.parse(JSON.stringify(applyEdits(item, [edit])))).toEqual(
    JSON.parse(JSON.stringify({ ...item, ...changed })),
  );
  expect(JSON.stringify(item)).toBe(before);
});

test("no edits: the item itself", () => {
  expect(applyEdits(item, [])).toBe(item);
});

test("several edits in one map all count", () => {
  const edits: Edit[] = ["x", "y"].map((key) => ({ kind: "replace", path: ["m", "c", key], value: s(key) }));
  expect(valueAt(applyEdits(item, edits), ["m", "c"])).toEqual({ M: { x: s("x"), y: s("y") } });
});

test("a name __proto__ is one like any other", () => {
  const made = applyEdits({}, [{ kind: "replace", path: ["__proto__", "a"], value: s("1") }]);
  expect(JSON.stringify(made)).toBe('{"__proto__":{"M":{"a":{"S":"1"}}}}');
  expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
});

describe("valueAt and reachOf", () => {
  test.each([
    [["a"], s("1"), 1],
    [["z"], undefined, 1],
    [["m", "b"], s("2"), 2],
    [["m", "c", "z"], undefined, 3],
    [["m", "z", "y"], undefined, 2],
    [["a", "b", "c"], undefined, 1],
    [["z", "b"], undefined, 1],
  ])("%j", (path, value, reach) => {
    expect(valueAt(item, path)).toEqual(value);
    expect(reachOf(item, path)).toBe(reach);
  });
});

test("the keys of a graft are edits of their own, maps grafts again", () => {
  const graft = { kind: "graft", path: ["m"], value: { M: { b: s("1"), c: { M: { d: s("2") } } } } } as const;
  expect(graftedKeys(graft).map(plainEdit)).toEqual([
    { at: "m.b", kind: "replace", value: s("1") },
    { at: "m.c", kind: "graft", value: { M: { d: s("2") } } },
  ]);
});

test("bytes are told apart by their content", () => {
  const edit = elements(["t"], [{ B: new Uint8Array([1]) }, { B: new Uint8Array([2]) }], [], "BS");
  expect(mergedSet({ BS: [new Uint8Array([1])] }, edit as Edit & { kind: "elements" })).toEqual({
    BS: [new Uint8Array([1]), new Uint8Array([2])],
  });
});
