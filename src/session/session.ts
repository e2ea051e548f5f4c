/** The port to AWS: one method for each operation, DynamoDB's own form in and out. Never meets a model. */

import type { Item } from "../wire/attribute.js";
import type { CapacityDetail, TellCapacity } from "../wire/capacity.js";
import type { CreateTableRequest, DescribedTable } from "../wire/table.js";
import type { StreamSession } from "./stream-session.js";

/** The parts of every request besides its content. */
export interface Call {
  readonly signal: AbortSignal | undefined;
  /** The subject of the request for error messages: `Account (id "1")`. */
  subject(): string;
}

export interface GetItemRequest {
  readonly TableName: string;
  readonly Key: Item;
  readonly ConsistentRead?: boolean;
}

interface Expressions {
  readonly ExpressionAttributeNames?: { readonly [slot: string]: string };
  readonly ExpressionAttributeValues?: Item;
}

export interface WriteRequest extends Expressions {
  readonly TableName: string;
  readonly Key: Item;
  readonly ConditionExpression?: string;
  readonly ReturnValuesOnConditionCheckFailure?: "ALL_OLD";
}

export interface UpdateItemRequest extends WriteRequest {
  readonly UpdateExpression?: string;
  readonly ReturnValues?: "ALL_OLD" | "ALL_NEW";
}

/** A whole item, under a condition. */
export interface PutItemRequest extends Omit<WriteRequest, "Key"> {
  readonly Item: Item;
}

export interface DeleteItemRequest extends WriteRequest {
  readonly ReturnValues?: "ALL_OLD";
}

/** One write of a transaction. */
export type TransactedWrite =
  | { readonly Update: WriteRequest & { readonly UpdateExpression: string } }
  | { readonly Put: PutItemRequest }
  | { readonly Delete: WriteRequest }
  | { readonly ConditionCheck: WriteRequest };

export interface TransactWriteItemsRequest {
  readonly TransactItems: readonly TransactedWrite[];
  readonly ClientRequestToken: string;
}

export interface TransactGetItemsRequest {
  readonly TransactItems: readonly { readonly Get: { readonly TableName: string; readonly Key: Item } }[];
}

/** One put or deletion of a batch. */
export type BatchedWrite =
  | { readonly PutRequest: { readonly Item: Item } }
  | { readonly DeleteRequest: { readonly Key: Item } };

export interface BatchWriteItemRequest {
  readonly RequestItems: { readonly [tableName: string]: readonly BatchedWrite[] };
}

export interface KeysOfTable {
  readonly Keys: readonly Item[];
  readonly ConsistentRead?: boolean;
}

export interface BatchGetItemRequest {
  readonly RequestItems: { readonly [tableName: string]: KeysOfTable };
}

export interface BatchGetItemAnswer {
  readonly items: { readonly [tableName: string]: readonly Item[] };
  readonly unprocessed: { readonly [tableName: string]: KeysOfTable };
}

export interface ScanRequest extends Expressions {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly Select?: "COUNT" | "ALL_ATTRIBUTES";
  readonly ConsistentRead?: boolean;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
  readonly Segment?: number;
  readonly TotalSegments?: number;
}

export interface QueryRequest extends ScanRequest {
  readonly KeyConditionExpression?: string;
  readonly ScanIndexForward?: boolean;
}

/** One page of a query or scan. */
export interface Page {
  readonly items: readonly Item[];
  readonly count: number;
  readonly scanned: number;
  readonly lastKey: Item | undefined;
}

export interface Session {
  getItem(request: GetItemRequest, call: Call): Promise<Item | undefined>;
  batchGetItem(request: BatchGetItemRequest, call: Call): Promise<BatchGetItemAnswer>;
  /**
   * Resolves with the attributes that ReturnValues names. Rejects with ConditionFailed if the condition did not hold.
   */
  updateItem(request: UpdateItemRequest, call: Call): Promise<Item | undefined>;
  putItem(request: PutItemRequest, call: Call): Promise<void>;
  deleteItem(request: DeleteItemRequest, call: Call): Promise<Item | undefined>;
  /** Resolves with the writes that DynamoDB did not do, by table: the very objects of the request. */
  batchWriteItem(request: BatchWriteItemRequest, call: Call): Promise<BatchWriteItemRequest["RequestItems"]>;
  /** Rejects with TransactionFailed if it was canceled, with a reason for each write. */
  transactWriteItems(request: TransactWriteItemsRequest, call: Call): Promise<void>;
  /** The items in the order of the request; undefined for each that does not exist. */
  transactGetItems(request: TransactGetItemsRequest, call: Call): Promise<readonly (Item | undefined)[]>;
  query(request: QueryRequest, call: Call): Promise<Page>;
  scan(request: ScanRequest, call: Call): Promise<Page>;
  /** The session for streams, loaded at its first use. */
  streams(): Promise<StreamSession>;
  /** The session for tables, loaded at its first use. */
  tables(): Promise<TableSession>;
  /** The same session, but each request for items asks for its consumed capacity, and reports it. */
  measuring(capacity: CapacityDetail, tell: TellCapacity): Session;
}

/** The operations on tables. */
export interface TableSession {
  createTable(request: CreateTableRequest, call: Call): Promise<void>;
  /** Undefined if there is no such table. */
  describeTable(tableName: string, call: Call): Promise<DescribedTable | undefined>;
  /** The attribute that holds the time to live, or undefined if it is off. */
  describeTimeToLive(tableName: string, call: Call): Promise<string | undefined>;
  enableTimeToLive(tableName: string, attributeName: string, call: Call): Promise<void>;
  /** Whether point-in-time recovery is on. */
  describeBackups(tableName: string, call: Call): Promise<boolean>;
  enableBackups(tableName: string, call: Call): Promise<void>;
  /** Whether the endpoint is not one of AWS's. */
  isEmulator(): Promise<boolean>;
}
