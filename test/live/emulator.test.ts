/** A server that ignores ReturnValuesOnConditionCheckFailure, as some emulators do: what is said of the item is true (E9). */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { add, Engine, ifNotExists, integer, model, string } from "bloop-dynamodb";
import { beforeAll, expect, inject, test } from "vitest";
import { live } from "../support/live.js";

const Account = model("Account", { id: string().hashKey(), owner: string().required(), balance: integer() });
const Versioned = model("Versioned", { id: string().hashKey(), note: string(), version: integer().version() });
const { engine: whole } = live("emulator");

function forgetfulClient(): DynamoDBClient {
  const client = new DynamoDBClient({
    endpoint: inject("endpoint"),
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  client.middlewareStack.add(
    (next) => (request) => {
      const { ReturnValuesOnConditionCheckFailure: _, ...input } = request.input as Record<string, unknown>;
      return next({ ...request, input: input as never });
    },
    { step: "initialize" },
  );
  return client;
}

const engine = new Engine({ dynamodb: forgetfulClient(), tableName: "emulator-{tableName}" });
const message = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error: Error) => error.message,
  );

beforeAll(async () => {
  await whole.bind([Account, Versioned]);
  await whole.save(new Account({ id: "there", owner: "Ada", balance: 1 }));
  await whole.save(new Versioned({ id: "there" }));
});

const isThere = "the item is there already, and the server does not return it. Nothing was written.";
const asTold = "there is no such item, as far as the server tells";

test("an item that has to be there, since the condition was that it is not", async () => {
  const account = new Account({ id: "there", owner: "Bob" });
  expect(await message(engine.save(account, { condition: ifNotExists(Account) }))).toContain(isThere);
  expect(await message(engine.save(new Account({ id: "there", owner: "Bob" }), { atomic: true }))).toContain(isThere);
  expect(await message(engine.save(new Versioned({ id: "there" })))).toContain(isThere);
  const either = ifNotExists(Account).or(Account.balance.gt(5));
  expect(await message(engine.save(new Account({ id: "there", owner: "Bob" }), { condition: either }))).toContain(
    isThere,
  );
});

test("an item that may be there or not", async () => {
  const condition = Account.balance.gt(5);
  const changes = { balance: add(1) };
  expect(await message(engine.update(Account, { id: "there" }, changes, { condition }))).toContain(asTold);
  expect(await message(engine.update(Account, { id: "gone" }, changes, { condition }))).toContain(asTold);
  expect(await message(engine.update(Account, { id: "gone" }, changes))).toContain(asTold);
});

test("a version, of which the server says nothing", async () => {
  const stale = await engine.get(Versioned, { id: "there" });
  const current = await whole.get(Versioned, { id: "there" });
  if (stale === undefined || current === undefined) throw new Error("it is there");
  current.note = "newer";
  await whole.save(current);
  stale.note = "older";
  expect(await message(engine.save(stale))).toContain(
    "the object has version 1, and the item is not there, as far as the server tells",
  );
});

test("a server that returns items says what it always did", async () => {
  const account = new Account({ id: "there", owner: "Bob" });
  expect(await message(whole.save(account, { condition: ifNotExists(Account) }))).toContain(
    "the item is there already.",
  );
  const changes = { balance: add(1) };
  const condition = Account.balance.gt(5);
  expect(await message(whole.update(Account, { id: "there" }, changes, { condition }))).toContain(
    "the condition did not hold. Nothing was written.",
  );
});
