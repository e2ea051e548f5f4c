/** Transactions: the request of each action and option, commits that are repeated, and why one was canceled. */

import {
  add,
  addTo,
  and,
  InvalidOption,
  InvalidTransaction,
  type Item,
  integer,
  map,
  merge,
  model,
  number,
  set,
  string,
  TransactionCanceled,
  type TransactionReason,
  TransactionTokenExpired,
  type WriteTransaction,
} from "bloop-dynamodb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sdkError } from "../../support/recording-client.js";
import { type PlainRequest, pathGone, scriptedEngine, there, transactionCanceled } from "../../support/requests.js";

const Thing = model("Thing", {
  id: string().hashKey(),
  count: number(),
  place: map({ city: string(), tags: set(string()) }),
});
const Versioned = model("Versioned", { id: string().hashKey(), version: integer().version() });
const keyOf = (id: string) => ({ id: { S: id } });
const stored = { ...keyOf("1"), count: { N: "7" } };
const at = (id: string) => ({ TableName: "Thing", Key: keyOf(id) });
const conditional = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
const itemsOf = (request: PlainRequest | undefined) => request?.["TransactItems"];
const idOf = (request: PlainRequest | undefined) => request?.["ClientRequestToken"];

async function loaded() {
  const scripted = scriptedEngine([{ Item: stored }]);
  const thing = await scripted.engine.get(Thing, { id: "1" });
  if (thing === undefined) throw new Error("gone");
  scripted.requests();
  return { ...scripted, thing };
}

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** The guard of an add(1): the sum is a number that its column can load (D22). */
const sumLoads = "(NOT (count < -9007199254740991)) AND (NOT (count > 9007199254740990))";

describe("what is sent of", () => {
  const changed = { UpdateExpression: "SET count = 8" };
  const atomic = { ConditionExpression: "(attribute_exists(id)) AND (count = 7) AND (attribute_not_exists(place))" };

  test.each([
    ["a save", {}, { Update: { ...at("1"), ...changed } }],
    [
      "a save with a condition",
      { condition: Thing.count.gt(3) },
      { Update: { ...at("1"), ...changed, ConditionExpression: "count > 3", ...conditional } },
    ],
    ["a save with atomic", { atomic: true }, { Update: { ...at("1"), ...changed, ...atomic, ...conditional } }],
    ["a save with atomic: false", { atomic: false }, { Update: { ...at("1"), ...changed } }],
  ])("%s", async (_, options, action) => {
    const { engine, requests, thing } = await loaded();
    thing.count = 8;
    await engine.transaction().save(thing, options).commit();
    const [request] = requests();
    expect(request).toEqual({
      operation: "TransactWriteItems",
      TransactItems: [action],
      ClientRequestToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test.each([
    ["a deletion", {}, { Delete: at("1") }],
    [
      "a deletion with a condition",
      { condition: Thing.count.gt(3) },
      { Delete: { ...at("1"), ConditionExpression: "count > 3", ...conditional } },
    ],
    ["a deletion with atomic", { atomic: true }, { Delete: { ...at("1"), ...atomic, ...conditional } }],
  ])("%s", async (_, options, action) => {
    const { engine, requests, thing } = await loaded();
    await engine.transaction().delete(thing, options).commit();
    expect(itemsOf(requests()[0])).toEqual([action]);
  });

  test("an update, with and without a condition", async () => {
    const { engine, requests } = scriptedEngine();
    const transaction = engine.transaction().update(Thing, { id: "1" }, { count: add(1) });
    await transaction.update(Thing, { id: "2" }, { count: add(1) }, { condition: Thing.count.gt(3) }).commit();
    const UpdateExpression = "ADD count 1";
    const both = `(count > 3) AND ${sumLoads}`;
    expect(itemsOf(requests()[0])).toEqual([
      { Update: { ...at("1"), UpdateExpression, ConditionExpression: sumLoads, ...conditional } },
      { Update: { ...at("2"), UpdateExpression, ConditionExpression: both, ...conditional } },
    ]);
  });

  test("a check of a condition, and that an object is unchanged", async () => {
    const { engine, requests, thing } = await loaded();
    await engine
      .transaction()
      .check(new Thing({ id: "2" }), Thing.count.gt(3))
      .check(thing, "unchanged")
      .commit();
    expect(itemsOf(requests()[0])).toEqual([
      { ConditionCheck: { ...at("2"), ConditionExpression: "count > 3", ...conditional } },
      { ConditionCheck: { ...at("1"), ...atomic, ...conditional } },
    ]);
  });

  test("objects with a version: it is compared by a save, a deletion and a check, and raised by an update", async () => {
    const { engine, requests } = scriptedEngine([{ Item: { ...keyOf("3"), version: { N: "4" } } }]);
    const versioned = (id: string) => new Versioned({ id, version: 4 });
    const checked = there(await engine.get(Versioned, { id: "3" }));
    requests();
    const transaction = engine.transaction().save(versioned("1")).delete(versioned("2")).check(checked, "unchanged");
    await transaction.update(Versioned, { id: "4" }, {}).commit();
    const of = (id: string) => ({ TableName: "Versioned", Key: keyOf(id) });
    const compared = { ConditionExpression: "version = 4", ...conditional };
    expect(itemsOf(requests()[0])).toEqual([
      { Update: { ...of("1"), UpdateExpression: "SET version = 5", ...compared } },
      { Delete: { ...of("2"), ...compared } },
      { ConditionCheck: { ...of("3"), ...compared } },
      { Update: { ...of("4"), UpdateExpression: "ADD version 1" } },
    ]);
  });

  test("an unchanged object: nothing, unless there is a condition", async () => {
    const { engine, requests, thing } = await loaded();
    await engine.transaction().save(thing).commit();
    expect(requests()).toEqual([]);
    await engine
      .transaction()
      .save(thing, { condition: Thing.count.gt(3) })
      .commit();
    const [request] = requests();
    expect(itemsOf(request)).toMatchObject([{ Update: { ...at("1"), ConditionExpression: "count > 3" } }]);
  });
});

describe("the objects", () => {
  test("are as after a single save, once the transaction is committed", async () => {
    const { engine, requests, thing } = await loaded();
    const versioned = new Versioned({ id: "2" });
    thing.count = 8;
    await engine.transaction().save(thing).save(versioned).commit();
    requests();
    await engine.save(thing);
    expect(requests()).toEqual([]);
    expect(versioned.version).toBe(1);
  });

  test("are unchanged after a failed commit", async () => {
    const { engine, requests, thing, answer } = await loaded();
    const versioned = new Versioned({ id: "2" });
    thing.count = 8;
    answer(
      transactionCanceled("None", { Code: "ConditionalCheckFailed", Item: { ...keyOf("2"), version: { N: "1" } } }),
    );
    await expect(engine.transaction().save(thing).save(versioned).commit()).rejects.toThrow(TransactionCanceled);
    expect(versioned.version).toBeUndefined();
    requests();
    await engine.save(thing);
    expect(requests()).toMatchObject([{ UpdateExpression: "SET count = 8" }]);
  });
});

describe("a commit", () => {
  test("that is repeated sends the same id and content, and nothing once it is done", async () => {
    const { engine, requests } = scriptedEngine([sdkError("InternalServerError")]);
    const prepared = engine
      .transaction()
      .update(Thing, { id: "1" }, { count: add(1) })
      .prepare();
    await expect(prepared.commit()).rejects.toThrow("InternalServerError");
    await prepared.commit();
    await prepared.commit();
    const [first, second, ...more] = requests();
    expect(second).toEqual(first);
    expect([idOf(first), more]).toEqual([prepared.id, []]);
  });

  test("after a conflict is the same transaction", async () => {
    const { engine, requests } = scriptedEngine([transactionCanceled("TransactionConflict", "None")]);
    const transaction = engine.transaction().update(Thing, { id: "1" }, { count: add(1) });
    await transaction.update(Thing, { id: "2" }, { count: add(1) }).commit();
    const [first, second] = requests();
    expect(second).toEqual(first);
  });

  test("after a failed guard sends another transaction, planned onto the present item", async () => {
    const Item = { ...keyOf("1"), place: { M: { tags: { SS: ["theirs"] } } } };
    const { engine, requests } = scriptedEngine([
      transactionCanceled({ Code: "ConditionalCheckFailed", Item }, "None"),
    ]);
    const transaction = engine.transaction().update(Thing, { id: "1" }, { place: merge({ tags: addTo("mine") }) });
    await transaction.update(Thing, { id: "2" }, { count: add(1) }).commit();
    const [first, second] = requests();
    expect(itemsOf(second)).toEqual([
      {
        Update: {
          ...at("1"),
          UpdateExpression: 'SET place.tags = {"SS":["theirs","mine"]}',
          ConditionExpression: 'place.tags = {"SS":["theirs"]}',
          ...conditional,
        },
      },
      { Update: { ...at("2"), UpdateExpression: "ADD count 1", ConditionExpression: sumLoads, ...conditional } },
    ]);
    expect(idOf(second)).not.toBe(idOf(first));
  });

  test("reads the items and plans again if a path leads nowhere", async () => {
    const { engine, requests } = scriptedEngine([pathGone(), { Item: keyOf("1") }]);
    await engine
      .transaction()
      .update(Thing, { id: "1" }, { place: merge({ city: "Oslo" }) })
      .commit();
    const [, read, second] = requests();
    expect(read).toEqual({ operation: "GetItem", ...at("1"), ConsistentRead: true });
    expect(itemsOf(second)).toMatchObject([
      {
        Update: {
          UpdateExpression: 'SET place = {"M":{"city":{"S":"Oslo"}}}',
          ConditionExpression: "attribute_not_exists(place)",
        },
      },
    ]);
  });

  test("9.5 minutes after the first one is refused", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { engine, requests } = scriptedEngine([sdkError("InternalServerError"), sdkError("InternalServerError")]);
    const prepared = engine
      .transaction()
      .update(Thing, { id: "1" }, { count: add(1) })
      .prepare();
    await expect(prepared.commit()).rejects.toThrow("InternalServerError");
    vi.setSystemTime(Date.now() + 9.5 * 60_000 - 1);
    await expect(prepared.commit()).rejects.toThrow("InternalServerError");
    vi.setSystemTime(Date.now() + 2);
    await expect(prepared.commit()).rejects.toThrow(TransactionTokenExpired);
    expect(requests()).toHaveLength(2);
  });

  test("of nothing sends nothing", async () => {
    const { engine, requests } = scriptedEngine();
    await engine.transaction().commit();
    expect(requests()).toEqual([]);
  });

  test("with an aborted signal sends nothing", async () => {
    const { engine, requests } = scriptedEngine();
    const transaction = engine.transaction().update(Thing, { id: "1" }, { count: add(1) });
    await expect(transaction.commit({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
    expect(requests()).toEqual([]);
  });
});

test("rejects with a reason for each item, and the stored item", async () => {
  const Item = { ...keyOf("2"), count: { N: "9" } };
  const { engine, requests } = scriptedEngine([transactionCanceled("None", { Code: "ConditionalCheckFailed", Item })]);
  const transaction = engine.transaction().update(Thing, { id: "1" }, { count: add(1) });
  transaction.update(Thing, { id: "2" }, { count: add(1) }, { condition: Thing.count.lt(5) });
  const error = await transaction.commit().catch((thrown) => thrown);
  expect(error).toBeInstanceOf(TransactionCanceled);
  expect(error.reasons).toMatchObject([
    { object: { id: "1" }, code: "None", current: undefined },
    { object: { id: "2" }, code: "ConditionalCheckFailed", current: { id: "2", count: 9 } },
  ]);
  expect(error.reasons[1].current).toBeInstanceOf(Thing);
  expect(requests()).toHaveLength(1);
});

test("the reasons are in the order of the actions, also with unchanged objects, which are not sent", async () => {
  const { engine } = scriptedEngine([
    { Item: keyOf("1") },
    { Item: keyOf("3") },
    transactionCanceled("None", "ConditionalCheckFailed"),
  ]);
  const [first, third] = [await engine.get(Thing, { id: "1" }), await engine.get(Thing, { id: "3" })];
  if (first === undefined || third === undefined) throw new Error("gone");
  const transaction = engine
    .transaction()
    .save(first)
    .update(Thing, { id: "2" }, { count: add(1) });
  transaction.save(third).check(Thing, { id: "4" }, Thing.count.exists());
  const error = await transaction.commit().catch((thrown) => thrown);
  expect(error.reasons.map(({ object, code }: TransactionReason) => [object, code])).toEqual([
    [first, "None"],
    [{ id: "2" }, "None"],
    [third, "None"],
    [{ id: "4" }, "ConditionalCheckFailed"],
  ]);
});

test("rejects with both versions if a version does not match", async () => {
  const Item = { ...keyOf("1"), version: { N: "9" } };
  const { engine } = scriptedEngine([transactionCanceled({ Code: "ConditionalCheckFailed", Item })]);
  const error = await engine
    .transaction()
    .save(new Versioned({ id: "1", version: 4 }))
    .commit()
    .catch((thrown) => thrown);
  expect(error.reasons).toMatchObject([{ version: { expected: 4, stored: 9 } }]);
});

test("shows three of many reasons in the message", async () => {
  const reasons = Array.from({ length: 5 }, () => "ItemCollectionSizeLimitExceeded");
  const { engine } = scriptedEngine([transactionCanceled(...reasons)]);
  const transaction = engine.transaction();
  for (const id of reasons.keys()) transaction.update(Thing, { id: String(id) }, { count: 1 });
  await expect(transaction.commit()).rejects.toThrow('Thing (id "2"): ItemCollectionSizeLimitExceeded. And 2 more.');
});

describe("refused before a request is", () => {
  const thing = () => new Thing({ id: "1", count: 1 });

  test.each([
    ["two actions on one item", "two actions on this item", 2, () => thing()],
    ["more than 100 items", "has 101 items; DynamoDB takes 100", 101, (id: number) => new Thing({ id: String(id) })],
  ])("%s", (_, message, count, make) => {
    const transaction = scriptedEngine().engine.transaction();
    for (let index = 0; index < count; index++) transaction.save(make(index));
    expect(() => transaction.prepare()).toThrow(InvalidTransaction);
    expect(() => transaction.prepare()).toThrow(message);
  });

  test("more than 4 MB, and not less", () => {
    const Big = model("Big", { id: string().hashKey(), text: string() });
    const ofTwelve = (length: number) => {
      const transaction = scriptedEngine().engine.transaction();
      for (let index = 0; index < 12; index++)
        transaction.save(new Big({ id: String(index), text: "x".repeat(length) }));
      return () => transaction.prepare();
    };
    expect(ofTwelve(380_000)).toThrow("DynamoDB takes 4194304 in one transaction");
    expect(ofTwelve(340_000)).not.toThrow();
  });

  test('a check for "unchanged" of an object that was never loaded', () => {
    const transaction = scriptedEngine().engine.transaction().check(thing(), "unchanged");
    expect(() => transaction.prepare()).toThrow(InvalidTransaction);
  });

  test("a check without a condition", () => {
    const transaction = scriptedEngine().engine.transaction();
    expect(() => transaction.check(thing(), undefined as never).prepare()).toThrow("neither");
    const always = scriptedEngine().engine.transaction().check(thing(), and());
    expect(() => always.prepare()).toThrow('Thing (id "1"): a check without a condition checks nothing.');
  });
});

test("a signal works with a function that builds the transaction", async () => {
  const { engine, requests } = scriptedEngine();
  const signal = AbortSignal.abort(new Error("enough"));
  const build = (transaction: WriteTransaction) => transaction.update(Thing, { id: "1" }, { count: add(1) });
  await expect(engine.transaction(build, { signal })).rejects.toThrow("enough");
  await expect(build(engine.transaction()).prepare().commit({ signal })).rejects.toThrow("enough");
  expect(requests()).toEqual([]);
});

test("a function that builds the transaction may be async, and its error commits nothing", async () => {
  const { engine, requests } = scriptedEngine();
  await engine.transaction(async (transaction) => {
    await Promise.resolve();
    transaction.update(Thing, { id: "1" }, { count: add(1) });
  });
  expect(requests()).toHaveLength(1);
  const failing = engine.transaction((transaction) => {
    transaction.update(Thing, { id: "1" }, { count: add(1) });
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(requests()).toEqual([]);
});

describe("arrays of objects", () => {
  const things = () => [new Thing({ id: "1", count: 1 }), new Thing({ id: "2", count: 2 })];

  test("add one write for each object, in their order", async () => {
    const { engine, requests } = scriptedEngine();
    const [one, other] = things();
    if (one === undefined || other === undefined) throw new Error("gone");
    await engine
      .transaction()
      .save([one, other], { condition: Thing.count.lt(9) })
      .delete([new Thing({ id: "3" })])
      .check([new Thing({ id: "4" }), new Thing({ id: "5" })], Thing.count.gt(1))
      .save([])
      .commit();
    const [request] = requests();
    const items = request?.["TransactItems"] as readonly object[];
    expect(items.map((item) => Object.keys(item)[0])).toEqual([
      "Update",
      "Update",
      "Delete",
      "ConditionCheck",
      "ConditionCheck",
    ]);
    expect(items.map((item) => Object.values(item)[0].Key.id.S)).toEqual(["1", "2", "3", "4", "5"]);
  });

  test("with one invalid object are refused, and none of them is added", async () => {
    const { engine, requests } = scriptedEngine();
    const transaction = engine.transaction();
    expect(() => transaction.save([...things(), {} as never])).toThrow(InvalidOption);
    await transaction.save(new Thing({ id: "9" })).commit();
    expect(JSON.stringify(requests())).not.toContain('"1"');
  });

  test("an item twice is refused, also within one array", () => {
    const { engine } = scriptedEngine();
    const twice = [new Thing({ id: "1" }), new Thing({ id: "1" })];
    expect(() => engine.transaction().save(twice).prepare()).toThrow(InvalidTransaction);
  });

  test("a second object outside of an array is refused, and the error says how to write it", () => {
    const { engine } = scriptedEngine();
    const [one, other] = things();
    expect(() => engine.transaction().save(one as Item<typeof Thing>, other as never)).toThrow(
      "Several objects go in an array: save([a, b]).",
    );
  });

  test("a read transaction loads them one by one and in arrays", async () => {
    const answer = { Responses: ["1", "2", "3"].map((id) => ({ Item: { ...keyOf(id), count: { N: id } } })) };
    const { engine } = scriptedEngine([answer]);
    const [one, two, three] = ["1", "2", "3"].map((id) => new Thing({ id }));
    if (one === undefined || two === undefined || three === undefined) throw new Error("gone");
    await engine.readTransaction().load(one, [two, three]).commit();
    expect([one, two, three].map(({ count }) => count)).toEqual([1, 2, 3]);
  });
});
