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
 * Free leases up to the fair share, rounded up; then what is missing of the share is asked of those who have the most.
 * Nobody is asked for more than leaves them the share rounded down, nor by whom has that, unless they have more than the share
 * rounded up. So no lease goes back and forth: a difference of one is left as it is.
 */
export function planShare({ rows, worker, isFree }: Seen): Share {
  const leases = [...rows.leases.values()].filter(({ shardId }) => shardId !== discovery);
  const owned = leases.filter((lease) => !isFree(lease));
  const byOwner = new Map<string, Lease[]>([[worker, []]]);
  for (const lease of owned) {
    const owner = lease.owner ?? "";
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), lease]);
  }
  const mine = byOwner.get(worker)?.length ?? 0;
  const least = Math.floor(leases.length / byOwner.size);
  const most = Math.ceil(leases.length / byOwner.size);
  const take = leases.filter(isFree).slice(0, Math.max(0, most - mine));
  const asked = owned.filter(({ want }) => want === worker).length;
  const has = mine + take.length + asked;
  byOwner.delete(worker);
  const richest = [...byOwner.values()].sort((one, other) => other.length - one.length);
  const ask = has < least ? askFor(richest, least - has, least) : askFor(richest, Math.min(1, most - has), most);
  return { take, ask };
}

/** So many leases of those who have more than they keep. */
function askFor(richest: readonly Lease[][], count: number, kept: number): readonly Lease[] {
  const ask: Lease[] = [];
  for (const theirs of richest) {
    const left = theirs.filter(({ want }) => want === undefined);
    ask.push(...left.slice(0, Math.max(0, Math.min(left.length - kept, count - ask.length))));
  }
  return ask;
}
