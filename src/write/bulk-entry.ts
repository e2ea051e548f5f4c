/**
 * The objects that putAll() and deleteAll() have taken from their source: with their turns, in chunks of one request
 * each.
 */

import { InvalidOption } from "../errors.js";
import type { Meta } from "../model/meta.js";
import type { Home } from "../model/object/home.js";
import { imageOf } from "../model/object/image.js";
import { enter, type Holder, isIdle } from "../model/object/queue.js";
import { snapshotOf } from "../model/object/snapshot.js";
import { takeObject } from "../model/object/taken.js";
import { metaOfObject } from "../model/registry.js";
import type { Context } from "../operation/context.js";
import { endTurn, joinLine, type Turn } from "../operation/turn.js";
import { wantedItem } from "../operation/wanted.js";
import type { BatchWriteItemRequest } from "../session/session.js";
import type { Item } from "../wire/attribute.js";
import { sizeOfAttributes } from "../wire/size.js";
import { type BulkWrite, planDeletion, planPut } from "./put-all.js";

/** An object that was taken, with its values. */
export interface Entry {
  readonly object: object;
  readonly home: Home;
  readonly key: Item;
  /** Bytes as DynamoDB counts them; an estimate if it is not its turn yet. */
  readonly size: number;
  /** Undefined if the object was idle: then it is planned. */
  readonly turn: Turn | undefined;
  planned: BulkWrite | undefined;
}

/** Entries by their item. The last entry of an item counts. */
export type Chunk = Map<string, Entry[]>;

/** The parameters for taking objects. */
export interface Taker {
  readonly context: Context;
  readonly kind: "put" | "delete";
  /** Called if another operation waits for an object: it sends the objects taken so far. */
  readonly holder: Holder;
}

export function itemIdOf({ home, key }: Pick<Entry, "home" | "key">): string {
  return wantedItem(home, key).id;
}

/** Takes an object's values and its place. */
export function takeEntry(taker: Taker, object: object): Entry {
  const { context, kind, holder } = taker;
  const meta = metaOfObject(object);
  assertNotUnique(meta, kind);
  const home = context.homeOf(meta);
  if (!isIdle(object)) {
    const turn = joinLine(object, { ...holder, takes: kind === "put" ? "values" : "key" });
    return { object, home, key: turn.key, size: sizeOfAttributes(turn.image.item), turn, planned: undefined };
  }
  const entry = plannedEntry(taker, home, object);
  enter(object, holder);
  return entry;
}

/** A batch knows no conditions, and no transactions. */
function assertNotUnique({ name, shared }: Meta, kind: Taker["kind"]): void {
  if (shared === undefined || shared.unique.length === 0) return;
  const [bulk, single] = kind === "put" ? ["putAll()", "save()"] : ["deleteAll()", "delete()"];
  throw new InvalidOption(
    `${name} has unique columns, which ${bulk} can't keep unique: it writes without conditions. Use ${single}.`,
  );
}

/** Takes the values of an object again, in the place that it already has. */
export function takeAgain(taker: Taker, { object, turn, ...entry }: Entry): Entry {
  if (turn === undefined) return plannedEntry(taker, entry.home, object);
  turn.image = imageOf(metaOfObject(object), object, snapshotOf(object), { onUnfit: "throw" });
  return { ...entry, object, turn };
}

function plannedEntry({ context, kind }: Taker, home: Home, object: object): Entry {
  const taken = takeObject(home, object);
  const planned = kind === "put" ? planPut(context, taken) : planDeletion(context, taken);
  return { object, home, key: taken.key, size: planned.size, turn: undefined, planned };
}

/**
 * Whether an entry can be sent: it is its turn. An entry that had to wait is planned only then, and may turn out not to
 * be storable.
 */
export function isReady({ turn, planned }: Entry): boolean {
  return planned !== undefined || turn?.isNow === true;
}

export function planEntry({ context, kind }: Taker, entry: Entry): void {
  if (entry.planned !== undefined || entry.turn === undefined) return;
  const taken = takeObject(entry.home, entry.object, entry.turn);
  entry.planned = kind === "put" ? planPut(context, taken) : planDeletion(context, taken);
}

/** Gives objects back, each once. */
export function endEntries(entries: Iterable<Entry>): void {
  const turns = new Map([...entries].map(({ object, turn }) => [object, turn]));
  for (const [object, turn] of turns) endTurn(object, turn);
}

export function tablesOf(chunk: Chunk): string[] {
  return [...new Set([...chunk.values()].flatMap(([first]) => first?.home.tableName ?? []))];
}

/** The last of each item's writes, by table. */
export function requestItems(chunk: Chunk): BatchWriteItemRequest["RequestItems"] {
  const last = [...chunk.values()].flatMap((entries) => entries.at(-1) ?? []);
  return Object.fromEntries(
    tablesOf(chunk).map((name) => [
      name,
      last.flatMap(({ home, planned }) => (home.tableName === name && planned !== undefined ? [planned.write] : [])),
    ]),
  );
}
