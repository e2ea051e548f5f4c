/** The requests of move(): a consistent read of the old item, and one transaction that is held to it. */

import { type Item, integer, model, string } from "bloop-dynamodb";
import { expect, test } from "vitest";
import { scriptedEngine, transactionCanceled } from "../../support/requests.js";

const Ticket = model("Ticket", {
  project: string().hashKey(),
  id: string().rangeKey(),
  title: string(),
  version: integer().version(),
});
const stored = (title: string) => ({
  project: { S: "moon" },
  id: { S: "1" },
  title: { S: title },
  version: { N: "1" },
  extra: { BOOL: true },
});

async function ticketOf(...answers: (object | Error)[]) {
  const scripted = scriptedEngine([{ Item: stored("Land") }, ...answers]);
  const ticket = (await scripted.engine.get(Ticket, { project: "moon", id: "1" })) as Item<typeof Ticket>;
  scripted.requests();
  return { ...scripted, ticket };
}

test("the old item is read consistently, and the transaction puts it whole and is held to what was read", async () => {
  const { engine, requests, ticket } = await ticketOf({ Item: stored("Land") });
  await engine.move(ticket, { project: "mars" });
  const [read, { ClientRequestToken: token, ...transaction } = { operation: "none" }, ...others] = requests();
  expect(others).toEqual([]);
  expect(read).toEqual({
    operation: "GetItem",
    TableName: "Ticket",
    Key: { project: { S: "moon" }, id: { S: "1" } },
    ConsistentRead: true,
  });
  expect(token).toBeDefined();
  expect(transaction).toMatchSnapshot();
});

test("an item that changed is read again, and moved as it is by then", async () => {
  const now = { ...stored("Rise"), more: { S: "m" } };
  const refused = transactionCanceled("None", { Code: "ConditionalCheckFailed", Item: now });
  const { engine, requests, ticket } = await ticketOf({ Item: stored("Land") }, refused, { Item: now });
  await engine.move(ticket, { project: "mars" });
  const sent = requests();
  expect(sent.map(({ operation, ConsistentRead }) => [operation, ConsistentRead])).toEqual([
    ["GetItem", true],
    ["TransactWriteItems", undefined],
    ["GetItem", true],
    ["TransactWriteItems", undefined],
  ]);
  expect(sent[3]?.["TransactItems"]).toMatchObject([{ Put: { Item: { title: { S: "Rise" }, more: { S: "m" } } } }, {}]);
});
