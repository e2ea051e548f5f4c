/**
 * Numbers as texts that sort as the numbers do, and back. Every number that DynamoDB holds has exactly one such text.
 */

import { type Decimal, parseDecimal, wholeDigits } from "../wire/decimal.js";

/** Added to an exponent of 0.d1d2... so that it is never negative: DynamoDB's exponents end at -130. */
const bias = 130;
const pattern = /^(?:2|3(\d{3})(\d+)|1(\d{3})(\d+)~)$/;

/**
 * `2` for zero. For a positive number `3`, the exponent plus 130 in three digits, and the digits. For a negative one `1`,
 * 999 minus that, the nines' complement of the digits, and `~`. The number is 0.d1d2... times ten to the exponent.
 */
export function encodeNumber(text: string): string {
  const { negative, digits, exponent } = decimalOf(text);
  if (digits === "") return "2";
  const scale = exponent + 1 + bias;
  if (!negative) return `3${padded(scale, 3)}${digits}`;
  return `1${padded(999 - scale, 3)}${ninesComplement(digits)}~`;
}

/** The number's text, or undefined if encodeNumber() does not make this text. */
export function decodeNumber(encoded: string): string | undefined {
  const match = pattern.exec(encoded);
  if (match === null) return undefined;
  const [, scale, digits, opposite, complement] = match;
  if (scale !== undefined && digits !== undefined) return scientific("", digits, Number(scale) - bias);
  if (opposite === undefined || complement === undefined) return "0";
  return scientific("-", ninesComplement(complement), 999 - Number(opposite) - bias);
}

/** A whole number from 0, padded with zeros to a width. Throws for any other number. */
export function encodeWhole(text: string, width: number): string {
  const decimal = decimalOf(text);
  const digits = wholeDigits(decimal);
  if (digits === undefined || decimal.negative || digits.length > width)
    throw new Error(`a part of a key with the width ${width} is a whole number from 0 to ${"9".repeat(width)}`);
  return digits.padStart(width, "0");
}

export function decodeWhole(encoded: string, width: number): string | undefined {
  if (encoded.length !== width || !/^\d+$/.test(encoded)) return undefined;
  return encoded.replace(/^0+(?=\d)/, "");
}

/** A number without an exponent, as people write it: one text for each number. */
export function plainNumber(text: string): string {
  const { negative, digits, exponent } = decimalOf(text);
  if (digits === "") return "0";
  const point = exponent + 1;
  const sign = negative ? "-" : "";
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (digits.length <= point) return `${sign}${digits.padEnd(point, "0")}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function decimalOf(text: string): Decimal {
  const decimal = parseDecimal(text);
  if (decimal === undefined) throw new Error("a number of a key is no decimal number");
  return decimal;
}

/** The shortest of the usual texts of 0.digits times ten to the exponent. */
function scientific(sign: string, digits: string, exponent: number): string {
  const zeros = exponent - digits.length;
  if (zeros >= 0 && zeros <= 20) return `${sign}${digits}${"0".repeat(zeros)}`;
  if (zeros < 0 && exponent > 0) return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
  return `${sign}${digits}E${zeros}`;
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

function ninesComplement(digits: string): string {
  let complement = "";
  for (const digit of digits) complement += 9 - Number(digit);
  return complement;
}
