/** Something that happens again and again, with nothing else in between: since when, and how often. */

/** A process that sleeps lets time pass without asking: so often it has to have happened besides. */
const timesToBelieve = 4;

export class Streak {
  #since = 0;
  #times = 0;

  /** Counts one more. Returns whether it goes on for so long by now. */
  lasts(milliseconds: number, now: number): boolean {
    if (this.#times === 0) this.#since = now;
    this.#times += 1;
    return this.#times >= timesToBelieve && now - this.#since >= milliseconds;
  }

  end(): void {
    this.#times = 0;
  }
}
