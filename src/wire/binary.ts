/** Bytes of attributes, in their two forms. */

import { setOwn } from "../util/object.js";

/**
 * Base64, as in DynamoDB's JSON, or bytes, as the SDK gives them. A value that was read keeps its form: converting
 * every text of a page to bytes takes a fifth of the time of making its objects.
 */
export type Binary = string | Uint8Array;

/**
 * Whether the value of a property "B" is a binary, so that the object is an attribute. If not, the object is a map, and
 * the value is the attribute of its key "B".
 */
export function isBinary(value: unknown): value is Binary {
  return typeof value === "string" || value instanceof Uint8Array;
}

/** The bytes, for reading only: they may be the attribute's own. */
export function bytesOf(binary: Binary): Uint8Array {
  return typeof binary === "string" ? Buffer.from(binary, "base64") : binary;
}

/** A plain Uint8Array of its own, whatever class the input has (a Buffer, for example). */
export function copyBytes(binary: Binary): Uint8Array {
  return new Uint8Array(bytesOf(binary));
}

/** A Buffer on the same bytes, for methods that only Buffers have. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function base64Of(binary: Binary): string {
  return typeof binary === "string" ? binary : bufferOf(binary).toString("base64");
}

export function countBytes(binary: Binary): number {
  return typeof binary === "string" ? Buffer.byteLength(binary, "base64") : binary.length;
}

export function sameBytes(left: Binary, right: Binary): boolean {
  if (typeof left === "string" && typeof right === "string") return left === right;
  return countBytes(left) === countBytes(right) && Buffer.compare(bytesOf(left), bytesOf(right)) === 0;
}

/** Whether bytes are stored as this value. May answer false for base64 in another spelling. */
export function isStoredAs(bytes: Uint8Array, stored: Binary): boolean {
  return typeof stored === "string" ? stored === base64Of(bytes) : sameBytes(bytes, stored);
}

/**
 * The same request, answer or item, with bytes in place of base64, as the SDK has it. Parts without binaries are not
 * copied.
 */
export function withBytes<Content extends object>(content: Content): Content {
  return convertObject(content, copyBytes);
}

/** The reverse: with base64 in place of bytes, as DynamoDB's JSON has it. */
export function withBase64<Content extends object>(content: Content): Content {
  return convertObject(content, base64Of);
}

type Convert = (binary: Binary) => Binary;

function convertValue(value: unknown, convert: Convert): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Array.isArray(value) ? convertList(value, convert) : convertObject(value, convert);
}

function convertList(list: readonly unknown[], convert: Convert): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const element = list[index];
    const converted = convertValue(element, convert);
    if (converted !== element) {
      copy ??= [...list];
      copy[index] = converted;
    }
  }
  return copy ?? list;
}

function convertObject<Content extends object>(object: Content, convert: Convert): Content {
  let copy: Content | undefined;
  for (const name in object) {
    const value: unknown = object[name];
    const converted = convertNamed(name, value, convert);
    if (converted !== value) {
      copy ??= { ...object };
      setOwn(copy, name, converted);
    }
  }
  return copy ?? object;
}

/**
 * Converts the value if `name` is its attribute type. In a map, the same name holds an attribute, which is left as it
 * is.
 */
function convertNamed(name: string, value: unknown, convert: Convert): unknown {
  if (name === "B" && isBinary(value)) return convert(value);
  if (name === "BS" && Array.isArray(value)) return value.map(convert);
  return convertValue(value, convert);
}
