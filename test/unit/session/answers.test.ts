/** What an answer must hold, on both roads: anything else is an error, and never "not there", "done" or something else. */

import { crc32 } from "node:zlib";
import { binary, dynamicMap, Engine, integer, map, model, record, string } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import type { Road } from "../../../src/session/client.js";
import type { Session } from "../../../src/session/session.js";
import { quickRetries } from "../../support/quick-retries.js";
import { call, type StubAnswer, sessionOf, stubClient } from "../../support/stub-client.js";

const roads = ["lean", "sdk"] as const satisfies Road[];
const key = (id: string) => ({ id: { S: id } });
const get = { TableName: "things", Key: key("1") };
const put = (id: string) => ({ PutRequest: { Item: { ...key(id), n: { N: "1.0" } } } });
const retryStrategy = quickRetries(3);

type Operation = (session: Session) => Promise<unknown>;

const operations: { readonly [name: string]: Operation } = {
  getItem: (session) => session.getItem(get, call),
  updateItem: (session) => session.updateItem(get, call),
  "updateItem, new": (session) => session.updateItem({ ...get, ReturnValues: "ALL_NEW" }, call),
  "updateItem, old": (session) => session.updateItem({ ...get, ReturnValues: "ALL_OLD" }, call),
  putItem: (session) => session.putItem({ TableName: "things", Item: key("1") }, call),
  deleteItem: (session) => session.deleteItem(get, call),
  "deleteItem, old": (session) => session.deleteItem({ ...get, ReturnValues: "ALL_OLD" }, call),
  batchGetItem: (session) => session.batchGetItem({ RequestItems: { things: { Keys: [key("1"), key("2")] } } }, call),
  batchWriteItem: (session) => session.batchWriteItem({ RequestItems: { things: [put("1"), put("2")] } }, call),
  "batchWriteItem, deletions": (session) =>
    session.batchWriteItem({ RequestItems: { things: [{ DeleteRequest: { Key: key("1") } }] } }, call),
  transactWriteItems: (session) =>
    session.transactWriteItems({ TransactItems: [{ Delete: get }], ClientRequestToken: "t" }, call),
  transactGetItems: (session) =>
    session.transactGetItems({ TransactItems: [{ Get: get }, { Get: { ...get, Key: key("2") } }] }, call),
  query: (session) => session.query({ TableName: "things", ExclusiveStartKey: key("0") }, call),
  "query, count": (session) => session.query({ TableName: "things", Select: "COUNT" }, call),
  scan: (session) => session.scan({ TableName: "things" }, call),
};

function on(road: Road, answer: (count: number) => StubAnswer) {
  return sessionOf((_, count) => answer(count), road, { retryStrategy });
}

const broken = { name: "RequestFailed", code: "BrokenAnswer" };

describe.each(roads)("a body on the %s road", (road) => {
  test.each(Object.entries(operations))("%s: an empty one is tried again, and then an error (D28)", async (_, run) => {
    const { session, requests } = on(road, () => ({ body: "" }));
    await expect(run(session)).rejects.toMatchObject({ ...broken, message: expect.stringContaining("it is empty") });
    expect(requests).toHaveLength(3);
  });

  test("an empty one is followed by the true one", async () => {
    const { session } = on(road, (count) => ({ body: count < 3 ? "" : '{"Item":{"id":{"S":"1"}}}' }));
    expect(await session.getItem(get, call)).toEqual(key("1"));
  });

  test.each(["null", "[]", "5", '"text"', "true", " null"])("%s is no answer", async (body) => {
    const { session } = on(road, () => ({ body }));
    await expect(session.getItem(get, call)).rejects.toMatchObject(broken);
    await expect(session.putItem({ TableName: "things", Item: key("1") }, call)).rejects.toMatchObject(broken);
  });

  const whole = '{"Item":{"id":{"S":"1"},"name":{"S":"Ada"}}}';
  const checksum = { "x-amz-crc32": String(crc32(Buffer.from(whole))) };
  const changed: { readonly [how: string]: string } = {
    "one letter": whole.replace("Ada", "Ade"),
    "cut short, and valid all the same": '{"Item":{"id":{"S":"1"}}}',
    "another answer": "{}",
    "cut short": whole.slice(0, 20),
  };

  test.each(Object.entries(changed))("that is not as its checksum says is tried again: %s", async (_, body) => {
    const { session, requests } = on(road, (count) => ({ headers: checksum, body: count < 3 ? body : whole }));
    expect(await session.getItem(get, call)).toEqual({ id: { S: "1" }, name: { S: "Ada" } });
    expect(requests).toHaveLength(3);
    const { session: never } = on(road, () => ({ headers: checksum, body }));
    await expect(never.getItem(get, call)).rejects.toMatchObject(broken);
  });

  test("an error's is checked too: the item in it is what a write is planned again onto", async () => {
    const body = `{"__type":"x#ConditionalCheckFailedException","message":"m","Item":${JSON.stringify(key("1"))}}`;
    const headers = { "x-amz-crc32": String(crc32(Buffer.from(body))) };
    const { session, requests } = on(road, (count) => ({
      status: 400,
      headers,
      body: count < 2 ? body.replace('"1"', '"2"') : body,
    }));
    await expect(session.updateItem(get, call)).rejects.toMatchObject({ name: "ConditionFailed", item: key("1") });
    expect(requests).toHaveLength(2);
  });

  test("a checksum of compressed bytes is not compared with what they were before", async () => {
    const { session } = on(road, () => ({
      headers: { "x-amz-crc32": "1", "content-encoding": "identity" },
      body: whole,
    }));
    expect(await session.getItem(get, call)).toBeDefined();
  });
});

interface Case {
  readonly operation: string;
  readonly body: unknown;
  /** The message of the error; without it, what the operation resolves with. */
  readonly error?: string;
  readonly result?: unknown;
}

const nothing = { items: [], count: 0, scanned: 0, lastKey: undefined };
const other = "another key than was asked for";
const cases: readonly Case[] = [
  { operation: "getItem", body: {}, result: undefined },
  { operation: "getItem", body: { Item: null }, result: undefined },
  { operation: "getItem", body: { Item: key("2") }, error: other },
  { operation: "getItem", body: { Item: {} }, error: other },
  { operation: "getItem", body: { Item: { id: { B: "MQ==" } } }, error: other },
  { operation: "updateItem", body: { Attributes: null }, result: undefined },
  { operation: "updateItem, new", body: {}, error: "is missing" },
  { operation: "updateItem, new", body: { Attributes: null }, error: "is missing" },
  { operation: "updateItem, new", body: { Attributes: key("2") }, error: other },
  { operation: "updateItem, old", body: { Attributes: null }, result: undefined },
  { operation: "updateItem, old", body: { Attributes: {} }, result: undefined },
  { operation: "updateItem, old", body: { Attributes: key("2") }, error: other },
  { operation: "deleteItem, old", body: { Attributes: key("2") }, error: other },
  { operation: "query", body: { Items: [], LastEvaluatedKey: {} }, result: nothing },
  { operation: "query", body: { Items: [], LastEvaluatedKey: null }, result: nothing },
  { operation: "query", body: { Items: [], LastEvaluatedKey: key("0") }, error: "ends at the very key" },
  { operation: "query", body: { Items: null }, error: "Items is missing" },
  { operation: "query", body: {}, error: "Items is missing" },
  { operation: "query", body: { Count: 0, ScannedCount: 0 }, error: "Items is missing" },
  { operation: "query, count", body: { Count: null }, error: "Count is missing" },
  { operation: "query, count", body: { Count: 7 }, result: { items: [], count: 7, scanned: 7, lastKey: undefined } },
  { operation: "scan", body: { Items: [], LastEvaluatedKey: {} }, result: nothing },
  { operation: "scan", body: { Items: null, Count: 3 }, error: "Items is missing" },
  { operation: "batchGetItem", body: {}, error: "Responses is missing" },
  { operation: "batchGetItem", body: { Responses: null }, error: "Responses is missing" },
  {
    operation: "batchGetItem",
    body: { Responses: { things: null } },
    result: { items: { things: [] }, unprocessed: {} },
  },
  { operation: "batchGetItem", body: { Responses: { things: [key("3")] } }, error: "a key that was not asked for" },
  { operation: "batchGetItem", body: { Responses: { others: [key("1")] } }, error: "a table that was not asked for" },
  {
    operation: "batchGetItem",
    body: { Responses: {}, UnprocessedKeys: { things: { Keys: [key("3")] } } },
    error: "what was not asked for",
  },
  {
    operation: "batchGetItem",
    body: { Responses: {}, UnprocessedKeys: { others: { Keys: [key("1")] } } },
    error: "a table that was not asked for",
  },
  {
    operation: "batchGetItem",
    body: { Responses: { things: [key("1")] }, UnprocessedKeys: { things: { Keys: [key("2"), key("2")] } } },
    result: {
      items: { things: [key("1")] },
      unprocessed: { things: { Keys: [key("2")], ConsistentRead: false } },
    },
  },
  { operation: "batchWriteItem", body: { UnprocessedItems: null }, result: {} },
  { operation: "batchWriteItem", body: { UnprocessedItems: { things: [put("2")] } }, result: { things: [put("2")] } },
  { operation: "batchWriteItem", body: { UnprocessedItems: { others: [put("2")] } }, error: "what was not asked for" },
  { operation: "batchWriteItem", body: { UnprocessedItems: { things: [put("3")] } }, error: "what was not asked for" },
  {
    operation: "batchWriteItem",
    body: { UnprocessedItems: { things: [{ DeleteRequest: { Key: key("1") } }] } },
    error: "what was not asked for",
  },
  { operation: "batchWriteItem", body: { UnprocessedItems: { things: [{}] } }, error: "what was not asked for" },
  {
    operation: "batchWriteItem, deletions",
    body: { UnprocessedItems: { things: [{ DeleteRequest: { Key: key("1") } }] } },
    result: { things: [{ DeleteRequest: { Key: key("1") } }] },
  },
  { operation: "transactGetItems", body: { Responses: null }, error: "Responses is missing" },
  { operation: "transactGetItems", body: {}, error: "Responses is missing" },
  { operation: "transactGetItems", body: { Responses: [{ Item: key("1") }] }, error: "1 Responses to 2 keys" },
  { operation: "transactGetItems", body: { Responses: [{}, {}, {}] }, error: "3 Responses to 2 keys" },
  { operation: "transactGetItems", body: { Responses: [{ Item: key("2") }, { Item: key("1") }] }, error: other },
  {
    operation: "transactGetItems",
    body: { Responses: [{ Item: null }, { Item: key("2") }] },
    result: [undefined, key("2")],
  },
];

describe.each(roads)("what an answer holds, on the %s road (D29, D30)", (road) => {
  test.each(cases.map((one) => [`${one.operation}: ${JSON.stringify(one.body)}`, one] as const))(
    "%s",
    async (_, { operation, body, error, result }) => {
      const { session, requests } = on(road, () => ({ body: JSON.stringify(body) }));
      const outcome = operations[operation]?.(session);
      if (error === undefined) expect(await outcome).toEqual(result);
      else await expect(outcome).rejects.toMatchObject({ ...broken, message: expect.stringContaining(error) });
      // What is wrong in itself is not asked for again: a write would be done twice.
      expect(requests).toHaveLength(1);
    },
  );

  test("keys are compared as DynamoDB does: 1 is 1.0", async () => {
    const { session } = on(road, () => ({ body: '{"Item":{"n":{"N":"1"},"b":{"B":"AQ=="}}}' }));
    const Key = { n: { N: "1.0" }, b: { B: Uint8Array.of(1) } };
    expect(await session.getItem({ TableName: "things", Key }, call)).toBeDefined();
  });
});

const Thing = model("Thing", {
  id: string().hashKey(),
  bytes: binary(),
  big: integer(),
  any: dynamicMap(),
  inner: map({ name: string() }),
  texts: record(string()),
});

/** What stands in an item, by the column that it is for. On the SDK's road some of it is refused by the SDK. */
const misformed: readonly (readonly [column: string, attribute: string])[] = [
  ["bytes", '{"B":5}'],
  ["bytes", '{"B":"***"}'],
  ["bytes", '{"B":"AQ"}'],
  ["bytes", '{"B":"A"}'],
  ["bytes", '{"B":"AQ*="}'],
  ["big", '{"N":9007199254740993}'],
  ["big", '{"N":5}'],
  ["any", '{"M":{"a":{"S":5}}}'],
  ["any", '{"M":{"a":{"N":5}}}'],
  ["any", '{"M":{"a":{"BOOL":"true"}}}'],
  ["any", '{"M":{"a":{"NULL":false}}}'],
  ["any", '{"M":{"a":{"L":{"length":1}}}}'],
  ["any", '{"M":{"a":{"SS":"text"}}}'],
  ["any", '{"M":{"a":{"NS":[5]}}}'],
  ["any", '{"M":{"a":{"B":"***"}}}'],
  ["inner", '{"M":[]}'],
  ["inner", '{"M":"text"}'],
  ["inner", '{"M":{"name":{"S":5}}}'],
  ["texts", '{"M":"text"}'],
  ["texts", '{"M":[]}'],
];

describe.each(roads)("values of the wrong JSON type on the %s road are errors (D30)", (road) => {
  test.each(misformed)("%s: %s", async (column, attribute) => {
    const body = `{"Item":{"id":{"S":"1"},"${column}":${attribute}}}`;
    const { client } = stubClient(() => ({ body }), { retryStrategy });
    const loading = new Engine({ dynamodb: client, road }).get(Thing, { id: "1" });
    await expect(loading).rejects.toMatchObject({ name: expect.stringMatching(/^(InvalidValue|RequestFailed)$/) });
  });
});
