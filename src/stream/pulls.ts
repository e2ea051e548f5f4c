/** Pulls of one stream, one after the other: each waits until those before it are answered. */

export class Pulls {
  /** The last of those that are under way. */
  #last: Promise<void> | undefined;

  /** Whether none is under way. */
  get isIdle(): boolean {
    return this.#last === undefined;
  }

  inTurn<T>(pull: () => Promise<T>): Promise<T> {
    const pulled = (this.#last ?? Promise.resolve()).then(pull);
    const last = pulled.then(ignore, ignore).then(() => {
      if (this.#last === last) this.#last = undefined;
    });
    this.#last = last;
    return pulled;
  }
}

function ignore(): void {
  // Who pulled is told of it.
}
