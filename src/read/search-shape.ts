/**
 * The identity of a search: the shape of its conditions. Values of a filter, and the ends of a range, may change from
 * page to page, as in `expires.gt(now)`; the key's equal values may not.
 */

import { createHash } from "node:crypto";
import { type ConditionNode, isEqual, type Operand } from "../expression/condition.js";
import type { HeldKey } from "../model/meta.js";
import { canonical } from "../wire/canonical.js";
import type { SearchPlan } from "./search-request.js";

/** A short text that is equal for searches of one shape. It shows no value, and can't be decoded. */
export function shapeOf({
  key,
  filter,
  target,
  models,
}: Pick<SearchPlan, "key" | "filter" | "target" | "models">): string {
  const { meta } = target;
  const shape = [
    key === undefined ? null : [...key.held.map(shapeOfHeld), key.range && shapeOfKey(key.range)],
    filter && shapeOfNode(filter),
    ...(key === undefined || key.equal.length === 0 ? [] : [key.equal.map(canonical)]),
    // Of one table's kinds, which a filter's values tell apart, each has searches of its own.
    ...(meta.shared === undefined ? [] : [models === undefined ? { model: meta.name } : { models }]),
  ];
  return createHash("sha256").update(JSON.stringify(shape)).digest("base64url").slice(0, 22);
}

function shapeOfHeld({ column, value }: HeldKey): unknown {
  return shapeOfKey(isEqual(column.path, value));
}

/**
 * The hash key's value decides which items are searched. So does a range key's value compared by eq() or beginsWith().
 */
function shapeOfKey(node: ConditionNode): unknown {
  const shape = shapeOfNode(node);
  if (node.kind === "compare" && node.comparator === "=") return [shape, equalValue(node.right)];
  return node.kind === "beginsWith" ? [shape, equalValue(node.argument)] : shape;
}

function equalValue(operand: Operand): string | undefined {
  return operand.kind === "value" ? canonical(operand.value) : undefined;
}

function shapeOfNode(node: ConditionNode): unknown {
  switch (node.kind) {
    case "compare":
      return [node.comparator, shapeOfOperand(node.left), shapeOfOperand(node.right)];
    case "between":
      return [node.kind, ...[node.subject, node.low, node.high].map(shapeOfOperand)];
    case "in":
      // The number of values does not count: with a longer list, it is the same search.
      return [
        node.kind,
        shapeOfOperand(node.subject),
        node.values.filter(({ kind }) => kind !== "value").map(shapeOfOperand),
      ];
    case "and":
    case "or":
      return [node.kind, ...node.parts.map(shapeOfNode)];
    case "not":
      return [node.kind, shapeOfNode(node.inner)];
    case "always":
      return node.kind;
    default:
      return [node.kind, node.path.stored, "argument" in node ? shapeOfOperand(node.argument) : null];
  }
}

function shapeOfOperand(operand: Operand): unknown {
  return operand.kind === "value" ? "?" : [operand.kind, operand.path.stored];
}
