/** A test with Jest, as an ES module. */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
// #region test
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Engine, integer, model, string } from "bloop-dynamodb";
import { startLocal } from "bloop-dynamodb/local";

const Counter = model("Counter", { id: string().hashKey(), count: integer() });

let local;
let engine;

beforeAll(async () => {
  local = await startLocal();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const dynamodb = new DynamoDBClient({ endpoint: local.endpoint, region: "us-east-1", credentials });
  engine = new Engine({ dynamodb, tableName: `${crypto.randomUUID()}-{tableName}` });
  await engine.bind(Counter);
});

afterAll(() => local.stop());

test("a saved object is loaded", async () => {
  await engine.save(new Counter({ id: "a", count: 1 }));
  expect((await engine.get(Counter, { id: "a" }))?.count).toBe(1);
});
// #endregion
