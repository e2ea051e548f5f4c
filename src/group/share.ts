/** Which leases a worker takes and asks for, by what it has seen of all of them. Pure. */

import { discovery, type Lease, type Rows } from "./rows.js";

/** When each lease was last seen to change, on the worker's own clock: clocks of others are never compared. */
export class Watch {
  readonly #seen = new Map<string, { readonly epoch: number; readonly beat: number; readonly since: number }>();

  /** Milliseconds since a lease last changed, as far as this worker knows. */
  note({ leases }: Rows, now: number): void {
    for (const { shardId, epoch, beat } of leases.values()) {
      const seen = this.#seen.get(shardId);
      if (seen?.epoch !== epoch || seen.beat !== beat) this.#seen.set(shardId, { epoch, beat, since: now });
    }
    for (const shardId of this.#seen.keys()) if (!leases.has(shardId)) this.#seen.delete(shardId);
  }

  age({ shardId }: Lease, now: number): number {
    return now - (this.#seen.get(shardId)?.since ?? now);
  }
}

interface Share {
  readonly take: readonly Lease[];
  readonly ask: readonly Lease[];
}

interface Seen {
  readonly rows: Rows;
  readonly worker: string;
  /** Whether a lease may be taken: it has no owner, or one that is gone. */
  isFree(lease: Lease): boolean;
}

/**
 * Free leases up to the fair share, rounded up; then what is missing of the share, rounded down, is asked of those who have
 * the most. Rounded down, so that no lease goes back and forth: a difference of one is left as it is.
 */
export function planShare({ rows, worker, isFree }: Seen): Share {
  const leases = [...rows.leases.values()].filter(({ shardId }) => shardId !== discovery);
  const free = leases.filter(isFree);
  const owned = leases.filter((lease) => !isFree(lease));
  const byOwner = new Map<string, Lease[]>([[worker, []]]);
  for (const lease of owned) {
    const owner = lease.owner ?? "";
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), lease]);
  }
  const mine = byOwner.get(worker)?.length ?? 0;
  const most = Math.ceil(leases.length / byOwner.size);
  const take = free.slice(0, Math.max(0, most - mine));
  const asked = owned.filter(({ want }) => want === worker).length;
  const missing = Math.floor(leases.length / byOwner.size) - mine - take.length - asked;
  const richest = [...byOwner].filter(([owner]) => owner !== worker).sort(([, a], [, b]) => b.length - a.length);
  const ask: Lease[] = [];
  for (const [, theirs] of richest) {
    const surplus = theirs.length - Math.floor(leases.length / byOwner.size) - theirs.filter(isAsked).length;
    ask.push(
      ...theirs.filter((lease) => !isAsked(lease)).slice(0, Math.max(0, Math.min(surplus, missing - ask.length))),
    );
  }
  return { take, ask };
}

function isAsked({ want }: Lease): boolean {
  return want !== undefined;
}
