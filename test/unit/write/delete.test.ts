/** delete(): the requests of each option, and what becomes of the object. */

import { ConstraintViolation, InvalidOption, integer, model, number, string } from "bloop-dynamodb";
import { expect, test } from "vitest";
import { sdkError } from "../../support/recording-client.js";
import { conditionFailed, scriptedEngine, there, transactionCanceled } from "../../support/requests.js";

const Thing = model("Thing", { id: string().hashKey(), count: number() });
const Versioned = model("Versioned", { id: string().hashKey(), version: integer().version() });
const Key = { id: { S: "1" } };
const stored = { ...Key, count: { N: "7" } };
const deletion = { operation: "DeleteItem", TableName: "Thing", Key };
const conditional = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" };

test.each([
  ["nothing", {}, {}],
  ["a condition", { condition: Thing.count.gt(3) }, { ConditionExpression: "count > 3", ...conditional }],
  [
    "atomic, of an object that was made: there is to be no item",
    { atomic: true },
    { ConditionExpression: "attribute_not_exists(id)", ...conditional },
  ],
  ["atomic: false", { atomic: false }, {}],
  ['returning: "old"', { returning: "old" as const }, { ReturnValues: "ALL_OLD" }],
])("with %s", async (_, options, parameters) => {
  const { engine, requests } = scriptedEngine([{}]);
  expect(await engine.delete(new Thing({ id: "1" }), options)).toBeUndefined();
  expect(requests()).toEqual([{ ...deletion, ...parameters }]);
});

test("atomic compares every column that the object knows", async () => {
  const { engine, requests } = scriptedEngine([{ Item: stored }]);
  const thing = await engine.get(Thing, { id: "1" });
  requests();
  await engine.delete(there(thing), { atomic: true });
  expect(requests()).toEqual([
    { ...deletion, ConditionExpression: "(attribute_exists(id)) AND (count = 7)", ...conditional },
  ]);
});

test('returning: "old" resolves with a separate object', async () => {
  const { engine } = scriptedEngine([{ Attributes: stored }]);
  const thing = new Thing({ id: "1" });
  const old = await engine.delete(thing, { returning: "old" });
  expect(old).toBeInstanceOf(Thing);
  expect([old?.count, thing.count]).toEqual([7, undefined]);
});

test("once sends a transaction of one, and excludes returning", async () => {
  const { engine, requests } = scriptedEngine();
  await engine.delete(new Thing({ id: "1" }), { once: true, condition: Thing.count.gt(3) });
  expect(requests()).toEqual([
    {
      operation: "TransactWriteItems",
      TransactItems: [{ Delete: { TableName: "Thing", Key, ConditionExpression: "count > 3", ...conditional } }],
      ClientRequestToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  ]);
  const both = { once: true, returning: "old" } as never;
  await expect(engine.delete(new Thing({ id: "1" }), both)).rejects.toThrow(InvalidOption);
  expect(requests()).toEqual([]);
});

test("with once, a failed condition is a ConstraintViolation", async () => {
  const { engine } = scriptedEngine([transactionCanceled({ Code: "ConditionalCheckFailed", Item: stored })]);
  const deleting = engine.delete(new Thing({ id: "1" }), { once: true, condition: Thing.count.gt(30) });
  await expect(deleting).rejects.toMatchObject({ name: "ConstraintViolation", current: { count: 7 } });
});

test("a failed condition leaves the object unchanged: saving it sends nothing", async () => {
  const { engine, requests } = scriptedEngine([{ Item: stored }, conditionFailed(stored)]);
  const thing = there(await engine.get(Thing, { id: "1" }));
  await expect(engine.delete(thing, { condition: Thing.count.gt(30) })).rejects.toThrow(ConstraintViolation);
  requests();
  await engine.save(thing);
  expect(requests()).toEqual([]);
});

test("a deleted object counts as new: saving it stores all of it", async () => {
  const { engine, requests } = scriptedEngine([{ Item: stored }]);
  const thing = there(await engine.get(Thing, { id: "1" }));
  await engine.delete(thing);
  requests();
  await engine.save(thing);
  expect(requests()).toMatchObject([{ operation: "UpdateItem", UpdateExpression: "SET count = 7" }]);
});

test("a deletion compares the version and removes it from the object; an object with only a key expects none", async () => {
  const { engine, requests } = scriptedEngine([{ Item: { ...Key, version: { N: "3" } } }]);
  const versioned = await engine.get(Versioned, { id: "1" });
  requests();
  await engine.delete(there(versioned));
  await engine.delete(new Versioned({ id: "1" }));
  expect(versioned?.version).toBeUndefined();
  const [first, second] = requests();
  expect(first).toMatchObject({ ConditionExpression: "version = 3" });
  expect(second).toEqual({ ...deletion, TableName: "Versioned" });
});

test("a changed version is a ConstraintViolation", async () => {
  const { engine } = scriptedEngine([conditionFailed({ ...Key, version: { N: "9" } })]);
  const deleting = engine.delete(new Versioned({ id: "1", version: 3 }));
  await expect(deleting).rejects.toMatchObject({ version: { expected: 3, stored: 9 } });
});

test("an aborted signal's reason is thrown", async () => {
  const { engine } = scriptedEngine([sdkError("AbortError")]);
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(engine.delete(new Thing({ id: "1" }), { signal })).rejects.toThrow("enough");
});

test("each of several objects has its own request", async () => {
  const { engine, requests } = scriptedEngine();
  await engine.delete([new Thing({ id: "1" }), new Thing({ id: "2" })], { condition: Thing.count.gt(3) });
  expect(requests()).toMatchObject([
    { Key, ConditionExpression: "count > 3" },
    { Key: { id: { S: "2" } }, ConditionExpression: "count > 3" },
  ]);
});
