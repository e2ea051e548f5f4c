/** One text for all values that DynamoDB treats as equal. Used to match keys, and to share equal values. */

import { type Attribute, type Attributes, attributeOf } from "./attribute.js";
import { type Binary, bufferOf, bytesOf } from "./binary.js";
import { canonicalNumber, exactDouble } from "./decimal.js";

/** A text that is equal for equal attributes, and different for different ones. */
export function canonical(attribute: Attribute): string {
  if ("S" in attribute) return `S${JSON.stringify(attribute.S)}`;
  if ("N" in attribute) return `N${canonicalNumber(attribute.N)}`;
  if ("B" in attribute) return `B${hex(attribute.B)}`;
  if ("BOOL" in attribute) return attribute.BOOL ? "true" : "false";
  if ("NULL" in attribute) return "null";
  if ("SS" in attribute) return `SS[${sorted(attribute.SS.map((text) => JSON.stringify(text)))}]`;
  if ("NS" in attribute) return `NS[${sorted(attribute.NS.map(canonicalNumber))}]`;
  if ("BS" in attribute) return `BS[${sorted(attribute.BS.map(hex))}]`;
  if ("L" in attribute) return `[${attribute.L.map(canonical).join()}]`;
  return `{${canonicalAttributes(attribute.M)}}`;
}

/**
 * The same for an item's key of the given names, in their order. Each part marks its end. The common types of keys take a
 * shorter way: see "batchGet" in bench/questions/cpu.ts.
 */
export function canonicalKey(item: Attributes, names: readonly string[]): string {
  let text = "";
  for (const name of names) {
    const attribute = attributeOf(item, name);
    if (attribute === undefined) continue;
    if ("S" in attribute) text += `S${attribute.S.length}:${attribute.S}`;
    else if ("N" in attribute) text += `N${exactDouble(attribute.N) ?? canonicalNumber(attribute.N)};`;
    else text += `${canonical(attribute)};`;
  }
  return text;
}

/** The same for several attributes by name. */
export function canonicalAttributes(attributes: Attributes): string {
  return sorted(
    Object.entries(attributes).map(([name, attribute]) => `${JSON.stringify(name)}:${canonical(attribute)}`),
  );
}

function sorted(texts: string[]): string {
  return texts.sort().join();
}

function hex(binary: Binary): string {
  return bufferOf(bytesOf(binary)).toString("hex");
}
