/** The libraries' own way to the local engine, and what is stored to the letter. */

import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { inject } from "vitest";

export type StoredItem = Record<string, AttributeValue>;

export const client: DynamoDBClient = new DynamoDBClient({
  endpoint: inject("endpoint"),
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
export const documentClient: DynamoDBDocumentClient = DynamoDBDocumentClient.from(client, {
  marshallOptions: { removeUndefinedValues: true },
});

/** The item of a key as it is stored, its sets in order. */
export async function stored(TableName: string, [pk, sk]: readonly [string, string]): Promise<StoredItem> {
  const Key = { pk: { S: pk }, sk: { S: sk } };
  const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  if (Item === undefined) throw new Error(`there is no item ${pk} ${sk}`);
  for (const attribute of Object.values(Item)) attribute.SS?.sort();
  return Item;
}

export async function put(TableName: string, Item: StoredItem): Promise<void> {
  await client.send(new PutItemCommand({ TableName, Item }));
}

/** Deletes every item, of whatever kind. */
export async function clear(TableName: string): Promise<void> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
  for (const { pk, sk } of Items) {
    if (pk === undefined || sk === undefined) continue;
    await client.send(new DeleteItemCommand({ TableName, Key: { pk, sk } }));
  }
}
