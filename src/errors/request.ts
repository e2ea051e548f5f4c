/** Errors of reads, tables and requests. */

import type { ModelObject } from "../util/model-object.js";
import { BloopError, hide } from "./base.js";

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
