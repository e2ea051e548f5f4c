/** The part of the caller's condition that an item does not meet, if that can be told without a value. */

import type { ConditionNode, Operand } from "../expression/condition.js";
import type { Path } from "../expression/path.js";
import { valueAt } from "../model/change/edit.js";
import type { Meta } from "../model/meta.js";
import { printPath } from "../types/codec/context.js";
import { type Attribute, attributeOf, type Item } from "../wire/attribute.js";
import { sameAttribute } from "../wire/same.js";

/** The parts that each have to hold. */
function partsOf(node: ConditionNode): readonly ConditionNode[] {
  return node.kind === "and" ? node.parts.flatMap(partsOf) : [node];
}

/** The version that the condition demands, and the stored one, if they differ. */
export function unmetVersion(
  { version }: Meta,
  conditions: readonly ConditionNode[],
  item: Item | undefined,
): { readonly expected: number; readonly stored: Attribute | undefined } | undefined {
  if (version === undefined) return undefined;
  const stored = item && attributeOf(item, version.storedName);
  for (const node of conditions.flatMap(partsOf)) {
    if (node.kind !== "compare" || node.comparator !== "=") continue;
    const expected = numberAt(version.path, node.left, node.right) ?? numberAt(version.path, node.right, node.left);
    if (expected !== undefined && !sameAttribute(expected, stored)) return { expected: Number(expected.N), stored };
  }
  return undefined;
}

/** The number that a place is compared with. */
function numberAt(path: Path, place: Operand, other: Operand): { readonly N: string } | undefined {
  if (place.kind !== "path" || place.path.stored.length !== 1 || place.path.stored[0] !== path.stored[0])
    return undefined;
  return other.kind === "value" && "N" in other.value ? other.value : undefined;
}

/** "it demands a value of email, and there is none": the first exists() or notExists() that the item does not meet. */
export function unmetPresence(conditions: readonly ConditionNode[], item: Item): string | undefined {
  for (const node of conditions.flatMap(partsOf)) {
    if (node.kind !== "exists" && node.kind !== "notExists") continue;
    // What is inside of a list has no place of its own.
    if (node.path.stored.some((step) => typeof step === "number")) continue;
    const isThere = valueAt(item, node.path.stored) !== undefined;
    if (isThere === (node.kind === "exists")) continue;
    const place = printPath(node.path.local);
    return isThere
      ? `it demands no value of ${place}, and there is one`
      : `it demands a value of ${place}, and there is none`;
  }
  return undefined;
}
