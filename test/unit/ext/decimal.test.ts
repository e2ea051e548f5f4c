import { Decimal } from "decimal.js";
import { afterEach, describe, expect, test } from "vitest";
import { decimal } from "../../../src/ext/decimal.js";
import { list } from "../../../src/types/list.js";
import { set } from "../../../src/types/set.js";
import { definitionOf } from "../../../src/types/type.js";
import { dump, load, misfit, table } from "../codec.js";

const nines = "9".repeat(38);
const digits = "0.12345678901234567890123456789012345678";

/** Decimal's settings are global: whatever a test does to them ends with it. */
afterEach(() => {
  Decimal.set({ defaults: true });
});

table("decimal", decimal(), {
  refusesToLoad: [
    [{ N: "1E126" }, "DynamoDB can't hold the number: its exponent is 126; DynamoDB holds -130 to 125"],
    [{ N: "NaN" }, "a text of 3 characters is not a number"],
    [{ N: "0x10" }, "a text of 4 characters is not a number"],
    [{ N: "Infinity" }, "a text of 8 characters is not a number"],
    [{ S: "1" }, "the stored value has DynamoDB's type S, not N: a text of 1 character"],
    [{ NULL: true }, "the stored value is NULL; declare the column with nullable() to load it as null"],
  ],
  refusesToDump: [
    [1, "expected a Decimal, got a number"],
    ["1", "expected a Decimal, got a text of 1 character"],
    [new Decimal(Number.NaN), "expected a finite Decimal, got an object of Decimal"],
    [new Decimal("-Infinity"), "expected a finite Decimal, got an object of Decimal"],
    [new Decimal(`${nines}1`), `DynamoDB can't hold the number: it has 39 significant digits; DynamoDB holds 38`],
    [new Decimal("1e126"), "DynamoDB can't hold the number: its exponent is 126; DynamoDB holds -130 to 125"],
    [new Decimal("1e-131"), "DynamoDB can't hold the number: its exponent is -131; DynamoDB holds -130 to 125"],
  ],
});

describe.each([
  ["by default", {}],
  ["at 3 digits", { precision: 3, rounding: Decimal.ROUND_UP }],
  ["with exponents everywhere", { toExpPos: 0, toExpNeg: 0 }],
  ["with exponents nowhere", { toExpPos: 9e15, toExpNeg: -9e15 }],
] as const)("exact %s", (_, settings) => {
  test.each([
    ["0", "0"],
    ["-0", "0"],
    ["+5", "5"],
    [".5", "0.5"],
    ["1E+3", "1000"],
    ["-1.50", "-1.5"],
    [nines, nines],
    [`-${nines}E88`, `-9.${"9".repeat(37)}e125`],
    [digits, digits],
    ["1E-130", "1e-130"],
    [`9.${"9".repeat(37)}E125`, `9.${"9".repeat(37)}e125`],
    ["000123.4500", "123.45"],
  ])("%s", (stored, value) => {
    const expected = new Decimal(value);
    Decimal.set(settings);
    const loaded = load(decimal(), { N: stored });
    if (!(loaded instanceof Decimal)) throw new Error("It loads a Decimal.");
    expect(loaded.eq(expected)).toBe(true);
    expect(Object.is(loaded.s, expected.s)).toBe(true);
    const dumped = dump(decimal(), loaded);
    expect(dumped && "N" in dumped && new Decimal(dumped.N).eq(expected)).toBe(true);
  });
});

test("-0 is stored as 0", () => {
  expect(dump(decimal(), new Decimal("-0"))).toEqual({ N: "0" });
});

test("what loads has the program's own settings for arithmetic", () => {
  Decimal.set({ precision: 5 });
  const loaded = load(decimal(), { N: digits });
  expect(loaded instanceof Decimal && loaded.plus(0).toString()).toBe("0.12346");
});

test("a program that narrows the exponents gets an error, and no 0 or Infinity", () => {
  Decimal.set({ minE: -10, maxE: 10 });
  for (const stored of ["1E-20", "1E20", "-1E20"]) {
    expect(misfit(() => load(decimal(), { N: stored })).message).toBe(
      `the stored number ${stored} is beyond the exponents that this program lets a Decimal have; widen its minE and maxE with Decimal.set()`,
    );
  }
  expect(load(decimal(), { N: "1E10" })).toEqual(new Decimal("1e10"));
});

test("Decimals of a clone, with settings of its own, are stored", () => {
  const Narrow = Decimal.clone({ precision: 2, toExpPos: 1 });
  expect(dump(decimal(), new Narrow(digits))).toEqual({ N: digits });
});

test("in sets and lists", () => {
  const values = set(decimal());
  expect(dump(values, new Set([new Decimal(1), new Decimal("1.0"), new Decimal(2)]))).toEqual({ NS: ["1", "2"] });
  expect(misfit(() => dump(list(decimal()), [new Decimal(1), 2])).path).toEqual([1]);
  expect(definitionOf(decimal()).codec).toMatchObject({ name: "decimal", wire: "N" });
});
