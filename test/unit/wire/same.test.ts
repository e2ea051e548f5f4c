import { describe, expect, test } from "vitest";
import { type Attribute, newAttributes } from "../../../src/wire/attribute.js";
import { sameAttribute, sameAttributes } from "../../../src/wire/same.js";

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

const alike: [Attribute, Attribute][] = [
  [{ S: "a" }, { S: "a" }],
  [{ N: "1" }, { N: "1.0" }],
  [{ N: "1000" }, { N: "1E+3" }],
  [{ N: "-0" }, { N: "0E5" }],
  [{ B: bytes(1, 2) }, { B: Buffer.from([1, 2]) }],
  [{ BOOL: true }, { BOOL: true }],
  [{ NULL: true }, { NULL: true }],
  [{ SS: ["a", "b"] }, { SS: ["b", "a"] }],
  [{ NS: ["1", "2"] }, { NS: ["2.0", "0.1E1"] }],
  [{ BS: [bytes(1), bytes(2)] }, { BS: [bytes(2), bytes(1)] }],
  [{ L: [{ N: "1" }, { S: "" }] }, { L: [{ N: "1.00" }, { S: "" }] }],
  [{ M: { a: { N: "1" }, b: { S: "" } } }, { M: { b: { S: "" }, a: { N: "1.0" } } }],
  [{ M: newAttributes({ a: { S: "" } }) }, { M: { a: { S: "" } } }],
];

const different: [Attribute, Attribute][] = [
  [{ S: "1" }, { N: "1" }],
  [{ S: "a" }, { S: "A" }],
  [{ S: "é" }, { S: "e\u0301" }],
  [{ N: "1" }, { N: "-1" }],
  [{ N: "99999999999999999999999999999999999998" }, { N: "99999999999999999999999999999999999999" }],
  [{ B: bytes(1) }, { B: bytes(1, 0) }],
  [{ B: bytes(1) }, { B: bytes(2) }],
  [{ B: bytes() }, { S: "" }],
  [{ BOOL: true }, { BOOL: false }],
  [{ BOOL: false }, { NULL: true }],
  [{ SS: ["1"] }, { NS: ["1"] }],
  [{ SS: ["a"] }, { SS: ["a", "b"] }],
  [{ SS: ["a", "b"] }, { SS: ["a", "c"] }],
  [{ SS: ["a"] }, { L: [{ S: "a" }] }],
  [{ NS: ["1", "2"] }, { NS: ["1", "1.0"] }],
  [{ BS: [bytes(1)] }, { BS: [bytes(1), bytes()] }],
  [{ L: [{ S: "a" }, { S: "b" }] }, { L: [{ S: "b" }, { S: "a" }] }],
  [{ L: [] }, { L: [{ NULL: true }] }],
  [{ L: [] }, { M: {} }],
  [{ M: { a: { S: "" } } }, { M: { b: { S: "" } } }],
  [{ M: { a: { S: "" } } }, { M: { a: { S: "" }, b: { S: "" } } }],
  [{ M: {} }, { M: JSON.parse(`{"__proto__":{"S":""}}`) }],
  [{ M: { toString: { S: "" } } }, { M: { a: { S: "" } } }],
];

describe("sameAttribute", () => {
  test.each(alike)("%j is %j", (left, right) => {
    expect(sameAttribute(left, right)).toBe(true);
    expect(sameAttribute(right, left)).toBe(true);
  });

  test.each(different)("%j is not %j", (left, right) => {
    expect(sameAttribute(left, right)).toBe(false);
    expect(sameAttribute(right, left)).toBe(false);
  });

  test("nothing is the same as nothing only", () => {
    expect(sameAttribute(undefined, undefined)).toBe(true);
    expect(sameAttribute({ S: "" }, undefined)).toBe(false);
    expect(sameAttribute(undefined, { NULL: true })).toBe(false);
  });
});

test("sameAttributes looks at own names only", () => {
  expect(sameAttributes({}, {})).toBe(true);
  expect(sameAttributes({ constructor: { S: "" } }, { a: { S: "" } })).toBe(false);
});
