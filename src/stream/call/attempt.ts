/** Something that is called for until it succeeds: when to try again, and whether a try is under way. */

import { backoff } from "../../util/async.js";
import { Streak } from "./streak.js";

export const shortestPause = 100;
export const longestPause = 10_000;

/** What an error of a call can be told to. */
export interface Attempt {
  /** Only the user can mend why it failed: not tried again before they heard of it. */
  block(): void;
  /** Whether it has failed for so long, this failure being the first or one more in a row. */
  hasFailedFor(milliseconds: number, now: number): boolean;
  backOff(now: number, random: () => number): void;
}

export class Attempts implements Attempt {
  busy = false;
  /** Failures in a row. */
  failures = 0;
  due: number;
  /** Whether it was tried again, after the user heard of it, and is not answered yet. */
  isOwed = false;
  #isBlocked = false;
  readonly #failing = new Streak(Number.POSITIVE_INFINITY);

  constructor(due: number) {
    this.due = due;
  }

  isDue(now: number): boolean {
    return now >= this.wakeAt;
  }

  /** When to try again if nothing happens before. */
  get wakeAt(): number {
    return this.busy || this.#isBlocked ? Number.POSITIVE_INFINITY : this.due;
  }

  block(): void {
    this.#isBlocked = true;
  }

  /** The user has heard why it failed, and it is tried again. */
  unblock(): void {
    if (this.#isBlocked) this.isOwed = true;
    this.#isBlocked = false;
  }

  hasFailedFor(milliseconds: number, now: number): boolean {
    return this.#failing.add(now).lasts(milliseconds);
  }

  succeed(due: number): void {
    this.failures = 0;
    this.isOwed = false;
    this.#failing.end();
    this.due = due;
  }

  /** At least a pause, and at most a longer one after each failure. */
  backOff(now: number, random: () => number, ceiling: number = longestPause): void {
    this.isOwed = false;
    this.due = now + shortestPause + backoff(this.failures, shortestPause, ceiling, random);
    this.failures = Math.min(this.failures + 1, 30);
  }
}
