/** When a shard is called for: often while there is something in it, seldom at its tip, and with pauses after failures. */

import { backoff } from "../../util/async.js";
import { longestPause, shortestPause } from "../call/attempt.js";
import { Streak } from "../call/streak.js";

/** Four reads a second, as AWS's own consumers make. */
const pollInterval = 250;
/** Of an idle shard, if nothing else is asked for. */
const defaultIdleInterval = 1000;

export class Pace {
  /** When the last call that found nothing, where there may be more later, was made. */
  emptyAt: number = Number.NEGATIVE_INFINITY;
  failures = 0;
  readonly #failing = new Streak(Number.POSITIVE_INFINITY);
  #polledAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #due = Number.NEGATIVE_INFINITY;
  #idle = pollInterval;
  readonly #slowest: number;
  #isEmpty = false;

  /** `slowest`: the longest pause between two reads that find nothing. */
  constructor(slowest: number = defaultIdleInterval) {
    this.#slowest = slowest;
  }

  /** Whether the last read found nothing, and no call has failed since. */
  get isAtTip(): boolean {
    return this.#isEmpty && this.failures === 0;
  }

  /** When its last read was asked for. */
  get polledAt(): number {
    return this.#polledAt;
  }

  /** Another reading of the same shard asked last at that time. */
  follow(polledAt: number): void {
    this.#polledAt = polledAt;
  }

  /** When the next call may be made. */
  dueAt(isRead: boolean): number {
    return isRead ? Math.max(this.#due, this.#polledAt + pollInterval) : this.#due;
  }

  /** An iterator is asked for, or records are. */
  ask(isRead: boolean, now: number): void {
    this.#askedAt = now;
    if (isRead) this.#polledAt = now;
  }

  /** The next call is due at once, as far as the pace allows. */
  hurry(): void {
    this.#due = Number.NEGATIVE_INFINITY;
    this.#idle = pollInterval;
    this.#isEmpty = false;
  }

  /** There was nothing: the pause doubles each time. */
  rest(): void {
    this.#due = this.#polledAt + this.#idle;
    this.#idle = Math.min(this.#slowest, this.#idle * 2);
    this.findNothing();
  }

  /** It seems to have ended, for the so manieth time. */
  doubt(times: number, now: number): void {
    this.#due = now + backoff(times, pollInterval, longestPause, () => 1);
    this.findNothing();
  }

  /** The last call found nothing. */
  findNothing(): void {
    this.emptyAt = this.#askedAt;
    this.#isEmpty = true;
  }

  succeed(): void {
    this.failures = 0;
    this.#failing.end();
  }

  hasFailedFor(milliseconds: number, now: number): boolean {
    return this.#failing.add(now).lasts(milliseconds);
  }

  backOff(now: number, random: () => number): void {
    this.#due = now + backoff(this.failures, shortestPause, longestPause, random);
    this.failures = Math.min(this.failures + 1, 30);
  }
}
