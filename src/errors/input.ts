/** Errors of the caller: models, values, keys, options and positions that bloop refuses before a request. */

import { BloopError, hide } from "./base.js";

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
