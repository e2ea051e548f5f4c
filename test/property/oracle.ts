/** An independent judge: decides with BigInt arithmetic whether DynamoDB takes two values for the same. */

import type { Attribute } from "../../src/wire/attribute.js";

/** A number as coefficient × 10^exponent, in whole numbers only. */
export interface Exact {
  readonly coefficient: bigint;
  readonly exponent: number;
}

export function exactOf(text: string): Exact {
  const [mantissa = "", power = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = (whole + fraction).replace("+", "");
  const negative = digits.startsWith("-");
  const coefficient = BigInt(digits.replace("-", "") || "0");
  return { coefficient: negative ? -coefficient : coefficient, exponent: Number(power) - fraction.length };
}

/** Negative, zero or positive. Both sides are raised to one exponent, so that their coefficients can be compared. */
export function compareExact(left: Exact, right: Exact): number {
  const exponent = Math.min(left.exponent, right.exponent);
  const difference = scaled(left, exponent) - scaled(right, exponent);
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}

function scaled({ coefficient, exponent }: Exact, to: number): bigint {
  return coefficient * 10n ** BigInt(exponent - to);
}

/** One text for equal numbers. */
export function normalNumber(text: string): string {
  let { coefficient, exponent } = exactOf(text);
  if (coefficient === 0n) return "0";
  while (coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent++;
  }
  return `${coefficient}e${exponent}`;
}

/** One JSON value for equal attributes. */
function normal(attribute: Attribute | undefined): unknown {
  if (attribute === undefined) return "nothing";
  if ("N" in attribute) return ["N", normalNumber(attribute.N)];
  if ("B" in attribute) return ["B", [...attribute.B]];
  if ("SS" in attribute) return ["SS", [...attribute.SS].sort()];
  if ("NS" in attribute) return ["NS", attribute.NS.map(normalNumber).sort()];
  if ("BS" in attribute) return ["BS", attribute.BS.map((bytes) => [...bytes].join()).sort()];
  if ("L" in attribute) return ["L", attribute.L.map(normal)];
  if ("M" in attribute) {
    const entries = Object.entries(attribute.M).map(([name, inner]) => [name, normal(inner)] as const);
    return ["M", entries.sort(([left], [right]) => (left < right ? -1 : 1))];
  }
  return Object.entries(attribute);
}

export function alike(left: Attribute | undefined, right: Attribute | undefined): boolean {
  return JSON.stringify(normal(left)) === JSON.stringify(normal(right));
}
