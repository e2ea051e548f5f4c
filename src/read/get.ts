/** Getting one item by its key. */

import type { Home } from "../model/home.js";
import { keyOfValues } from "../model/key.js";
import { ownItem } from "../model/kinds/asked.js";
import { metaOf } from "../model/meta.js";
import { type Context, hydrate, makeCall, readingOf } from "../operation/context.js";
import type { ReadOptions } from "../operation/options.js";
import { isOperationHeard, modelContext, tell } from "../operation/trace.js";
import type { Item } from "../wire/attribute.js";

export interface ReadModel {
  readonly prototype: object;
}

/** A new object, or undefined if there is no item. */
export function getObject(
  context: Context,
  model: ReadModel,
  key: unknown,
  settings: ReadOptions,
): Promise<object | undefined> {
  if (!isOperationHeard()) return readObject(context, model, key, settings);
  const told = modelContext(context, "get", metaOf(model), { consistent: settings.consistent });
  return tell(told, readObject, [context, model, key, settings]);
}

async function readObject(
  context: Context,
  model: ReadModel,
  key: unknown,
  settings: ReadOptions,
): Promise<object | undefined> {
  const meta = metaOf(model);
  const home = context.homeOf(meta);
  const item = ownItem(meta, await readOne(context, home, keyOfValues(meta, key), settings));
  if (item === undefined) return undefined;
  return hydrate(context, model.prototype, item, readingOf(context, home, undefined, settings.onInvalid));
}

/** The item under a key. */
export function readOne(context: Context, home: Home, Key: Item, settings: ReadOptions): Promise<Item | undefined> {
  const { meta, tableName: TableName } = home;
  const request = settings.consistent === true ? { TableName, Key, ConsistentRead: true } : { TableName, Key };
  return context.session.getItem(request, makeCall(meta, Key, settings.signal));
}
