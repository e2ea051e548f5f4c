/** Item to object, and object to item. Attributes that the model does not know stay in the snapshot. */

import type { InvalidValue } from "../errors.js";
import { type Attribute, attributeOf, type Item, tagOf } from "../wire/attribute.js";
import { maxHashKeyBytes, maxItemBytes, maxRangeKeyBytes } from "../wire/limits.js";
import { sizeAtMost, sizeOfAttributes } from "../wire/size.js";
import type { Column, Projection } from "./column.js";
import { applyEdits, type Edit } from "./edit.js";
import type { Standing } from "./home.js";
import { invalidValue, refusal } from "./invalid.js";
import { keyProblem } from "./key-problem.js";
import { type Identified, identify } from "./kinds/compose.js";
import type { ComposedKey, Meta } from "./meta.js";
import { rememberFirst } from "./snapshot.js";

/** How to treat a stored value that does not fit its column: throw the error, or report it and leave the column off. */
export type OnInvalid = (error: InvalidValue) => void;

export const throwInvalid: OnInvalid = (error) => {
  throw error;
};

/** How to load an item. `onInvalid` is called for each value that does not fit. */
export interface Reading {
  readonly meta: Meta;
  readonly projection: Projection;
  /** The composed keys of the index that was searched, which tell parts that it does not project. */
  readonly indexKeys?: readonly ComposedKey[] | undefined;
  /** The state that the objects remember besides their items. */
  readonly standing: Standing;
  readonly onInvalid: OnInvalid;
}

/** A new object of a prototype (a model's or a subclass's). Its constructor does not run, and no default is used. */
export function makeObject(prototype: object, item: Item, reading: Reading): object {
  const { meta, projection } = reading;
  const identified = meta.shared === undefined ? undefined : identify(meta.shared.tableKeys, item, reading.indexKeys);
  if (identified?.misfits !== undefined) return makeInvalid(prototype, identified, reading);
  const whole = identified?.item ?? item;
  const object: Record<string, unknown> = Object.create(prototype);
  rememberFirst(object, whole, reading.standing);
  try {
    putValues(object, whole, projection.columns);
    return object;
  } catch {
    return makeInvalid(prototype, { item: whole, misfits: undefined }, reading);
  }
}

/**
 * The same as a plain object that remembers nothing. For a stream this takes a twelfth less time than copying an
 * object.
 */
export function makeValues(item: Item, reading: Reading): object {
  if (reading.meta.shared !== undefined) return { ...makeObject(Object.prototype, item, reading) };
  try {
    const values = {};
    putValues(values, item, reading.projection.columns);
    return values;
  } catch {
    return { ...makeInvalid(Object.prototype, { item, misfits: undefined }, reading) };
  }
}

function putValues(object: Record<string, unknown>, item: Item, columns: readonly Column[]): void {
  for (const column of columns) {
    const { property, storedName, load } = column;
    const attribute = attributeOf(item, storedName);
    if (attribute !== undefined) object[property] = load(attribute);
    else if (column.required || column.loaded !== undefined) putMissing(object, column);
  }
}

function putMissing(object: Record<string, unknown>, { property, required, loaded }: Column): void {
  if (required) throw new Error(missing);
  const value = loaded?.make();
  if (value !== undefined) object[property] = value;
}

const missing = "a required value is missing in the stored item";

/** The same if some value does not fit. It loads one column at a time, since one `try` for all takes half the time. */
function makeInvalid(
  prototype: object,
  { item, misfits }: Identified,
  { meta, projection, standing, onInvalid }: Reading,
): object {
  const object: Record<string, unknown> = Object.create(prototype);
  const known = new Set<Column>();
  for (const column of projection.columns) {
    try {
      const attribute = attributeOf(item, column.storedName);
      const misfit = misfits?.get(column);
      if (misfit !== undefined) throw new Error(misfit);
      if (attribute !== undefined) object[column.property] = column.load(attribute);
      else putMissing(object, column);
      known.add(column);
    } catch (error) {
      onInvalid(invalidValue(meta, column, error, item, true));
    }
  }
  for (const [column, misfit] of misfits ?? [])
    if (!projection.known.has(column)) onInvalid(invalidValue(meta, column, new Error(misfit), item, true));
  rememberFirst(object, item, { ...standing, known });
  return object;
}

/** Loads an item completely, before an existing object is changed. */
export function loadValues(item: Item, reading: Reading): object {
  return makeObject(Object.prototype, item, reading);
}

/** Refuses a value that can't be stored in an index that has the column as a key. */
export function assertIndexKey(meta: Meta, column: Column, attribute: Attribute, item: Item): void {
  if (column.key !== undefined) return;
  for (const { property, hashKey, rangeKey } of meta.indexes) {
    if (column !== hashKey && column !== rangeKey) continue;
    const problem =
      tagOf(attribute) === "NULL"
        ? "is NULL, which DynamoDB refuses for keys; leave it undefined"
        : keyProblem(attribute, column === hashKey ? maxHashKeyBytes : maxRangeKeyBytes);
    if (problem === undefined) continue;
    const where = `it is a key of the index "${property}", and`;
    throw invalidValue(meta, column, new Error(`${where} ${problem}`), item, false);
  }
}

/** Refuses a write that alone is larger than an item may be. The exact size is counted only if it could be too much. */
export function assertSize(meta: Meta, key: Item, edits: readonly Edit[]): void {
  if (writtenAtMost(key, edits) <= maxItemBytes) return;
  const written = applyEdits(key, edits);
  const size = sizeOfAttributes(written);
  if (size <= maxItemBytes) return;
  throw refusal(meta, [], key, `what is to be stored has ${size} bytes; DynamoDB takes items of ${maxItemBytes}.`);
}

/** An upper bound for the bytes of a key with some edits applied. */
export function writtenAtMost(key: Item, edits: readonly Edit[]): number {
  let size = sizeAtMost({ M: key });
  for (const edit of edits) {
    // A map that is created on the path has three bytes, and one more for its key.
    for (const step of edit.path) size += 4 + 3 * String(step).length;
    for (const attribute of valuesOf(edit)) size += 1 + sizeAtMost(attribute);
  }
  return size;
}

const longestKey = "k".repeat(maxHashKeyBytes);

/** The values that an edit can put into an item. */
function valuesOf(edit: Edit): readonly Attribute[] {
  switch (edit.kind) {
    case "elements":
      return edit.added;
    case "increase":
      return [edit.amount];
    case "compose":
      // No key takes more.
      return [{ S: longestKey }];
    case "append":
    case "prepend":
      return [{ L: edit.elements }];
    default:
      return edit.value === undefined ? [] : [edit.value];
  }
}
