/** `dynamicList()` and `dynamicMap()`: any value that DynamoDB holds, exact both ways. */

import { brand, isInstance, type SharedClass } from "../util/core.js";
import { isPlainObject } from "../util/object.js";
import { type Attribute, elementsOf, setOf, tagOf } from "../wire/attribute.js";
import { copyBytes, isBinary } from "../wire/binary.js";
import { canonical } from "../wire/canonical.js";
import { exactDouble, parseDecimal, wholeDigits } from "../wire/decimal.js";
import { loadBytes } from "./binary.js";
import type { Codec, Inside, Member } from "./codec/codec.js";
import { brokenForm, describeAttribute, expected, Misfit } from "./codec/context.js";
import { listCodec } from "./list.js";
import { recordCodec } from "./map.js";
import { checkedNumber, dumpDouble, isDouble } from "./number.js";
import { isSet } from "./set.js";
import { assertText } from "./string.js";
import { makeType, type Type } from "./type.js";

/** A number that neither a JavaScript number nor a bigint can hold, such as 0.1234567890123456789. */
export class StoredNumber {
  /** @internal */
  static readonly kind = "StoredNumber";
  /** @internal */
  static readonly brand: string = brand;
  /** The number as DynamoDB sent it. */
  readonly text: string;

  constructor(text: string) {
    checkedNumber(text);
    this.text = text;
  }

  /** @internal */
  static [Symbol.hasInstance](this: SharedClass, value: unknown): boolean {
    return isInstance(this, value);
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}

export type DynamicNumber = number | bigint | StoredNumber;

/** Any value that DynamoDB holds. A number loads as number if that is exact, else as bigint, else as StoredNumber. */
export type Dynamic =
  | string
  | DynamicNumber
  | boolean
  | null
  | Uint8Array
  | Set<string>
  | Set<DynamicNumber>
  | Set<Uint8Array>
  | Dynamic[]
  | { [key: string]: Dynamic };

/** An array of any values that DynamoDB holds, stored as L. */
export function dynamicList(): Type<Dynamic[], "L", never, Type<Dynamic, "any">> {
  return makeType({ ...listOfAnything, name: "dynamicList" });
}

/** An object of any values that DynamoDB holds, stored as M. */
export function dynamicMap(): Type<{ [key: string]: Dynamic }, "M", never, { [key: string]: Type<Dynamic, "any"> }> {
  return makeType({ ...mapOfAnything, name: "dynamicMap" });
}

/** The codec that chooses DynamoDB's type by the value itself. */
export const anything: Codec = {
  name: "dynamic",
  wire: "any",
  get inside() {
    return insideAnything;
  },
  outline: { parts: { kind: "dynamic" } },
  load: loadAnything,
  dump: dumpAnything,
  isStored,
};
const insideAnything: Inside = {
  kind: "map",
  member: anyMember,
  at: anyMember,
  keys: () => undefined,
  element: () => anything,
};

function anyMember(key: string): Member {
  return { key, storedName: key, codec: anything, required: false };
}

// Marked as pure, so that a bundle without dynamic types leaves out these, lists and maps: 5 KB.
const listOfAnything = /* @__PURE__ */ listCodec(anything);
const mapOfAnything = /* @__PURE__ */ recordCodec("dynamic", anything);

function loadAnything(attribute: Attribute): Dynamic {
  if ("S" in attribute && typeof attribute.S === "string") return attribute.S;
  if ("N" in attribute && typeof attribute.N === "string") return loadNumber(attribute.N);
  if ("B" in attribute && isBinary(attribute.B)) return loadBytes(attribute.B);
  if ("BOOL" in attribute && typeof attribute.BOOL === "boolean") return attribute.BOOL;
  if ("NULL" in attribute && attribute.NULL === true) return null;
  if ("L" in attribute) return listOfAnything.load(attribute) as Dynamic[];
  if ("M" in attribute) return mapOfAnything.load(attribute) as { [key: string]: Dynamic };
  if (("SS" in attribute || "NS" in attribute || "BS" in attribute) && isSet(attribute)) return loadSet(attribute);
  const tag = tagOf(attribute);
  if (tags.includes(tag)) throw brokenForm(tag);
  throw new Misfit(`the stored value has a type that bloop does not know: ${describeAttribute(attribute)}`);
}

const tags = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS"];

function loadSet(attribute: Attribute): Dynamic {
  return new Set(elementsOf(attribute).map(loadAnything)) as Dynamic;
}

function isStored(value: unknown, stored: Attribute): boolean {
  if (typeof value === "string") return "S" in stored && stored.S === value;
  if (typeof value === "number") return "N" in stored && isDouble(value, stored.N);
  if (typeof value === "boolean") return "BOOL" in stored && stored.BOOL === value;
  if (value === null) return "NULL" in stored;
  if (Array.isArray(value)) return listOfAnything.isStored?.(value, stored) === true;
  return mapOfAnything.isStored?.(value, stored) === true;
}

function loadNumber(stored: string): DynamicNumber {
  const double = exactDouble(checkedNumber(stored));
  if (double !== undefined) return double;
  const decimal = parseDecimal(stored);
  const digits = decimal === undefined ? undefined : wholeDigits(decimal);
  return digits === undefined ? new StoredNumber(stored) : BigInt(digits);
}

function dumpAnything(value: unknown, depth: number): Attribute | undefined {
  if (typeof value === "string") return { S: assertText(value) };
  if (isNumeric(value)) return { N: dumpNumber(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (value === null) return { NULL: true };
  if (value instanceof Uint8Array) return { B: copyBytes(value) };
  if (value instanceof Set) return dumpSet(value);
  if (Array.isArray(value)) return listOfAnything.dump(value, depth);
  if (isPlainObject(value)) return mapOfAnything.dump(value, depth);
  throw expected("a value that DynamoDB has a type for", value);
}

function isNumeric(value: unknown): value is DynamicNumber {
  return typeof value === "number" || typeof value === "bigint" || value instanceof StoredNumber;
}

function dumpNumber(value: DynamicNumber): string {
  return typeof value === "number" ? dumpDouble(value) : checkedNumber(String(value));
}

function dumpSet(values: Set<unknown>): Attribute | undefined {
  const all = [...values];
  if (all.every((value) => typeof value === "string")) {
    return distinctSet(
      "SS",
      all.map((value) => ({ S: assertText(value) })),
    );
  }
  if (all.every(isNumeric)) {
    return distinctSet(
      "NS",
      all.map((value) => ({ N: dumpNumber(value) })),
    );
  }
  if (all.every((value) => value instanceof Uint8Array)) {
    return distinctSet(
      "BS",
      all.map((value) => ({ B: copyBytes(value) })),
    );
  }
  throw new Misfit("a set holds only strings, only numbers or only bytes");
}

/** DynamoDB refuses a set in which two elements are the same. */
function distinctSet(tag: "SS" | "NS" | "BS", elements: readonly Attribute[]): Attribute | undefined {
  return setOf(tag, [...new Map(elements.map((element) => [canonical(element), element])).values()]);
}
