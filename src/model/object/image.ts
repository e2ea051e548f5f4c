/**
 * The state of an object at one moment, as attributes. An operation that has to wait keeps the state at its call as an
 * image.
 */

import { type Attribute, attributeOf, type Item, newAttributes } from "../../wire/attribute.js";
import { type Difference, diffColumn, dumpColumn, isLoadedDefault, missingRequired } from "../change/diff.js";
import { applyEdits, type Edit } from "../change/edit.js";
import type { Column } from "../column.js";
import type { Meta } from "../meta.js";
import { emptiedBy, rememberEmptied } from "./emptied.js";

/** An item, and the columns whose state it tells: if such an attribute is missing in the item, it is absent. */
export interface State {
  readonly item: Item;
  readonly known: ReadonlySet<Column>;
  /** Columns that hold an empty set, which is stored as nothing. Loaded items have none. */
  readonly emptied?: ReadonlySet<Column>;
}

export interface Image extends State {
  /** The columns that the object itself had, even as undefined. */
  readonly own: ReadonlySet<Column>;
  readonly emptied: ReadonlySet<Column>;
  /** Values that can't be stored, unchanged: a load can still replace them. */
  readonly unfit: ReadonlyMap<Column, unknown>;
}

export const nothingKnown: State = { item: {}, known: new Set() };

/** How to treat a value that can't be stored: "throw" InvalidValue, or "keep" it. */
type OnUnfit = "throw" | "keep";

/** An image of some columns of an object as it is now. `seen` is its last loaded or saved state. */
export function imageOf(
  meta: Meta,
  object: object,
  seen: State | undefined,
  { columns = meta.columns, onUnfit }: { readonly columns?: readonly Column[]; readonly onUnfit: OnUnfit },
): Image {
  const item = newAttributes();
  const own = new Set<Column>();
  const known = new Set<Column>();
  const emptied = new Set<Column>();
  const unfit = new Map<Column, unknown>();
  for (const column of columns) {
    const isSeen = seen?.known.has(column) === true;
    if (isSeen) known.add(column);
    if (!Object.hasOwn(object, column.property)) continue;
    own.add(column);
    known.add(column);
    const value: unknown = Reflect.get(object, column.property);
    if (value === undefined) continue;
    const before = isSeen ? attributeOf(seen.item, column.storedName) : undefined;
    try {
      const attribute =
        before !== undefined && column.isStored(value, before) ? before : dumpColumn(meta, column, before, object);
      if (attribute === undefined) emptied.add(column);
      else item[column.storedName] = attribute;
    } catch (error) {
      if (onUnfit === "throw") throw error;
      unfit.set(column, value);
    }
  }
  return { item, known, own, emptied, unfit };
}

/**
 * The edits that turn an item into the image's state; see diffObject(). Throws InvalidValue if a required value is
 * missing.
 */
export function diffImage(meta: Meta, image: Image, seen: State | undefined): Difference {
  const edits: Edit[] = [];
  const known = new Set(seen?.known);
  for (const column of meta.columns) {
    const isKnown = known.has(column);
    const isOwn = image.own.has(column);
    const after = attributeOf(image.item, column.storedName);
    if (after === undefined && column.required && (seen === undefined || isOwn || isKnown)) {
      throw missingRequired(meta, column, image.item);
    }
    if (!isOwn && !isKnown) continue;
    known.add(column);
    const isIdentity = column.key !== undefined || (seen !== undefined && meta.shared?.parts.has(column) === true);
    if (!isIdentity) edits.push(...changeOf(column, image, seen));
  }
  return { edits, known: known.size === meta.columns.length ? meta.whole.known : known };
}

/** The changes of a column between two moments. */
function changeOf(column: Column, image: Image, seen: State | undefined): Edit[] {
  const isKnown = seen?.known.has(column) === true;
  const before = isKnown ? attributeOf(seen.item, column.storedName) : undefined;
  const after = attributeOf(image.item, column.storedName);
  if (isKnown && isLoadedDefault(column, before, after)) return [];
  return diffColumn(column, { isKnown, before, after, emptied: image.emptied.has(column) });
}

/** The effect of an operation on some columns: their state before (`from`) and after (`onto`). */
export interface Shift {
  readonly columns: readonly Column[];
  readonly from: State;
  readonly onto: State;
}

/** An image after a shift, and the columns in which it differed from the operation's starting point. */
interface Shifted {
  readonly image: Image;
  readonly touched: ReadonlySet<Column>;
}

/** Updates the image of a later moment: the changes between the two moments are applied to the new state. */
export function shiftImage(image: Image, { columns, from, onto }: Shift): Shifted {
  const item = newAttributes(image.item);
  const own = new Set(image.own);
  const known = new Set(image.known);
  const emptied = new Set(image.emptied);
  const unfit = new Map(image.unfit);
  const touched = new Set<Column>();
  for (const column of columns) {
    const { storedName } = column;
    const isUnfit = image.unfit.has(column);
    if (isUnfit && unfitOf(from, column) !== image.unfit.get(column)) {
      touched.add(column);
      continue;
    }
    unfit.delete(column);
    const edits = !isUnfit && isTouchable(column, image, from) ? changeOf(column, image, from) : [];
    if (edits.length > 0) touched.add(column);
    // If a column is not known any more, only the assigned value is left of it.
    if (edits.length > 0 && !onto.known.has(column)) continue;
    // A value that is stored but not known, such as one that did not fit, is not put onto the object.
    const edited = onto.known.has(column) ? applyEdits(onto.item, edits) : nothingKnown.item;
    const after = attributeOf(edited, storedName);
    setOrDelete(item, storedName, after);
    if (edits.length > 0) {
      const paths = emptiedBy(edits, edited);
      rememberEmptied(edited, paths);
      addOrDelete(
        emptied,
        column,
        paths.some(({ length }) => length === 1) || (after === undefined && emptied.has(column)),
      );
      continue;
    }
    const isEmptied = onto.emptied?.has(column) === true;
    addOrDelete(emptied, column, isEmptied);
    addOrDelete(known, column, onto.known.has(column));
    addOrDelete(own, column, after !== undefined || isEmptied);
  }
  return { image: { item, known, own, emptied, unfit }, touched };
}

/** A column that is unknown at both moments was not changed between them. */
function isTouchable(column: Column, image: Image, from: State): boolean {
  return image.own.has(column) || (from.known.has(column) && image.known.has(column));
}

function unfitOf(seen: State, column: Column): unknown {
  return "unfit" in seen ? (seen as Image).unfit.get(column) : undefined;
}

export function setOrDelete(item: Record<string, Attribute>, name: string, value: Attribute | undefined): void {
  if (value === undefined) delete item[name];
  else item[name] = value;
}

export function addOrDelete(set: Set<Column>, column: Column, isIn: boolean): void {
  if (isIn) set.add(column);
  else set.delete(column);
}
