/** DynamoDB's own form of a value: `{ S: "text" }`, `{ N: "1" }`... Knows nothing of models or of the SDK. */

import type { Binary } from "./binary.js";

/** DynamoDB's attribute type descriptors, but for NULL. */
export type Wire = "S" | "N" | "B" | "BOOL" | "SS" | "NS" | "BS" | "L" | "M";

/** What a type is stored as; "any" if each value says it for itself. */
export type AnyWire = Wire | "any";

/** One value as DynamoDB sends and stores it. Exactly one of the keys is there. */
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

/**
 * The attribute under a name, if there is one. What plain objects inherit (`constructor`, `__proto__`) are functions and
 * the prototype itself: to compare with those takes a tenth of what Object.hasOwn does.
 */
export function attributeOf(attributes: Attributes, name: string): Attribute | undefined {
  const found = attributes[name];
  return typeof found === "object" && found !== Object.prototype ? found : undefined;
}

/** Attributes that may be filled. Has no prototype, so that "__proto__" is a name like any other. */
export function newAttributes(from?: Attributes): Record<string, Attribute> {
  return Object.assign(Object.create(null), from);
}

/** A copy that may be filled, by setOwn() only. Keeps the fast shape of what JSON.parse made, as no prototype does not. */
export function copyAttributes(from: Attributes): Record<string, Attribute> {
  return { ...from };
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
