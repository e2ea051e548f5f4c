/** Binary values in requests and answers: base64 in DynamoDB's JSON, bytes for the SDK and its users. */

import { setOwn } from "../util/object.js";
import { type Binary, base64Of, copyBytes, isBinary } from "../wire/binary.js";

/** Makes the text of a request. What holds no bytes is not copied. */
export function printRequest(request: object): string {
  return JSON.stringify(convertObject(request, base64Of));
}

/** The same request or answer, with bytes where there is base64. What holds none is not copied. */
export function withBytes<Content extends object>(content: Content): Content {
  return convertObject(content, copyBytes);
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

/** An attribute's value, where the name is its type. Of that name, a map has attributes, which are neither. */
function convertNamed(name: string, value: unknown, convert: Convert): unknown {
  if (name === "B" && isBinary(value)) return convert(value);
  if (name === "BS" && Array.isArray(value)) return value.map(convert);
  return convertValue(value, convert);
}
