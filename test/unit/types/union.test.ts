import { describe, expect, test } from "vitest";
import { InvalidModel } from "../../../src/errors.js";
import { list } from "../../../src/types/list.js";
import { number } from "../../../src/types/number.js";
import { string } from "../../../src/types/string.js";
import { definitionOf } from "../../../src/types/type.js";
import { union } from "../../../src/types/union.js";
import type { Attribute } from "../../../src/wire/attribute.js";
import { dump, load, table } from "../codec.js";

const shape = union("kind", {
  circle: { radius: number().required() },
  square: { side: number().required().storedAs("s"), label: string() },
});

table("union", shape, {
  both: [
    [{ kind: "circle", radius: 1 }, { M: { kind: { S: "circle" }, radius: { N: "1" } } }],
    [{ kind: "square", side: 2, label: "" }, { M: { kind: { S: "square" }, s: { N: "2" }, label: { S: "" } } }],
  ],
  refusesToLoad: [
    [
      { M: { kind: { S: "circel" } } },
      'expected "circle" or "square", got a text of 6 characters; did you mean "circle"?',
      ["kind"],
    ],
    [{ M: { radius: { N: "1" } } }, `expected "circle" or "square", got undefined`, ["kind"]],
    [{ M: { kind: { N: "1" } } }, `expected "circle" or "square", got undefined`, ["kind"]],
    [{ M: { kind: { S: "circle" } } }, "a required value is missing", ["radius"]],
    [
      { M: { kind: { S: "square" }, s: { S: "2" } } },
      "the stored value has DynamoDB's type S, not N: a text of 1 character",
      ["side"],
    ],
    [{ L: [] }, "the stored value has DynamoDB's type L, not M: a list of 0"],
    [{ NULL: true }, "the stored value is NULL; declare the column with nullable() to load it as null"],
  ],
  refusesToDump: [
    [{ kind: "toString" }, 'expected "circle" or "square", got a text of 8 characters', ["kind"]],
    [{ radius: 1 }, `expected "circle" or "square", got undefined`, ["kind"]],
    [{ kind: "circle", side: 2 }, `there is no key "side" in this map`],
    [{ kind: "circle" }, "a required value is missing", ["radius"]],
    [{ kind: "circle", radius: "1" }, "expected a finite number, got a text of 1 character", ["radius"]],
    ["circle", "expected an object, got a text of 6 characters"],
    [null, "expected an object, got null; declare the column with nullable() to store NULL"],
    [[], `expected "circle" or "square", got undefined`, ["kind"]],
  ],
});

test("undeclared keys survive, also a copy and a change of kind", () => {
  const stored: Attribute = { M: { kind: { S: "circle" }, radius: { N: "1" }, extra: { BOOL: true } } };
  const loaded = load(list(shape), { L: [stored] });
  if (!Array.isArray(loaded)) throw new Error("A list loads as an array.");
  expect(dump(list(shape), loaded)).toEqual({ L: [stored] });
  const { radius, ...rest } = loaded[0];
  expect(dump(shape, { ...rest, kind: "square", side: radius })).toEqual({
    M: { kind: { S: "square" }, s: { N: "1" }, extra: { BOOL: true } },
  });
});

describe("names of the prototype", () => {
  test("as the tag", () => {
    const odd = union("__proto__", { constructor: { toString: string() } });
    const wire: Attribute = { M: JSON.parse(`{"__proto__":{"S":"constructor"},"toString":{"S":"x"}}`) };
    const loaded = load(odd, wire);
    expect(JSON.stringify(loaded)).toBe(`{"__proto__":"constructor","toString":"x"}`);
    expect(JSON.stringify(dump(odd, loaded))).toBe(JSON.stringify(wire));
  });

  test("as a key of a variant", () => {
    const odd = union("kind", { a: { ["__proto__"]: number().required() } });
    expect(() => dump(odd, { kind: "a" })).toThrow("a required value is missing");
    const local: unknown = JSON.parse(`{"kind":"a","__proto__":1}`);
    expect(JSON.stringify(dump(odd, local))).toBe(`{"M":{"kind":{"S":"a"},"__proto__":{"N":"1"}}}`);
  });
});

test("a variant can't declare the tag", () => {
  expect(() => union("kind", { circle: { kind: string() } })).toThrow(
    new InvalidModel(`The variant "circle" of a union declares the key "kind", which tells the variants apart.`),
  );
});

test("only the tag can be named from outside; members are those of the stored kind", () => {
  const { inside, name, wire } = definitionOf(shape).codec;
  if (inside?.kind !== "map") throw new Error("A union is a map.");
  expect([name, wire, inside.keys()]).toEqual(["union", "M", ["kind"]]);
  expect(inside.at("kind")).toMatchObject({ key: "kind", codec: { wire: "S" } });
  expect(inside.at("radius")).toBe(undefined);
  expect(inside.member("s", { kind: { S: "square" } })).toMatchObject({ key: "side" });
  expect(inside.member("s", { kind: { S: "circle" } })).toBe(undefined);
  expect(inside.member("s", { kind: { S: "other" } })).toBe(undefined);
  expect(inside.member("s", {})).toBe(undefined);
});
