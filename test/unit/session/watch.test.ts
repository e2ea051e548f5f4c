/** Each attempt of a request is told on a channel, by both roads, and no value with it. */

import { tracingChannel } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { add, and, Engine, type EngineOptions, map, merge, model, number, record, set, string } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { watchCommand, watchRequest } from "../../../src/session/watch.js";
import { listen } from "../../support/heard.js";
import { quickRetries } from "../../support/quick-retries.js";
import { type Answer, stubClient } from "../../support/stub-client.js";

const Account = model(
  "Account",
  {
    id: string().hashKey(),
    email: string(),
    logins: number(),
    roles: set(string()),
    address: map({ city: string() }),
  },
  { indexes: { byEmail: { hashKey: "email", projection: "all" } } },
);
const secret = "a-secret-value";
const throttled = {
  status: 400,
  body: JSON.stringify({
    __type: "com.amazonaws.dynamodb.v20120810#ThrottlingException",
    message: "slow down",
    throttlingReasons: [
      { reason: "TableWriteKeyRangeThroughputExceeded", resource: "arn:aws:dynamodb:::table/Account" },
    ],
  }),
};

function engineOf(answer: Answer, road: "lean" | "sdk", more: EngineOptions = {}, config = {}) {
  const { client, requests } = stubClient(answer, { retryStrategy: quickRetries(5) as never, ...config });
  return { engine: new Engine({ dynamodb: client, road, ...more }), requests };
}

const requestsOf = (run: () => unknown) => listen(["request"], ["retry"], run);

describe.each(["lean", "sdk"] as const)("on the %s road", (road) => {
  test("an attempt has its operation, table, server and answer", async () => {
    const capacity = { TableName: "Account", CapacityUnits: 0.5 };
    const body = JSON.stringify({ Items: [], Count: 0, ScannedCount: 7, ConsumedCapacity: capacity });
    const { engine } = engineOf(() => ({ body }), road, { capacity: "total" });
    const heard = await requestsOf(() => engine.query(Account.byEmail, { key: Account.email.eq(secret) }).all());
    expect(heard.map(({ name }) => name)).toEqual([
      "request start",
      "request end",
      "request asyncStart",
      "request asyncEnd",
    ]);
    const begun = {
      operation: "Query",
      table: "Account",
      tables: ["Account"],
      index: "byEmail",
      attempt: 1,
      region: "eu-west-1",
      serverAddress: "dynamodb.eu-west-1.amazonaws.com",
      text: "KeyConditionExpression: email = :0",
    };
    expect(heard[0]?.context).toMatchObject({ ...begun, statusCode: undefined, requestId: undefined });
    expect(heard.at(-1)?.context).toMatchObject({
      ...begun,
      statusCode: 200,
      requestId: "R1",
      count: 0,
      scannedCount: 7,
      consumedCapacity: [{ tableName: "Account", units: 0.5 }],
      throttlingReasons: [],
    });
  });

  test("the port of a server that is not AWS's is told", async () => {
    const { engine } = engineOf(() => ({}), road, {}, { endpoint: "http://127.0.0.1:4711" });
    const heard = await requestsOf(() => engine.get(Account, { id: "1" }));
    expect(heard[0]?.context).toMatchObject({ serverAddress: "127.0.0.1", serverPort: 4711 });
  });

  test("a request that is sent again is told attempt by attempt, with why", async () => {
    const { engine } = engineOf((_, count) => (count < 3 ? throttled : {}), road);
    const heard = await requestsOf(() => engine.get(Account, { id: secret }));
    const ended = heard.filter(({ name }) => name === "request asyncEnd").map(({ context }) => context);
    expect(ended.map(({ attempt, statusCode }) => [attempt, statusCode])).toEqual([
      [1, 400],
      [2, 400],
      [3, 200],
    ]);
    expect(ended[0]).toMatchObject({
      error: expect.objectContaining({ name: "ThrottlingException", message: "slow down" }),
      throttlingReasons: [{ reason: "TableWriteKeyRangeThroughputExceeded" }],
    });
    const retries = heard.filter(({ name }) => name === "retry").map(({ context }) => context);
    expect(retries).toEqual([
      { operation: "GetItem", table: "Account", attempt: 2, reason: "ThrottlingException", delay: expect.any(Number) },
      { operation: "GetItem", table: "Account", attempt: 3, reason: "ThrottlingException", delay: expect.any(Number) },
    ]);
  });

  test("no value is told, of requests, answers and errors", async () => {
    const Item = { id: { S: secret }, email: { S: secret } };
    const failed = {
      status: 400,
      body: JSON.stringify({
        __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        message: "The conditional request failed",
        Item,
      }),
    };
    const { engine } = engineOf((_, count) => (count === 1 ? { body: JSON.stringify({ Item }) } : failed), road);
    const heard = await requestsOf(async () => {
      const account = await engine.get(Account, { id: secret });
      if (account === undefined) throw new Error("there is one");
      account.address = { city: secret };
      const condition = and(Account.email.eq(secret), Account.roles.contains(secret));
      await engine.save(account, { condition, actions: { logins: add(1) } }).catch(() => undefined);
    });
    expect(heard.length).toBeGreaterThan(8);
    const told = heard.map(({ context }) => {
      const { error, ...flat } = context;
      return [JSON.stringify(flat), error instanceof Error ? [error.message, ...Object.values(error)] : ""];
    });
    expect(JSON.stringify(told)).not.toContain(secret);
    expect(JSON.stringify(heard.at(-1)?.context["text"])).toContain("UpdateExpression: SET address = :");
  });

  test("a listener that prints an error when it is told sees no item in it", async () => {
    const Item = { id: { S: secret }, email: { S: secret } };
    const errorOf = (type: string, more: object) => ({
      status: 400,
      body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: "no", ...more }),
    });
    const CancellationReasons = [{ Code: "ConditionalCheckFailed", Message: "no", Item }];
    const { engine } = engineOf(
      (_, count) =>
        count === 1
          ? errorOf("ConditionalCheckFailedException", { Item })
          : errorOf("TransactionCanceledException", { CancellationReasons }),
      road,
    );
    const printed: string[] = [];
    const { error } = tracingChannel("bloop-dynamodb:request");
    const print = (context: unknown) => void printed.push(inspect(context, { depth: 20, showHidden: true }));
    error.subscribe(print);
    try {
      await engine.delete(Account, { id: "1" }, { condition: Account.email.exists() }).catch(() => undefined);
      await engine.transaction((all) => all.delete(Account, { id: "1" })).catch(() => undefined);
    } finally {
      error.unsubscribe(print);
    }
    expect(printed.map((text) => /\w+Exception/.exec(text)?.[0])).toEqual([
      "ConditionalCheckFailedException",
      "TransactionCanceledException",
    ]);
    expect(printed.join()).not.toContain(secret);
  });

  test("an error is thrown as it would be with nobody listening", async () => {
    const { engine } = engineOf(() => throttled, road);
    const alone = await engine.get(Account, { id: "1" }).catch((error) => error);
    let listened: Error | undefined;
    await requestsOf(async () => {
      listened = await engine.get(Account, { id: "1" }).catch((error) => error);
    });
    const shown = (error: Error | undefined) => [
      error?.message,
      error?.cause?.constructor,
      Object.keys(Object(error?.cause)),
    ];
    expect(shown(listened)).toEqual(shown(alone));
  });

  test("of a transaction, all tables and the expressions of all parts", async () => {
    const Tally = model("Tally", { id: string().hashKey(), total: number() });
    const { engine } = engineOf(() => ({}), road);
    const heard = await requestsOf(() =>
      engine.transaction((all) => all.save(new Account({ id: "1" })).update(Tally, { id: "1" }, { total: add(1) })),
    );
    expect(heard[0]?.context).toMatchObject({ operation: "TransactWriteItems", tables: ["Account", "Tally"] });
    expect(heard[0]?.context["text"]).toMatch(
      /^Update\n {2}UpdateExpression: .*\nUpdate\n {2}UpdateExpression: ADD total :/,
    );
  });
});

test("a name that could forge a line of a log, or be taken for something else, is quoted", async () => {
  const Page = model("Page", { id: string().hashKey(), views: record(number()) });
  const { engine } = engineOf(() => ({ body: JSON.stringify({ Attributes: { id: { S: "1" } } }) }), "lean");
  const names = ["a", "é_1", "b.c", ":0", "d\nUpdateItem Page: 200", `${"e".repeat(100)}`];
  const added = Object.fromEntries(names.map((name) => [name, add(1)]));
  const heard = await requestsOf(() => engine.update(Page, { id: "1" }, { views: merge(added) }));
  const text = String(heard[0]?.context["text"]);
  expect(text.split("\n")).toHaveLength(2);
  for (const part of ["views.a = ", 'views."é_1" = ', 'views."b.c" = ', 'views.":0" = ', '"d\\nUpdateItem'])
    expect(text).toContain(part);
  expect(text).not.toContain("e".repeat(90));
});

test("a listener that comes and goes is told of what is sent meanwhile, also by a client that keeps its middleware", async () => {
  const { engine } = engineOf(() => ({}), "sdk", {}, { cacheMiddleware: true });
  const get = () => engine.get(Account, { id: "1" });
  await get();
  const first = await requestsOf(get);
  await get();
  const second = await requestsOf(async () => {
    await get();
    await get();
  });
  const starts = [first, second].map((heard) => heard.filter(({ name }) => name === "request start").length);
  expect(starts).toEqual([1, 2]);
});

test("nothing is made for nobody", async () => {
  expect(watchRequest("GetItem", {})).toBeUndefined();
  await listen(["request"], [], () => expect(watchRequest("GetItem", {})).toBeDefined());
  await listen([], ["retry"], () => expect(watchRequest("GetItem", {})).toBeDefined());
  expect(watchRequest("GetItem", {})).toBeUndefined();
});

test("a command without middleware, as mocks have them, is sent as it is", async () => {
  await listen(["request"], [], () => expect(watchCommand({}, {}, "GetItem", {})).toBe(false));
});
