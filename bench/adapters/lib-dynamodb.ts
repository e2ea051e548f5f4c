/** The SDK's document client. */

import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandOutput,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { type Adapter, clientOf, type Operations, upTo } from "../support/adapter.js";
import { changedOf, idOf, owner, plainOf, queried, tableName, transacted, valuesOf } from "../support/item.js";

export const libDynamodb: Adapter = {
  name: "lib-dynamodb",
  from: "@aws-sdk/lib-dynamodb",
  extras: {},
  open: async (connection) => operations(DynamoDBDocumentClient.from(clientOf(connection))),
};

const keyOf = (n: number) => ({ owner, id: idOf(n) });

function updateOf(n: number, change: number) {
  const { name, logins, total } = changedOf(change);
  return {
    TableName: tableName,
    Key: keyOf(n),
    UpdateExpression: "SET #n = :n, #l = :l, #t = :t",
    ExpressionAttributeNames: { "#n": "name", "#l": "logins", "#t": "total" },
    ExpressionAttributeValues: { ":n": name, ":l": logins, ":t": total },
  };
}

function operations(client: DynamoDBDocumentClient): Operations {
  const getOne = async (n: number) => (await client.send(new GetCommand({ TableName: tableName, Key: keyOf(n) }))).Item;
  return {
    get: () => getOne(0),
    getOne,
    update: (n) => client.send(new UpdateCommand(updateOf(0, n))),
    query: () => query(client),
    async batchGet() {
      const Keys = [...upTo(queried)].map(keyOf);
      const answer = await client.send(new BatchGetCommand({ RequestItems: { [tableName]: { Keys } } }));
      return answer.Responses?.[tableName] ?? [];
    },
    transaction: (n) =>
      client.send(
        new TransactWriteCommand({ TransactItems: [...upTo(transacted)].map((at) => ({ Update: updateOf(at, n) })) }),
      ),
    put(n) {
      const values = valuesOf(n);
      const Item = { ...values, createdAt: values.createdAt.toISOString() };
      return client.send(new PutCommand({ TableName: tableName, Item }));
    },
    plain: (object) => plainOf(object as object),
  };
}

async function query(client: DynamoDBDocumentClient): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  let ExclusiveStartKey: QueryCommandOutput["LastEvaluatedKey"];
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "#o = :o",
        ExpressionAttributeNames: { "#o": "owner" },
        ExpressionAttributeValues: { ":o": owner },
        ExclusiveStartKey,
      }),
    );
    for (const item of page.Items ?? []) found.push(item);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return found;
}
