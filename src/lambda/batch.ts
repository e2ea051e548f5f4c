/**
 * A batch of records, each handled once at most: those of one line one after the other, in their order; those of
 * different lines side by side. Knows nothing of Lambda or of models.
 */

interface BatchSettings {
  readonly size: number;
  /** How many are handled at once, at most. */
  readonly concurrency: number;
  /** Equal for records that have to be handled in their order. */
  lineOf(index: number): string;
  /** Handles a record; where it rejects, the record has failed. */
  handle(index: number): Promise<void>;
}

/** The outcome of a batch: the first record that is not done, and the error if it has one. */
interface Unfinished {
  readonly index: number;
  /** Undefined: it was not begun, or is under way. */
  readonly failure: { readonly error: unknown } | undefined;
}

/**
 * Nothing is begun after a failure, since all from the failed record on comes again, or once the batch is stopped. What
 * is under way by then may still end, and counts if it does.
 */
export class Batch {
  readonly #settings: BatchSettings;
  /** The lines of which nothing is under way, by their next records: the lowest is at the end, and begun first. */
  readonly #ready: number[][];
  readonly #done: boolean[];
  readonly #failures = new Map<number, unknown>();
  #running = 0;
  #isStopped = false;
  #settle: () => void = () => {};

  constructor(settings: BatchSettings) {
    this.#settings = settings;
    this.#done = new Array(settings.size).fill(false);
    const lines = new Map<string, number[]>();
    // Backwards, so that a line's next record is at its end.
    for (let index = settings.size - 1; index >= 0; index -= 1) {
      const name = settings.lineOf(index);
      const line = lines.get(name) ?? [];
      line.push(index);
      lines.set(name, line);
    }
    this.#ready = [...lines.values()].sort((left, right) => nextOf(right) - nextOf(left));
  }

  /** Resolves when nothing is under way any more, and nothing will be begun. */
  run(): Promise<void> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#begin();
    });
  }

  /** Nothing is begun from now on. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Undefined if all are done. */
  get unfinished(): Unfinished | undefined {
    const index = this.#done.indexOf(false);
    if (index < 0) return undefined;
    return { index, failure: this.#failures.has(index) ? { error: this.#failures.get(index) } : undefined };
  }

  #begin(): void {
    const { concurrency } = this.#settings;
    while (!this.#isStopped && this.#running < concurrency) {
      const line = this.#ready.pop();
      const index = line?.pop();
      if (line === undefined || index === undefined) break;
      this.#running += 1;
      void this.#handle(index, line);
    }
    if (this.#running === 0) this.#settle();
  }

  #makeReady(line: number[]): void {
    const next = nextOf(line);
    let [low, high] = [0, this.#ready.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (nextOf(this.#ready[middle]) > next) low = middle + 1;
      else high = middle;
    }
    this.#ready.splice(low, 0, line);
  }

  async #handle(index: number, line: number[]): Promise<void> {
    try {
      await this.#settings.handle(index);
      this.#done[index] = true;
      if (line.length > 0) this.#makeReady(line);
    } catch (error) {
      this.#failures.set(index, error);
      this.stop();
    }
    this.#running -= 1;
    this.#begin();
  }
}

function nextOf(line: readonly number[] | undefined): number {
  return line?.at(-1) ?? 0;
}
