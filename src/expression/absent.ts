/** The value of a condition for an item that does not exist. */

import type { ConditionNode } from "./condition.js";

/** Whether a condition holds if there is no item; undefined if that is not evident. */
export function holdsWithoutItem(node: ConditionNode): boolean | undefined {
  switch (node.kind) {
    case "always":
    case "notExists":
      return true;
    case "and":
      return joined(node.parts, false);
    case "or":
      return joined(node.parts, true);
    case "not": {
      const inner = holdsWithoutItem(node.inner);
      return inner === undefined ? undefined : !inner;
    }
    case "compare":
      return node.comparator === "<>" ? undefined : false;
    default:
      return false;
  }
}

/** One part decides: false for "and", true for "or". */
function joined(parts: readonly ConditionNode[], decisive: boolean): boolean | undefined {
  const outcomes = parts.map(holdsWithoutItem);
  if (outcomes.includes(decisive)) return decisive;
  return outcomes.includes(undefined) ? undefined : !decisive;
}
