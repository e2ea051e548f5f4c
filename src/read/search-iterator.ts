/**
 * The objects of a search, one at a time from batches of items. An async generator does the same, and takes 0.4 µs for
 * an object; this takes 0.15.
 */

import type { Item } from "../wire/attribute.js";
import type { Batch } from "./search-pages.js";

type Result<T> = IteratorResult<T, undefined>;

export class SearchIterator<T> implements AsyncIterableIterator<T, undefined, undefined> {
  readonly #batches: AsyncGenerator<Batch, void, undefined>;
  readonly #hydrate: (item: Item) => T;
  #left: number;
  #batch: Batch | undefined;
  #index = 0;
  /** The last step that had to wait. Later steps come after it. */
  #waiting: Promise<unknown> | undefined;

  constructor(batches: AsyncGenerator<Batch, void, undefined>, limit: number, hydrate: (item: Item) => T) {
    this.#batches = batches;
    this.#left = limit;
    this.#hydrate = hydrate;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result<T>> {
    const item = this.#batch?.items[this.#index];
    if (item === undefined || this.#waiting !== undefined || this.#left === 0) return this.#wait(() => this.#advance());
    try {
      return Promise.resolve(this.#take(item));
    } catch (error) {
      return this.#wait(() => this.#fail(error));
    }
  }

  /** Ends the iteration, as a `break` of the caller's loop does. */
  return(): Promise<Result<T>> {
    return this.#wait(() => this.#end());
  }

  #take(item: Item): Result<T> {
    const value = this.#hydrate(item);
    this.#index++;
    this.#left--;
    // At the limit, nothing else tells that the page has ended.
    if (this.#left === 0 && this.#index === this.#batch?.items.length) this.#batch.finish();
    else this.#batch?.advance(item);
    return { value, done: false };
  }

  async #advance(): Promise<Result<T>> {
    while (this.#left > 0) {
      const item = this.#batch?.items[this.#index];
      if (item !== undefined) return this.#takeOrFail(item);
      const next = await this.#batches.next();
      if (next.done === true) return this.#end();
      this.#batch = next.value;
      this.#index = 0;
    }
    return this.#end();
  }

  #takeOrFail(item: Item): Result<T> | Promise<Result<T>> {
    try {
      return this.#take(item);
    } catch (error) {
      return this.#fail(error);
    }
  }

  async #fail(error: unknown): Promise<Result<T>> {
    await this.#end();
    throw error;
  }

  async #end(): Promise<Result<T>> {
    this.#batch = undefined;
    this.#left = 0;
    await this.#batches.return();
    return { value: undefined, done: true };
  }

  #wait(step: () => Promise<Result<T>>): Promise<Result<T>> {
    const turn = this.#waiting === undefined ? step() : this.#waiting.then(step, step);
    this.#waiting = turn;
    const over = (): void => {
      if (this.#waiting === turn) this.#waiting = undefined;
    };
    turn.then(over, over);
    return turn;
  }
}
