/** The answers in which the engines differ are those of the table, and the manual shows the same table. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { beforeAll, expect, inject, test } from "vitest";
import { differences, type Subject } from "../support/differences.js";

const settings = {
  endpoint: inject("endpoint"),
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  maxAttempts: 1,
};
const dynamodb = new DynamoDBClient(settings);
const TableName = `differences-${process.env.BLOOP_ROAD}`;
let subject: Subject;

beforeAll(async () => {
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 30 }, { TableName });
  const StreamArn = TableDescription?.LatestStreamArn ?? "";
  subject = { dynamodb, streams: new DynamoDBStreamsClient(settings), TableName, StreamArn };
});

test.each(differences)("$what", async ({ ask, ...answers }) => {
  expect(await ask(subject)).toBe(answers[inject("engine")]);
});

test("the manual has the table", async () => {
  const page = await readFile(fileURLToPath(new URL("../../docs/local.md", import.meta.url)), "utf8");
  const rows = page.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  for (const { what, aws, dynoxide, "dynamodb-local": dynamoDBLocal } of differences) {
    expect(rows).toContainEqual(["", what, aws, dynoxide, dynamoDBLocal, ""]);
  }
});
