/** The only file that builds expression text. Names and values never appear in it, only their placeholders. */

import { InvalidCondition } from "../errors.js";
import { assertNever } from "../util/assert.js";
import type { Attribute } from "../wire/attribute.js";
import { maxExpressionBytes, maxOperators } from "../wire/limits.js";
import { assertOperators, type ConditionNode, type Operand, operatorsOf } from "./condition.js";
import type { StoredPath } from "./path.js";
import type { Slots } from "./slots.js";
import type { Change } from "./update.js";

/** The text of a condition, or undefined for always(). Throws InvalidCondition beyond DynamoDB's limits. */
export function renderCondition(node: ConditionNode, slots: Slots): string | undefined {
  if (node.kind === "always") return undefined;
  const text = render(node, slots);
  if (text.length > maxExpressionBytes) {
    throw new InvalidCondition(
      `The condition is ${text.length} bytes long as an expression; DynamoDB takes ${maxExpressionBytes}. Split it, or use in().`,
    );
  }
  assertOperators(node);
  return text;
}

/** The text of a condition, or undefined if it exceeds DynamoDB's limits. */
export function fittingCondition(node: ConditionNode, slots: Slots): string | undefined {
  if (operatorsOf(node) > maxOperators) return undefined;
  const text = render(node, slots);
  return text.length <= maxExpressionBytes ? text : undefined;
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
  const [first] = path;
  if (path.length === 1 && typeof first === "string") return slots.name(first);
  return path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${slots.name(step)}`))
    .join("");
}

const clauses = ["SET", "REMOVE", "ADD", "DELETE"] as const;

/** The text of an update, or undefined if nothing changes. */
export function renderUpdate(changes: readonly Change[], slots: Slots): string | undefined {
  let text = "";
  for (const clause of clauses) {
    let separator = text === "" ? `${clause} ` : ` ${clause} `;
    for (const change of changes) {
      if (clauseOf(change) !== clause) continue;
      text += separator + renderChange(change, slots);
      separator = ", ";
    }
  }
  return text === "" ? undefined : text;
}

/** ADD takes no nested paths: a number inside a map is increased by SET. */
function clauseOf({ kind, path }: Change): (typeof clauses)[number] {
  switch (kind) {
    case "remove":
      return "REMOVE";
    case "add":
      return "ADD";
    case "delete":
      return "DELETE";
    case "increase":
      return path.length === 1 ? "ADD" : "SET";
    default:
      return "SET";
  }
}

const zero = { N: "0" };
const emptyList = { L: [] };

function renderChange(change: Change, slots: Slots): string {
  const path = renderPath(change.path, slots);
  if (change.kind === "remove") return path;
  const value = slots.value(change.value);
  const stored = (otherwise: Attribute) => `if_not_exists(${path}, ${slots.value(otherwise)})`;
  switch (change.kind) {
    case "set":
      return `${path} = ${value}`;
    case "add":
    case "delete":
      return `${path} ${value}`;
    case "increase":
      return change.path.length === 1 ? `${path} ${value}` : `${path} = ${stored(zero)} + ${value}`;
    case "append":
      return `${path} = list_append(${stored(emptyList)}, ${value})`;
    case "prepend":
      return `${path} = list_append(${value}, ${stored(emptyList)})`;
    case "setIfMissing":
      return `${path} = ${stored(change.value)}`;
    default:
      return assertNever(change);
  }
}

/** Operators and functions of an update. DynamoDB's limit is that of a condition. */
export function updateOperators(changes: readonly Change[]): number {
  return changes.reduce((total, change) => total + (operatorsOfChange[change.kind] ?? 0), 0);
}

const operatorsOfChange: { readonly [kind: string]: number } = { increase: 2, append: 2, prepend: 2, setIfMissing: 1 };

/** The attributes that a read requests. */
export function renderProjection(storedNames: Iterable<string>, slots: Slots): string {
  return [...storedNames].map((name) => slots.name(name)).join(", ");
}
