/** Whether an item is of a model's kind: told by its attributes or keys, demanded by writes, asked for by searches. Pure. */

import { type ConditionNode, isEqual, isMissing } from "../../expression/condition.js";
import { attributeOf, type Item } from "../../wire/attribute.js";
import { sameAttribute } from "../../wire/same.js";
import type { Edit } from "../change/edit.js";
import type { Column } from "../column.js";
import type { Kind, Meta, Shared, Writing } from "../meta.js";
import { isKeyDecisive } from "./apart.js";
import { readKey } from "./key/compose.js";
import { holdOf, needsHold } from "./key/lossy.js";
import { agreementOf } from "./search/told.js";

/** Whether an item that was read whole is of the model's kind. A view takes every item. */
export function isOfKind({ shared }: Meta, item: Item): boolean {
  if (shared === undefined || shared.isView) return true;
  if (shared.kind === undefined) return hasKeys(shared, item);
  const { attributes, missing } = shared.kind;
  const found = attributes.map(({ column }) => attributeOf(item, column.storedName));
  if (missing && found.every((value) => value === undefined)) return hasKeys(shared, item);
  return attributes.every(({ value }, index) => sameAttribute(found[index], value));
}

/** Whether an item's keys are some of the model's. */
function hasKeys({ tableKeys }: Shared, item: Item): boolean {
  return tableKeys.every((key) => {
    const stored = attributeOf(item, key.column.storedName);
    return stored === undefined || readKey(key, stored) !== undefined;
  });
}

/** Whether a batch, which knows no conditions, could overwrite an item of another kind that is declared. */
function needsKind(meta: Meta): boolean {
  return meta.shared?.kind !== undefined && !isKeyDecisive(meta);
}

/** Whether a write has to be one of its own, with a condition, instead of one of a batch. */
export function isDemanding(meta: Meta): boolean {
  return needsKind(meta) || needsHold(meta);
}

/**
 * No item, or one of the kind; and one whose parts are those that the write takes for granted or stores. Other programs
 * may have kinds that this one does not know, so that a condition names the kind even if no declared model could meet it.
 */
export function demandsOf(meta: Meta, { written, edits }: Writing): readonly ConditionNode[] {
  const kind = meta.shared?.kind;
  const none = isMissing(meta.hashKey.path);
  return [
    ...(kind === undefined ? [] : [{ kind: "or" as const, parts: [none, kindNode(kind)] }]),
    ...(needsHold(meta) ? holdOf(meta, written()) : []),
    ...agreementOf(meta, edits),
  ];
}

/** The condition that an item is of a kind. */
export function kindNode({ attributes, missing }: Kind): ConditionNode {
  const all = joined(
    "and",
    attributes.map(({ column, value }) => isEqual(column.path, value)),
  );
  if (!missing) return all;
  const none = attributes.map(({ column }) => isMissing(column.path));
  return { kind: "or", parts: [all, joined("and", none)] };
}

/**
 * The filter of a search, so that it finds no items of other kinds. `searched` are the key columns of the search: the
 * key condition of a query tells their values, and DynamoDB takes no filter on them.
 */
export function kindFilter({ shared, keys }: Meta, searched: readonly Column[]): ConditionNode | undefined {
  if (shared === undefined || shared.isView) return undefined;
  const names = new Set(searched.map(({ storedName }) => storedName));
  if (shared.kind !== undefined) {
    const left = shared.kind.attributes.filter(({ column }) => !names.has(column.storedName));
    return left.length === 0 ? undefined : kindNode({ ...shared.kind, attributes: left });
  }
  const beginnings = keys.flatMap((column): ConditionNode[] => {
    const beginning = shared.composed.get(column)?.format?.beginning ?? "";
    if (beginning === "" || names.has(column.storedName)) return [];
    return [{ kind: "beginsWith", path: column.path, argument: { kind: "value", value: { S: beginning } } }];
  });
  return beginnings.length === 0 ? undefined : joined("and", beginnings);
}

function joined(kind: "and" | "or", parts: readonly ConditionNode[]): ConditionNode {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : { kind, parts };
}

/** The edits that make an item one of the kind, unless its known attributes already do. */
export function kindEdits({ shared, keys }: Meta, known: Item | undefined): Edit[] {
  return (shared?.kind?.attributes ?? []).flatMap(({ column: { storedName }, value }): Edit[] => {
    if (keys.some((key) => key.storedName === storedName)) return [];
    const isThere = known !== undefined && sameAttribute(attributeOf(known, storedName), value);
    return isThere ? [] : [{ kind: "replace", path: [storedName], value }];
  });
}
