/**
 * Makes the rows of shards that have none: those whose parents are all read, or gone. And takes the rows away that nobody
 * needs any more.
 */

import type { StreamShard } from "../session/stream-session.js";
import type { GroupSource, GroupStore, Listing, Ports } from "./ports.js";
import {
  beginning,
  beginningOf,
  createShard,
  deletePlace,
  discovery,
  type Place,
  type Rows,
  repairShard,
  type Write,
} from "./rows.js";

/** The rows of a group, and when they were asked for: a process may sleep for a day before it goes on. */
export interface Seen {
  readonly rows: Rows;
  /** Milliseconds since the epoch. */
  readonly asOf: number;
}

/**
 * An empty listing, or one that failed, makes and deletes nothing. `start`: from when on a group that is new wants records,
 * in milliseconds since the epoch; undefined: all.
 */
export async function discover(ports: Ports, before: Seen, start: number | undefined): Promise<void> {
  const { source, store } = ports;
  const listing = await source.list();
  const parents = parentsOf(listing);
  const seen = parents.size > 0 ? await begun(store, before, start) : before;
  // Another worker has just begun the group: what it wants is seen with the next look.
  if (seen === undefined) return;
  const { rows } = seen;
  const passed = passedShards(source, seen, listing, parents);
  for (const shardId of parents.keys()) {
    if (rows.places.has(shardId) || rows.leases.has(shardId) || passed.has(shardId)) continue;
    for (const write of await missingRows(source, seen, { parents, passed }, shardId)) await store.write(write);
  }
  const from = originOf(seen);
  for (const shardId of new Set([...rows.leases.keys(), ...rows.places.keys()])) {
    if (shardId === discovery || shardId === beginning) continue;
    const write = repairShard(shardId, { lease: rows.leases.get(shardId), place: rows.places.get(shardId), from });
    if (write.length > 0) await store.write(write);
  }
  if (parents.size > 0) await tidy(ports, rows, listing, parents);
}

/** From when on the group wants records. */
function originOf({ rows }: Seen): number | undefined {
  return rows.places.get(beginning)?.from;
}

/** The group with its beginning, which is made once. One that was deleted by hand is made again by what the shards say. */
async function begun(store: GroupStore, { rows, asOf }: Seen, start: number | undefined): Promise<Seen | undefined> {
  if (rows.places.has(beginning)) return { rows, asOf };
  const known = Array.from(rows.places.values(), ({ from }) => from ?? Number.NEGATIVE_INFINITY);
  const earliest = Math.min(...known);
  const from = known.length === 0 ? start : Number.isFinite(earliest) ? earliest : undefined;
  const row = beginningOf(asOf, from);
  if (!(await store.write([{ kind: "createPlace", row }]))) return undefined;
  return { rows: { ...rows, places: new Map(rows.places).set(beginning, row) }, asOf };
}

/** Closed shards that the group wants nothing of: those that follow them are older than its beginning. They have no rows. */
function passedShards(source: GroupSource, seen: Seen, { shards }: Listing, parents: Parents): ReadonlySet<string> {
  const from = originOf(seen);
  if (from === undefined) return new Set();
  const isPassed = ({ shardId, endingSequenceNumber }: StreamShard) => {
    if (endingSequenceNumber === undefined) return false;
    const children = [...parents].flatMap(([child, own]) => (own.includes(shardId) ? [child] : []));
    return children.length > 0 && children.every((child) => source.follows(child, from, seen.asOf));
  };
  return new Set(shards.filter(isPassed).map(({ shardId }) => shardId));
}

/** DynamoDB holds records for a day. What is trimmed within two minutes could not have been read in time. */
export const day: number = 24 * 3_600_000;
const grace = 2 * 60_000;

type Parents = ReadonlyMap<string, readonly string[]>;

/** Of each listed shard. One with two parents is listed once with each. */
function parentsOf({ shards }: Listing): Parents {
  const parents = new Map<string, readonly string[]>();
  for (const { shardId, parentShardId } of shards) {
    const known = parents.get(shardId) ?? [];
    parents.set(shardId, parentShardId === undefined ? known : [...known, parentShardId]);
  }
  return parents;
}

interface Tree {
  readonly parents: Parents;
  readonly passed: ReadonlySet<string>;
}

/** The rows of a shard, if all of its parents are read or gone; or those of a parent that is there and never listed. */
async function missingRows(
  source: GroupSource,
  seen: Seen,
  { parents, passed }: Tree,
  shardId: string,
): Promise<readonly Write[]> {
  const { rows, asOf } = seen;
  const from = originOf(seen);
  const own = parents.get(shardId) ?? [];
  for (const parent of own) {
    const place = rows.places.get(parent);
    if (place?.isEnded === true || passed.has(parent)) continue;
    if (place !== undefined || rows.leases.has(parent) || parents.has(parent)) return [];
    if (from !== undefined && source.follows(shardId, from, asOf)) continue;
    const found = await source.lookFor(parent);
    if (found === "unlisted") return [created(source, seen, parent, [])];
    if (found === "unknown") return [];
  }
  return [created(source, seen, shardId, own)];
}

function created(source: GroupSource, seen: Seen, shardId: string, parents: readonly string[]): Write {
  const places = parents.flatMap((parent) => seen.rows.places.get(parent) ?? []);
  const from = firstWanted(source, seen, shardId, places);
  const since = Math.max(unreadSince(source, seen, shardId, places), from ?? 0);
  return createShard({ shardId, parents, since, from }, places);
}

/** From when on records of a shard are wanted: all, if it was made since the group began, or follows one that was wanted. */
function firstWanted(source: GroupSource, seen: Seen, shardId: string, parents: readonly Place[]): number | undefined {
  const from = originOf(seen);
  const isWhole = parents.some(({ position, from: own }) => position !== undefined || own === undefined);
  if (from === undefined || isWhole) return undefined;
  const madeAt = source.madeAt(shardId, seen.asOf);
  return madeAt !== undefined && madeAt - grace >= from ? undefined : from;
}

/**
 * Since when there may be records that nobody has read: since it was made, or since its parents were read up to. What was trimmed
 * when the group began, or within a minute, is nobody's loss.
 */
function unreadSince(source: GroupSource, { rows, asOf }: Seen, shardId: string, parents: readonly Place[]): number {
  const begun = (rows.places.get(beginning)?.since ?? asOf) - day + grace;
  return Math.max(
    begun,
    source.madeAt(shardId, asOf) ?? Math.max(0, ...parents.map(({ since, readTo = since }) => readTo)),
  );
}

/** The rows of a shard's children, for the moment in which it ends. Those that are not listed yet are found later. */
export async function childrenOf({ source }: Ports, { rows, asOf }: Seen, ended: Place): Promise<Write> {
  const parents = parentsOf(await source.listRecent());
  const places = new Map(rows.places).set(ended.shardId, ended);
  const isMissing = ([shardId, own]: [string, readonly string[]]) =>
    own.includes(ended.shardId) &&
    !rows.places.has(shardId) &&
    !rows.leases.has(shardId) &&
    own.every((parent) => places.get(parent)?.isEnded === true);
  return [...parents]
    .filter(isMissing)
    .flatMap(([shardId, own]) => created(source, { rows: { ...rows, places }, asOf }, shardId, own));
}

/**
 * Takes away the rows of shards that have ended and that no child can need any more. One that ended a day ago and has no
 * child that was ever listed may have had one, with records that are gone by now.
 */
async function tidy({ store, clock, emit }: Ports, rows: Rows, listing: Listing, listed: Parents): Promise<void> {
  const now = clock.time();
  const withChildren = new Set(
    [...listed.values(), ...Array.from(rows.places.values(), ({ parents }) => parents)].flat(),
  );
  for (const place of rows.places.values()) {
    const { shardId, since, isEnded } = place;
    if (!isEnded || listed.has(shardId) || shardId === beginning) continue;
    const isLoss = !withChildren.has(shardId) && !listing.isDisabled && since <= now - day + grace / 2;
    if (isLoss) emit("gap", { shardId, after: undefined, certain: false });
    if (isLoss || since < now - 2 * day) await store.write(deletePlace(place));
  }
}
