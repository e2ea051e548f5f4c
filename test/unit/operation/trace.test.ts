/** Each call of an engine is told on a channel: its name, model, table and size, and how it ended. */

import { add, ConstraintViolation, model, number, string } from "bloop-dynamodb";
import { expect, test } from "vitest";
import { listen } from "../../support/heard.js";
import { conditionFailed, scriptedEngine } from "../../support/requests.js";

const Account = model(
  "Account",
  { id: string().hashKey(), email: string(), logins: number() },
  { indexes: { byEmail: { hashKey: "email", projection: "all" } } },
);
const Item = { id: { S: "1" }, email: { S: "ada@example.org" }, logins: { N: "1" } };

/** What an operation tells when it begins, without what is undefined, and the phases of it. */
async function toldOf(run: () => Promise<unknown>) {
  const heard = await listen(["operation"], [], run);
  const [first] = heard;
  const known = Object.entries(first?.context ?? {}).filter(([, value]) => value !== undefined);
  return { begun: Object.fromEntries(known), phases: heard.map(({ name }) => name.split(" ")[1]), heard };
}

const whole = { model: "Account", table: "test-Account" };
const { engine, answer } = scriptedEngine([], { tableName: "test-{tableName}" });
const key = { id: "1" };
const AttributeDefinitions = ["id", "email"].map((AttributeName) => ({ AttributeName, AttributeType: "S" }));
const described = {
  TableStatus: "ACTIVE",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions,
  GlobalSecondaryIndexes: [
    {
      IndexName: "byEmail",
      KeySchema: [{ AttributeName: "email", KeyType: "HASH" }],
      Projection: { ProjectionType: "ALL" },
    },
  ],
};
const object = () => new Account({ id: "1", email: "ada@example.org" });

test.each<[string, object, object[], () => Promise<unknown>]>([
  ["get", { ...whole, consistent: true }, [{ Item }], () => engine.get(Account, key, { consistent: true })],
  ["getMany", { ...whole, batchSize: 1 }, [{ Item }], () => engine.getMany(Account, [key])],
  ["load", { ...whole, batchSize: 1 }, [{ Item }], () => engine.load(object())],
  ["save", whole, [{}], () => engine.save(object())],
  ["save", { ...whole, batchSize: 2 }, [{}, {}], () => engine.save([object(), new Account({ id: "2" })])],
  ["delete", whole, [{}], () => engine.delete(object())],
  ["delete", { ...whole, batchSize: 2 }, [{}, {}], () => engine.delete([object(), new Account({ id: "2" })])],
  ["delete", whole, [{}], () => engine.delete(Account, key)],
  ["bind", { ...whole, batchSize: 1 }, [{ Table: described }], () => engine.bind([Account], { tables: "validate" })],
  ["update", whole, [{ Attributes: Item }], () => engine.update(Account, key, { logins: add(1) })],
  [
    "modify",
    whole,
    [{ Item }, {}],
    () => engine.modify(Account, key, (found) => void Object.assign(found, { logins: 2 })),
  ],
  ["transaction", { ...whole, batchSize: 1 }, [{}], () => engine.transaction((all) => all.save(object()))],
  [
    "readTransaction",
    { ...whole, batchSize: 1 },
    [{ Responses: [{ Item }] }],
    () => engine.readTransaction().get(Account, key).commit(),
  ],
  ["putAll", { batchSize: 1 }, [{ UnprocessedItems: {} }], () => engine.putAll([object()])],
  ["deleteAll", { batchSize: 1 }, [{ UnprocessedItems: {} }], () => engine.deleteAll([object()])],
  ["scan", whole, [{ Items: [Item], Count: 1, ScannedCount: 1 }], () => engine.scan(Account).all()],
  [
    "query",
    { ...whole, index: "byEmail" },
    [{ Items: [Item], Count: 1, ScannedCount: 1 }],
    () => engine.query(Account.byEmail, { key: Account.email.eq("ada@example.org") }).all(),
  ],
  ["scan", whole, [{ Count: 1, ScannedCount: 1 }], () => engine.scan(Account).count()],
])("%s tells %o", async (operation, known, answers, run) => {
  answer(...answers);
  const { begun, phases } = await toldOf(run);
  expect(begun).toEqual({ operation, ...known });
  expect(phases).toEqual(["start", "end", "asyncStart", "asyncEnd"]);
});

test("move tells its object's model and table", async () => {
  answer({ Item }, { Item }, {});
  const account = await engine.get(Account, key);
  if (account === undefined) throw new Error("there is one");
  const { begun, phases } = await toldOf(() => engine.move(account, { id: "2" }, { quiet: true }));
  expect(begun).toEqual({ operation: "move", ...whole });
  expect(phases).toEqual(["start", "end", "asyncStart", "asyncEnd"]);
});

test("each page of a search is one operation", async () => {
  const LastEvaluatedKey = { id: { S: "1" } };
  answer({ Items: [Item], Count: 1, ScannedCount: 1, LastEvaluatedKey }, { Items: [], Count: 0, ScannedCount: 0 });
  const { phases } = await toldOf(() => engine.scan(Account).all());
  expect(phases.filter((phase) => phase === "start")).toHaveLength(2);
});

test("an operation that fails tells the error that it throws", async () => {
  answer(conditionFailed(Item));
  let thrown: unknown;
  const { phases, heard } = await toldOf(async () => {
    thrown = await engine.save(object(), { atomic: true }).catch((error) => error);
  });
  expect(thrown).toBeInstanceOf(ConstraintViolation);
  expect(phases).toEqual(["start", "end", "error", "asyncStart", "asyncEnd"].toSorted(byPhases(phases)));
  expect(heard.find(({ name }) => name.endsWith("error"))?.context["error"]).toBe(thrown);
});

/** Where "error" stands among the others is Node's to say. */
function byPhases(phases: readonly (string | undefined)[]) {
  return (left: string, right: string) => phases.indexOf(left) - phases.indexOf(right);
}

test("the result of an operation is not published", async () => {
  answer({ Item });
  const { heard } = await toldOf(() => engine.get(Account, key));
  expect(JSON.stringify(heard)).not.toContain("ada@example.org");
});

test("a save takes its values at the call, also with listeners", async () => {
  const { engine, requests, answer } = scriptedEngine([{ Item }, {}]);
  const account = await engine.get(Account, key);
  if (account === undefined) throw new Error("there is one");
  answer({});
  account.logins = 2;
  requests();
  await listen(["operation"], [], () => {
    const saving = engine.save(account);
    account.logins = 3;
    return saving;
  });
  expect(requests()).toMatchObject([{ UpdateExpression: "SET logins = 2" }]);
});
