/** DynamoDB-Toolbox. Dates stay text, as its string() holds them. */

import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  BatchGetCommand,
  BatchGetRequest,
  binary,
  boolean,
  Entity,
  executeBatchGet,
  executeTransactWrite,
  GetItemCommand,
  item,
  list,
  map,
  number,
  PutItemCommand,
  QueryCommand,
  set,
  string,
  Table,
  UpdateItemCommand,
  UpdateTransaction,
} from "dynamodb-toolbox";
import { type Adapter, clientOf, type Operations, upTo } from "../support/adapter.js";
import { changedOf, idOf, owner, plainOf, queried, tableName, transacted, valuesOf } from "../support/item.js";

export const toolbox: Adapter = {
  name: "DynamoDB-Toolbox",
  from: "dynamodb-toolbox",
  extras: { _et: { S: "Person" } },
  open: async (connection) => operations(DynamoDBDocumentClient.from(clientOf(connection))),
};

const schema = item({
  owner: string().key(),
  id: string().key(),
  email: string(),
  name: string(),
  kind: string(),
  note: string(),
  age: number(),
  total: number(),
  logins: number(),
  score: number(),
  active: boolean(),
  verified: boolean(),
  createdAt: string(),
  tags: set(string()),
  history: list(number()),
  address: map({ street: string(), city: string(), zip: string(), country: string() }),
  avatar: binary(),
});

const keyOf = (n: number) => ({ owner, id: idOf(n) });

function operations(documentClient: DynamoDBDocumentClient): Operations {
  const table = new Table({
    documentClient,
    name: tableName,
    partitionKey: { name: "owner", type: "string" },
    sortKey: { name: "id", type: "string" },
  });
  const person = new Entity({ name: "Person", table, schema, timestamps: false });
  const getOne = async (n: number) => (await person.build(GetItemCommand).key(keyOf(n)).send()).Item;
  const changeOf = (n: number, change: number) => ({ ...keyOf(n), ...changedOf(change) });
  return {
    get: () => getOne(0),
    getOne,
    update: (n) => person.build(UpdateItemCommand).item(changeOf(0, n)).send(),
    async query() {
      const query = table.build(QueryCommand).entities(person).query({ partition: owner });
      return (await query.options({ maxPages: Number.POSITIVE_INFINITY }).send()).Items ?? [];
    },
    async batchGet() {
      const requests = [...upTo(queried)].map((n) => person.build(BatchGetRequest).key(keyOf(n)));
      const answer = await executeBatchGet(table.build(BatchGetCommand).requests(...requests));
      return answer.Responses?.[0] ?? [];
    },
    transaction: (n) =>
      executeTransactWrite(...[...upTo(transacted)].map((at) => person.build(UpdateTransaction).item(changeOf(at, n)))),
    put(n) {
      const values = valuesOf(n);
      return person
        .build(PutItemCommand)
        .item({ ...values, createdAt: values.createdAt.toISOString() })
        .send();
    },
    plain: (object) => plainOf(object as object),
  };
}
