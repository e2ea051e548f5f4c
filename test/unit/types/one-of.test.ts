import { describe, expect, test } from "vitest";
import { InvalidModel } from "../../../src/errors.js";
import { boolean } from "../../../src/types/boolean.js";
import { dynamicMap } from "../../../src/types/dynamic.js";
import { list } from "../../../src/types/list.js";
import { integer, number } from "../../../src/types/number.js";
import { oneOf } from "../../../src/types/one-of.js";
import { set } from "../../../src/types/set.js";
import { string } from "../../../src/types/string.js";
import { definitionOf } from "../../../src/types/type.js";
import { table } from "../codec.js";

const old = integer().transform({
  load: (n) => n === 1,
  dump(): number {
    throw new TypeError("not true or false");
  },
});
const flag = oneOf(boolean(), old);

table("oneOf of booleans, old ones stored as numbers", flag, {
  both: [[true, { BOOL: true }]],
  loads: [
    [{ N: "1" }, true],
    [{ N: "0" }, false],
  ],
  refusesToLoad: [[{ S: "yes" }, 'the stored value has DynamoDB\'s type S, not "BOOL" or "N": a text of 3 characters']],
  refusesToDump: [
    [
      {},
      "none of its types takes an object (boolean: expected true or false, got an object; integer: not true or false)",
    ],
  ],
});

table("oneOf of a set or a list", oneOf(set(string()), list(string())), {
  both: [
    [new Set(["a"]), { SS: ["a"] }],
    [["a"], { L: [{ S: "a" }] }],
  ],
  dumps: [[new Set(), undefined]],
});

describe("oneOf()", () => {
  test("of a value that is stored by another of its types: the value counts as stored", () => {
    const { codec } = definitionOf(oneOf(string(), number()));
    expect(codec.isStored?.(1, { N: "1" })).toBe(true);
    expect(codec.isStored?.("1", { N: "1" })).toBe(false);
  });

  test.each([
    ["stored alike", () => oneOf(string(), string("a")), "string and string are both stored as S"],
    ["that may be of any", () => oneOf(string(), oneOf(number(), boolean())), "oneOf may be of any"],
    ["with a key", () => oneOf(string().hashKey(), number()), "Only a column can be a key"],
    ["with a default", () => oneOf(string().default("x"), number()), "Only a column can have a default"],
    ["alone", () => (oneOf as (...types: unknown[]) => unknown)(string()), "takes two types or more, got 1"],
  ])("refuses types %s", (_, make, message) => {
    expect(make).toThrow(InvalidModel);
    expect(make).toThrow(message);
  });

  test("takes dynamic maps beside scalars", () => {
    const { codec } = definitionOf(oneOf(dynamicMap(), string()));
    expect(codec.load({ M: { a: { S: "x" } } })).toEqual({ a: "x" });
    expect(codec.load({ S: "x" })).toBe("x");
  });
});
