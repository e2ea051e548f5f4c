/** The only place that builds expression text. Names and values never stand in it: only their placeholders do. */

import { InvalidCondition } from "../errors.js";
import { assertNever } from "../util/assert.js";
import { maxExpressionBytes, maxOperators } from "../wire/limits.js";
import type { ConditionNode, Operand } from "./condition.js";
import type { StoredPath } from "./path.js";
import type { Slots } from "./slots.js";
import type { Change } from "./update.js";

/** The text of a condition, or undefined for always(). Throws InvalidCondition past DynamoDB's limits. */
export function renderCondition(node: ConditionNode, slots: Slots): string | undefined {
  if (node.kind === "always") return undefined;
  const text = render(node, slots);
  if (text.length > maxExpressionBytes) {
    throw new InvalidCondition(
      `The condition is ${text.length} bytes long as an expression; DynamoDB takes ${maxExpressionBytes}. Split it, or use in().`,
    );
  }
  const operators = operatorsOf(node);
  if (operators <= maxOperators) return text;
  throw new InvalidCondition(
    `The condition has ${operators} operators; DynamoDB takes ${maxOperators}. Split it, or use in().`,
  );
}

function render(node: ConditionNode, slots: Slots): string {
  switch (node.kind) {
    case "always":
      return "";
    case "compare":
      return `${renderOperand(node.left, slots)} ${node.comparator} ${renderOperand(node.right, slots)}`;
    case "between": {
      const subject = renderOperand(node.subject, slots);
      return `${subject} BETWEEN ${renderOperand(node.low, slots)} AND ${renderOperand(node.high, slots)}`;
    }
    case "in":
      return `${renderOperand(node.subject, slots)} IN (${node.values.map((value) => renderOperand(value, slots)).join(", ")})`;
    case "exists":
      return `attribute_exists(${renderPath(node.path.stored, slots)})`;
    case "notExists":
      return `attribute_not_exists(${renderPath(node.path.stored, slots)})`;
    case "hasType":
    case "beginsWith":
    case "contains":
      return `${functions[node.kind]}(${renderPath(node.path.stored, slots)}, ${renderOperand(node.argument, slots)})`;
    case "and":
    case "or":
      return node.parts.map((part) => `(${render(part, slots)})`).join(node.kind === "and" ? " AND " : " OR ");
    case "not":
      return `NOT (${render(node.inner, slots)})`;
    default:
      return assertNever(node);
  }
}

const functions = { hasType: "attribute_type", beginsWith: "begins_with", contains: "contains" } as const;

function renderOperand(operand: Operand, slots: Slots): string {
  switch (operand.kind) {
    case "value":
      return slots.value(operand.value);
    case "path":
      return renderPath(operand.path.stored, slots);
    case "size":
      return `size(${renderPath(operand.path.stored, slots)})`;
    default:
      return assertNever(operand);
  }
}

/** `#0.#1[3]`. */
function renderPath(path: StoredPath, slots: Slots): string {
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${slots.name(step)}`))
    .join("");
}

function operatorsOf(node: ConditionNode): number {
  switch (node.kind) {
    case "always":
      return 0;
    case "and":
    case "or":
      return node.parts.reduce((total, part) => total + operatorsOf(part), node.parts.length - 1);
    case "not":
      return 1 + operatorsOf(node.inner);
    default:
      return 1;
  }
}

const clauses = [
  ["SET", "set"],
  ["REMOVE", "remove"],
  ["ADD", "add"],
  ["DELETE", "delete"],
] as const;

/** The text of an update, or undefined where nothing changes. */
export function renderUpdate(changes: readonly Change[], slots: Slots): string | undefined {
  const texts = clauses.flatMap(([keyword, kind]) => {
    const own = changes.filter((change) => change.kind === kind);
    return own.length === 0 ? [] : [`${keyword} ${own.map((change) => renderChange(change, slots)).join(", ")}`];
  });
  return texts.length === 0 ? undefined : texts.join(" ");
}

function renderChange(change: Change, slots: Slots): string {
  const path = renderPath(change.path, slots);
  if (change.kind === "remove") return path;
  return change.kind === "set" ? `${path} = ${slots.value(change.value)}` : `${path} ${slots.value(change.value)}`;
}

/** The attributes that a read asks for. */
export function renderProjection(storedNames: Iterable<string>, slots: Slots): string {
  return [...storedNames].map((name) => slots.name(name)).join(", ");
}
