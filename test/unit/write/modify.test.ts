/** modify(): reads consistently, writes only onto what it read, and begins again where somebody else wrote. */

import {
  ConstraintViolation,
  InvalidOption,
  InvalidValue,
  integer,
  MissingObjects,
  model,
  number,
  string,
} from "bloop-dynamodb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sdkError } from "../../support/recording-client.js";
import { conditionFailed, scriptedEngine, transactionCanceled } from "../../support/requests.js";

const Thing = model("Thing", { id: string().hashKey(), count: number(), name: string() });
const Versioned = model("Versioned", { id: string().hashKey(), count: number(), version: integer().version() });
const key = { id: "1" };
const Key = { id: { S: "1" } };
const item = (count: number) => ({ ...Key, count: { N: String(count) } });
const read = { operation: "GetItem", TableName: "Thing", Key, ConsistentRead: true };
const write = (from: number, to: number) => ({
  operation: "UpdateItem",
  TableName: "Thing",
  Key,
  UpdateExpression: `SET count = ${to}`,
  ConditionExpression: `(attribute_exists(id)) AND (count = ${from}) AND (attribute_not_exists(name))`,
  ReturnValuesOnConditionCheckFailure: "ALL_OLD",
});
const raise = (thing: { count?: number | undefined }) => {
  thing.count = (thing.count ?? 0) + 1;
};

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

test("modify() reads consistently, and its write compares every column that was read", async () => {
  const { engine, requests } = scriptedEngine([{ Item: item(1) }]);
  expect(await engine.modify(Thing, key, raise)).toMatchObject({ id: "1", count: 2 });
  expect(requests()).toEqual([read, write(1, 2)]);
});

test("after another write, the change is repeated on the item of the failed condition, without another read", async () => {
  const { engine, requests } = scriptedEngine([{ Item: item(1) }, conditionFailed(item(5)), conditionFailed(item(8))]);
  expect(await engine.modify(Thing, key, raise)).toMatchObject({ count: 9 });
  expect(requests()).toEqual([read, write(1, 2), write(5, 6), write(8, 9)]);
});

test("if the failed condition came without an item, the item is read", async () => {
  const { engine, requests } = scriptedEngine([{ Item: item(1) }, conditionFailed(), { Item: item(3) }]);
  await engine.modify(Thing, key, raise);
  expect(requests()).toEqual([read, write(1, 2), read, write(3, 4)]);
});

test("an item that was deleted meanwhile is a MissingObjects error", async () => {
  const { engine } = scriptedEngine([{ Item: item(1) }, conditionFailed(), {}]);
  await expect(engine.modify(Thing, key, raise)).rejects.toThrow(MissingObjects);
});

test("a change without an effect writes nothing", async () => {
  const { engine, requests } = scriptedEngine([{ Item: item(1) }]);
  await engine.modify(Thing, key, () => {});
  expect(requests()).toEqual([read]);
});

test("a change function that throws writes nothing", async () => {
  const { engine, requests } = scriptedEngine([{ Item: item(1) }]);
  const giveUp = () => {
    throw new Error("no");
  };
  await expect(engine.modify(Thing, key, giveUp)).rejects.toThrow("no");
  expect(requests()).toEqual([read]);
});

test.each([
  [1, 1],
  [3, 3],
  [undefined, 20],
])("with attempts: %j, the violation of the %ith is thrown", async (attempts, times) => {
  const failures = Array.from({ length: 30 }, (_, index) => conditionFailed(item(index)));
  const { engine, requests } = scriptedEngine([{ Item: item(1) }, ...failures]);
  const modifying = engine.modify(Thing, key, raise, attempts === undefined ? {} : { attempts });
  await expect(modifying).rejects.toThrow(ConstraintViolation);
  expect(requests()).toHaveLength(1 + times);
});

test("create makes the object of a missing item, and the write requires that it is still missing", async () => {
  const { engine, requests } = scriptedEngine([{}]);
  const create = vi.fn((given: { id: string }) => new Thing({ ...given, count: 10 }));
  expect(await engine.modify(Thing, key, raise, { create })).toMatchObject({ count: 11 });
  expect(create).toHaveBeenCalledWith(key);
  expect(requests()[1]).toMatchObject({
    UpdateExpression: "SET count = 11",
    ConditionExpression: "attribute_not_exists(id)",
  });
});

test("of two calls that create, the second modifies the item of the first", async () => {
  const { engine, requests } = scriptedEngine([{}, conditionFailed(item(11))]);
  await engine.modify(Thing, key, raise, { create: (given) => new Thing({ ...given, count: 10 }) });
  expect(requests().at(-1)).toEqual(write(11, 12));
});

test("a missing item is an error without create; create must return a new object with the key", async () => {
  await expect(scriptedEngine([{}]).engine.modify(Thing, key, raise)).rejects.toThrow(MissingObjects);
  for (const create of [() => new Thing({ id: "2" }), () => ({}) as never]) {
    const { engine, requests } = scriptedEngine([{}]);
    await expect(engine.modify(Thing, key, raise, { create })).rejects.toThrow();
    expect(requests()).toHaveLength(1);
  }
  const { engine } = scriptedEngine([{}]);
  const create = () => new Thing({ id: "2" });
  await expect(engine.modify(Thing, key, raise, { create })).rejects.toThrow(InvalidOption);
});

test("once writes by a transaction of one, and each further attempt has another id", async () => {
  const failed = transactionCanceled({ Code: "ConditionalCheckFailed", Item: item(5) });
  const { engine, requests } = scriptedEngine([{ Item: item(1) }, failed]);
  await engine.modify(Thing, key, raise, { once: true });
  const [, first, second] = requests();
  for (const [request, from] of [
    [first, 1],
    [second, 5],
  ] as const) {
    const { operation: _, ...update } = write(from, from + 1);
    expect(request).toMatchObject({ operation: "TransactWriteItems", TransactItems: [{ Update: update }] });
  }
  expect(second?.["ClientRequestToken"]).not.toBe(first?.["ClientRequestToken"]);
});

test("a version is compared in addition to the columns", async () => {
  const { engine, requests } = scriptedEngine([{ Item: { ...item(1), version: { N: "4" } } }]);
  expect(await engine.modify(Versioned, key, raise)).toMatchObject({ count: 2, version: 5 });
  expect(requests()[1]).toMatchObject({
    UpdateExpression: "SET count = 2, version = 5",
    ConditionExpression: "(version = 4) AND (attribute_exists(id)) AND (count = 1)",
  });
});

test("any other failure is thrown at once", async () => {
  const { engine, requests } = scriptedEngine([{ Item: item(1) }, sdkError("InternalServerError")]);
  await expect(engine.modify(Thing, key, raise)).rejects.toThrow("InternalServerError");
  expect(requests()).toHaveLength(2);
});

test("an aborted signal's reason is thrown before the write", async () => {
  const stop = new AbortController();
  const { engine, requests } = scriptedEngine([{ Item: item(1) }]);
  const modifying = engine.modify(Thing, key, () => stop.abort(new Error("enough")), { signal: stop.signal });
  await expect(modifying).rejects.toThrow("enough");
  expect(requests()).toEqual([read]);
});

test("a stored value that does not fit is an error, or left off the object and kept in the item", async () => {
  const wrong = { Item: { ...Key, count: { N: "1" }, name: { N: "5" } } };
  await expect(scriptedEngine([wrong]).engine.modify(Thing, key, raise)).rejects.toThrow(InvalidValue);
  const { engine, requests } = scriptedEngine([wrong]);
  expect({ ...(await engine.modify(Thing, key, raise, { onInvalid: "omit" })) }).toEqual({ ...key, count: 2 });
  expect(requests()[1]).toMatchObject({ UpdateExpression: "SET count = 2" });
});
