/** What an error of a call means for a stream. Decided by names and codes: the SDK's classes are not met here. */

import { BloopError } from "../errors.js";
import { throttlings, timeouts } from "./error-names.js";

/**
 * "transient" is what is known to pass, and is tried again: a list. "unreachable" passes too, once the stream was
 * reached. All else is "fatal", what only the user can mend: it is thrown at the pull, and nothing is lost by that.
 */
type FailureKind = "expired" | "trimmed" | "notFound" | "transient" | "unreachable" | "fatal";

const byName: { readonly [name: string]: FailureKind } = {
  ExpiredIteratorException: "expired",
  TrimmedDataAccessException: "trimmed",
  ResourceNotFoundException: "notFound",
  ...allOf([...throttlings, ...timeouts, "ThrottlingError"], "transient"),
  InternalServerError: "transient",
  InternalFailure: "transient",
  ServiceUnavailable: "transient",
  ServiceUnavailableException: "transient",
  ServiceException: "transient",
  /** Of session/streams.ts: an answer without what it must hold. Before there was another, it is no DynamoDB's. */
  BrokenAnswer: "unreachable",
};

/** Of Node's sockets and name look-ups, of undici, and of a connection that ends within an answer. */
const byCode: { readonly [code: string]: FailureKind } = {
  ECONNREFUSED: "unreachable",
  ENOTFOUND: "unreachable",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  ENETDOWN: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  ECONNRESET: "transient",
  ECONNABORTED: "transient",
  ETIMEDOUT: "transient",
  ESOCKETTIMEDOUT: "transient",
  EPIPE: "transient",
  EAI_AGAIN: "transient",
  EMFILE: "transient",
  ENFILE: "transient",
  ERR_STREAM_PREMATURE_CLOSE: "transient",
  ERR_HTTP2_STREAM_CANCEL: "transient",
  ERR_HTTP2_GOAWAY_SESSION: "transient",
  ERR_HTTP2_SESSION_ERROR: "transient",
  UND_ERR_CONNECT_TIMEOUT: "transient",
  UND_ERR_HEADERS_TIMEOUT: "transient",
  UND_ERR_BODY_TIMEOUT: "transient",
  UND_ERR_SOCKET: "transient",
};

/** Those that have a status and no name that is known: an answer of a load balancer or a proxy. */
const passingStatuses: readonly number[] = [408, 429, 500, 502, 503, 504, 509];

/** An error of a connection is the cause of others. */
const deepest = 5;

interface Failure {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly $fault?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
  readonly $response?: { readonly statusCode?: unknown };
}

export function failureKindOf(error: unknown): FailureKind {
  let each: unknown = error;
  for (let depth = 0; depth < deepest && isObject(each); depth++) {
    if (each instanceof BloopError) return "fatal";
    const known = knownKindOf(each);
    if (known !== undefined) return known;
    each = each.cause;
  }
  return "fatal";
}

function knownKindOf({ name, code, $fault, $metadata, $response }: Failure): FailureKind | undefined {
  const named = find(byName, name) ?? find(byCode, code) ?? find(byCode, name);
  if (named !== undefined) return named;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  if (typeof status === "number" && status >= 400) return passingStatuses.includes(status) ? "transient" : "fatal";
  if ($fault === "server") return "transient";
  return $fault === "client" ? "fatal" : undefined;
}

function find(kinds: { readonly [name: string]: FailureKind }, name: unknown): FailureKind | undefined {
  return typeof name === "string" && Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}

function allOf(names: readonly string[], kind: FailureKind): { readonly [name: string]: FailureKind } {
  return Object.fromEntries(names.map((name) => [name, kind]));
}

function isObject(value: unknown): value is Failure {
  return typeof value === "object" && value !== null;
}
