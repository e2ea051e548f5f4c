/** update(): the requests of each action and option, and what it resolves with. */

import {
  add,
  addTo,
  append,
  type Changes,
  ConstraintViolation,
  deleteFrom,
  InvalidOption,
  InvalidValue,
  integer,
  list,
  map,
  merge,
  model,
  number,
  prepend,
  remove,
  set,
  setIfMissing,
  string,
} from "bloop-dynamodb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sdkError } from "../../support/recording-client.js";
import { conditionFailed, pathGone, scriptedEngine, transactionCanceled } from "../../support/requests.js";

const Thing = model("Thing", {
  id: string().hashKey(),
  name: string(),
  count: number(),
  tags: set(string()),
  texts: list(string()),
  place: map({ city: string(), count: number(), tags: set(string()) }),
});
const Strict = model("Strict", { id: string().hashKey(), name: string().required(), count: number() });
const Versioned = model("Versioned", { id: string().hashKey(), count: number(), version: integer().version() });
const key = { id: "1" };
const Key = { id: { S: "1" } };
const stored = { ...Key, count: { N: "7" } };
const update = { operation: "UpdateItem", TableName: "Thing", Key, ReturnValues: "ALL_NEW" };
const conditional = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" };

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

describe("a change is", () => {
  test.each<[string, Changes<typeof Thing>, string]>([
    ["a value", { name: "Ada" }, 'SET name = "Ada"'],
    ["add()", { count: add(-2) }, "ADD count -2"],
    ["addTo()", { tags: addTo("a", "b") }, 'ADD tags {"SS":["a","b"]}'],
    ["deleteFrom()", { tags: deleteFrom("a") }, 'DELETE tags {"SS":["a"]}'],
    ["append()", { texts: append("y") }, 'SET texts = list_append(if_not_exists(texts, {"L":[]}), {"L":[{"S":"y"}]})'],
    [
      "prepend()",
      { texts: prepend("y") },
      'SET texts = list_append({"L":[{"S":"y"}]}, if_not_exists(texts, {"L":[]}))',
    ],
    ["setIfMissing()", { name: setIfMissing("Ada") }, 'SET name = if_not_exists(name, "Ada")'],
    ["remove()", { name: remove() }, "REMOVE name"],
    ["merge() of a value", { place: merge({ city: "Oslo" }) }, 'SET place.city = "Oslo"'],
    [
      "merge() of an action",
      { place: merge({ count: add(1) }) },
      "SET place.count = if_not_exists(place.count, 0) + 1",
    ],
    [
      "several of them",
      { name: "Ada", count: add(1), texts: remove(), tags: deleteFrom("a") },
      'SET name = "Ada" REMOVE texts ADD count 1 DELETE tags {"SS":["a"]}',
    ],
  ])("%s", async (_, changes, UpdateExpression) => {
    const { engine, requests } = scriptedEngine([{ Attributes: stored }]);
    const thing = await engine.update(Thing, key, changes);
    expect(thing).toBeInstanceOf(Thing);
    expect(thing.count).toBe(7);
    const [request] = requests();
    expect(request).toMatchObject({ ...update, UpdateExpression });
  });
});

/** The guard of an add(1): the sum is a number that its column can load (D22). */
const sumLoads = "(NOT (count < -9007199254740991)) AND (NOT (count > 9007199254740990))";

describe("with", () => {
  test.each([
    ["no options", {}, {}],
    ["a condition", { condition: Thing.count.gt(3) }, { ConditionExpression: `(count > 3) AND ${sumLoads}` }],
    ['returning: "old"', { returning: "old" as const }, { ReturnValues: "ALL_OLD" }],
  ])("%s", async (_, options, parameters) => {
    const { engine, requests } = scriptedEngine([{ Attributes: stored }]);
    expect(await engine.update(Thing, key, { count: add(1) }, options)).toMatchObject({ id: "1", count: 7 });
    const held = { ConditionExpression: sumLoads, ...conditional };
    expect(requests()).toEqual([{ ...update, UpdateExpression: "ADD count 1", ...held, ...parameters }]);
  });

  test('returning: "old" of an item that was not there', async () => {
    const { engine } = scriptedEngine([{}]);
    expect(await engine.update(Thing, key, { count: add(1) }, { returning: "old" })).toBeUndefined();
  });

  test("once: a transaction of one, and a consistent read after it", async () => {
    const { engine, requests } = scriptedEngine([{}, { Item: stored }]);
    expect(await engine.update(Thing, key, { count: add(1) }, { once: true })).toMatchObject({ count: 7 });
    expect(requests()).toEqual([
      {
        operation: "TransactWriteItems",
        TransactItems: [
          {
            Update: {
              TableName: "Thing",
              Key,
              UpdateExpression: "ADD count 1",
              ConditionExpression: sumLoads,
              ...conditional,
            },
          },
        ],
        ClientRequestToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
      { operation: "GetItem", TableName: "Thing", Key, ConsistentRead: true },
    ]);
  });

  test('once with returning: "old", and atomic, are refused', async () => {
    const { engine, requests } = scriptedEngine();
    const both = { once: true, returning: "old" } as never;
    await expect(engine.update(Thing, key, { count: 1 }, both)).rejects.toThrow(InvalidOption);
    await expect(engine.update(Thing, key, { count: 1 }, { atomic: true } as never)).rejects.toThrow(InvalidOption);
    expect(requests()).toEqual([]);
  });

  test("an aborted signal's reason is thrown", async () => {
    const { engine } = scriptedEngine([sdkError("AbortError")]);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(engine.update(Thing, key, { count: 1 }, { signal })).rejects.toThrow("enough");
  });
});

test("a failed condition is a ConstraintViolation with the stored item", async () => {
  const { engine, requests } = scriptedEngine([conditionFailed(stored)]);
  const error = await engine
    .update(Thing, key, { count: 1 }, { condition: Thing.count.eq(1) })
    .catch((thrown) => thrown);
  expect(error).toBeInstanceOf(ConstraintViolation);
  expect(error).toMatchObject({ object: key, current: { count: 7 } });
  expect(requests()).toHaveLength(1);
});

test("with once, a failed condition is a ConstraintViolation too", async () => {
  const { engine } = scriptedEngine([transactionCanceled({ Code: "ConditionalCheckFailed", Item: stored })]);
  const updating = engine.update(Thing, key, { count: 1 }, { once: true, condition: Thing.count.eq(1) });
  await expect(updating).rejects.toMatchObject({ name: "ConstraintViolation", current: { count: 7 } });
});

test("an update that would make an item without its required columns requires an existing one", async () => {
  const { engine, requests } = scriptedEngine([{ Attributes: { ...stored, name: { S: "x" } } }, conditionFailed()]);
  await engine.update(Strict, key, { count: add(1) });
  expect(requests()).toMatchObject([{ ConditionExpression: `(attribute_exists(id)) AND ${sumLoads}` }]);
  const updating = engine.update(Strict, key, { count: add(1) });
  await expect(updating).rejects.toThrow('the write would make one without "name"');
});

test("an update that gives all required columns has no condition", async () => {
  const { engine, requests } = scriptedEngine([{ Attributes: { ...stored, name: { S: "Ada" } } }]);
  await engine.update(Strict, key, { count: add(1), name: setIfMissing("Ada") });
  expect(requests()[0]).toMatchObject({ ConditionExpression: sumLoads });
});

test("the version is raised, and not compared", async () => {
  const { engine, requests } = scriptedEngine([{ Attributes: { ...stored, version: { N: "2" } } }]);
  await engine.update(Versioned, key, { count: 1 });
  expect(requests()).toEqual([{ ...update, TableName: "Versioned", UpdateExpression: "SET count = 1 ADD version 1" }]);
});

test("a missing map is made with only the change, under a guard", async () => {
  const { engine, requests } = scriptedEngine([pathGone(), { Item: stored }, { Attributes: stored }]);
  await engine.update(Thing, key, { place: merge({ city: "Oslo", count: add(2) }) }, { condition: Thing.count.gt(3) });
  const [, read, second] = requests();
  expect(read).toEqual({ operation: "GetItem", TableName: "Thing", Key, ConsistentRead: true });
  expect(second).toEqual({
    ...update,
    UpdateExpression: 'SET place = {"M":{"city":{"S":"Oslo"},"count":{"N":"2"}}}',
    ConditionExpression: "(count > 3) AND (attribute_not_exists(place))",
    ...conditional,
  });
});

test("elements of a nested set are added under a guard, again if another writer came between", async () => {
  const place = (...SS: string[]) => ({ ...stored, place: { M: { tags: { SS } } } });
  const { engine, requests } = scriptedEngine([
    conditionFailed(place("theirs")),
    { Attributes: place("theirs", "mine") },
  ]);
  await engine.update(Thing, key, { place: merge({ tags: addTo("mine") }) });
  expect(requests()[1]).toEqual({
    ...update,
    UpdateExpression: 'SET place.tags = {"SS":["theirs","mine"]}',
    ConditionExpression: 'place.tags = {"SS":["theirs"]}',
    ...conditional,
  });
});

test("a stored value of another kind is not overwritten", async () => {
  const wrong = sdkError("ValidationException", "An operand in the update expression has an incorrect data type");
  const { engine, requests } = scriptedEngine([wrong, { Item: { ...Key, count: { S: "text" } } }]);
  await expect(engine.update(Thing, key, { count: add(1) })).rejects.toThrow("incorrect data type");
  expect(requests()).toHaveLength(2);
});

test.each([
  ["a key column", { id: "2" }],
  ["a column that is not declared", { nmae: "x" }],
  ["undefined", { name: undefined }],
  ["an action on another kind of value", { name: add(1) }],
  ["an action on a set, for a list", { texts: addTo("x") }],
  ["a merge of a text", { name: merge({ a: 1 }) }],
])("%s is refused before a request", async (_, changes) => {
  const { engine, requests } = scriptedEngine();
  await expect(engine.update(Thing, key, changes as never)).rejects.toThrow(InvalidValue);
  expect(requests()).toEqual([]);
});

test("a stored value that does not fit is an error, or left off, by the option of the engine or of the operation", async () => {
  const wrong = { Attributes: { ...Key, name: { S: "Ada" }, count: { S: "seven" } } };
  const change = { name: "Ada" };
  await expect(scriptedEngine([wrong]).engine.update(Thing, key, change)).rejects.toThrow(InvalidValue);
  const omitting = scriptedEngine([wrong]).engine.update(Thing, key, change, { onInvalid: "omit" });
  expect({ ...(await omitting) }).toEqual({ ...key, ...change });
  const lenient = scriptedEngine([wrong], { onInvalid: "omit" }).engine;
  await expect(lenient.update(Thing, key, change, { onInvalid: "throw" })).rejects.toThrow(InvalidValue);
});
