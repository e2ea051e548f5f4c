/** The names by which AWS, the SDK and Node tell errors apart, in one place, by their meaning. */

/** A request that was refused for lack of capacity, whichever service of AWS said so. */
export const throttlings: readonly string[] = [
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
];

/** A transaction is sent again while its first request is still under way. */
const inProgress = "TransactionInProgressException";

/** The throttling errors of the SDK's retry strategies. */
export const retriedSlowly: readonly string[] = [...throttlings, inProgress];

/** A request that timed out, by the SDK's retry strategies. */
export const timeouts: readonly string[] = ["TimeoutError", "RequestTimeout", "RequestTimeoutException"];

/** A connection that failed, by the SDK's retry strategies: codes of Node. */
export const connectionCodes: readonly string[] = [
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
];

/** A write that did nothing: another one was at work on an item. The last three are reasons of a cancellation. */
export const conflicts: readonly string[] = [
  "TransactionConflictException",
  inProgress,
  "ReplicatedWriteConflictException",
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
];

/** An operation that a server does not know. */
export const unknownOperations: readonly string[] = [
  "UnknownOperationException",
  "NotImplementedException",
  "NotImplemented",
];
