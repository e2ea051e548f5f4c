/**
 * Whether and when a request is sent again. Errors are classed as the SDK does; the client's strategy decides the rest.
 */

import type { HttpResponse, RetryErrorType, RetryStrategy, RetryToken } from "../session/client-config.js";
import { connectionCodes, retriedSlowly, timeouts } from "../session/error-names.js";
import { pause } from "../util/async.js";

/** An error as the SDK knows it. Anything may be thrown, so every property is optional. */
export interface ThrownError {
  name?: string;
  message?: string;
  readonly code?: string;
  readonly cause?: unknown;
  readonly $retryable?: { readonly throttling?: boolean };
  $metadata?: {
    httpStatusCode?: number;
    clockSkewCorrected?: boolean;
    attempts?: number;
    totalRetryDelay?: number;
  };
  readonly $response?: HttpResponse;
  readonly ServerTime?: string;
}

const transientStatuses = [500, 502, 503, 504];

function retryTypeOf(error: ThrownError): RetryErrorType {
  const { $metadata, $retryable, name = "" } = error;
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 429 || retriedSlowly.includes(name) || $retryable?.throttling === true) return "THROTTLING";
  if (isTransient(error)) return "TRANSIENT";
  return status >= 500 ? "SERVER_ERROR" : "CLIENT_ERROR";
}

function isTransient(error: ThrownError, depth = 0): boolean {
  const { name = "", message = "", code = "", cause, $metadata, $retryable } = error;
  if (name === "AbortError") return false;
  return (
    $retryable !== undefined ||
    $metadata?.clockSkewCorrected === true ||
    (name === "InvalidSignatureException" && message.includes("Signature expired")) ||
    timeouts.includes(name) ||
    connectionCodes.includes(code) ||
    transientStatuses.includes($metadata?.httpStatusCode ?? 0) ||
    (code === "ERR_HTTP2_STREAM_ERROR" && message.includes("NGHTTP2_REFUSED_STREAM")) ||
    (typeof cause === "object" && cause !== null && depth < 10 && isTransient(cause, depth + 1))
  );
}

/** The token for the next attempt, after its pause; undefined if there is none. */
export async function nextAttempt(
  strategy: RetryStrategy,
  token: RetryToken,
  error: ThrownError,
  signal: AbortSignal | undefined,
): Promise<{ readonly token: RetryToken; readonly delay: number } | undefined> {
  const hint = retryAfter(error.$response);
  const info = { error, errorType: retryTypeOf(error), ...(hint === undefined ? {} : { retryAfterHint: hint }) };
  let next: RetryToken;
  try {
    next = await unlessAborted(strategy.refreshRetryTokenForRetry(token, info), signal);
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
  const delay = next.getRetryDelay();
  if (delay > 0) await pause(delay, signal);
  return { token: next, delay: delay + (next.$retryLog?.acquisitionDelay ?? 0) };
}

/** The time of another attempt that the answer asks for, by one of two headers. */
function retryAfter(response: HttpResponse | undefined): Date | undefined {
  const milliseconds = response?.headers?.["x-amz-retry-after"];
  const seconds = response?.headers?.["retry-after"];
  if (milliseconds !== undefined) return dateAfter(Number(milliseconds));
  if (seconds === undefined) return undefined;
  const isCount = /^\d+(?:\.\d+)?$/.test(seconds);
  return dateAfter(isCount ? Number(seconds) * 1000 : Date.parse(seconds) - Date.now());
}

function dateAfter(milliseconds: number): Date | undefined {
  return Number.isFinite(milliseconds) && milliseconds >= 0 ? new Date(Date.now() + milliseconds) : undefined;
}

/** The same promise, but rejected with the signal's reason as soon as the signal aborts. */
export async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
