/** Binding models to tables of a real DynamoDB. */

import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { Engine, model, number, string, TableMismatch, TimedOut, timestamp } from "bloop-dynamodb";
import { describe, expect, test, vi } from "vitest";
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

describe("what an emulator does not know is skipped with a warning (T32)", () => {
  const Kept = model("Kept", { id: string().hashKey() }, { backups: true });
  const warningsOf = async (run: () => Promise<unknown>) => {
    const warnings: string[] = [];
    const emit = vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
    try {
      await run();
    } finally {
      emit.mockRestore();
    }
    return warnings;
  };

  test("backups on DynamoDB Local", async () => {
    expect(await warningsOf(() => engine.bind(Kept))).toEqual([
      `The table "${tableName("Kept")}" of Kept: the server does not know continuous backups, and is no endpoint of AWS. The table is used without.`,
    ]);
    await engine.save(new Kept({ id: "1" }));
    expect(await warningsOf(() => engine.bind(Kept, { tables: "validate" }))).toHaveLength(1);
  });

  test("time to live, on a server that has none", async () => {
    const Expiring = model(
      "Expiring",
      { id: string().hashKey(), expires: timestamp() },
      { ttl: { column: "expires" } },
    );
    const fake = recordingClient(({ name }) => {
      if (name === "DescribeTimeToLive") throw sdkError("UnknownOperationException");
      return name === "DescribeTable" ? { Table: { ...activeTable } } : undefined;
    });
    expect(await warningsOf(() => new Engine({ dynamodb: fake }).bind(Expiring))).toHaveLength(1);
  });

  test("but not on an endpoint of AWS", async () => {
    const config = { endpoint: async () => ({ hostname: "vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com" }) };
    const fake = recordingClient(({ name }) => {
      if (name === "DescribeContinuousBackups") throw sdkError("UnknownOperationException");
      return name === "DescribeTable" ? { Table: { ...activeTable } } : undefined;
    });
    const binding = new Engine({ dynamodb: Object.assign(fake, { config }) }).bind(Kept);
    await expect(binding).rejects.toMatchObject({ name: "RequestFailed", code: "UnknownOperationException" });
  });
});

const activeTable = {
  TableStatus: "ACTIVE",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
};

describe("time to live is turned on for a new table only (T34)", () => {
  const sessionModel = (name: string) =>
    model(name, { id: string().hashKey(), expires: timestamp() }, { ttl: { column: "expires" } });
  const ttlOf = async (name: string) => {
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: tableName(name) }));
    return TimeToLiveDescription?.AttributeName;
  };
  const withoutTtl = (name: string) => model(name, { id: string().hashKey(), expires: timestamp() });

  test("by binds that run side by side, all of which come through", async () => {
    for (let round = 0; round < 5; round++) {
      const Model = sessionModel(`Beside${round}`);
      await Promise.all(Array.from({ length: 8 }, () => live("bind").engine.bind(Model)));
      expect(await ttlOf(Model.name)).toBe("expires");
    }
  });

  test("by a bind that comes after one that died between the two", async () => {
    await engine.bind(withoutTtl("Died"));
    await engine.bind(sessionModel("Died"));
    expect(await ttlOf("Died")).toBe("expires");
  });

  test("not where the table holds items, as one that was restored does, unless it is named", async () => {
    const Old = withoutTtl("Restored");
    await engine.bind(Old);
    await engine.save(new Old({ id: "1", expires: new Date("2001-01-01") }));
    const Restored = sessionModel("Restored");
    const binding = engine.bind(Restored);
    await expect(binding).rejects.toBeInstanceOf(TableMismatch);
    await expect(binding).rejects.toMatchObject({
      differences: [
        "The table's time to live is in: expires in the model, nothing in the table.",
        `The table is not new, and is left without: DynamoDB would delete each item that has a number of the past in "expires". Name the model in bind()'s turnOnTtl to turn it on.`,
      ],
    });
    expect(await ttlOf("Restored")).toBeUndefined();
    await engine.bind(Restored, { turnOnTtl: [Restored] });
    expect(await ttlOf("Restored")).toBe("expires");
    await engine.bind(Restored);
  });

  test("not where the table is old, though it be empty", async () => {
    const CreationDateTime = new Date(Date.now() - 3_600_000);
    const fake = recordingClient(({ name }) =>
      name === "DescribeTable" ? { Table: { ...activeTable, CreationDateTime } } : undefined,
    );
    const Old = sessionModel("OldTable");
    await expect(new Engine({ dynamodb: fake }).bind(Old)).rejects.toBeInstanceOf(TableMismatch);
    expect(fake.sent.map(({ name }) => name)).toEqual(["DescribeTable", "DescribeTimeToLive"]);
    const named = new Engine({ dynamodb: fake }).bind(Old, { turnOnTtl: [Old] });
    await expect(named).resolves.toBeUndefined();
    expect(fake.sent.at(-1)?.name).toBe("UpdateTimeToLive");
  });

  test("nor by a name that has nothing to do with it", async () => {
    const [Bound, Other, Plain] = [sessionModel("Bound"), sessionModel("Other"), withoutTtl("Plain")];
    sent();
    const refusals = [
      engine.bind(Bound, { turnOnTtl: [Other] }),
      engine.bind(Plain, { turnOnTtl: [Plain] }),
      engine.bind(Bound, { turnOnTtl: "Bound" as never }),
    ];
    for (const refusal of refusals) await expect(refusal).rejects.toThrow(/^turnOnTtl /);
    expect(sent()).toEqual([]);
  });
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
