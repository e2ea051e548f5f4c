/** A test with node:test. */

// #region test
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Engine, integer, model, string } from "bloop-dynamodb";
import { startLocal } from "bloop-dynamodb/local";

const Counter = model("Counter", { id: string().hashKey(), count: integer() });

let local;
let engine;

before(async () => {
  local = await startLocal();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const dynamodb = new DynamoDBClient({ endpoint: local.endpoint, region: "us-east-1", credentials });
  engine = new Engine({ dynamodb, tableName: `${crypto.randomUUID()}-{tableName}` });
  await engine.bind(Counter);
});

after(() => local.stop());

test("a saved object is loaded", async () => {
  await engine.save(new Counter({ id: "a", count: 1 }));
  assert.equal((await engine.get(Counter, { id: "a" }))?.count, 1);
});
// #endregion
