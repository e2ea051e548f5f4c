/** Something that happens again and again, with nothing else in between: for how long, and how often. */

/** A process that slept in between knows nothing of that time: it begins anew. */
const longestStep = 60_000;
const timesToBelieve = 4;

export class Streak {
  #since = 0;
  #lastAt = 0;
  #times = 0;

  /** Counts one more. */
  add(now: number): this {
    if (now - this.#lastAt > longestStep) this.#times = 0;
    if (this.#times === 0) this.#since = now;
    this.#lastAt = now;
    this.#times += 1;
    return this;
  }

  /** Whether it went on for so long, up to the last time. */
  lasts(milliseconds: number): boolean {
    return this.#times >= timesToBelieve && this.#lastAt - this.#since >= milliseconds;
  }

  end(): void {
    this.#times = 0;
  }
}
