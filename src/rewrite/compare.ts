/** An item compared with what its model makes of its columns: keys, computed columns and the kind. Pure. */

import { InvalidValue } from "../errors.js";
import { computedEdits } from "../model/change/computed.js";
import { applyEdits, type Edit, valueAt } from "../model/change/edit.js";
import { printColumns } from "../model/invalid.js";
import { keyOfItem } from "../model/key.js";
import { withKeys } from "../model/kinds/asked.js";
import { composeKey } from "../model/kinds/key/compose.js";
import type { Index, Meta } from "../model/meta.js";
import { type Attribute, attributeOf, type Item } from "../wire/attribute.js";
import { withBytes } from "../wire/binary.js";
import { sameAttribute, sameAttributes } from "../wire/same.js";
import type { AttributeDifference } from "./finding.js";

export interface Compared {
  readonly meta: Meta;
  /** As it was read. */
  readonly item: Item;
  /** The stored key. */
  readonly key: Item;
  /** As it should be. */
  readonly after: Item;
  /** The key that the item should have. */
  readonly computed: Item;
  /** Whether the stored key is of another template, or of other values than the columns have. */
  readonly keyProblem: "key" | "disagreement" | undefined;
  /** The edits that make the other attributes right; none if they are. */
  readonly edits: readonly Edit[];
  readonly differences: readonly AttributeDifference[];
}

/** Throws InvalidValue for columns that nothing can be made of. */
export function compareItem(meta: Meta, item: Item): Compared {
  const key = keyOfItem(meta.keys, item);
  const identified = meta.shared?.does.identify(meta.shared.tableKeys, item, undefined);
  const misfits = identified?.misfits;
  const computed = misfits === undefined ? key : computedKey(meta, item, [...misfits.values()]);
  const isSame = sameAttributes(computed, key);
  const keyProblem = isSame ? undefined : identified?.isStrange === true ? "key" : "disagreement";
  const edits = derivedEdits(meta, computed);
  const after = applyEdits({ ...item, ...computed }, edits);
  const isOther = ({ path }: Edit) =>
    !sameAttribute(valueAt(item, path), valueAt(after, path)) && !isIdle(meta, String(path[0]), { item, after });
  const changed = edits.filter(isOther);
  const differences = changed.map(({ path }) => ({
    attribute: String(path[0]),
    stored: plain(valueAt(item, path)),
    computed: plain(valueAt(after, path)),
  }));
  return { meta, item, after, key, computed, keyProblem, edits: changed, differences };
}

/**
 * Whether an attribute is missing that is a key of indexes alone which the item is not in: they lack another key. Other
 * programs write all keys of an index, or none.
 */
function isIdle({ indexes }: Meta, name: string, { item, after }: Pick<Compared, "item" | "after">): boolean {
  if (attributeOf(item, name) !== undefined) return false;
  const own = indexes.filter(({ keys }) => keys.some(({ storedName }) => storedName === name));
  const lacksKey = ({ keys }: Index) => keys.some(({ storedName }) => attributeOf(after, storedName) === undefined);
  return own.length > 0 && own.every(lacksKey);
}

function plain(attribute: Attribute | undefined): unknown {
  return attribute && withBytes(attribute);
}

/** All that bloop makes of the columns of an item, but for the values of onWrite(). */
function derivedEdits(meta: Meta, key: Item): readonly Edit[] {
  const known = { key, item: undefined, knows: () => true };
  return withKeys(meta, computedEdits(meta, [], { ...known, isWhole: true, isCopy: true }), known);
}

/** The table's key of the columns as they are stored. */
function computedKey(meta: Meta, item: Item, reasons: readonly string[]): Item {
  const attributes = meta.keys.map(({ storedName }) => [storedName, keyAttribute(meta, item, storedName)] as const);
  const missing = meta.identity.filter(({ storedName }) => attributeOf(item, storedName) === undefined);
  if (missing.length > 0) {
    const names = printColumns(missing.map(({ property }) => property));
    throw new InvalidValue(
      `${meta.name}: ${reasons[0]}, and ${names} ${missing.length === 1 ? "is" : "are"} stored nowhere else.`,
      { model: meta.name, path: [] },
    );
  }
  return keyOfItem(meta.keys, Object.fromEntries(attributes) as Item);
}

function keyAttribute(meta: Meta, item: Item, storedName: string): Attribute | undefined {
  const composed = meta.shared?.tableKeys.find(({ column }) => column.storedName === storedName);
  return composed === undefined ? attributeOf(item, storedName) : composeKey(meta, composed, item);
}
