/** DynamoDB's own form of a value: `{ S: "text" }`, `{ N: "1" }`... Knows nothing of models or of the SDK. */

import type { Binary } from "./binary.js";

/** DynamoDB's attribute type descriptors, except NULL. */
export type Wire = "S" | "N" | "B" | "BOOL" | "SS" | "NS" | "BS" | "L" | "M";

/** The descriptor under which a type is stored; "any" if each value has its own. */
export type AnyWire = Wire | "any";

/** One value as DynamoDB sends and stores it. It has exactly one of these keys. */
export type Attribute =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Binary }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly Binary[] }
  | { readonly L: readonly Attribute[] }
  | { readonly M: Attributes };

/** Attributes by stored name: an item, or the content of a map. */
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

/**
 * The attribute of a name, if there is one. A plain object inherits only functions (`constructor`) and the prototype
 * itself (`__proto__`). Comparing with those takes a tenth of the time of Object.hasOwn.
 */
export function attributeOf(attributes: Attributes, name: string): Attribute | undefined {
  const found = attributes[name];
  return typeof found === "object" && found !== Object.prototype ? found : undefined;
}

/** Writable attributes. The object has no prototype, so that "__proto__" is a name like any other. */
export function newAttributes(from?: Attributes): Record<string, Attribute> {
  return Object.assign(Object.create(null), from);
}

/**
 * A writable copy; write to it with setOwn() only. It keeps the fast shape that JSON.parse made. Without a prototype it
 * would not.
 */
export function copyAttributes(from: Attributes): Record<string, Attribute> {
  return { ...from };
}

/** The elements of a set, each as an attribute of its own; empty if the attribute is not a set. */
export function elementsOf(attribute: Attribute): Attribute[] {
  if ("SS" in attribute) return attribute.SS.map((S) => ({ S }));
  if ("NS" in attribute) return attribute.NS.map((N) => ({ N }));
  if ("BS" in attribute) return attribute.BS.map((B) => ({ B }));
  return [];
}

/** A set of elements, or undefined if there are none: DynamoDB has no empty sets. */
export function setOf(tag: "SS" | "NS" | "BS", elements: readonly Attribute[]): Attribute | undefined {
  if (elements.length === 0) return undefined;
  if (tag === "SS") return { SS: elements.flatMap((element) => ("S" in element ? [element.S] : [])) };
  if (tag === "NS") return { NS: elements.flatMap((element) => ("N" in element ? [element.N] : [])) };
  return { BS: elements.flatMap((element) => ("B" in element ? [element.B] : [])) };
}
