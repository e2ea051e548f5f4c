/** The condition of a write: the caller's, that of atomic, and the guards of a plan, as one. */

import { ConstraintViolation } from "../errors.js";
import { assertOwner, type Condition, type ConditionNode, conditionNodeOf } from "../expression/condition.js";
import type { Guard } from "../expression/update.js";
import type { Column } from "../model/column.js";
import { printKey } from "../model/invalid.js";
import type { Meta } from "../model/meta.js";
import type { Snapshot } from "../model/snapshot.js";
import { ConditionFailed } from "../session/failure.js";
import type { Item } from "../wire/attribute.js";
import { type Context, hydrate } from "./context.js";

/** The caller's condition, checked to be of this model, and that of atomic. */
export function conditionsOf(
  meta: Meta,
  snapshot: Snapshot | undefined,
  options: { readonly condition?: Condition | undefined; readonly atomic?: boolean | undefined },
): ConditionNode[] {
  const nodes: ConditionNode[] = [];
  if (options.condition !== undefined) nodes.push(conditionNodeOf(options.condition));
  for (const node of nodes) assertOwner(node, meta);
  return options.atomic === true ? [...nodes, ...atomicConditions(meta, snapshot)] : nodes;
}

/** Everything that the object knows is as it was; for a new object, there is no item. */
function atomicConditions(meta: Meta, snapshot: Snapshot | undefined): ConditionNode[] {
  const { path } = meta.hashKey;
  if (snapshot === undefined) return [{ kind: "notExists", path }];
  const known = meta.columns.filter((column) => column.key === undefined && snapshot.known.has(column));
  return [{ kind: "exists", path }, ...known.map((column) => unchanged(column, snapshot.item))];
}

function unchanged({ path, storedName }: Column, item: Item): ConditionNode {
  const value = item[storedName];
  if (value === undefined) return { kind: "notExists", path };
  return { kind: "compare", comparator: "=", left: { kind: "path", path }, right: { kind: "value", value } };
}

/** What a plan's guards demand, as conditions. */
export function guardConditions(meta: Meta, guards: readonly Guard[]): ConditionNode[] {
  return guards.map(({ path: stored, value }): ConditionNode => {
    const path = { owner: meta, stored, local: stored };
    if (value === undefined) return { kind: "notExists", path };
    return { kind: "compare", comparator: "=", left: { kind: "path", path }, right: { kind: "value", value } };
  });
}

/** The error for a write whose condition did not hold. Values of the current item that do not fit are left off. */
function violationOf(
  context: Context,
  meta: Meta,
  object: object,
  key: Item,
  failed: ConditionFailed,
): ConstraintViolation {
  const { item, cause } = failed;
  const prototype = Object.getPrototypeOf(object);
  const current = item === undefined ? undefined : hydrate(context, meta, prototype, item, { onInvalid: "omit" });
  const state = current === undefined ? "There is no such item" : "The item is as in the error's `current`";
  return new ConstraintViolation(
    `${meta.name}${printKey(meta, key)}: the condition did not hold, and nothing was written. ${state}.`,
    {
      object,
      current,
      cause,
    },
  );
}

/** A thrown error as the caller of a write sees it. */
export function writeErrorOf(context: Context, meta: Meta, object: object, key: Item, error: unknown): unknown {
  return error instanceof ConditionFailed ? violationOf(context, meta, object, key, error) : error;
}
