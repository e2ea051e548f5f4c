/** Random keys of several kinds, and an oracle of their order that shares nothing with the encoding. */

import { closedFormat } from "../../src/key/closed.js";
import type { KeyFormat, KeyPart, PartWire, Piece } from "../../src/key/format.js";
import type { Attribute } from "../../src/wire/attribute.js";
import { bytesOf } from "../../src/wire/binary.js";
import { compareExact, exactOf } from "../property/oracle.js";
import { pick, type Random } from "./random.js";

export const kinds = ["ORD", "ORDER", "", "ORDER#", "ORDER$", "ORDER!", "order"] as const;

/** Each a letter that an escape, a divider or the order of UTF-16 can go wrong at. */
const letters = [
  "a",
  "b",
  "#",
  "$",
  "!",
  " ",
  "%",
  "&",
  "\u0000",
  "\u001f",
  "~",
  "é",
  "\uffff",
  "😀",
  "$2",
  "23",
  "A",
  "0",
];

export function part(column: string, wire: PartWire, details: Partial<KeyPart> = {}): KeyPart {
  return { column, wire, width: undefined, letters: undefined, ...details };
}

export function constant(text: string): Piece {
  return { constant: text };
}

/** A format of one to three parts, behind a constant most of the time. */
export function randomFormat(random: Random, kind: string | undefined): KeyFormat {
  const parts = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, index): Piece => {
    const wire = pick(random, ["S", "S", "N", "N", "B", "BOOL"] as const);
    const isWide = wire === "N" && random() < 0.3;
    return part(`p${index}`, wire, isWide ? { width: 3 } : {});
  });
  const between =
    random() < 0.3 && parts.length > 1 ? [...parts.slice(0, 1), constant("LINE"), ...parts.slice(1)] : parts;
  return closedFormat(kind === undefined ? between : [constant(kind), ...between]);
}

export function randomText(random: Random): string {
  return Array.from({ length: Math.floor(random() * 4) }, () => pick(random, letters)).join("");
}

function randomNumber(random: Random, isWide: boolean): string {
  if (isWide) return String(Math.floor(random() * 1000));
  const digits = String(Math.floor(random() * pick(random, [3, 12, 120, 99_999])));
  const sign = random() < 0.4 ? "-" : "";
  const exponent = pick(random, ["", "", "E1", "E-1", "E-130", "E120", ".5", ".50"]);
  return `${sign}${digits}${exponent}`;
}

/** Texts of one length, as dates and times are. */
function fixedText(random: Random): string {
  return Array.from({ length: 3 }, () => pick(random, ["0", "1", "-", "T", "Z"])).join("");
}

export function randomValue(random: Random, { wire, width, isFixed }: KeyPart): Attribute {
  if (isFixed === true) return { S: fixedText(random) };
  if (wire === "S") return { S: randomText(random) };
  if (wire === "N") return { N: randomNumber(random, width !== undefined) };
  if (wire === "BOOL") return { BOOL: random() < 0.5 };
  return {
    B: Uint8Array.from({ length: Math.floor(random() * 3) }, () => pick(random, [0, 1, 15, 16, 127, 128, 255])),
  };
}

export function randomValues(random: Random, { parts }: KeyFormat): Attribute[] {
  return parts.map((one) => randomValue(random, one));
}

/** Now and then the same value, or one that is near. */
export function near(random: Random, format: KeyFormat, values: readonly Attribute[]): Attribute[] {
  return values.map((value, index) => {
    const one = format.parts[index];
    if (one === undefined || random() < 0.5) return value;
    return "S" in value && one.isFixed !== true && random() < 0.5
      ? { S: value.S + pick(random, letters) }
      : randomValue(random, one);
  });
}

/** Negative, 0 or positive, by the values themselves: numbers exactly, texts by code point. */
export function compareValues(left: Attribute, right: Attribute): number {
  if ("S" in left && "S" in right) return compareLists(codePoints(left.S), codePoints(right.S));
  if ("N" in left && "N" in right) return compareExact(exactOf(left.N), exactOf(right.N));
  if ("B" in left && "B" in right) return compareLists([...bytesOf(left.B)], [...bytesOf(right.B)]);
  if ("BOOL" in left && "BOOL" in right) return Number(left.BOOL) - Number(right.BOOL);
  throw new Error("two values of two types");
}

export function compareAll(left: readonly Attribute[], right: readonly Attribute[]): number {
  for (const [index, value] of left.entries()) {
    const order = compareValues(value, right[index] as Attribute);
    if (order !== 0) return order;
  }
  return 0;
}

function codePoints(text: string): number[] {
  return [...text].map((character) => character.codePointAt(0) as number);
}

function compareLists(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = (left[index] ?? -1) - (right[index] ?? -1);
    if (order !== 0) return order;
  }
  return 0;
}

/** As DynamoDB compares texts. */
export function compareKeys(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
