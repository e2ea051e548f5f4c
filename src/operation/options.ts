/** Type level only: what the engine's methods take, and what they resolve with. */

import type { InvalidRecord, WriteFailure } from "../errors.js";
import type { Condition } from "../expression/condition.js";
import type { KeyCondition, Rejected } from "../expression/infer.js";
import type { AnyModel, Item, Key, ObjectActions } from "../model/infer.js";
import type { DynamoDBClientLike, Road } from "../session/client.js";
import type { DynamoDBStreamsClientLike } from "../session/streams.js";
import type { CapacityDetail } from "../wire/capacity.js";
import type { InvalidPolicy } from "./context.js";
import type { TableNaming } from "./homes.js";

export interface WriteOptions<M extends string> {
  condition?: Condition<M> | undefined;
  /** Only if nothing changed since the object was last loaded or saved; a new object must not exist yet. */
  atomic?: boolean | undefined;
  /** Resolve with the values from before, as an object of their own. */
  returning?: "old";
  /**
   * Applied exactly once, also where the response is lost and the request is sent again. Costs twice the write units.
   * Not together with `returning`.
   */
  once?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** `T` is the object, or the array of objects. */
export interface SaveOptions<M extends string, T = object> extends WriteOptions<M> {
  /** "new": fill the object with what is stored after the write. Not together with `returning`. */
  sync?: "new" | undefined;
  /**
   * Atomic actions to apply in the same write. The object then holds what came of them. Not together with `returning`.
   *
   * @example
   * await engine.save(page, { actions: { views: add(1) } });
   */
  actions?: ObjectActions<T extends readonly (infer E)[] ? E : T> | undefined;
}

export interface UpdateOptions<M extends string> extends Omit<WriteOptions<M>, "atomic"> {
  /**
   * Of a model with composed index keys: what is stored of the parts that do not change. A condition, and no write.
   *
   * @example
   * await engine.update(Order, { customerId, placedAt, id }, { priority: 2 }, { given: { status: "open" } });
   */
  given?: object | undefined;
  /** Of what is resolved with. Default: what the engine says. */
  onInvalid?: InvalidPolicy | undefined;
}

/** The item as an object. With `once` it is read after the write, and may be gone; from before, there may be none. */
export type Updated<T extends AnyModel, O> = O extends { returning: "old" } | { once: true }
  ? Item<T> | undefined
  : Item<T>;

export interface ModifyOptions<T extends AnyModel> {
  /** How often to try, before the last violation is thrown. Default: 20. */
  attempts?: number | undefined;
  /** Makes the object to begin with where there is no item. Default: MissingObjects is thrown. */
  create?: ((key: Key<T>) => Item<T>) | undefined;
  /** Default: what the engine says. A column that is left off is not written, unless the function assigns it. */
  onInvalid?: InvalidPolicy | undefined;
  /** Applied exactly once, also where the response is lost and the request is sent again. Costs twice the write units. */
  once?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** How far a bulk write has come, in objects. */
export interface BulkProgress {
  readonly written: number;
  readonly failed: number;
}

/** How a bulk write ended, in objects: of what was taken, all that is not written has failed. */
export interface BulkReport {
  /** How many objects are written. */
  readonly written: number;
  /** How many objects were taken from the source: to go on later, write the failed ones, and skip so many of the source. */
  readonly taken: number;
  /** An aborted request may have been done all the same. */
  readonly failures: readonly WriteFailure[];
}

export interface BulkOptions {
  /** How many requests of 25 items are under way at once. Default: 4. */
  concurrency?: number | undefined;
  /** Called after each request. */
  progress?: ((state: BulkProgress) => void) | undefined;
  /**
   * Called once, when all under way has ended and before the call resolves or rejects: an abort rejects with its reason,
   * and says nothing of what was written.
   */
  report?: ((report: BulkReport) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** What a write resolves with: for an array of objects, an array in the same order. */
export type Returned<T, O> = O extends { returning: "old" }
  ? T extends readonly (infer E)[]
    ? (E | undefined)[]
    : T | undefined
  : undefined;

export interface ReadOptions {
  consistent?: boolean | undefined;
  /** Default: what the engine says. */
  onInvalid?: InvalidPolicy | undefined;
  signal?: AbortSignal | undefined;
}

export interface SearchOptions<M extends string, Filterable extends string, P> {
  filter?: Condition<M, Filterable> | undefined;
  /** The columns that the objects have, besides the table's key; "keys" is the key alone. Default: "all". */
  projection?: (P & ProjectionCheck<P>) | undefined;
  /** How many objects to yield at most. */
  limit?: number | undefined;
  /** How many items DynamoDB evaluates for one request. */
  pageSize?: number | undefined;
  onInvalid?: InvalidPolicy | undefined;
  signal?: AbortSignal | undefined;
}

/** What the compiler says of a projection of nothing. */
type ProjectionCheck<P> = P extends readonly []
  ? Rejected<'an empty projection: "keys" gives the keys alone'>
  : unknown;

type Consistent<Kind> = Kind extends "global"
  ? { consistent?: Rejected<"a global index has no consistent reads"> }
  : { consistent?: boolean | undefined };

/** What query() takes. `H` and `R` are the key columns, `C` all that can be seen. */
export type QueryOptions<
  M extends string,
  H extends string,
  R extends string,
  C extends string,
  P,
  Kind extends "table" | "local" | "global",
> = {
  key: KeyCondition<M, H, R>;
  /** false: from the highest range key to the lowest. Default: true. */
  forward?: boolean | undefined;
} & SearchOptions<M, Exclude<C, H | R>, P> &
  Consistent<Kind>;

/** What scan() takes. */
export type ScanOptions<
  M extends string,
  C extends string,
  P,
  Kind extends "table" | "local" | "global",
> = ScanSegments & SearchOptions<M, C, P> & Consistent<Kind>;

/** The options of either search, as its planning and reading see them. */
export type AnySearchOptions = ScanSegments &
  Partial<Pick<AnyQueryOptions, "key" | "forward">> &
  Omit<AnyQueryOptions, "key" | "forward" | "projection"> & {
    projection?: "all" | "keys" | readonly string[] | undefined;
  };

type AnyQueryOptions = QueryOptions<string, string, string, string, "all", "table">;

export interface ScanSegments {
  /** Read this many segments of the table side by side. */
  segments?: number | undefined;
  /** Read one segment, where other processes read the others. */
  parallel?: { segment: number; total: number } | undefined;
}

/** What bind() takes. */
export interface BindOptions {
  /** "create" missing tables and set up time to live (of new tables) and backups, "validate" only, or "skip" both. Default: "create". */
  readonly tables?: "create" | "validate" | "skip" | undefined;
  /** Milliseconds to wait for a table to become active. Default: 10 minutes. */
  readonly timeout?: number | undefined;
  /**
   * Models on whose existing tables time to live may be turned on. DynamoDB then deletes each item that has a number of
   * the past in the column, old items too. Without it, only on a table that is new and empty.
   */
  readonly turnOnTtl?: readonly AnyModel[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Of an object in a transaction. `M` is the name of the object's model. */
export interface TransactedOptions<M extends string = string> {
  condition?: Condition<M> | undefined;
  /** Only if nothing changed since the object was last loaded or saved; a new object must not exist yet. */
  atomic?: boolean | undefined;
}

/** Of an update by key in a transaction. */
export interface TransactedUpdateOptions<M extends string = string> {
  condition?: Condition<M> | undefined;
  /** As for update(): what is stored of the parts of index keys that do not change. */
  given?: object | undefined;
}

/** Of committing a write transaction. */
export interface CommitOptions {
  signal?: AbortSignal | undefined;
}

export interface ReadTransactionOptions {
  /** Default: what the engine says. */
  onInvalid?: InvalidPolicy | undefined;
  signal?: AbortSignal | undefined;
}

export interface StreamOptions {
  /** "pull": asking for the next record acknowledges the one before. "manual": only acknowledge() does. Default: "pull". */
  acknowledge?: "pull" | "manual" | undefined;
  /** How many records are fetched ahead at most. Default: 10,000. */
  maxBufferedRecords?: number | undefined;
  /** As DynamoDB counts bytes. Default: 64 MB. */
  maxBufferedBytes?: number | undefined;
  /** How many shards are read at once. Default: 16. */
  concurrency?: number | undefined;
  /** How many milliseconds lie between two reads of a shard that find nothing, at most: from 250 to 60,000. Default: 1000. */
  idleInterval?: number | undefined;
  onInvalid?: InvalidPolicy | undefined;
  /**
   * Is called with a record that can't be loaded, and awaited; then the record is skipped, and a loop goes on. What it
   * throws is thrown at the pull, and the record is not skipped. Default: the pull throws the InvalidRecord.
   */
  onInvalidRecord?: ((error: InvalidRecord) => unknown) | undefined;
  /**
   * Of a stream of several models: what happens with an item of a kind that no model of the table knows. "skip" tells of it
   * by the signal unknownItem; "raw" gives its record with attributes in DynamoDB's form, and without a model. Default: "skip".
   */
  onUnknown?: "skip" | "error" | "raw" | undefined;
  /** Closes the stream. Loops and pulls reject with its reason. */
  signal?: AbortSignal | undefined;
}

/** What an engine can have otherwise than the one that it is made of. */
export type DerivedOptions = Pick<EngineOptions, "tableName" | "onInvalid" | "capacity">;

export interface EngineOptions {
  /** A DynamoDBClient of @aws-sdk/client-dynamodb. Default: one with the SDK's own defaults, made at the first request. */
  dynamodb?: DynamoDBClientLike | undefined;
  /**
   * A DynamoDBStreamsClient of @aws-sdk/client-dynamodb-streams. Default: one with all that `dynamodb` was given, made for
   * the first stream.
   */
  streams?: DynamoDBStreamsClientLike | undefined;
  /**
   * "lean" does without the SDK's middleware where a client has only the SDK's own; "sdk" never does. Default: "lean".
   */
  road?: Road | undefined;
  /**
   * "dev-{tableName}", or a function of the model, which is called for each operation, at its call. Default: the model's
   * table name as it is.
   */
  tableName?: TableNaming | undefined;
  /** What happens with a stored value that does not fit its column. Default: "throw". */
  onInvalid?: InvalidPolicy | undefined;
  /**
   * Has each request for items ask for the capacity that it consumes, of its tables or of their indexes besides, which the
   * signal `capacityConsumed` tells. Default: it is not asked for.
   */
  capacity?: CapacityDetail | undefined;
}
