/** The only file that builds expression text. Names and values never appear in it, only their placeholders. */

import { InvalidCondition } from "../errors.js";
import { assertNever } from "../util/assert.js";
import type { Attribute } from "../wire/attribute.js";
import { canonical } from "../wire/canonical.js";
import { exactDouble } from "../wire/decimal.js";
import { maxExpressionBytes, maxOperators } from "../wire/limits.js";
import { assertOperators, type ConditionNode, type Operand, operatorsOf } from "./condition.js";
import type { StoredPath } from "./path.js";
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

/** The placeholders in the form of a request. An empty part is undefined: DynamoDB refuses empty ones. */
interface Placeholders {
  readonly names: { readonly [slot: string]: string } | undefined;
  readonly values: { readonly [slot: string]: Attribute } | undefined;
}

export interface Slots {
  name(storedName: string): string;
  value(attribute: Attribute): string;
  placeholders(): Placeholders;
}

/** Slots are numbered in the order of their first use, so that the same request always has the same text. */
export function makeSlots(): Slots {
  return new Numbered();
}

/**
 * A class, so that its methods are made once. Most requests have a handful of slots, and closures for each took longer.
 */
class Numbered implements Slots {
  readonly #names: Record<string, string> = {};
  readonly #values: Record<string, Attribute> = {};
  readonly #slotsOfNames = new Map<string, string>();
  /** Most values are texts or short numbers: their slots are found without a canonical text. */
  readonly #slotsOfTexts = new Map<string, string>();
  readonly #slotsOfOthers = new Map<string | number, string>();

  name(storedName: string): string {
    const known = this.#slotsOfNames.get(storedName);
    if (known !== undefined) return known;
    const slot = slotAt("#", this.#slotsOfNames.size);
    this.#names[slot] = storedName;
    this.#slotsOfNames.set(storedName, slot);
    return slot;
  }

  value(attribute: Attribute): string {
    return "S" in attribute
      ? this.#slotOf(this.#slotsOfTexts, attribute.S, attribute)
      : this.#slotOf(this.#slotsOfOthers, idOf(attribute), attribute);
  }

  #slotOf<Id>(slots: Map<Id, string>, id: Id, attribute: Attribute): string {
    const known = slots.get(id);
    if (known !== undefined) return known;
    const slot = slotAt(":", this.#slotsOfTexts.size + this.#slotsOfOthers.size);
    this.#values[slot] = attribute;
    slots.set(id, slot);
    return slot;
  }

  placeholders(): Placeholders {
    return {
      names: this.#slotsOfNames.size > 0 ? this.#names : undefined,
      values: this.#slotsOfTexts.size + this.#slotsOfOthers.size > 0 ? this.#values : undefined,
    };
  }
}

/** Made once: see "update" in bench/questions/cpu.ts. */
const firstSlots = {
  "#": Array.from({ length: 36 }, (_, index) => `#${index.toString(36)}`),
  ":": Array.from({ length: 36 }, (_, index) => `:${index.toString(36)}`),
};

function slotAt(mark: "#" | ":", index: number): string {
  return firstSlots[mark][index] ?? mark + index.toString(36);
}

/** All spellings of a number have the same double, or none has one. */
function idOf(attribute: Attribute): string | number {
  return ("N" in attribute ? exactDouble(attribute.N) : undefined) ?? canonical(attribute);
}
