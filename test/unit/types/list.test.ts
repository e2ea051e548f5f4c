import { describe, expect, test } from "vitest";
import { InvalidModel } from "../../../src/errors.js";
import { list } from "../../../src/types/list.js";
import { map } from "../../../src/types/map.js";
import { number } from "../../../src/types/number.js";
import { set } from "../../../src/types/set.js";
import { string } from "../../../src/types/string.js";
import { definitionOf, type Type } from "../../../src/types/type.js";
import type { Attribute } from "../../../src/wire/attribute.js";
import { dump, load, misfit, table } from "../codec.js";

const left = "DynamoDB has no empty sets, and a list can't leave an element out";

table("list", list(string()), {
  both: [
    [[], { L: [] }],
    [["", "b"], { L: [{ S: "" }, { S: "b" }] }],
  ],
  refusesToLoad: [
    [{ SS: ["a"] }, "the stored value has DynamoDB's type SS, not L: a set of 1"],
    [{ L: [{ S: "a" }, { N: "1" }] }, "the stored value has DynamoDB's type N, not S: a number", [1]],
    [{ L: [{ NULL: true }] }, "the stored value is NULL; declare the column with nullable() to load it as null", [0]],
  ],
  refusesToDump: [
    ["ab", "expected an array, got a text of 2 characters"],
    [new Set(["a"]), "expected an array, got a Set of 1"],
    [{ length: 1, 0: "a" }, "expected an array, got an object"],
    [["a", undefined], "expected a string, got undefined", [1]],
    [Object.assign(["a"], { 2: "c" }), "expected a string, got undefined", [1]],
    [["a", null], "expected a string, got null; declare the column with nullable() to store NULL", [1]],
  ],
});

table("list of sets", list(set(number())), {
  both: [[[new Set([1])], { L: [{ NS: ["1"] }] }]],
  refusesToDump: [[[new Set([1]), new Set()], left, [1]]],
});

table("list of nullable", list(string().nullable()), {
  both: [[["a", null], { L: [{ S: "a" }, { NULL: true }] }]],
  refusesToDump: [[[undefined], "expected a string, got undefined", [0]]],
});

table("list of maps", list(map({ price: number().required() })), {
  refusesToDump: [
    [[{ price: 1 }, { price: "2" }], "expected a finite number, got a text of 1 character", [1, "price"]],
  ],
  refusesToLoad: [[{ L: [{ M: {} }] }, "a required value is missing", [0, "price"]]],
});

test("keys and defaults belong to columns, not to elements", () => {
  expect(() => list(string().rangeKey())).toThrow(
    new InvalidModel("Only a column can be a key, and here a type inside of a list is."),
  );
  expect(() => list(string().default("x"))).toThrow(
    new InvalidModel("Only a column can have a default, and here a type inside of a list has one."),
  );
});

test("the member of a list is its element", () => {
  const { codec } = definitionOf(list(number()));
  expect(codec).toMatchObject({ name: "list", wire: "L" });
  expect(codec.inside?.kind === "list" && codec.inside.element().name).toBe("number");
});

/** DynamoDB counts the value itself: 31 lists around a text are 32 levels. */
describe("nesting", () => {
  const nested = (levels: number): { type: Type<unknown>; value: unknown; wire: Attribute } => {
    let type: Type<unknown> = string();
    let value: unknown = "x";
    let wire: Attribute = { S: "x" };
    for (let level = 1; level < levels; level++) {
      type = list(type);
      value = [value];
      wire = { L: [wire] };
    }
    return { type, value, wire };
  };

  test("32 levels are stored", () => {
    const { type, value, wire } = nested(32);
    expect(dump(type, value)).toEqual(wire);
    expect(load(type, wire)).toEqual(value);
  });

  test("33 levels are refused, with the path to the 32nd", () => {
    const { type, value } = nested(33);
    const error = misfit(() => dump(type, value));
    expect(error.message).toBe("lists and maps are nested deeper than DynamoDB's 32 levels");
    expect(error.path).toEqual(new Array(31).fill(0));
  });

  test("a dump that begins deeper has fewer levels left", () => {
    const { type, value } = nested(3);
    expect(dump(type, value, 30)).toEqual({ L: [{ L: [{ S: "x" }] }] });
    expect(() => dump(type, value, 31)).toThrow("32 levels");
  });
});
