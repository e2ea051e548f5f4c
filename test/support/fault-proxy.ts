/**
 * A proxy in front of DynamoDB, for tests of the connections themselves; all others inject faults into a client by
 * bloop-dynamodb/testing. It does to requests what networks and services do: loses responses, answers errors
 * before or after the work is done, empties and garbles answers, delays, cuts connections, leaves parts of batches
 * unprocessed, reports conflicts.
 * Which request meets which fault follows from a seed and the order of the requests.
 */

import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { crc32 } from "node:zlib";
import { pick, seededRandom } from "./random.js";

const faults = [
  /** The work is done, and the connection is cut instead of the answer. */
  "lost",
  /** The connection is cut, and nothing is done. */
  "cut",
  "errorBefore",
  "errorAfter",
  "throttledBefore",
  "throttledAfter",
  "delayed",
  /** The work is done, and the answer's body is empty, or is not what its checksum was made of. */
  "emptied",
  "garbled",
  /** Of a batch, a part is done. */
  "unprocessed",
  /** Another transaction is at work on the item. */
  "conflict",
] as const;
type Fault = (typeof faults)[number];

export interface FaultProxy {
  readonly endpoint: string;
  /** How many requests met each fault, and how many there were. */
  readonly counts: { [fault in Fault | "requests"]: number };
  /** The share of requests that meet a fault, from 0 to 1. */
  rate: number;
  /** The faults to choose from; at first all. */
  kinds: readonly Fault[];
  stop(): Promise<void>;
}

export async function startFaultProxy(target: string, options: { seed: number; rate: number }): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const random = seededRandom(options.seed);
  const counts = Object.fromEntries([...faults, "requests"].map((name) => [name, 0])) as FaultProxy["counts"];
  const server = createServer((incoming, outgoing) => {
    counts.requests++;
    const fault = random() < proxy.rate ? pick(random, proxy.kinds) : undefined;
    if (fault !== undefined) counts[fault]++;
    const share = random();
    serve(agent, target, incoming, outgoing, fault, share).catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    rate: options.rate,
    kinds: faults,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
  return proxy;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** `share` is a number from 0 to 1 that says how much: of a delay, or of a batch. */
async function serve(
  agent: Agent,
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
  share: number,
): Promise<void> {
  const body = await bodyOf(incoming);
  const operation = String(incoming.headers["x-amz-target"]).split(".")[1] ?? "";
  const forward = (sent: Buffer = body) => send(agent, target, incoming, sent);
  switch (fault) {
    case "cut":
      incoming.socket.destroy();
      return;
    case "lost":
      await forward();
      incoming.socket.destroy();
      return;
    case "errorBefore":
      return answer(outgoing, failure(500, "InternalServerError"));
    case "errorAfter":
      await forward();
      return answer(outgoing, failure(500, "InternalServerError"));
    case "throttledBefore":
      return answer(outgoing, failure(400, "ProvisionedThroughputExceededException"));
    case "throttledAfter":
      await forward();
      return answer(outgoing, failure(400, "ProvisionedThroughputExceededException"));
    case "unprocessed":
      return answer(outgoing, await partly(operation, body, forward, share));
    case "conflict":
      return answer(outgoing, conflict(operation, body) ?? (await forward()));
    case "delayed":
      await new Promise((resolve) => setTimeout(resolve, share * 20));
      return answer(outgoing, await forward());
    case "emptied":
      return answer(outgoing, { ...(await forward()), status: 200, body: Buffer.alloc(0) });
    case "garbled":
      return answer(outgoing, garbled(await forward()));
    case undefined:
      return answer(outgoing, await forward());
  }
}

/** An answer that looks like a true one: nothing found, nothing left to do. */
function garbled({ status, headers, body }: Answer): Answer {
  return { status, headers: { ...headers, "x-amz-crc32": String((crc32(body) ^ 1) >>> 0) }, body: Buffer.from("{}") };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function send(agent: Agent, target: string, { method, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = { "content-length": String(body.length) };
    const sent = request(target, { method, agent, headers: { ...headers, ...length } }, (response) => {
      bodyOf(response).then(
        (received) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received }),
        reject,
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function answer(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  outgoing.writeHead(status, { ...headers, "content-length": String(body.length) });
  outgoing.end(body);
}

function json(status: number, content: object): Answer {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: Buffer.from(JSON.stringify(content)),
  };
}

function failure(status: number, type: string, more: object = {}): Answer {
  return json(status, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: `injected: ${type}`, ...more });
}

/** For operations that know conflicts, the error of one. */
function conflict(operation: string, body: Buffer): Answer | undefined {
  if (operation === "UpdateItem" || operation === "DeleteItem") return failure(400, "TransactionConflictException");
  if (operation !== "TransactWriteItems" && operation !== "TransactGetItems") return undefined;
  const items: readonly unknown[] = JSON.parse(body.toString()).TransactItems;
  const CancellationReasons = items.map((_, index) =>
    index === 0 ? { Code: "TransactionConflict", Message: "injected: TransactionConflict" } : { Code: "None" },
  );
  return failure(400, "TransactionCanceledException", { CancellationReasons });
}

/** A batch of which only the first part is done; the rest is said to be unprocessed. */
async function partly(
  operation: string,
  body: Buffer,
  forward: (body?: Buffer) => Promise<Answer>,
  share: number,
): Promise<Answer> {
  if (operation !== "BatchWriteItem" && operation !== "BatchGetItem") return forward();
  const isWrite = operation === "BatchWriteItem";
  const sent = JSON.parse(body.toString());
  const done: { [table: string]: unknown } = {};
  const left: { [table: string]: unknown } = {};
  for (const [table, wanted] of Object.entries<never>(sent.RequestItems)) {
    const all: readonly unknown[] = isWrite ? wanted : wanted["Keys"];
    const cut = Math.floor(share * all.length);
    const wrap = (some: readonly unknown[]) => (isWrite ? some : { ...(wanted as object), Keys: some });
    if (cut > 0) done[table] = wrap(all.slice(0, cut));
    if (cut < all.length) left[table] = wrap(all.slice(cut));
  }
  const field = isWrite ? "UnprocessedItems" : "UnprocessedKeys";
  if (Object.keys(done).length === 0) return json(200, { Responses: {}, [field]: left });
  const {
    status,
    headers,
    body: received,
  } = await forward(Buffer.from(JSON.stringify({ ...sent, RequestItems: done })));
  if (status !== 200) return { status, headers, body: received };
  return json(200, { ...JSON.parse(received.toString()), [field]: left });
}
