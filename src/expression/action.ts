/**
 * Atomic actions: changes that DynamoDB makes to a stored value by itself, without a read. Data only; see model/change/act.ts.
 */

import { InvalidOption } from "../errors.js";
import { brand, foreignHint } from "../util/core.js";
import { describeValue } from "../util/print.js";

/** An action as plain data. Its values are still local ones: only a column knows how to dump them. */
export type ActionNode =
  | { readonly kind: "add" | "setIfMissing"; readonly value: unknown }
  | { readonly kind: "addTo" | "deleteFrom"; readonly elements: readonly unknown[] }
  | { readonly kind: "append" | "prepend"; readonly elements: readonly unknown[] }
  | { readonly kind: "remove" }
  | { readonly kind: "merge"; readonly changes: object };

declare const acted: unique symbol;
declare const increased: unique symbol;
declare const merged: unique symbol;

/** @internal */
const actionNode: unique symbol = /* @__PURE__ */ Symbol.for(`${brand}action`);

/**
 * Any value. Written out, so that every compiler infers "a", and not string, from an argument "a"; and a mutable array
 * from an array.
 */
type Literal = string | number | bigint | boolean | null | object | Literal[] | { [key: string]: Literal };

interface Actionable {
  /** @internal */
  readonly [actionNode]: ActionNode;
}

/** An atomic action on a value of this type. */
export interface Action<out Local> extends Actionable {
  /** Types only: absent at run time. */
  readonly [acted]: Local;
}

/** An addition to a number. */
export interface Increase<out Local> extends Actionable {
  /** Types only: absent at run time. */
  readonly [increased]: Local;
}

/** Changes of single keys of a map. */
export interface Merge<out Changes> extends Actionable {
  /** Types only: absent at run time. */
  readonly [merged]: Changes;
}

/**
 * Adds to a number; a negative amount subtracts. If nothing is stored, the amount itself is stored.
 *
 * @example
 * await engine.update(Page, { id }, { views: add(1) });
 */
export function add<Local>(amount: Local): Increase<Local> {
  return makeAction({ kind: "add", value: amount });
}

/** Adds elements to a set. Elements that it already has stay. If there is no set, one is created. */
export function addTo<const Local extends Literal>(...elements: Local[]): Action<Set<Local>> {
  return makeAction({ kind: "addTo", elements });
}

/** Takes elements out of a set. Missing elements are not an error; DynamoDB removes an empty set. */
export function deleteFrom<const Local extends Literal>(...elements: Local[]): Action<Set<Local>> {
  return makeAction({ kind: "deleteFrom", elements });
}

/** Puts elements at the end of a list. If there is no list, one is created. */
export function append<const Local extends Literal>(...elements: Local[]): Action<Local[]> {
  return makeAction({ kind: "append", elements });
}

/** Puts elements before the first element of a list. If there is no list, one is created. */
export function prepend<const Local extends Literal>(...elements: Local[]): Action<Local[]> {
  return makeAction({ kind: "prepend", elements });
}

/** Stores a value if nothing is stored; otherwise the stored value stays. */
export function setIfMissing<const Local extends Literal>(value: Local): Action<Local> {
  return makeAction({ kind: "setIfMissing", value });
}

/** Removes the attribute. Not for a required column. */
export function remove(): Action<undefined> {
  return makeAction({ kind: "remove" });
}

/**
 * Changes single keys of a map, and leaves the others as they are. If there is no map, one is created. Each key takes a
 * value or an action, including another merge().
 *
 * @example
 * await engine.update(Person, { id }, { address: merge({ city: "Oslo", geo: merge({ lat: 59.9 }) }) });
 */
export function merge<Changes>(changes: NoInfer<Changes>): Merge<Changes> {
  if (typeof changes !== "object" || changes === null || Array.isArray(changes)) {
    throw new InvalidOption(`merge() takes an object of changes by key, got ${describeValue(changes)}.`);
  }
  return makeAction({ kind: "merge", changes });
}

/** The only function that makes actions. A cast, since their phantom properties are absent at run time. */
function makeAction<Made extends Actionable>(node: ActionNode): Made {
  const made: Actionable & { toString(): string } = {
    [actionNode]: Object.freeze(node),
    toString: () => `the action ${node.kind}(), which goes with update(), or with the option "actions" of a save`,
  };
  return Object.freeze(made) as Actionable as Made;
}

/** The node of an action, or undefined for a plain value. Throws InvalidOption for an action of another copy of bloop. */
export function actionNodeOf(value: unknown): ActionNode | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (actionNode in value) return (value as Actionable)[actionNode];
  const hint = foreignHint(value, "action");
  if (hint === "") return undefined;
  throw new InvalidOption(`Expected a value or an action, got ${describeValue(value)}.${hint}`);
}
