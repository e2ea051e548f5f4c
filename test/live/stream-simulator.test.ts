/** The simulator of DynamoDB Streams against DynamoDB Local: the same calls have the same outcomes. */

import { CreateTableCommand, DynamoDBClient, PutItemCommand, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { afterAll, describe, expect, inject, test } from "vitest";
import type { IteratorType, RecordsPage } from "../../src/session/stream-session.js";
import { dynamoDBLocal } from "../support/stream/behaviour.js";
import { StreamSimulator } from "../support/stream/simulator.js";

const settings = {
  endpoint: inject("endpoint"),
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
};
const tables = new DynamoDBClient(settings);
const streams = new DynamoDBStreamsClient(settings);
afterAll(() => {
  tables.destroy();
  streams.destroy();
});

/** A page without what the two cannot have in common: numbers, times and iterators. */
interface Page {
  readonly keys: readonly string[];
  readonly hasNext: boolean;
}

/** One table with a stream of one shard, here and there. */
interface Subject {
  put(key: string): Promise<void>;
  /** Another table is written to. */
  disturb(): Promise<void>;
  disable(): Promise<void>;
  enable(): Promise<void>;
  iterator(type: IteratorType | "AT_SEQUENCE_NUMBER", number?: string, shardId?: string): Promise<string>;
  read(iterator: string, limit?: number): Promise<Page & { next: string | undefined; numbers: string[] }>;
  /** Of the newest stream: its status, and whether each shard has an end. */
  describe(after?: string, arn?: string): Promise<{ status: string; closed: boolean[] }>;
  labels(tableName?: string): Promise<number>;
  startingNumber(): Promise<string>;
}

let created = 0;
const specification = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } as const;

async function createTable(): Promise<string> {
  const TableName = `stream-simulator-${++created}`;
  await tables.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      StreamSpecification: specification,
    }),
  );
  return TableName;
}

const put = (TableName: string, key: string) =>
  tables.send(new PutItemCommand({ TableName, Item: { id: { S: key }, at: { N: String(++created) } } }));

async function real(): Promise<Subject> {
  const tableName = await createTable();
  const arn = async () => {
    const { Streams = [] } = await streams.send(new ListStreamsCommand({ TableName: tableName }));
    return (
      Streams.map(({ StreamArn = "" }) => StreamArn)
        .sort()
        .at(-1) ?? ""
    );
  };
  const describeIt = async (StreamArn: string, after?: string) =>
    (await streams.send(new DescribeStreamCommand({ StreamArn, ExclusiveStartShardId: after }))).StreamDescription;
  const firstShard = async () => (await describeIt(await arn()))?.Shards?.[0];
  return {
    put: async (key) => void (await put(tableName, key)),
    disturb: async () => void (await put(await createTable(), "other")),
    disable: async () =>
      void (await tables.send(
        new UpdateTableCommand({ TableName: tableName, StreamSpecification: { StreamEnabled: false } }),
      )),
    enable: async () =>
      void (await tables.send(new UpdateTableCommand({ TableName: tableName, StreamSpecification: specification }))),
    iterator: async (type, number, shardId) => {
      const { ShardIterator = "" } = await streams.send(
        new GetShardIteratorCommand({
          StreamArn: await arn(),
          ShardId: shardId ?? (await firstShard())?.ShardId,
          ShardIteratorType: type,
          SequenceNumber: number,
        }),
      );
      return ShardIterator;
    },
    read: async (iterator, limit) => {
      const { Records = [], NextShardIterator } = await streams.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }),
      );
      const keys = Records.map(({ dynamodb }) => dynamodb?.Keys?.id?.S ?? "");
      const numbers = Records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? "");
      return { keys, numbers, next: NextShardIterator, hasNext: NextShardIterator !== undefined };
    },
    describe: async (after, given) => {
      const description = await describeIt(given ?? (await arn()), after);
      const closed = (description?.Shards ?? []).map(
        ({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber !== undefined,
      );
      return { status: description?.StreamStatus ?? "", closed };
    },
    labels: async (name) =>
      (await streams.send(new ListStreamsCommand({ TableName: name ?? tableName }))).Streams?.length ?? 0,
    startingNumber: async () => (await firstShard())?.SequenceNumberRange?.StartingSequenceNumber ?? "",
  };
}

async function simulated(): Promise<Subject> {
  let now = Date.UTC(2026, 0, 1);
  const simulator = new StreamSimulator({ behaviour: dynamoDBLocal, now });
  const { table } = simulator;
  const send = <Answer>(call: Parameters<StreamSimulator["answer"]>[0]): Answer => {
    const outcome = simulator.answer(call, ++now);
    if ("error" in outcome) throw outcome.error;
    return outcome.answer as Answer;
  };
  const firstShard = () => table.current.shards[0];
  return {
    put: async (key) => void table.write(key, ++now),
    disturb: async () => {},
    disable: async () => table.disable(++now),
    enable: async () => table.enable(++now),
    iterator: async (type, sequenceNumber, shardId) =>
      send<string>({
        kind: "getShardIterator",
        streamArn: table.current.arn,
        shardId: shardId ?? firstShard()?.id ?? "",
        type: type as IteratorType,
        sequenceNumber,
      }),
    read: async (iterator, limit = 1000) => {
      const { records, nextIterator } = send<RecordsPage>({ kind: "getRecords", shardId: "", iterator, limit });
      const keys = records.map(({ keys: { id } }) => (id !== undefined && "S" in id ? (id.S ?? "") : ""));
      const numbers = records.map(({ sequenceNumber }) => sequenceNumber);
      return { keys, numbers, next: nextIterator, hasNext: nextIterator !== undefined };
    },
    describe: async (afterShardId, arn = table.current.arn) => {
      const description = send<{ status: string; shards: { endingSequenceNumber?: string }[] }>({
        kind: "describeStream",
        streamArn: arn,
        afterShardId,
        childrenOf: undefined,
      });
      return {
        status: description.status,
        closed: description.shards.map(({ endingSequenceNumber }) => endingSequenceNumber !== undefined),
      };
    },
    labels: async (tableName = table.tableName) =>
      send<{ streams: unknown[] }>({ kind: "listStreams", tableName, afterStreamArn: undefined }).streams.length,
    startingNumber: async () => `${firstShard()?.start ?? 0}0000000`,
  };
}

/** What both are asked to do; what it returns has to be the same. Errors count by their names. */
type Story = (subject: Subject) => Promise<unknown>;

const outcomeOf = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    return await call;
  } catch (error) {
    return error instanceof Error ? error.name : "?";
  }
};

const page = ({ keys, hasNext }: Page): Page => ({ keys, hasNext });

/** All pages from an iterator on, at most so many. */
async function pages(subject: Subject, iterator: string, most: number, limit?: number): Promise<Page[]> {
  const found: Page[] = [];
  for (let next: string | undefined = iterator; next !== undefined && found.length < most; ) {
    const read: Awaited<ReturnType<Subject["read"]>> = await subject.read(next, limit);
    found.push(page(read));
    next = read.next;
  }
  return found;
}

async function putAll(subject: Subject, ...keys: string[]): Promise<void> {
  for (const key of keys) await subject.put(key);
}

const stories: Record<string, Story> = {
  "an open shard from TRIM_HORIZON, then its tip": async (subject) => {
    await putAll(subject, "a", "b", "a");
    return pages(subject, await subject.iterator("TRIM_HORIZON"), 3);
  },
  "an empty shard": async (subject) => pages(subject, await subject.iterator("TRIM_HORIZON"), 2),
  "pages of a limit": async (subject) => {
    await putAll(subject, "a", "b", "c", "d", "e");
    return pages(subject, await subject.iterator("TRIM_HORIZON"), 4, 2);
  },
  "limits out of range": async (subject) => {
    await subject.put("a");
    const iterator = await subject.iterator("TRIM_HORIZON");
    return [await outcomeOf(subject.read(iterator, 0)), await outcomeOf(subject.read(iterator, 1001))];
  },
  "LATEST sees what comes behind it": async (subject) => {
    await subject.put("a");
    const iterator = await subject.iterator("LATEST");
    const before = page(await subject.read(iterator));
    await subject.put("b");
    return [before, page(await subject.read(iterator))];
  },
  "AFTER each number": async (subject) => {
    await putAll(subject, "a", "b", "c");
    const { numbers } = await subject.read(await subject.iterator("TRIM_HORIZON"));
    const found: Page[] = [];
    for (const number of numbers) {
      found.push(page(await subject.read(await subject.iterator("AFTER_SEQUENCE_NUMBER", number))));
    }
    return found;
  },
  "an iterator is read twice": async (subject) => {
    await putAll(subject, "a", "b");
    const iterator = await subject.iterator("TRIM_HORIZON");
    return [page(await subject.read(iterator, 1)), page(await subject.read(iterator, 1))];
  },
  "a closed shard in one page, in two, and again": async (subject) => {
    await putAll(subject, "a", "b", "c");
    await subject.disable();
    const whole = await pages(subject, await subject.iterator("TRIM_HORIZON"), 5);
    const halves = await pages(subject, await subject.iterator("TRIM_HORIZON"), 5, 2);
    return [whole, halves, await subject.describe()];
  },
  "a closed shard whose last page is full": async (subject) => {
    await putAll(subject, "a", "b");
    await subject.disable();
    return pages(subject, await subject.iterator("TRIM_HORIZON"), 5, 2);
  },
  "a closed shard behind its last number, and from LATEST": async (subject) => {
    await putAll(subject, "a", "b");
    const { numbers } = await subject.read(await subject.iterator("TRIM_HORIZON"));
    await subject.disable();
    const after = await subject.iterator("AFTER_SEQUENCE_NUMBER", numbers.at(-1));
    return [await pages(subject, after, 2), await pages(subject, await subject.iterator("LATEST"), 2)];
  },
  "a shard that is closed while it is read": async (subject) => {
    await subject.put("a");
    const { next = "" } = await subject.read(await subject.iterator("TRIM_HORIZON"));
    await subject.put("b");
    await subject.disable();
    return pages(subject, next, 3);
  },
  "a closed shard without records": async (subject) => {
    const before = await subject.iterator("TRIM_HORIZON");
    await subject.disable();
    return [await pages(subject, before, 2), await pages(subject, await subject.iterator("TRIM_HORIZON"), 2)];
  },
  "numbers before a shard's first and behind its last": async (subject) => {
    await putAll(subject, "a", "b");
    const start = await subject.startingNumber();
    const shifted = (by: bigint) => (BigInt(start) + by).toString().padStart(start.length, "0");
    const far = 10_000_000_000n;
    const before = await outcomeOf(subject.iterator("AFTER_SEQUENCE_NUMBER", shifted(-1n)));
    return [before, await pages(subject, await subject.iterator("AFTER_SEQUENCE_NUMBER", shifted(far)), 1)];
  },
  "iterators with and without a number": async (subject) => {
    await subject.put("a");
    const number = await subject.startingNumber();
    return [
      await outcomeOf(subject.iterator("AFTER_SEQUENCE_NUMBER")),
      await outcomeOf(subject.iterator("TRIM_HORIZON", number)),
      await outcomeOf(subject.iterator("LATEST", number)),
    ];
  },
  "what is unknown": async (subject) => {
    const { arn } = await Promise.resolve({
      arn: "arn:aws:dynamodb:us-east-1:000000000000:table/Nobody/stream/2026-01-01T00:00:00.000",
    });
    return [
      await outcomeOf(subject.iterator("TRIM_HORIZON", undefined, "shardId-00000001541626099285-f35f62ef")),
      await outcomeOf(subject.read("junk")),
      await outcomeOf(subject.describe(undefined, arn)),
      await subject.labels("Nobody"),
    ];
  },
  "a description of one shard, and of those behind an unknown id": async (subject) => [
    await subject.describe(),
    await subject.describe("shardId-00000000000000000000-00000000"),
    await subject.describe("shardId-99999999999999999999-ffffffff"),
  ],
  "a new stream behind a disabled one": async (subject) => {
    await putAll(subject, "a");
    await subject.disable();
    await subject.put("unheard");
    await subject.enable();
    await subject.put("b");
    return [
      await subject.labels(),
      await subject.describe(),
      await pages(subject, await subject.iterator("TRIM_HORIZON"), 1),
    ];
  },
  "an iterator of an empty shard is refused once another table was written to": async (subject) => {
    const before = { horizon: await subject.iterator("TRIM_HORIZON"), latest: await subject.iterator("LATEST") };
    const chained = (await subject.read(before.horizon)).next ?? "";
    await subject.disturb();
    await subject.put("a");
    const found = [];
    for (const iterator of [before.horizon, before.latest, chained]) {
      found.push(await outcomeOf(subject.read(iterator).then(page)));
    }
    return [
      found,
      await pages(subject, await subject.iterator("TRIM_HORIZON"), 1),
      await pages(subject, await subject.iterator("LATEST"), 1),
    ];
  },
};

describe("the simulator does as DynamoDB Local", () => {
  test.each(Object.entries(stories))("%s", async (_, story) => {
    const outcome = await story(await simulated());
    expect(outcome).toEqual(await story(await real()));
  });
});
