/**
 * What an operation makes of an object when it has ended: values that it loaded, columns of which nothing is known any
 * more, a version. What was assigned since the operation was called stays as a change, on the object as in what the
 * operations that wait were called with.
 */

import { invariant } from "../util/assert.js";
import { ownValue } from "../util/object.js";
import { type Attribute, attributeOf, type Item, newAttributes } from "../wire/attribute.js";
import { sameAttribute } from "../wire/same.js";
import type { Column } from "./column.js";
import { applyEdits, type Edit, valueAt } from "./edit.js";
import { putEmptySets } from "./emptied.js";
import { assertFillable } from "./fillable.js";
import type { Home } from "./home.js";
import { type Image, imageOf, nothingKnown, type Shift, type State, shiftImage } from "./image.js";
import type { Meta } from "./meta.js";
import { waitingFor } from "./queue.js";
import { remember, type Snapshot, snapshotIn, snapshotOf } from "./snapshot.js";
import type { Taken } from "./taken.js";

/**
 * Puts what was loaded onto an object: every column is as in the item, but for what was changed since `from`. Throws
 * InvalidOption, and changes nothing, if the object can't be changed.
 */
export function fillObject(meta: Meta, object: object, loaded: object, from: State): void {
  assertFillable(meta, object, meta.columns, "a load");
  const snapshot = loadedSnapshot(loaded);
  land(meta, object, { columns: meta.columns, from, onto: snapshot }, loaded);
  remember(object, snapshot);
}

/**
 * The same for load(), which replaces what was assigned before it. What a write is waiting to store is not lost by that:
 * it was called with these values.
 */
export function fillLoaded(meta: Meta, object: object, loaded: object, called: Image): void {
  const isToBeWritten = waitingFor(object).some(({ writes }) => writes);
  fillObject(meta, object, loaded, isToBeWritten ? (snapshotOf(object) ?? nothingKnown) : called);
}

function loadedSnapshot(loaded: object): Snapshot {
  const snapshot = snapshotOf(loaded);
  invariant(snapshot !== undefined, "what was loaded has a snapshot");
  return snapshot;
}

/** Puts some columns of what was loaded onto an object, and leaves the others alone. Throws as fillObject() does. */
export function fillColumns(meta: Meta, object: object, loaded: object, { columns, from }: Omit<Shift, "onto">): void {
  assertFillable(meta, object, columns, "an action");
  const snapshot = loadedSnapshot(loaded);
  const before = snapshotIn(snapshot.home, object);
  const item = newAttributes(before?.item);
  for (const { storedName } of columns) {
    const attribute = attributeOf(snapshot.item, storedName);
    if (attribute === undefined) delete item[storedName];
    else item[storedName] = attribute;
  }
  land(meta, object, { columns, from, onto: snapshot }, loaded);
  const known = new Set([...(before?.known ?? []), ...snapshot.known]);
  remember(object, { ...snapshot, item, known, made: before?.made ?? false, whole: before?.whole ?? false });
}

/**
 * Forgets some columns, of which nothing is known any more: they are as if the object had been loaded without them. What
 * was changed of them since stays a change of what they were.
 */
export function dropColumns(home: Home, object: object, { columns, from }: Omit<Shift, "onto">): void {
  const { meta } = home;
  const before = snapshotIn(home, object);
  if (before === undefined || columns.length === 0) return;
  const item = newAttributes(before.item);
  const known = new Set(before.known);
  const touched = land(meta, object, { columns, from, onto: nothingKnown }, undefined);
  for (const column of columns) {
    // What stays on an object that was frozen meanwhile counts as what was stored, so that no save writes it back.
    const stays = touched.has(column) ? from.known.has(column) : Object.hasOwn(object, column.property);
    const was = stays ? attributeOf(from.item, column.storedName) : undefined;
    if (was === undefined) delete item[column.storedName];
    else item[column.storedName] = was;
    if (stays) known.add(column);
    else known.delete(column);
  }
  remember(object, { ...before, item, known, made: false });
}

/**
 * Remembers that some edits are written, which were planned onto `taken`. If the object was loaded, saved or deleted
 * since (a prepared transaction holds nothing), the columns that the edits wrote onto other values than they were
 * planned for are brought along on the object: what it holds there is older than the edits.
 */
export function landEdits(
  { meta, home, object, key, snapshot }: Taken,
  edits: readonly Edit[],
  known: State["known"],
): void {
  const before = snapshotIn(home, object);
  const item = applyEdits(before?.item ?? key, edits);
  const { made = true, whole = false } = before ?? {};
  if (before?.item === snapshot?.item && before?.known === snapshot?.known) {
    remember(object, { item, known, made, whole, home });
    return;
  }
  const knownNow = new Set([...(before?.known ?? meta.keys), ...columnsOf(meta, edits)]);
  if (before !== undefined) {
    // The version is landed by itself. Of what is not known, nothing was put there.
    const known = columnsOf(meta, edits).filter((column) => !column.version && before.known.has(column));
    const names = new Set(known.map(({ storedName }) => storedName));
    const others = edits.filter(({ path }) => names.has(String(path[0])));
    const older = others.filter((edit) => isReplaced(meta, edit, { before: snapshot, after: before }));
    const onto = { item: applyEdits(before.item, older), known: knownNow };
    land(meta, object, { columns: columnsOf(meta, older), from: before, onto }, undefined);
  }
  remember(object, { item, known: knownNow, made, whole, home });
}

function columnsOf({ columns }: Meta, edits: readonly Edit[]): Column[] {
  return columns.filter(({ storedName }) => edits.some(({ path }) => path[0] === storedName));
}

/**
 * Whether what an edit was planned for was put into a snapshot anew: edits leave all other attributes as they are, those
 * of the key among them, and a load leaves none.
 */
function isReplaced(
  { hashKey }: Meta,
  { kind, path }: Edit,
  { before, after }: { before: Snapshot | undefined; after: Snapshot },
): boolean {
  const { storedName } = hashKey;
  if (before === undefined || attributeOf(before.item, storedName) !== attributeOf(after.item, storedName)) return true;
  return kind !== "elements" && valueAt(before.item, path) !== valueAt(after.item, path);
}

/** Gives an object the version after a write, or none after a deletion, unless it was given another one meanwhile. */
export function landVersion({ version }: Meta, object: object, before: unknown, after: number | undefined): void {
  if (version === undefined) return;
  const seen = (held: unknown): State => ({ item: versionItem(version, held), known: new Set([version]) });
  if (waitingFor(object).length > 0) carry(object, { columns: [version], from: seen(before), onto: seen(after) });
  if (ownValue(object, version.property) !== before) return;
  if (after === undefined) Reflect.deleteProperty(object, version.property);
  else Reflect.set(object, version.property, after);
}

function versionItem({ storedName }: Column, version: unknown): Item {
  return version === undefined ? {} : { [storedName]: { N: String(version) } };
}

/** Brings along what the operations that wait were called with. Gives what the object is to be compared with, and brought to. */
function carry(object: object, { columns, from, onto }: Shift): Carried {
  const carried: Carried = { from, onto, touched: new Set() };
  for (const place of waitingFor(object)) {
    const { image, touched } = shiftImage(place.image, { columns, from: carried.from, onto: carried.onto });
    carried.from = place.image;
    carried.onto = image;
    place.image = image;
    for (const column of touched) carried.touched.add(column);
  }
  return carried;
}

interface Carried {
  from: State;
  onto: State;
  readonly touched: Set<Column>;
}

/**
 * Brings along an object, and before it what waits for it. `loaded` has the values of what the columns are now. Gives the
 * columns that were changed since `from`.
 */
function land(meta: Meta, object: object, shift: Shift, loaded: object | undefined): ReadonlySet<Column> {
  const { columns } = shift;
  const { from, onto, touched: carried } = carry(object, shift);
  const now = imageOf(meta, object, from, { columns, onUnfit: "keep" });
  const { image, touched } = shiftImage(now, { columns, from, onto });
  for (const column of columns) {
    const isKnown = onto.known.has(column);
    const before = attributeOf(now.item, column.storedName);
    const after = attributeOf(image.item, column.storedName);
    if (after === undefined && image.emptied.has(column)) putEmptied(object, column, now.emptied.has(column));
    else if (touched.has(column)) {
      if (isKnown && !sameAttribute(before, after)) putMerged(object, column, after);
    } else if (after === undefined) putMissing(object, column, isKnown);
    else {
      const isLoaded = loaded !== undefined && after === attributeOf(shift.onto.item, column.storedName);
      const value = isLoaded ? ownValue(loaded, column.property) : loadMerged(column, after);
      putColumn(object, column, value);
    }
  }
  return new Set([...carried, ...touched]);
}

/** A set that is empty now stays what it is. Of what a type of one's own has for an empty set, nothing is known. */
function putEmptied(object: object, column: Column, isEmpty: boolean): void {
  if (isEmpty) return;
  if (column.codec.isCustom) deleteColumn(object, column);
  else putColumn(object, column, new Set());
}

/** Where both sides changed a value so that they don't fit together, the object's own stays. */
function putMerged(object: object, column: Column, merged: Attribute | undefined): void {
  if (merged === undefined) {
    deleteColumn(object, column);
    return;
  }
  let value: unknown;
  try {
    value = loadMerged(column, merged);
  } catch {
    return;
  }
  putColumn(object, column, value);
}

/** A value of several moments, with the empty sets that it has in the last one. */
function loadMerged(column: Column, attribute: Attribute): unknown {
  const value: unknown = column.load(attribute);
  putEmptySets(column.codec, value, attribute);
  return value;
}

function putColumn(object: object, { property }: Column, value: unknown): void {
  (object as Record<string, unknown>)[property] = value;
}

/** Of what is known not to be stored, the object has the default that loads use, if there is one. */
function putMissing(object: object, column: Column, isKnown: boolean): void {
  const value = isKnown ? column.loaded?.make() : undefined;
  if (value === undefined) deleteColumn(object, column);
  else putColumn(object, column, value);
}

function deleteColumn(object: object, { property }: Column): void {
  if (Object.hasOwn(object, property)) Reflect.deleteProperty(object, property);
}
