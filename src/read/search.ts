/** A query or scan as users hold it: lazy, iterated any number of times, resumed by a token. */

import { InvalidOption, UnexpectedCount } from "../errors.js";
import { searchTargetOf } from "../model/registry.js";
import { nameOf } from "../model/search-target.js";
import { type Context, hydrate, readingOf } from "../operation/context.js";
import type { AnySearchOptions } from "../operation/options.js";
import type { Item } from "../wire/attribute.js";
import { cursorOf } from "./cursor.js";
import { SearchIterator } from "./search-iterator.js";
import { type Batch, type Progress, readBatches } from "./search-pages.js";
import { planSearch, type SearchPlan } from "./search-request.js";
import { planTogether } from "./search-together.js";
import { type Position, positionsOf, type SearchToken, searchTokenOf } from "./search-token.js";

/**
 * A query or scan. Nothing is requested before it is iterated. Each iteration begins at the start, or at the position
 * given to moveTo(), and has a position of its own. `token`, `scanned` and `exhausted` refer to the iteration begun
 * last.
 *
 * @example
 * for await (const account of engine.query(Account.byEmail, { key: Account.email.eq("ada@example.org") })) {
 *   console.log(account.id);
 * }
 */
export class Search<out T> implements AsyncIterable<T> {
  readonly #context: Context;
  readonly #plan: SearchPlan;
  readonly #limits: AnySearchOptions;
  readonly #load: (item: Item) => object;
  #start: readonly Position[];
  #progress: Progress;

  /** @internal */
  constructor(context: Context, plan: SearchPlan, limits: AnySearchOptions, load: (item: Item) => object) {
    this.#context = context;
    this.#plan = plan;
    this.#limits = limits;
    this.#load = load;
    this.#start = this.#beginning();
    this.#progress = this.#begin();
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.#objects(this.#limits.limit);
  }

  /** The first object. Throws UnexpectedCount if there is none. Reads no more than it needs. */
  async first(): Promise<T> {
    for await (const object of this.#objects(1)) return object;
    throw new UnexpectedCount(`The search of ${nameOf(this.#plan.target)} found nothing.`, 0);
  }

  /** The only object. Throws UnexpectedCount if there is none, or more than one. */
  async one(): Promise<T> {
    const found: T[] = [];
    for await (const object of this.#objects(Math.min(2, this.#limits.limit ?? 2))) found.push(object);
    const [object] = found;
    if (found.length === 1 && object !== undefined) return object;
    const what = found.length === 0 ? "found nothing" : "found more than one object";
    throw new UnexpectedCount(
      `The search of ${nameOf(this.#plan.target)} ${what}, and one() expects exactly one.`,
      found.length,
    );
  }

  /** All objects at once, in memory. */
  async all(): Promise<T[]> {
    const { limit = Number.POSITIVE_INFINITY } = this.#limits;
    const found: T[] = [];
    for await (const batch of this.#batches(this.#begin(), this.#limits.limit)) {
      for (const item of batch.items) {
        found.push(this.#hydrate(item));
        batch.advance(item);
        if (found.length < limit) continue;
        if (item === batch.items.at(-1)) batch.finish();
        return found;
      }
    }
    return found;
  }

  /** The number of objects (up to the limit). DynamoDB counts them, and sends none. */
  async count(): Promise<number> {
    const { limit } = this.#limits;
    const progress = this.#begin();
    let total = 0;
    const pages = { plan: this.#plan, options: this.#limits, progress, counting: true };
    for await (const { count } of readBatches(this.#context, pages)) {
      total += count;
      if (limit !== undefined && total >= limit) return limit;
    }
    return total;
  }

  /**
   * The objects of one page of DynamoDB at a time. A page may be empty, for example if the filter left nothing of it.
   */
  async *pages(): AsyncGenerator<T[], void, undefined> {
    const { limit } = this.#limits;
    const progress = this.#begin();
    let left = limit ?? Number.POSITIVE_INFINITY;
    for await (const batch of this.#batches(progress, limit)) {
      const items = batch.items.slice(0, left);
      const objects = items.map((item) => this.#hydrate(item));
      left -= items.length;
      const last = items.at(-1);
      if (last === undefined || items.length === batch.items.length) batch.finish();
      else batch.advance(last);
      yield objects;
      if (left === 0) return;
    }
  }

  /** The number of items that DynamoDB has evaluated, including those that the filter left out. */
  get scanned(): number {
    return this.#progress.scanned;
  }

  /**
   * Whether the iteration came to the end. If it stops at its limit, this is unknown: DynamoDB tells it with the next
   * page, which may be empty.
   */
  get exhausted(): boolean {
    return this.#progress.positions.every((position) => position === "end");
  }

  /** The position of the iteration: JSON, exact to the last object yielded. */
  get token(): SearchToken {
    return searchTokenOf(this.#plan, this.#progress.positions);
  }

  /**
   * The token as a text for a URL, or undefined if the iteration came to the end. Everyone who has it can read the keys
   * in it: makeCursors() encrypts it.
   */
  get cursor(): string | undefined {
    return this.exhausted ? undefined : cursorOf(this.token);
  }

  /**
   * Makes the next iterations begin at the position of a token or a cursor. Values of the filter, the ends of a range,
   * limit, page size and projection may differ from those of its search. Throws InvalidPosition for a token of another
   * search, or a value that is not a token.
   */
  moveTo(token: SearchToken | string): void {
    this.#start = positionsOf(this.#plan, token, this.#beginning().length);
    this.#progress = this.#begin();
  }

  /** Makes the next iterations begin at the start again. */
  reset(): void {
    this.#start = this.#beginning();
    this.#progress = this.#begin();
  }

  #beginning(): Position[] {
    return Array.from({ length: this.#limits.segments ?? 1 }, () => "start");
  }

  #begin(): Progress {
    this.#progress = { positions: [...this.#start], scanned: 0 };
    return this.#progress;
  }

  #batches(progress: Progress, limit: number | undefined): AsyncGenerator<Batch, void, undefined> {
    return readBatches(this.#context, { plan: this.#plan, options: this.#limits, progress, limit });
  }

  #objects(limit: number | undefined): SearchIterator<T> {
    const batches = this.#batches(this.#begin(), limit);
    return new SearchIterator(batches, limit ?? Number.POSITIVE_INFINITY, (item) => this.#hydrate(item));
  }

  /** A cast, since here the declared model meets the type inferred from it. */
  #hydrate(item: Batch["items"][number]): T {
    return this.#load(item) as T;
  }
}

/** A search of a model or an index, or of several kinds. Throws InvalidSearch for one that is impossible. */
export function searchOf<T>(context: Context, on: unknown, settings: AnySearchOptions): Search<T> {
  if (Array.isArray(on)) {
    const { plan, load } = planTogether(context, on.map(searchTargetOf), settings);
    return new Search(context, plan, settings, load);
  }
  if (settings.onUnknown !== undefined) throw new InvalidOption("onUnknown is for a search of several models.");
  const target = searchTargetOf(on);
  const plan = planSearch(target, context.homeOf(target.meta), settings);
  const reading = { ...readingOf(context, plan.home, plan.asked, settings.onInvalid), indexKeys: plan.indexKeys };
  return new Search(context, plan, settings, (item) => hydrate(context, target.prototype, item, reading));
}
