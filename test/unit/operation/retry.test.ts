/** What bloop itself sends again is told on the channel "bloop-dynamodb:retry", after the pause before it. */

import { add, type Engine, map, model, number, string } from "bloop-dynamodb";
import { expect, test } from "vitest";
import { listen } from "../../support/heard.js";
import { sdkError } from "../../support/recording-client.js";
import {
  conditionFailed,
  pathGone,
  type Scripted,
  scriptedEngine,
  transactionCanceled,
} from "../../support/requests.js";

const Account = model("Account", { id: string().hashKey(), email: string(), logins: number() });
const key = { id: "1" };
const Item = { id: { S: "1" }, logins: { N: "1" } };
const scripted = (...answers: Scripted[]) => scriptedEngine(answers, { tableName: "test-{tableName}" });

const conflict = () => sdkError("TransactionConflictException", "Transaction is ongoing for the item");
const told = (operation: string, attempt: number, reason: string) => ({
  ...{ operation, table: "test-Account", attempt, reason },
  delay: expect.any(Number),
});
const object = (id = "1") => new Account({ id, email: "ada@example.org" });

async function loaded(...answers: Scripted[]) {
  const { engine } = scripted({ Item }, ...answers);
  const account = await engine.get(Account, key);
  if (account === undefined) throw new Error("the script has an item");
  return { engine, account };
}

function change(found: { logins?: number | undefined }) {
  found.logins = 2;
}

test.each<[string, Scripted[], (engine: Engine) => Promise<unknown>, object[]]>([
  [
    "an update after each conflict",
    [conflict(), conflict(), { Attributes: Item }],
    (engine) => engine.update(Account, key, { logins: add(1) }),
    [2, 3].map((attempt) => told("UpdateItem", attempt, "TransactionConflictException")),
  ],
  [
    "a deletion after a conflict",
    [conflict(), {}],
    (engine) => engine.delete(Account, key),
    [told("DeleteItem", 2, "TransactionConflictException")],
  ],
  [
    "a transaction after a conflict",
    [transactionCanceled("None", "TransactionConflict"), {}],
    (engine) => engine.transaction((all) => all.save(object()).save(object("2"))),
    [told("TransactWriteItems", 2, "TransactionConflict")],
  ],
  [
    "a read transaction after a conflict",
    [transactionCanceled("TransactionConflict"), { Responses: [{ Item }] }],
    (engine) => engine.readTransaction().get(Account, key).commit(),
    [told("TransactGetItems", 2, "TransactionConflict")],
  ],
  [
    "the rest of a batch of keys",
    [{ UnprocessedKeys: { "test-Account": { Keys: [{ id: { S: "2" } }] } } }, { Responses: {} }],
    (engine) => engine.getMany(Account, [key, { id: "2" }]),
    [told("BatchGetItem", 2, "UnprocessedKeys")],
  ],
  [
    "the rest of a batch of items",
    [
      {
        UnprocessedItems: {
          "test-Account": [{ PutRequest: { Item: { id: { S: "1" }, email: { S: "ada@example.org" } } } }],
        },
      },
      {},
    ],
    (engine) => engine.putAll([object()]),
    [told("BatchWriteItem", 2, "UnprocessedItems")],
  ],
  [
    "modify(), with the item as it is by now",
    [{ Item }, conditionFailed({ ...Item, email: { S: "grace@example.org" } }), {}],
    (engine) => engine.modify(Account, key, change),
    [told("UpdateItem", 2, "ConditionalCheckFailedException")],
  ],
  [
    "modify() as a transaction",
    [{ Item }, transactionCanceled({ Code: "ConditionalCheckFailed", Item: { ...Item, email: { S: "g" } } }), {}],
    (engine) => engine.modify(Account, key, change, { once: true }),
    [told("TransactWriteItems", 2, "ConditionalCheckFailedException")],
  ],
])("%s", async (_, answers, run, expected) => {
  const { engine, requests } = scripted(...answers);
  const heard = await listen([], ["retry"], () => run(engine));
  expect(requests()).toHaveLength(answers.length);
  expect(heard.map(({ context }) => context)).toEqual(expected);
  for (const { context } of heard) expect(context["delay"]).toBeGreaterThanOrEqual(0);
});

test("a save that is planned again, because the map on its path is gone", async () => {
  const Page = model("Page", { id: string().hashKey(), words: map({ first: string(), last: string() }) });
  const stored = { id: { S: "1" }, words: { M: { first: { S: "a" } } } };
  const { engine } = scripted({ Item: stored }, pathGone(), { Item: { id: { S: "1" } } }, {});
  const page = await engine.get(Page, key);
  if (page?.words === undefined) throw new Error("it was loaded with its words");
  page.words.last = "z";
  const heard = await listen([], ["retry"], () => engine.save(page));
  expect(heard.map(({ context }) => context)).toEqual([
    { ...told("UpdateItem", 2, "ValidationException"), table: "test-Page" },
  ]);
});

test("a move of an object whose item was changed between the read and the write", async () => {
  const changed = { ...Item, email: { S: "grace@example.org" } };
  const canceled = transactionCanceled("None", { Code: "ConditionalCheckFailed", Item: changed });
  const { engine, account } = await loaded({ Item }, canceled, { Item: changed }, {});
  const heard = await listen([], ["retry"], () => engine.move(account, { id: "2" }, { quiet: true }));
  expect(heard.map(({ context }) => context)).toEqual([told("TransactWriteItems", 2, "ConditionalCheckFailed")]);
});

test("nothing is told of what is not sent again", async () => {
  const { engine } = scripted(conditionFailed(Item));
  const heard = await listen([], ["retry"], () =>
    expect(engine.save(object(), { condition: Account.logins.eq(2) })).rejects.toThrow("condition"),
  );
  expect(heard).toEqual([]);
});

test("nothing is told if the pause is cut short by a signal", async () => {
  const { engine } = scripted(conflict());
  const controller = new AbortController();
  const heard = await listen([], ["retry"], async () => {
    const updated = engine.update(Account, key, { logins: add(1) }, { signal: controller.signal });
    queueMicrotask(() => controller.abort(new Error("enough")));
    await expect(updated).rejects.toThrow("enough");
  });
  expect(heard).toEqual([]);
});
