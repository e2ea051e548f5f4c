/** Every operation on both roads against DynamoDB: the same answers, errors and attempts, also under faults. */

import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import * as undici from "undici";
import { afterEach, describe, expect, inject, test } from "vitest";
import { makeSession } from "../../src/engine/session.js";
import { chooseRoad } from "../../src/lean/choice.js";
import { makeUndiciHandler, type UndiciHandler } from "../../src/lean/undici-handler.js";
import type { Road } from "../../src/session/client.js";
import type { Session } from "../../src/session/session.js";
import type { Item } from "../../src/wire/attribute.js";
import { withBytes } from "../../src/wire/binary.js";
import { effort } from "../support/effort.js";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.js";
import { quickRetries } from "../support/quick-retries.js";
import { pick, type Random, seededRandom } from "../support/random.js";

const roads = ["lean", "sdk"] as const satisfies Road[];
const proxies: FaultProxy[] = [];

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop();
});

function clientTo(endpoint: string, requestHandler?: UndiciHandler): DynamoDBClient {
  return new DynamoDBClient({
    ...(requestHandler === undefined ? {} : { requestHandler: requestHandler as never }),
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local", sessionToken: "token" },
    maxAttempts: 4,
    retryStrategy: quickRetries(4),
  });
}

const names = ["a", "b", "c", "d", "e", "f"];
const key = (random: Random): Item => ({ id: { S: pick(random, names) }, at: { N: pick(random, ["1", "2"]) } });

function item(random: Random): Item {
  const bytes = Uint8Array.from({ length: Math.floor(random() * 20) }, () => Math.floor(random() * 256));
  return {
    ...key(random),
    text: { S: `ü😀 "quoted" ${random()}` },
    count: { N: String(Math.floor(random() * 1e6)) },
    bytes: { B: bytes },
    set: { BS: [Uint8Array.of(1, Math.floor(random() * 256)), Uint8Array.of(2)] },
    words: { SS: ["B", "BS"] },
    nested: { M: { B: { L: [{ B: bytes }, { NULL: true }, { BOOL: false }] }, constructor: { S: "own" } } },
  };
}

type Step = (session: Session, TableName: string, random: Random, token: string) => Promise<unknown>;

function condition(random: Random) {
  return pick(random, [
    {},
    { ConditionExpression: "attribute_exists(id)", ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const },
    { ConditionExpression: "attribute_not_exists(id)", ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const },
    { ConditionExpression: "no expression" },
  ]);
}

function update(TableName: string, random: Random) {
  const { id, at, ...rest } = item(random);
  const columns = Object.entries(rest);
  return {
    TableName,
    Key: { id, at } as Item,
    UpdateExpression: `SET ${columns.map((_, index) => `#${index} = :${index}`).join(", ")}`,
    ExpressionAttributeNames: Object.fromEntries(columns.map(([name], index) => [`#${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(columns.map(([, value], index) => [`:${index}`, value])) as Item,
    ...condition(random),
  };
}

const call = { signal: undefined, subject: () => "Thing" };

const steps: readonly Step[] = [
  (session, TableName, random) => session.getItem({ TableName, Key: key(random), ConsistentRead: true }, call),
  (session, TableName) => session.getItem({ TableName, Key: { id: { S: "x" } } }, call),
  (session, TableName, random) =>
    session.updateItem({ ...update(TableName, random), ReturnValues: pick(random, ["ALL_OLD", "ALL_NEW"]) }, call),
  (session, TableName, random) =>
    session.deleteItem({ TableName, Key: key(random), ReturnValues: "ALL_OLD", ...condition(random) }, call),
  (session, TableName, random) => {
    const found = new Map(Array.from({ length: 5 }, () => key(random)).map((one) => [JSON.stringify(one), one]));
    return session.batchGetItem({ RequestItems: { [TableName]: { Keys: [...found.values()] } } }, call);
  },
  (session, TableName, random) => {
    const puts = new Map(
      Array.from({ length: 5 }, () => item(random)).map((one) => [JSON.stringify([one["id"], one["at"]]), one]),
    );
    const writes = [...puts.values()].map((Item) => ({ PutRequest: { Item } }));
    return session.batchWriteItem({ RequestItems: { [TableName]: writes } }, call);
  },
  (session, TableName, random, token) => {
    const updates = new Map(
      [0, 1, 2].map(() => update(TableName, random)).map((one) => [JSON.stringify(one.Key), one]),
    );
    const TransactItems = [...updates.values()].map((Update) => ({ Update }));
    return session.transactWriteItems({ TransactItems, ClientRequestToken: token }, call);
  },
  (session, TableName, random) =>
    session.transactGetItems({ TransactItems: [0, 1].map(() => ({ Get: { TableName, Key: key(random) } })) }, call),
  (session, TableName, random) =>
    session.query(
      {
        TableName,
        KeyConditionExpression: "#id = :id",
        ExpressionAttributeNames: { "#id": "id" },
        ExpressionAttributeValues: { ":id": { S: pick(random, names) } },
        Limit: 1,
      },
      call,
    ),
  (session, TableName) => session.scan({ TableName, Limit: 3 }, call),
  (session) => session.getItem({ TableName: "no-such-table", Key: { id: { S: "x" } } }, call),
];

/** An outcome as text that can be compared: attributes come in any order, and each table has a name of its own. */
function print(value: unknown, tableName: string): string {
  return JSON.stringify(value, (_, inner) => {
    if (inner instanceof Uint8Array) return [...inner];
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)));
  }).replaceAll(tableName, "T");
}

function printError(error: Error & { cause?: unknown }, tableName: string): string {
  const cause = (error.cause ?? {}) as Error & {
    code?: string;
    $fault?: string;
    $metadata?: Record<string, unknown>;
    Item?: unknown;
    CancellationReasons?: unknown;
  };
  const { name, message, code, $fault, $metadata, Item, CancellationReasons } = cause;
  const metadata = { status: $metadata?.["httpStatusCode"], attempts: $metadata?.["attempts"] };
  const hasId = typeof $metadata?.["requestId"] === "string";
  return print(
    { own: error.message, name, message, code, $fault, metadata, hasId, Item, CancellationReasons },
    tableName,
  );
}

interface Run {
  readonly road: Road;
  readonly endpoint: string;
  readonly seed: number;
  readonly handler?: UndiciHandler;
}

async function run({ road, endpoint, seed, handler }: Run): Promise<string[]> {
  const tableName = `roads-${road}-${seed}-${handler === undefined ? "node" : "undici"}`;
  const direct = clientTo(inject("endpoint"));
  await direct.send(
    new CreateTableCommand({
      TableName: tableName,
      KeySchema: [
        { AttributeName: "id", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "at", AttributeType: "N" },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await waitUntilTableExists({ client: direct, maxWaitTime: 30 }, { TableName: tableName });
  const client = clientTo(endpoint, handler);
  if (road === "lean") expect((await chooseRoad(client)).lean).toBeDefined();
  const session = makeSession(client, road);
  const random = seededRandom(seed);
  const outcomes: string[] = [];
  for (let index = 0; index < effort(100, 300); index++) {
    const step = pick(random, steps);
    const outcome = step(session, tableName, random, `${tableName}-${index}`).then(
      // Bytes of an answer stay base64 on the lean road: the same value.
      (value) => print(withBytes({ value: value ?? "nothing" }).value, tableName),
      (error: Error) => printError(error, tableName),
    );
    outcomes.push(await outcome);
  }
  return outcomes;
}

describe("both roads have the same outcomes", () => {
  const seed = 20261126;

  test(`without faults (seed ${seed})`, async () => {
    const [lean, sdk] = await Promise.all(roads.map((road) => run({ road, endpoint: inject("endpoint"), seed })));
    expect(lean).toEqual(sdk);
    expect(lean?.some((outcome) => outcome.includes("ConditionalCheckFailed"))).toBe(true);
    expect(lean?.some((outcome) => outcome.includes("CancellationReasons"))).toBe(true);
  });

  test(`with faults, and as many attempts, by both HTTP clients (seed ${seed + 1})`, { timeout: 120_000 }, async () => {
    const handler = makeUndiciHandler(undici);
    const ways = [{ road: "sdk" }, { road: "lean" }, { road: "sdk", handler }, { road: "lean", handler }] as const;
    const results = await Promise.all(
      ways.map(async (way) => {
        const proxy = await startFaultProxy(inject("endpoint"), { seed, rate: 0.4 });
        proxies.push(proxy);
        const outcomes = await run({ ...way, endpoint: proxy.endpoint, seed: seed + 1 });
        return { outcomes, counts: proxy.counts };
      }),
    );
    handler.destroy();
    for (const result of results.slice(1)) expect(result).toEqual(results[0]);
  });
});

test("an engine's own client sends over undici", async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: inject("endpoint"),
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  });
  try {
    for (const road of roads) {
      const session = makeSession(undefined, road);
      expect(await (await session.tables()).describeTable("no-such-table", call)).toBeUndefined();
      await expect(session.getItem({ TableName: "no-such-table", Key: { id: { S: "x" } } }, call)).rejects.toThrow(
        "ResourceNotFoundException",
      );
    }
  } finally {
    process.env = before;
  }
});
