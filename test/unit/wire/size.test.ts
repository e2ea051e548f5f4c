import { expect, test } from "vitest";
import type { Attribute } from "../../../src/wire/attribute.js";
import { sizeAtMost, sizeOf, sizeOfAttributes, textSize } from "../../../src/wire/size.js";

test.each<[Attribute, number]>([
  [{ S: "" }, 0],
  [{ S: "é💩" }, 6],
  [{ N: "0" }, 1],
  [{ N: "1200" }, 2],
  [{ N: "-12.345" }, 4],
  [{ N: "9".repeat(38) }, 20],
  [{ N: "?" }, 1],
  [{ B: new Uint8Array(7) }, 7],
  [{ BOOL: false }, 1],
  [{ NULL: true }, 1],
  [{ SS: ["a", "bc"] }, 3],
  [{ NS: ["1", "123"] }, 5],
  [{ BS: [new Uint8Array(2), new Uint8Array(3)] }, 5],
  [{ L: [] }, 3],
  [{ L: [{ S: "ab" }, { BOOL: true }] }, 8],
  [{ M: {} }, 3],
  [{ M: { ab: { S: "c" } } }, 7],
])("%j has %i bytes", (attribute, size) => {
  expect(sizeOf(attribute)).toBe(size);
});

test("names count", () => {
  expect(sizeOfAttributes({})).toBe(0);
  expect(sizeOfAttributes({ id: { S: "abc" }, é: { N: "1" } })).toBe(2 + 3 + 2 + 2);
  expect(sizeOfAttributes({ gone: undefined } as never)).toBe(0);
  expect(textSize("é")).toBe(2);
});

test.each<Attribute>([
  { S: "é💩" },
  { N: "-12.345" },
  { B: new Uint8Array(5) },
  { BOOL: true },
  { NULL: true },
  { SS: ["é", "x"] },
  { NS: ["1", "-2.5"] },
  { BS: [new Uint8Array(3)] },
  { L: [{ S: "x" }, { L: [] }] },
  { M: { é: { S: "x" }, m: { M: {} } } },
])("the estimate of %j is never below its size", (attribute) => {
  expect(sizeAtMost(attribute)).toBeGreaterThanOrEqual(sizeOf(attribute));
});
