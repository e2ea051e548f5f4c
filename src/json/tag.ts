/**
 * Values without a JSON form of their own, in dynamic data and of `oneOf()`. Each is an object whose only key is "$"
 * and DynamoDB's type descriptor, such as `{ "$SS": ["a"] }`.
 */

import type { Json } from "../types/codec/outline.js";
import { setOwn } from "../util/object.js";

export function tagged(tag: string, value: Json): Json {
  const made = {};
  setOwn(made, `$${tag}`, value);
  return made;
}

/** The tag of an object, and its value. An object of another form, and any other value, has none. */
export function tagIn(json: unknown): { readonly tag: string; readonly value: unknown } | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  const [name, ...others] = Object.keys(json);
  if (name === undefined || others.length > 0 || !name.startsWith("$")) return undefined;
  return { tag: name.slice(1), value: Reflect.get(json, name) };
}
