/** A function that is fed with a table's stream: the example of the page on Lambda, and what eventRecordsOf() reads. */

import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { binary, integer, list, map, model, set, string } from "bloop-dynamodb";
import { recordsOf } from "bloop-dynamodb/lambda";
import { type EventRecord, eventRecord, eventRecordsOf, runEventSource } from "bloop-dynamodb/testing";
import { expect, inject, test } from "vitest";
import { Counted, Customer, makeHandler, Order } from "../../examples/lambda.js";
import { live } from "../support/live.js";

const { engine, tableName } = live("lambda");
const streams = new DynamoDBStreamsClient({
  endpoint: inject("endpoint"),
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

const stream = { include: ["new", "old"] } as const;

/** The same by the SDK alone: a local DynamoDB has one shard for each table. */
async function recordsBySdk(TableName: string): Promise<EventRecord[]> {
  const { Streams: [{ StreamArn = "" } = {}] = [] } = await streams.send(new ListStreamsCommand({ TableName }));
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const records: EventRecord[] = [];
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const position = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
    let { ShardIterator } = await streams.send(new GetShardIteratorCommand(position));
    while (ShardIterator !== undefined) {
      const page = await streams.send(new GetRecordsCommand({ ShardIterator }));
      const { Records = [] } = page;
      records.push(...Records.map((record) => eventRecord(record, StreamArn)));
      ShardIterator = Records.length === 0 ? undefined : page.NextShardIterator;
    }
  }
  return records;
}

/** Calls the function of the page with the records of the table behind one. */
async function follow(after?: EventRecord) {
  const settings = { batchSize: 10, reportBatchItemFailures: true, maximumRetryAttempts: 3, timeout: 30_000 };
  return runEventSource(makeHandler(engine), await eventRecordsOf(engine, Order, { after }), settings);
}

test("a function that is fed by the local event source counts each order once, also if all records come again", async () => {
  await engine.bind([Order, Customer, Counted]);
  const save = (order: number) => engine.save(new Order({ id: `o${order}`, customer: `c${order % 3}`, total: order }));
  const ordersOf = async () => {
    const customers = await engine.getMany(Customer, [{ id: "c0" }, { id: "c1" }, { id: "c2" }]);
    return customers.map((customer) => customer?.orders);
  };
  for (let order = 0; order < 25; order += 1) await save(order);
  const { invocations, discarded } = await follow();
  expect([invocations.map(({ outcome }) => outcome), discarded]).toEqual([["success", "success", "success"], []]);
  expect(invocations.map(({ sequenceNumbers }) => sequenceNumbers.length)).toEqual([10, 10, 5]);
  expect((await follow()).discarded).toEqual([]);
  expect(await ordersOf()).toEqual([9, 8, 8]);

  const last = (await eventRecordsOf(engine, Order)).at(-1);
  await save(25);
  expect((await follow(last)).invocations.map(({ sequenceNumbers }) => sequenceNumbers.length)).toEqual([1]);
  expect(await ordersOf()).toEqual([9, 9, 8]);
});

test("eventRecordsOf() has all records of a table, each as the SDK's client has it", async () => {
  const Thing = model(
    "Thing",
    {
      id: integer().hashKey(),
      bytes: binary(),
      names: set(string()),
      parts: list(map({ size: integer(), data: binary() })),
    },
    { stream },
  );
  await engine.bind(Thing);
  expect(await eventRecordsOf(engine, Thing)).toEqual([]);
  const things = Array.from({ length: 1100 }, (_, id) => new Thing({ id, names: new Set([`${id}`]) }));
  await engine.putAll(things);
  const [first] = things;
  if (first === undefined) throw new Error("there are no things");
  await engine.save(
    Object.assign(first, { bytes: Uint8Array.of(0, 255), parts: [{ size: 1, data: Uint8Array.of(7) }] }),
  );
  await engine.delete(first);
  const records = await eventRecordsOf(engine, Thing);
  expect(records).toHaveLength(1102);
  expect(records).toEqual(await recordsBySdk(tableName("Thing")));
  const [saved, deleted] = recordsOf(Thing, { Records: records.slice(-2) }, { engine });
  expect([saved?.type, saved?.new?.bytes, deleted?.type, deleted?.old?.parts]).toEqual([
    "modify",
    Uint8Array.of(0, 255),
    "remove",
    [{ size: 1, data: Uint8Array.of(7) }],
  ]);
});

test("the records behind one are those that were written since, and one of another table is refused", async () => {
  const Note = model("Note", { id: string().hashKey() }, { stream });
  await engine.bind(Note);
  await engine.save(new Note({ id: "a" }));
  const [a, ...none] = await eventRecordsOf(engine, Note);
  expect([none, await eventRecordsOf(engine, Note, { after: a })]).toEqual([[], []]);
  await engine.save(new Note({ id: "b" }));
  await engine.save(new Note({ id: "c" }));
  const later = await eventRecordsOf(engine, Note, { after: a });
  expect(later.map(({ dynamodb }) => dynamodb?.Keys)).toEqual([{ id: { S: "b" } }, { id: { S: "c" } }]);
  const after = { dynamodb: { SequenceNumber: "9".repeat(21) } };
  await expect(eventRecordsOf(engine, Note, { after })).rejects.toThrow("The stream of Note has no record");
});
