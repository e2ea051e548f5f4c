/** putAll() and deleteAll(): requests of 25, what was left unprocessed, and what failed. */

import { type BulkReport, integer, model, number, string, WriteFailures } from "bloop-dynamodb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sdkError } from "../../support/recording-client.js";
import { scriptedEngine, there } from "../../support/requests.js";

const Thing = model("Thing", { id: string().hashKey(), count: number() });
const Versioned = model("Versioned", { id: string().hashKey(), version: integer().version() });
const things = (count: number) =>
  Array.from({ length: count }, (_, index) => new Thing({ id: String(index), count: 1 }));
const put = (id: string) => ({ PutRequest: { Item: { id: { S: id }, count: { N: "1" } } } });
const deletion = (id: string) => ({ DeleteRequest: { Key: { id: { S: id } } } });

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

test("60 objects are requests of 25, 25 and 10", async () => {
  const { engine, requests } = scriptedEngine();
  expect(await engine.putAll(things(60))).toBe(60);
  const sent = requests();
  expect(sent.map(({ operation }) => operation)).toEqual(["BatchWriteItem", "BatchWriteItem", "BatchWriteItem"]);
  const writes = sent.map((request) => (request["RequestItems"] as { Thing: object[] }).Thing);
  expect(writes.map(({ length }) => length)).toEqual([25, 25, 10]);
  expect(writes.flat()).toEqual(things(60).map(({ id }) => put(id)));
});

test("deleteAll() sends keys", async () => {
  const { engine, requests } = scriptedEngine();
  expect(await engine.deleteAll(things(2))).toBe(2);
  expect(requests()).toEqual([
    { operation: "BatchWriteItem", RequestItems: { Thing: [deletion("0"), deletion("1")] } },
  ]);
});

test("only unprocessed items are sent again", async () => {
  const { engine, requests } = scriptedEngine([{ UnprocessedItems: { Thing: [put("1")] } }]);
  expect(await engine.putAll(things(3))).toBe(3);
  expect(requests()[1]).toEqual({ operation: "BatchWriteItem", RequestItems: { Thing: [put("1")] } });
});

test("a batch that is throttled as a whole is sent again", async () => {
  const { engine, requests } = scriptedEngine([sdkError("ThrottlingException")]);
  expect(await engine.putAll(things(1))).toBe(1);
  const [first, second] = requests();
  expect(second).toEqual(first);
});

test("putAll() gives up after 15 rounds without progress", async () => {
  const left = { UnprocessedItems: { Thing: [put("0")] } };
  const { engine, requests } = scriptedEngine(Array.from({ length: 20 }, () => left));
  const error = await engine.putAll(things(1)).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(WriteFailures);
  expect(error.cause.message).toContain("DynamoDB left 1 of them unprocessed 15 times in a row");
  expect(requests()).toHaveLength(15);
});

test.each(["putAll", "deleteAll"] as const)("%s() tells its progress after each request", async (name) => {
  const { engine } = scriptedEngine();
  const seen: number[] = [];
  await engine[name](things(60), { concurrency: 1, progress: ({ written }) => seen.push(written) });
  expect(seen).toEqual([25, 50, 60]);
});

test.each([
  ["putAll", 1, 1],
  ["putAll", 3, 3],
  ["putAll", undefined, 4],
  ["deleteAll", 1, 1],
  ["deleteAll", undefined, 4],
] as const)("%s() with a concurrency of %j: at most %i requests are under way", async (name, concurrency, most) => {
  let running = 0;
  let highest = 0;
  const { engine, client } = scriptedEngine();
  const { send } = client;
  client.send = async (...parameters) => {
    highest = Math.max(highest, ++running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running--;
    return send(...parameters);
  };
  await engine[name](things(200), concurrency === undefined ? {} : { concurrency });
  expect(highest).toBe(most);
});

test("of several objects of one item, the last one counts", async () => {
  const { engine, requests } = scriptedEngine();
  const twice = [new Thing({ id: "0", count: 5 }), new Thing({ id: "0", count: 1 })];
  expect(await engine.putAll(twice)).toBe(2);
  expect(requests()).toEqual([{ operation: "BatchWriteItem", RequestItems: { Thing: [put("0")] } }]);
});

test("a request that fails for good stops putAll(), and the error lists the objects that were not written", async () => {
  const { engine } = scriptedEngine([{}, sdkError("AccessDeniedException")]);
  const all = things(100);
  const error = await engine.putAll(all, { concurrency: 1 }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(WriteFailures);
  expect(error.written).toBe(25);
  expect(error.failures.map(({ object }: { object: object }) => object)).toEqual(all.slice(25, error.taken));
});

test("an object that can't be stored does not stop the others", async () => {
  const { engine, requests } = scriptedEngine();
  const bad = new Thing({ id: "bad" });
  bad.count = Number.NaN;
  const error = await engine.putAll([bad, ...things(1)]).catch((thrown) => thrown);
  expect([error.written, error.taken, error.failures.length, error.failures[0].object]).toEqual([1, 2, 1, bad]);
  expect(requests()).toHaveLength(1);
});

test("the version is a number that no other write can have given", async () => {
  const { engine, requests } = scriptedEngine();
  const versioned = new Versioned({ id: "0" });
  const before = Date.now();
  await engine.putAll([versioned]);
  expect(requests()[0]?.["RequestItems"]).toEqual({
    Versioned: [{ PutRequest: { Item: { id: { S: "0" }, version: { N: String(versioned.version) } } } }],
  });
  expect(versioned.version).toBeGreaterThan(before);
});

test.each(["putAll", "deleteAll"] as const)(
  "a signal stops %s() with its reason, before the next request",
  async (name) => {
    const stop = new AbortController();
    const aborting = () => {
      stop.abort(new Error("enough"));
      return {};
    };
    const { engine, requests } = scriptedEngine([aborting]);
    const writing = engine[name](things(100), { concurrency: 1, signal: stop.signal });
    await expect(writing).rejects.toThrow("enough");
    expect(requests().length).toBeLessThan(4);
  },
);

test("a failing source rejects putAll() after the objects taken so far are written", async () => {
  const { engine, requests } = scriptedEngine();
  async function* source() {
    yield* things(30);
    throw new Error("no more");
  }
  const error = await engine.putAll(source()).catch((thrown) => thrown);
  expect(String(error.cause ?? error)).toContain("no more");
  expect(requests().length).toBeGreaterThan(0);
});

test("putAll() rejects a partly loaded object and a plain one, and keeps the unknown attributes of a whole one", async () => {
  const Item = { id: { S: "1" }, count: { N: "1" }, other: { S: "kept" } };
  const { engine, requests } = scriptedEngine([{ Item }, { Items: [{ id: { S: "2" } }], Count: 1, ScannedCount: 1 }]);
  const whole = await engine.get(Thing, { id: "1" });
  const part = await engine.scan(Thing, { projection: ["id"] }).first();
  requests();
  const error = await engine.putAll([there(whole), part, {} as never]).catch((thrown) => thrown);
  expect(error.failures.map(({ object }: { object: object }) => object)).toEqual([part, {}]);
  expect(requests()).toEqual([{ operation: "BatchWriteItem", RequestItems: { Thing: [{ PutRequest: { Item } }] } }]);
});

test("putAll() rejects an object that is larger than an item may be", async () => {
  const Big = model("Big", { id: string().hashKey(), text: string() });
  const { engine, requests } = scriptedEngine();
  const error = await engine.putAll([new Big({ id: "1", text: "x".repeat(420_000) })]).catch((thrown) => thrown);
  expect(error.failures[0].error.message).toContain("DynamoDB takes items of 409600");
  expect(requests()).toEqual([]);
});

test.each(["putAll", "deleteAll"] as const)("%s() reports once how far it came, also if it fails", async (name) => {
  const reports: BulkReport[] = [];
  const report = (one: BulkReport) => void reports.push(one);
  await scriptedEngine().engine[name](things(30), { report });
  const refused = sdkError("ValidationException");
  const { engine } = scriptedEngine([refused, refused]);
  await expect(engine[name](things(2), { report })).rejects.toThrow(WriteFailures);
  expect(reports.map(({ written, taken, failures }) => [written, taken, failures.length])).toEqual([
    [30, 30, 0],
    [0, 2, 2],
  ]);
});
