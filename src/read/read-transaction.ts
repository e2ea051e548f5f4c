/** A read transaction: several items at one moment. */

import type { AnyModel, Key, Item as ObjectOf } from "../model/infer.js";
import { checkOptions } from "../operation/check.js";
import type { Context } from "../operation/context.js";
import { readTransactionRules } from "../operation/option-rules.js";
import type { ReadTransactionOptions } from "../operation/options.js";
import type { OneOrMore } from "../util/model-object.js";
import { type Asked, askedOf } from "./get.js";
import { readTogether } from "./load.js";
import { inTurns, type Target, takeTargets, targetOf } from "./target.js";

/**
 * Reads up to 100 items, of any models and tables, all at one moment.
 *
 * @example
 * const [from, to] = await engine
 *   .readTransaction()
 *   .get(Account, { id: "1" })
 *   .get(Account, { id: "2" })
 *   .commit();
 */
export class ReadTransaction<Found extends readonly unknown[] = []> {
  readonly #context: Context;
  readonly #targets: Target[] = [];
  readonly #asked: Asked[] = [];

  /** @internal */
  constructor(context: Context) {
    this.#context = context;
  }

  /** The object with a key, or undefined: one more element of the result of commit(). */
  get<T extends AnyModel>(model: T, key: Key<T>): ReadTransaction<readonly [...Found, ObjectOf<T> | undefined]> {
    this.#asked.push(askedOf(this.#context, model, key));
    return this as object as ReadTransaction<readonly [...Found, ObjectOf<T> | undefined]>;
  }

  /** Fills objects with their stored values. Takes single objects and arrays. */
  load(...objects: OneOrMore[]): this {
    this.#targets.push(...objects.flat().map((object) => targetOf(this.#context, object)));
    return this;
  }

  /**
   * Reads. Retries conflicts with other transactions after a pause. Called again, it reads again. Throws MissingObjects
   * with the objects of load() that do not exist, after the others are filled.
   */
  async commit(options: ReadTransactionOptions = {}): Promise<Found> {
    checkOptions(options, readTransactionRules, "commit()");
    const reads = { asked: [...this.#asked], targets: takeTargets(this.#targets) };
    const found = await inTurns(reads.targets, options.signal, () => readTogether(this.#context, reads, options));
    return found as readonly unknown[] as Found;
  }
}
