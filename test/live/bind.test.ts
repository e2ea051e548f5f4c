/** Binding models to tables of a real DynamoDB. */

import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { Engine, model, number, RequestFailed, string, TableMismatch, TimedOut, timestamp } from "bloop-dynamodb";
import { expect, test } from "vitest";
import { live } from "../support/live.js";
import { recordingClient, sdkError } from "../support/recording-client.js";

const { client, engine, sent, tableName } = live("bind");
const describeTable = async (name: string) =>
  (await client.send(new DescribeTableCommand({ TableName: tableName(name) }))).Table;

test("creates the tables of several models at once, with all that they declare", async () => {
  const First = model(
    "First",
    { id: string().hashKey(), at: number().rangeKey(), kind: string(), expires: timestamp() },
    {
      indexes: {
        byKind: { hashKey: "kind", projection: "all" },
        byExpiry: { rangeKey: "expires", projection: ["kind"] },
      },
      ttl: { column: "expires" },
      stream: { include: ["new", "old"] },
    },
  );
  const Second = model("Second", { id: string().hashKey() }, { billing: "provisioned", readUnits: 3, writeUnits: 2 });
  const heard: string[] = [];
  for (const name of ["beforeCreateTable", "modelValidated", "modelBound"] as const) {
    engine.on(name, ({ model: of }) => heard.push(`${name} ${of === First ? "First" : "Second"}`));
  }
  await engine.bind([First, Second]);
  expect(heard.sort()).toEqual([
    "beforeCreateTable First",
    "beforeCreateTable Second",
    "modelBound First",
    "modelBound Second",
    "modelValidated First",
    "modelValidated Second",
  ]);
  const table = await describeTable("First");
  expect(table?.StreamSpecification?.StreamViewType).toBe("NEW_AND_OLD_IMAGES");
  expect([table?.GlobalSecondaryIndexes?.length, table?.LocalSecondaryIndexes?.length]).toEqual([1, 1]);
  const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: tableName("First") }));
  expect(ttl.TimeToLiveDescription).toMatchObject({ AttributeName: "expires", TimeToLiveStatus: "ENABLED" });
  expect((await describeTable("Second"))?.ProvisionedThroughput).toMatchObject({
    ReadCapacityUnits: 3,
    WriteCapacityUnits: 2,
  });
  sent();
  await engine.bind([First, Second]);
  expect(sent().some(({ name }) => name === "CreateTable" || name === "UpdateTimeToLive")).toBe(false);
});

test("creates a table of several models with the indexes of all", async () => {
  const columns = { id: string().hashKey(), kind: string(), size: number() };
  const Left = model("Left", columns, {
    tableName: "Both",
    indexes: { byKind: { hashKey: "kind", projection: ["size"] } },
  });
  const Right = model("Right", columns, {
    tableName: "Both",
    indexes: { byKind: { hashKey: "kind", projection: "all" }, bySize: { hashKey: "size", projection: "keys" } },
  });
  await engine.bind([Left, Right]);
  const indexes = (await describeTable("Both"))?.GlobalSecondaryIndexes ?? [];
  expect(indexes.map(({ IndexName, Projection }) => [IndexName, Projection?.ProjectionType]).sort()).toEqual([
    ["byKind", "ALL"],
    ["bySize", "KEYS_ONLY"],
  ]);
  await engine.bind(Left);
});

test("of two engines at once creates one table", async () => {
  const Race = model("Race", { id: string().hashKey() });
  const other = new Engine({ dynamodb: client, tableName: "bind-{tableName}" });
  await Promise.all([engine.bind(Race), other.bind(Race), engine.bind(Race)]);
  expect((await describeTable("Race"))?.TableStatus).toBe("ACTIVE");
});

test("lists every difference, and changes nothing", async () => {
  await client.send(
    new CreateTableCommand({
      TableName: tableName("Wrong"),
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  const Wrong = model(
    "Wrong",
    { id: string().hashKey(), kind: string(), expires: timestamp() },
    {
      indexes: { byKind: { hashKey: "kind", projection: "all" } },
      stream: { include: ["keys"] },
      billing: "provisioned",
      ttl: { column: "expires" },
    },
  );
  const error: unknown = await engine.bind(Wrong, { tables: "validate" }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TableMismatch);
  expect((error as TableMismatch).differences).toEqual([
    'The key "id" is S in the model, and N in the table.',
    'The global index "byKind" is not there.',
    "The model has a stream of KEYS_ONLY, and the table has no stream.",
    "The table is billed: provisioned in the model, on_demand in the table.",
    "The table's time to live is in: expires in the model, nothing in the table.",
  ]);
  expect(String(error)).toContain(
    `TableMismatch: The table "${tableName("Wrong")}": it is not as its models say. The key "id"`,
  );
});

test("validates only, or skips", async () => {
  const Absent = model("Absent", { id: string().hashKey() });
  await expect(engine.bind(Absent, { tables: "validate" })).rejects.toMatchObject({
    differences: ["The table is not there."],
  });
  sent();
  await engine.bind(Absent, { tables: "skip" });
  expect(sent()).toEqual([]);
});

test("refuses models that contradict each other, before the table is made", async () => {
  const One = model("One", { id: string().hashKey() }, { tableName: "Contradiction" });
  const Two = model("Two", { key: string().hashKey() }, { tableName: "Contradiction" });
  sent();
  await expect(engine.bind([One, Two])).rejects.toThrow(
    "the models that share it contradict each other. The model Two has the key (key HASH), and the table has (id HASH).",
  );
  expect(sent()).toEqual([]);
});

test("does not care that a server has no backups, unless the model asks for them", async () => {
  const Kept = model("Kept", { id: string().hashKey() }, { backups: true });
  const error: unknown = await engine.bind(Kept).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RequestFailed);
  expect(String(error)).toContain(
    `The table "${tableName("Kept")}" of Kept: DescribeContinuousBackups failed. UnknownOperationException`,
  );
});

test("makes a table anew that was being deleted", async () => {
  const Again = model("Again", { id: string().hashKey() });
  await engine.bind(Again);
  await client.send(new DeleteTableCommand({ TableName: tableName("Again") }));
  await engine.bind(Again);
  expect((await describeTable("Again"))?.TableStatus).toBe("ACTIVE");
});

test("waits with growing pauses, for a table being deleted too, and gives up in time", async () => {
  const Slow = model("Slow", { id: string().hashKey() });
  const fake = recordingClient(({ name }) => {
    return name === "DescribeTable" ? { Table: { TableStatus: "DELETING" } } : undefined;
  });
  const waiting = new Engine({ dynamodb: fake }).bind(Slow, { timeout: 600 });
  await expect(waiting).rejects.toThrow(TimedOut);
  await expect(waiting).rejects.toThrow('The table "Slow" of Slow is DELETING after 600 ms of waiting.');
  // Pauses of 50 ms that did not grow would have asked a dozen times.
  expect(fake.sent.length).toBeLessThan(9);
  const reason = new Error("enough");
  await expect(new Engine({ dynamodb: fake }).bind(Slow, { signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
    name: "TimeoutError",
  });
  await expect(engine.bind(Slow, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test("passes on what DynamoDB says, with the table's name", async () => {
  const Denied = model("Denied", { id: string().hashKey() });
  const fake = recordingClient(() => {
    throw sdkError("AccessDeniedException", "not for you");
  });
  await expect(new Engine({ dynamodb: fake }).bind(Denied)).rejects.toThrow(
    'The table "Denied" of Denied: DescribeTable failed. AccessDeniedException: not for you. The credentials lack the permission for it.',
  );
});
