/**
 * Bytes of attributes and items, as DynamoDB counts them.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */

import type { Attribute, Attributes } from "./attribute.js";
import { countBytes } from "./binary.js";
import { parseDecimal } from "./decimal.js";

/** Bytes of an item or of a map's content: the names count too. */
export function sizeOfAttributes(attributes: Attributes): number {
  let size = 0;
  for (const name in attributes) {
    const attribute = attributes[name];
    if (attribute !== undefined) size += textSize(name) + sizeOf(attribute);
  }
  return size;
}

/** Bytes of one value. AWS does not document the exact size of numbers: this is the least that it can be. */
export function sizeOf(attribute: Attribute): number {
  if ("S" in attribute) return textSize(attribute.S);
  if ("N" in attribute) return numberSize(attribute.N);
  if ("B" in attribute) return countBytes(attribute.B);
  if ("SS" in attribute) return sum(attribute.SS, textSize);
  if ("NS" in attribute) return sum(attribute.NS, numberSize);
  if ("BS" in attribute) return sum(attribute.BS, countBytes);
  if ("L" in attribute) return 3 + attribute.L.length + sum(attribute.L, sizeOf);
  if ("M" in attribute) return 3 + Object.keys(attribute.M).length + sizeOfAttributes(attribute.M);
  return 1;
}

/**
 * An upper bound of sizeOf(), found without reading a text's characters, each of which has at most three bytes. This
 * bound is enough to decide for all but the largest values.
 */
export function sizeAtMost(attribute: Attribute): number {
  if ("S" in attribute) return 3 * attribute.S.length;
  if ("N" in attribute) return 1 + attribute.N.length;
  if ("B" in attribute) return attribute.B.length;
  if ("SS" in attribute) return sum(attribute.SS, (text) => 3 * text.length);
  if ("NS" in attribute) return sum(attribute.NS, (text) => 1 + text.length);
  if ("L" in attribute) return 3 + attribute.L.length + sum(attribute.L, sizeAtMost);
  if (!("M" in attribute)) return sizeOf(attribute);
  let size = 3;
  for (const name in attribute.M) {
    const value = attribute.M[name];
    if (value !== undefined) size += 1 + 3 * name.length + sizeAtMost(value);
  }
  return size;
}

/** Bytes of a text in UTF-8. */
export function textSize(text: string): number {
  return Buffer.byteLength(text);
}

function numberSize(text: string): number {
  const digits = parseDecimal(text)?.digits.length ?? 0;
  return 1 + Math.ceil(digits / 2);
}

function sum<Element>(elements: readonly Element[], sizeOfElement: (element: Element) => number): number {
  return elements.reduce((total, element) => total + sizeOfElement(element), 0);
}
