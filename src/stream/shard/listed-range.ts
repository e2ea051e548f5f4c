/** The first and the last number that a shard is listed with, and whether they are to be believed. */

import type { StreamShard } from "../../session/stream-session.js";
import { compareSequence } from "../sequence.js";

type Range = Pick<StreamShard, "startingSequenceNumber" | "endingSequenceNumber">;

export class ListedRange {
  #first: string | undefined;
  #last: string | undefined;
  /** Whether it was listed with an end, and then with a later one: it is written to all the same. */
  #isMoving = false;

  /** Listed with an end, which is to be believed. */
  get isClosed(): boolean {
    return this.#last !== undefined && !this.#isMoving;
  }

  /** Whether the shard has had records, by its numbers. */
  get hasRecords(): boolean {
    return this.#first !== undefined && this.#last !== undefined && compareSequence(this.#last, this.#first) > 0;
  }

  /** Whether a number is that of the last record, or follows it. */
  endsBy(sequenceNumber: string | undefined): boolean {
    if (this.#last === undefined || sequenceNumber === undefined) return false;
    return compareSequence(sequenceNumber, this.#last) >= 0;
  }

  /** Takes what a listing says. Returns whether it names no end, the first one, a later one, or the one before. */
  take({ startingSequenceNumber, endingSequenceNumber }: Range): "open" | "closed" | "moved" | "same" {
    const before = this.#last;
    if (endingSequenceNumber === undefined) return "open";
    this.#first = startingSequenceNumber;
    this.#last = endingSequenceNumber;
    if (before === undefined) return "closed";
    if (compareSequence(endingSequenceNumber, before) <= 0) return "same";
    this.#isMoving = true;
    return "moved";
  }
}
