import { expect, test } from "vitest";
import type { Attribute } from "../../../src/wire/attribute.js";
import { canonical, canonicalAttributes, canonicalKey } from "../../../src/wire/canonical.js";

test.each<[Attribute, string]>([
  [{ S: 'a"b' }, `S"a\\"b"`],
  [{ N: "12.50" }, "N125E1"],
  [{ N: "-0.0" }, "N0"],
  [{ B: Buffer.from("xhix").subarray(1, 3) }, "B6869"],
  [{ BOOL: true }, "true"],
  [{ BOOL: false }, "false"],
  [{ NULL: true }, "null"],
  [{ SS: ["b", "a,"] }, `SS["a,","b"]`],
  [{ NS: ["2", "1.0"] }, "NS[1E0,2E0]"],
  [{ BS: [new Uint8Array([255]), new Uint8Array([1])] }, "BS[01,ff]"],
  [{ L: [{ N: "1" }, { L: [] }] }, "[N1E0,[]]"],
  [{ M: { b: { S: "" }, a: { N: "1" } } }, `{"a":N1E0,"b":S""}`],
])("%j is %s", (attribute, text) => {
  expect(canonical(attribute)).toBe(text);
});

test("texts that read alike stay apart", () => {
  const all: Attribute[] = [
    { S: "true" },
    { BOOL: true },
    { S: "null" },
    { NULL: true },
    { N: "1" },
    { S: "1" },
    { SS: ["a", "b"] },
    { SS: [`a","b`] },
    { L: [{ S: "a" }, { S: "b" }] },
    { L: [{ S: `a",S"b` }] },
    { B: new Uint8Array([1]) },
    { S: "01" },
    { M: {} },
    { L: [] },
    { M: { a: { M: {} } } },
    { S: "\ud800" },
    { S: "\\ud800" },
  ];
  expect(new Set(all.map(canonical)).size).toBe(all.length);
});

test("attributes by name, in any order", () => {
  expect(canonicalAttributes({ b: { N: "2" }, a: { N: "1" } })).toBe(`"a":N1E0,"b":N2E0`);
  expect(canonicalAttributes({})).toBe("");
});

test("keys by the names of their columns: numbers by value, and each part says where it ends", () => {
  const key = { a: { S: "x" }, n: { N: "1.0" }, b: { B: new Uint8Array([1]) } };
  expect(canonicalKey(key, ["a", "n"])).toBe(canonicalKey({ n: { N: "1" }, a: { S: "x" } }, ["a", "n"]));
  expect(canonicalKey(key, ["b"])).toBe(canonicalKey({ b: { B: Buffer.from([1]) } }, ["b"]));
  expect(canonicalKey({ a: { S: "x1:y" }, b: { S: "" } }, ["a", "b"])).not.toBe(
    canonicalKey({ a: { S: "x" }, b: { S: "y" } }, ["a", "b"]),
  );
  expect(canonicalKey({ n: { N: "12345678901234567890123" } }, ["n"])).toBe(
    canonicalKey({ n: { N: "12345678901234567890123.0" } }, ["n"]),
  );
  expect(canonicalKey(key, ["a", "gone"])).toBe(canonicalKey(key, ["a"]));
});
