import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binary } from "../../src/types/binary.js";
import { Misfit } from "../../src/types/codec/context.js";
import { dumpOnto } from "../../src/types/codec/stored.js";
import { dynamicList, dynamicMap } from "../../src/types/dynamic.js";
import { json } from "../../src/types/json.js";
import { list } from "../../src/types/list.js";
import { map } from "../../src/types/map.js";
import { bigint, integer, number } from "../../src/types/number.js";
import { set } from "../../src/types/set.js";
import { string } from "../../src/types/string.js";
import { datetime, timestamp } from "../../src/types/time.js";
import { type AnyType, definitionOf } from "../../src/types/type.js";
import { type Attribute, type Attributes, tagOf } from "../../src/wire/attribute.js";
import { canonical } from "../../src/wire/canonical.js";
import { sameAttribute } from "../../src/wire/same.js";
import { dump, load } from "../unit/codec.js";
import { attribute, dynamic, key, samples, scalars, storedNumber, text } from "./arbitraries.js";
import { alike, exactOf, normalNumber } from "./oracle.js";

function dumped(type: AnyType, value: unknown): Attribute {
  const made = dump(type, value);
  if (made === undefined) throw new Error("Nothing was dumped.");
  return made;
}

/** What a load gives, or undefined where it is refused: any other error than a Misfit fails the test. */
function loaded(type: AnyType, stored: Attribute): { value: unknown } | undefined {
  try {
    return { value: load(type, stored) };
  } catch (error) {
    if (error instanceof Misfit) return undefined;
    throw error;
  }
}

describe("load(dump(x)) is x", () => {
  test.each(scalars)("$name", ({ type, values }) => {
    fc.assert(
      fc.property(values, (value) => {
        expect(load(type, dumped(type, value))).toEqual(value);
      }),
    );
  });

  test("any type composed of others", () => {
    const typed = samples.chain(({ name, type, values }) => values.map((value) => ({ name, type, value })));
    fc.assert(
      fc.property(typed, ({ type, value }) => {
        const stored = dumped(type, value);
        const { codec } = definitionOf(type);
        expect([codec.wire, "NULL"]).toContain(tagOf(stored));
        expect(load(type, stored)).toEqual(value);
        expect(alike(dump(type, load(type, stored)), stored)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});

describe("dump(load(w)) is w in value, or the load is refused", () => {
  test("dynamic values: always", () => {
    fc.assert(
      fc.property(fc.array(attribute, { maxLength: 3 }), (L) => {
        expect(alike(dump(dynamicList(), load(dynamicList(), { L })), { L })).toBe(true);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.tuple(key, attribute), ([name, inner]) => {
        const stored: Attribute = { M: Object.fromEntries([[name, inner]]) };
        expect(alike(dump(dynamicMap(), load(dynamicMap(), stored)), stored)).toBe(true);
      }),
    );
  });

  test.each(scalars)("$name, of any attribute", ({ name, type }) => {
    fc.assert(
      fc.property(attribute, (stored) => {
        const result = loaded(type, stored);
        if (result === undefined) return;
        expect(alike(dumpOnto(definitionOf(type).codec, result.value, 1, stored), stored)).toBe(true);
        // Of a number that is a double, what is stored is kept, and not what it is dumped to.
        if (name !== "number") expect(alike(dump(type, result.value), stored)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test.each<[string, AnyType]>([
    ["number", number({ inexact: "error" })],
    ["integer", integer()],
    ["bigint", bigint()],
    ["timestamp", timestamp()],
  ])("%s, of any number", (_, type) => {
    fc.assert(
      fc.property(storedNumber, (N) => {
        const result = loaded(type, { N });
        if (result !== undefined) expect(alike(dump(type, result.value), { N })).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("a number loads exactly when a double prints as it", () => {
    fc.assert(
      fc.property(storedNumber, (N) => {
        const result = loaded(number({ inexact: "error" }), { N });
        expect(result !== undefined).toBe(normalNumber(String(Number(N))) === normalNumber(N));
      }),
      { numRuns: 500 },
    );
  });

  test("a double loads any fraction as the nearest one, and is dumped as what is stored until it changes", () => {
    fc.assert(
      fc.property(storedNumber, (N) => {
        const result = loaded(number(), { N });
        const isFraction = exactOf(normalNumber(N)).exponent < 0;
        expect(result !== undefined).toBe(isFraction || normalNumber(String(Number(N))) === normalNumber(N));
        if (result === undefined) return;
        expect(result.value).toBe(Number(N) === 0 ? 0 : Number(N));
        expect(dumpOnto(definitionOf(number()).codec, result.value, 1, { N })).toEqual({ N });
      }),
      { numRuns: 500 },
    );
  });

  test("undeclared keys, at any depth and in copies by spread", () => {
    const item = map({ name: string(), deep: map({ n: number() }), all: list(map({})) });
    const names = text.filter((name) => !["name", "deep", "all", "n"].includes(name));
    const unknown = fc.dictionary(names, attribute, { maxKeys: 3 });
    fc.assert(
      fc.property(unknown, unknown, fc.array(unknown, { maxLength: 2 }), text, (outer, inner, elements, name) => {
        const M: Attributes = {
          ...outer,
          name: { S: name },
          deep: { M: { ...inner, n: { N: "1" } } },
          all: { L: elements.map((element) => ({ M: element })) },
        };
        const local = load(item, { M });
        expect(alike(dump(item, local), { M })).toBe(true);
        expect(alike(dump(item, { ...Object(local), name: "new" }), { M: { ...M, name: { S: "new" } } })).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe("isStored says yes only where a dump gives what is stored", () => {
  const isStored = (type: AnyType, value: unknown, stored: Attribute) =>
    definitionOf(type).codec.isStored?.(value, stored) === true;

  test("of one value against another, of any type", () => {
    const pairs = samples.chain(({ name, type, values }) =>
      fc.tuple(values, values).map(([value, other]) => ({ name, type, value, other })),
    );
    fc.assert(
      fc.property(pairs, ({ type, value, other }) => {
        const stored = dumped(type, other);
        if (isStored(type, value, stored)) expect(alike(dump(type, value), stored)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test.each(scalars)("$name, of any attribute", ({ type, values }) => {
    fc.assert(
      fc.property(attribute, values, (stored, value) => {
        if (isStored(type, value, stored)) expect(alike(dump(type, value), stored)).toBe(true);
        const result = loaded(type, stored);
        if (result !== undefined && isStored(type, result.value, stored))
          expect(alike(dump(type, result.value), stored)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test("what is loaded and not changed is found out without a dump", () => {
    const type = map({
      s: string(),
      n: number(),
      b: binary(),
      at: datetime(),
      tags: set(string()),
      all: list(number()),
    });
    const value = { s: "", n: -1.5, b: new Uint8Array([1]), at: new Date(0), tags: new Set(["a", "b"]), all: [1, 2] };
    const stored = dumped(type, value);
    expect(isStored(type, value, stored)).toBe(true);
    const others = { s: "a", n: 1, b: new Uint8Array([2]), at: new Date(1), tags: new Set(["a"]), all: [1, 3] };
    for (const [key, other] of Object.entries(others)) {
      expect(isStored(type, { ...value, [key]: other }, stored)).toBe(false);
      expect(isStored(type, { ...value, [key]: undefined }, stored)).toBe(false);
    }
    expect(isStored(type, { ...value, unknown: 1 }, stored)).toBe(false);
  });
});

describe("JSON", () => {
  test("a text with a number that loads has that very number", () => {
    fc.assert(
      fc.property(storedNumber, (N) => {
        const result = loaded(json(), { S: `{"n":[${N}]}` });
        if (result === undefined) return;
        const stored = dump(json(), result.value);
        const written = stored && "S" in stored ? /\[(.*)\]/.exec(stored.S)?.[1] : undefined;
        expect(normalNumber(written ?? "")).toBe(normalNumber(N));
      }),
      { numRuns: 500 },
    );
  });

  test("texts are never taken for numbers", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (key, value) => {
        const stored = JSON.stringify({ [`${key}12345678901234567890`]: `"${value}\\12345678901234567890` });
        expect(dump(json(), load(json(), { S: stored }))).toEqual({ S: stored });
      }),
    );
  });
});

describe("datetime", () => {
  const offsets = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
  const two = (value: number): string => String(value).padStart(2, "0");

  test("a time loads the same from any offset", () => {
    const times = fc.date({ min: new Date(-62100000000000), max: new Date(253402200000000), noInvalidDate: true });
    fc.assert(
      fc.property(times, offsets, (time, offset) => {
        const local = new Date(time.getTime() + offset * 60_000).toISOString().slice(0, -1);
        const minutes = Math.abs(offset);
        const zone = `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
        expect(load(datetime(), { S: local + zone })).toEqual(time);
      }),
    );
  });

  test("sorts in time order", () => {
    const times = scalars.find(({ name }) => name === "datetime")?.values ?? fc.constant(undefined);
    fc.assert(
      fc.property(times, times, (left, right) => {
        const [one, other] = [dumped(datetime(), left), dumped(datetime(), right)];
        if (!("S" in one && "S" in other)) throw new Error("A datetime is a text.");
        expect(one.S < other.S).toBe(Number(left) < Number(right));
      }),
    );
  });

  test("a time of the fixed width loads as Date reads it, and no other character for a digit does", () => {
    const times = fc.date({
      min: new Date("0000-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59.999Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(times, fc.nat(23), fc.constantFrom("/", ":", "x", "-", "6", "9"), (time, index, character) => {
        const text = time.toISOString();
        expect(load(datetime(), { S: text })).toEqual(time);
        const changed = text.slice(0, index) + character + text.slice(index + 1);
        const result = loaded(datetime(), { S: changed });
        if (result !== undefined) expect(result.value).toEqual(new Date(changed));
      }),
      { numRuns: 2000 },
    );
  });

  test("a day that no calendar has is refused", () => {
    const fields = fc.tuple(
      fc.integer({ min: 0, max: 9999 }),
      fc.integer({ min: 0, max: 14 }),
      fc.integer({ min: 0, max: 33 }),
    );
    fc.assert(
      fc.property(fields, ([year, month, day]) => {
        const stored = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T00:00:00.000Z`;
        const result = loaded(datetime(), { S: stored });
        const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
        const days = [0, 31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month] ?? 0;
        expect(result !== undefined).toBe(day >= 1 && day <= days);
        if (result !== undefined) expect(dump(datetime(), result.value)).toEqual({ S: stored });
      }),
      { numRuns: 500 },
    );
  });
});

test("sameAttribute and canonical agree with the oracle", () => {
  const pairs = fc.oneof(
    fc.tuple(attribute, attribute),
    attribute.map((one) => [one, respelled(one)] as const),
  );
  fc.assert(
    fc.property(pairs, ([left, right]) => {
      const same = alike(left, right);
      expect(sameAttribute(left, right)).toBe(same);
      expect(sameAttribute(right, left)).toBe(same);
      expect(canonical(left) === canonical(right)).toBe(same);
    }),
    { numRuns: 500 },
  );
});

/** The same value, written otherwise: numbers in another spelling, sets and maps in another order. */
function respelled(value: Attribute): Attribute {
  if ("N" in value) return { N: normalNumber(value.N) };
  if ("SS" in value) return { SS: value.SS.toReversed() };
  if ("NS" in value) return { NS: value.NS.map(normalNumber).reverse() };
  if ("BS" in value) return { BS: value.BS.map((bytes) => Buffer.from(bytes)).reverse() };
  if ("L" in value) return { L: value.L.map(respelled) };
  if (!("M" in value)) return { ...value };
  return {
    M: Object.fromEntries(
      Object.entries(value.M)
        .toReversed()
        .map(([name, inner]) => [name, respelled(inner)]),
    ),
  };
}

test("load(dump(x)) is x for any dynamic value", () => {
  fc.assert(
    fc.property(dynamic, (value) => {
      expect(load(dynamicList(), dumped(dynamicList(), [value]))).toEqual([value]);
    }),
  );
});
