/** The SDK's own client, AttributeValues in and out: what every ratio is to. And the same client, tuned. */

import {
  BatchGetItemCommand,
  type DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type Adapter, clientOf, type Operations, upTo } from "../support/adapter.js";
import {
  attributeValuesOf,
  changedOf,
  idOf,
  owner,
  plainOfAttributes,
  queried,
  tableName,
  transacted,
} from "../support/item.js";

/**
 * The SDK's logger middleware builds what it would log, unless its logger has no info(); the credentials' provider
 * wants debug(). And the middleware stack is made once.
 */
const logger = { trace() {}, debug() {}, warn() {}, error() {} } as unknown as NonNullable<
  DynamoDBClientConfig["logger"]
>;
export const tuning: DynamoDBClientConfig = { logger, cacheMiddleware: true };

export const bare: Adapter = adapter("bare SDK", {});
export const tuned: Adapter = adapter("tuned SDK", tuning);

function adapter(name: string, config: DynamoDBClientConfig): Adapter {
  return {
    name,
    from: "@aws-sdk/client-dynamodb",
    extras: {},
    open: async (connection) => operations(clientOf(connection, config)),
  };
}

const keyOf = (n: number) => ({ owner: { S: owner }, id: { S: idOf(n) } });

function updateOf(n: number, change: number) {
  const { name, logins, total } = changedOf(change);
  return {
    TableName: tableName,
    Key: keyOf(n),
    UpdateExpression: "SET #n = :n, #l = :l, #t = :t",
    ExpressionAttributeNames: { "#n": "name", "#l": "logins", "#t": "total" },
    ExpressionAttributeValues: { ":n": { S: name }, ":l": { N: String(logins) }, ":t": { N: String(total) } },
  };
}

function operations(client: DynamoDBClient): Operations {
  const getOne = async (n: number) =>
    (await client.send(new GetItemCommand({ TableName: tableName, Key: keyOf(n) }))).Item;
  return {
    get: () => getOne(0),
    getOne,
    update: (n) => client.send(new UpdateItemCommand(updateOf(0, n))),
    query: () => query(client),
    async batchGet() {
      const Keys = [...upTo(queried)].map(keyOf);
      const answer = await client.send(new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys } } }));
      return answer.Responses?.[tableName] ?? [];
    },
    transaction: (n) =>
      client.send(
        new TransactWriteItemsCommand({
          TransactItems: [...upTo(transacted)].map((at) => ({ Update: updateOf(at, n) })),
        }),
      ),
    put: (n) => client.send(new PutItemCommand({ TableName: tableName, Item: attributeValuesOf(n) })),
    plain: (object) => plainOfAttributes(object as object),
  };
}

async function query(client: DynamoDBClient): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  let ExclusiveStartKey: QueryCommandOutput["LastEvaluatedKey"];
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "#o = :o",
        ExpressionAttributeNames: { "#o": "owner" },
        ExpressionAttributeValues: { ":o": { S: owner } },
        ExclusiveStartKey,
      }),
    );
    for (const item of page.Items ?? []) found.push(item);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return found;
}
