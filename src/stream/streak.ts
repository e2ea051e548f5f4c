/** Something that happens again and again, with nothing else in between: for how long, and how often. */

/** A process that sleeps, or asks seldom, lets time pass that says nothing. */
const longestStep = 15_000;
const timesToBelieve = 4;

export class Streak {
  #lastAt = 0;
  #lasted = 0;
  #times = 0;

  /** Counts one more. Returns whether it goes on for so long by now. */
  lasts(milliseconds: number, now: number): boolean {
    if (this.#times > 0) this.#lasted += Math.min(now - this.#lastAt, longestStep);
    this.#lastAt = now;
    this.#times += 1;
    return this.#times >= timesToBelieve && this.#lasted >= milliseconds;
  }

  end(): void {
    this.#lasted = 0;
    this.#times = 0;
  }
}
