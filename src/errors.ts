/** Every error class that bloop throws. Fields and names only: the code that finds an error writes its sentence. */

import { brand, isInstance, type SharedClass } from "./util/core.js";
import type { ModelObject } from "./util/model-object.js";

/** Sets fields that logs and JSON of an error omit: they hold items, and items may hold secrets. */
function hide(target: object, fields: object): void {
  for (const [name, value] of Object.entries(fields)) Object.defineProperty(target, name, { value, enumerable: false });
}

/** The base class of all errors that bloop throws. `name` tells them apart; `cause` is the underlying error. */
export class BloopError extends Error {
  /** For `instanceof`, if bloop was loaded more than once. Each class has its own. @internal */
  static readonly kind: string = "BloopError";
  /** @internal */
  static readonly brand: string = brand;
  override readonly name: string = "BloopError";

  /**
   * Whether the write is done all the same: only a later step failed, such as reading the item back. If false, other
   * fields and the class tell what is known.
   */
  get isWritten(): boolean {
    return false;
  }

  /** @internal */
  static override [Symbol.hasInstance](this: SharedClass, value: unknown): boolean {
    return isInstance(this, value);
  }
}

/** An invalid model: found when it is declared. */
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
  /** The source of the value: "input" was given by the caller, "stored" is in the table. */
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

/** A key column of an object or a key has no value. Found before any request. */
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

/** An invalid condition: found when it is built, or when it is used with another model. */
export class InvalidCondition extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidCondition";
  override readonly name = "InvalidCondition";
}

/** An invalid query or scan: found before any request. */
export class InvalidSearch extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidSearch";
  override readonly name = "InvalidSearch";
}

/** An invalid stream: the model declares none, the table has none, or the stream was used after it was closed. */
export class InvalidStream extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidStream";
  override readonly name = "InvalidStream";
}

/**
 * An invalid position for a stream or search: an invalid date, a broken token or cursor, or one of another table or
 * search. The stream or search stays at its position.
 */
export class InvalidPosition extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidPosition";
  override readonly name = "InvalidPosition";
}

/** A stream record that can't be loaded. It is neither lost nor skipped: the next pull gives it again. */
export class InvalidRecord extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidRecord";
  override readonly name = "InvalidRecord";
  readonly shardId: string;
  readonly sequenceNumber: string;
  /**
   * The record as DynamoDB sent it, with its items in their wire form. Not enumerable, so that a log shows the message
   * only.
   */
  declare readonly record: { readonly [name: string]: unknown };

  constructor(message: string, details: { shardId: string; sequenceNumber: string; record: object; cause: unknown }) {
    super(message, { cause: details.cause });
    this.shardId = details.shardId;
    this.sequenceNumber = details.sequenceNumber;
    Object.defineProperty(this, "record", { value: details.record, enumerable: false });
  }
}

/**
 * An invalid argument: an option that is misspelt, of the wrong type, or in conflict with another; or a value that is
 * not a model or an object of one.
 */
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
  override readonly name: string = "ConstraintViolation";
  /** The unchanged object that should have been saved or deleted; for an operation by key, the key. */
  declare readonly object: object;
  /**
   * The item at that moment, or undefined if there was none. Neither this nor `object` is enumerable: a log shows the
   * message, and no values.
   *
   * @example
   * try {
   *   await engine.save(account, { atomic: true });
   * } catch (error) {
   *   if (error instanceof ConstraintViolation && error.current instanceof Account) console.log(error.current.email);
   * }
   */
  declare readonly current: ModelObject<string> | undefined;
  /** The expected and the stored version, if they did not match. */
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

/** Another item has the value of a unique column, and nothing was written. */
export class UniqueViolation extends ConstraintViolation {
  /** @internal */
  static override readonly kind: string = "UniqueViolation";
  override readonly name: string = "UniqueViolation";
  /** The properties of the columns whose values together are unique. */
  readonly columns: readonly string[];
  /** The key of the other item. Not enumerable: a log shows the message, and no values. */
  declare readonly owner: object | undefined;

  constructor(
    message: string,
    details: { object: object; columns: readonly string[]; owner: object | undefined; cause?: unknown },
  ) {
    super(message, { object: details.object, current: undefined, cause: details.cause });
    this.columns = details.columns;
    hide(this, { owner: details.owner });
  }
}

/** Undefined stands for an item without a version, or for no item. */
export interface VersionMismatch {
  readonly expected: number | undefined;
  readonly stored: number | undefined;
}

/** An invalid transaction: found before any request. */
export class InvalidTransaction extends BloopError {
  /** @internal */
  static override readonly kind: string = "InvalidTransaction";
  override readonly name = "InvalidTransaction";
}

/** The reason for one item of a canceled transaction. */
export interface TransactionReason {
  /** The object, or the key if a key was given. */
  readonly object: object;
  /**
   * DynamoDB's code: "ConditionalCheckFailed", "TransactionConflict", "ValidationError"...; "None" for an item that was
   * not the reason.
   */
  readonly code: string;
  readonly message: string;
  /** If a condition failed: the item at that moment, or undefined if there was none. */
  readonly current: ModelObject<string> | undefined;
  /** The expected and the stored version, if they did not match. */
  readonly version: VersionMismatch | undefined;
  /** If another item has the value of a unique column: the columns, and the key of that item. */
  readonly taken?: { readonly columns: readonly string[]; readonly owner: object | undefined } | undefined;
}

/** A transaction was canceled; none of its writes was done. */
export class TransactionCanceled extends BloopError {
  /** @internal */
  static override readonly kind: string = "TransactionCanceled";
  override readonly name = "TransactionCanceled";
  /** One for each item, in the order of the transaction. */
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

/** Some objects to load do not exist in their tables. The others are loaded. */
export class MissingObjects extends BloopError {
  /** @internal */
  static override readonly kind: string = "MissingObjects";
  override readonly name = "MissingObjects";
  /** Not enumerable: a log shows how many there are, and no values. */
  declare readonly objects: readonly ModelObject<string>[];

  constructor(message: string, objects: readonly object[]) {
    super(message);
    hide(this, { objects });
  }
}

/** One failed write of many. */
export interface WriteFailure {
  readonly object: ModelObject<string>;
  readonly error: unknown;
}

/** Some of many writes failed. `failures` lists them with their errors. The others are done. */
export class WriteFailures extends BloopError {
  /** @internal */
  static override readonly kind: string = "WriteFailures";
  override readonly name = "WriteFailures";
  readonly failures: readonly WriteFailure[];
  /** The number of objects that were written. */
  readonly written: number;
  /**
   * The number of objects that were taken from the source. To go on later, write the failed ones, and skip this many of
   * the source.
   */
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

/** The table in DynamoDB differs from its models. */
export class TableMismatch extends BloopError {
  /** @internal */
  static override readonly kind: string = "TableMismatch";
  override readonly name = "TableMismatch";
  readonly tableName: string;
  /** One sentence for each difference. */
  readonly differences: readonly string[];

  constructor(message: string, details: { tableName: string; differences: readonly string[] }) {
    super(message);
    this.tableName = details.tableName;
    this.differences = details.differences;
  }
}

/** A table did not become ready in time, or keys remained unprocessed. */
export class TimedOut extends BloopError {
  /** @internal */
  static override readonly kind: string = "TimedOut";
  override readonly name = "TimedOut";
}

/** DynamoDB's reason for throttling a request, for one table or index. */
export interface ThrottlingReason {
  /** Resource, operation and limit in one word: "TableWriteKeyRangeThroughputExceeded" is a hot key. */
  readonly reason: string;
  /** The ARN of the table or index. */
  readonly resource: string;
}

/** DynamoDB, or the network, refused a request for a reason without a class of its own. `cause` is the SDK's error. */
export class RequestFailed extends BloopError {
  /** @internal */
  static override readonly kind: string = "RequestFailed";
  override readonly name = "RequestFailed";
  /** The DynamoDB operation, such as "UpdateItem". */
  readonly operation: string;
  /** The SDK error's name, such as "ThrottlingException". */
  readonly code: string;
  readonly requestId: string | undefined;
  /** DynamoDB's reasons for throttling the request; empty if it gives none. */
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
