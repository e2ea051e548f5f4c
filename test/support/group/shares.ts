/** Whether the shares of a group's workers are fair. */

import type { Member, World } from "./world.js";

/** A shard that no living worker reads. */
export function unread({ leases }: World, members: readonly Member[]): string | undefined {
  const names = new Set(members.map(({ name }) => name));
  for (const { owner, shardId } of leases.values())
    if (shardId !== "#discovery" && (owner === undefined || !names.has(owner)))
      return `${shardId} is ${owner ?? "nobody"}'s`;
  return undefined;
}

/** How many leases each living worker has, if that is not fair; or a shard that none of them reads. */
export function unfair(world: World, members: readonly Member[]): string | undefined {
  const left = unread(world, members);
  if (left !== undefined) return left;
  const counts = new Map(members.map(({ name }) => [name, 0]));
  for (const { owner = "", shardId } of world.leases.values())
    if (shardId !== "#discovery") counts.set(owner, (counts.get(owner) ?? 0) + 1);
  const all = [...counts.values()];
  return Math.max(...all) - Math.min(...all) > 1 ? `the shares are ${all}` : undefined;
}
