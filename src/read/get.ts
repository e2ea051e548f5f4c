/** Getting one item by its key. */

import { keyOfValues } from "../model/key.js";
import { ownItem } from "../model/kinds/asked.js";
import { metaOf } from "../model/registry.js";
import { type Context, hydrate, readItem, readingOf } from "../operation/context.js";
import type { ReadOptions } from "../operation/options.js";
import { isOperationHeard, modelContext, tell } from "../operation/trace.js";

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
  const item = ownItem(meta, await readItem(context, home, keyOfValues(meta, key), settings));
  if (item === undefined) return undefined;
  return hydrate(context, model.prototype, item, readingOf(context, home, undefined, settings.onInvalid));
}
