/** Getting one item by its key. */

import { keyOfValues } from "../model/key.js";
import { type Meta, metaOf } from "../model/meta.js";
import type { Item } from "../wire/attribute.js";
import { type Context, hydrate, type InvalidPolicy, makeCall, readingOf } from "./context.js";

export interface ReadSettings {
  readonly consistent?: boolean | undefined;
  readonly onInvalid?: InvalidPolicy | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ReadModel {
  readonly prototype: object;
}

/** A new object, or undefined where there is no item. */
export async function getObject(
  context: Context,
  model: ReadModel,
  key: unknown,
  settings: ReadSettings,
): Promise<object | undefined> {
  const meta = metaOf(model);
  const item = await readOne(context, meta, keyOfValues(meta, key), settings);
  if (item === undefined) return undefined;
  return hydrate(context, model.prototype, item, readingOf(context, meta, undefined, settings.onInvalid));
}

/** The item under a key. */
export function readOne(context: Context, meta: Meta, Key: Item, settings: ReadSettings): Promise<Item | undefined> {
  const TableName = context.tableNameOf(meta);
  const request = settings.consistent === true ? { TableName, Key, ConsistentRead: true } : { TableName, Key };
  return context.session.getItem(request, makeCall(meta, Key, settings.signal));
}
