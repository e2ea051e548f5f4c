/** When the stream was listed, and what that proves of shards that were missing: one listing may lack what is there. */

import type { Hold } from "../token.js";

/** So many listings that lie apart have to lack a shard. Those of a restart, or of a shard's end, follow quickly. */
const listingsToBelieve = 5;
/** In milliseconds. Five span four minutes: a child may be listed two minutes late, and be missing again right after. */
const leastApart = 50_000;

export class ListingTimes {
  /** The last ones that lie apart. */
  readonly #times: number[];
  #hasAny = false;

  /** `since`: by the token that the stream was restored from. */
  constructor(since: number | undefined) {
    this.#times = since === undefined ? [] : [since];
  }

  /** Whether there was one in this process. */
  get hasAny(): boolean {
    return this.#hasAny;
  }

  /** A shard that was not listed by now was not there then. Undefined if nothing was listed. */
  get since(): number | undefined {
    return this.#times[0];
  }

  add(now: number): void {
    this.#hasAny = true;
    if (!lieApart(this.#times.at(-1) ?? Number.NEGATIVE_INFINITY, now)) return;
    this.#times.push(now);
    if (this.#times.length > listingsToBelieve) this.#times.shift();
  }
}

/** What a listing that lacks a shard leaves of the doubt whether it is there; undefined if none. */
export function holdAfterAbsence({ at, absences }: Hold, now: number): Hold | undefined {
  if (!lieApart(at, now)) return { at, absences };
  return absences + 1 >= listingsToBelieve ? undefined : { at: now, absences: absences + 1 };
}

function lieApart(before: number, now: number): boolean {
  return now - before >= leastApart;
}
