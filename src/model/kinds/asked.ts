/** What the core asks of a model's kind. Of a model on no declared table, each answer is that there is nothing to do. */

import type { ConditionNode } from "../../expression/condition.js";
import { type Item, newAttributes } from "../../wire/attribute.js";
import type { Column } from "../column.js";
import type { Edit } from "../edit.js";
import type { ByKey, KnownItem, Meta, SearchTarget } from "../meta.js";

const none: readonly ConditionNode[] = [];

/** Whether an item that was read whole is of the model's kind. */
export function isOfKind(meta: Meta, item: Item): boolean {
  return meta.shared === undefined || meta.shared.does.isOfKind(meta, item);
}

/** The item, if it is of the model's kind: another kind's is not there for the model. */
export function ownItem(meta: Meta, item: Item | undefined): Item | undefined {
  return item !== undefined && isOfKind(meta, item) ? item : undefined;
}

/** Some edits with those of the kind, and of index keys whose parts they change. Throws InvalidValue. */
export function withKeys(meta: Meta, edits: readonly Edit[], known: KnownItem): readonly Edit[] {
  return meta.shared === undefined ? edits : meta.shared.does.withKeys(meta, edits, known);
}

/** The same for an update by key. */
export function editsByKey(meta: Meta, known: ByKey, changes: readonly Edit[]): readonly Edit[] {
  return meta.shared === undefined ? changes : meta.shared.does.editsByKey(meta, known, changes);
}

/** The attributes of an update's `given`. */
export function givenParts(meta: Meta, key: Item, given: object | undefined): Item {
  return meta.shared === undefined ? newAttributes() : meta.shared.does.givenParts(meta, key, given);
}

/** What a write demands of the item that it meets. `written` is the item as far as the write knows it. */
export function demandsOf(meta: Meta, written: () => Item): readonly ConditionNode[] {
  return meta.shared?.does.demandsOf(meta, written) ?? none;
}

/** Whether a write has to be one of its own, with a condition, instead of one of a batch. */
export function isDemanding(meta: Meta): boolean {
  return meta.shared?.does.isDemanding(meta) === true;
}

/** What a search filters by, so that it finds no other kind's items. */
export function kindFilter(meta: Meta, searched: readonly Column[]): ConditionNode | undefined {
  return meta.shared?.does.kindFilter(meta, searched);
}

/** Whether a query of a key's beginnings finds no item of another kind. */
export function tellsKind(target: SearchTarget): boolean {
  return target.meta.shared?.does.tellsKind(target) ?? true;
}
