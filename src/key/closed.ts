/**
 * Keys that bloop makes, version 1 of their stored format. Each piece, constants included, is encoded and closed by
 * `#`, and no encoded text contains a `#`. So no key is the beginning of another, and keys sort as their parts do.
 */

import type { Attribute } from "../wire/attribute.js";
import { bytesOf } from "../wire/binary.js";
import { numberProblem, parseDecimal } from "../wire/decimal.js";
import { isPart, type KeyFormat, type KeyPart, type Piece, unfit } from "./format.js";
import { decodeNumber, decodeWhole, encodeNumber, encodeWhole } from "./number.js";
import { decodeText, encodeText } from "./text.js";

/** Sorts after `#`, and before every character that can continue an encoded piece. No key ends in it. */
const behind = "$";

/** The format of some pieces. */
export function closedFormat(pieces: readonly Piece[]): KeyFormat {
  const first = pieces.findIndex(isPart);
  const constants = first === -1 ? pieces : pieces.slice(0, first);
  const beginning = constants.map((piece) => (isPart(piece) ? "" : close(encodeText(piece.constant)))).join("");
  return { kind: "closed", pieces, parts: pieces.filter(isPart), beginning, isLossy: false };
}

/**
 * The key of as many parts as there are values, with the constants after them: the whole key if those are all parts.
 * Throws for a value that the part can't have.
 */
export function encodeClosed({ pieces }: KeyFormat, values: readonly Attribute[]): string {
  let text = "";
  let next = 0;
  for (const piece of pieces) {
    if (!isPart(piece)) text += close(encodeText(piece.constant));
    else {
      const value = values[next++];
      if (value === undefined) return text;
      text += close(encodePart(piece, value));
    }
  }
  return text;
}

/** The values of a whole key, or undefined if encodeClosed() does not make this text. */
export function decodeClosed({ pieces }: KeyFormat, key: string): Attribute[] | undefined {
  const encoded = key.split("#");
  if (encoded.pop() !== "" || encoded.length !== pieces.length) return undefined;
  const values: Attribute[] = [];
  for (const [index, piece] of pieces.entries()) {
    const text = encoded[index] ?? "";
    if (isPart(piece)) {
      const value = decodePart(piece, text);
      if (value === undefined) return undefined;
      values.push(value);
    } else if (encodeText(piece.constant) !== text) return undefined;
  }
  return values;
}

/** One part without the `#` that closes it. */
export function encodePart(part: KeyPart, value: Attribute): string {
  try {
    return encoded(part, value);
  } catch (error) {
    throw unfit(part, error);
  }
}

function encoded({ wire, width }: KeyPart, value: Attribute): string {
  if ("S" in value && wire === "S") return encodeText(value.S);
  if ("N" in value && wire === "N") return width === undefined ? encodeNumber(value.N) : encodeWhole(value.N, width);
  if ("B" in value && wire === "B") return Buffer.from(bytesOf(value.B)).toString("hex");
  if ("BOOL" in value && wire === "BOOL") return value.BOOL ? "1" : "0";
  throw new Error(`a part of a key is of another type than ${wire}`);
}

function decodePart(part: KeyPart, encoded: string): Attribute | undefined {
  const value = readPart(part, encoded);
  return value !== undefined && encodePart(part, value) === encoded ? value : undefined;
}

function readPart({ wire, width }: KeyPart, encoded: string): Attribute | undefined {
  if (wire === "S") {
    const S = decodeText(encoded);
    return S === undefined ? undefined : { S };
  }
  if (wire === "N") {
    const N = width === undefined ? decodeNumber(encoded) : decodeWhole(encoded, width);
    const decimal = N === undefined ? undefined : parseDecimal(N);
    return N === undefined || decimal === undefined || numberProblem(decimal) !== undefined ? undefined : { N };
  }
  if (wire === "B") return { B: new Uint8Array(Buffer.from(encoded, "hex")) };
  return encoded === "0" || encoded === "1" ? { BOOL: encoded === "1" } : undefined;
}

function close(encoded: string): string {
  return `${encoded}#`;
}

/** Sorts after every key with a closed beginning, and before all keys that sort after those. */
export function endOf(beginning: string): string {
  return `${beginning.slice(0, -1)}${behind}`;
}

/**
 * The lowest and highest text of the keys that have a part with this value, whatever follows. No key equals the
 * highest.
 */
export function boundsOf(encoded: string): { readonly low: string; readonly high: string } {
  return { low: close(encoded), high: `${encoded}${behind}` };
}
