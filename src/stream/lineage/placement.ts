/** Where the shards of a stream are begun, for a start at a time. */

import type { Shard } from "../shard/shard.js";
import { createdAt, earlyChildSlack, retention, timeSlack } from "../time.js";
import type { ShardTree } from "./shard-tree.js";

/** Where a shard that was found later begins: its records may be older than the time that the stream was started at. */
export function beginAt(shard: Shard, since: number | undefined, now: number): void {
  if (since === undefined) return;
  const created = createdAt(shard.id, now);
  shard.begin(created !== undefined && created - timeSlack >= since ? undefined : since);
}

/**
 * Passes over whole shards whose children are older than the time: nothing of them is ever read. To a shard that is
 * closed nothing is written any more; so much is enough for "latest".
 */
export function passOver(tree: ShardTree, since: number, latest: boolean, now: number): void {
  for (const shard of tree.all) {
    const children = tree.childrenOf(shard.id).map((id) => createdAt(id, now) ?? Number.POSITIVE_INFINITY);
    const slack = latest ? timeSlack : earlyChildSlack;
    if (!shard.closed || children.length === 0 || Math.max(...children) + slack >= since) continue;
    shard.passOver(since, now);
  }
}

/** Whether the parents of a shard can have nothing from after a time. */
export function isOlderThan(shard: Shard, since: number | undefined, now: number): boolean {
  const created = createdAt(shard.id, now);
  return since !== undefined && created !== undefined && created + earlyChildSlack < Math.min(since, now);
}

/**
 * Lets the shards that are being written to begin at their end. One that is newer than the time does not, nor does a
 * child of a shard that is still to be read: they would lack what was written to them before.
 */
export function beginAtEnd(tree: ShardTree, since: number, now: number): void {
  for (const shard of tree.all) {
    const isOld = (createdAt(shard.id, now) ?? Number.NEGATIVE_INFINITY) < since;
    // Also one that is listed with an end: it may be written to all the same, and if not, it is read from its horizon.
    const isLeaf = !tree.hasChildren(shard.id);
    if (isOld && isLeaf && !shard.isHeld && tree.areParentsDone(shard)) shard.reader.beginAtEnd();
  }
}

/**
 * From when on records of a shard count as lost where they are trimmed before it is read: since it was created. Of one
 * that was there at the start, what was trimmed before that does not count; of one that was found later, and whose age
 * is not known, what was trimmed before it can have been there does not (`foundSince`).
 */
export function countLosses(shard: Shard, isUnderWay: boolean, foundSince: number, now: number): void {
  const created = createdAt(shard.id, now);
  if (isUnderWay) shard.countLosses(created ?? foundSince, false);
  else {
    // What is trimmed within a minute could not have been read in time.
    const start = now - retention + 2 * timeSlack;
    shard.countLosses(Math.max(created ?? start, start), created !== undefined && created > start);
  }
}
