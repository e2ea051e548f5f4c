/**
 * Composed keys: their text from the values of their parts and back, and the one key condition of DynamoDB that selects
 * a range of a part. Pure: knows attributes, but neither models nor requests.
 */

import type { Attribute } from "../wire/attribute.js";
import { boundsOf, decodeClosed, encodeClosed, encodePart, endOf } from "./closed.js";
import type { KeyFormat, KeyPart } from "./format.js";
import { decodeOpen, encodeOpen, encodeOpenPart, last } from "./open.js";

/** A comparison of one part. */
export type PartRange =
  | { readonly kind: "lt" | "le" | "gt" | "ge" | "beginsWith"; readonly value: Attribute }
  | { readonly kind: "between"; readonly low: Attribute; readonly high: Attribute };

/** The keys that one key condition of DynamoDB selects. "all": no condition is needed. */
export type KeyRange =
  | { readonly kind: "all" }
  | { readonly kind: "compare"; readonly comparator: "=" | "<" | "<=" | ">" | ">="; readonly text: string }
  | { readonly kind: "between"; readonly low: string; readonly high: string }
  | { readonly kind: "beginsWith"; readonly text: string };

/** A range, and the one value of the part that it contains but should not: a filter has to leave it out. */
interface SelectedRange {
  readonly range: KeyRange;
  readonly except: Attribute | undefined;
}

/** The key of the leading parts, with the constants after them. Throws for a value that a part can't have. */
export function encodeKey(format: KeyFormat, values: readonly Attribute[]): string {
  return format.kind === "closed" ? encodeClosed(format, values) : encodeOpen(format, values);
}

/** The values of a key's parts, or undefined for a text that encodeKey() does not make. */
export function decodeKey(format: KeyFormat, key: string): readonly Attribute[] | undefined {
  return format.kind === "closed" ? decodeClosed(format, key) : decodeOpen(format, key);
}

/**
 * The range of keys whose leading parts have these values, and whose next part is in a range. It holds only keys of
 * this format, and of formats whose constants begin in the same way. Throws for a value that the part can't have, and
 * for a range of a part that does not keep its order.
 */
export function selectKeys(format: KeyFormat, equal: readonly Attribute[], range?: PartRange): SelectedRange {
  const beginning = encodeKey(format, equal);
  if (equal.length === format.parts.length)
    return { range: { kind: "compare", comparator: "=", text: beginning }, except: undefined };
  if (range === undefined) return { range: begins(beginning), except: undefined };
  const part = format.parts[equal.length];
  if (part === undefined) throw new Error("the key has no more parts");
  if (format.kind === "open") return openRange({ format, part, beginning }, range);
  return { range: closedRange(beginning, part, range), except: undefined };
}

function begins(text: string): KeyRange {
  return text === "" ? { kind: "all" } : { kind: "beginsWith", text };
}

function closedRange(beginning: string, part: KeyPart, range: PartRange): KeyRange {
  const encoded = (value: Attribute) => beginning + encodePart(part, value);
  if (range.kind === "beginsWith") return begins(encoded(range.value));
  if (range.kind === "between")
    return { kind: "between", low: boundsOf(encoded(range.low)).low, high: boundsOf(encoded(range.high)).high };
  const { low, high } = boundsOf(encoded(range.value));
  // DynamoDB takes no empty bound. Without a beginning, the range may be open-ended.
  if (beginning === "") return openEnded(range.kind, low, high);
  switch (range.kind) {
    case "lt":
      return { kind: "between", low: beginning, high: encoded(range.value) };
    case "le":
      return { kind: "between", low: beginning, high };
    case "gt":
      return { kind: "between", low: high, high: endOf(beginning) };
    default:
      return { kind: "between", low, high: endOf(beginning) };
  }
}

function openEnded(kind: "lt" | "le" | "gt" | "ge", low: string, high: string): KeyRange {
  if (kind === "lt") return { kind: "compare", comparator: "<", text: low };
  if (kind === "le") return { kind: "compare", comparator: "<", text: high };
  if (kind === "gt") return { kind: "compare", comparator: ">", text: high };
  return { kind: "compare", comparator: ">=", text: low };
}

interface OpenPlace {
  readonly format: KeyFormat;
  readonly part: KeyPart;
  readonly beginning: string;
}

/**
 * Of concatenated texts, the last one keeps its order, and those that all have one length; numbers do if they have one
 * width. A text in one case is compared in that case.
 */
function openRange({ format, part, beginning }: OpenPlace, range: PartRange): SelectedRange {
  const isLast = format.pieces.at(-1) === part;
  const isText = part.wire === "S" && part.padding === undefined && isLast;
  const isFixed = part.width !== undefined || (part.isFixed === true && part.padding === undefined);
  if (range.kind === "beginsWith") {
    if (part.wire !== "S") throw new Error(`"${part.column}" is no text`);
    if (part.padding !== undefined) throw new Error(`"${part.column}" is filled up in front in this key`);
    return { range: begins(beginning + encodeOpenPart(part, range.value)), except: undefined };
  }
  if (!isText && !isFixed) {
    throw new Error(
      `"${part.column}" does not keep its order in this key: of template(), a text at its end does, a date and time, and a number with a width`,
    );
  }
  if (range.kind === "lt" && part.letters !== undefined && !isFixed)
    throw new Error(
      `"${part.column}" is in ${part.letters} case in this key, which can't leave out its own end; use le()`,
    );
  const at = (value: Attribute) => beginning + encodeOpenPart(part, value);
  const low =
    range.kind === "between" ? range.low : range.kind === "lt" || range.kind === "le" ? undefined : range.value;
  const high = range.kind === "between" ? range.high : low === undefined && "value" in range ? range.value : undefined;
  // No text is between a text and the same with U+0000 behind it.
  const isPast = range.kind === "gt" && isText;
  const from = low === undefined ? beginning : at(low) + (isPast ? "\0" : "");
  const to = high === undefined ? beginning + last : at(high) + (isFixed ? last : "");
  const except = range.kind === "lt" || (range.kind === "gt" && !isPast) ? range.value : undefined;
  if (from === "") return { range: { kind: "compare", comparator: "<=", text: to }, except };
  return { range: { kind: "between", low: from, high: to }, except };
}
