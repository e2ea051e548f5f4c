/** Type level only: what the engine's methods take, and what they resolve with. */

import type { Condition } from "../expression/condition.js";
import type { Rejected } from "../expression/infer.js";
import type { AnyModel, Item, Key, ObjectActions } from "../model/infer.js";
import type { DynamoDBClientLike, Road } from "../session/dynamodb.js";
import type { DynamoDBStreamsClientLike } from "../session/streams.js";
import type { BulkProgress, BulkReport } from "./bulk-writer.js";
import type { InvalidPolicy } from "./context.js";
import type { TableNaming } from "./homes.js";

export interface WriteOptions<M extends string> {
  condition?: Condition<M>;
  /** Only if nothing changed since the object was last loaded or saved; a new object must not exist yet. */
  atomic?: boolean;
  /** Resolve with the values from before, as an object of their own. */
  returning?: "old";
  /**
   * Applied exactly once, also where the response is lost and the request is sent again. Costs twice the write units.
   * Not together with `returning`.
   */
  once?: boolean;
  signal?: AbortSignal;
}

/** `T` is the object, or the array of objects. */
export interface SaveOptions<M extends string, T = object> extends WriteOptions<M> {
  /** "new": fill the object with what is stored after the write. Not together with `returning`. */
  sync?: "new";
  /**
   * Atomic actions to apply in the same write. The object then holds what came of them. Not together with `returning`.
   *
   * @example
   * await engine.save(page, { actions: { views: add(1) } });
   */
  actions?: ObjectActions<T extends readonly (infer E)[] ? E : T>;
}

export interface UpdateOptions<M extends string> extends Omit<WriteOptions<M>, "atomic"> {
  /** Of what is resolved with. Default: what the engine says. */
  onInvalid?: InvalidPolicy;
}

/** The item as an object. With `once` it is read after the write, and may be gone; from before, there may be none. */
export type Updated<T extends AnyModel, O> = O extends { returning: "old" } | { once: true }
  ? Item<T> | undefined
  : Item<T>;

export interface ModifyOptions<T extends AnyModel> {
  /** How often to try, before the last violation is thrown. Default: 20. */
  attempts?: number;
  /** Makes the object to begin with where there is no item. Default: MissingObjects is thrown. */
  create?: (key: Key<T>) => Item<T>;
  /** Default: what the engine says. A column that is left off is not written, unless the function assigns it. */
  onInvalid?: InvalidPolicy;
  /** Applied exactly once, also where the response is lost and the request is sent again. Costs twice the write units. */
  once?: boolean;
  signal?: AbortSignal;
}

export interface BulkOptions {
  /** How many requests of 25 items are under way at once. Default: 4. */
  concurrency?: number;
  /** Called after each request. */
  progress?: (state: BulkProgress) => void;
  /**
   * Called once, when all under way has ended and before the call resolves or rejects: an abort rejects with its reason,
   * and says nothing of what was written.
   */
  report?: (report: BulkReport) => void;
  signal?: AbortSignal;
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
  /** The columns that the objects have, besides the table's key; "keys" is the key alone. Default: "all". */
  projection?: P & ProjectionCheck<P>;
  /** How many objects to yield at most. */
  limit?: number;
  /** How many items DynamoDB evaluates for one request. */
  pageSize?: number;
  onInvalid?: InvalidPolicy;
  signal?: AbortSignal;
}

/** What the compiler says of a projection of nothing. */
type ProjectionCheck<P> = P extends readonly []
  ? Rejected<'an empty projection: "keys" gives the keys alone'>
  : unknown;

export type Consistent<Kind> = Kind extends "global"
  ? { consistent?: Rejected<"a global index has no consistent reads"> }
  : { consistent?: boolean };

export interface ScanSegments {
  /** Read this many segments of the table side by side. */
  segments?: number;
  /** Read one segment, where other processes read the others. */
  parallel?: { segment: number; total: number };
}

export interface StreamOptions {
  /** "pull": asking for the next record acknowledges the one before. "manual": only acknowledge() does. Default: "pull". */
  acknowledge?: "pull" | "manual";
  /** How many records are fetched ahead at most. Default: 10,000. */
  maxBufferedRecords?: number;
  /** As DynamoDB counts bytes. Default: 64 MB. */
  maxBufferedBytes?: number;
  /** How many shards are read at once. Default: 16. */
  concurrency?: number;
  onInvalid?: InvalidPolicy;
  /** Closes the stream. Loops and pulls reject with its reason. */
  signal?: AbortSignal;
}

/** What an engine can have otherwise than the one that it is made of. */
export type DerivedOptions = Pick<EngineOptions, "tableName" | "onInvalid">;

export interface EngineOptions {
  /** A DynamoDBClient of @aws-sdk/client-dynamodb. Default: one with the SDK's own defaults, made at the first request. */
  dynamodb?: DynamoDBClientLike;
  /**
   * A DynamoDBStreamsClient of @aws-sdk/client-dynamodb-streams. Default: one with all that `dynamodb` was given, made for
   * the first stream.
   */
  streams?: DynamoDBStreamsClientLike;
  /**
   * "lean" does without the SDK's middleware where a client has only the SDK's own; "sdk" never does. Default: "lean".
   */
  road?: Road;
  /**
   * "dev-{tableName}", or a function of the model, which is called for each operation, at its call. Default: the model's
   * table name as it is.
   */
  tableName?: TableNaming;
  /** What happens with a stored value that does not fit its column. Default: "throw". */
  onInvalid?: InvalidPolicy;
}
