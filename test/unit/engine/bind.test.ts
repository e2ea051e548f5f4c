/** bind(): which tables are described, made, waited for and set up; and what it says of one that is another. */

import { InvalidOption, model, string, TableMismatch, TimedOut, timestamp } from "bloop-dynamodb";
import { describe, expect, test, vi } from "vitest";
import { sdkError } from "../../support/recording-client.js";
import { scriptedEngine } from "../../support/requests.js";

const Thing = model("Thing", { id: string().hashKey() });
const Other = model("Other", { id: string().hashKey() }, { tableName: "Thing" });
const Expiring = model(
  "Expiring",
  { id: string().hashKey(), until: timestamp().storedAs("ttl") },
  { ttl: { column: "until" }, backups: true },
);

const notThere = () => sdkError("ResourceNotFoundException");
const table = (TableStatus = "ACTIVE") => ({
  Table: {
    TableStatus,
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  },
});
const describeTable = { operation: "DescribeTable", TableName: "Thing" };
const createTable = {
  operation: "CreateTable",
  TableName: "Thing",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  BillingMode: "PAY_PER_REQUEST",
};

test("a table that is there and as its model says is described, and no more", async () => {
  const { engine, requests } = scriptedEngine([table()]);
  const [validated, bound] = [vi.fn(), vi.fn()];
  engine.on("modelValidated", validated);
  engine.on("modelBound", bound);
  await engine.bind(Thing);
  expect(requests()).toEqual([describeTable]);
  expect([validated.mock.calls.length, bound.mock.calls.length]).toEqual([1, 1]);
});

test("a table that is not there is made, and waited for", async () => {
  const { engine, requests } = scriptedEngine([notThere(), {}, table("CREATING"), table()]);
  const creating = vi.fn();
  engine.on("beforeCreateTable", creating);
  await engine.bind(Thing);
  expect(requests()).toMatchObject([describeTable, createTable, describeTable, describeTable]);
  expect(creating).toHaveBeenCalledOnce();
});

test("a table that somebody else makes at the same moment is waited for too", async () => {
  const { engine, requests } = scriptedEngine([notThere(), sdkError("ResourceInUseException"), table()]);
  await engine.bind(Thing);
  expect(requests()).toHaveLength(3);
});

test("a table that can't be made is an error", async () => {
  const { engine } = scriptedEngine([notThere(), sdkError("LimitExceededException")]);
  await expect(engine.bind(Thing)).rejects.toThrow("LimitExceededException");
});

test("models that share a table are one table", async () => {
  const { engine, requests } = scriptedEngine([table()]);
  await engine.bind([Thing, Other, Thing]);
  expect(requests()).toEqual([describeTable]);
});

describe("tables", () => {
  test('"validate" makes none, and says that it is not there', async () => {
    const { engine, requests } = scriptedEngine([notThere()]);
    const error = await engine.bind(Thing, { tables: "validate" }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(TableMismatch);
    expect(error.differences).toEqual(["The table is not there."]);
    expect(requests()).toEqual([describeTable]);
  });

  test('"skip" asks for nothing', async () => {
    const { engine, requests } = scriptedEngine();
    await engine.bind(Thing, { tables: "skip" });
    expect(requests()).toEqual([]);
  });

  test("another word is refused", async () => {
    await expect(scriptedEngine().engine.bind(Thing, { tables: "no" as never })).rejects.toThrow(InvalidOption);
  });
});

test("timeout: after so many milliseconds of waiting, it gives up", async () => {
  const { engine, requests } = scriptedEngine(Array.from({ length: 100 }, () => table("CREATING")));
  const error = await engine.bind(Thing, { timeout: 40 }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(TimedOut);
  expect(error.message).toBe('The table "Thing" of Thing is CREATING after 40 ms of waiting.');
  expect(requests()).toHaveLength(1);
});

test("a signal ends the waiting with its reason", async () => {
  const stop = new AbortController();
  const { engine, requests } = scriptedEngine([
    () => {
      setTimeout(() => stop.abort(new Error("enough")));
      return table("CREATING");
    },
  ]);
  await expect(engine.bind(Thing, { signal: stop.signal })).rejects.toThrow("enough");
  expect(requests()).toEqual([describeTable]);
});

test("a table that is another one: every difference is said", async () => {
  const { engine } = scriptedEngine([
    {
      Table: {
        TableStatus: "ACTIVE",
        KeySchema: [{ AttributeName: "other", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "other", AttributeType: "S" }],
      },
    },
  ]);
  const error = await engine.bind(Thing).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(TableMismatch);
  expect(error.differences.length).toBeGreaterThan(0);
});

describe("time to live and backups", () => {
  const described = (ttl: object, backups: string) => [
    table(),
    { TimeToLiveDescription: ttl },
    { ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: backups } } },
  ];
  const on = { TimeToLiveStatus: "ENABLED", AttributeName: "ttl" };
  const operations = (requests: readonly { readonly operation: string }[]) =>
    requests.map(({ operation }) => operation);

  test("that are on are only looked up", async () => {
    const { engine, requests } = scriptedEngine(described(on, "ENABLED"));
    await engine.bind(Expiring);
    expect(operations(requests())).toEqual(["DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups"]);
  });

  test("that are off are turned on", async () => {
    const [tableAnswer, ttl, backups] = described({ TimeToLiveStatus: "DISABLED" }, "DISABLED");
    const { engine, requests } = scriptedEngine([tableAnswer, ttl, {}, backups, {}]);
    await engine.bind(Expiring);
    expect(requests().filter(({ operation }) => operation.startsWith("Update"))).toEqual([
      {
        operation: "UpdateTimeToLive",
        TableName: "Expiring",
        TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
      },
      {
        operation: "UpdateContinuousBackups",
        TableName: "Expiring",
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    ]);
  });

  describe("of a table that was there already", () => {
    const off = { TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } };
    const backups = {
      ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "ENABLED" } },
    };
    const old = { Table: { ...table().Table, CreationDateTime: new Date(0) } };
    const turnedOn = (requests: readonly { readonly operation: string }[]) =>
      operations(requests).includes("UpdateTimeToLive");

    test("time to live is turned on if it is young and empty, which is read consistently", async () => {
      const { engine, requests } = scriptedEngine([table(), off, { Count: 0, ScannedCount: 0 }, {}, backups]);
      await engine.bind(Expiring);
      const sent = requests();
      expect(sent[2]).toEqual({
        operation: "Scan",
        TableName: "Expiring",
        ConsistentRead: true,
        Select: "COUNT",
        Limit: 1,
      });
      expect(turnedOn(sent)).toBe(true);
    });

    test("time to live is left off if it has items, or is old: DynamoDB could delete what is in it", async () => {
      for (const answers of [
        [table(), off, { Count: 1, ScannedCount: 1 }, backups],
        [table(), off, { Count: 0, LastEvaluatedKey: { id: { S: "1" } } }, { Count: 1, ScannedCount: 1 }, backups],
        [old, off, backups],
      ]) {
        const { engine, requests } = scriptedEngine(answers);
        await expect(engine.bind(Expiring)).rejects.toThrow(TableMismatch);
        expect(turnedOn(requests())).toBe(false);
      }
    });

    test("all pages are read before it counts as empty", async () => {
      const LastEvaluatedKey = { id: { S: "1" } };
      const { engine, requests } = scriptedEngine([
        table(),
        off,
        { Count: 0, LastEvaluatedKey },
        { Count: 0 },
        {},
        backups,
      ]);
      await engine.bind(Expiring);
      const sent = requests();
      expect(sent[3]).toMatchObject({ operation: "Scan", ExclusiveStartKey: LastEvaluatedKey });
      expect(turnedOn(sent)).toBe(true);
    });

    test("time to live that somebody else turned on at the same moment is on; another failure is told", async () => {
      const refused = sdkError("ValidationException", "TimeToLive is already enabled");
      const nowOn = { TimeToLiveDescription: on };
      await scriptedEngine([table(), off, { Count: 0 }, refused, nowOn, backups]).engine.bind(Expiring);
      const failing = scriptedEngine([table(), off, { Count: 0 }, refused, off, backups]).engine.bind(Expiring);
      await expect(failing).rejects.toThrow("TimeToLive is already enabled");
    });

    test.each<[what: string, given: unknown, sentence: string]>([
      ["one model", Expiring, "turnOnTtl is an array of models, got"],
      ["a model that is not bound", [Other], "turnOnTtl names the model Other, which this bind() does not bind"],
      ["a model without a time to live", [Thing], "turnOnTtl names the model Thing, which has no ttl"],
    ])("turnOnTtl is refused that names %s", async (_, given, sentence) => {
      const { engine, requests } = scriptedEngine();
      const binding = Promise.resolve().then(() => engine.bind([Expiring, Thing], { turnOnTtl: given as [] }));
      await expect(binding).rejects.toThrow(InvalidOption);
      await expect(binding).rejects.toThrow(sentence);
      expect(requests()).toEqual([]);
    });

    test("turnOnTtl turns it on all the same", async () => {
      const { engine, requests } = scriptedEngine([old, off, {}, backups]);
      await engine.bind(Expiring, { turnOnTtl: [Expiring] });
      expect(turnedOn(requests())).toBe(true);
    });
  });

  test("backups wait until DynamoDB is ready for them, as long as bind() may", async () => {
    const early = () => sdkError("ContinuousBackupsUnavailableException", "Backups are being enabled for the table");
    const [, ttl, off] = described(on, "DISABLED");
    const { engine, requests } = scriptedEngine([table(), ttl, off, early(), {}]);
    await engine.bind(Expiring);
    expect(operations(requests()).filter((name) => name === "UpdateContinuousBackups")).toHaveLength(2);
    const hasty = scriptedEngine([table(), ttl, off, early()]).engine.bind(Expiring, { timeout: 100 });
    await expect(hasty).rejects.toThrow("Backups are being enabled for the table");
  });

  test('are not turned on by "validate", which says that they are off', async () => {
    const { engine, requests } = scriptedEngine(described({ TimeToLiveStatus: "DISABLED" }, "DISABLED"));
    await expect(engine.bind(Expiring, { tables: "validate" })).rejects.toThrow(TableMismatch);
    expect(operations(requests())).toEqual(["DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups"]);
  });
});
