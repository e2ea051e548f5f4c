/** A position of a query whose range of range keys has moved since the token was made, as with `at.gt(now)`. */

import type { ConditionNode, Operand } from "../expression/condition.js";
import { type Attribute, attributeOf, type Item } from "../wire/attribute.js";
import { compareScalars } from "../wire/order.js";
import type { SearchPlan } from "./search-request.js";

/**
 * The place of a key relative to the range. DynamoDB refuses a position outside it. If the key is before the range, the
 * query begins at its start; if it is after, the query is at its end. A token belongs to one value of eq() and
 * beginsWith(): its position is inside.
 */
export function placeInRange({ key: searched, request }: SearchPlan, key: Item): "start" | "inside" | "end" {
  const { range, rangeColumn } = searched ?? {};
  const at = rangeColumn === undefined ? undefined : attributeOf(key, rangeColumn.storedName);
  if (range === undefined || at === undefined) return "inside";
  const side = sideOf(range, at);
  if (side === "inside") return side;
  return (side === "below") === (request.ScanIndexForward ?? true) ? "start" : "end";
}

function sideOf(range: ConditionNode, at: Attribute): "below" | "inside" | "above" {
  const isBelow = (low: Operand, open: boolean) => isPast(at, low, { open, sign: -1 });
  const isAbove = (high: Operand, open: boolean) => isPast(at, high, { open, sign: 1 });
  if (range.kind === "between") {
    if (isBelow(range.low, false)) return "below";
    return isAbove(range.high, false) ? "above" : "inside";
  }
  if (range.kind !== "compare") return "inside";
  const { comparator, right } = range;
  if (comparator === ">" || comparator === ">=") return isBelow(right, comparator === ">") ? "below" : "inside";
  if (comparator === "<" || comparator === "<=") return isAbove(right, comparator === "<") ? "above" : "inside";
  return "inside";
}

/** Whether a key lies beyond an end, in the direction of `sign`; at it, if the end is open. */
function isPast(
  at: Attribute,
  end: Operand,
  { open, sign }: { readonly open: boolean; readonly sign: 1 | -1 },
): boolean {
  if (end.kind !== "value") return false;
  const order = sign * compareScalars(at, end.value);
  return order > 0 || (open && order === 0);
}
