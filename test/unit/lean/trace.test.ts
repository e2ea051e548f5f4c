/** In AWS Lambda, requests carry the trace of the invocation, on both roads. */

import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
  Reflect.deleteProperty(globalThis, "awslambda");
});

const get = { TableName: "things", Key: { id: { S: "1" } } };

async function sentBy(road: "lean" | "sdk") {
  vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "function");
  vi.stubEnv("_X_AMZN_TRACE_ID", "Root=1");
  vi.resetModules();
  const { sessionOf, call } = await import("../../support/stub-client.js");
  const { chooseRoad } = await import("../../../src/lean/choice.js");
  const { session, client, requests } = sessionOf(() => ({}), road);
  if (road === "lean") expect((await chooseRoad(client)).lean).toBeDefined();
  await session.getItem(get, call);
  vi.stubEnv("_X_AMZN_TRACE_ID", "Root=2");
  await session.getItem(get, call);
  return requests.map(({ headers }) => [headers["X-Amzn-Trace-Id"], headers["traceparent"], headers["baggage"]]);
}

test("the trace of each request is the invocation's own", async () => {
  expect(await sentBy("sdk")).toEqual([["Root=1"], ["Root=2"]].map(([id]) => [id, undefined, undefined]));
  expect(await sentBy("lean")).toEqual([["Root=1"], ["Root=2"]].map(([id]) => [id, undefined, undefined]));
});

test("where invocations run side by side, it comes from Lambda's store", async () => {
  const InvokeStore = {
    getXRayTraceId: () => "Root=store",
    getTraceparent: () => "00-parent",
    getTracestate: () => undefined,
    getBaggage: () => "bag",
  };
  Reflect.set(globalThis, "awslambda", { InvokeStore });
  expect(await sentBy("lean")).toEqual([1, 2].map(() => ["Root=store", "00-parent", "bag"]));
});
