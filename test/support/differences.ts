/**
 * In which the two engines of a local DynamoDB differ from each other, in answers that bloop's tests meet. The page
 * docs/local.md shows this table, and test/live/differences.test.ts asks both engines.
 */

import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  type ScanCommandOutput,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { DescribeStreamCommand, type DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { LocalEngine } from "bloop-dynamodb/local";

export interface Subject {
  readonly dynamodb: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  /** A table with a hash key "id" of text, and a stream. */
  readonly TableName: string;
  readonly StreamArn: string;
}

type Answers = { readonly [engine in LocalEngine | "aws"]: string };

export interface Difference extends Answers {
  readonly what: string;
  /** One of the answers, as text. */
  ask(subject: Subject): Promise<string>;
}

/** A table of its own with the keys "h" and "r", and items with these range keys under "1". */
async function ranged({ dynamodb, TableName }: Subject, name: string, ranges: readonly string[]): Promise<string> {
  const own = `${TableName}-${name}`;
  const attributes = [
    { AttributeName: "h", KeyType: "HASH" },
    { AttributeName: "r", KeyType: "RANGE" },
  ] as const;
  await dynamodb.send(
    new CreateTableCommand({
      TableName: own,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [...attributes],
      AttributeDefinitions: attributes.map(({ AttributeName }) => ({ AttributeName, AttributeType: "S" })),
    }),
  );
  for (const S of ranges)
    await dynamodb.send(new PutItemCommand({ TableName: own, Item: { h: { S: "1" }, r: { S } } }));
  return own;
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));

export const differences: readonly Difference[] = [
  {
    what: "`ALL_OLD` of an UpdateItem that made the item",
    aws: "nothing",
    dynoxide: "the key",
    "dynamodb-local": "nothing",
    async ask({ dynamodb, TableName }) {
      const Key = { id: { S: "all old" } };
      const { Attributes } = await dynamodb.send(
        new UpdateItemCommand({ TableName, Key, ReturnValues: "ALL_OLD", UpdateExpression: "REMOVE gone" }),
      );
      return Attributes === undefined || Object.keys(Attributes).length === 0 ? "nothing" : "the key";
    },
  },
  {
    what: "an UpdateItem that makes an item of exactly 400 KB",
    aws: "stored",
    dynoxide: "refused",
    "dynamodb-local": "stored",
    async ask({ dynamodb, TableName }) {
      const text = "x".repeat(409_600 - "id".length - "size".length - "text".length);
      const update = { UpdateExpression: "SET #0 = :0", ExpressionAttributeNames: { "#0": "text" } };
      const values = { ":0": { S: text } };
      const input = { TableName, Key: { id: { S: "size" } }, ...update, ExpressionAttributeValues: values };
      return dynamodb.send(new UpdateItemCommand(input)).then(
        () => "stored",
        () => "refused",
      );
    },
  },
  {
    what: "the number `1.50` in a map, read again",
    aws: "`1.5`",
    dynoxide: "`1.5`",
    "dynamodb-local": "`1.50`",
    async ask({ dynamodb, TableName }) {
      const id = { S: "number" };
      await dynamodb.send(new PutItemCommand({ TableName, Item: { id, map: { M: { number: { N: "1.50" } } } } }));
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { id } }));
      return `\`${Item?.["map"]?.M?.["number"]?.N}\``;
    },
  },
  {
    what: "a transaction that sets a key of a missing map",
    aws: "`TransactionCanceledException`",
    dynoxide: "`TransactionCanceledException`",
    "dynamodb-local": "`ValidationException`",
    ask: ({ dynamodb, TableName }) => {
      const update = { UpdateExpression: "SET gone.#0 = :0", ExpressionAttributeNames: { "#0": "key" } };
      const Update = {
        TableName,
        Key: { id: { S: "path" } },
        ...update,
        ExpressionAttributeValues: { ":0": { S: "0" } },
      };
      return dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Update }] })).then(
        () => "written",
        (error) => `\`${nameOf(error)}\``,
      );
    },
  },
  {
    what: "DescribeContinuousBackups",
    aws: "the state",
    dynoxide: "`UnknownOperationException`",
    "dynamodb-local": "`UnknownOperationException`",
    ask: ({ dynamodb, TableName }) =>
      dynamodb.send(new DescribeContinuousBackupsCommand({ TableName })).then(
        () => "the state",
        (error) => `\`${nameOf(error)}\``,
      ),
  },
  {
    what: "the `EndingSequenceNumber` of a shard that is open",
    aws: "none",
    dynoxide: "the newest record's",
    "dynamodb-local": "none",
    async ask({ dynamodb, streams, TableName, StreamArn }) {
      await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: "shard" } } }));
      const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
      const shards = StreamDescription?.Shards ?? [];
      return shards.at(-1)?.SequenceNumberRange?.EndingSequenceNumber === undefined ? "none" : "the newest record's";
    },
  },
  {
    what: '`begins_with(r, "a")` of a key condition, for `"ab"` and `"AB"`',
    aws: '`"ab"`',
    dynoxide: "both",
    "dynamodb-local": '`"ab"`',
    async ask(subject) {
      const TableName = await ranged(subject, "begins", ["ab", "AB"]);
      const { Items = [] } = await subject.dynamodb.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "h = :h AND begins_with(r, :r)",
          ExpressionAttributeValues: { ":h": { S: "1" }, ":r": { S: "a" } },
        }),
      );
      return Items.length === 2 ? "both" : `\`"${Items[0]?.["r"]?.S}"\``;
    },
  },
  {
    what: "a page of a scan in segments, after the item of its `ExclusiveStartKey` was deleted",
    aws: "the next items",
    dynoxide: "none, and no further page",
    "dynamodb-local": "the next items",
    async ask(subject) {
      const TableName = await ranged(subject, "segments", ["1", "2", "3", "4"]);
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      for (let count = 0; ; ) {
        const { Items = [], LastEvaluatedKey }: ScanCommandOutput = await subject.dynamodb.send(
          new ScanCommand({ TableName, Limit: 1, ExclusiveStartKey, Segment: 0, TotalSegments: 1 }),
        );
        for (const Key of Items) await subject.dynamodb.send(new DeleteItemCommand({ TableName, Key }));
        count += Items.length;
        ExclusiveStartKey = LastEvaluatedKey;
        if (LastEvaluatedKey === undefined) return count === 4 ? "the next items" : "none, and no further page";
      }
    },
  },
];
