/**
 * Whether a shard is over. Its states, each of which follows the one before:
 *
 * - reading: there may be something to fetch.
 * - ended: everything was fetched, or is gone; `reopen()` goes back to reading, if that was a mistake.
 * - done: everything was delivered as well.
 * - past: everything in it and in all shards before it was acknowledged, so that a token may say that it has ended.
 */

import { type Closedness, EndProof } from "./end-proof.js";

export class Ending {
  readonly #proof = new EndProof();
  #at: number | undefined;
  #isDone: boolean;
  #isPast: boolean;
  /** Whether it ended for want of a sign of life, rather than because it is known to be closed. */
  #isUnsure = false;
  #toldOfChildrenAt = Number.NEGATIVE_INFINITY;

  /** `at`: when it ended, by the token that it was restored from. */
  constructor(at: number | undefined) {
    this.#at = at;
    this.#isDone = at !== undefined;
    this.#isPast = this.#isDone;
  }

  /** When everything had been fetched. */
  get at(): number | undefined {
    return this.#at;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  get isPast(): boolean {
    return this.#isPast;
  }

  get isUnsure(): boolean {
    return this.#isUnsure;
  }

  /** How many pages in a row named no next one. */
  get pages(): number {
    return this.#proof.pages;
  }

  /** Whether it seems to have ended, for want of the knowledge that it is closed. */
  get isLikely(): boolean {
    return this.#proof.isLikely && this.#at === undefined;
  }

  /** Since when a child of it may have been there and be gone, of which nobody was told. */
  get childrenSince(): number | undefined {
    return this.#at && Math.max(this.#at, this.#toldOfChildrenAt);
  }

  tellOfChildren(now: number): void {
    this.#toldOfChildrenAt = now;
  }

  /** Takes what a page says, by what was known of the shard when it was asked for. */
  take(hasNext: boolean, isEmpty: boolean, closedness: Closedness, now: number): void {
    if (this.#proof.take(hasNext, isEmpty, closedness, now)) this.end(now, closedness === "leaving");
  }

  end(now: number, isUnsure: boolean): void {
    this.#at = now;
    this.#isUnsure = isUnsure;
  }

  finish(): void {
    this.#isDone = true;
  }

  leaveBehind(): void {
    this.#isPast = true;
  }

  reopen(): void {
    this.#at = undefined;
    this.#isDone = false;
    this.#isPast = false;
    this.#isUnsure = false;
    this.#proof.reset();
  }
}
