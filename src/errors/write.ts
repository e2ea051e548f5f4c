/** Errors of writes and transactions. */

import type { ModelObject } from "../util/model-object.js";
import { BloopError, hide } from "./base.js";

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
