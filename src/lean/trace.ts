/** The headers by which AWS Lambda's requests are traced, and recursion is detected: those of the invocation under way. */

interface InvokeStore {
  getXRayTraceId?(): string | undefined;
  getTraceparent?(): string | undefined;
  getTracestate?(): string | undefined;
  getBaggage?(): string | undefined;
}

/** Adds what the SDK adds. Outside of Lambda there is nothing to add. */
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
