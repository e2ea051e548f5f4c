/** Loading by key: objects in place, or new ones. */

import { InvalidOption, InvalidValue, MissingObjects } from "../errors.js";
import { fillObject, type Loaded } from "../model/hydrate.js";
import { printKey } from "../model/invalid.js";
import { keyOfObject, keyOfValues } from "../model/key.js";
import { type Meta, metaOf, metaOfObject } from "../model/meta.js";
import { print } from "../util/print.js";
import type { Item } from "../wire/attribute.js";
import { readMany, type Wanted, wantedItem } from "./batch.js";
import { type Context, hydrate, type InvalidPolicy, load, makeCall } from "./context.js";

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
): Loaded | undefined {
  try {
    return load(context, meta, item, meta.columns, onInvalid);
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

/** One item is read by GetItem, several by BatchGetItem. */
async function readWanted(
  context: Context,
  targets: readonly { readonly meta: Meta; readonly wanted: Wanted }[],
  settings: ReadSettings,
): Promise<Map<string, Item>> {
  const [first] = targets;
  if (first === undefined) return new Map();
  if (targets.length > 1)
    return readMany(
      context,
      targets.map(({ wanted }) => wanted),
      settings,
    );
  const { tableName, key, id } = first.wanted;
  const request = { TableName: tableName, Key: key, ...(settings.consistent === true && { ConsistentRead: true }) };
  const item = await context.session.getItem(request, makeCall(first.meta, key, settings.signal));
  return new Map(item === undefined ? [] : [[id, item]]);
}

/** New objects in the order of the keys, undefined where there is no item. Keys that are the same give objects of their own. */
export async function getObjects(
  context: Context,
  model: { readonly prototype: object },
  keys: readonly unknown[],
  settings: ReadSettings,
): Promise<(object | undefined)[]> {
  const meta = metaOf(model);
  if (!Array.isArray(keys)) throw new InvalidOption(`getMany() takes an array of keys, got ${print(keys)}.`);
  const targets = keys.map((key) => ({ meta, wanted: wantedItem(context.tableNameOf(meta), keyOfValues(meta, key)) }));
  const items = await readWanted(context, targets, settings);
  return targets.map(({ wanted }) => {
    const item = items.get(wanted.id);
    return item && hydrate(context, meta, model.prototype, item, { onInvalid: settings.onInvalid });
  });
}
