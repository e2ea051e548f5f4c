/** The headers by which AWS Lambda traces requests and detects recursion: those of the current invocation. */

interface InvokeStore {
  getXRayTraceId?(): string | undefined;
  getTraceparent?(): string | undefined;
  getTracestate?(): string | undefined;
  getBaggage?(): string | undefined;
}

/** Adds the headers that the SDK adds. Outside Lambda there are none. */
export function traceHeaders(headers: Record<string, string>): void {
  // As an object, since @types/aws-lambda says of the global object what it does not have everywhere.
  const scope: object = globalThis;
  const lambda: { InvokeStore?: InvokeStore } | undefined = Reflect.get(scope, "awslambda");
  const store = lambda?.InvokeStore;
  if (isLambda) {
    const id = store?.getXRayTraceId?.() ?? process.env["_X_AMZN_TRACE_ID"];
    if (id) headers["X-Amzn-Trace-Id"] = id;
  }
  const parent = store?.getTraceparent?.();
  if (!parent) return;
  headers["traceparent"] = parent;
  const state = store?.getTracestate?.();
  const baggage = store?.getBaggage?.();
  if (state) headers["tracestate"] = state;
  if (baggage) headers["baggage"] = baggage;
}

const isLambda = Boolean(process.env["AWS_LAMBDA_FUNCTION_NAME"]);
