/**
 * The effect of an ended operation on its object: values that it loaded, columns that are not known any more, a
 * version. An assignment since the operation's call stays a change, on the object and in the images of waiting
 * operations.
 */

import { invariant } from "../../util/assert.js";
import { ownValue } from "../../util/object.js";
import { type Attribute, attributeOf, type Item, newAttributes } from "../../wire/attribute.js";
import { sameAttribute } from "../../wire/same.js";
import { applyEdits, type Edit, valueAt } from "../change/edit.js";
import type { Column } from "../column.js";
import type { Meta } from "../meta.js";
import { putEmptySets } from "./emptied.js";
import { assertFillable } from "./fillable.js";
import type { Home } from "./home.js";
import {
  addOrDelete,
  type Image,
  imageOf,
  nothingKnown,
  type Shift,
  type State,
  setOrDelete,
  shiftImage,
} from "./image.js";
import { waitingFor } from "./queue.js";
import { remember, type Snapshot, snapshotIn, snapshotOf } from "./snapshot.js";
import type { Taken } from "./taken.js";

/**
 * Puts loaded values onto an object: every column gets the item's value, except changes since `from`. If the object
 * can't be changed, throws InvalidOption and changes nothing.
 */
export function fillObject(meta: Meta, object: object, loaded: object, from: State): void {
  assertFillable(meta, object, meta.columns, "a load");
  const snapshot = loadedSnapshot(loaded);
  land(meta, object, { columns: meta.columns, from, onto: snapshot }, loaded);
  remember(object, snapshot);
}

/**
 * The same for load(), which replaces earlier assignments. A waiting write loses nothing: it has an image of the values
 * at its call.
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

/** Puts some loaded columns onto an object, and leaves the others alone. Throws as fillObject() does. */
export function fillColumns(meta: Meta, object: object, loaded: object, { columns, from }: Omit<Shift, "onto">): void {
  assertFillable(meta, object, columns, "an action");
  const snapshot = loadedSnapshot(loaded);
  const before = snapshotIn(snapshot.home, object);
  const item = newAttributes(before?.item);
  for (const { storedName } of columns) setOrDelete(item, storedName, attributeOf(snapshot.item, storedName));
  land(meta, object, { columns, from, onto: snapshot }, loaded);
  const known = new Set([...(before?.known ?? []), ...snapshot.known]);
  remember(object, { ...snapshot, item, known, made: before?.made ?? false, whole: before?.whole ?? false });
}

/**
 * Forgets some columns whose stored values are not known any more: the object is as if it had been loaded without them.
 * A change made to them since stays a change of the earlier value.
 */
export function dropColumns(home: Home, object: object, { columns, from }: Omit<Shift, "onto">): void {
  const { meta } = home;
  const before = snapshotIn(home, object);
  if (before === undefined || columns.length === 0) return;
  const item = newAttributes(before.item);
  const known = new Set(before.known);
  const touched = land(meta, object, { columns, from, onto: nothingKnown }, undefined);
  for (const column of columns) {
    // A value that stays on an object frozen meanwhile counts as the stored one, so that no save writes it back.
    const stays = touched.has(column) ? from.known.has(column) : Object.hasOwn(object, column.property);
    setOrDelete(item, column.storedName, stays ? attributeOf(from.item, column.storedName) : undefined);
    addOrDelete(known, column, stays);
  }
  remember(object, { ...before, item, known, made: false });
}

/**
 * Remembers that some edits are written, which were planned onto `taken`. The object may have been loaded, saved or
 * deleted since (a prepared transaction does not hold its objects). Then some edits replaced other values than they
 * were planned for. Their columns are updated on the object: its values are older than the edits.
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
    // landVersion() handles the version. A column that is not known was not put onto the object.
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
 * Whether a snapshot has been replaced since an edit was planned for it. Edits keep all other attributes, including
 * those of the key; a load keeps none.
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

/** Gives an object the version after a write, or none after a deletion, unless another one was assigned meanwhile. */
export function landVersion({ version }: Meta, object: object, before: unknown, after: number | undefined): void {
  if (version === undefined) return;
  const seen = (held: unknown): State => ({ item: versionItem(version, held), known: new Set([version]) });
  if (waitingFor(object).length > 0) carry(object, { columns: [version], from: seen(before), onto: seen(after) });
  if (ownValue(object, version.property) !== before) return;
  if (after === undefined) Reflect.deleteProperty(object, version.property);
  else Reflect.set(object, version.property, after);
}

/**
 * Gives an object the values of its computed columns, as a write has stored them. `planned` are the changes that the object
 * had at its call: a new object may have had other values.
 */
export function landComputed(taken: Taken, edits: readonly Edit[], planned: readonly Edit[]): void {
  const { meta, home, object, snapshot } = taken;
  const columns = columnsOf(meta, edits).filter(({ computed }) => computed !== undefined);
  const after = snapshotIn(home, object);
  if (columns.length === 0 || after === undefined) return;
  const known = new Set(columns);
  const from = { item: snapshot?.item ?? applyEdits(newAttributes(), planned), known };
  land(meta, object, { columns, from, onto: { item: after.item, known } }, undefined);
}

/**
 * The state of an object at an operation's call, with the values that its write has put onto the object since: of computed
 * columns, and of the version. They are no changes of the user's.
 */
export function withWritten({ meta }: Home, object: object, called: State): State {
  const columns = meta.version === undefined ? meta.computed : [...meta.computed, meta.version];
  const after = snapshotOf(object);
  if (columns.length === 0 || after === undefined) return called;
  const item = newAttributes(called.item);
  const known = new Set(called.known);
  for (const column of columns) {
    if (!after.known.has(column)) continue;
    known.add(column);
    setOrDelete(item, column.storedName, attributeOf(after.item, column.storedName));
  }
  return { ...called, item, known };
}

function versionItem({ storedName }: Column, version: unknown): Item {
  return version === undefined ? {} : { [storedName]: { N: String(version) } };
}

/** Updates the images of the waiting operations. Returns the states to compare the object with, and to bring it to. */
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
 * Updates the images of waiting operations, and then the object. `loaded` holds the new values of the columns. Returns
 * the columns that were changed since `from`.
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

/** A set that is now empty stays an empty set. The empty form of a custom type is not known. */
function putEmptied(object: object, column: Column, isEmpty: boolean): void {
  if (isEmpty) return;
  if (column.codec.isCustom) deleteColumn(object, column);
  else putColumn(object, column, new Set());
}

/** If both sides changed a value in ways that do not fit together, the object's own value stays. */
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

/** A value merged from several moments, with the empty sets of the last one. */
function loadMerged(column: Column, attribute: Attribute): unknown {
  const value: unknown = column.load(attribute);
  putEmptySets(column.codec, value, attribute);
  return value;
}

function putColumn(object: object, { property }: Column, value: unknown): void {
  (object as Record<string, unknown>)[property] = value;
}

/** If a column is known not to be stored, the object gets the default that loads use, if there is one. */
function putMissing(object: object, column: Column, isKnown: boolean): void {
  const value = isKnown ? column.loaded?.make() : undefined;
  if (value === undefined) deleteColumn(object, column);
  else putColumn(object, column, value);
}

function deleteColumn(object: object, { property }: Column): void {
  if (Object.hasOwn(object, property)) Reflect.deleteProperty(object, property);
}
