/** What an error of a call means for a stream. Decided by names and codes: the SDK's classes are not met here. */

import { BloopError } from "../errors.js";

/**
 * "fatal" is what only the user can mend, "unreachable" what is so unless the stream was reached before; everything
 * that is not known is "transient", so that no record is given up for it.
 */
export type FailureKind = "expired" | "trimmed" | "notFound" | "transient" | "unreachable" | "fatal";

const byName: { readonly [name: string]: FailureKind } = {
  ExpiredIteratorException: "expired",
  TrimmedDataAccessException: "trimmed",
  ResourceNotFoundException: "notFound",
  LimitExceededException: "transient",
  ThrottlingException: "transient",
  ThrottledException: "transient",
  RequestLimitExceeded: "transient",
  ProvisionedThroughputExceededException: "transient",
  RequestTimeout: "transient",
  RequestTimeoutException: "transient",
  InternalServerError: "transient",
  ValidationException: "fatal",
  AccessDeniedException: "fatal",
  UnrecognizedClientException: "fatal",
  InvalidSignatureException: "fatal",
  IncompleteSignatureException: "fatal",
  MissingAuthenticationTokenException: "fatal",
  ExpiredTokenException: "fatal",
  NotAuthorizedException: "fatal",
  OptInRequired: "fatal",
  CredentialsProviderError: "fatal",
  TokenProviderError: "fatal",
};

const unreachable = ["ECONNREFUSED", "ENOTFOUND"];

interface Failure {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly $fault?: unknown;
}

export function failureKindOf(error: unknown): FailureKind {
  if (error instanceof BloopError) return "fatal";
  if (typeof error !== "object" || error === null) return "transient";
  const { name, code, $fault }: Failure = error;
  const known = typeof name === "string" && Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (known !== undefined) return known;
  if (typeof code === "string" && unreachable.includes(code)) return "unreachable";
  return $fault === "client" ? "fatal" : "transient";
}
