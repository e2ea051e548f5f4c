/** A read transaction: several items as they are at one moment. */

import { InvalidTransaction, RequestFailed } from "../errors.js";
import type { AnyModel, Key, Item as ObjectOf, ShapeOf } from "../model/infer.js";
import { keyOfValues } from "../model/key.js";
import { metaOf } from "../model/meta.js";
import { TransactionFailed } from "../session/failure.js";
import type { Call } from "../session/session.js";
import { invariant } from "../util/assert.js";
import type { Item } from "../wire/attribute.js";
import { maxTransactionItems } from "../wire/limits.js";
import { type Wanted, wantedItem } from "./batch.js";
import { assertOneOf, assertOptions } from "./check.js";
import { type Context, hydrate, type InvalidPolicy, readingOf } from "./context.js";
import { fillTargets, type Target, targetOf } from "./load.js";
import { retryConflicts } from "./send.js";

export interface ReadTransactionOptions {
  /** Default: what the engine says. */
  onInvalid?: InvalidPolicy;
  signal?: AbortSignal;
}

interface Asked {
  readonly model: AnyModel;
  readonly wanted: Wanted;
}

/**
 * Reads up to 100 items, of any models and tables, as they all are at one moment.
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

  /** The object under a key, or undefined: one more of what commit() resolves with. */
  get<T extends AnyModel>(
    model: T,
    key: Key<ShapeOf<T>>,
  ): ReadTransaction<readonly [...Found, ObjectOf<T> | undefined]> {
    const meta = metaOf(model);
    this.#asked.push({ model, wanted: wantedItem(this.#context.tableNameOf(meta), keyOfValues(meta, key)) });
    return this as object as ReadTransaction<readonly [...Found, ObjectOf<T> | undefined]>;
  }

  /** Fills objects in place with what is stored under their keys. */
  load(...objects: object[]): this {
    for (const object of objects) this.#targets.push(targetOf(this.#context, object));
    return this;
  }

  /**
   * Reads. Conflicts with other transactions are tried again after a pause. Called again, it reads again.
   * Throws MissingObjects with the objects of load() that are not there, after the others are filled.
   */
  async commit(options: ReadTransactionOptions = {}): Promise<Found> {
    assertOptions(options, ["onInvalid", "signal"], "commit()");
    assertOneOf(options.onInvalid, ["throw", "omit"], "onInvalid");
    const items = await this.#read(options.signal);
    const found = this.#asked.map(({ model, wanted }) => {
      const item = items.get(wanted.id);
      if (item === undefined) return undefined;
      const reading = readingOf(this.#context, metaOf(model), undefined, options.onInvalid);
      return hydrate(this.#context, model.prototype, item, reading);
    });
    fillTargets(this.#context, this.#targets, items, options);
    return found as readonly unknown[] as Found;
  }

  async #read(signal: AbortSignal | undefined): Promise<Map<string, Item>> {
    const wanted = [...new Map([...this.#asked, ...this.#targets].map((one) => [one.wanted.id, one.wanted])).values()];
    if (wanted.length > maxTransactionItems) {
      throw new InvalidTransaction(
        `The transaction reads ${wanted.length} items; DynamoDB takes ${maxTransactionItems}. Split it, or use getMany().`,
      );
    }
    if (wanted.length === 0) return new Map();
    const call: Call = { signal, subject: () => `A read transaction of ${wanted.length} items` };
    const TransactItems = wanted.map(({ tableName, key }) => ({ Get: { TableName: tableName, Key: key } }));
    try {
      const read = () => this.#context.session.transactGetItems({ TransactItems }, call);
      const items = await retryConflicts(read, signal);
      return new Map(wanted.flatMap(({ id }, index) => (items[index] === undefined ? [] : [[id, items[index]]])));
    } catch (error) {
      throw error instanceof TransactionFailed ? readFailure(error, call) : error;
    }
  }
}

/** Reads have no conditions: what is left is a conflict that lasted, or a request that DynamoDB refuses. */
function readFailure({ reasons, cause }: TransactionFailed, call: Call): RequestFailed {
  const reason = reasons.find(({ code }) => code !== "None");
  invariant(reason !== undefined, "a canceled transaction has a reason");
  return new RequestFailed(`${call.subject()}: it was canceled. ${reason.code}: ${reason.message}`, {
    operation: "TransactGetItems",
    code: reason.code,
    requestId: undefined,
    cause,
  });
}
