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
  const names = ["X-Amzn-Trace-Id", "traceparent", "tracestate", "baggage"];
  return requests.map(({ headers }) => names.map((name) => headers[name]));
}

test("the trace of each request is the invocation's own", async () => {
  const own = ["Root=1", "Root=2"].map((id) => [id, undefined, undefined, undefined]);
  expect(await sentBy("sdk")).toEqual(own);
  expect(await sentBy("lean")).toEqual(own);
});

test.each<[id: string | undefined, parent: string | undefined, state: string | undefined, bag: string | undefined]>([
  ["Root=store", "00-parent", undefined, "bag"],
  ["Root=store", "00-parent", "state", undefined],
  ["Root=store", undefined, undefined, undefined],
  ["", "00-parent", undefined, undefined],
])("if invocations run side by side, it comes from Lambda's store: %j, %j, %j, %j", async (id, parent, state, bag) => {
  const InvokeStore = {
    getXRayTraceId: () => id,
    getTraceparent: () => parent,
    getTracestate: () => state,
    getBaggage: () => bag,
  };
  Reflect.set(globalThis, "awslambda", { InvokeStore });
  expect(await sentBy("lean")).toEqual([1, 2].map(() => [id || undefined, parent, state, bag]));
});
