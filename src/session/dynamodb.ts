/** A Session on the AWS SDK's own client. The only file that imports it. */

import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "../wire/attribute.js";
import { failureOf } from "./failure.js";
import type { BatchedWrite, Call, KeysOfTable, Page, QueryRequest, ScanRequest, Session } from "./session.js";

/**
 * A DynamoDBClient of @aws-sdk/client-dynamodb. Named by what bloop asks of it, so that a client of another version
 * of the SDK than the one bloop was compiled with is taken too.
 */
export interface DynamoDBClientLike {
  send(command: never, options: never): unknown;
}

/** Makes a session on a client; without one, on a client of the SDK's defaults, made at the first request. */
export function makeSession(given: DynamoDBClientLike | undefined): Session {
  const send = sender(given);
  return { ...itemOperations(send), ...manyOperations(send), ...searchOperations(send), ...tableOperations(send) };
}

type Options = { readonly abortSignal?: AbortSignal };
type Send = <Output>(
  operation: string,
  call: Call,
  request: (client: DynamoDBClient, options: Options) => Promise<Output>,
) => Promise<Output>;

function sender(given: DynamoDBClientLike | undefined): Send {
  let client = given as DynamoDBClient | undefined;
  return async (operation, call, request) => {
    const { signal } = call;
    signal?.throwIfAborted();
    client ??= new DynamoDBClient({});
    try {
      return await request(client, signal === undefined ? {} : { abortSignal: signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw failureOf(error, operation, call);
    }
  };
}

/** Our requests are read-only and the SDK's are not; it does not change them. */
function input<Input>(request: object): Input {
  return request as Input;
}

/** The SDK's attributes allow for types to come; those are refused where a value is loaded. */
function items(output: readonly object[] | undefined): readonly Item[] {
  return (output ?? []) as readonly Item[];
}

function item(output: object | undefined): Item | undefined {
  return output === undefined ? undefined : items([output])[0];
}

function itemOperations(send: Send): Pick<Session, "getItem" | "putItem" | "updateItem" | "deleteItem"> {
  return {
    async getItem(request, call) {
      const answer = await send("GetItem", call, (client, options) =>
        client.send(new GetItemCommand(input(request)), options),
      );
      return item(answer.Item);
    },
    async putItem(request, call) {
      await send("PutItem", call, (client, options) => client.send(new PutItemCommand(input(request)), options));
    },
    async updateItem(request, call) {
      const answer = await send("UpdateItem", call, (client, options) =>
        client.send(new UpdateItemCommand(input(request)), options),
      );
      return item(answer.Attributes);
    },
    async deleteItem(request, call) {
      const answer = await send("DeleteItem", call, (client, options) =>
        client.send(new DeleteItemCommand(input(request)), options),
      );
      return item(answer.Attributes);
    },
  };
}

type ManyOperations = Pick<Session, "batchGetItem" | "batchWriteItem" | "transactWriteItems" | "transactGetItems">;

function manyOperations(send: Send): ManyOperations {
  return {
    async batchGetItem(request, call) {
      const answer = await send("BatchGetItem", call, (client, options) =>
        client.send(new BatchGetItemCommand(input(request)), options),
      );
      const found = Object.entries(answer.Responses ?? {}).map(([table, output]) => [table, items(output)] as const);
      const left = Object.entries(answer.UnprocessedKeys ?? {}).map(([table, keys]): [string, KeysOfTable] => [
        table,
        { Keys: items(keys.Keys), ConsistentRead: keys.ConsistentRead ?? false },
      ]);
      return { items: Object.fromEntries(found), unprocessed: Object.fromEntries(left) };
    },
    async batchWriteItem(request, call) {
      const answer = await send("BatchWriteItem", call, (client, options) =>
        client.send(new BatchWriteItemCommand(input(request)), options),
      );
      return (answer.UnprocessedItems ?? {}) as { readonly [tableName: string]: readonly BatchedWrite[] };
    },
    async transactWriteItems(request, call) {
      await send("TransactWriteItems", call, (client, options) =>
        client.send(new TransactWriteItemsCommand(input(request)), options),
      );
    },
    async transactGetItems(request, call) {
      const answer = await send("TransactGetItems", call, (client, options) =>
        client.send(new TransactGetItemsCommand(input(request)), options),
      );
      return (answer.Responses ?? []).map((response) => item(response.Item));
    },
  };
}

function searchOperations(send: Send): Pick<Session, "query" | "scan"> {
  return {
    async query(request: QueryRequest, call) {
      return pageOf(
        await send("Query", call, (client, options) => client.send(new QueryCommand(input(request)), options)),
      );
    },
    async scan(request: ScanRequest, call) {
      return pageOf(
        await send("Scan", call, (client, options) => client.send(new ScanCommand(input(request)), options)),
      );
    },
  };
}

interface SearchAnswer {
  readonly Items?: readonly object[] | undefined;
  readonly Count?: number | undefined;
  readonly ScannedCount?: number | undefined;
  readonly LastEvaluatedKey?: object | undefined;
}

function pageOf(answer: SearchAnswer): Page {
  const { Items, Count = 0, ScannedCount = 0, LastEvaluatedKey } = answer;
  return { items: items(Items), count: Count, scanned: ScannedCount, lastKey: item(LastEvaluatedKey) };
}

type TableOperations = Omit<
  Session,
  "getItem" | "putItem" | "updateItem" | "deleteItem" | "query" | "scan" | keyof ManyOperations
>;

function tableOperations(send: Send): TableOperations {
  return {
    async createTable(request, call) {
      await send("CreateTable", call, (client, options) =>
        client.send(new CreateTableCommand(input(request)), options),
      );
    },
    async describeTable(TableName, call) {
      const answer = await send("DescribeTable", call, (client, options) => describeTable(client, TableName, options));
      return answer?.Table;
    },
    async describeTimeToLive(TableName, call) {
      const answer = await send("DescribeTimeToLive", call, (client, options) =>
        client.send(new DescribeTimeToLiveCommand({ TableName }), options),
      );
      const { TimeToLiveStatus, AttributeName } = answer.TimeToLiveDescription ?? {};
      return TimeToLiveStatus === "ENABLED" || TimeToLiveStatus === "ENABLING" ? AttributeName : undefined;
    },
    async enableTimeToLive(TableName, AttributeName, call) {
      const TimeToLiveSpecification = { Enabled: true, AttributeName };
      await send("UpdateTimeToLive", call, (client, options) =>
        client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }), options),
      );
    },
    async describeBackups(TableName, call) {
      const answer = await send("DescribeContinuousBackups", call, (client, options) =>
        client.send(new DescribeContinuousBackupsCommand({ TableName }), options),
      );
      const { PointInTimeRecoveryDescription } = answer.ContinuousBackupsDescription ?? {};
      return PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED";
    },
    async enableBackups(TableName, call) {
      const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
      await send("UpdateContinuousBackups", call, (client, options) =>
        client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }), options),
      );
    },
  };
}

async function describeTable(client: DynamoDBClient, TableName: string, options: Options) {
  try {
    return await client.send(new DescribeTableCommand({ TableName }), options);
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}
