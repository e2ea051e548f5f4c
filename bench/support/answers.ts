/** The bytes that a stub of DynamoDB answers with, prepared once; what differs by library is the attributes it adds. */

import { crc32 } from "node:zlib";
import type { Adapter } from "./adapter.js";
import { queried, tableName, type Wire, wireOf } from "./item.js";

export interface Answer {
  readonly body: Buffer;
  readonly headers: { readonly [name: string]: string };
}

export type Answers = { readonly [operation: string]: Answer };

export function answerOf(content: object): Answer {
  return answerOfText(JSON.stringify(content));
}

export function answerOfText(text: string): Answer {
  const body = Buffer.from(text);
  const headers = {
    server: "Server",
    "content-type": "application/x-amz-json-1.0",
    "content-length": String(body.length),
    connection: "keep-alive",
    "x-amzn-requestid": "S8E1BQJ3R0S0F1C2D3E4F5G6H7VV4KQNSO5AEMVJF66Q9ASUAAJG",
    "x-amz-crc32": String(crc32(body)),
  };
  return { body, headers };
}

/** Of the items as the library stores them. */
export function answersFor({ extras, keyOf }: Pick<Adapter, "extras" | "keyOf">): Answers {
  const items = Array.from({ length: queried }, (_, n): Wire => ({ ...wireOf(n), ...extras, ...keyOf?.(n) }));
  return {
    GetItem: answerOf({ Item: items[0] }),
    PutItem: answerOf({}),
    UpdateItem: answerOf({}),
    Query: answerOf({ Count: queried, Items: items, ScannedCount: queried }),
    BatchGetItem: answerOf({ Responses: { [tableName]: items }, UnprocessedKeys: {} }),
    BatchWriteItem: answerOf({ UnprocessedItems: {} }),
    TransactWriteItems: answerOf({}),
  };
}

/** `DynamoDB_20120810.GetItem` -> `GetItem` */
export function operationOf(target: string): string {
  return target.slice(target.indexOf(".") + 1);
}
