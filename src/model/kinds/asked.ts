/** The questions of the core about a model's kind. For a model without a declared table, there is nothing to do. */

import type { ConditionNode } from "../../expression/condition.js";
import type { Item } from "../../wire/attribute.js";
import type { Edit } from "../change/edit.js";
import type { Column } from "../column.js";
import type { ByKey, KnownItem, LocalFilter, Meta, SearchTarget, Writing } from "../meta.js";

const none: readonly ConditionNode[] = [];

/** Whether an item that was read whole is of the model's kind. */
export function isOfKind(meta: Meta, item: Item): boolean {
  return meta.shared === undefined || meta.shared.does.isOfKind(meta, item);
}

/** The item, if it is of the model's kind: another kind's is not there for the model. */
export function ownItem(meta: Meta, item: Item | undefined): Item | undefined {
  return item !== undefined && isOfKind(meta, item) ? item : undefined;
}

/** The item with the parts that its table's key alone tells. */
export function withToldParts({ shared }: Meta, item: Item): Item {
  return shared === undefined ? item : shared.does.identify(shared.tableKeys, item, undefined).item;
}

/** Some edits with those of the kind, and of index keys whose parts they change. Throws InvalidValue. */
export function withKeys(meta: Meta, edits: readonly Edit[], known: KnownItem): readonly Edit[] {
  return meta.shared === undefined ? edits : meta.shared.does.withKeys(meta, edits, known);
}

/** The same for an update by key. */
export function editsByKey(meta: Meta, known: ByKey, changes: readonly Edit[]): readonly Edit[] {
  return meta.shared === undefined ? changes : meta.shared.does.editsByKey(meta, known, changes);
}

/** The conditions that a kind adds to a write. */
export function demandsOf(meta: Meta, writing: Writing): readonly ConditionNode[] {
  return meta.shared?.does.demandsOf(meta, writing) ?? none;
}

/** The conditions of a write of the item with a key: what they say of columns that the key tells is decided. */
export function answeredByKey(meta: Meta, key: Item, nodes: readonly ConditionNode[]): readonly ConditionNode[] {
  const { does } = meta.shared ?? {};
  return does === undefined ? nodes : nodes.map((node) => does.answeredByKey(meta, key, node));
}

/** A filter on columns that an item may have in its key alone; undefined for any other. */
export function localFilter(meta: Meta, filter: ConditionNode | undefined): LocalFilter | undefined {
  return filter === undefined ? undefined : meta.shared?.does.localFilter(meta, filter);
}

/** Whether a write has to be one of its own, with a condition, instead of one of a batch. */
export function isDemanding(meta: Meta): boolean {
  return meta.shared?.does.isDemanding(meta) === true;
}

/** The filter by which a search finds no other kind's items. */
export function kindFilter(meta: Meta, searched: readonly Column[]): ConditionNode | undefined {
  return meta.shared?.does.kindFilter(meta, searched);
}

/** Whether a query of a key's beginnings finds no item of another kind. */
export function tellsKind(target: SearchTarget): boolean {
  return target.meta.shared?.does.tellsKind(target) ?? true;
}
