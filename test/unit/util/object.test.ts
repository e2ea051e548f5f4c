import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { isPlainObject, ownValue, setOwn } from "../../../src/util/object.js";

describe("setOwn", () => {
  test("sets an own property, __proto__ too", () => {
    const object = {};
    setOwn(object, "a", 1);
    setOwn(object, "__proto__", { polluted: true });
    expect(Object.entries(object)).toEqual([
      ["a", 1],
      ["__proto__", { polluted: true }],
    ]);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect("polluted" in object).toBe(false);
    setOwn(object, "__proto__", 2);
    expect(ownValue(object, "__proto__")).toBe(2);
  });
});

test("ownValue sees no prototype", () => {
  expect(ownValue({ a: 1 }, "a")).toBe(1);
  expect(ownValue({}, "toString")).toBe(undefined);
  expect(ownValue({}, "__proto__")).toBe(undefined);
  expect(ownValue(Object.create({ a: 1 }), "a")).toBe(undefined);
});

test.each<[unknown, boolean]>([
  [{}, true],
  [Object.create(null), true],
  [runInNewContext("({})"), true],
  [[], false],
  [null, false],
  [undefined, false],
  ["", false],
  [() => 1, false],
  [new Date(), false],
  [new Map(), false],
  [new (class A {})(), false],
])("case %#", (value, plain) => {
  expect(isPlainObject(value)).toBe(plain);
});
