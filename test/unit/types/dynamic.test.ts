import { describe, expect, test } from "vitest";
import { dynamicList, dynamicMap, StoredNumber } from "../../../src/types/dynamic.js";
import { definitionOf } from "../../../src/types/type.js";
import type { Attribute } from "../../../src/wire/attribute.js";
import { dump, load, misfit, table } from "../codec.js";

const fraction = "0.1234567890123456789";
const nines = "9".repeat(38);

table("dynamicMap", dynamicMap(), {
  both: [
    [{}, { M: {} }],
    [
      {
        text: "",
        half: 0.5,
        big: BigInt(nines),
        exact: new StoredNumber(fraction),
        yes: true,
        none: null,
        bytes: new Uint8Array([1]),
        texts: new Set(["a", ""]),
        numbers: new Set([1, BigInt(nines), new StoredNumber(fraction)]),
        blobs: new Set([new Uint8Array([1]), new Uint8Array([2])]),
        list: [1, [], {}],
        map: { a: { b: "c" } },
      },
      {
        M: {
          text: { S: "" },
          half: { N: "0.5" },
          big: { N: nines },
          exact: { N: fraction },
          yes: { BOOL: true },
          none: { NULL: true },
          bytes: { B: new Uint8Array([1]) },
          texts: { SS: ["a", ""] },
          numbers: { NS: ["1", nines, fraction] },
          blobs: { BS: [new Uint8Array([1]), new Uint8Array([2])] },
          list: { L: [{ N: "1" }, { L: [] }, { M: {} }] },
          map: { M: { a: { M: { b: { S: "c" } } } } },
        },
      },
    ],
  ],
  loads: [
    [
      { M: { a: { N: "1E+3" }, b: { N: "-0" }, c: { N: "1E30" }, d: { N: "12345678901234567890.0" } } },
      { a: 1000, b: 0, c: 1e30, d: 12345678901234567890n },
    ],
    [{ M: { a: { N: "1180591620717411303424" } } }, { a: 1180591620717411303424n }],
  ],
  dumps: [
    [{ a: undefined, b: new Set(), c: -0 }, { M: { c: { N: "0" } } }],
    [{ a: new Set([1, 1n, new StoredNumber("1.0")]) }, { M: { a: { NS: ["1.0"] } } }],
    [{ a: new Set([new Uint8Array([1, 2]), Buffer.from([1, 2])]) }, { M: { a: { BS: [new Uint8Array([1, 2])] } } }],
  ],
  refusesToLoad: [
    [{ L: [] }, "the stored value has DynamoDB's type L, not M: a list of 0"],
    [{ M: { a: { N: "Infinity" } } }, "a text of 8 characters is not a number", ["a"]],
    [{ M: { a: { NS: ["1", "x"] } } }, "a text of 1 character is not a number", ["a"]],
    [
      { M: { a: { N: "1E200" } } },
      "DynamoDB can't hold the number: its exponent is 200; DynamoDB holds -130 to 125",
      ["a"],
    ],
    [
      { M: { a: { X: "?" } as never } },
      "the stored value has a type that bloop does not know: a text of 1 character",
      ["a"],
    ],
  ],
  refusesToDump: [
    [{ a: new Date(0) }, "expected a value that DynamoDB has a type for, got a Date", ["a"]],
    [{ a: new Map() }, "expected a value that DynamoDB has a type for, got a Map of 0", ["a"]],
    [{ a: () => 1 }, "expected a value that DynamoDB has a type for, got the function a", ["a"]],
    [{ a: Symbol("s") }, "expected a value that DynamoDB has a type for, got a symbol", ["a"]],
    [{ a: Number.NaN }, "expected a finite number, got NaN", ["a"]],
    [{ a: new Set(["a", 1]) }, "a set holds only strings, only numbers or only bytes", ["a"]],
    [{ a: new Set([null]) }, "a set holds only strings, only numbers or only bytes", ["a"]],
    [
      { a: ["\ud800"] },
      "a text of 1 character holds half a surrogate pair, which UTF-8 can't; repair it with toWellFormed()",
      ["a", 0],
    ],
    [
      { a: new Set(["\ud800"]) },
      "a text of 1 character holds half a surrogate pair, which UTF-8 can't; repair it with toWellFormed()",
      ["a"],
    ],
    [{ a: Object.assign([1], { 2: 3 }) }, "expected a value that DynamoDB has a type for, got undefined", ["a", 1]],
    [{ a: [undefined] }, "expected a value that DynamoDB has a type for, got undefined", ["a", 0]],
    [{ a: [new Set()] }, "DynamoDB has no empty sets, and a list can't leave an element out", ["a", 0]],
    [{ a: 10n ** 38n + 1n }, "DynamoDB can't hold the number: it has 39 significant digits; DynamoDB holds 38", ["a"]],
    [[1], "expected an object, got an array of 1"],
  ],
});

table("dynamicList", dynamicList(), {
  both: [
    [[], { L: [] }],
    [["a", 1, null, [true]], { L: [{ S: "a" }, { N: "1" }, { NULL: true }, { L: [{ BOOL: true }] }] }],
  ],
  refusesToLoad: [[{ M: {} }, "the stored value has DynamoDB's type M, not L: a map"]],
  refusesToDump: [[{}, "expected an array, got an object"]],
});

test("keys named __proto__ survive", () => {
  const wire: Attribute = { M: JSON.parse(`{"__proto__":{"M":{"__proto__":{"S":"x"}}}}`) };
  const loaded = load(dynamicMap(), wire);
  expect(JSON.stringify(loaded)).toBe(`{"__proto__":{"__proto__":"x"}}`);
  expect(JSON.stringify(dump(dynamicMap(), loaded))).toBe(JSON.stringify(wire));
});

describe("cycles are refused for their depth", () => {
  test.each(["list", "map"])("of a %s", (kind) => {
    const cycle: unknown[] = [];
    const holder = kind === "list" ? cycle : { cycle };
    cycle.push(holder);
    const type = kind === "list" ? dynamicList() : dynamicMap();
    const error = misfit(() => dump(type, holder));
    expect(error.message).toBe("lists and maps are nested deeper than DynamoDB's 32 levels");
    expect(error.path).toHaveLength(31);
  });
});

test("Buffers that read as the same text are not the same bytes", () => {
  const buffers = new Set([Buffer.from([0xff]), Buffer.from([0xfe])]);
  expect(dump(dynamicList(), [buffers])).toEqual({ L: [{ BS: [new Uint8Array([0xff]), new Uint8Array([0xfe])] }] });
});

test("bytes are copied both ways", () => {
  const bytes = new Uint8Array([1]);
  const dumped = dump(dynamicList(), [bytes, new Set([bytes])]);
  bytes[0] = 9;
  expect(dumped).toEqual({ L: [{ B: new Uint8Array([1]) }, { BS: [new Uint8Array([1])] }] });
});

test("names", () => {
  expect(definitionOf(dynamicList()).codec).toMatchObject({ name: "dynamicList", wire: "L" });
  expect(definitionOf(dynamicMap()).codec).toMatchObject({ name: "dynamicMap", wire: "M" });
});

describe("StoredNumber", () => {
  test("keeps its text", () => {
    const number = new StoredNumber("1.50");
    expect([String(number), JSON.stringify({ number }), number.text]).toEqual(["1.50", `{"number":"1.50"}`, "1.50"]);
  });

  test.each(["", "NaN", "1E126", `${nines}1`])("refuses %j", (text) => {
    expect(() => misfit(() => new StoredNumber(text))).not.toThrow();
  });
});
