/** Item to object, and object to item. Attributes that the model does not know stay in the snapshot. */

import { InvalidValue } from "../errors.js";
import { misfitOf } from "../types/context.js";
import { ownValue } from "../util/object.js";
import { type Attribute, type Item, newAttributes, tagOf } from "../wire/attribute.js";
import { maxHashKeyBytes, maxItemBytes, maxRangeKeyBytes } from "../wire/limits.js";
import { sizeOfAttributes } from "../wire/size.js";
import type { Column } from "./column.js";
import { invalidValue, printKey } from "./invalid.js";
import { keyOfItem, keyProblem } from "./key.js";
import type { Meta } from "./meta.js";
import { remember, type Snapshot, snapshotOf } from "./snapshot.js";

/** What to do with a stored value that does not fit its column: throw it, or hear of it and leave the column off. */
export type OnInvalid = (error: InvalidValue) => void;

export const throwInvalid: OnInvalid = (error) => {
  throw error;
};

/** What an item holds for a model: made as a whole before an object is touched. */
export interface Loaded {
  readonly values: readonly (readonly [property: string, value: unknown])[];
  readonly snapshot: Snapshot;
}

/** Loads the columns that were asked for. `onInvalid` is told of each value that does not fit. */
export function loadItem(meta: Meta, item: Item, asked: Iterable<Column>, onInvalid: OnInvalid): Loaded {
  const known = new Set<Column>();
  const values: [string, unknown][] = [];
  for (const column of asked) {
    try {
      const attribute = Object.hasOwn(item, column.storedName) ? item[column.storedName] : undefined;
      if (attribute !== undefined) values.push([column.property, column.codec.load(attribute)]);
      else if (column.required) throw new Error("a required value is missing in the stored item");
      known.add(column);
    } catch (error) {
      onInvalid(invalidValue(meta, column, error, item, true));
    }
  }
  return { values, snapshot: { item, known, made: false } };
}

/** A new object of a prototype (a model's or a subclass's). Its constructor does not run, and no default is used. */
export function makeObject(prototype: object, loaded: Loaded): object {
  const object = Object.create(prototype);
  for (const [property, value] of loaded.values) object[property] = value;
  remember(object, loaded.snapshot);
  return object;
}

/** Puts what was loaded onto an object that is there: every column of the model is as in the item afterwards. */
export function fillObject(meta: Meta, object: object, loaded: Loaded): void {
  const values = new Map(loaded.values);
  for (const { property } of meta.columns) {
    if (values.has(property)) Reflect.set(object, property, values.get(property));
    else Reflect.deleteProperty(object, property);
  }
  remember(object, loaded.snapshot);
}

/** Puts some columns of what was loaded onto an object, and leaves the others alone. */
export function fillColumns(object: object, columns: readonly Column[], { values, snapshot }: Loaded): void {
  const before = snapshotOf(object);
  const item = newAttributes(before?.item);
  const found = new Map(values);
  for (const { property, storedName } of columns) {
    const attribute = snapshot.item[storedName];
    if (attribute === undefined) delete item[storedName];
    else item[storedName] = attribute;
    if (found.has(property)) Reflect.set(object, property, found.get(property));
    else Reflect.deleteProperty(object, property);
  }
  const known = new Set([...(before?.known ?? []), ...snapshot.known]);
  remember(object, { item, known, made: before?.made ?? false });
}

/** Forgets some columns, of which nothing is known any more: they are as if the object had been loaded without them. */
export function dropColumns(object: object, columns: readonly Column[]): void {
  const before = snapshotOf(object);
  if (before === undefined || columns.length === 0) return;
  const item = newAttributes(before.item);
  const known = new Set(before.known);
  for (const column of columns) {
    delete item[column.storedName];
    known.delete(column);
    Reflect.deleteProperty(object, column.property);
  }
  remember(object, { item, known, made: false });
}

/** An object as DynamoDB would store it now. */
export interface Dumped {
  readonly item: Item;
  /** Columns that the object says are not stored: those set to undefined, and known ones that are not there any more. */
  readonly absent: ReadonlySet<Column>;
  /** Those of the absent columns that hold an empty set. */
  readonly emptied: ReadonlySet<Column>;
  /** Every column that the object says something of: that it is stored so, or not stored. */
  readonly stated: ReadonlySet<Column>;
}

/** Dumps every column of an object. Throws InvalidValue for what DynamoDB could not store. */
export function dumpObject(meta: Meta, object: object): Dumped {
  const item = newAttributes();
  const absent = new Set<Column>();
  const emptied = new Set<Column>();
  const stated = new Set<Column>();
  const known = snapshotOf(object)?.known;
  for (const column of meta.columns) {
    const own = Object.hasOwn(object, column.property);
    const value = ownValue(object, column.property);
    const attribute = value === undefined ? undefined : dumpColumn(meta, column, value, item);
    if (attribute !== undefined) {
      item[column.storedName] = attribute;
      stated.add(column);
      continue;
    }
    const isNew = known === undefined;
    if (column.required && (isNew || own || known.has(column))) {
      throw invalidValue(meta, column, new Error("it is required, and has no value"), item, false);
    }
    if (!own && !known?.has(column)) continue;
    stated.add(column);
    absent.add(column);
    if (value !== undefined) emptied.add(column);
  }
  assertIndexKeys(meta, item);
  return { item, absent, emptied, stated };
}

function dumpColumn(meta: Meta, column: Column, value: unknown, item: Item): Attribute | undefined {
  try {
    return column.codec.dump(value, 1);
  } catch (error) {
    throw invalidValue(meta, column, misfitOf(error), item, false);
  }
}

/** DynamoDB refuses an item whose attributes do not fit the keys of an index. */
function assertIndexKeys(meta: Meta, item: Item): void {
  for (const column of meta.columns) {
    const attribute = item[column.storedName];
    if (attribute !== undefined) assertIndexKey(meta, column, attribute, item);
  }
}

/** Refuses a value that an index which has the column as a key can't hold. */
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

/** Refuses what alone is larger than an item may be. */
export function assertSize(meta: Meta, written: Item): void {
  const size = sizeOfAttributes(written);
  if (size <= maxItemBytes) return;
  const key = printKey(meta, keyOfItem(meta.keys, written));
  throw new InvalidValue(
    `${meta.name}${key}: what is to be stored has ${size} bytes; DynamoDB takes items of ${maxItemBytes}.`,
    {
      model: meta.name,
      path: [],
    },
  );
}
