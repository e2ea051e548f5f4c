/** Whether the shares of a group's workers are fair. */

import type { Member, World } from "./world.js";

/** How many leases each living worker has, if that is not fair. */
export function unfair({ leases }: World, members: readonly Member[]): string | undefined {
  const counts = new Map(members.map(({ name }) => [name, 0]));
  for (const { owner, shardId } of leases.values()) {
    if (shardId === "#discovery") continue;
    if (owner === undefined || !counts.has(owner)) return `${shardId} is ${owner ?? "nobody"}'s`;
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  const all = [...counts.values()];
  return Math.max(...all) - Math.min(...all) > 1 ? `the shares are ${all}` : undefined;
}
