/** The engine's own client if there is no undici for it: it sends all the same. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

let server: Server;
beforeEach(async () => {
  server = createServer((_, outgoing) => outgoing.end(JSON.stringify({ Item: { id: { S: "1" } } })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "id");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.resetModules();
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  vi.doUnmock("undici");
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function get(): Promise<unknown> {
  const { Engine, model, string } = await import("bloop-dynamodb");
  const Thing = model("Thing", { id: string().hashKey() });
  return { ...(await new Engine().get(Thing, { id: "1" })) };
}

test("a bundle that can't load undici is told so once", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
  vi.doMock("undici", () => {
    throw new Error('Dynamic require of "node:assert" is not supported');
  });
  expect(await get()).toEqual({ id: "1" });
  const told = warn.mock.calls.filter(([, code]) => String(code) === "BloopUndiciMissing");
  expect(told).toHaveLength(1);
  expect(String(told[0]?.[0])).toMatch(/^undici could not be loaded: .*install it beside/s);
});

test("Bun's undici, which can't send, is passed over in silence", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
  vi.doMock("undici", () => ({ Agent: class {} }));
  expect(await get()).toEqual({ id: "1" });
  expect(warn.mock.calls.filter(([, code]) => String(code) === "BloopUndiciMissing")).toEqual([]);
});
