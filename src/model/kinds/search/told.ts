/**
 * Conditions on columns that the table's key is composed of. Other programs may keep their values in the key alone, so
 * conditions are answered from the key too. Pure.
 */

import { InvalidCondition } from "../../../errors.js";
import { type ConditionNode, isEqual, isMissing, type Operand, pathsOf } from "../../../expression/condition.js";
import { printPlace } from "../../../expression/path.js";
import { attributeOf, type Item } from "../../../wire/attribute.js";
import type { Edit } from "../../change/edit.js";
import type { Column } from "../../column.js";
import type { LocalFilter, Meta } from "../../meta.js";
import { identify, readKey } from "../key/compose.js";
import { holdsFor } from "./holds.js";

/** The columns of a condition that the table's key tells. */
function toldIn({ shared }: Meta, node: ConditionNode): readonly Column[] {
  const { told } = shared ?? {};
  if (told === undefined || told.size === 0) return [];
  const names = new Set(pathsOf(node).map(({ stored }) => stored[0]));
  return [...told].filter(({ storedName }) => names.has(storedName));
}

/** The condition of a write of the item with a key: what it says of the key's own columns is decided. */
export function answeredByKey(meta: Meta, key: Item, node: ConditionNode): ConditionNode {
  if (toldIn(meta, node).length === 0) return node;
  return answered(meta, valuesOf(meta, key), node);
}

/** The values of the columns that a key tells. */
function valuesOf({ shared }: Meta, key: Item): Item {
  const values = (shared?.tableKeys ?? []).flatMap((composed) => {
    const stored = attributeOf(key, composed.column.storedName);
    const read = stored === undefined ? [] : (readKey(composed, stored) ?? []);
    return composed.parts.flatMap((part, index) => {
      const value = read[index];
      return value === undefined || shared?.told.has(part) !== true ? [] : [[part.storedName, value] as const];
    });
  });
  return Object.fromEntries(values);
}

function answered(meta: Meta, values: Item, node: ConditionNode): ConditionNode {
  if (node.kind === "and" || node.kind === "or")
    return { kind: node.kind, parts: node.parts.map((part) => answered(meta, values, part)) };
  if (node.kind === "not") return { kind: "not", inner: answered(meta, values, node.inner) };
  const paths = pathsOf(node);
  if (paths.length === 0 || !paths.some(({ stored }) => isIn(values, stored[0]))) return node;
  if (paths.every(({ stored }) => isIn(values, stored[0])))
    return decided(meta, { withItem: holdsFor(node, values), without: holdsFor(node, {}) });
  // With a value in place of the column, it could hold without an item.
  const { hashKey } = meta;
  return holdsFor(node, {})
    ? { kind: "or", parts: [isMissing(hashKey.path), withValues(values, node)] }
    : { kind: "and", parts: [{ kind: "exists", path: hashKey.path }, withValues(values, node)] };
}

/** A comparison of a column that the key tells with one that it does not tell. */
function withValues(values: Item, node: ConditionNode): ConditionNode {
  const known = (operand: Operand): Operand => {
    const value = operand.kind === "path" ? attributeOf(values, String(operand.path.stored[0])) : undefined;
    return value === undefined ? operand : { kind: "value", value };
  };
  if (node.kind === "compare") return { ...node, left: known(node.left), right: known(node.right) };
  if (node.kind === "between")
    return { ...node, subject: known(node.subject), low: known(node.low), high: known(node.high) };
  if (node.kind === "in") return { ...node, subject: known(node.subject), values: node.values.map(known) };
  if (!("argument" in node)) return node;
  if (!isIn(values, node.path.stored[0])) return { ...node, argument: known(node.argument) };
  // A function of DynamoDB's is of an attribute. Types allow no column here.
  throw new InvalidCondition(
    `${printPlace(node.path)} is told by the key of its item, so that ${node.kind}() takes a value, and no column.`,
  );
}

function isIn(values: Item, step: unknown): boolean {
  return typeof step === "string" && attributeOf(values, step) !== undefined;
}

/** A condition whose outcome depends on nothing but whether there is an item. */
function decided({ hashKey }: Meta, outcome: { readonly withItem: boolean; readonly without: boolean }): ConditionNode {
  const { withItem, without } = outcome;
  const exists: ConditionNode = { kind: "exists", path: hashKey.path };
  const missing = isMissing(hashKey.path);
  if (withItem !== without) return withItem ? exists : missing;
  return { kind: withItem ? "or" : "and", parts: [exists, missing] };
}

/**
 * What an update by key demands, so that it does not change an item whose attributes say another key than its own: of each
 * column of the key that the update would store, no value or the same one.
 */
export function agreementOf({ shared }: Meta, edits: readonly Edit[]): readonly ConditionNode[] {
  const columns = [...(shared?.told ?? [])];
  return edits.flatMap((edit): ConditionNode[] => {
    const column = columns.find(({ storedName }) => edit.kind === "setIfMissing" && edit.path[0] === storedName);
    if (column === undefined || edit.kind !== "setIfMissing") return [];
    return [{ kind: "or", parts: [isMissing(column.path), isEqual(column.path, edit.value)] }];
  });
}

/**
 * The filter of a search as DynamoDB can decide it, and the rest, which is decided here: for items that have a column of
 * the filter in their keys alone. Undefined if the filter names no such column.
 */
export function localFilter(meta: Meta, filter: ConditionNode): LocalFilter | undefined {
  const told = toldIn(meta, filter);
  if (told.length === 0) return undefined;
  const all = filter.kind === "and" ? filter.parts : [filter];
  const parts = all.map((part): ConditionNode => {
    const columns = toldIn(meta, part);
    return columns.length === 0 ? part : { kind: "or", parts: [part, ...columns.map(({ path }) => isMissing(path))] };
  });
  const names = new Set(pathsOf(filter).map(({ stored }) => String(stored[0])));
  return {
    sent: parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "and", parts },
    names: [...names],
    holds(item) {
      if (told.every(({ storedName }) => attributeOf(item, storedName) !== undefined)) return true;
      const { item: whole, isStrange } = identify(meta.shared?.tableKeys ?? [], item);
      return isStrange || holdsFor(filter, whole);
    },
  };
}
