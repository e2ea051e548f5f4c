/** The engine: each method checks its options and calls one function that does the work. */

import { InvalidOption } from "../errors.js";
import type { Condition } from "../expression/condition.js";
import type { KeyCondition, Rejected } from "../expression/infer.js";
import type { AnyModel, Found, Item, Key, Searchable, ShapeOf } from "../model/infer.js";
import { searchTargetOf } from "../model/meta.js";
import { type DynamoDBClientLike, makeSession } from "../session/dynamodb.js";
import type { Signals } from "../signals.js";
import type { Shape } from "../types/type.js";
import { makeEmitter } from "../util/emitter.js";
import { print } from "../util/print.js";
import { type BindSettings, bindModels } from "./bind.js";
import {
  assertOneOf,
  assertOptions,
  assertPositive,
  type Context,
  type InvalidPolicy,
  type Payload,
} from "./context.js";
import { deleteObject } from "./delete.js";
import { getObjects, loadObjects } from "./load.js";
import { writeAll } from "./many.js";
import { save } from "./save.js";
import { Search } from "./search.js";
import type { SearchLimits } from "./search-pages.js";
import { planSearch, type SearchSettings } from "./search-request.js";
import { type TableNaming, tableNamer } from "./table-name.js";

export interface EngineOptions {
  /** A DynamoDBClient of @aws-sdk/client-dynamodb. Default: one with the SDK's own defaults, made at the first request. */
  dynamodb?: DynamoDBClientLike;
  /** "dev-{tableName}", or a function of the model. Default: the model's table name as it is. */
  tableName?: TableNaming;
  /** What happens with a stored value that does not fit its column. Default: "throw". */
  onInvalid?: InvalidPolicy;
}

export interface WriteOptions<M extends string> {
  condition?: Condition<M>;
  /** Only if nothing changed since the object was last loaded or saved; a new object must not exist yet. */
  atomic?: boolean;
  /** Resolve with the values from before, as an object of their own. */
  returning?: "old";
  signal?: AbortSignal;
}

/** `sync: "new"` fills the object with what is stored after the write. Not together with `returning`. */
export interface SaveOptions<M extends string> extends WriteOptions<M> {
  sync?: "new";
}

/** What a write resolves with: for an array of objects, an array in the same order. */
export type Returned<T, O> = O extends { returning: "old" }
  ? T extends readonly (infer E)[]
    ? (E | undefined)[]
    : T | undefined
  : undefined;

export interface ReadOptions {
  consistent?: boolean;
  /** Default: what the engine says. */
  onInvalid?: InvalidPolicy;
  signal?: AbortSignal;
}

export interface SearchOptions<M extends string, Filterable extends string, P> {
  filter?: Condition<M, Filterable>;
  projection?: P;
  /** How many objects to yield at most. */
  limit?: number;
  /** How many items DynamoDB evaluates for one request. */
  pageSize?: number;
  onInvalid?: InvalidPolicy;
  signal?: AbortSignal;
}

export type Consistent<Kind> = Kind extends "global"
  ? { consistent?: Rejected<"a global index has no consistent reads"> }
  : { consistent?: boolean };

export interface ScanSegments {
  /** Read this many segments of the table side by side. */
  segments?: number;
  /** Read one segment, where other processes read the others. */
  parallel?: { segment: number; total: number };
}

const writeOptions = ["condition", "atomic", "returning", "signal"];
const readOptions = ["consistent", "onInvalid", "signal"];
const searchOptions = ["filter", "projection", "limit", "pageSize", "consistent", "onInvalid", "signal"];

/**
 * Stores, finds and deletes objects of models.
 *
 * @example
 * const engine = new Engine({ tableName: "dev-{tableName}" });
 * await engine.bind(Account);
 * await engine.save(account);
 */
export class Engine {
  readonly #context: Context;
  readonly #signals = makeEmitter<Signals<Engine>>();

  constructor(options: EngineOptions = {}) {
    assertOptions(options, ["dynamodb", "tableName", "onInvalid"], "new Engine()");
    assertOneOf(options.onInvalid, ["throw", "omit"], "onInvalid");
    this.#context = {
      session: makeSession(options.dynamodb),
      onInvalid: options.onInvalid ?? "throw",
      tableNameOf: tableNamer(options.tableName),
      emit: (name, payload) => this.#emit(name, payload),
      hasListeners: (name) => this.#signals.has(name),
    };
  }

  /** Calls a listener with each event of a kind from now on. Returns a function that removes it. */
  on<Name extends keyof Signals<Engine>>(signal: Name, listener: (event: Signals<Engine>[Name]) => void): () => void {
    return this.#signals.on(signal, listener);
  }

  /**
   * Creates the tables of models where they are missing, waits for them, and checks that they are as the models say.
   * Throws TableMismatch with every difference, TimedOut where a table does not become active in time.
   */
  async bind(models: AnyModel | readonly AnyModel[], options: BindSettings = {}): Promise<void> {
    assertOptions(options, ["tables", "timeout", "signal"], "bind()");
    assertOneOf(options.tables, ["create", "validate", "skip"], "tables");
    await bindModels(this.#context, Array.isArray(models) ? models : [models], options);
  }

  /**
   * Writes what changed since the object was last loaded or saved; of a new object, all of it. Makes no request where
   * nothing changed. Of several objects, all are tried, and WriteFailures says which failed.
   * Throws ConstraintViolation where the condition did not hold, InvalidValue and MissingKey before any request.
   */
  async save<T extends object, const O extends SaveOptions<string> = Record<never, never>>(
    objects: T,
    options?: O & SaveOptions<string>,
  ): Promise<Returned<T, O>> {
    const settings: SaveOptions<string> = options ?? {};
    assertOptions(settings, [...writeOptions, "sync"], "save()");
    assertOneOf(settings.returning, ["old"], "returning");
    assertOneOf(settings.sync, ["new"], "sync");
    return (await writeAll(objects, "save", (object) => save(this.#context, object, settings))) as Returned<T, O>;
  }

  /**
   * Deletes the objects' items; those that are not there are no error. The objects stay, and count as new.
   * Throws ConstraintViolation where the condition did not hold; of several objects, WriteFailures.
   */
  async delete<T extends object, const O extends WriteOptions<string> = Record<never, never>>(
    objects: T,
    options?: O & WriteOptions<string>,
  ): Promise<Returned<T, O>> {
    const settings: WriteOptions<string> = options ?? {};
    assertOptions(settings, writeOptions, "delete()");
    assertOneOf(settings.returning, ["old"], "returning");
    return (await writeAll(objects, "delete", (object) => deleteObject(this.#context, object, settings))) as Returned<
      T,
      O
    >;
  }

  /**
   * Fills objects with what is stored under their keys. Throws MissingObjects with those that are not there, after the
   * others are filled.
   */
  async load<T extends object>(objects: T | readonly T[], options: ReadOptions = {}): Promise<void> {
    assertReadOptions(options, "load()");
    await loadObjects(this.#context, Array.isArray(objects) ? objects : [objects], options);
  }

  /** The object under a key, or undefined. */
  async get<T extends AnyModel>(
    model: T,
    key: Key<ShapeOf<T>>,
    options: ReadOptions = {},
  ): Promise<Item<T> | undefined> {
    assertReadOptions(options, "get()");
    const [object] = await getObjects(this.#context, model, [key], options);
    return object as Item<T> | undefined;
  }

  /** The objects under some keys, in their order; undefined where there is none. */
  async getMany<T extends AnyModel>(
    model: T,
    keys: readonly Key<ShapeOf<T>>[],
    options: ReadOptions = {},
  ): Promise<(Item<T> | undefined)[]> {
    assertReadOptions(options, "getMany()");
    return (await getObjects(this.#context, model, keys, options)) as (Item<T> | undefined)[];
  }

  /**
   * The objects under one hash key, in the order of the range key. Throws InvalidSearch for a search that can't be.
   *
   * @example
   * engine.query(Receipt.byKind, { key: Receipt.kind.eq("sale").and(Receipt.total.ge(100)), forward: false })
   */
  query<
    T,
    M extends string,
    S extends Shape,
    H extends string,
    R extends string,
    C extends string,
    K extends "table" | "local" | "global",
    const P extends readonly C[] | "all" = "all",
  >(
    on: T & Searchable<M, S, H, R, C, K>,
    options: { key: KeyCondition<NoInfer<M>, NoInfer<H>, NoInfer<R>>; forward?: boolean } & SearchOptions<
      NoInfer<M>,
      Exclude<NoInfer<C>, NoInfer<H | R>>,
      P
    > &
      Consistent<NoInfer<K>>,
  ): Search<Found<T, S, C, P>> {
    assertOptions(options, [...searchOptions, "key", "forward"], "query()");
    if (options.key === undefined)
      throw new InvalidOption("query() needs a key, such as { key: Account.id.eq(id) }; scan() needs none.");
    return this.#search(on, options as SearchSettings & SearchLimits);
  }

  /** All objects of a table or index. Throws InvalidSearch for a search that can't be. */
  scan<
    T,
    M extends string,
    S extends Shape,
    H extends string,
    R extends string,
    C extends string,
    K extends "table" | "local" | "global",
    const P extends readonly C[] | "all" = "all",
  >(
    on: T & Searchable<M, S, H, R, C, K>,
    options?: ScanSegments & SearchOptions<NoInfer<M>, NoInfer<C>, P> & Consistent<NoInfer<K>>,
  ): Search<Found<T, S, C, P>> {
    const settings = (options ?? {}) as SearchSettings & SearchLimits;
    assertOptions(settings, [...searchOptions, "segments", "parallel"], "scan()");
    assertSegments(settings);
    return this.#search(on, settings);
  }

  #search<T>(on: unknown, settings: SearchSettings & SearchLimits): Search<T> {
    assertOneOf(settings.onInvalid, ["throw", "omit"], "onInvalid");
    const target = searchTargetOf(on);
    return new Search(this.#context, planSearch(target, this.#context.tableNameOf(target.meta), settings), settings);
  }

  /** The cast is where the engine joins a payload that was generic in it. */
  #emit<Name extends keyof Signals<unknown>>(name: Name, payload: Payload<Name>): void {
    if (this.#signals.has(name))
      this.#signals.emit(name, { ...payload, engine: this } as unknown as Signals<Engine>[Name]);
  }
}

function assertSegments({ segments, parallel }: SearchLimits): void {
  assertPositive(segments, "segments");
  if (parallel === undefined) return;
  const { segment, total } = parallel;
  assertPositive(total, "parallel.total");
  if (segments !== undefined)
    throw new InvalidOption("scan() takes segments, or parallel: one segment that this process reads.");
  if (Number.isInteger(segment) && segment >= 0 && segment < total) return;
  throw new InvalidOption(`parallel.segment is a whole number from 0 to ${total - 1}, got ${print(segment)}.`);
}

function assertReadOptions(options: ReadOptions, operation: string): void {
  assertOptions(options, readOptions, operation);
  assertOneOf(options.onInvalid, ["throw", "omit"], "onInvalid");
}
