/** Item to object. Attributes that the model does not know stay in the snapshot. */

import type { InvalidValue } from "../errors.js";
import { attributeOf, type Item } from "../wire/attribute.js";
import type { Column, Projection } from "./column.js";
import { invalidStored } from "./invalid.js";
import type { ComposedKey, Identified, Meta } from "./meta.js";
import type { Standing } from "./object/home.js";
import { rememberFirst } from "./object/snapshot.js";

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
  const identified =
    meta.shared === undefined ? undefined : meta.shared.does.identify(meta.shared.tableKeys, item, reading.indexKeys);
  if (identified?.misfits !== undefined) return makeInvalid(prototype, identified, reading);
  const whole = identified?.item ?? item;
  const object: Record<string, unknown> = Object.create(prototype);
  rememberFirst(object, whole, reading.standing);
  try {
    putValues(object, whole, projection.columns);
    return object;
  } catch {
    return makeInvalid(prototype, { item: whole, misfits: undefined, isStrange: false }, reading);
  }
}

/**
 * The same as a plain object that remembers nothing. Copying an object takes longer: see bench/questions/streams.ts.
 */
export function makeValues(item: Item, reading: Reading): object {
  if (reading.meta.shared !== undefined) return { ...makeObject(Object.prototype, item, reading) };
  try {
    const values = {};
    putValues(values, item, reading.projection.columns);
    return values;
  } catch {
    return { ...makeInvalid(Object.prototype, { item, misfits: undefined, isStrange: false }, reading) };
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
  { item, misfits, isStrange }: Identified,
  { meta, projection, standing, onInvalid: policy }: Reading,
): object {
  // A policy is for values. An item that is not the model's is none of its objects.
  const onInvalid = isStrange ? throwInvalid : policy;
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
      onInvalid(invalidStored(meta, column, error, item));
    }
  }
  for (const [column, misfit] of misfits ?? [])
    if (!projection.known.has(column)) onInvalid(invalidStored(meta, column, new Error(misfit), item));
  rememberFirst(object, item, { ...standing, known });
  return object;
}

/** Loads an item completely, before an existing object is changed. */
export function loadValues(item: Item, reading: Reading): object {
  return makeObject(Object.prototype, item, reading);
}
