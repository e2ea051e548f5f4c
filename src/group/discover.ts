/**
 * Makes the rows of shards that have none: those whose parents are all read, or gone. And takes the rows away that nobody
 * needs any more.
 */

import type { GroupSource, Listing, Ports } from "./ports.js";
import {
  begin,
  beginning,
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

/** An empty listing, or one that failed, makes and deletes nothing. */
export async function discover(ports: Ports, seen: Seen): Promise<void> {
  const { rows } = seen;
  const { source, store } = ports;
  const listing = await source.list();
  const parents = parentsOf(listing);
  if (parents.size > 0 && !rows.places.has(beginning)) await store.write(begin(seen.asOf));
  for (const shardId of parents.keys()) {
    if (rows.places.has(shardId) || rows.leases.has(shardId)) continue;
    for (const write of await missingRows(source, seen, parents, shardId)) await store.write(write);
  }
  for (const shardId of new Set([...rows.leases.keys(), ...rows.places.keys()])) {
    if (shardId === discovery || shardId === beginning) continue;
    const write = repairShard(shardId, rows.leases.get(shardId), rows.places.get(shardId));
    if (write.length > 0) await store.write(write);
  }
  if (parents.size > 0) await tidy(ports, rows, listing, parents);
}

/** DynamoDB holds records for a day. What is trimmed within two minutes could not have been read in time. */
const day = 24 * 3_600_000;
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

/** The rows of a shard, if all of its parents are read or gone; or those of a parent that is there and never listed. */
async function missingRows(
  source: GroupSource,
  seen: Seen,
  parents: Parents,
  shardId: string,
): Promise<readonly Write[]> {
  const { rows } = seen;
  const own = parents.get(shardId) ?? [];
  for (const parent of own) {
    const place = rows.places.get(parent);
    if (place?.isEnded === true) continue;
    if (place !== undefined || rows.leases.has(parent) || parents.has(parent)) return [];
    const found = await source.lookFor(parent);
    if (found === "unlisted") return [created(source, seen, parent, [])];
    if (found === "unknown") return [];
  }
  return [created(source, seen, shardId, own)];
}

function created(source: GroupSource, seen: Seen, shardId: string, parents: readonly string[]): Write {
  const places = parents.flatMap((parent) => seen.rows.places.get(parent) ?? []);
  return createShard({ shardId, parents, since: unreadSince(source, seen, shardId, places) }, places);
}

/**
 * Since when there may be records that nobody has read: since it was made, or since its parents were read. What was trimmed
 * when the group began, or within a minute, is nobody's loss.
 */
function unreadSince(source: GroupSource, { rows, asOf }: Seen, shardId: string, parents: readonly Place[]): number {
  const begun = (rows.places.get(beginning)?.since ?? asOf) - day + grace;
  return Math.max(begun, source.madeAt(shardId, asOf) ?? Math.max(0, ...parents.map(({ since }) => since)));
}

/** The rows of a shard's children, for the moment in which it ends. Those that are not listed yet are found later. */
export async function childrenOf({ source }: Ports, { rows, asOf }: Seen, ended: Place): Promise<Write> {
  const parents = parentsOf(await source.list());
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
