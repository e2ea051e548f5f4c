/** `changes()`: the changes that a save would send, in the model's own names and values. */

import type { StoredPath } from "../../expression/path.js";
import type { Codec } from "../../types/codec/codec.js";
import type { ModelObject } from "../../util/model-object.js";
import { type Attribute, type Item, newAttributes } from "../../wire/attribute.js";
import type { Meta } from "../meta.js";
import { type Snapshot, snapshotOf } from "../object/snapshot.js";
import { metaOfObject } from "../registry.js";
import { diffObject } from "./diff.js";
import { applyEdits, type Edit, isMap, valueAt } from "./edit.js";

export interface ObjectChange {
  /** From the column's property inwards. */
  readonly path: readonly (string | number)[];
  /** The value last loaded or saved; undefined for none. */
  readonly before: unknown;
  /** The value now. */
  readonly after: unknown;
}

/**
 * The changes that save() would send for an object now: the places that differ from the last loaded or saved state, in
 * the table of that state. Throws InvalidValue if the object holds a value that DynamoDB can't store.
 *
 * @example
 * account.email = "new@example.org";
 * changes(account); // [{ path: ["email"], before: "old@example.org", after: "new@example.org" }]
 */
export function changes(object: ModelObject<string>): readonly ObjectChange[] {
  const meta = metaOfObject(object);
  const snapshot = snapshotOf(object);
  return changesOf(meta, snapshot, diffObject(meta, object, snapshot).edits);
}

/** The same for edits to a snapshot. */
export function changesOf(meta: Meta, snapshot: Snapshot | undefined, edits: readonly Edit[]): readonly ObjectChange[] {
  const before = knownOf(meta, snapshot);
  const after = applyEdits(before, edits);
  return edits.map(({ path }) => localChange(meta, path, before, after));
}

/** The item without the attributes that were left off the object because they do not fit. */
function knownOf(meta: Meta, snapshot: Snapshot | undefined): Item {
  const item = newAttributes(snapshot?.item);
  for (const column of meta.columns) if (snapshot?.known.has(column) !== true) delete item[column.storedName];
  return item;
}

function localChange(meta: Meta, stored: StoredPath, before: Item, after: Item): ObjectChange {
  const place = localPlace(meta, stored, after, before);
  const load = (attribute: Attribute | undefined): unknown => {
    return attribute === undefined || place.codec === undefined ? attribute : place.codec.load(attribute);
  };
  return { path: place.path, before: load(valueAt(before, stored)), after: load(valueAt(after, stored)) };
}

/** A stored path in the model's own names, and the type there. An undeclared key has no type. */
function localPlace(
  meta: Meta,
  stored: StoredPath,
  ...items: Item[]
): { path: (string | number)[]; codec: Codec | undefined } {
  const [name, ...steps] = stored;
  const column = meta.byStoredName.get(String(name));
  const path: (string | number)[] = [column?.property ?? String(name)];
  let codec = column?.codec;
  for (const [index, step] of steps.entries()) {
    const parent = items.map((item) => valueAt(item, stored.slice(0, index + 1))).find(isMap);
    const member =
      codec?.inside?.kind === "map" && parent !== undefined ? codec.inside.member(String(step), parent.M) : undefined;
    path.push(member?.key ?? step);
    codec = member?.codec;
  }
  return { path, codec };
}
