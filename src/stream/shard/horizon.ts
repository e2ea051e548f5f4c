/**
 * What may have been trimmed of a shard that is read from its oldest record, which no call tells: the oldest one that
 * there is can always be asked for. It depends on since when there may have been records that nobody saw.
 */

import type { Gap } from "../signals.js";
import { canBeTrimmed, createdAt, isOver } from "../time.js";
import type { ListedRange } from "./listed-range.js";
import type { Progress } from "./progress.js";

interface Parts {
  readonly shardId: string;
  readonly progress: Progress;
  readonly range: ListedRange;
}

export class Horizon {
  readonly #parts: Parts;
  /** From when on records count as lost if they are trimmed before they are read; undefined: none does. */
  #from: number | undefined;
  /** Whether that is so of all that was ever written to the shard. */
  #isWhole = false;

  constructor(parts: Parts, from: number | undefined) {
    this.#parts = parts;
    this.#from = from;
  }

  get from(): number | undefined {
    return this.#from;
  }

  /** Sets from when on records count, and whether all of them do. */
  countFrom(from: number, isWhole: boolean): void {
    const { since } = this.#parts.progress;
    this.#from = Math.max(from, since ?? from);
    this.#isWhole = isWhole && since === undefined;
  }

  /** The gap before a page, if there may be one. `isEmpty`: nothing of the shard is left. */
  gapBefore(isEmpty: boolean, now: number): Gap | undefined {
    const { progress } = this.#parts;
    if (!progress.isAtHorizon || !this.#isOver(now)) return undefined;
    return this.#tell(isEmpty && !progress.isBegun && this.#hadRecords, now);
  }

  /** Whether a gap was told of, and nothing can have been lost since. */
  wasTold(now: number): boolean {
    return this.#parts.progress.wasToldOfGap && !this.#isOver(now);
  }

  /**
   * The gap if the progress is trimmed; undefined if it was told before, or if it is none: DynamoDB Local reports trimmed
   * records of shards that never had any.
   */
  gapOfTrimmed(now: number): Gap | undefined {
    const { isBegun } = this.#parts.progress;
    if (this.wasTold(now) || (!isBegun && !this.#canBeTrimmed(now))) return undefined;
    return this.#tell(isBegun, now);
  }

  /** The gap if the shard is gone. `mayBeRead`: everything may have been read before. */
  gapOfGone(mayBeRead: boolean, now: number): Gap | undefined {
    if (this.wasTold(now)) return undefined;
    const { isBegun, isRecovering } = this.#parts.progress;
    return this.#tell(!mayBeRead && (isBegun ? !isRecovering : this.#hadRecords), now);
  }

  #tell(isKnown: boolean, now: number): Gap {
    this.#from = now;
    return this.#parts.progress.gap(isKnown);
  }

  /** Whether records that count may be trimmed by now. */
  #isOver(now: number): boolean {
    return this.#from !== undefined && isOver(this.#from, now);
  }

  /** Whether the shard is known to have had records when it was found. */
  get #hadRecords(): boolean {
    return this.#isWhole && this.#parts.range.hasRecords;
  }

  /** By its id, or if that has no time, by what is known of it. */
  #canBeTrimmed(now: number): boolean {
    const { shardId } = this.#parts;
    const isKnown = this.#from !== undefined && createdAt(shardId, now) === undefined;
    return isKnown ? this.#isOver(now) : canBeTrimmed(shardId, now);
  }
}
