/** Dynamic values as JSON: with a tag if JSON has no form of its own for them. */

import { assertDepth } from "../types/codec/container.js";
import { expected, Misfit, within } from "../types/codec/context.js";
import type { Json } from "../types/codec/outline.js";
import { anything } from "../types/dynamic.js";
import { assertKey } from "../types/map.js";
import { isPlainObject, setOwn } from "../util/object.js";
import { describeValue, print, printList } from "../util/print.js";
import type { Attribute } from "../wire/attribute.js";
import { base64Of } from "../wire/binary.js";
import { canonicalNumber, exactDouble } from "../wire/decimal.js";
import { tagged, tagIn } from "./tag.js";

export function writeDynamic(value: unknown, depth: number): Json {
  if (Array.isArray(value)) return writeList(value, depth);
  if (isPlainObject(value)) return writeMap(value, depth);
  if (value instanceof Set && value.size === 0) return tagged("SS", []);
  const attribute = anything.dump(value, depth);
  if (attribute === undefined) throw expected("a value that DynamoDB has a type for", value);
  return writeAttribute(attribute);
}

function writeList(values: readonly unknown[], depth: number): Json {
  assertDepth(depth);
  return Array.from(values, (value, index) => inside(index, () => writeDynamic(value, depth + 1)));
}

function writeMap(map: object, depth: number): Json {
  assertDepth(depth);
  const written = {};
  for (const [key, value] of Object.entries(map)) {
    if (value !== undefined)
      setOwn(
        written,
        assertKey(key),
        inside(key, () => writeDynamic(value, depth + 1)),
      );
  }
  return tagIn(written) === undefined ? written : tagged("M", written);
}

function writeAttribute(attribute: Attribute): Json {
  if ("S" in attribute) return attribute.S;
  if ("N" in attribute) return exactDouble(attribute.N) ?? tagged("N", attribute.N);
  if ("BOOL" in attribute) return attribute.BOOL;
  if ("B" in attribute) return tagged("B", base64Of(attribute.B));
  if ("SS" in attribute) return tagged("SS", [...attribute.SS]);
  if ("NS" in attribute) return tagged("NS", [...attribute.NS]);
  if ("BS" in attribute) return tagged("BS", attribute.BS.map(base64Of));
  return null;
}

export function readDynamic(json: unknown, depth: number): unknown {
  if (Array.isArray(json)) return readList(json, depth);
  if (!isPlainObject(json)) return json;
  const found = tagIn(json);
  if (found === undefined) return readMap(json, depth);
  if (found.tag === "M" && isPlainObject(found.value)) return readMap(found.value, depth);
  const attribute = readAttribute(found.tag, found.value);
  if (attribute === undefined) {
    throw new Misfit(
      `an object whose only key is ${print(`$${found.tag}`)} is not known here: there are ${printList(tags)}, and { "$M": ... } holds an object that has such a key itself`,
    );
  }
  return "SS" in attribute && attribute.SS.length === 0 ? new Set() : anything.load(attribute);
}

const tags = ["$N", "$B", "$SS", "$NS", "$BS", "$M"];

function readList(values: readonly unknown[], depth: number): unknown[] {
  assertDepth(depth);
  return Array.from(values, (value, index) => inside(index, () => readDynamic(value, depth + 1)));
}

function readMap(map: object, depth: number): object {
  assertDepth(depth);
  const read = {};
  for (const [key, value] of Object.entries(map)) {
    if (value !== undefined)
      setOwn(
        read,
        assertKey(key),
        inside(key, () => readDynamic(value, depth + 1)),
      );
  }
  return read;
}

/** No number of DynamoDB has more characters, except for redundant zeros. */
const longestNumber = 300;

function readAttribute(tag: string, value: unknown): Attribute | undefined {
  switch (tag) {
    case "N":
      return { N: numberText(value) };
    case "B":
      return { B: base64Text(value) };
    case "SS":
      return { SS: textsOf(value, String, String) };
    case "NS":
      return { NS: textsOf(value, numberText, canonicalNumber) };
    case "BS":
      return { BS: textsOf(value, base64Text, String) };
    default:
      return undefined;
  }
}

/** The elements of a set. `idOf` is equal for elements that DynamoDB treats as equal. */
function textsOf(values: unknown, read: (value: string) => string, idOf: (text: string) => string): string[] {
  if (!Array.isArray(values)) throw new Misfit("expected an array of texts as a set");
  const texts = values.map((value, index) =>
    inside(index, () => {
      if (typeof value !== "string") throw new Misfit("expected a text as an element of a set");
      return read(value);
    }),
  );
  if (new Set(texts.map(idOf)).size < texts.length) throw new Misfit("a set has the same element twice");
  return texts;
}

function numberText(value: unknown): string {
  if (typeof value === "string" && value.length <= longestNumber) return value;
  throw new Misfit(`expected a number's text, got ${describeValue(value)}`);
}

function base64Text(value: unknown): string {
  if (typeof value === "string" && base64Of(Buffer.from(value, "base64")) === value) return value;
  throw new Misfit(`expected base64 with its padding, got ${describeValue(value)}`);
}

/** Puts a step in front of the path of any error thrown inside. */
export function inside<Result>(step: string | number, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw within(step, error);
  }
}
