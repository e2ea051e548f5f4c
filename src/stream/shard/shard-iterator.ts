/** A shard's iterator: how old it is, where it began, and how the next one is asked for. Makes no call itself. */

import type { IteratorType } from "../../session/stream-session.js";
import type { Progress } from "./progress.js";

/** DynamoDB's iterators live for 15 minutes. */
const iteratorLife = 14 * 60_000;

export class ShardIterator {
  #atEnd = false;
  #epoch = 0;
  #value: string | undefined;
  #at = 0;
  #beganAtEnd = false;

  /** Whether the next one may be asked for at the shard's end. */
  get atEnd(): boolean {
    return this.#atEnd;
  }

  beginAtEnd(): void {
    this.#atEnd = true;
  }

  /** Changes when what is under way must not be taken any more. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The iterator to read with; undefined if one has to be asked for. */
  valueAt(now: number): string | undefined {
    if (now - this.#at > iteratorLife) this.#value = undefined;
    return this.#value;
  }

  /** Whether it began at the shard's end. */
  get beganAtEnd(): boolean {
    return this.#value !== undefined && this.#beganAtEnd;
  }

  /** How one is asked for. */
  requestFor(progress: Progress): { readonly type: IteratorType; readonly sequenceNumber: string | undefined } {
    return this.#atEnd ? { type: "LATEST", sequenceNumber: undefined } : progress.iterator;
  }

  /** Takes one that was asked for. */
  take(value: string, type: IteratorType, now: number): void {
    this.#value = value;
    this.#at = now;
    this.#beganAtEnd = type === "LATEST";
    this.#atEnd = false;
  }

  /** Goes on with the one that a page named, if it named one. */
  follow(next: string | undefined, now: number): void {
    this.#value = next;
    this.#at = now;
  }

  /** From here on it is not asked for at the end any more, also if the answer is under way. */
  leaveEnd(): void {
    if (!this.#atEnd) return;
    this.#atEnd = false;
    this.#epoch += 1;
  }

  drop(): void {
    this.#value = undefined;
    this.#atEnd = false;
  }

  /** What is under way is not taken any more. */
  abandon(): void {
    this.#epoch += 1;
    this.#value = undefined;
  }
}
