/** The engine's own HTTP client against a server of node:http. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as undici from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeUndiciHandler, type UndiciHandler } from "../../../src/lean/undici-handler.js";

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse, body: string) => void;

let answer: Answer;
let server: Server;
let handler: UndiciHandler;
const sockets = new Set<unknown>();

beforeAll(async () => {
  server = createServer(async (incoming, outgoing) => {
    sockets.add(incoming.socket);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    answer(incoming, outgoing, Buffer.concat(chunks).toString());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  handler = makeUndiciHandler(undici);
});

afterAll(() => {
  handler.destroy();
  server.closeAllConnections();
  server.close();
});

function request(body: string | Uint8Array = "", headers: Record<string, string> = {}) {
  const { port } = server.address() as AddressInfo;
  const length = String(Buffer.byteLength(body));
  return {
    protocol: "http:",
    hostname: "127.0.0.1",
    port,
    method: "POST",
    path: "/",
    headers: { "content-length": length, ...headers },
    body,
  };
}

describe("answers", () => {
  test("have a status, headers in lower case, and all of a body that came in pieces", async () => {
    answer = (incoming, outgoing, body) => {
      outgoing.writeHead(418, {
        "X-Amzn-RequestId": "R1",
        "X-Seen": `${incoming.method} ${incoming.url} ${incoming.headers["x-sent"]}`,
      });
      outgoing.write(body);
      setTimeout(() => outgoing.end("ü".repeat(100_000)), 5);
    };
    const { response } = await handler.handle(request("grüße", { "x-sent": "yes" }));
    expect(response.statusCode).toBe(418);
    expect(response.headers).toMatchObject({ "x-amzn-requestid": "R1", "x-seen": "POST / yes" });
    expect(String(response.body)).toBe(`grüße${"ü".repeat(100_000)}`);
  });

  test("may have no body; requests may have bytes for one", async () => {
    answer = (_, outgoing, body) => outgoing.writeHead(200, { "x-body": body }).end();
    const { response } = await handler.handle(request(Buffer.from("bytes")));
    expect(response.headers["x-body"]).toBe("bytes");
    expect(response.body).toHaveLength(0);
  });

  test("come over connections that are kept, and of which there are at most 64", async () => {
    sockets.clear();
    answer = (_, outgoing) => setTimeout(() => outgoing.end("{}"), 2);
    for (let round = 0; round < 3; round++)
      await Promise.all(Array.from({ length: 200 }, () => handler.handle(request())));
    expect(sockets.size).toBeLessThanOrEqual(64);
  });
});

describe("errors have the names and codes by which the SDK decides on another attempt", () => {
  test("a connection that is cut before the answer, or in the middle of it", async () => {
    answer = (incoming) => void incoming.socket.destroy();
    await expect(handler.handle(request())).rejects.toMatchObject({ name: "TimeoutError", code: "ECONNRESET" });
    answer = (incoming, outgoing) => {
      outgoing.writeHead(200, { "content-length": "100" });
      outgoing.write("half");
      setTimeout(() => incoming.socket.destroy(), 5);
    };
    await expect(handler.handle(request())).rejects.toMatchObject({ name: "TimeoutError", code: "ECONNRESET" });
  });

  test("nobody listens; no such host", async () => {
    await expect(handler.handle({ ...request(), port: 1 })).rejects.toMatchObject({
      name: "TimeoutError",
      code: "ECONNREFUSED",
    });
    const unknown = { ...request(), hostname: "no-such-host.invalid" };
    await expect(handler.handle(unknown)).rejects.toMatchObject({ code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) });
  });
});

describe("a server that does not answer", () => {
  test("ends it with the SDK's error of a time-out", async () => {
    class Impatient extends undici.Agent {
      constructor(options: undici.Agent.Options) {
        super({ ...options, headersTimeout: 20, bodyTimeout: 20 });
      }
    }
    const impatient = makeUndiciHandler({ ...undici, Agent: Impatient });
    const outgoings: ServerResponse[] = [];
    answer = (_, outgoing) => void outgoings.push(outgoing);
    await expect(impatient.handle(request())).rejects.toMatchObject({ name: "TimeoutError", code: "ETIMEDOUT" });
    for (const outgoing of outgoings) outgoing.end();
    impatient.destroy();
  });
});

test("the SDK is told its settings, and changes none of them", () => {
  handler.updateHttpClientConfig("connections" as never, 1 as never);
  expect(handler.httpHandlerConfigs()).toMatchObject({ connections: 64, answerTimeout: 30_000 });
});

describe("aborts", () => {
  test("before, while waiting for the answer, and while waiting for a connection", async () => {
    answer = () => undefined;
    const early = AbortSignal.abort(new Error("early"));
    await expect(handler.handle(request(), { abortSignal: early })).rejects.toMatchObject({ name: "AbortError" });
    const controller = new AbortController();
    const all = Array.from({ length: 100 }, () => handler.handle(request(), { abortSignal: controller.signal }));
    setTimeout(() => controller.abort(new Error("enough")), 20);
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason.name === "AbortError")).toBe(
      true,
    );
    answer = (_, outgoing) => outgoing.end("{}");
    expect((await handler.handle(request())).response.statusCode).toBe(200);
  });
});
