/** Faults around an SDK client: each does what it says on both roads, follows from its seed, and is in the books. */

import { DynamoDBClient, type DynamoDBClientConfig, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { Engine, InvalidOption, integer, model, string } from "bloop-dynamodb";
import { type FaultKind, type FaultOptions, injectFaults } from "bloop-dynamodb/testing";
import { describe, expect, test } from "vitest";
import { chooseRoad } from "../../../src/lean/choice.js";
import { quickRetries } from "../../support/quick-retries.js";
import { type Answer, type StubRequest, stubClient } from "../../support/stub-client.js";

const Page = model("Page", { id: string().hashKey(), views: integer() });
const kinds: readonly FaultKind[] = [
  ...(["cut", "lost", "errorBefore", "errorAfter", "throttledBefore", "throttledAfter"] as const),
  ...(["delayed", "emptied", "garbled", "unprocessed", "conflict"] as const),
];
const roads = ["lean", "sdk"] as const;

const operationOf = ({ headers }: StubRequest) => headers["x-amz-target"]?.split(".")[1];

function setUp(road: "lean" | "sdk", answer: Answer = () => ({}), more: DynamoDBClientConfig = {}) {
  const endpoint = "http://127.0.0.1:8000";
  const config = { endpoint, retryStrategy: quickRetries(20), ...more };
  const { client, requests } = stubClient(answer, config);
  return { client, requests, engine: new Engine({ dynamodb: client, road }) };
}

describe.each(roads)("on the road %s", (road) => {
  test.each<[FaultKind, number]>([
    ["cut", 1],
    ["errorBefore", 1],
    ["throttledBefore", 1],
    ["delayed", 1],
    ["unprocessed", 1],
    ["lost", 2],
    ["errorAfter", 2],
    ["throttledAfter", 2],
    ["emptied", 2],
    ["garbled", 2],
  ])("%s: an update is sent again by the client's retries, and arrives %i times", async (kind, times) => {
    const { client, requests, engine } = setUp(road);
    await engine.bind(Page, { tables: "skip" });
    using faults = injectFaults(client, { seed: 1, rate: 0 });
    faults.next(kind, "UpdateItem");
    await engine.save(new Page({ id: "1", views: 1 }));
    expect(requests.filter((request) => operationOf(request) === "UpdateItem")).toHaveLength(times);
    const attempts = kind === "delayed" || kind === "unprocessed" ? 1 : 2;
    expect(faults.counts).toMatchObject({ requests: attempts, [kind]: 1 });
    expect(faults.list).toEqual([{ kind, operation: "UpdateItem", request: 1 }]);
  });

  test("conflict: a write is refused as by another transaction, and a read goes on as without it", async () => {
    const { client, requests, engine } = setUp(road);
    await engine.bind(Page, { tables: "skip" });
    using faults = injectFaults(client, { seed: 1, rate: 1, kinds: ["conflict"] });
    await engine.get(Page, { id: "1" });
    expect(requests).toHaveLength(1);
    faults.rate = 0;
    faults.next("conflict");
    const command = new PutItemCommand({ TableName: "Page", Item: { id: { S: "1" } } });
    await expect(client.send(command)).rejects.toMatchObject({ name: "TransactionConflictException" });
    expect(requests).toHaveLength(1);
    expect(faults.counts).toMatchObject({ conflict: 2, requests: 2 });
  });

  test("errors are those of the SDK, and errors without a retry left are the caller's", async () => {
    const { client, engine } = setUp(road, undefined, { retryStrategy: quickRetries(1) });
    await engine.bind(Page, { tables: "skip" });
    using faults = injectFaults(client, { rate: 0 });
    const causeOf = async (kind: FaultKind) => {
      faults.next(kind);
      const error: Error = await engine.get(Page, { id: "1" }).then(
        () => new Error("none"),
        (thrown) => thrown,
      );
      return error.cause;
    };
    expect(await causeOf("cut")).toMatchObject({ code: "ECONNRESET" });
    expect(await causeOf("lost")).toMatchObject({ code: "ECONNRESET" });
    expect(await causeOf("errorAfter")).toMatchObject({ name: "InternalServerError", $fault: "server" });
    expect(await causeOf("throttledBefore")).toMatchObject({ name: "ProvisionedThroughputExceededException" });
  });

  test("unprocessed: of batches a part is done, and every object is written in the end", async () => {
    const written: string[] = [];
    const answer: Answer = (request) => {
      if (operationOf(request) !== "BatchWriteItem") return {};
      const { RequestItems } = JSON.parse(String(request.body));
      expect(Number(request.headers["content-length"] ?? Buffer.byteLength(request.body))).toBe(request.body.length);
      for (const { PutRequest } of RequestItems.Page) written.push(PutRequest.Item.id.S);
      return { body: JSON.stringify({ UnprocessedItems: {} }) };
    };
    const { client, engine } = setUp(road, answer);
    await engine.bind(Page, { tables: "skip" });
    using faults = injectFaults(client, { seed: 5, rate: 0.7, kinds: ["unprocessed"] });
    const pages = Array.from({ length: 200 }, (_, index) => new Page({ id: String(index), views: index }));
    expect(await engine.putAll(pages)).toBe(200);
    expect(written.toSorted()).toEqual(pages.map(({ id }) => id).toSorted());
    expect(faults.counts.unprocessed).toBeGreaterThan(5);
  });

  test("the engine keeps its road, and later requests of a client that keeps its middleware meet them too", async () => {
    const { client: cached } = setUp(road, undefined, { cacheMiddleware: true });
    await cached.send(new GetItemCommand({ TableName: "Page", Key: { id: { S: "1" } } }));
    using faults = injectFaults(cached, { rate: 1, kinds: ["delayed"] });
    await cached.send(new GetItemCommand({ TableName: "Page", Key: { id: { S: "1" } } }));
    expect(faults.counts.delayed).toBe(1);
    expect((await chooseRoad(cached)).lean).toBeDefined();
  });

  test("a delay ends with the signal of its request", async () => {
    const { client, engine } = setUp(road);
    await engine.bind(Page, { tables: "skip" });
    using _faults = injectFaults(client, { seed: 1, rate: 1, kinds: ["delayed"], delay: 1e8 });
    const signal = AbortSignal.timeout(50);
    await expect(engine.get(Page, { id: "1" }, { signal })).rejects.toBe(
      await new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve(signal.reason));
      }),
    );
  });
});

/** Sends so many reads, one after the other, and gives the books. */
async function books(requests: number, options: FaultOptions) {
  const { client } = setUp("sdk");
  const faults = injectFaults(client, { delay: 0, ...options });
  const { handle } = client.config.requestHandler;
  for (let count = 0; count < requests; count++) {
    const headers = { "x-amz-target": `DynamoDB_20120810.${count % 2 === 0 ? "GetItem" : "Query"}` };
    const request = { protocol: "http:", method: "POST", hostname: "127.0.0.1", path: "/", query: {}, headers };
    await handle.call(client.config.requestHandler, request as never, {}).catch(() => {});
  }
  return faults;
}

test("the same seed has the same faults for the same requests, and another seed has others", async () => {
  const [first, again, other] = await Promise.all([7, 7, 8].map((seed) => books(300, { seed, rate: 0.5 })));
  expect(first?.list).toEqual(again?.list);
  expect(first?.list).not.toEqual(other?.list);
  const random = await books(1, {});
  expect(Number.isInteger(random.seed)).toBe(true);
});

test("as many requests as the rate says meet a fault, of each kind about as many, and all are listed", async () => {
  const { counts, list } = await books(4000, { seed: 11, rate: 0.3 });
  const { requests, ...met } = counts;
  expect(requests).toBe(4000);
  expect(Object.keys(met).sort()).toEqual([...kinds].sort());
  expect(list.length / requests).toBeCloseTo(0.3, 1);
  for (const kind of kinds) {
    expect(list.filter((injected) => injected.kind === kind)).toHaveLength(met[kind]);
    expect(met[kind] / list.length).toBeCloseTo(1 / kinds.length, 1);
  }
});

test("operations that are not asked for meet none, and the rate can be changed at any time", async () => {
  const faults = await books(100, { rate: 1, operations: ["Query"], kinds: ["cut"] });
  expect(faults.list.map(({ request }) => request)).toEqual(Array.from({ length: 50 }, (_, index) => 2 * index + 2));
});

test("what waits for an operation waits for it, and the others go on", async () => {
  const { client, requests } = setUp("sdk");
  using faults = injectFaults(client, { rate: 0 });
  faults.next("lost", "PutItem");
  await client.send(new GetItemCommand({ TableName: "Page", Key: { id: { S: "1" } } }));
  expect(requests).toHaveLength(1);
  expect(faults.list).toEqual([]);
});

test("stop() leaves the client as it was, and ends what waits", async () => {
  const { client, requests } = setUp("sdk");
  const { handle } = client.config.requestHandler;
  const faults = injectFaults(client, { rate: 1 });
  faults.next("cut");
  expect(client.config.requestHandler.handle).not.toBe(handle);
  faults.stop();
  faults.stop();
  expect(client.config.requestHandler.handle).toBe(handle);
  await client.send(new GetItemCommand({ TableName: "Page", Key: { id: { S: "1" } } }));
  expect(requests).toHaveLength(1);
  // A handler of a class keeps its method on its prototype.
  const own = new DynamoDBClient({ region: "eu-west-1" });
  injectFaults(own).stop();
  expect(Object.hasOwn(own.config.requestHandler, "handle")).toBe(false);
});

test.each<[object, string]>([
  [{ rates: 0.5 }, 'injectFaults() has no option "rates"; did you mean "rate"?'],
  [{ rate: 2 }, "rate is a number from 0 to 1, got 2."],
  [{ rate: Number.NaN }, "rate is a number from 0 to 1, got NaN."],
  [{ seed: "7" }, 'seed is a number, got "7".'],
  [{ delay: -1 }, "delay is a number of milliseconds from 0, got -1."],
  [{ kinds: ["lots"] }, 'kinds: there is no fault "lots"; did you mean "lost"?'],
])("%o is refused", (options, message) => {
  const { client } = setUp("sdk");
  expect(() => injectFaults(client, options)).toThrow(InvalidOption);
  expect(() => injectFaults(client, options)).toThrow(message);
});

test("what is no client is refused, and so is a fault that there is not", () => {
  expect(() => injectFaults({} as never)).toThrow(
    "injectFaults() takes a client of the AWS SDK for JavaScript v3, got {}.",
  );
  const { client } = setUp("sdk");
  expect(() => injectFaults(client).next("throttled" as never)).toThrow('next(): there is no fault "throttled"');
});
