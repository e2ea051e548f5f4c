/** Items that are to be read, by table and key. */

import { InvalidOption } from "../errors.js";
import { assertFillable } from "../model/fillable.js";
import type { Home } from "../model/home.js";
import { keyOfObject, keyOfValues } from "../model/key.js";
import { type Meta, metaOf, metaOfObject } from "../model/meta.js";
import { print } from "../util/print.js";
import type { Item } from "../wire/attribute.js";
import { canonicalKey } from "../wire/canonical.js";
import type { Context } from "./context.js";
import type { ReadModel } from "./get.js";

/** An item to read: its table and key, and one text for both, by which the answer is matched. */
export interface Wanted {
  readonly home: Home;
  readonly key: Item;
  readonly id: string;
}

/** DynamoDB may write a number otherwise than it was sent ("1.0"), so keys are matched by value. */
export function wantedItem(home: Home, key: Item): Wanted {
  return { home, key, id: idOf(home.tableName, key, Object.keys(key)) };
}

/** One text for a table and the key that an item has under these names. */
export function idOf(tableName: string, item: Item, names: readonly string[]): string {
  return `${tableName} ${canonicalKey(item, names)}`;
}

/** What is wanted under the keys of one model. */
export function wantedOf(context: Context, model: unknown, keys: readonly unknown[]): Wanted[] {
  const meta = metaOf(model);
  if (!Array.isArray(keys)) throw new InvalidOption(`getMany() takes an array of keys, got ${print(keys)}.`);
  const home = context.homeOf(meta);
  return keys.map((key) => wantedItem(home, keyOfValues(meta, key)));
}

/** An object to fill, and the item to fill it with. */
export interface Target {
  readonly meta: Meta;
  readonly object: object;
  readonly wanted: Wanted;
}

export function targetOf(context: Context, object: object): Target {
  const meta = metaOfObject(object);
  const key = keyOfObject(meta, object);
  assertFillable(meta, object, meta.columns, "load()");
  return { meta, object, wanted: wantedItem(context.homeOf(meta), key) };
}

/** A new object of a model that is to be made of an item. */
export interface Asked {
  readonly model: ReadModel;
  readonly wanted: Wanted;
}
