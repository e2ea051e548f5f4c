import { expect, test } from "vitest";
import { InvalidModel } from "../../../src/errors.js";
import { binary } from "../../../src/types/binary.js";
import { boolean } from "../../../src/types/boolean.js";
import { map } from "../../../src/types/map.js";
import { bigint, integer, number } from "../../../src/types/number.js";
import { set } from "../../../src/types/set.js";
import { string, uuid } from "../../../src/types/string.js";
import { datetime } from "../../../src/types/time.js";
import { definitionOf } from "../../../src/types/type.js";
import { dump, load, table } from "../codec.js";

const id = "6f1c2b34-8f0a-4d6e-9b1a-0c2d3e4f5a6b";
/** An element that add() and delete() could not find by its value (D24). */
const otherwise = (name: string) =>
  `a set's element is stored in another way than ${name}() stores it, so that it could not be found by its value; declare the elements as they are stored, with string() for example`;
const later = new Date("2026-01-31T00:00:00.000Z");

table("set of strings", set(string()), {
  both: [
    [new Set(["a"]), { SS: ["a"] }],
    [new Set(["b", "a", ""]), { SS: ["b", "a", ""] }],
  ],
  dumps: [[new Set(), undefined]],
  refusesToLoad: [
    [{ NS: ["1"] }, "the stored value has DynamoDB's type NS, not SS: a set of 1"],
    [{ L: [{ S: "a" }] }, "the stored value has DynamoDB's type L, not SS: a list of 1"],
    [{ NULL: true }, "the stored value is NULL; declare the column with nullable() to load it as null"],
  ],
  refusesToDump: [
    [["a"], "expected a Set, got an array of 1"],
    [new Map([["a", 1]]), "expected a Set, got a Map of 1"],
    [new Set(["a", 1]), "expected a string, got a number", [1]],
    [new Set([undefined]), "expected a string, got undefined", [0]],
  ],
});

table("set of numbers", set(number()), {
  both: [[new Set([1, 2.5]), { NS: ["1", "2.5"] }]],
  loads: [[{ NS: ["1E+3", "0.10"] }, new Set([1000, 0.1])]],
  dumps: [[new Set([0, -0]), { NS: ["0"] }]],
  refusesToLoad: [
    [{ NS: ["1", "x"] }, "a text of 1 character is not a number", [1]],
    [{ NS: ["0.1234567890123456789"] }, otherwise("number"), [0]],
    [{ NS: ["1", "1.0"] }, "two elements of the stored set load as the same value: a set of 2"],
  ],
  refusesToDump: [[new Set([1, Number.NaN]), "expected a finite number, got NaN", [1]]],
});

table("set of bigints", set(bigint()), { both: [[new Set([1n, 10n ** 37n]), { NS: ["1", `1${"0".repeat(37)}`] }]] });
table("set of integers", set(integer()), {
  refusesToDump: [[new Set([1.5]), "expected a whole number, got a number with a fraction", [0]]],
});

table("set of bytes", set(binary()), {
  both: [[new Set([new Uint8Array([1]), new Uint8Array()]), { BS: [new Uint8Array([1]), new Uint8Array()] }]],
  dumps: [[new Set([new Uint8Array([1, 2]), new Uint8Array([1, 2])]), { BS: [new Uint8Array([1, 2])] }]],
});

table("set of times", set(datetime()), {
  both: [[new Set([later]), { SS: ["2026-01-31T00:00:00.000Z"] }]],
  dumps: [[new Set([later, new Date(later)]), { SS: ["2026-01-31T00:00:00.000Z"] }]],
});

table("set of uuids", set(uuid()), {
  dumps: [[new Set([id, id.toUpperCase()]), { SS: [id] }]],
  refusesToLoad: [
    [{ SS: [id, id.toUpperCase()] }, "two elements of the stored set load as the same value: a set of 2"],
    [{ SS: [id.toUpperCase()] }, otherwise("uuid"), [0]],
  ],
});

table("set of a transformed type", set(string().transform({ load: Number, dump: String })), {
  both: [[new Set([1, 2]), { SS: ["1", "2"] }]],
  refusesToLoad: [[{ SS: ["1", "x"] }, otherwise("string"), [1]]],
});

test("a nullable set admits NULL, and its tag is that of the elements", () => {
  const type = set(number()).nullable();
  expect(load(type, { NULL: true })).toBe(null);
  expect(dump(type, null)).toEqual({ NULL: true });
  expect(definitionOf(type).codec.wire).toBe("NS");
});

test("an element that DynamoDB has no set of is refused when it is declared", () => {
  // @ts-expect-error: booleans are in no set
  expect(() => set(boolean())).toThrow(
    new InvalidModel("set() holds types stored as S, N or B, and boolean() is stored as BOOL."),
  );
  // @ts-expect-error: maps are in no set
  expect(() => set(map({}))).toThrow("set() holds types stored as S, N or B, and map() is stored as M.");
  expect(() => set(string().nullable())).toThrow(
    new InvalidModel("A set can't hold NULL: call nullable() on the set, not on its elements."),
  );
});

test("keys and defaults belong to columns, not to elements", () => {
  expect(() => set(string().hashKey())).toThrow(
    new InvalidModel("Only a column can be a key, and here a type inside of a set is."),
  );
  expect(() => set(string().default("x"))).toThrow(
    new InvalidModel("Only a column can have a default, and here a type inside of a set has one."),
  );
});

test("a version inside of a type is refused", () => {
  expect(() => set(integer().version())).toThrow(
    new InvalidModel("Only a column can be a version, and here a type inside of a set is."),
  );
});
