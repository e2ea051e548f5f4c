/** Clients of another copy of the SDK than the one that bloop imports (E8): sent by commands of their own copy. */

import { cpSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type * as Sdk from "@aws-sdk/client-dynamodb";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Engine, InvalidOption, model, string } from "bloop-dynamodb";
import { afterAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const copies = `${root}.build/copies-of-sdk`;
afterAll(() => rmSync(copies, { recursive: true, force: true }));

/** Another copy, whose own dependencies are the ones that are there. */
function copyOfSdk(folder: string): typeof Sdk {
  const path = `${copies}/${folder}`;
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  for (const part of ["package.json", "dist-cjs"])
    cpSync(`${root}node_modules/@aws-sdk/client-dynamodb/${part}`, `${path}/${part}`, { recursive: true });
  return createRequire(import.meta.url)(path);
}

const Account = model("Account", { id: string().hashKey(), name: string() });
const bodies: { readonly [operation: string]: object } = {
  GetItem: { Item: { id: { S: "1" }, name: { S: "Ada" } } },
  DescribeTable: {
    Table: {
      TableStatus: "ACTIVE",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    },
  },
};

function clientOf(sdk: typeof Sdk) {
  const sent: string[] = [];
  const handle = async ({ headers }: { headers: Record<string, string> }) => {
    const operation = headers["x-amz-target"]?.split(".")[1] ?? "";
    sent.push(operation);
    return { response: { statusCode: 200, headers: {}, body: Buffer.from(JSON.stringify(bodies[operation] ?? {})) } };
  };
  const client = new sdk.DynamoDBClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
    requestHandler: { handle } as never,
  });
  return { client, sent };
}

async function everyday(engine: Engine): Promise<void> {
  await engine.bind(Account);
  const account = await engine.get(Account, { id: "1" });
  if (account === undefined) throw new Error("it is there");
  account.name = "Bob";
  await engine.save(account);
}

const operations = ["DescribeTable", "GetItem", "UpdateItem"];

describe("a client of another copy of the SDK", () => {
  test("is sent the commands of its own copy", async () => {
    const sdk = copyOfSdk("one/client-dynamodb");
    const { client, sent } = clientOf(sdk);
    expect(client).not.toBeInstanceOf(DynamoDBClient);
    const commands: object[] = [];
    const send = client.send.bind(client);
    client.send = (command: object, ...rest: never[]) => {
      commands.push(command);
      return send(command as never, ...rest) as never;
    };
    await everyday(new Engine({ dynamodb: client }));
    expect(sent).toEqual(operations);
    const own = [sdk.DescribeTableCommand, sdk.GetItemCommand, sdk.UpdateItemCommand];
    expect(commands.map((command, index) => command instanceof (own[index] as typeof sdk.GetItemCommand))).toEqual([
      true,
      true,
      true,
    ]);
    expect(commands.map((command) => command.constructor.name)).toEqual(operations.map((name) => `${name}Command`));
  });

  test("that can't be found, and takes bloop's commands, is sent those", async () => {
    const { client, sent } = clientOf(copyOfSdk("hidden/sdk"));
    await everyday(new Engine({ dynamodb: client }));
    expect(sent).toEqual(operations);
  });

  test("that can't be found, and is of a version that takes no others than its own, is refused before a request", async () => {
    const { client, sent } = clientOf(copyOfSdk("hidden/old"));
    // As in versions up to 3.925, in which this belongs to each command.
    client.middlewareStack.remove("serializerMiddleware");
    const engine = new Engine({ dynamodb: client });
    for (const refused of [
      engine.get(Account, { id: "1" }),
      engine.bind(Account),
      engine.save(new Account({ id: "1" })),
    ]) {
      await expect(refused).rejects.toBeInstanceOf(InvalidOption);
      await expect(refused).rejects.toThrow(/another copy of @aws-sdk\/client-dynamodb/);
    }
    expect(sent).toEqual([]);
  });
});
