/** Where the shards of a stream are begun, for a start at a time. */

import type { Shard } from "./shard.js";
import type { ShardTree } from "./shard-tree.js";
import { createdAt, timeSlack } from "./time.js";

/** Where a shard that was found later begins: its records may be older than the time that the stream was started at. */
export function beginAt(shard: Shard, since: number | undefined, now: number): void {
  if (since === undefined) return;
  const created = createdAt(shard.id, now);
  shard.begin(created !== undefined && created - timeSlack >= since ? undefined : since);
}

/** Passes over whole shards whose children are older than the time: nothing of them is ever read. */
export function passOver(tree: ShardTree, since: number, now: number): void {
  for (const shard of tree.all) {
    const children = tree.childrenOf(shard.id).map((id) => createdAt(id, now) ?? Number.POSITIVE_INFINITY);
    if (children.length === 0 || Math.max(...children) + timeSlack >= since) continue;
    shard.begin(since);
    shard.endedAt = now;
    shard.done = true;
  }
}

/** Whether the parents of a shard can have nothing from after a time. */
export function isOlderThan(shard: Shard, since: number | undefined, now: number): boolean {
  const created = createdAt(shard.id, now);
  return since !== undefined && created !== undefined && created + timeSlack < since;
}

/**
 * Lets the shards that are being written to begin at their end. One that is newer than the time does not, nor does a
 * child of a shard that is still to be read: they would lack what was written to them before.
 */
export function beginAtEnd(tree: ShardTree, since: number, now: number): void {
  for (const shard of tree.all) {
    const isOld = (createdAt(shard.id, now) ?? Number.NEGATIVE_INFINITY) < since;
    const isLeaf = !shard.closed && !tree.hasChildren(shard.id);
    shard.atEnd = isOld && isLeaf && shard.held === undefined && tree.areParentsDone(shard);
  }
}
