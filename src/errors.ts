/** Every error class that bloop throws. Fields and names only: the sentences are written where the error is found. */

import { brand, isInstance, type SharedClass } from "./util/core.js";
import type { ModelObject } from "./util/model-object.js";

/** Sets fields that a log or JSON of an error leaves out: they hold items, and items may hold secrets. */
function hide(target: object, fields: object): void {
  for (const [name, value] of Object.entries(fields)) Object.defineProperty(target, name, { value, enumerable: false });
}

/** The top of all errors that bloop throws. `name` tells them apart, `cause` keeps the error underneath. */
export class BloopError extends Error {
  /** For `instanceof`, if bloop was loaded more than once. Each class has its own. @internal */
  static readonly kind: string = "BloopError";
  /** @internal */
  static readonly brand: string = brand;
  override readonly name: string = "BloopError";

  /** @internal */
  static override [Symbol.hasInstance](this: SharedClass, value: unknown): boolean {
    return isInstance(this, value);
  }
}

/** A model that can't be: found when it is declared. */
export class InvalidModel extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidModel";
  override readonly name = "InvalidModel";
}

/** A value that does not fit its column, on load or dump: the message names model, column, path and key. */
export class InvalidValue extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidValue";
  override readonly name = "InvalidValue";
  /** The name of the model. */
  readonly model: string;
  /** From the column's property inwards: `["items", 0, "price"]`. */
  readonly path: readonly (string | number)[];
  /** Whose value it is: "input" was given by the caller, "stored" is in the table. */
  readonly origin: "input" | "stored";
  /** On load: the item as DynamoDB holds it. Not enumerable, so that a log shows the message and not the item. */
  declare readonly item: { readonly [name: string]: unknown } | undefined;

  constructor(
    message: string,
    details: { model: string; path: readonly (string | number)[]; item?: object | undefined; cause?: unknown },
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.model = details.model;
    this.path = details.path;
    this.origin = details.item === undefined ? "input" : "stored";
    hide(this, { item: details.item });
  }
}

/** An object or key that lacks a key column, before any request. */
export class MissingKey extends BloopError {
  /** @internal */
  static override readonly kind: string = "MissingKey";
  override readonly name = "MissingKey";
  readonly model: string;
  /** The key columns that have no value. */
  readonly columns: readonly string[];

  constructor(message: string, details: { model: string; columns: readonly string[] }) {
    super(message);
    this.model = details.model;
    this.columns = details.columns;
  }
}

/** A condition that can't be: found when it is built, or when it meets another model. */
export class InvalidCondition extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidCondition";
  override readonly name = "InvalidCondition";
}

/** A query or scan that can't be: found before any request. */
export class InvalidSearch extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidSearch";
  override readonly name = "InvalidSearch";
}

/** A stream that can't be: of a model that declares none, of a table that has none, or used after it was closed. */
export class InvalidStream extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidStream";
  override readonly name = "InvalidStream";
}

/**
 * A position that no stream or search can take: an invalid date, a broken token or cursor, or one of another table or
 * search. The stream or search is where it was.
 */
export class InvalidPosition extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidPosition";
  override readonly name = "InvalidPosition";
}

/** A record of a stream that can't be loaded. It is neither lost nor skipped: the next pull gives it again. */
export class InvalidRecord extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidRecord";
  override readonly name = "InvalidRecord";
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** As DynamoDB sent it, with its items in their wire form. Not enumerable, so that a log shows the message only. */
  declare readonly record: { readonly [name: string]: unknown };

  constructor(message: string, details: { shardId: string; sequenceNumber: string; record: object; cause: unknown }) {
    super(message, { cause: details.cause });
    this.shardId = details.shardId;
    this.sequenceNumber = details.sequenceNumber;
    Object.defineProperty(this, "record", { value: details.record, enumerable: false });
  }
}

/** An option that is misspelt, of the wrong type, or at odds with another; or an argument that is no model or object. */
export class InvalidOption extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidOption";
  override readonly name = "InvalidOption";
}

/** `first()` or `one()` found nothing, or `one()` found more than one. */
export class UnexpectedCount extends BloopError {
  /** @internal */
  static override readonly kind: string = "UnexpectedCount";
  override readonly name = "UnexpectedCount";
  /** 0, or 2 for more than one. */
  readonly found: number;

  constructor(message: string, found: number) {
    super(message);
    this.found = found;
  }
}

/** A condition did not hold, and nothing was written. */
export class ConstraintViolation extends BloopError {
  /** @internal */
  static override readonly kind: string = "ConstraintViolation";
  override readonly name = "ConstraintViolation";
  /** The object that was to be saved or deleted, unchanged; of an operation by key, the key. */
  declare readonly object: object;
  /**
   * The item as it was at that moment, or undefined if there was none. Not enumerable, as `object` is not: a log shows
   * the message, and no values.
   *
   * @example
   * try {
   *   await engine.save(account, { atomic: true });
   * } catch (error) {
   *   if (error instanceof ConstraintViolation && error.current instanceof Account) console.log(error.current.email);
   * }
   */
  declare readonly current: ModelObject<string> | undefined;
  /** Where it was the version that did not match: the one that was expected, and the one that is stored. */
  readonly version: VersionMismatch | undefined;

  constructor(
    message: string,
    details: { object: object; current: object | undefined; version?: VersionMismatch | undefined; cause?: unknown },
  ) {
    super(message, { cause: details.cause });
    hide(this, { object: details.object, current: details.current });
    this.version = details.version;
  }
}

/** Undefined stands for an item without a version, or no item at all. */
export interface VersionMismatch {
  readonly expected: number | undefined;
  readonly stored: number | undefined;
}

/** A transaction that can't be: found before any request. */
export class InvalidTransaction extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidTransaction";
  override readonly name = "InvalidTransaction";
}

/** What became of one item of a canceled transaction. */
export interface TransactionReason {
  /** The object, or the key where a key was given. */
  readonly object: object;
  /** DynamoDB's word for it: "ConditionalCheckFailed", "TransactionConflict", "ValidationError"...; "None" for an item that was not the reason. */
  readonly code: string;
  readonly message: string;
  /** If a condition failed: the item as it was, or undefined if there was none. */
  readonly current: ModelObject<string> | undefined;
  /** Where it was the version that did not match. */
  readonly version: VersionMismatch | undefined;
}

/** A transaction was canceled, and nothing of it was done. */
export class TransactionCanceled extends BloopError {
  /** @internal */
  static override readonly kind: string = "TransactionCanceled";
  override readonly name = "TransactionCanceled";
  /** For each item, in the order of the transaction. */
  readonly reasons: readonly TransactionReason[];

  constructor(message: string, details: { reasons: readonly TransactionReason[]; cause: unknown }) {
    super(message, { cause: details.cause });
    this.reasons = details.reasons.map(({ object, current, ...shown }) => {
      hide(shown, { object, current });
      return shown as TransactionReason;
    });
  }
}

/** A transaction is committed again after DynamoDB may have forgotten its id: it could be done twice. */
export class TransactionTokenExpired extends BloopError {
  /** @internal */
  static override readonly kind: string = "TransactionTokenExpired";
  override readonly name = "TransactionTokenExpired";
}

/** Some objects to load are not in their tables. The others are loaded. */
export class MissingObjects extends BloopError {
  /** @internal */
  static override readonly kind: string = "MissingObjects";
  override readonly name = "MissingObjects";
  /** Not enumerable: a log shows how many they are, and no values. */
  declare readonly objects: readonly ModelObject<string>[];

  constructor(message: string, objects: readonly object[]) {
    super(message);
    hide(this, { objects });
  }
}

/** One of many writes that failed. */
export interface WriteFailure {
  readonly object: ModelObject<string>;
  readonly error: unknown;
}

/** Some of many writes failed: which, and why. The others are done. */
export class WriteFailures extends BloopError {
  /** @internal */
  static override readonly kind: string = "WriteFailures";
  override readonly name = "WriteFailures";
  readonly failures: readonly WriteFailure[];
  /** How many objects are written. */
  readonly written: number;
  /** How many objects were taken from the source: to go on later, write the failed ones, and skip so many of the source. */
  readonly taken: number;

  constructor(
    message: string,
    details: {
      failures: readonly { readonly object: object; readonly error: unknown }[];
      written: number;
      taken: number;
      cause: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.failures = details.failures.map(({ object, error }) => {
      const failure = { error };
      hide(failure, { object });
      return failure as WriteFailure;
    });
    this.written = details.written;
    this.taken = details.taken;
  }
}

/** The table in DynamoDB is not as its models say. */
export class TableMismatch extends BloopError {
  /** @internal */
  static override readonly kind: string = "TableMismatch";
  override readonly name = "TableMismatch";
  readonly tableName: string;
  /** Each a sentence. */
  readonly differences: readonly string[];

  constructor(message: string, details: { tableName: string; differences: readonly string[] }) {
    super(message);
    this.tableName = details.tableName;
    this.differences = details.differences;
  }
}

/** A table that did not become ready in time, or unprocessed keys that stayed so. */
export class TimedOut extends BloopError {
  /** @internal */
  static override readonly kind: string = "TimedOut";
  override readonly name = "TimedOut";
}

/** Why DynamoDB throttled a request, for one table or index. */
export interface ThrottlingReason {
  /** Resource, operation and limit in one word: "TableWriteKeyRangeThroughputExceeded" is a hot key. */
  readonly reason: string;
  /** The ARN of the table or index. */
  readonly resource: string;
}

/** DynamoDB, or the way to it, refused a request for a reason that has no class of its own. `cause` is the SDK's error. */
export class RequestFailed extends BloopError {
  /** @internal */
  static override readonly kind: string = "RequestFailed";
  override readonly name = "RequestFailed";
  /** The DynamoDB operation, such as "UpdateItem". */
  readonly operation: string;
  /** The SDK error's name, such as "ThrottlingException". */
  readonly code: string;
  readonly requestId: string | undefined;
  /** Where DynamoDB says why it throttled the request; else empty. */
  readonly throttlingReasons: readonly ThrottlingReason[];

  constructor(
    message: string,
    details: {
      operation: string;
      code: string;
      requestId: string | undefined;
      throttlingReasons?: readonly ThrottlingReason[];
      cause: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.operation = details.operation;
    this.code = details.code;
    this.requestId = details.requestId;
    this.throttlingReasons = details.throttlingReasons ?? [];
  }
}
