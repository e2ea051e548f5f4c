/** DynamoDB's own form of a value: `{ S: "text" }`, `{ N: "1" }`... Knows nothing of models or of the SDK. */

import { canonical } from "./canonical.js";
import { sameNumber } from "./decimal.js";

/** DynamoDB's attribute type descriptors, but for NULL. */
export type Wire = "S" | "N" | "B" | "BOOL" | "SS" | "NS" | "BS" | "L" | "M";

/** One value as DynamoDB sends and stores it. Exactly one of the keys is there. */
export type Attribute =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Uint8Array }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly Uint8Array[] }
  | { readonly L: readonly Attribute[] }
  | { readonly M: Attributes };

/** Attributes by stored name: an item, or what a map holds. */
export interface Attributes {
  readonly [name: string]: Attribute;
}

/** All attributes of an item, by stored name. */
export type Item = Attributes;

export type Tag = Wire | "NULL";

/** The type descriptor of an attribute. */
export function tagOf(attribute: Attribute): Tag | string {
  for (const tag in attribute) return tag;
  return "nothing";
}

/** Attributes that may be filled. Has no prototype, so that "__proto__" is a name like any other. */
export function newAttributes(from?: Attributes): Record<string, Attribute> {
  return Object.assign(Object.create(null), from);
}

/** Whether DynamoDB holds the two for the same: numbers by value, sets in any order, bytes by content. */
export function sameAttribute(left: Attribute | undefined, right: Attribute | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  if ("S" in left) return "S" in right && left.S === right.S;
  if ("N" in left) return "N" in right && sameNumber(left.N, right.N);
  if ("BOOL" in left) return "BOOL" in right && left.BOOL === right.BOOL;
  if ("NULL" in left) return "NULL" in right;
  if ("B" in left) return "B" in right && sameBytes(left.B, right.B);
  if ("L" in left) return "L" in right && sameList(left.L, right.L);
  if ("M" in left) return "M" in right && sameAttributes(left.M, right.M);
  return canonical(left) === canonical(right);
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function sameList(left: readonly Attribute[], right: readonly Attribute[]): boolean {
  return left.length === right.length && left.every((element, index) => sameAttribute(element, right[index]));
}

export function sameAttributes(left: Attributes, right: Attributes): boolean {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && sameAttribute(left[name], right[name]));
}

/** The elements of a set, each as an attribute of its own; nothing for what is no set. */
export function elementsOf(attribute: Attribute): Attribute[] {
  if ("SS" in attribute) return attribute.SS.map((S) => ({ S }));
  if ("NS" in attribute) return attribute.NS.map((N) => ({ N }));
  if ("BS" in attribute) return attribute.BS.map((B) => ({ B }));
  return [];
}

/** The set of some elements, or undefined for none: DynamoDB has no empty sets. */
export function setOf(tag: "SS" | "NS" | "BS", elements: readonly Attribute[]): Attribute | undefined {
  if (elements.length === 0) return undefined;
  if (tag === "SS") return { SS: elements.flatMap((element) => ("S" in element ? [element.S] : [])) };
  if (tag === "NS") return { NS: elements.flatMap((element) => ("N" in element ? [element.N] : [])) };
  return { BS: elements.flatMap((element) => ("B" in element ? [element.B] : [])) };
}
