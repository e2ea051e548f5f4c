/** Whether DynamoDB treats two values as equal. */

import type { Attribute, Attributes } from "./attribute.js";
import { sameBytes } from "./binary.js";
import { canonical } from "./canonical.js";
import { sameNumber } from "./decimal.js";

/** Whether DynamoDB treats two attributes as equal: numbers by value, sets in any order, bytes by content. */
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

function sameList(left: readonly Attribute[], right: readonly Attribute[]): boolean {
  return left.length === right.length && left.every((element, index) => sameAttribute(element, right[index]));
}

export function sameAttributes(left: Attributes, right: Attributes): boolean {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && sameAttribute(left[name], right[name]));
}
