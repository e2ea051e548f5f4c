/** Loading by key: objects in place, or new ones. */

import { InvalidOption, InvalidValue, MissingObjects } from "../errors.js";
import { fillObject, loadValues } from "../model/hydrate.js";
import { printKey } from "../model/invalid.js";
import { keyOfObject, keyOfValues } from "../model/key.js";
import { type Meta, metaOf, metaOfObject } from "../model/meta.js";
import { print } from "../util/print.js";
import type { Item } from "../wire/attribute.js";
import { readMany, type Wanted, wantedItem } from "./batch.js";
import { type Context, hydrate, type InvalidPolicy, makeCall, readingOf } from "./context.js";

export interface ReadSettings {
  readonly consistent?: boolean | undefined;
  readonly onInvalid?: InvalidPolicy | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An object to fill, and the item to fill it with. */
export interface Target {
  readonly meta: Meta;
  readonly object: object;
  readonly wanted: Wanted;
}

export function targetOf(context: Context, object: object): Target {
  const meta = metaOfObject(object);
  return { meta, object, wanted: wantedItem(context.tableNameOf(meta), keyOfObject(meta, object)) };
}

export async function loadObjects(context: Context, objects: readonly object[], settings: ReadSettings): Promise<void> {
  const targets = [...new Set(objects)].map((object) => targetOf(context, object));
  fillTargets(context, targets, await readWanted(context, targets, settings), settings);
}

/**
 * Fills objects in place. Those that are there are filled even where others are missing or invalid; then the error
 * is thrown.
 */
export function fillTargets(
  context: Context,
  targets: readonly Target[],
  items: ReadonlyMap<string, Item>,
  settings: ReadSettings,
): void {
  const missing = targets.filter(({ wanted }) => !items.has(wanted.id));
  const invalid: InvalidValue[] = [];
  for (const { meta, object, wanted } of targets) {
    const item = items.get(wanted.id);
    const loaded = item && loadOrCollect(context, meta, item, settings, invalid);
    if (loaded === undefined) continue;
    fillObject(meta, object, loaded);
    context.emit("objectLoaded", { object });
  }
  const [first] = invalid;
  if (first !== undefined) throw first;
  if (missing.length > 0) throw missingObjects(missing);
}

function loadOrCollect(
  context: Context,
  meta: Meta,
  item: Item,
  { onInvalid }: ReadSettings,
  invalid: InvalidValue[],
): object | undefined {
  try {
    return loadValues(item, readingOf(context, meta, undefined, onInvalid));
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    invalid.push(error);
    return undefined;
  }
}

function missingObjects(missing: readonly Target[]): MissingObjects {
  const shown = missing.slice(0, 3).map(({ meta, wanted }) => `${meta.name}${printKey(meta, wanted.key)}`);
  const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : "";
  return new MissingObjects(
    `Not found: ${shown.join(", ")}${more}.`,
    missing.map(({ object }) => object),
  );
}

async function readWanted(
  context: Context,
  targets: readonly { readonly meta: Meta; readonly wanted: Wanted }[],
  settings: ReadSettings,
): Promise<Map<string, Item>> {
  const [first] = targets;
  if (targets.length === 0 || first === undefined) return new Map();
  const wanted = targets.map((target) => target.wanted);
  if (wanted.length > 1) return readMany(context, wanted, settings);
  const item = await readOne(context, first.meta, first.wanted.key, settings);
  return new Map(item === undefined ? [] : [[first.wanted.id, item]]);
}

/** One item is read by GetItem, several by BatchGetItem. */
function readOne(context: Context, meta: Meta, Key: Item, settings: ReadSettings): Promise<Item | undefined> {
  const TableName = context.tableNameOf(meta);
  const request = settings.consistent === true ? { TableName, Key, ConsistentRead: true } : { TableName, Key };
  return context.session.getItem(request, makeCall(meta, Key, settings.signal));
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

/** New objects in the order of the keys, undefined where there is no item. Keys that are the same give objects of their own. */
export async function getObjects(
  context: Context,
  model: ReadModel,
  keys: readonly unknown[],
  settings: ReadSettings,
): Promise<(object | undefined)[]> {
  const meta = metaOf(model);
  if (!Array.isArray(keys)) throw new InvalidOption(`getMany() takes an array of keys, got ${print(keys)}.`);
  const targets = keys.map((key) => ({ meta, wanted: wantedItem(context.tableNameOf(meta), keyOfValues(meta, key)) }));
  const items = await readWanted(context, targets, settings);
  const reading = readingOf(context, meta, undefined, settings.onInvalid);
  return targets.map(({ wanted }) => {
    const item = items.get(wanted.id);
    return item && hydrate(context, model.prototype, item, reading);
  });
}
