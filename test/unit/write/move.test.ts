/** The requests of move(): a consistent read of the old item, and one transaction that is held to it. */

import { ConstraintViolation, type Item, integer, key, model, string, table } from "bloop-dynamodb";
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

test.each<[what: string, changes: unknown, sentence: string]>([
  ["a text in place of values", "mars", "move() takes an object of new values, got a text of 4 characters."],
  ["no values", undefined, "move() takes an object of new values, got undefined."],
  ["a misspelt column", { projekt: "mars" }, 'Ticket has no column "projekt"; did you mean "project"?'],
])("%s is refused before a request, and the object stays as it is", async (_, changes, sentence) => {
  const { engine, requests, ticket } = await ticketOf();
  const before = { ...ticket };
  const moving = Promise.resolve().then(() => engine.move(ticket, changes as { project: string }));
  await expect(moving).rejects.toThrow(sentence);
  expect(requests()).toEqual([]);
  expect({ ...ticket }).toEqual(before);
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

test("a move onto another item is refused by the first transaction, and no marker is planned by that item's values", async () => {
  const Shop = table("shop", { hashKey: "pk", kind: "_type" });
  const User = Shop.model(
    "User",
    { id: string(), email: string(), tenant: string(), version: integer().version() },
    { key: { pk: key`U#${"id"}` }, unique: [["email", "tenant"]] },
  );
  const item = (id: string, more: object) => ({ pk: { S: `U#${id}#` }, id: { S: id }, _type: { S: "User" }, ...more });
  const mine = item("1", { tenant: { S: "t" }, version: { N: "1" } });
  const theirs = item("2", { tenant: { S: "u" }, email: { S: "x" }, version: { N: "1" } });
  const refused = transactionCanceled({ Code: "ConditionalCheckFailed", Item: theirs }, "None");
  const { engine, requests } = scriptedEngine([{ Item: mine }, { Item: mine }, refused]);
  const user = (await engine.get(User, { id: "1" })) as Item<typeof User>;
  await expect(engine.move(user, { id: "2" })).rejects.toThrow(ConstraintViolation);
  const sent = requests().filter(({ operation }) => operation === "TransactWriteItems");
  expect(sent.map(({ TransactItems }) => (TransactItems as object[]).flatMap(Object.keys))).toEqual([
    ["Put", "Delete"],
  ]);
});

test("an item with more attributes than can be compared is not moved without a version", async () => {
  const Plain = model("Plain", { id: string().hashKey(), name: string() });
  const Versioned = model("Versioned", { id: string().hashKey(), version: integer().version() });
  const wide = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, { N: `${n}` }]));
  const moved = async (Model: typeof Plain | typeof Versioned, count: number) => {
    const Item = { id: { S: "1" }, version: { N: "1" }, ...wide(count - 1) };
    const { engine, requests } = scriptedEngine([{ Item }, { Item }]);
    const object = (await engine.get(Model as typeof Plain, { id: "1" })) as Item<typeof Plain>;
    await engine.move(object, { id: "2" }, { quiet: true });
    return JSON.stringify(requests().at(-1)).match(/a\d+ = /g)?.length;
  };
  expect(await moved(Plain, 120)).toBe(119);
  await expect(moved(Plain, 121)).rejects.toThrow(
    'Plain (id "1"): the item has 121 attributes, and a move without a version compares 120',
  );
  expect(await moved(Versioned, 300)).toBe(119);
});
