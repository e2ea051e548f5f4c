/** The operations on items: DynamoDB's answer to each as a session's result. Sent by either road. */

import type { Item } from "../wire/attribute.js";
import type {
  BatchedWrite,
  BatchGetItemRequest,
  BatchWriteItemRequest,
  Call,
  DeleteItemRequest,
  GetItemRequest,
  KeysOfTable,
  Page,
  PutItemRequest,
  QueryRequest,
  ScanRequest,
  Session,
  TransactGetItemsRequest,
  TransactWriteItemsRequest,
  UpdateItemRequest,
} from "./session.js";

interface SearchAnswer {
  readonly Items?: readonly Item[];
  readonly Count?: number;
  readonly ScannedCount?: number;
  readonly LastEvaluatedKey?: Item;
}

/** What each operation is asked, and what of DynamoDB's answer matters. */
export interface Exchanges {
  readonly GetItem: { readonly request: GetItemRequest; readonly answer: { readonly Item?: Item } };
  readonly UpdateItem: { readonly request: UpdateItemRequest; readonly answer: { readonly Attributes?: Item } };
  readonly PutItem: { readonly request: PutItemRequest; readonly answer: object };
  readonly DeleteItem: { readonly request: DeleteItemRequest; readonly answer: { readonly Attributes?: Item } };
  readonly BatchGetItem: {
    readonly request: BatchGetItemRequest;
    readonly answer: {
      readonly Responses?: { readonly [tableName: string]: readonly Item[] };
      readonly UnprocessedKeys?: { readonly [tableName: string]: KeysOfTable };
    };
  };
  readonly BatchWriteItem: {
    readonly request: BatchWriteItemRequest;
    readonly answer: { readonly UnprocessedItems?: { readonly [tableName: string]: readonly BatchedWrite[] } };
  };
  readonly TransactWriteItems: { readonly request: TransactWriteItemsRequest; readonly answer: object };
  readonly TransactGetItems: {
    readonly request: TransactGetItemsRequest;
    readonly answer: { readonly Responses?: readonly { readonly Item?: Item }[] };
  };
  readonly Query: { readonly request: QueryRequest; readonly answer: SearchAnswer };
  readonly Scan: { readonly request: ScanRequest; readonly answer: SearchAnswer };
}

export type Operation = keyof Exchanges;

/** Sends a request and resolves with the answer. Throws what failureOf makes of an error, or the signal's reason. */
export type Send = <Name extends Operation>(
  operation: Name,
  request: Exchanges[Name]["request"],
  call: Call,
) => Promise<Exchanges[Name]["answer"]>;

type ItemOperations =
  | "getItem"
  | "updateItem"
  | "putItem"
  | "deleteItem"
  | "batchGetItem"
  | "batchWriteItem"
  | "transactWriteItems"
  | "transactGetItems"
  | "query"
  | "scan";

export function itemOperations(send: Send): Pick<Session, ItemOperations> {
  return {
    getItem: async (request, call) => (await send("GetItem", request, call)).Item,
    updateItem: async (request, call) => (await send("UpdateItem", request, call)).Attributes,
    async putItem(request, call) {
      await send("PutItem", request, call);
    },
    deleteItem: async (request, call) => (await send("DeleteItem", request, call)).Attributes,
    async batchGetItem(request, call) {
      const { Responses = {}, UnprocessedKeys = {} } = await send("BatchGetItem", request, call);
      const unprocessed = Object.entries(UnprocessedKeys).map(([table, keys]): [string, KeysOfTable] => [
        table,
        { Keys: keys.Keys, ConsistentRead: keys.ConsistentRead ?? false },
      ]);
      return { items: Responses, unprocessed: Object.fromEntries(unprocessed) };
    },
    batchWriteItem: async (request, call) => (await send("BatchWriteItem", request, call)).UnprocessedItems ?? {},
    async transactWriteItems(request, call) {
      await send("TransactWriteItems", request, call);
    },
    async transactGetItems(request, call) {
      const { Responses = [] } = await send("TransactGetItems", request, call);
      return Responses.map(({ Item }) => Item);
    },
    query: async (request, call) => pageOf(await send("Query", request, call)),
    scan: async (request, call) => pageOf(await send("Scan", request, call)),
  };
}

function pageOf({ Items = [], Count = 0, ScannedCount = 0, LastEvaluatedKey }: SearchAnswer): Page {
  return { items: Items, count: Count, scanned: ScannedCount, lastKey: LastEvaluatedKey };
}
