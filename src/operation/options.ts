/** Types only: the options of the engine's methods, and their results. */

import type { InvalidRecord, WriteFailure } from "../errors.js";
import type { Condition } from "../expression/condition.js";
import type { KeyForm, Rejected } from "../expression/infer.js";
import type {
  AnyModel,
  HashOf,
  Item,
  Key,
  ObjectActions,
  RangeOf,
  SearchKind,
  ShapeOf,
  UnknownPolicy,
} from "../model/infer.js";
import type { DynamoDBClientLike, Road } from "../session/client.js";
import type { DynamoDBStreamsClientLike } from "../session/streams.js";
import type { local, Shape } from "../types/type.js";
import type { CapacityDetail } from "../wire/capacity.js";
import type { InvalidPolicy } from "./context.js";
import type { TableNaming } from "./homes.js";

export interface WriteOptions<M extends string> {
  condition?: Condition<M> | undefined;
  /** Only if nothing changed since the object was last loaded or saved; a new object must not exist yet. */
  atomic?: boolean | undefined;
  /** Resolve with the earlier values, as a separate object. */
  returning?: "old";
  /**
   * Applied exactly once, even if the response is lost and the request is sent again. Costs twice the write units. Not
   * together with `returning`.
   */
  once?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** The compiler's message for options that exclude `returning`; no constraint if there are none. */
export type ReturningCheck<O> = O extends { returning: "old" }
  ? O extends { once: true }
    ? { returning: Rejected<"a write takes either once or returning: what is sent once returns no values"> }
    : O extends { sync: "new" } | { actions: object }
      ? { returning: Rejected<"a save takes either returning, or sync or actions: DynamoDB returns one of the two"> }
      : unknown
  : unknown;

/** `T` is the object, or the array of objects. */
export interface SaveOptions<M extends string, T = object> extends WriteOptions<M> {
  /** "new": fill the object with the stored values after the write. Not together with `returning`. */
  sync?: "new" | undefined;
  /**
   * Atomic actions to apply in the same write. Afterwards the object has their results. Not together with `returning`.
   *
   * @example
   * await engine.save(page, { actions: { views: add(1) } });
   */
  actions?: ObjectActions<T extends readonly (infer E)[] ? E : T> | undefined;
}

/** `G` is the values that can be given. */
export interface UpdateOptions<M extends string, G = object> extends Omit<WriteOptions<M>, "atomic"> {
  /**
   * For a model with composed index keys or computed columns: the stored values of those parts and sources that do not
   * change. They are conditions, and are not written.
   *
   * @example
   * await engine.update(Order, { customerId, placedAt, id }, { priority: 2 }, { given: { status: "open" } });
   */
  given?: G | undefined;
  /** For the result. Default: the engine's option. */
  onInvalid?: InvalidPolicy | undefined;
}

/**
 * The stored values of a model's columns, for `given`: undefined for one that is not stored. A conditional type, since
 * messages then show its content and not its name.
 */
export type Given<T extends AnyModel> =
  ShapeOf<T> extends infer S extends Shape
    ? { readonly [K in Exclude<keyof S, HashOf<S> | RangeOf<S>>]?: S[K][typeof local] | undefined } & {}
    : never;

/** The compiler's message for what is given and is no column besides the key; no constraint for columns. */
export type GivenCheck<T extends AnyModel, O> = O extends { given: infer G }
  ? {
      readonly given: {
        readonly [K in Exclude<keyof G, keyof Given<T>>]: Rejected<"the model has no such column besides its key">;
      };
    }
  : unknown;

/** The options of move(). */
export interface MoveOptions<M extends string> {
  /** Has to hold for the item under the old key. */
  condition?: Condition<M> | undefined;
  /**
   * true: nobody else writes the item meanwhile. What another writer adds to it between the read and the move would be
   * lost: DynamoDB knows no condition against that. A model with a version that all writers raise needs no promise.
   */
  quiet?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** The options of delete() with a model and a key. */
export interface KeyDeleteOptions<M extends string> extends Omit<WriteOptions<M>, "atomic"> {
  /** For the result. Default: the engine's option. */
  onInvalid?: InvalidPolicy | undefined;
}

/**
 * The item as an object. With `once` it is read after the write, and may be gone; with `returning: "old"`, there may
 * have been none.
 */
export type Updated<T extends AnyModel, O> = O extends { returning: "old" } | { once: true }
  ? Item<T> | undefined
  : Item<T>;

export interface ModifyOptions<T extends AnyModel> {
  /** The number of attempts before the last violation is thrown. Default: 20. */
  attempts?: number | undefined;
  /** Makes the initial object if there is no item. Default: MissingObjects is thrown. */
  create?: ((key: Key<T>) => Item<T>) | undefined;
  /** Default: the engine's option. A column that is left off is not written, unless the function assigns it. */
  onInvalid?: InvalidPolicy | undefined;
  /** Applied exactly once, even if the response is lost and the request is sent again. Costs twice the write units. */
  once?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** The progress of a bulk write, in objects. */
export interface BulkProgress {
  readonly written: number;
  readonly failed: number;
}

/** The outcome of a bulk write, in objects: all objects taken but not written have failed. */
export interface BulkReport {
  /** The number of objects that were written. */
  readonly written: number;
  /**
   * The number of objects that were taken from the source. To go on later, write the failed ones, and skip this many of
   * the source.
   */
  readonly taken: number;
  /** An aborted request may have been done nevertheless. */
  readonly failures: readonly WriteFailure[];
}

export interface BulkOptions {
  /** The number of concurrent requests, each of 25 items. Default: 4. */
  concurrency?: number | undefined;
  /** Called after each request. */
  progress?: ((state: BulkProgress) => void) | undefined;
  /**
   * Called once, when all requests have ended and before the call resolves or rejects: an abort rejects with its
   * reason, and does not tell how much was written.
   */
  report?: ((report: BulkReport) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** The result of a write: for an array of objects, an array in the same order. */
export type Returned<T, O> = O extends { returning: "old" }
  ? T extends readonly (infer E)[]
    ? (E | undefined)[]
    : T | undefined
  : undefined;

export interface ReadOptions {
  consistent?: boolean | undefined;
  /** Default: the engine's option. */
  onInvalid?: InvalidPolicy | undefined;
  signal?: AbortSignal | undefined;
}

export interface SearchOptions<M extends string, Filterable extends string, P> {
  filter?: Condition<M, Filterable> | undefined;
  /** The columns that the objects have, besides the table's key; "keys" is the key alone. Default: "all". */
  projection?: (P & ProjectionCheck<P>) | undefined;
  /** The highest number of objects to yield. */
  limit?: number | undefined;
  /** The number of items that DynamoDB evaluates for one request. */
  pageSize?: number | undefined;
  onInvalid?: InvalidPolicy | undefined;
  signal?: AbortSignal | undefined;
}

/** The compiler's message for an empty projection. */
type ProjectionCheck<P> = P extends readonly []
  ? Rejected<'an empty projection: "keys" gives the keys alone'>
  : unknown;

/** The options that depend on the target of the search. */
interface KindOptions {
  table: SingleOptions;
  local: SingleOptions;
  global: GlobalOptions;
  several: SeveralOptions;
}

interface SingleOptions {
  consistent?: boolean | undefined;
  onUnknown?: Rejected<"for a search of several models"> | undefined;
}

interface GlobalOptions {
  consistent?: Rejected<"a global index has no consistent reads">;
  onUnknown?: Rejected<"for a search of several models"> | undefined;
}

/** The options of a search of several models, besides those of all searches. */
interface SeveralOptions {
  consistent?: boolean | undefined;
  projection?: Rejected<"each model has columns of its own"> | undefined;
}

/** The options of query(). `H` and `R` are the key columns, `C` all visible columns. */
export type QueryOptions<
  M extends string,
  H extends string,
  R extends string,
  C extends string,
  P,
  Kind extends SearchKind,
  U extends UnknownPolicy = UnknownPolicy,
> = {
  // Not KeyCondition, whose name messages would show with all of its parameters.
  key: Condition<M, string, KeyForm<H, R>>;
  /** false: from the highest range key to the lowest. Default: true. */
  forward?: boolean | undefined;
  /**
   * Of several models: how to treat an item of a kind that no model of the table knows. "skip" emits the signal
   * unknownItem; "raw" yields an UnknownItem, with attributes in DynamoDB's form. Default: "skip".
   */
  onUnknown?: U | undefined;
} & SearchOptions<M, Exclude<C, H | R>, P> &
  KindOptions[Kind];

/** The options of scan(). */
export type ScanOptions<
  M extends string,
  C extends string,
  P,
  Kind extends SearchKind,
  U extends UnknownPolicy = UnknownPolicy,
> = ScanSegments & {
  /** As for query(). */
  onUnknown?: U | undefined;
} & SearchOptions<M, C, P> &
  KindOptions[Kind];

/** The options of both searches, for planning and reading. */
export type AnySearchOptions = ScanSegments &
  Partial<Pick<AnyQueryOptions, "key" | "forward">> &
  Omit<AnyQueryOptions, "key" | "forward" | "projection" | "onUnknown"> & {
    projection?: "all" | "keys" | readonly string[] | undefined;
    onUnknown?: UnknownPolicy | undefined;
  };

type AnyQueryOptions = QueryOptions<string, string, string, string, "all", "table">;

export interface ScanSegments {
  /** Read this many segments of the table in parallel. */
  segments?: number | undefined;
  /** Read one segment, while other processes read the others. */
  parallel?: { segment: number; total: number } | undefined;
}

/** The options of bind(). */
export interface BindOptions {
  /** "create" missing tables and set up time to live (of new tables) and backups, "validate" only, or "skip" both. Default: "create". */
  readonly tables?: "create" | "validate" | "skip" | undefined;
  /** Milliseconds to wait for a table to become active. Default: 10 minutes. */
  readonly timeout?: number | undefined;
  /**
   * Models on whose existing tables time to live may be turned on. DynamoDB then deletes each item with a past time in
   * the column, old items too. Without this option, bind turns it on only for a table that is new and empty.
   */
  readonly turnOnTtl?: readonly AnyModel[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** For an object in a transaction. `M` is the name of the object's model. */
export interface TransactedOptions<M extends string = string> {
  condition?: Condition<M> | undefined;
  /** Only if nothing changed since the object was last loaded or saved; a new object must not exist yet. */
  atomic?: boolean | undefined;
}

/** For an update by key in a transaction. */
export interface TransactedUpdateOptions<M extends string = string, G = object> {
  condition?: Condition<M> | undefined;
  /** As for update(): the stored values of those parts of index keys that do not change. */
  given?: G | undefined;
}

/** For committing a write transaction. */
export interface CommitOptions {
  signal?: AbortSignal | undefined;
}

export interface ReadTransactionOptions {
  /** Default: the engine's option. */
  onInvalid?: InvalidPolicy | undefined;
  signal?: AbortSignal | undefined;
}

/** How records become objects: those of streams, of groups and on Lambda. */
export interface RecordOptions<U extends UnknownPolicy = UnknownPolicy> {
  /** How to treat a stored value that does not fit its column. Default: the option of the engine. */
  onInvalid?: InvalidPolicy | undefined;
  /**
   * For several models of one table: how to treat an item of a kind that no model of the table knows. "skip": its record
   * counts as handled, and the engine emits the signal unknownItem. "error": its record can't be loaded. "raw": it is an
   * UnknownRecord, whose key and images have attributes in DynamoDB's form, and whose `model` is undefined. Default: "skip".
   */
  onUnknown?: U | undefined;
}

export interface StreamOptions<U extends UnknownPolicy = UnknownPolicy> extends RecordOptions<U> {
  /** "pull": asking for the next record acknowledges the one before. "manual": only acknowledge() does. Default: "pull". */
  acknowledge?: "pull" | "manual" | undefined;
  /** The highest number of records to fetch ahead. Default: 10,000. */
  maxBufferedRecords?: number | undefined;
  /** As DynamoDB counts bytes. Default: 64 MB. */
  maxBufferedBytes?: number | undefined;
  /** The number of shards that are read at the same time. Default: 16. */
  concurrency?: number | undefined;
  /**
   * The longest time between two reads of a shard that find nothing, in milliseconds: from 250 to 60,000. Default:
   * 1000.
   */
  idleInterval?: number | undefined;
  /**
   * Called with a record that can't be loaded, and awaited; then the record is skipped, and a loop goes on. An error
   * from the function is thrown at the pull, and the record is not skipped. Default: the pull throws the InvalidRecord.
   */
  onInvalidRecord?: ((error: InvalidRecord) => unknown) | undefined;
  /** Closes the stream. Loops and pulls reject with its reason. */
  signal?: AbortSignal | undefined;
}

/** The options that with() can change. */
export type DerivedOptions = Pick<EngineOptions, "tableName" | "onInvalid" | "capacity">;

export interface EngineOptions {
  /** A DynamoDBClient of @aws-sdk/client-dynamodb. Default: one with the SDK's own defaults, made at the first request. */
  dynamodb?: DynamoDBClientLike | undefined;
  /**
   * A DynamoDBStreamsClient of @aws-sdk/client-dynamodb-streams. Default: one with the settings of `dynamodb`, made for
   * the first stream.
   */
  streams?: DynamoDBStreamsClientLike | undefined;
  /** "lean" bypasses the SDK's middleware if a client has only the SDK's own; "sdk" never does. Default: "lean". */
  road?: Road | undefined;
  /**
   * "dev-{tableName}", or a function of the model, which is called for each operation, at its call. Default: the
   * model's own table name.
   */
  tableName?: TableNaming | undefined;
  /** How to treat a stored value that does not fit its column. Default: "throw". */
  onInvalid?: InvalidPolicy | undefined;
  /**
   * Has each request for items ask for the capacity that it consumes, of its tables or of their indexes besides, which the
   * signal `capacityConsumed` tells. Default: it is not asked for.
   */
  capacity?: CapacityDetail | undefined;
}
