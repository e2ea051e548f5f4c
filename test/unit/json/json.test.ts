/** toJson() and fromJson(): what each type is in JSON, which columns are taken, and what is refused, with its place. */

import {
  bigint,
  binary,
  boolean,
  type Changes,
  datetime,
  dynamicList,
  dynamicMap,
  InvalidOption,
  InvalidValue,
  integer,
  json,
  list,
  map,
  model,
  number,
  oneOf,
  record,
  recursive,
  StoredNumber,
  set,
  string,
  type Type,
  timestamp,
  union,
  uuid,
} from "bloop-dynamodb";
import { decimal } from "bloop-dynamodb/ext/decimal";
import { fromJson, toJson } from "bloop-dynamodb/json";
import { Decimal } from "decimal.js";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { AnyType } from "../../../src/types/type.js";

const id = "6f1c2b34-8f0a-4d6e-9b1a-0c2d3e4f5a6b";
const when = new Date("2026-01-31T12:00:00Z");

interface Tree {
  name: string;
  children?: Tree[] | undefined;
}
const tree: Type<Tree, "M"> = map({ name: string().required(), children: list(recursive(() => tree)) });
const url = string().transform({ load: (text) => new URL(text), dump: ({ href }: URL) => href });
const point = string().transform({
  load: (text) => text.split(",").map(Number),
  dump: (at: number[]) => at.join(","),
  json: { toJson: ([x = 0, y = 0]) => ({ x, y }), fromJson: (at) => Object.values(at as { x: number; y: number }) },
});

const Any = (type: AnyType) => model("Any", { id: string().hashKey(), it: type as Type<unknown> });
const write = (type: AnyType, it: unknown) => toJson(Any(type), { id: "1", it })["it"];
const read = (type: AnyType, it: unknown) => fromJson(Any(type), { id: "1", it }).it;

describe("in JSON,", () => {
  test.each<readonly [name: string, type: AnyType, value: unknown, json: unknown]>([
    ["a string is itself", string(), "a", "a"],
    ["a uuid too", uuid(), id, id],
    ["a number is a number", number(), 1.5, 1.5],
    ["zero has no sign", number(), 0, 0],
    ["an integer is a number", integer(), -3, -3],
    ["a bigint is its digits", bigint(), 12345678901234567890n, "12345678901234567890"],
    ["a decimal too", decimal(), new Decimal("0.10"), "0.1"],
    ["a boolean is itself", boolean(), false, false],
    ["bytes are base64", binary(), new Uint8Array([1, 255]), "Af8="],
    ["a datetime is its text", datetime(), when, "2026-01-31T12:00:00.000Z"],
    ["a timestamp is its seconds", timestamp(), when, 1769860800],
    ["a set is an array", set(binary()), new Set([new Uint8Array([1])]), ["AQ=="]],
    ["an empty set is an empty array", set(string()), new Set(), []],
    ["a list is an array", list(bigint()), [1n, 2n], ["1", "2"]],
    ["null is null", number().nullable(), null, null],
    ["a map has its properties", map({ at: datetime().storedAs("a") }), { at: when }, { at: when.toISOString() }],
    ["a record has its keys", record(bigint()), JSON.parse('{"__proto__":1}', toBig), JSON.parse('{"__proto__":"1"}')],
    ["a union has its tag", union("kind", { c: { r: number() } }), { kind: "c", r: 1 }, { kind: "c", r: 1 }],
    ["a tree is a tree", tree, { name: "a", children: [{ name: "b" }] }, { name: "a", children: [{ name: "b" }] }],
    ["json() is what it holds", json(), { a: [1, null] }, { a: [1, null] }],
    ["a custom type is what it is made from", url, new URL("https://a.example/"), "https://a.example/"],
    ["a custom type can say what it is", list(point), [[1, 2]], [{ x: 1, y: 2 }]],
    ["one of several is told apart by its kind", oneOf(boolean(), string()), "true", "true"],
    ["or by a tag", oneOf(string(), binary()), new Uint8Array([1]), { $B: "AQ==" }],
    ["a string of several has no tag if it is the first", oneOf(string(), binary()), "AQ==", "AQ=="],
    [
      "dynamic values are as JSON has them, or have a tag",
      dynamicMap(),
      {
        a: 1,
        b: 2n ** 64n,
        c: new Set(["x"]),
        d: [new Uint8Array([1]), null],
        e: new StoredNumber("0.12345678901234567890123"),
      },
      {
        a: 1,
        b: { $N: "18446744073709551616" },
        c: { $SS: ["x"] },
        d: [{ $B: "AQ==" }, null],
        e: { $N: "0.12345678901234567890123" },
      },
    ],
    ["bytes and numbers in dynamic sets have one, too", dynamicList(), [new Set([1])], [{ $NS: ["1"] }]],
    ["dynamic objects that look like a tag have one", dynamicMap(), { a: { $SS: "a" } }, { a: { $M: { $SS: "a" } } }],
  ])("%s", (_, type, value, json) => {
    expect(write(type, value)).toEqual(json);
    expect(read(type, JSON.parse(JSON.stringify(json)))).toEqual(value);
  });
});

function toBig(key: string, value: unknown): unknown {
  return key === "__proto__" ? BigInt(value as number) : value;
}

const deep = (levels: number) => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`) as unknown;
const deepMap = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`) as unknown;

describe("refused as InvalidValue is", () => {
  const refusals: readonly (readonly [
    type: AnyType,
    json: unknown,
    message: string | RegExp,
    path?: readonly unknown[],
  ])[] = [
    [string(), 1, "expected a string, got a number"],
    [string(), ["secret"], "expected a string, got an array of 1"],
    [string(), { toString: "secret" }, "expected a string, got an object"],
    [string(), "\ud800", "half a surrogate pair"],
    [string("a", "b"), "c", 'expected "a" or "b", got a text of 1 character'],
    [uuid(), "x", "expected a UUID such as"],
    [number(), "1", "expected a number, got a text of 1 character"],
    [number(), Number.NaN, "a text of 3 characters is not a number"],
    [number(), Number.POSITIVE_INFINITY, "a text of 8 characters is not a number"],
    [number(), 1e200, "DynamoDB can't hold the number: its exponent is 200"],
    [integer(), 1.5, "expected a whole number"],
    [integer(), 1e17, "past ±(2^53 - 1)"],
    [bigint(), 1, "expected a string, got a number"],
    [bigint(), "1.5", "expected a text as"],
    [bigint(), "1e3", "expected a text as"],
    [bigint(), "1".repeat(39), "it has 39 significant digits"],
    [bigint(), "1".repeat(1_000_000), /expected a text as .{1,200}$/],
    [decimal(), "0x10", "expected a text as"],
    [boolean(), 0, "expected true or false, got a number"],
    [boolean(), null, "expected true or false, got null"],
    [binary(), "AR==", "expected base64 with its padding"],
    [binary(), "AQ", "expected base64 with its padding"],
    [binary(), "-_8=", "expected base64 with its padding"],
    [datetime(), "2026-01-31", "is not an ISO 8601 date and time with an offset"],
    [datetime(), "20260131T120000Z", "expected a text as"],
    [datetime(), "2026-02-30T12:00:00Z", "is not a time of the calendar"],
    [datetime(), `2026-01-31T12:00:00.${"1".repeat(1_000_000)}Z`, /expected a text as .{1,300}$/],
    [timestamp(), 1.5, "have a fraction"],
    [timestamp(), 1e14, "beyond the year 9999"],
    [set(string()), { length: 1 }, "expected an array, got an object"],
    [set(string()), ["a", "b", "a"], "the set has this element twice", [2]],
    [set(uuid()), [id, id.toUpperCase()], "the set has this element twice", [1]],
    [set(bigint()), ["1", "-1", "x"], "expected a text as", [2]],
    [list(number()), [1, null], "expected a number, got null", [1]],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    [list(number()), [, 1], "expected a number, got undefined", [0]],
    [map({ a: list(map({ b: number() })) }), { a: [{ b: 1 }, { b: "1" }] }, "got a text of 1 character", ["a", 1, "b"]],
    [map({ name: string() }), { nam: "x" }, 'there is no key "nam" in this map; did you mean "name"?'],
    [map({ name: string() }), JSON.parse('{"__proto__":{"name":"x"}}'), 'there is no key "__proto__"'],
    [map({ name: string().required() }), {}, "a required value is missing", ["name"]],
    [map({ name: string().required() }), { __proto__: { name: "x" } }, "expected an object, got an object"],
    [map({}), new Date(), "expected an object"],
    [map({}), new Map(), "expected an object"],
    [record(number()), { a: 1, "": 2 }, "DynamoDB takes no empty key"],
    [record(number()), { a: 1, b: "2" }, "expected a number, got a text of 1 character", ["b"]],
    [union("kind", { a: {}, b: {} }), { kind: "c" }, 'expected "a" or "b", got a text of 1 character', ["kind"]],
    [union("kind", { a: {} }), { kind: "a", x: 1 }, 'there is no key "x" in this map'],
    [union("kind", { a: {} }), JSON.parse('{"__proto__":{"kind":"a"}}'), 'expected "a", got undefined', ["kind"]],
    [oneOf(boolean(), string()), 1, "expected one of boolean, string"],
    [oneOf(boolean(), string()), { $N: "1" }, 'is "$BOOL" or "$S"'],
    [oneOf(list(string()), set(string())), { $SS: ["a", "a"] }, "the set has this element twice", [1]],
    [tree, { name: "a", children: [{ nam: "b" }] }, "there is no key", ["children", 0]],
    [dynamicList(), deep(100_000), "nested deeper than DynamoDB's 32 levels"],
    [dynamicMap(), deepMap(5_000), "nested deeper than DynamoDB's 32 levels"],
    [dynamicMap(), { a: { $XX: 1 } }, 'only key is "$XX" is not known', ["a"]],
    [dynamicMap(), { a: { $SS: ["x", "x"] } }, "a set has the same element twice", ["a"]],
    [dynamicMap(), { a: { $NS: ["1", "1.0"] } }, "a set has the same element twice", ["a"]],
    [dynamicMap(), { a: { $N: "1".repeat(100_000) } }, "expected a number's text", ["a"]],
    [dynamicMap(), { a: { $N: "x" } }, "a text of 1 character is not a number", ["a"]],
    [dynamicMap(), { a: { $B: "?" } }, "expected base64", ["a"]],
    [dynamicMap(), { a: { $SS: [1] } }, "expected a text", ["a", 0]],
    [dynamicMap(), { a: () => 1 }, "a value that DynamoDB has a type for", ["a"]],
    [dynamicList(), [new Set()], "no empty sets", [0]],
    [json(), deep(1_000_000), "nested too deeply"],
    [json(), { a: () => 1 }, "expected a JSON value", ["a"]],
    [url, "no url", "Invalid URL"],
    [url, 1, "expected a string, got a number"],
    [point, null, "null"],
  ];
  test.each(refusals.map(([type, json, message, path = []]) => ({ type, json, message, path })))(
    "case %#",
    ({ type, json, message, path }) => {
      const thrown = thrownBy(() => read(type, json));
      expect(thrown).toMatchObject({ model: "Any", origin: "input" });
      expect(thrown.message).toMatch(message);
      expect(thrown.path.slice(0, path.length + 1)).toEqual(["it", ...path]);
      expect(thrown.message).toContain("Any.it");
      expect(thrown.message.length).toBeLessThan(600);
      expect(thrown.message).not.toContain("secret");
    },
  );

  const unfit: readonly (readonly [type: AnyType, value: unknown, message: string, path?: readonly unknown[]])[] = [
    [number(), Number.NaN, "expected a finite number, got NaN"],
    [list(string()), ["a", 1], "expected a string, got a number", [1]],
    [map({ a: set(number()) }), { a: new Set([1, "2"]) }, "expected a finite number", ["a", 1]],
    [map({ a: number() }), { b: 1 }, 'there is no key "b"'],
    [set(string()), ["a"], "expected a Set"],
    [dynamicMap(), { a: { b: Number.NaN } }, "expected a finite number", ["a", "b"]],
    [oneOf(boolean(), string()), 1, "none of its types takes a number"],
    [list(point), [[Number.NaN, 1]], "expected a JSON value", [0]],
  ];
  test.each(unfit.map(([type, value, message, path = []]) => ({ type, value, message, path })))(
    "also what toJson() is given: case %#",
    ({ type, value, message, path }) => {
      const thrown = thrownBy(() => write(type, value));
      expect(thrown.message).toContain(message);
      expect(thrown.path.slice(0, path.length + 1)).toEqual(["it", ...path]);
    },
  );

  test("a value that holds itself", () => {
    const self: unknown[] = [];
    self.push(self);
    expect(thrownBy(() => write(dynamicList(), self)).message).toContain("32 levels");
    expect(thrownBy(() => read(dynamicList(), self)).message).toContain("32 levels");
  });
});

function thrownBy(run: () => unknown): InvalidValue {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidValue) return error;
    throw error;
  }
  throw new Error("It was to throw, and did not.");
}

const Account = model(
  "Account",
  {
    id: uuid().hashKey(),
    at: integer().rangeKey(),
    email: string().required(),
    logins: integer().default(0).required(),
    secret: string(),
    tags: set(string()),
    version: integer().version(),
  },
  { indexes: { byEmail: { hashKey: "email", projection: "keys" } } },
);
const body = { id, at: 1, email: "a@example.org" };

describe("of a model,", () => {
  test("columns are written that have a value, and nothing else", () => {
    class Sub extends Account {
      field = 1;
    }
    expect(toJson(Sub, new Sub({ ...body, secret: undefined }))).toEqual({ ...body, logins: 0 });
    const part: object = { id, unknown: 1 };
    expect(toJson(Account, part)).toEqual({ id });
    expect(toJson(Account, new Account({ ...body, tags: new Set(["a"]) }), { only: ["tags"] })).toEqual({
      tags: ["a"],
    });
    expect(toJson(Account, new Account(body), { except: ["logins", "id"] })).toEqual({ at: 1, email: body.email });
  });

  test("inherited properties are neither written nor read", () => {
    expect(toJson(Account, Object.create({ email: "x" }))).toEqual({});
    expect(() => fromJson(Account, Object.create(body))).toThrow(InvalidValue);
    expect(() => fromJson(Account, Object.assign(Object.create(null), body))).not.toThrow();
  });

  test("columns with a default may be missing, and with partial all of them", () => {
    expect(fromJson(Account, body)).toEqual(body);
    expect(new Account(fromJson(Account, body))).toEqual({ ...body, logins: 0 });
    expect(thrownBy(() => fromJson(Account, { id, at: 1 }))).toMatchObject({
      message: "Account.email is required.",
      path: ["email"],
    });
    expect(fromJson(Account, { tags: [] }, { partial: true })).toEqual({ tags: new Set() });
    expect(fromJson(Account, { version: 3 }, { partial: true })).toEqual({ version: 3 });
  });

  test("columns that are not asked for are refused, and names that are none", () => {
    expect(fromJson(Account, { email: "x" }, { only: ["email", "tags"] })).toEqual({ email: "x" });
    expect(thrownBy(() => fromJson(Account, { email: "x", secret: "y" }, { only: ["email"] }))).toMatchObject({
      message: 'The column "secret" of Account is not among those that are read here.',
      path: ["secret"],
    });
    expect(() => fromJson(Account, body, { except: ["email"] })).toThrow(InvalidValue);
    expect(thrownBy(() => fromJson(Account, { ...body, emial: "x" })).message).toBe(
      'Account has no column "emial"; did you mean "email"?',
    );
    expect(thrownBy(() => fromJson(Account, JSON.parse('{"__proto__":{"email":"x"}}'))).path).toEqual(["__proto__"]);
    expect(thrownBy(() => fromJson(Account, { ...body, ["x".repeat(1_000_000)]: 1 })).message.length).toBeLessThan(200);
  });

  test("anything but an object is refused, without being printed", () => {
    for (const other of [undefined, null, "secret", 1, ["secret"], new Map(), new Account(body)]) {
      const { message, path } = thrownBy(() => fromJson(Account, other));
      expect(message).toContain("Account in JSON is an object of its columns");
      expect(path).toEqual([]);
      if (typeof other === "object") expect(message).not.toContain("secret");
    }
    expect(() => toJson(Account, null as never)).toThrow(InvalidValue);
  });

  test("an object of another model is refused, and one of a subclass is taken", () => {
    const Other = model("Other", { id: uuid().hashKey(), secret: string() });
    const Base = model("Base", { id: uuid().hashKey() });
    class Named extends Base {}
    expect(() => toJson(Base, new Other({ id, secret: "s" }))).toThrow(
      "toJson() takes an object of Base, got one of Other.",
    );
    expect(toJson(Base, new Named({ id }))).toEqual({ id });
    expect(toJson(Named, new Base({ id }))).toEqual({ id });
  });

  test("keys that DynamoDB does not take are refused", () => {
    const Key = model(
      "Key",
      { id: string().hashKey(), by: string() },
      { indexes: { byBy: { hashKey: "by", projection: "all" } } },
    );
    expect(thrownBy(() => fromJson(Key, { id: "" }))).toMatchObject({ path: ["id"] });
    expect(thrownBy(() => fromJson(Key, { id: "x".repeat(2049) }))).toMatchObject({ path: ["id"] });
    expect(thrownBy(() => fromJson(Key, { id: "1", by: "" }))).toMatchObject({ path: ["by"] });
  });

  test("options that are not there are refused", () => {
    expect(() => toJson(Account, {}, { onyl: ["id"] } as never)).toThrow(InvalidOption);
    expect(() => toJson(Account, {}, { partial: true } as never)).toThrow(InvalidOption);
    expect(() => toJson(Account, {}, { only: "id" as never })).toThrow(InvalidOption);
    expect(() => toJson(Account, {}, null as never)).toThrow(InvalidOption);
    expect(() => fromJson(Account, body, { except: ["emial" as "email"] })).toThrow('did you mean "email"?');
    expect(() => fromJson({} as never, body)).toThrow(InvalidOption);
  });

  test("the compiler knows what is read", () => {
    const values = fromJson(Account, body);
    expectTypeOf(values.email).toEqualTypeOf<string>();
    expectTypeOf(values.tags).toEqualTypeOf<Set<string> | undefined>();
    const some = fromJson(Account, { email: "x" }, { only: ["email", "tags"], except: ["tags"] });
    expectTypeOf(some).toEqualTypeOf<{ email: string }>();
    const part = fromJson(Account, { email: "x" }, { only: ["email"], partial: true });
    expectTypeOf(part).toEqualTypeOf<{ email?: string }>();
    const change = fromJson(Account, { tags: [] }, { only: ["email", "tags"], partial: true });
    expectTypeOf(change).toExtend<Changes<typeof Account>>();
    // @ts-expect-error: no column of Account
    expect(() => fromJson(Account, body, { only: ["nothing"] })).toThrow(InvalidOption);
  });
});
