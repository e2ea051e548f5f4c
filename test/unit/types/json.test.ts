import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { Json } from "../../../src/types/codec/outline.js";
import { json, type StandardSchema } from "../../../src/types/json.js";
import type { Type } from "../../../src/types/type.js";
import { dump, load, misfit, table } from "../codec.js";

const inexact = (number: string) =>
  `a number of ${number.length} characters in the stored JSON does not fit a JavaScript number exactly`;

table("json", json(), {
  both: [
    [null, { S: "null" }],
    ["", { S: `""` }],
    [1.5, { S: "1.5" }],
    [false, { S: "false" }],
    [[1, [], {}], { S: "[1,[],{}]" }],
    [{ a: { b: null } }, { S: `{"a":{"b":null}}` }],
    // What looks like a number inside of a text is none.
    [
      { "12345678901234567890": '\\" 12345678901234567890' },
      { S: `{"12345678901234567890":"\\\\\\" 12345678901234567890"}` },
    ],
    // JSON can escape half a pair, so the text itself is whole.
    ["\ud800", { S: `"\\ud800"` }],
    [5e-324, { S: "5e-324" }],
    [Number.MAX_VALUE, { S: "1.7976931348623157e+308" }],
  ],
  loads: [
    [{ S: ` { "a" : 1.0e0 } ` }, { a: 1 }],
    [{ S: "-0.10" }, -0.1],
  ],
  dumps: [
    [{ a: undefined, b: 1 }, { S: `{"b":1}` }],
    [-0, { S: "0" }],
    [Object.assign(Object.create(null), { a: 1 }), { S: `{"a":1}` }],
  ],
  refusesToLoad: [
    [{ S: "" }, "the stored text is not JSON: an empty text"],
    [{ S: "{a:1}" }, "the stored text is not JSON: a text of 5 characters"],
    [{ S: `"open` }, "the stored text is not JSON: a text of 5 characters"],
    [{ S: "12345678901234567890" }, inexact("12345678901234567890")],
    [{ S: `{"a":[1, 0.1234567890123456789]}` }, inexact("0.1234567890123456789")],
    [{ S: "[1e400]" }, inexact("1e400")],
    [{ S: "[-1e-400]" }, inexact("-1e-400")],
    [{ S: "9007199254740993" }, inexact("9007199254740993")],
    [{ M: {} }, "the stored value has DynamoDB's type M, not S: a map"],
    [{ NULL: true }, "the stored value is NULL; declare the column with nullable() to load it as null"],
  ],
  refusesToDump: [
    [undefined, "expected a JSON value, got undefined"],
    [Number.NaN, "expected a JSON value, got NaN"],
    [1n, "expected a JSON value, got a bigint"],
    [() => 1, "expected a JSON value, got a function"],
    [[1, undefined], "expected a JSON value, got undefined", [1]],
    [Object.assign([1], { 2: 2 }), "expected a JSON value, got undefined", [1]],
    [{ a: { b: [Number.POSITIVE_INFINITY] } }, "expected a JSON value, got Infinity", ["a", "b", 0]],
    [{ at: new Date(0) }, "expected a JSON value, got a Date", ["at"]],
    [{ m: new Map() }, "expected a JSON value, got a Map of 0", ["m"]],
    [{ b: new Uint8Array(1) }, "expected a JSON value, got 1 byte", ["b"]],
    [{ toJSON: () => 1 }, "expected a JSON value, got the function toJSON", ["toJSON"]],
  ],
});

test("a value that contains itself is refused", () => {
  const cycle: Record<string, unknown> = { list: [] };
  Object.assign(cycle, { list: [cycle] });
  expect(misfit(() => dump(json(), cycle))).toMatchObject({ message: "the value contains itself", path: ["list", 0] });
});

test("a value that is held twice does not contain itself", () => {
  const shared = { a: 1 };
  expect(dump(json(), [shared, shared])).toEqual({ S: `[{"a":1},{"a":1}]` });
});

test("keys named __proto__ survive", () => {
  const text = `{"__proto__":{"a":1}}`;
  const loaded = load(json(), { S: text });
  expect(Object.getPrototypeOf(loaded)).toBe(Object.prototype);
  expect(dump(json(), loaded)).toEqual({ S: text });
});

test("a text of the size of an item is read", () => {
  const long = `${"x".repeat(200_000)}\\"${'"'.repeat(100_000)}`;
  const dumped = dump(json(), [long, 1]);
  expect(dumped && load(json(), dumped)).toEqual([long, 1]);
});

describe("with a schema", () => {
  const settings = json(v.object({ theme: v.picklist(["dark", "light"]), sizes: v.optional(v.array(v.number())) }));
  type Settings = { theme: "dark" | "light"; sizes?: number[] | undefined };

  test("has the schema's type", () => {
    expectTypeOf(settings).toExtend<Type<Settings, "S">>();
    expectTypeOf(json()).toExtend<Type<Json, "S">>();
  });

  table("json(schema)", settings, {
    both: [[{ theme: "dark", sizes: [1] }, { S: `{"theme":"dark","sizes":[1]}` }]],
    refusesToLoad: [
      [
        { S: `{"theme":"blue"}` },
        `Invalid type: Expected ("dark" | "light") but received a text of 4 characters`,
        ["theme"],
      ],
      [
        { S: `{"theme":"dark","sizes":[1,"2"]}` },
        `Invalid type: Expected number but received a text of 1 character`,
        ["sizes", 1],
      ],
      [{ S: "{" }, "the stored text is not JSON: a text of 1 character"],
    ],
    refusesToDump: [
      [{}, `Invalid key: Expected "theme" but received undefined`, ["theme"]],
      [{ theme: "dark", sizes: [Number.NaN] }, "expected a JSON value, got NaN", ["sizes", 0]],
    ],
  });

  test("that leaves keys out does not take them from the value", () => {
    expect(load(settings, { S: `{"theme":"dark","more":1}` })).toEqual({ theme: "dark", more: 1 });
  });

  test("that is asynchronous is refused, and its rejection does not end the process", async () => {
    const rejections: unknown[] = [];
    const listener = (reason: unknown) => rejections.push(reason);
    process.on("unhandledRejection", listener);
    const rejecting = schemaOf(() => Promise.reject(new Error("later")));
    expect(misfit(() => load(json(rejecting), { S: "1" })).message).toBe(
      "the schema is asynchronous; json() takes a synchronous one",
    );
    const asynchronous = json(
      v.pipeAsync(
        v.number(),
        v.checkAsync(async () => true),
      ),
    );
    expect(() => dump(asynchronous, 1)).toThrow("the schema is asynchronous; json() takes a synchronous one");
    await sleep(5);
    process.off("unhandledRejection", listener);
    expect(rejections).toEqual([]);
  });

  test("any form of issue has its path", () => {
    const failing = (issues: readonly { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] }[]) =>
      misfit(() => load(json(schemaOf(() => ({ issues }))), { S: "1" }));
    expect(failing([{ message: "no", path: ["a", 0, { key: "b" }, { key: 1 }] }])).toMatchObject({
      message: "no",
      path: ["a", 0, "b", 1],
    });
    expect(failing([{ message: "no", path: [Symbol("s")] }])).toMatchObject({ path: ["Symbol(s)"] });
    expect(failing([{ message: "first" }, { message: "second" }])).toMatchObject({ message: "first", path: [] });
    expect(failing([])).toMatchObject({ message: "the schema refused the value" });
  });

  test("that throws says why the value does not fit", () => {
    const throwing = schemaOf(() => {
      throw new TypeError("broken schema");
    });
    expect(() => load(json(throwing), { S: "1" })).toThrow("broken schema");
  });
});

function schemaOf(validate: StandardSchema<unknown>["~standard"]["validate"]): StandardSchema<unknown> {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

test("strings are no numbers, however they look; a number too long for JavaScript is an error, and cut in the message", () => {
  expect(load(json(), { S: '["9007199254740993", "\\\\", "\\"1e999", 0.1]' })).toEqual([
    "9007199254740993",
    "\\",
    '"1e999',
    0.1,
  ]);
  expect(misfit(() => load(json(), { S: '{"a\\"": 9007199254740993}' })).message).toContain(
    "a number of 16 characters",
  );
  expect(misfit(() => load(json(), { S: `[0.${"1".repeat(300_000)}]` })).message.length).toBeLessThan(200);
});
