/** A test with Vitest: an engine of its own for each file, and an answer that gets lost. */

// #region test
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { add, Engine, integer, model, string } from "bloop-dynamodb";
import { type Local, startLocal } from "bloop-dynamodb/local";
import { injectFaults } from "bloop-dynamodb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const Counter = model("Counter", { id: string().hashKey(), count: integer() });

let local: Local;
let dynamodb: DynamoDBClient;
let engine: Engine;

beforeAll(async () => {
  local = await startLocal();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  dynamodb = new DynamoDBClient({ endpoint: local.endpoint, region: "us-east-1", credentials });
  // Its own table name, in case all files share one DynamoDB.
  engine = new Engine({ dynamodb, tableName: `${crypto.randomUUID()}-{tableName}` });
  await engine.bind(Counter);
});

afterAll(() => local.stop());

test("an increment counts once, although its answer is lost and it is sent again", async () => {
  const faults = injectFaults(dynamodb, { rate: 0 });
  faults.next("lost");
  await engine.update(Counter, { id: "a" }, { count: add(1) }, { once: true });
  faults.stop();
  expect(faults.list).toHaveLength(1);
  expect((await engine.get(Counter, { id: "a" }))?.count).toBe(1);
});
// #endregion
