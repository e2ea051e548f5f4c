/**
 * Keys of existing tables, as another program writes them: texts concatenated without escaping. A value that could not
 * be read back from its key is refused, so that no two values have one key.
 */

import type { Attribute } from "../wire/attribute.js";
import { sameAttribute } from "../wire/same.js";
import { isPart, type KeyFormat, type KeyPart, type Piece, UnfitPart, unfit } from "./format.js";
import { decodeWhole, encodeWhole, plainNumber } from "./number.js";

/** The last code point. Sorts after every key that begins with a text: no value contains it. */
export const last = "\u{10ffff}";

/** The format of some pieces. Throws if nothing separates two of its parts. */
export function openFormat(pieces: readonly Piece[]): KeyFormat {
  for (const [index, piece] of pieces.entries()) {
    const next = pieces[index + 1];
    if (isPart(piece) && piece.wire === "B")
      throw new Error(`"${piece.column}" is stored as B, which template() does not take`);
    if (isPart(piece) && piece.width === undefined && isPart(next)) {
      throw new Error(
        `nothing stands between "${piece.column}" and "${next.column}", so that a key would not say where one ends; put a constant between them, or give "${piece.column}" a width`,
      );
    }
  }
  const [first] = pieces;
  const beginning = first === undefined || isPart(first) ? "" : first.constant;
  const parts = pieces.filter(isPart);
  return { kind: "open", pieces, parts, beginning, isLossy: parts.some(({ letters }) => letters !== undefined) };
}

/**
 * The key of as many parts as there are values, with the constants after them. Throws for a value that could not be
 * read back from the key.
 */
export function encodeOpen(format: KeyFormat, values: readonly Attribute[]): string {
  const text = paste(format, values);
  const given = values.map((value, index) => adapted(format.parts[index], value));
  if (text.includes(last)) {
    const index = given.findIndex((value) => value !== undefined && "S" in value && value.S.includes(last));
    throw new UnfitPart(
      format.parts[index]?.column,
      "a part of the key has the code point U+10FFFF, which bounds its ranges",
    );
  }
  const read = readPieces(format.pieces, text, endOfParts(format.pieces, values.length))?.values;
  const other = given.findIndex((value, index) => value === undefined || !sameAttribute(value, read?.[index]));
  if (other === -1) return text;
  throw new UnfitPart(
    read && format.parts[other]?.column,
    "a part of the key has the text in it that divides the key's parts, so that the key would be read as another one",
  );
}

/** The values of a whole key, as far as it tells them; undefined if encodeOpen() does not make this text. */
export function decodeOpen({ pieces }: KeyFormat, key: string): Attribute[] | undefined {
  const read = readPieces(pieces, key, pieces.length);
  return read !== undefined && read.end === key.length ? read.values : undefined;
}

function paste({ pieces }: KeyFormat, values: readonly Attribute[]): string {
  let text = "";
  let next = 0;
  for (const piece of pieces.slice(0, endOfParts(pieces, values.length)))
    text += isPart(piece) ? encodeOpenPart(piece, values[next++]) : piece.constant;
  return text;
}

/** The number of pieces up to the part after the first `count` ones. */
function endOfParts(pieces: readonly Piece[], count: number): number {
  let seen = 0;
  const end = pieces.findIndex((piece) => isPart(piece) && ++seen > count);
  return end === -1 ? pieces.length : end;
}

/** One part as it appears in the key. */
export function encodeOpenPart(part: KeyPart, value: Attribute | undefined): string {
  const text = spelledPart(part, value);
  return part.padding === undefined ? text : text.padStart(part.padding.length, part.padding.fill);
}

function spelledPart(part: KeyPart, value: Attribute | undefined): string {
  try {
    return spelled(part, value);
  } catch (error) {
    throw unfit(part, error);
  }
}

function spelled({ wire, width, letters }: KeyPart, value: Attribute | undefined): string {
  if (value !== undefined && "S" in value && wire === "S") return withLetters(letters, value.S);
  if (value !== undefined && "N" in value && wire === "N")
    return width === undefined ? spelledNumber(value.N) : encodeWhole(value.N, width);
  if (value !== undefined && "BOOL" in value && wire === "BOOL") return String(value.BOOL);
  throw new Error(`a part of a key is of another type than ${wire}`);
}

/** A number as every program writes it. Throws for those that some write with an exponent: 1e-7, 1E-7 and 0.0000001. */
function spelledNumber(text: string): string {
  const number = Math.abs(Number(text));
  if (number === 0 || (number >= 1e-6 && number < 1e21)) return plainNumber(text);
  throw new Error("a number that some programs write with an exponent has no one spelling in a key; give it a width");
}

/** A value as far as the key tells it. */
function adapted(part: KeyPart | undefined, value: Attribute): Attribute | undefined {
  return "S" in value ? { S: withLetters(part?.letters, value.S) } : value;
}

function withLetters(letters: KeyPart["letters"], text: string): string {
  if (!text.isWellFormed()) throw new Error("a text of a key has half of a surrogate pair");
  if (letters === undefined) return text;
  return letters === "lower" ? text.toLowerCase() : text.toUpperCase();
}

interface Read {
  readonly values: Attribute[];
  readonly end: number;
}

/** Reads the pieces before `stop`. The later ones decide nothing, so a beginning reads as the whole key does. */
function readPieces(pieces: readonly Piece[], key: string, stop: number): Read | undefined {
  const values: Attribute[] = [];
  let at = 0;
  for (const [index, piece] of pieces.slice(0, stop).entries()) {
    if (!isPart(piece)) {
      if (!key.startsWith(piece.constant, at)) return undefined;
      at += piece.constant.length;
      continue;
    }
    const end = endOfPart(pieces, index, { key, at });
    const value = end < at ? undefined : decodeOpenPart(piece, key.slice(at, end));
    if (value === undefined) return undefined;
    values.push(value);
    at = end;
  }
  return { values, end: at };
}

/**
 * The end of a part: the first occurrence of the constant after it, or the end of the text before the last constant. -1
 * if there is none.
 */
function endOfPart(pieces: readonly Piece[], index: number, { key, at }: { key: string; at: number }): number {
  const piece = pieces[index];
  if (isPart(piece) && piece.width !== undefined) return at + piece.width;
  const next = pieces[index + 1];
  if (next === undefined || isPart(next)) return key.length;
  if (index + 2 < pieces.length) return key.indexOf(next.constant, at);
  return key.endsWith(next.constant) ? key.length - next.constant.length : -1;
}

/** Zeros of a padded zero are filled up, too, and one of them is its own. */
function unpadded({ wire, padding }: KeyPart, text: string): string {
  if (padding === undefined) return text;
  let start = 0;
  const last = text.length - (wire === "N" && padding.fill === "0" ? 1 : 0);
  while (start < last && text[start] === padding.fill) start++;
  return text.slice(start);
}

function decodeOpenPart(part: KeyPart, key: string): Attribute | undefined {
  const { wire, width } = part;
  if (part.padding !== undefined && key.length < part.padding.length) return undefined;
  const text = unpadded(part, key);
  if (wire === "S") return { S: text };
  if (wire === "BOOL") return text === "true" || text === "false" ? { BOOL: text === "true" } : undefined;
  if (width !== undefined) {
    const N = decodeWhole(text, width);
    return N === undefined ? undefined : { N };
  }
  try {
    return plainNumber(text) === text ? { N: text } : undefined;
  } catch {
    return undefined;
  }
}
