/** Which leases a worker takes and asks for, by what it has seen of all of them. Pure. */

import { discovery, type Lease, type Rows } from "./rows.js";

/** When each lease was last seen to change, on the worker's own clock: clocks of others are never compared. */
export class Watch {
  readonly #seen = new Map<string, Lease & { readonly since: number }>();
  #movedAt = Number.NEGATIVE_INFINITY;

  note({ leases }: Rows, now: number): void {
    for (const lease of leases.values()) {
      const seen = this.#seen.get(lease.shardId);
      const isTaken = seen?.epoch !== lease.epoch;
      if (isTaken || seen.owner !== lease.owner || seen.want !== lease.want) this.#movedAt = now;
      this.#seen.set(lease.shardId, { ...lease, since: isTaken || seen.beat !== lease.beat ? now : seen.since });
    }
    for (const shardId of this.#seen.keys()) if (!leases.has(shardId)) this.#seen.delete(shardId);
  }

  /** Milliseconds since a lease was last renewed or taken, as far as this worker knows. */
  age({ shardId }: Lease, now: number): number {
    return now - (this.#seen.get(shardId)?.since ?? now);
  }

  /**
   * When to look again: when the first lease has not been renewed for its time, and often after leases were handed over or
   * asked for, since what follows of it may concern this worker.
   */
  nextLook(now: number, lease: number): number {
    const often = now < this.#movedAt + lease / 3 ? now + lease / 12 : Number.POSITIVE_INFINITY;
    const ends = Array.from(this.#seen.values(), ({ since }) => since + lease).filter((end) => end > now);
    return Math.min(often, ...ends);
  }
}

interface Share {
  readonly take: readonly Lease[];
  readonly ask: readonly Lease[];
  /** How many nobody reads, and this worker may not take besides what it has. */
  readonly waiting: number;
}

interface Seen {
  readonly rows: Rows;
  readonly worker: string;
  /** How many leases the worker has, at most. */
  readonly most: number;
  /** Whether a lease may be taken: it has no owner, or one that is gone. */
  isFree(lease: Lease): boolean;
  /** Whether nobody has taken it for so long that it is nobody's share: the others have as many as they may. */
  isLeft(lease: Lease): boolean;
}

/**
 * Free leases up to the fair share, rounded up while not enough others have that; then what is missing of the share is asked
 * of those who have the most.
 * Nobody is asked for more than leaves them the share rounded down, nor by whom has that, unless they have more than the share
 * rounded up. So no lease goes back and forth: a difference of one is left as it is. A lease counts for the worker that asks
 * for it: so newcomers know of each other before they have anything, and ask each other for what was only asked for.
 */
export function planShare({ rows, worker, most: cap, isFree, isLeft }: Seen): Share {
  const leases = [...rows.leases.values()].filter(({ shardId }) => shardId !== discovery);
  const byHolder = new Map<string, Lease[]>([[worker, []]]);
  for (const lease of leases) {
    const holder = lease.want ?? lease.owner;
    // Nobody's, and not to be taken yet: the worker's own handler of it has not ended.
    if (isFree(lease) || holder === undefined) continue;
    byHolder.set(holder, [...(byHolder.get(holder) ?? []), lease]);
  }
  const mine = byHolder.get(worker)?.length ?? 0;
  byHolder.delete(worker);
  const workers = byHolder.size + 1;
  const whole = Math.floor(leases.length / workers);
  // As many workers as leases are left over may have one more.
  const richer = [...byHolder.values()].filter(({ length }) => length > whole).length;
  const least = Math.min(cap, whole);
  const most = Math.min(cap, richer < leases.length % workers ? whole + 1 : whole);
  const free = leases.filter(isFree);
  const take = free.slice(0, Math.max(0, most - mine));
  const left = free.slice(take.length).filter(isLeft);
  take.push(...left.splice(0, Math.max(0, cap - mine - take.length)));
  const has = mine + take.length;
  const richest = [...byHolder.values()].sort((one, other) => other.length - one.length);
  const ask = has < least ? askFor(richest, least - has, least) : askFor(richest, Math.min(1, most - has), most);
  return { take, ask, waiting: left.length };
}

/** So many leases of those who have more than they keep. */
function askFor(richest: readonly Lease[][], count: number, kept: number): readonly Lease[] {
  const ask: Lease[] = [];
  for (const theirs of richest) {
    const spare = Math.max(0, Math.min(theirs.length - kept, count - ask.length));
    ask.push(...theirs.slice(0, spare));
  }
  return ask;
}
