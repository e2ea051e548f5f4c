/** Makes the rows of shards that have none: those whose parents are all read, or gone. */

import type { ListedShard, Ports } from "./ports.js";
import { createShard, discovery, type Place, type Rows, repairShard, type Write } from "./rows.js";

/** An empty listing, or one that failed, makes and deletes nothing. */
export async function discover({ source, store }: Ports, rows: Rows): Promise<void> {
  const shards = await source.shards();
  const listed = new Set(shards.map(({ shardId }) => shardId));
  for (const shard of shards) {
    if (rows.places.has(shard.shardId) || rows.leases.has(shard.shardId)) continue;
    const write = createdBy(shard, (parent) => rows.places.get(parent), listed);
    if (write.length > 0) await store.write(write);
  }
  for (const shardId of new Set([...rows.leases.keys(), ...rows.places.keys()])) {
    const write = shardId === discovery ? [] : repairShard(shardId, rows.leases.get(shardId), rows.places.get(shardId));
    if (write.length > 0) await store.write(write);
  }
}

/** Nothing if a parent is still to be read. */
function createdBy(
  { shardId, parentShardId }: ListedShard,
  placeOf: (shardId: string) => Place | undefined,
  listed: ReadonlySet<string>,
): Write {
  if (parentShardId === undefined) return createShard(shardId, []);
  const parent = placeOf(parentShardId);
  const isOver = parent === undefined ? !listed.has(parentShardId) : parent.isEnded;
  return isOver ? createShard(shardId, [parent]) : [];
}

/** The rows of a shard's children, for the moment in which it ends. Those that are not listed yet are found later. */
export async function childrenOf(
  { source }: Ports,
  rows: Rows,
  { shardId, epoch }: { readonly shardId: string; readonly epoch: number },
): Promise<Write> {
  const ended: Place = { shardId, epoch, position: undefined, isEnded: true };
  const children = (await source.shards()).filter(({ parentShardId }) => parentShardId === shardId);
  const missing = children.filter((child) => !rows.places.has(child.shardId) && !rows.leases.has(child.shardId));
  return missing.flatMap((child) => createShard(child.shardId, [ended]));
}
