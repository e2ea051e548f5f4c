/**
 * The additional writes of a kind: the attributes that tell the kind, and the composed keys of indexes, kept up to date
 * with their parts.
 */

import { attributeOf, type Item } from "../../../wire/attribute.js";
import type { Edit } from "../../change/edit.js";
import { applyEdits } from "../../change/edit.js";
import type { Column } from "../../column.js";
import { printColumns, refusal } from "../../invalid.js";
import type { ComposedKey, KnownItem, Meta } from "../../meta.js";
import { withToldParts } from "../asked.js";
import { kindEdits } from "../kind.js";
import { composeKey } from "./compose.js";

const none: readonly Edit[] = [];

/**
 * Adds the edits of kind and keys to some edits. Each key of an index is updated with the parts that change; its other
 * parts are guarded to stay as they are. Throws InvalidValue for a part whose other parts are not known, for an action
 * on a part, and for parts that no key can be made from.
 */
export function withKeys(meta: Meta, edits: readonly Edit[], known: KnownItem): readonly Edit[] {
  const { shared } = meta;
  if (shared === undefined) return edits;
  const written = edits.filter(({ path }) => !shared.hidden.has(String(path[0])));
  if (written.length === 0 && known.item !== undefined) return none;
  if (shared.isView) assertNoParts(meta, written, known.key);
  const composed = keysToWrite(meta, written, known).map((key) => composeEdit(meta, key, written, known));
  const computed = written.filter(({ kind }) => kind === "compose");
  const others = computed.length === 0 ? written : written.filter(({ kind }) => kind !== "compose");
  const all = [...others, ...kindEdits(meta, known.item), ...computed, ...composed];
  // Whatever a key can't be made of is refused now, and not when the request is written.
  if (composed.length > 0) applyEdits({ ...known.item, ...known.key }, all);
  return all;
}

/**
 * The keys of indexes of which a part is written; and the other keys of those indexes that the item lacks, since another
 * program has not written them: an item with some keys of an index is not in it.
 */
function keysToWrite(meta: Meta, edits: readonly Edit[], known: KnownItem): readonly ComposedKey[] {
  const { indexKeys = [] } = meta.shared ?? {};
  const { item } = known;
  if (item === undefined) return indexKeys;
  const names = new Set(edits.map(({ path }) => String(path[0])));
  const isWritten = ({ storedName }: Column) => names.has(storedName);
  const touched = new Set(indexKeys.filter(({ parts }) => parts.some(isWritten)));
  if (touched.size === 0) return [];
  const isKnown = (part: Column) => isWritten(part) || meta.identity.includes(part) || known.knows(part);
  const isLacking = ({ column, parts }: ComposedKey) =>
    attributeOf(item, column.storedName) === undefined && parts.every(isKnown);
  const isBeside = ({ column }: ComposedKey) =>
    meta.indexes.some(({ keys }) => keys.includes(column) && [...touched].some((key) => keys.includes(key.column)));
  return indexKeys.filter((key) => touched.has(key) || (isLacking(key) && isBeside(key)));
}

/** Refuses a view's write to a part of another model's key: a view does not compose keys, and would leave them stale. */
function assertNoParts(meta: Meta, edits: readonly Edit[], key: Item): void {
  const models = [...(meta.shared?.table.models.values() ?? [])];
  for (const { path } of edits) {
    const stored = String(path[0]);
    const isOn = ({ parts }: ComposedKey) => parts.some(({ storedName }) => storedName === stored);
    const owner = models.find(({ shared }) => shared?.isView === false && [...shared.composed.values()].some(isOn));
    if (owner === undefined) continue;
    const property = meta.byStoredName.get(stored)?.property ?? stored;
    throw refusal(
      meta,
      [property],
      key,
      `a key of ${owner.name} is composed of "${stored}", and a view composes no keys, so that the key would keep the value from before. Write it by ${owner.name}.`,
    );
  }
}

/** Other programs may store a part of the table's key in the key alone. */
function wholeItem(meta: Meta, { parts }: ComposedKey, item: Item, key: Item): Item {
  const isTold = (part: Column) => meta.identity.includes(part) && attributeOf(item, part.storedName) === undefined;
  return parts.some(isTold) ? withToldParts(meta, { ...item, ...key }) : item;
}

function composeEdit(meta: Meta, key: ComposedKey, edits: readonly Edit[], known: KnownItem): Edit {
  const isWritten = ({ storedName }: Column) => edits.some(({ path }) => path[0] === storedName);
  const action = edits.find(
    ({ kind, path }) =>
      kind !== "replace" && kind !== "compose" && key.parts.some(({ storedName }) => storedName === path[0]),
  );
  if (action !== undefined) {
    const property = meta.byStoredName.get(String(action.path[0]))?.property ?? String(action.path[0]);
    throw refusal(
      meta,
      [property],
      known.key,
      `the key of ${key.of} is composed of it, so that it takes a value, and no action.`,
    );
  }
  const others = key.parts.filter((part) => !isWritten(part) && !meta.identity.includes(part));
  const unknown = others.filter((part) => !known.knows(part)).map(({ property }) => property);
  if (unknown.length === 0) {
    return {
      kind: "compose",
      path: [key.column.storedName],
      compose: (item) => composeKey(meta, key, wholeItem(meta, key, item, known.key)),
      from: others.map(({ storedName }) => storedName),
    };
  }
  const changed = key.parts.filter(isWritten).map(({ property }) => property);
  throw refusal(
    meta,
    changed.slice(0, 1),
    known.key,
    `the key of ${key.of} is composed of ${printColumns(key.parts.map(({ property }) => property))}, and ${printColumns(unknown)} ${unknown.length === 1 ? "is" : "are"} not known. Load the object with ${unknown.length === 1 ? "it" : "them"}, or tell update() what is stored: given: { ${unknown.join(", ")} }.`,
  );
}
