import { describe, expect, test } from "vitest";
import { binary } from "../../../src/types/binary.js";
import { boolean } from "../../../src/types/boolean.js";
import { Misfit } from "../../../src/types/codec/context.js";
import { list } from "../../../src/types/list.js";
import { map } from "../../../src/types/map.js";
import { number } from "../../../src/types/number.js";
import { set } from "../../../src/types/set.js";
import { string } from "../../../src/types/string.js";
import { datetime } from "../../../src/types/time.js";
import { definitionOf } from "../../../src/types/type.js";
import { dump, load, misfit, table } from "../codec.js";

describe("modifiers", () => {
  test("return new types, and leave the one they are called on as it was", () => {
    const plain = string();
    expect(Object.isFrozen(plain)).toBe(true);
    const key = plain.hashKey();
    expect(definitionOf(key).traits).toMatchObject({ key: "hash", required: true });
    expect(definitionOf(plain.rangeKey()).traits).toMatchObject({ key: "range", required: true });
    expect(definitionOf(plain.required().storedAs("t")).traits).toMatchObject({ required: true, storedName: "t" });
    expect(definitionOf(plain.nullable().required()).traits).toMatchObject({ nullable: true, required: true });
    expect(definitionOf(plain).traits).toEqual({
      key: undefined,
      isDefaultMade: false,
      required: false,
      storedName: undefined,
      version: false,
      nullable: false,
      makeDefault: undefined,
      defaultValue: undefined,
      onLoad: false,
    });
  });
});

describe("nullable", () => {
  table("nullable string", string().nullable(), {
    both: [
      [null, { NULL: true }],
      ["", { S: "" }],
    ],
    refusesToLoad: [[{ N: "1" }, "the stored value has DynamoDB's type N, not S: a number"]],
    refusesToDump: [[undefined, "expected a string, got undefined"]],
  });
  table("nullable boolean", boolean().nullable(), { both: [[null, { NULL: true }]] });
  table("nullable map", map({ a: string() }).nullable(), { both: [[null, { NULL: true }]] });

  test("keeps the content", () => {
    expect(definitionOf(map({ a: string() }).nullable()).codec.inside?.kind).toBe("map");
  });
});

describe("default", () => {
  const made = (type: Parameters<typeof definitionOf>[0]) => definitionOf(type).traits.makeDefault?.();

  test("a scalar is used as it is", () => {
    expect(made(string().default("x"))).toBe("x");
    expect(made(boolean().default(false))).toBe(false);
    expect(made(string().nullable().default(null))).toBe(null);
    expect(definitionOf(string().default("x")).traits.defaultValue).toBe("x");
  });

  test("a function is called for each object, and may say that there is none", () => {
    let calls = 0;
    const type = number().default(() => ++calls);
    expect([made(type), made(type)]).toEqual([1, 2]);
    expect(definitionOf(type).traits.defaultValue).toBe(undefined);
    expect(made(number().default(() => undefined))).toBe(undefined);
  });

  test("an object is copied for each object", () => {
    const bytes = new Uint8Array([1]);
    const date = new Date(0);
    for (const [type, value] of [
      [list(string()).default(["a"]), ["a"]],
      [map({ a: list(number()) }).default({ a: [1] }), { a: [1] }],
      [set(string()).default(new Set(["a"])), new Set(["a"])],
      [set(string()).default(new Set()), new Set()],
      [binary().default(bytes), bytes],
      [datetime().default(date), date],
    ] as const) {
      const [one, two] = [made(type), made(type)];
      expect(one).toEqual(value);
      expect(one).not.toBe(two);
      expect(one).not.toBe(value);
    }
    bytes[0] = 9;
  });

  test("goes through a transform that comes after it", () => {
    const url = { load: (text: string) => new URL(text), dump: (value: URL) => value.href };
    const type = string().default("https://a.example/").transform(url);
    expect(made(type)).toEqual(new URL("https://a.example/"));
    expect(definitionOf(type).traits.defaultValue).toBe(undefined);
    expect(
      made(
        string()
          .default(() => undefined)
          .transform(url),
      ),
    ).toBe(undefined);
    expect(made(string().transform(url).default(new URL("https://b.example/")))).toEqual(new URL("https://b.example/"));
    expect(made(string().transform(url))).toBe(undefined);
  });
});

describe("transform", () => {
  const url = string().transform({
    load: (text) => new URL(text),
    dump: (value: URL) => value.href,
  });
  table("url", url, {
    both: [[new URL("https://a.example/b"), { S: "https://a.example/b" }]],
    refusesToLoad: [
      [{ S: "nowhere" }, "Invalid URL"],
      [{ N: "1" }, "the stored value has DynamoDB's type N, not S: a number"],
      [{ NULL: true }, "the stored value is NULL; declare the column with nullable() to load it as null"],
    ],
    refusesToDump: [
      ["https://a.example/b", "expected a string, got undefined"],
      [undefined, "Cannot read properties of undefined (reading 'href')"],
    ],
  });

  test("whatever it throws is a misfit with its cause and path", () => {
    const error = misfit(() => load(list(url), { L: [{ S: "https://a.example" }, { S: "x" }] }));
    expect(error.path).toEqual([1]);
    expect(error.cause).toBeInstanceOf(TypeError);
    const strict = string().transform({
      load() {
        throw new Misfit("not today");
      },
      dump: String,
    });
    expect(misfit(() => load(strict, { S: "x" }))).toMatchObject({ message: "not today" });
    const rude = string().transform({
      load() {
        throw "a text";
      },
      dump: String,
    });
    expect(misfit(() => load(rude, { S: "x" }))).toMatchObject({ message: "a text", cause: "a text" });
  });

  test("may be followed by another, and by nullable()", () => {
    const twice = number()
      .transform({ load: (n) => n + 1, dump: (n: number) => n - 1 })
      .transform({ load: (n) => `${n}`, dump: (text: string) => Number(text) })
      .nullable();
    expect(load(twice, { N: "1" })).toBe("2");
    expect(dump(twice, "2")).toEqual({ N: "1" });
    expect(dump(twice, null)).toEqual({ NULL: true });
    expect(load(twice, { NULL: true })).toBe(null);
  });

  test("after nullable() it sees the null", () => {
    const type = string()
      .nullable()
      .transform({ load: (text) => text ?? "none", dump: (text: string) => (text === "none" ? null : text) });
    expect(load(type, { NULL: true })).toBe("none");
    expect(dump(type, "none")).toEqual({ NULL: true });
  });

  test("keeps name, wire and inside, and passes the depth on", () => {
    const wrapped = list(string()).transform({ load: (all) => ({ all }), dump: ({ all }: { all: string[] }) => all });
    expect(definitionOf(wrapped).codec).toMatchObject({ name: "list", wire: "L" });
    expect(definitionOf(wrapped).codec.inside?.kind).toBe("list");
    expect(() => dump(wrapped, { all: [] }, 32)).toThrow("32 levels");
  });
});

test("a default that loads use is a value: a function is refused", () => {
  expect(() => string().default(() => "free", { onLoad: true } as never)).toThrow("A default with onLoad is a value");
});
