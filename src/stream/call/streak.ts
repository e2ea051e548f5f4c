/** Something that happens again and again, with nothing else in between: for how long, and how often. */

/** A process that slept in between knows nothing of that time: it begins anew. */
const longestStep = 60_000;
const timesToBelieve = 4;
/** Of the time between two, so much counts: pauses are no longer, and of a longer time nothing is known but its ends. */
const longestPause = 15_000;

export class Streak {
  readonly #mostOfAStep: number;
  #lasted = 0;
  #lastAt = 0;
  #times = 0;

  /** `mostOfAStep`: how many milliseconds between two count at most. */
  constructor(mostOfAStep: number = longestPause) {
    this.#mostOfAStep = mostOfAStep;
  }

  /** Counts one more. */
  add(now: number): this {
    const step = now - this.#lastAt;
    if (step > longestStep) this.#times = 0;
    this.#lasted = this.#times === 0 ? 0 : this.#lasted + Math.min(step, this.#mostOfAStep);
    this.#lastAt = now;
    this.#times += 1;
    return this;
  }

  /** Whether it went on for so long, up to the last time. */
  lasts(milliseconds: number): boolean {
    return this.#times >= timesToBelieve && this.#lasted >= milliseconds;
  }

  end(): void {
    this.#times = 0;
  }
}
