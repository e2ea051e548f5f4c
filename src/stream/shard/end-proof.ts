/**
 * Whether a shard has ended: no page says so by itself. Pages without a next one come in a row: the first may hold the
 * last records, or be a mistake; one after it has to find nothing, and has to be asked for when the shard is known to be
 * closed.
 */

/**
 * What is known of whether a shard is written to: "closed", by a listing that names its end, or since the stream is
 * disabled; "leaving", since it has a child, or is missing in listings, either of which may be too early; or "open".
 */
export type Closedness = "open" | "leaving" | "closed";

/**
 * For so long, and so often, a shard that is only "leaving" has to name no next page: a process may sleep meanwhile.
 * Pages within some seconds count once: what is wrong for a moment is wrong in all of them.
 */
const leavingFor = 60_000;
const leavingPages = 8;
const leavingApart = 5_000;

export class EndProof {
  #pages = 0;
  /** Of these, how many lay apart that were asked for when it was not known to be open; the first, and the last. */
  #leaving = 0;
  #leavingSince = 0;
  #leavingAt = 0;

  /** How many pages in a row named no next one. */
  get pages(): number {
    return this.#pages;
  }

  /** Whether two pages say so, and only the knowledge that the shard is closed is wanting. */
  get isLikely(): boolean {
    return this.#pages > 1;
  }

  /** Takes a page. Returns whether the shard has ended. `closedness`: as it was when the page was asked for. */
  take(hasNext: boolean, isEmpty: boolean, closedness: Closedness, now: number): boolean {
    if (hasNext) {
      this.reset();
      return false;
    }
    if (!isEmpty || this.#pages === 0) this.reset();
    this.#pages += 1;
    if (closedness === "open") this.#leaving = 0;
    else this.#leave(now);
    if (this.#pages === 1) return false;
    return closedness === "closed" || (this.#leaving >= leavingPages && now - this.#leavingSince >= leavingFor);
  }

  #leave(now: number): void {
    if (this.#leaving === 0) this.#leavingSince = now;
    else if (now - this.#leavingAt < leavingApart) return;
    this.#leaving += 1;
    this.#leavingAt = now;
  }

  reset(): void {
    this.#pages = 0;
    this.#leaving = 0;
  }
}
