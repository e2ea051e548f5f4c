import { describe, expect, test } from "vitest";
import { type Attribute, elementsOf, newAttributes, setOf, tagOf } from "../../../src/wire/attribute.js";

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

test("tagOf names the descriptor", () => {
  expect(tagOf({ BS: [] })).toBe("BS");
  expect(tagOf({ NULL: true })).toBe("NULL");
  expect(tagOf({} as never)).toBe("nothing");
});

test("newAttributes has no prototype, and copies", () => {
  const from = { a: { S: "" } };
  const made = newAttributes(from);
  Object.assign(made, JSON.parse(`{"__proto__":{"N":"1"}}`));
  expect(Object.keys(made)).toEqual(["a", "__proto__"]);
  expect(Object.keys(from)).toEqual(["a"]);
  expect("toString" in newAttributes()).toBe(false);
});

describe("sets", () => {
  test.each<["SS" | "NS" | "BS", Attribute]>([
    ["SS", { SS: ["a", "b"] }],
    ["NS", { NS: ["1"] }],
    ["BS", { BS: [bytes(1)] }],
  ])("%s is taken apart and put together", (tag, attribute) => {
    expect(setOf(tag, elementsOf(attribute))).toEqual(attribute);
    expect(setOf(tag, [])).toBe(undefined);
  });

  test("what is no set has no elements, and what is no element is left out", () => {
    expect(elementsOf({ L: [{ S: "a" }] })).toEqual([]);
    const mixed: Attribute[] = [{ S: "a" }, { N: "1" }, { B: bytes(1) }];
    expect(setOf("SS", mixed)).toEqual({ SS: ["a"] });
    expect(setOf("NS", mixed)).toEqual({ NS: ["1"] });
    expect(setOf("BS", mixed)).toEqual({ BS: [bytes(1)] });
  });
});
