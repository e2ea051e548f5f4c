/** Getting one item by its key, and making objects of items that were asked for. */

import { keyOfValues } from "../model/key.js";
import { ownItem } from "../model/kinds/asked.js";
import { metaOf } from "../model/registry.js";
import { type Context, hydrate, readItem, readingOf } from "../operation/context.js";
import type { ReadOptions } from "../operation/options.js";
import { isOperationHeard, modelContext, tell } from "../operation/trace.js";
import { type Wanted, wantedItem } from "../operation/wanted.js";
import type { Item } from "../wire/attribute.js";

export interface ReadModel {
  readonly prototype: object;
}

/** A new object of a model, to be made from an item. */
export interface Asked {
  readonly model: ReadModel;
  readonly wanted: Wanted;
}

export function askedOf(context: Context, model: ReadModel, key: unknown): Asked {
  const meta = metaOf(model);
  return { model, wanted: wantedItem(context.homeOf(meta), keyOfValues(meta, key)) };
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
  const item = ownItem(meta, await readItem(context, home, keyOfValues(meta, key), settings));
  if (item === undefined) return undefined;
  return hydrate(context, model.prototype, item, readingOf(context, home, undefined, settings.onInvalid));
}

/** Objects of the items that were asked for, in their order. */
export function hydrateAsked(
  context: Context,
  asked: readonly Asked[],
  items: ReadonlyMap<string, Item>,
  { onInvalid }: ReadOptions,
): (object | undefined)[] {
  return asked.map(({ model, wanted: { id, home } }) => {
    const item = ownItem(home.meta, items.get(id));
    return item && hydrate(context, model.prototype, item, readingOf(context, home, undefined, onInvalid));
  });
}
