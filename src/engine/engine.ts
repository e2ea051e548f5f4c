/** The engine: each method checks its options and calls one function that does the work. */

import type {
  AnyModel,
  Changes,
  Found,
  IncludeOf,
  Item,
  Key,
  ModelName,
  MoveChanges,
  ObjectSource,
  Searchable,
  SearchKind,
  SeveralOf,
  SeveralSearched,
  StreamCheck,
  UnknownItems,
  UnknownPolicy,
} from "../model/infer.js";
import { keyOfValues } from "../model/key.js";
import { metaOf } from "../model/registry.js";
import { assertFunction, checkOptions, checkQuery, checkScan, checkSignal } from "../operation/check.js";
import { type Context, engineContext } from "../operation/context.js";
import {
  bindRules,
  bulkRules,
  derivedRules,
  engineRules,
  modifyRules,
  moveRules,
  readRules,
  saveRules,
  streamRules,
  updateRules,
} from "../operation/option-rules.js";
import type {
  AnySearchOptions,
  BindOptions,
  BulkOptions,
  CommitOptions,
  DerivedOptions,
  EngineOptions,
  Given,
  GivenCheck,
  KeyDeleteOptions,
  ModifyOptions,
  MoveOptions,
  QueryOptions,
  ReadOptions,
  Returned,
  ReturningCheck,
  SaveOptions,
  ScanOptions,
  StreamOptions,
  Updated,
  UpdateOptions,
  WriteOptions,
} from "../operation/options.js";
import { getObject } from "../read/get.js";
import { getMany, type ManyTarget } from "../read/get-many.js";
import { load } from "../read/load.js";
import { ReadTransaction } from "../read/read-transaction.js";
import { type Search, searchOf } from "../read/search.js";
import type { Signals } from "../signals.js";
import type { EachOf, RecordsOf } from "../stream/infer.js";
import type { Stream } from "../stream/stream.js";
import type { StreamPosition } from "../stream/token.js";
import type { Shape } from "../types/type.js";
import type { ModelNameOf, ModelObject, OneOrMore } from "../util/model-object.js";
import { writeBulk } from "../write/bulk.js";
import { deleteAny } from "../write/delete-by-key.js";
import { saveObjects } from "../write/many.js";
import { modify } from "../write/modify.js";
import { move } from "../write/move/move.js";
import { buildAndCommit, WriteTransaction } from "../write/transaction.js";
import { update } from "../write/update.js";
import { adopt } from "./adopt.js";
import type { CheckpointPosition } from "./checkpoint-position.js";
import { type Connection, connect, makeContext } from "./connect.js";
import { Listeners } from "./listeners.js";
import { loadBind } from "./loading.js";
import { openStream } from "./stream.js";

/** Options that were not given need no check. */
const none: Record<never, never> = Object.freeze({});

/**
 * Stores, finds and deletes objects of models.
 *
 * @example
 * const engine = new Engine({ tableName: "dev-{tableName}" });
 * await engine.bind(Account);
 * await engine.save(account);
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #connection: Connection;
  readonly #context: Context;
  readonly #listeners: Listeners<Engine>;

  constructor(options?: EngineOptions);
  /** @internal */
  constructor(options: EngineOptions, base: Engine);
  constructor(options: EngineOptions = {}, base?: Engine) {
    checkOptions(options, engineRules, "new Engine()");
    this.#options = { ...options };
    this.#listeners = new Listeners<Engine>(this, base === undefined ? undefined : base.#listeners);
    this.#connection = base === undefined ? connect(options) : base.#connection;
    this.#context = makeContext(this.#connection, options, {
      emit: (name, payload) => this.#listeners.emit(name, payload),
      hasListeners: (name) => this.#listeners.has(name),
    });
  }

  /** @internal */
  get [engineContext](): Context {
    return this.#context;
  }

  /**
   * An engine with some other options. It shares the client: an object of one engine is an object of the other, in the
   * same table. Its signals also reach the listeners of this engine.
   *
   * @example
   * const lenient = engine.with({ onInvalid: "omit" });
   */
  with(options: DerivedOptions): Engine {
    checkOptions(options, derivedRules, "with()");
    const { tableName = this.#options.tableName, onInvalid = this.#options.onInvalid } = options;
    const { capacity = this.#options.capacity } = options;
    return new Engine({ ...this.#options, tableName, onInvalid, capacity }, this);
  }

  /**
   * A copy of an object that belongs to another client's table: all its values, and the attributes that its model does
   * not know. It counts as new, and saving it writes all of it. Throws InvalidValue for an object that was loaded in
   * part.
   *
   * @example
   * const replica = new Engine({ tableName: "replica-{tableName}" });
   * await replica.save(replica.adopt(account));
   */
  adopt<T extends ModelObject<string>>(object: T): T {
    return adopt(this.#context, object) as T;
  }

  /**
   * Calls a listener with each event of a kind from now on. Returns a function that removes it. Throws InvalidOption for a
   * signal that an engine does not have.
   */
  on<Name extends keyof Signals<Engine>>(signal: Name, listener: (event: Signals<Engine>[Name]) => void): () => void {
    checkSignal(signal, listener);
    return this.#listeners.on(signal, listener);
  }

  /**
   * Creates the missing tables of models, waits for them, and checks that they match the models. Throws TableMismatch
   * with every difference, TimedOut if a table does not become active in time.
   */
  async bind(models: AnyModel | readonly AnyModel[], options: BindOptions = {}): Promise<void> {
    checkOptions(options, bindRules, "bind()");
    const bound: readonly AnyModel[] = Array.isArray(models) ? [...models] : [models];
    if (options.tables !== "skip") await (await loadBind()).bindTables(this.#context, bound, options);
    for (const model of bound) this.#listeners.emit("modelBound", { model });
  }

  /**
   * Writes the changes since the object was last loaded or saved; for a new object, all of it. Makes no request if
   * nothing changed. Given several objects, it tries all, and WriteFailures lists those that failed. Throws
   * ConstraintViolation if the condition did not hold, InvalidValue and MissingKey before any request.
   */
  async save<T extends OneOrMore, const O extends SaveOptions<ModelNameOf<T>, T> = Record<never, never>>(
    objects: T,
    options?: O & SaveOptions<ModelNameOf<T>, T> & ReturningCheck<O>,
  ): Promise<Returned<T, O>> {
    const settings: SaveOptions<string, T> = options === undefined ? none : options;
    if (settings !== none) checkOptions(settings, saveRules, "save()");
    return (await saveObjects(this.#context, objects, settings)) as Returned<T, O>;
  }

  /**
   * Deletes the item with a key, without a load. With `returning: "old"`, resolves with the item from before. Throws
   * ConstraintViolation if the condition did not hold.
   */
  delete<T extends AnyModel, const O extends KeyDeleteOptions<ModelName<T>> = Record<never, never>>(
    model: T,
    key: Key<T>,
    options?: O & KeyDeleteOptions<ModelName<T>> & ReturningCheck<O>,
  ): Promise<Item<T> | undefined>;
  /**
   * Deletes the objects' items; missing items are not an error. The objects stay, and count as new. Throws
   * ConstraintViolation if the condition did not hold; for several objects, WriteFailures.
   */
  delete<T extends OneOrMore, const O extends WriteOptions<ModelNameOf<T>> = Record<never, never>>(
    objects: T,
    options?: O & WriteOptions<ModelNameOf<T>> & ReturningCheck<O>,
  ): Promise<Returned<T, O>>;
  async delete(target: object, ...rest: readonly object[]): Promise<object | undefined> {
    return deleteAny(this.#context, target, rest);
  }

  /**
   * Changes an item by its key, without a load: values, and atomic actions such as add(1). If there is no item, one is
   * created. Resolves with the item after the write, as an object. Throws ConstraintViolation if the condition did not
   * hold, or if there is no item and the changes lack a required column; InvalidValue before any request.
   *
   * @example
   * await engine.update(Page, { id }, { views: add(1), tags: addTo("new") }, { condition: Page.open.eq(true) });
   */
  async update<T extends AnyModel, const O extends UpdateOptions<ModelName<T>, Given<T>> = Record<never, never>>(
    model: T,
    key: Key<T>,
    changes: Changes<T>,
    options?: O & UpdateOptions<ModelName<T>, Given<T>> & ReturningCheck<O> & GivenCheck<T, O>,
  ): Promise<Updated<T, O>> {
    const settings: UpdateOptions<string> = options === undefined ? none : options;
    checkOptions(settings, updateRules, "update()");
    return (await update(this.#context, { model, key, changes }, settings)) as Updated<T, O>;
  }

  /**
   * Reads an item, calls a function that changes it, and writes it unless another writer changed it meanwhile; then it
   * starts again with the present item. The function may be async, and may throw to give up: then nothing is written.
   * Resolves with the object as written. Throws ConstraintViolation after the last attempt, MissingObjects if there is
   * no item and no option `create`.
   *
   * @example
   * await engine.modify(Stock, { product }, (stock) => {
   *   stock.left -= 1;
   * });
   */
  async modify<T extends AnyModel>(
    model: T,
    key: Key<T>,
    change: (object: Item<T>) => void | Promise<void>,
    options: ModifyOptions<T> = {},
  ): Promise<Item<T>> {
    checkOptions(options, modifyRules, "modify()");
    assertFunction(change, "The change of modify()");
    const meta = metaOf(model);
    const home = this.#context.homeOf(meta);
    const target = { model, given: key, home, key: keyOfValues(meta, key), change };
    return (await modify(this.#context, target, options)) as Item<T>;
  }

  /**
   * Changes an object's key, in one transaction that puts its item under the new key and deletes the old one. Throws
   * ConstraintViolation if the condition or version does not hold, or if there is an item under the new key.
   */
  async move<T extends ModelObject<string>>(
    object: T,
    changes: MoveChanges<T>,
    options: MoveOptions<ModelNameOf<T>> = {},
  ): Promise<void> {
    checkOptions(options, moveRules, "move()");
    await move(this.#context, { object, changes }, options);
  }

  /**
   * Several writes: all of them are done, or none. With a function, collects, prepares and commits them; without one,
   * returns the transaction for this. Throws TransactionCanceled with a reason for each item.
   *
   * @example
   * await engine.transaction((transaction) => {
   *   transaction.save(order).update(Stock, { product }, { left: add(-1) }, { condition: Stock.left.gt(0) });
   * });
   */
  transaction(): WriteTransaction;
  transaction(build: (transaction: WriteTransaction) => unknown, options?: CommitOptions): Promise<void>;
  transaction(
    build?: (transaction: WriteTransaction) => unknown,
    options: CommitOptions = {},
  ): WriteTransaction | Promise<void> {
    const transaction = new WriteTransaction(this.#context);
    return build === undefined ? transaction : buildAndCommit(transaction, build, options);
  }

  /** Several reads that see all their items at one moment. */
  readTransaction(): ReadTransaction {
    return new ReadTransaction(this.#context);
  }

  /**
   * Writes very many objects to their tables, 25 in each request. Each replaces its whole item, without conditions; one
   * that another kind's item could be in the way of is a request of its own, and replaces no such item. Takes any
   * iterable or async iterable. Resolves with the number of objects written. Throws WriteFailures with the failed ones.
   */
  async putAll<T extends Iterable<object> | AsyncIterable<object>>(
    objects: ObjectSource<T>,
    options: BulkOptions = {},
  ): Promise<number> {
    checkOptions(options, bulkRules, "putAll()");
    return writeBulk(this.#context, "put", objects as T, options);
  }

  /** Deletes very many objects' items, as putAll() writes them: 25 in each request, and no item of another kind. */
  async deleteAll<T extends Iterable<object> | AsyncIterable<object>>(
    objects: ObjectSource<T>,
    options: BulkOptions = {},
  ): Promise<number> {
    checkOptions(options, bulkRules, "deleteAll()");
    return writeBulk(this.#context, "delete", objects as T, options);
  }

  /** Fills objects with their stored values. After that, throws MissingObjects with those that do not exist. */
  async load(objects: OneOrMore, options: ReadOptions = {}): Promise<void> {
    await load(this.#context, Array.isArray(objects) ? objects : [objects], options);
  }

  /** The object with a key, or undefined. */
  async get<T extends AnyModel>(model: T, key: Key<T>, options: ReadOptions = none): Promise<Item<T> | undefined> {
    if (options !== none) checkOptions(options, readRules, "get()");
    return (await getObject(this.#context, model, key, options)) as Item<T> | undefined;
  }

  /**
   * The objects of several models, with a model and a key for each.
   *
   * @example
   * const [account, page] = await engine.getMany([[Account, { id: "1" }], [Page, { id: "7" }]]);
   */
  getMany<T extends readonly AnyModel[]>(
    wanted: readonly [...{ [I in keyof T]: readonly [model: T[I], key: Key<T[I]>] }],
    options?: ReadOptions,
  ): Promise<{ [I in keyof T]: Item<T[I]> | undefined }>;
  /** The objects with the given keys, in their order; undefined for each that does not exist. */
  getMany<T extends AnyModel>(
    model: T,
    keys: readonly Key<T>[],
    options?: ReadOptions,
  ): Promise<(Item<T> | undefined)[]>;
  async getMany(target: ManyTarget, ...rest: readonly object[]): Promise<(object | undefined)[]> {
    return getMany(this.#context, target, rest);
  }

  /**
   * The objects with one hash key, of a model or of several, in the order of the range key. Throws InvalidSearch.
   *
   * @example
   * engine.query(Receipt.byKind, { key: Receipt.kind.eq("sale").and(Receipt.total.ge(100)), forward: false })
   */
  query<
    T,
    M extends string = SeveralOf<T>["model"],
    S extends Shape = Shape,
    H extends string = SeveralOf<T>["hash"],
    R extends string = never,
    C extends string = string,
    K extends SearchKind = SeveralOf<T>["kind"],
    const P extends readonly C[] | "all" | "keys" = "all",
    U extends UnknownPolicy = "skip",
  >(
    on: T & (Searchable<M, S, H, R, C, K> | SeveralSearched),
    options: QueryOptions<NoInfer<M>, NoInfer<H>, NoInfer<R>, NoInfer<C>, P, NoInfer<K>, U>,
  ): Search<Found<T, M, S, C, P> | UnknownItems[U]> {
    checkQuery(options);
    return searchOf(this.#context, on, options as AnySearchOptions);
  }

  /** All objects of a table or index, or of several kinds of a table. Throws InvalidSearch for an invalid search. */
  scan<
    T,
    M extends string = SeveralOf<T>["model"],
    S extends Shape = Shape,
    H extends string = SeveralOf<T>["hash"],
    R extends string = never,
    C extends string = string,
    K extends SearchKind = SeveralOf<T>["kind"],
    const P extends readonly C[] | "all" | "keys" = "all",
    U extends UnknownPolicy = "skip",
  >(
    on: T & (Searchable<M, S, H, R, C, K> | SeveralSearched),
    options?: ScanOptions<NoInfer<M>, NoInfer<C>, P, NoInfer<K>, U>,
  ): Search<Found<T, M, S, C, P> | UnknownItems[U]> {
    const settings = (options === undefined ? none : options) as AnySearchOptions;
    if (settings !== none) checkScan(settings);
    return searchOf(this.#context, on, settings);
  }

  /**
   * The changes of a model's table, from a position on: the oldest record, now, a time, a stream's token, or where the
   * checkpoints of a name say. Throws InvalidStream for a model that declares no stream, InvalidPosition for a token of
   * another table or an invalid one.
   *
   * @example
   * const stream = engine.stream(Account, "latest");
   * await stream.ready;
   */
  stream<const M extends AnyModel | readonly AnyModel[], U extends UnknownPolicy = "skip">(
    model: M,
    position: (StreamPosition | CheckpointPosition) & StreamCheck<IncludeOf<EachOf<M>>>,
    options: StreamOptions<U> = {},
  ): Stream<RecordsOf<M, U>> {
    checkOptions(options, streamRules, "stream()");
    return openStream(this.#context, { model, position, options });
  }
}
