/** How far a reader is behind what is written, as far as it knows. */

/** Told so often at most, in milliseconds. */
const every = 10_000;

/** What a reading knows of itself. */
interface Standing {
  /** Nothing is at hand, nothing is worked on, and the last read of each shard found nothing. */
  readonly isAtTip: boolean;
  /** Whether a record was delivered that is not acknowledged. */
  readonly isOwed: boolean;
  /** The time of the record that is delivered next, if one is at hand. */
  readonly nextAt: number | undefined;
}

export class Lag {
  #toldAt = Number.NEGATIVE_INFINITY;
  /** Always a number: V8 then stores it in place, with each record. */
  #deliveredAt = Number.NEGATIVE_INFINITY;
  #tipAt = Number.NEGATIVE_INFINITY;

  /** A record of a time was delivered. */
  deliver(createdAt: number): void {
    this.#deliveredAt = createdAt;
  }

  isDue(now: number): boolean {
    return now - this.#toldAt >= every;
  }

  /** Undefined before anything is known. */
  measure({ isAtTip, isOwed, nextAt }: Standing, now: number): { milliseconds: number; isAtTip: boolean } | undefined {
    if (isAtTip) this.#tipAt = now;
    const from = isAtTip ? now : isOwed ? this.#deliveredAt : (nextAt ?? this.#lastAt);
    if (from === Number.NEGATIVE_INFINITY) return undefined;
    this.#toldAt = now;
    return { milliseconds: Math.max(0, now - from), isAtTip };
  }

  /** Of what was delivered, or seen to be nothing. */
  get #lastAt(): number {
    return Math.max(this.#tipAt, this.#deliveredAt);
  }
}
