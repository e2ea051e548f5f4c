/** The recipe of the page on replication: a replica that was copied while others wrote ends as the table that it follows. */

import { DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { Engine, type StreamToken } from "bloop-dynamodb";
import { expect, inject, test } from "vitest";
import { Account, replicate } from "../../examples/replication.js";
import { live } from "../support/live.js";

const { client, engine, tableName } = live("replication");
const replicaClient = new DynamoDBClient({
  endpoint: inject("endpoint"),
  region: "eu-west-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  maxAttempts: 10,
});
const replica = new Engine({ dynamodb: replicaClient, tableName: "replication-replica-{tableName}" });

async function itemsOf(TableName: string) {
  const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return new Map(Items.map((item) => [item["id"]?.S, item]));
}

async function untilAlike(): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const [source, copy] = [await itemsOf(tableName("Account")), await itemsOf("replication-replica-Account")];
    if (JSON.stringify(sorted(source)) === JSON.stringify(sorted(copy))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await itemsOf("replication-replica-Account")).toEqual(await itemsOf(tableName("Account")));
}

function sorted(items: Map<string | undefined, object>): unknown {
  return [...items]
    .sort(([left = ""], [right = ""]) => (left < right ? -1 : 1))
    .map(([, item]) => Object.entries(item).sort());
}

test("a replica ends as the table that it follows, also after a pause, and with what the model does not know", async () => {
  await engine.bind(Account);
  await replica.bind(Account);
  const put = (id: string, more: object) =>
    client.send(new PutItemCommand({ TableName: tableName("Account"), Item: { id: { S: id }, ...more } }));
  for (let index = 0; index < 30; index++)
    await put(`a${index}`, { email: { S: `e${index}` }, foreign: { N: `${index}` } });
  await put("odd", { email: { N: "5" } });
  let token: StreamToken | undefined;
  const follow = (stop: AbortController) => {
    const keep = async (next: StreamToken) => {
      token = next;
    };
    return replicate(engine, replica, { token, keep, signal: stop.signal }).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
  };

  const first = new AbortController();
  const following = follow(first);
  for (let index = 0; index < 30; index += 3) {
    await engine.modify(Account, { id: `a${index}` }, (account) => {
      account.email = `changed ${index}`;
    });
    await engine.delete(await engine.query(Account, { key: Account.id.eq(`a${index + 1}`) }).one());
  }
  await put("foreign alone", { foreign: { SS: ["x"] } });
  await untilAlike();
  first.abort();
  await following;

  await engine.save(new Account({ id: "while away", email: "w" }));
  await engine.update(Account, { id: "a0" }, { email: "again" });
  await put("a2", { email: { S: "replaced" } });
  const second = new AbortController();
  const again = follow(second);
  await untilAlike();
  second.abort();
  await again;
  expect((await replica.get(Account, { id: "a0" }))?.version).toBe((await engine.get(Account, { id: "a0" }))?.version);
  expect((await itemsOf("replication-replica-Account")).get("odd")).toEqual({ id: { S: "odd" }, email: { N: "5" } });
});

test("a record's new image is of the stream's table: another table of the client gets all of it, another client none unasked", async () => {
  const stream = engine.stream(Account, "latest");
  await stream.ready;
  const other = engine.with({ tableName: "replication-other-{tableName}" });
  await other.bind(Account);
  const Item = { id: { S: "record" }, email: { S: "e" }, foreign: { S: "kept" } };
  await client.send(new PutItemCommand({ TableName: tableName("Account"), Item }));
  for await (const record of stream) {
    if (record.key.id !== "record" || record.new === undefined) continue;
    record.new.email = "changed";
    await expect(replica.save(record.new)).rejects.toThrow("by another client");
    await other.save(record.new);
    break;
  }
  await stream.close();
  expect((await itemsOf("replication-other-Account")).get("record")).toEqual({ ...Item, email: { S: "changed" } });
  expect((await itemsOf("replication-replica-Account")).get("record")).toBeUndefined();
});

test("a listener that copies what is saved has the replica in step, with the number of each version", async () => {
  const pending: Promise<unknown>[] = [];
  const stop = engine.on("objectSaved", ({ object }) => {
    pending.push(replica.save(replica.adopt(object)));
  });
  const account = new Account({ id: "signal", email: "1" });
  for (const email of ["1", "2", "3"]) {
    account.email = email;
    await engine.save(account);
    await Promise.all(pending);
    const copy = await replica.get(Account, { id: "signal" }, { consistent: true });
    expect({ ...copy }).toEqual({ ...account });
  }
  stop();
});
