import { Decimal } from "decimal.js";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { decimal } from "../../src/ext/decimal.js";
import { Misfit } from "../../src/types/codec/context.js";
import { checkedNumber } from "../../src/types/number.js";
import {
  canonicalNumber,
  compareNumbers,
  exactDouble,
  numberProblem,
  parseDecimal,
  sameNumber,
  shortDouble,
  wholeDigits,
} from "../../src/wire/decimal.js";
import { dump, load } from "../unit/codec.js";
import { double, storedNumber } from "./arbitraries.js";
import { compareExact, exactOf, normalNumber } from "./oracle.js";

afterAll(() => {
  Decimal.set({ defaults: true });
});

const runs = { numRuns: 1000 };

/** Numbers that are near each other, so that their order hangs on the last digit. */
const neighbours = fc
  .tuple(fc.bigInt(-(10n ** 38n), 10n ** 38n), fc.bigInt(-2n, 2n), fc.integer({ min: -100, max: 80 }))
  .map(([coefficient, step, exponent]) => [`${coefficient}E${exponent}`, `${coefficient + step}E${exponent}`] as const);

test("compareNumbers is the order of whole arithmetic", () => {
  fc.assert(
    fc.property(fc.oneof(neighbours, fc.tuple(storedNumber, storedNumber)), ([left, right]) => {
      const order = compareExact(exactOf(left), exactOf(right));
      expect(Math.sign(compareNumbers(left, right)) === order).toBe(true);
      expect(Math.sign(compareNumbers(right, left)) === -order).toBe(true);
      expect(sameNumber(left, right)).toBe(order === 0);
      expect(canonicalNumber(left) === canonicalNumber(right)).toBe(order === 0);
    }),
    runs,
  );
});

test("a short text is the double that Number() makes of it", () => {
  const plain = fc
    .tuple(fc.constantFrom("", "-"), fc.maxSafeInteger().map(Math.abs).map(String), fc.nat(15), fc.nat(15))
    .map(([sign, digits, length, point]) => {
      const cut = digits.slice(0, length);
      return `${sign}${cut.slice(0, point)}${point > cut.length ? "" : "."}${cut.slice(point)}`;
    });
  fc.assert(
    fc.property(fc.oneof(plain, storedNumber, fc.string({ unit: fc.constantFrom(..."0123456789.-+eE ") })), (text) => {
      const short = shortDouble(text);
      if (short === undefined) return;
      expect(parseDecimal(text)).toBeDefined();
      expect(Object.is(short, Number(text) === 0 ? 0 : Number(text))).toBe(true);
      expect(normalNumber(String(short))).toBe(normalNumber(text));
    }),
    { numRuns: 3000 },
  );
});

test("parseDecimal keeps the value, and no zero at either end", () => {
  fc.assert(
    fc.property(storedNumber, (text) => {
      const parsed = parseDecimal(text);
      if (parsed === undefined) throw new Error("It is a number.");
      const { negative, digits, exponent } = parsed;
      expect(digits).toMatch(/^(?:[1-9](?:\d*[1-9])?)?$/);
      const again = digits === "" ? "0" : `${negative ? "-" : ""}${digits}E${exponent + 1 - digits.length}`;
      expect(normalNumber(again)).toBe(normalNumber(text));
    }),
    runs,
  );
});

test("what DynamoDB holds: 38 digits, and the first one from 10^-130 to 10^125", () => {
  const wide = fc
    .tuple(fc.bigInt(-(10n ** 41n), 10n ** 41n), fc.integer({ min: -180, max: 130 }))
    .map(([coefficient, exponent]) => `${coefficient}e${exponent}`);
  fc.assert(
    fc.property(wide, (text) => {
      const parsed = parseDecimal(text);
      const normal = normalNumber(text).replace(/^-/, "");
      const { coefficient, exponent } = exactOf(normal);
      const digits = String(coefficient).length;
      const first = digits - 1 + exponent;
      const held = coefficient === 0n || (digits <= 38 && first >= -130 && first <= 125);
      expect(parsed && numberProblem(parsed) === undefined).toBe(held);
    }),
    runs,
  );
});

test("wholeDigits are those of the whole number, if it is one", () => {
  fc.assert(
    fc.property(storedNumber, (text) => {
      const parsed = parseDecimal(text);
      const { coefficient, exponent } = exactOf(normalNumber(text));
      const whole = exponent < 0 ? undefined : String(coefficient * 10n ** BigInt(exponent));
      expect(parsed && wholeDigits(parsed)).toBe(whole);
    }),
    runs,
  );
});

describe("exactDouble", () => {
  test("gives every double back from its own text", () => {
    fc.assert(
      fc.property(double, (value) => {
        expect(exactDouble(String(value))).toBe(value);
        expect(exactDouble(value.toExponential())).toBe(value);
      }),
      runs,
    );
  });

  test("is the double that prints as the number, or none", () => {
    fc.assert(
      fc.property(storedNumber, (text) => {
        const found = exactDouble(text);
        const exact = normalNumber(String(Number(text))) === normalNumber(text);
        expect(found !== undefined).toBe(exact);
        if (found !== undefined) expect(normalNumber(String(found))).toBe(normalNumber(text));
      }),
      runs,
    );
  });
});

test("any text is a number or refused, and never something else", () => {
  const nearly = fc.string({ unit: fc.constantFrom("0", "1", "9", ".", "e", "E", "+", "-", " ", "x", "_", ",") });
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string()), (text) => {
      const number = /^[+-]?(?=\.?\d)\d*\.?\d*(?:[eE][+-]?\d+)?$/.test(text);
      expect(parseDecimal(text) !== undefined).toBe(number);
      try {
        expect(checkedNumber(text)).toBe(text);
      } catch (error) {
        expect(error).toBeInstanceOf(Misfit);
      }
    }),
    runs,
  );
});

describe("decimal()", () => {
  const settings = fc.record({
    precision: fc.integer({ min: 1, max: 50 }),
    rounding: fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8),
    toExpNeg: fc.integer({ min: -200, max: 0 }),
    toExpPos: fc.integer({ min: 0, max: 200 }),
  } as const);

  test("load and dump keep every number, whatever Decimal is set to", () => {
    fc.assert(
      fc.property(storedNumber, settings, (N, set) => {
        Decimal.set(set);
        const loaded = load(decimal(), { N });
        const dumped = dump(decimal(), loaded);
        expect(dumped && "N" in dumped && normalNumber(dumped.N)).toBe(normalNumber(N));
        const again = dumped && load(decimal(), dumped);
        expect(again instanceof Decimal && loaded instanceof Decimal && again.eq(loaded)).toBe(true);
      }),
      runs,
    );
  });
});
