/** Calls that say that a shard is not there, or that even its oldest record is trimmed: for how long they say so. */

import { Streak } from "../call/streak.js";
import { listingDelay, patienceFor } from "../time.js";

/** So long a mistake of DynamoDB's may last, about a shard that is there. */
const mistakeFor = 10_000;

export class Refusals {
  readonly #shardId: string;
  readonly #missing = new Streak();
  readonly #trimmed = new Streak();
  /** When the last read was asked for that was answered. */
  #readAt: number | undefined;

  constructor(shardId: string) {
    this.#shardId = shardId;
  }

  /** A page came, which was asked for at a time. */
  end(readAt: number): void {
    this.#readAt = readAt;
    this.#missing.end();
    this.#trimmed.end();
  }

  /** An iterator was granted. For an old shard, DynamoDB Local grants iterators that can't be read. */
  endForIterator(now: number): void {
    if (this.#patienceAt(now) >= listingDelay) this.#missing.end();
  }

  /** The shard was not found. */
  addMissing(now: number): void {
    this.#missing.add(now);
  }

  /** Its oldest record was refused as trimmed. */
  addTrimmed(now: number): void {
    this.#trimmed.add(now);
  }

  /** Whether they go on for longer than a mistake does: there is no record at hand. */
  get arePersistent(): boolean {
    return this.#missing.lasts(mistakeFor) || this.isTrimmed;
  }

  /** Whether it was missing for so long that it is gone. */
  isGone(now: number): boolean {
    return this.#missing.lasts(this.#patienceAt(now));
  }

  /** Whether its oldest record was refused for so long that there seems to be none. */
  get isTrimmed(): boolean {
    return this.#trimmed.lasts(mistakeFor);
  }

  #patienceAt(now: number): number {
    return patienceFor(this.#shardId, this.#readAt, now);
  }
}
