/** Whether and when a request is sent again: how errors are classed, and what an answer asks for. */

import { afterEach, describe, expect, test, vi } from "vitest";
import { nextAttempt, type ThrownError, unlessAborted } from "../../../src/lean/retry.js";
import type { RetryStrategy, RetryToken } from "../../../src/session/client-config.js";

const token = (delay = 0, more: object = {}): RetryToken => ({
  getRetryCount: () => 1,
  getRetryDelay: () => delay,
  ...more,
});

/** What the client's strategy is told of an error. */
async function told(error: ThrownError) {
  const refreshRetryTokenForRetry = vi.fn(async (_: RetryToken, _info: object) => token());
  const strategy = { refreshRetryTokenForRetry } as unknown as RetryStrategy;
  await nextAttempt(strategy, token(), error, undefined);
  return refreshRetryTokenForRetry.mock.calls[0]?.[1] as { errorType: string; retryAfterHint?: Date };
}

afterEach(() => void vi.useRealTimers());

const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

test.each<[ThrownError, string]>([
  [{ name: "ThrottlingException" }, "THROTTLING"],
  [{ name: "ProvisionedThroughputExceededException" }, "THROTTLING"],
  [{ name: "Any", ...status(429) }, "THROTTLING"],
  [{ name: "Any", $retryable: { throttling: true } }, "THROTTLING"],
  [{ name: "Any", $retryable: {} }, "TRANSIENT"],
  [{ name: "TimeoutError" }, "TRANSIENT"],
  [{ code: "ECONNRESET" }, "TRANSIENT"],
  [{ name: "Any", ...status(503) }, "TRANSIENT"],
  [{ name: "Any", $metadata: { clockSkewCorrected: true } }, "TRANSIENT"],
  [{ name: "InvalidSignatureException", message: "Signature expired: 1 is now" }, "TRANSIENT"],
  [{ name: "InvalidSignatureException", message: "The signature does not match" }, "CLIENT_ERROR"],
  [{ code: "ERR_HTTP2_STREAM_ERROR", message: "Stream closed with NGHTTP2_REFUSED_STREAM" }, "TRANSIENT"],
  [{ code: "ERR_HTTP2_STREAM_ERROR", message: "Stream closed" }, "CLIENT_ERROR"],
  [{ name: "Any", cause: { name: "Inner", cause: { code: "EPIPE" } } }, "TRANSIENT"],
  [{ name: "AbortError", code: "ECONNRESET" }, "CLIENT_ERROR"],
  [{ name: "Any", ...status(501) }, "SERVER_ERROR"],
  [{ name: "ValidationException", ...status(400) }, "CLIENT_ERROR"],
  [{}, "CLIENT_ERROR"],
])("%o is %s", async (error, type) => {
  expect((await told(error)).errorType).toBe(type);
});

describe("the answer's own wish", () => {
  test.each<[Record<string, string>, number | undefined]>([
    [{ "x-amz-retry-after": "1500" }, 1500],
    [{ "retry-after": "2" }, 2000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after": "Thu, 01 Jan 1970 00:00:10 GMT" }, 10_000],
    [{ "x-amz-retry-after": "soon" }, undefined],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ])("%o", async (headers, milliseconds) => {
    vi.useFakeTimers({ now: 0 });
    const { retryAfterHint } = await told({ $response: { statusCode: 503, headers } as never });
    expect(retryAfterHint?.getTime()).toBe(milliseconds);
  });
});

test("the strategy's pause is made, and told with the time that the token took", async () => {
  const next = token(3, { $retryLog: { acquisitionDelay: 4 } });
  const strategy = { refreshRetryTokenForRetry: async () => next } as unknown as RetryStrategy;
  const start = performance.now();
  expect(await nextAttempt(strategy, token(), {}, undefined)).toEqual({ token: next, delay: 7 });
  expect(performance.now() - start).toBeGreaterThan(1);
});

test("a strategy that has no token any more ends it; a signal that is aborted throws its reason", async () => {
  const strategy = {
    refreshRetryTokenForRetry: async () => Promise.reject(new Error("No retry token available")),
  } as unknown as RetryStrategy;
  expect(await nextAttempt(strategy, token(), {}, undefined)).toBeUndefined();
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(nextAttempt(strategy, token(), {}, signal)).rejects.toThrow("enough");
});

describe("unlessAborted", () => {
  test("is the promise's own outcome", async () => {
    expect(await unlessAborted(Promise.resolve(1), undefined)).toBe(1);
    expect(await unlessAborted(Promise.resolve(1), new AbortController().signal)).toBe(1);
    await expect(unlessAborted(Promise.reject(new Error("no")), undefined)).rejects.toThrow("no");
  });

  test("is the signal's reason as soon as there is one", async () => {
    const never = new Promise(() => {});
    await expect(unlessAborted(never, AbortSignal.abort(new Error("before")))).rejects.toThrow("before");
    const stop = new AbortController();
    const waiting = unlessAborted(never, stop.signal);
    stop.abort(new Error("after"));
    await expect(waiting).rejects.toThrow("after");
  });
});
