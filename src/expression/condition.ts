/** Conditions as plain, immutable data, and joining them. Knows nothing of expression text. */

import { InvalidCondition } from "../errors.js";
import { brand, foreignHint } from "../util/core.js";
import { describeValue } from "../util/print.js";
import type { Attribute } from "../wire/attribute.js";
import { maxOperators } from "../wire/limits.js";
import { type Owner, type Path, printPlace } from "./path.js";

/** One side of a comparison. */
export type Operand =
  | { readonly kind: "value"; readonly value: Attribute }
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "size"; readonly path: Path };

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** A condition as a tree. */
export type ConditionNode =
  | { readonly kind: "always" }
  | { readonly kind: "compare"; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: "between"; readonly subject: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: "in"; readonly subject: Operand; readonly values: readonly Operand[] }
  | { readonly kind: "exists" | "notExists"; readonly path: Path }
  | { readonly kind: "hasType" | "beginsWith" | "contains"; readonly path: Path; readonly argument: Operand }
  | { readonly kind: "and" | "or"; readonly parts: readonly ConditionNode[] }
  | { readonly kind: "not"; readonly inner: ConditionNode };

/** There is no attribute at a path; no item, if it is the hash key's. */
export function isMissing(path: Path): ConditionNode {
  return { kind: "notExists", path };
}

/** The attribute at a path has a value. */
export function isEqual(path: Path, value: Attribute): ConditionNode {
  return { kind: "compare", comparator: "=", left: { kind: "path", path }, right: { kind: "value", value } };
}

declare const described: unique symbol;

/** @internal */
const conditionNode: unique symbol = /* @__PURE__ */ Symbol.for(`${brand}condition`);

/**
 * An immutable condition on a model's columns. `Columns` and `Form` let the compiler refuse conditions that DynamoDB
 * would refuse. `and`, `or` and `not` return new conditions.
 *
 * @example
 * Receipt.total.gt(10).and(Receipt.tags.contains("gift").not())
 */
export interface Condition<
  // biome-ignore lint/suspicious/noExplicitAny: the default of a constraint, which every condition meets
  out M extends string = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  out Columns extends string = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  out Form extends string = any,
> {
  /** Types only: absent at run time. */
  readonly [described]: { model: M; columns: Columns; form: Form };
  /** @internal */
  readonly [conditionNode]: ConditionNode;
  and<C extends string, F extends string>(other: Condition<M, C, F>): Condition<M, Columns | C, Both<Form, F>>;
  or<C extends string>(other: Condition<M, C>): Condition<M, Columns | C, "or">;
  not(): Condition<M, Columns, "not">;
}

/** The form of two conditions joined by and. */
export type Both<Left extends string, Right extends string> = `${Left} and ${Right}`;

/** No condition: the start of a loop that builds one up. Joined with another by and() or or(), it yields the other. */
// biome-ignore lint/suspicious/noExplicitAny: it joins with the conditions of every model
export function always(): Condition<any, never, "always"> {
  return makeCondition({ kind: "always" });
}

/** All of these hold. Without arguments: always(). */
export function and<M extends string, C extends string>(...all: Condition<M, C>[]): Condition<M, C, "and"> {
  return makeCondition(assertOperators(join("and", all.map(conditionNodeOf))));
}

/** At least one of these holds. Without arguments: always(). */
export function or<M extends string, C extends string>(...any: Condition<M, C>[]): Condition<M, C, "or"> {
  return makeCondition(assertOperators(join("or", any.map(conditionNodeOf))));
}

/**
 * The only function that makes conditions. A cast, since their phantom properties are absent at run time.
 *
 * @internal
 */
export function makeCondition<C extends Condition>(node: ConditionNode): C {
  const made = {
    [conditionNode]: node,
    and: (other: Condition) => makeCondition(assertOperators(join("and", [node, conditionNodeOf(other)]))),
    or: (other: Condition) => makeCondition(assertOperators(join("or", [node, conditionNodeOf(other)]))),
    not: () => makeCondition(assertOperators(negate(node))),
    toString: () => printCondition(node),
  } satisfies Omit<Condition, typeof described> & { toString(): string };
  return Object.freeze(made) as Partial<Condition> as C;
}

export function isCondition(value: object): value is Condition {
  return conditionNode in value;
}

/** The tree behind a condition. */
export function conditionNodeOf(condition: Condition): ConditionNode {
  const node: ConditionNode | undefined = condition?.[conditionNode];
  if (node === undefined)
    throw new InvalidCondition(`Expected a condition, got ${describeValue(condition)}.${foreignHint(condition)}`);
  return node;
}

/** Joins conditions. Leaves out always(), and flattens parts that are joined in the same way. */
function join(kind: "and" | "or", nodes: readonly ConditionNode[]): ConditionNode {
  const parts = nodes
    .flatMap((node) => (node.kind === kind ? node.parts : [node]))
    .filter(({ kind }) => kind !== "always");
  const [first] = parts;
  if (first === undefined) return { kind: "always" };
  return parts.length === 1 ? first : { kind, parts };
}

const none: ConditionNode = { kind: "always" };

/** All of these hold; always() if there are none. */
export function allOf(nodes: readonly ConditionNode[]): ConditionNode {
  if (nodes.length === 0) return none;
  return join("and", nodes);
}

function negate(node: ConditionNode): ConditionNode {
  if (node.kind === "always") throw new InvalidCondition("always().not() would never hold; build the condition first.");
  return node.kind === "not" ? node.inner : { kind: "not", inner: node };
}

/** The number of operators, as DynamoDB counts them. */
export function operatorsOf(node: ConditionNode): number {
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

/** Refuses a condition that no operation can take, so that a loop that lets it grow ends soon. */
export function assertOperators(node: ConditionNode): ConditionNode {
  const operators = operatorsOf(node);
  if (operators <= maxOperators) return node;
  throw new InvalidCondition(
    `The condition has ${operators} operators; DynamoDB takes ${maxOperators}. Split it, or use in().`,
  );
}

/** Every path that a condition names, in its order. */
export function pathsOf(node: ConditionNode): Path[] {
  switch (node.kind) {
    case "always":
      return [];
    case "compare":
      return [node.left, node.right].flatMap(pathsOfOperand);
    case "between":
      return [node.subject, node.low, node.high].flatMap(pathsOfOperand);
    case "in":
      return [node.subject, ...node.values].flatMap(pathsOfOperand);
    case "and":
    case "or":
      return node.parts.flatMap(pathsOf);
    case "not":
      return pathsOf(node.inner);
    default:
      return "argument" in node ? [node.path, ...pathsOfOperand(node.argument)] : [node.path];
  }
}

/** The condition as a person would write it, with `?` for each value: a value may be a secret. */
function printCondition(node: ConditionNode): string {
  switch (node.kind) {
    case "always":
      return "always()";
    case "compare":
      return `${printOperand(node.left)} ${node.comparator} ${printOperand(node.right)}`;
    case "between":
      return `${printOperand(node.subject)} between ${printOperand(node.low)} and ${printOperand(node.high)}`;
    case "in":
      return `${printOperand(node.subject)} in (${node.values.map(printOperand).join(", ")})`;
    case "and":
    case "or":
      return node.parts.map((part) => `(${printCondition(part)})`).join(` ${node.kind} `);
    case "not":
      return `not (${printCondition(node.inner)})`;
    default: {
      const argument = "argument" in node ? printOperand(node.argument) : "";
      return `${printPlace(node.path)}.${node.kind}(${argument})`;
    }
  }
}

function printOperand(operand: Operand): string {
  if (operand.kind === "value") return "?";
  return operand.kind === "size" ? `${printPlace(operand.path)}.size` : printPlace(operand.path);
}

function pathsOfOperand(operand: Operand): Path[] {
  return operand.kind === "value" ? [] : [operand.path];
}

/** Refuses a condition on the columns of another model. */
export function assertOwner(node: ConditionNode, owner: Owner): void {
  const stranger = pathsOf(node).find((path) => path.owner !== owner);
  if (stranger === undefined) return;
  throw new InvalidCondition(
    `A condition for ${owner.name} uses a column of ${stranger.owner.name}: ${String(stranger.local[0])}.`,
  );
}
