import { describe, expect, test } from "vitest";
import {
  canonicalNumber,
  compareNumbers,
  exactDouble,
  numberProblem,
  parseDecimal,
  sameNumber,
  wholeDigits,
} from "../../../src/wire/decimal.js";

const nines = "9".repeat(38);

test.each([
  ["1", { negative: false, digits: "1", exponent: 0 }],
  ["-1200", { negative: true, digits: "12", exponent: 3 }],
  ["+1200.0", { negative: false, digits: "12", exponent: 3 }],
  ["0.00120", { negative: false, digits: "12", exponent: -3 }],
  [".5", { negative: false, digits: "5", exponent: -1 }],
  ["5.", { negative: false, digits: "5", exponent: 0 }],
  ["1E+3", { negative: false, digits: "1", exponent: 3 }],
  ["1e-3", { negative: false, digits: "1", exponent: -3 }],
  ["000.0010E5", { negative: false, digits: "1", exponent: 2 }],
  ["-0", { negative: false, digits: "", exponent: 0 }],
  ["0.000E99", { negative: false, digits: "", exponent: 0 }],
  [nines, { negative: false, digits: nines, exponent: 37 }],
  ["1E99999999999999999999", { negative: false, digits: "1", exponent: 1e20 }],
])("%s is read", (text, decimal) => {
  expect(parseDecimal(text)).toEqual(decimal);
});

test.each([
  "",
  ".",
  "-",
  "+",
  "e5",
  "-.e1",
  "1e",
  "1e+",
  "1.2.3",
  "--1",
  " 1",
  "1 ",
  "1\n",
  "0x1",
  "NaN",
  "1n",
  "1_0",
  "١",
])("%j is no number", (text) => {
  expect(parseDecimal(text)).toBe(undefined);
  expect(canonicalNumber(text)).toBe(text);
  expect(exactDouble(text)).toBe(undefined);
});

describe("what DynamoDB holds", () => {
  test.each(["0", "0E999", "1E125", `${nines}E88`, "1E-130", `0.${nines}E-129`, `${nines}000`, `-${nines}`])(
    "%s",
    (text) => {
      const decimal = parseDecimal(text);
      expect(decimal && numberProblem(decimal)).toBe(undefined);
    },
  );

  test.each([
    [`${nines}1`, "it has 39 significant digits; DynamoDB holds 38"],
    ["1E126", "its exponent is 126; DynamoDB holds -130 to 125"],
    [`${nines}E89`, "its exponent is 126; DynamoDB holds -130 to 125"],
    ["9.9E-131", "its exponent is -131; DynamoDB holds -130 to 125"],
    ["1E999999999999999999999999", "its exponent is 1e+24; DynamoDB holds -130 to 125"],
  ])("not %s", (text, problem) => {
    const decimal = parseDecimal(text);
    expect(decimal && numberProblem(decimal)).toBe(problem);
  });
});

test.each([
  ["1", "1.0", true],
  ["1", "0.1E1", true],
  ["0", "-0.00E-7", true],
  ["1E3", "1000", true],
  ["1", "-1", false],
  [nines, `${nines.slice(0, -1)}8`, false],
  ["x", "x", true],
  ["x", "1", false],
])("sameNumber(%s, %s) is %s", (left, right, same) => {
  expect(sameNumber(left, right)).toBe(same);
  expect(sameNumber(right, left)).toBe(same);
});

test.each([
  ["0", "0"],
  ["1E+3", "1000"],
  ["-1.20E2", "-120"],
  ["12.5", undefined],
  ["1E-1", undefined],
  ["9007199254740993", "9007199254740993"],
])("the whole digits of %s are %s", (text, digits) => {
  const decimal = parseDecimal(text);
  expect(decimal && wholeDigits(decimal)).toBe(digits);
});

test.each([
  ["0.1", 0.1],
  ["1E+3", 1000],
  ["-0", 0],
  ["1.7976931348623157E308", Number.MAX_VALUE],
  ["9007199254740992", 2 ** 53],
  ["9007199254740993", undefined],
  ["0.1000000000000000055511151231257827", undefined],
  ["1E400", undefined],
  ["1E-400", undefined],
  ["Infinity", undefined],
  ["-Infinity", undefined],
])("the double of %s is %s", (text, double) => {
  expect(exactDouble(text)).toBe(double);
});

test("numbers in order", () => {
  const order = ["-1E125", "-12", "-1.2", "-1.19", "-1E-130", "0", "1E-130", "0.9", "1", "1.19", "1.2", "12", "1E125"];
  for (const [i, left] of order.entries()) {
    for (const [j, right] of order.entries()) {
      expect(Math.sign(compareNumbers(left, right)) === Math.sign(i - j)).toBe(true);
    }
  }
  expect(Math.abs(compareNumbers("-0", "0.0"))).toBe(0);
  expect(compareNumbers("x", "1")).toBe(0);
});
