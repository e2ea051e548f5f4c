/** Holds all streams together below DynamoDB's limit of 10 DescribeStream calls a second, which are an account's. */

import { shared } from "../../util/core.js";

const perSecond = 5;

/** A pure object: it is told the time. */
export class DescribeLimiter {
  #taken: number[] = [];

  /** Whether a call may be made now. It counts as made then. */
  take(now: number): boolean {
    if (this.freeAt(now) > now) return false;
    this.#taken.push(now);
    return true;
  }

  /** When the next call may be made. */
  freeAt(now: number): number {
    // One in the future is of a stream whose clock is ahead: waiting for it could take hours.
    this.#taken = this.#taken.filter((time) => Math.abs(now - time) < 1000);
    const [oldest] = this.#taken;
    return this.#taken.length < perSecond || oldest === undefined ? now : oldest + 1000;
  }
}

/** The one of this process. */
export const describeLimiter: DescribeLimiter = /* @__PURE__ */ shared("DescribeStream", () => new DescribeLimiter());
