/** Type level only: the events of Lambda as AWS documents them, and the arguments and answers of a handler. */

import type { UnknownPolicy } from "../model/infer.js";
import type { RecordOptions } from "../operation/options.js";
import type { OnError } from "../operation/rule.js";

/**
 * A record of a DynamoDB stream as Lambda sends it. All of it is optional, as in @types/aws-lambda, whose
 * `DynamoDBRecord` it takes. Items are in DynamoDB's JSON, with binary values in base64.
 */
export interface LambdaRecord {
  readonly eventID?: string | undefined;
  readonly eventName?: string | undefined;
  readonly eventSource?: string | undefined;
  /** The ARN of the stream. It holds the table's name. */
  readonly eventSourceARN?: string | undefined;
  readonly awsRegion?: string | undefined;
  readonly dynamodb?: LambdaChange | undefined;
  /** Who made the change, if it was a service: `{ type: "Service", principalId: "dynamodb.amazonaws.com" }`. */
  readonly userIdentity?: unknown;
}

/** The change of an item, as Lambda sends it. */
export interface LambdaChange {
  /** In seconds; AWS's own samples also have it as a text. */
  readonly ApproximateCreationDateTime?: number | string | undefined;
  readonly Keys?: object | undefined;
  readonly NewImage?: object | undefined;
  readonly OldImage?: object | undefined;
  readonly SequenceNumber?: string | undefined;
  readonly SizeBytes?: number | undefined;
  readonly StreamViewType?: string | undefined;
}

/** The argument of a function for a batch of a stream: `DynamoDBStreamEvent` of @types/aws-lambda. */
export interface LambdaEvent {
  readonly Records?: readonly LambdaRecord[] | undefined;
}

/** The part of Lambda's context that is used. */
export interface LambdaContext {
  /** Milliseconds until the function times out. */
  getRemainingTimeInMillis(): number;
}

/**
 * The answer to Lambda: nothing has failed, or the sequence number from which on the batch has to be tried again.
 * `DynamoDBBatchResponse` of @types/aws-lambda.
 */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** The second argument of a handler. `C` is Lambda's context. */
export interface HandlerContext<C> {
  /** Is aborted shortly before the function times out: what is not done by then comes again. */
  readonly signal: AbortSignal;
  /** As Lambda gave it. Undefined if the function was called without one, as a test may. */
  readonly context: C | undefined;
}

/** The known facts about a record that has failed. */
export interface RecordFailure {
  /** The record as it came in the event. */
  readonly raw: LambdaRecord;
  /**
   * Milliseconds since the change. An event does not say how often it was tried: its age is all there is to decide by.
   * Undefined if the event has no time.
   */
  readonly age: number | undefined;
}

export interface StreamHandlerOptions<R extends object, U extends UnknownPolicy = UnknownPolicy>
  extends RecordOptions<U> {
  /**
   * How many records are handled at once, at most. Records of one item are handled one after the other, in their order,
   * all the same. Default: 1.
   */
  concurrency?: number | undefined;
  /**
   * Milliseconds before the function's time-out at which the handlers' signal is aborted. Half of it is for handlers to
   * end; then the answer is sent. Default: 1000.
   */
  margin?: number | undefined;
  /**
   * What becomes of a record that fails, or that can't be loaded. "retry": Lambda sends it again, and all behind it.
   * "skip": it counts as handled. A function decides for each failure; if it throws, the record is retried. Default:
   * "retry".
   */
  onError?: OnError<R, RecordFailure> | undefined;
  /**
   * "report": the answer names the first record that was not handled, which needs ReportBatchItemFailures in the
   * mapping's FunctionResponseTypes. WITHOUT IT, LAMBDA TAKES THE ANSWER FOR SUCCESS, AND WHAT FAILED IS LOST.
   * "throw": the error is thrown, so that the whole batch fails, which needs nothing. Default: "report".
   */
  mode?: "report" | "throw" | undefined;
}
