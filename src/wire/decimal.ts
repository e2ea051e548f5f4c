/** Exact handling of DynamoDB's numbers, which are decimal texts. Never goes through a double. */

import { maxDigits, maxExponent, minExponent } from "./limits.js";

/** A number as digits d1 d2 d3... and the power of ten of d1: 1200 is digits "12", exponent 3. Zero has no digits. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Parses a decimal text, or returns undefined if it is not one. Leading and trailing zeros are dropped. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", power = "0"] = match;
  const all = whole + fraction;
  if (all === "") return undefined;
  const first = all.search(/[1-9]/);
  if (first === -1) return { negative: false, digits: "", exponent: 0 };
  // Not by a pattern: its time would grow with the square of the number of inner zeros.
  let end = all.length;
  while (all.charCodeAt(end - 1) === 0x30) end--;
  const digits = all.slice(first, end);
  return { negative: sign === "-", digits, exponent: whole.length - 1 - first + Number(power) };
}

/** The reason why DynamoDB can't hold the number, or undefined if it can. */
export function numberProblem(decimal: Decimal): string | undefined {
  if (decimal.digits === "") return undefined;
  if (decimal.digits.length > maxDigits) {
    return `it has ${decimal.digits.length} significant digits; DynamoDB holds ${maxDigits}`;
  }
  if (decimal.exponent > maxExponent || decimal.exponent < minExponent) {
    return `its exponent is ${decimal.exponent}; DynamoDB holds ${minExponent} to ${maxExponent}`;
  }
  return undefined;
}

/** Whether two texts are the same number: "1.0", "1" and "0.1E1" are. */
export function sameNumber(left: string, right: string): boolean {
  if (left === right) return true;
  const short = shortDouble(left);
  const other = short === undefined ? undefined : shortDouble(right);
  return other === undefined ? canonicalNumber(left) === canonicalNumber(right) : short === other;
}

/** One text for each number, such as "-12E3". A text that is not a number is returned as it is. */
export function canonicalNumber(text: string): string {
  const decimal = parseDecimal(text);
  if (decimal === undefined) return text;
  if (decimal.digits === "") return "0";
  return `${decimal.negative ? "-" : ""}${decimal.digits}E${decimal.exponent}`;
}

/** A whole number's digits, or undefined if the decimal has a fraction. */
export function wholeDigits(decimal: Decimal): string | undefined {
  if (decimal.digits === "") return "0";
  const zeros = decimal.exponent + 1 - decimal.digits.length;
  if (zeros < 0) return undefined;
  return `${decimal.negative ? "-" : ""}${decimal.digits}${"0".repeat(zeros)}`;
}

/** The exact sum of two numbers. */
export function addNumbers(left: string, right: string): string {
  const decimals = [left, right].map((text) => parseDecimal(text) ?? { negative: false, digits: "", exponent: 0 });
  const units = decimals.map(({ digits, exponent }) => exponent + 1 - digits.length);
  const unit = Math.min(...units);
  const sum = decimals.reduce((total, { negative, digits }, index) => {
    const scaled = BigInt(digits + "0".repeat((units[index] ?? unit) - unit));
    return negative ? total - scaled : total + scaled;
  }, 0n);
  return unit === 0 ? `${sum}` : `${sum}E${unit}`;
}

const powersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/**
 * The double of a text of at most 15 characters that has only digits, a sign and a point; undefined for any other text.
 * No two decimals of 15 digits share a double, so the result is exact. Reading digit by digit takes a tenth of the
 * pattern's time.
 */
export function shortDouble(text: string): number | undefined {
  const { length } = text;
  if (length > 15) return undefined;
  const negative = text.charCodeAt(0) === 0x2d;
  let whole = 0;
  let digits = 0;
  let point = -1;
  for (let index = negative ? 1 : 0; index < length; index++) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit >= 0 && digit <= 9) {
      whole = whole * 10 + digit;
      digits++;
    } else if (digit === -2 && point === -1) point = digits;
    else return undefined;
  }
  if (digits === 0) return undefined;
  // Both are exact, and a division rounds correctly: the result equals Number()'s.
  const double = point === -1 ? whole : whole / (powersOfTen[digits - point] ?? 1);
  return negative && double !== 0 ? -double : double;
}

/** The double that prints as exactly this number, or undefined if there is none. */
export function exactDouble(text: string): number | undefined {
  const short = shortDouble(text);
  if (short !== undefined) return short;
  const double = Number(text);
  if (!Number.isFinite(double)) return undefined;
  // A double stands for the shortest decimal that reads back as it: 0.1 is one tenth, as in source code.
  return sameNumber(String(double), text) ? (double === 0 ? 0 : double) : undefined;
}

/** Negative, zero or positive, as the left number is less than, equal to or greater than the right one. */
export function compareNumbers(left: string, right: string): number {
  const [l, r] = [parseDecimal(left), parseDecimal(right)];
  if (l === undefined || r === undefined) return 0;
  if (signOf(l) !== signOf(r)) return signOf(l) - signOf(r);
  return signOf(l) * compareMagnitudes(l, r);
}

function signOf(decimal: Decimal): number {
  if (decimal.digits === "") return 0;
  return decimal.negative ? -1 : 1;
}

function compareMagnitudes(left: Decimal, right: Decimal): number {
  if (left.exponent !== right.exponent) return left.exponent - right.exponent;
  if (left.digits === right.digits) return 0;
  return left.digits < right.digits ? -1 : 1;
}
