/** load(), getMany() and read transactions: the requests of each option, chunks, and keys that were left unprocessed. */

import { InvalidTransaction, InvalidValue, MissingObjects, model, number, RequestFailed, string } from "bloop-dynamodb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Sent, sdkError } from "../../support/recording-client.js";
import { scriptedEngine, transactionCanceled } from "../../support/requests.js";

const Thing = model("Thing", { id: string().hashKey(), count: number() });
const Other = model("Other", { id: string().hashKey(), count: number() });
const keyOf = (id: string) => ({ id: { S: id } });
const itemOf = (id: string) => ({ id: { S: id }, count: { N: "7" } });
const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index));

type Asked = Readonly<Record<string, { readonly Keys: readonly { readonly id: { readonly S: string } }[] }>>;
/** Every item that was asked for. */
function all({ input }: Sent): object {
  const tables = Object.entries(input["RequestItems"] as Asked);
  return {
    Responses: Object.fromEntries(tables.map(([name, { Keys }]) => [name, Keys.map(({ id }) => itemOf(id.S))])),
  };
}

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

describe.each([
  [undefined, {}, false],
  [true, { ConsistentRead: true }, true],
  [false, {}, false],
])("consistent: %j", (consistent, ofOne, ofMany) => {
  const options = consistent === undefined ? {} : { consistent };

  test("load() of one object is one GetItem", async () => {
    const { engine, requests } = scriptedEngine([{ Item: itemOf("1") }]);
    const thing = new Thing({ id: "1" });
    await engine.load(thing, options);
    expect(thing.count).toBe(7);
    expect(requests()).toEqual([{ operation: "GetItem", TableName: "Thing", Key: keyOf("1"), ...ofOne }]);
  });

  test("load() of several objects, of two models, is one BatchGetItem", async () => {
    const { engine, requests } = scriptedEngine([all]);
    const objects = [new Thing({ id: "1" }), new Other({ id: "1" }), new Thing({ id: "2" })];
    await engine.load(objects, options);
    expect(objects.map(({ count }) => count)).toEqual([7, 7, 7]);
    expect(requests()).toEqual([
      {
        operation: "BatchGetItem",
        RequestItems: {
          Thing: { Keys: [keyOf("1"), keyOf("2")], ConsistentRead: ofMany },
          Other: { Keys: [keyOf("1")], ConsistentRead: ofMany },
        },
      },
    ]);
  });

  test("getMany() of one key is one GetItem, of several one BatchGetItem", async () => {
    const { engine, requests } = scriptedEngine([{ Item: itemOf("1") }, all]);
    await engine.getMany(Thing, [{ id: "1" }], options);
    await engine.getMany(Thing, [{ id: "1" }, { id: "2" }], options);
    expect(requests()).toEqual([
      { operation: "GetItem", TableName: "Thing", Key: keyOf("1"), ...ofOne },
      {
        operation: "BatchGetItem",
        RequestItems: { Thing: { Keys: [keyOf("1"), keyOf("2")], ConsistentRead: ofMany } },
      },
    ]);
  });

  test("getMany() of several models is one BatchGetItem of all their tables, in the order of the request", async () => {
    class Special extends Thing {}
    const { engine, requests } = scriptedEngine([all]);
    const found = await engine.getMany(
      [
        [Other, { id: "1" }],
        [Special, { id: "1" }],
        [Thing, { id: "2" }],
      ],
      options,
    );
    expect(found.map((one) => [one?.constructor, one?.id, one?.count])).toEqual([
      [Other, "1", 7],
      [Special, "1", 7],
      [Thing, "2", 7],
    ]);
    expect(requests()).toEqual([
      {
        operation: "BatchGetItem",
        RequestItems: {
          Other: { Keys: [keyOf("1")], ConsistentRead: ofMany },
          Thing: { Keys: [keyOf("1"), keyOf("2")], ConsistentRead: ofMany },
        },
      },
    ]);
  });

  test("unprocessed keys are requested again with the same options", async () => {
    const left = { Thing: { Keys: [keyOf("2")], ConsistentRead: ofMany } };
    const { engine, requests } = scriptedEngine([{ Responses: { Thing: [itemOf("1")] }, UnprocessedKeys: left }, all]);
    const found = await engine.getMany(Thing, [{ id: "1" }, { id: "2" }], options);
    expect(found.map((thing) => thing?.id)).toEqual(["1", "2"]);
    expect(requests()[1]).toEqual({ operation: "BatchGetItem", RequestItems: left });
  });
});

test("250 keys are requested in chunks of 100, each key once", async () => {
  const { engine, requests } = scriptedEngine([all, all, all]);
  const keys = [...ids(250), ...ids(250)].map((id) => ({ id }));
  const found = await engine.getMany(Thing, keys);
  expect(found.map((thing) => thing?.id)).toEqual(keys.map(({ id }) => id));
  const sizes = requests().map((request) => (request["RequestItems"] as Asked)["Thing"]?.Keys.length);
  expect(sizes).toEqual([100, 100, 50]);
});

test("without keys, no request is sent", async () => {
  const { engine, requests } = scriptedEngine();
  expect(await engine.getMany(Thing, [])).toEqual([]);
  await engine.load([]);
  expect(await engine.readTransaction().commit()).toEqual([]);
  expect(requests()).toEqual([]);
});

test("missing objects are listed in the error, after the others are filled", async () => {
  const { engine } = scriptedEngine([{ Responses: { Thing: [itemOf("2")] } }]);
  const things = ["1", "2"].map((id) => new Thing({ id }));
  const error = await engine.load(things).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(MissingObjects);
  expect(error.objects).toEqual([things[0]]);
  expect(things[1]?.count).toBe(7);
});

test.each([1, 2])(
  "getMany() of %i keys: a value that does not fit is an error, or left off the object",
  async (count) => {
    const wrong = { id: { S: "0" }, count: { S: "many" } };
    const keys = ids(count).map((id) => ({ id }));
    const getMany = (options: object) =>
      scriptedEngine([{ Item: wrong, Responses: { Thing: [wrong] } }]).engine.getMany(Thing, keys, options);
    await expect(getMany({})).rejects.toThrow(InvalidValue);
    expect({ ...(await getMany({ onInvalid: "omit" }))[0] }).toEqual({ id: "0" });
  },
);

test("an aborted signal's reason is thrown", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  const engine = () => scriptedEngine([sdkError("AbortError")]).engine;
  await expect(engine().load(new Thing({ id: "1" }), { signal })).rejects.toThrow("enough");
  await expect(engine().getMany(Thing, [{ id: "1" }], { signal })).rejects.toThrow("enough");
  await expect(engine().readTransaction().get(Thing, { id: "1" }).commit({ signal })).rejects.toThrow("enough");
});

test("a stored value that does not fit is an error, or left off the object", async () => {
  const wrong = { Item: { id: { S: "1" }, count: { S: "many" } } };
  const thing = new Thing({ id: "1", count: 1 });
  await expect(scriptedEngine([wrong]).engine.load(thing)).rejects.toThrow(InvalidValue);
  expect(thing.count).toBe(1);
  await scriptedEngine([wrong]).engine.load(thing, { onInvalid: "omit" });
  expect(Object.keys(thing)).toEqual(["id"]);
});

test("a failed chunk fails the whole call", async () => {
  const { engine } = scriptedEngine([sdkError("ResourceNotFoundException")]);
  await expect(engine.getMany(Thing, [{ id: "1" }, { id: "2" }])).rejects.toThrow(
    "2 objects of Thing: BatchGetItem failed. ResourceNotFoundException.",
  );
});

test("a signal stops the wait for unprocessed keys", async () => {
  vi.mocked(Math.random).mockReturnValue(1);
  const stop = new AbortController();
  const { engine, requests } = scriptedEngine([
    ({ input }) => {
      setTimeout(() => stop.abort(new Error("enough")));
      return { Responses: {}, UnprocessedKeys: input["RequestItems"] };
    },
  ]);
  const getting = engine.getMany(Thing, [{ id: "1" }, { id: "2" }], { signal: stop.signal });
  await expect(getting).rejects.toThrow("enough");
  expect(requests()).toHaveLength(1);
});

describe("a read transaction", () => {
  const get = (id: string) => ({ Get: { TableName: "Thing", Key: keyOf(id) } });

  test("is one TransactGetItems, and each key is requested once", async () => {
    const { engine, requests } = scriptedEngine([{ Responses: [{ Item: itemOf("1") }, {}, { Item: itemOf("3") }] }]);
    const loaded = new Thing({ id: "3" });
    const reading = engine.readTransaction().get(Thing, { id: "1" }).get(Thing, { id: "2" }).get(Thing, { id: "1" });
    const found = await reading.load(loaded).commit();
    expect(found.map((thing) => thing?.count)).toEqual([7, undefined, 7]);
    expect(loaded.count).toBe(7);
    expect(requests()).toEqual([{ operation: "TransactGetItems", TransactItems: [get("1"), get("2"), get("3")] }]);
  });

  test("is sent again after a conflict with another transaction", async () => {
    const { engine, requests } = scriptedEngine([
      transactionCanceled("TransactionConflict"),
      { Responses: [{ Item: itemOf("1") }] },
    ]);
    expect(await engine.readTransaction().get(Thing, { id: "1" }).commit()).toMatchObject([{ count: 7 }]);
    expect(requests()).toHaveLength(2);
  });

  test("that is canceled rejects with the reason", async () => {
    const { engine, requests } = scriptedEngine([transactionCanceled("None", "ValidationError")]);
    const reading = engine.readTransaction().get(Thing, { id: "1" }).get(Thing, { id: "2" });
    const error = await reading.commit().catch((thrown) => thrown);
    expect(error).toBeInstanceOf(RequestFailed);
    expect(error.code).toBe("ValidationError");
    expect(requests()).toHaveLength(1);
  });

  test("leaves off values that do not fit, by its option", async () => {
    const wrong = { Responses: [{ Item: { id: { S: "1" }, count: { S: "many" } } }] };
    const reading = (answer: object) => scriptedEngine([answer]).engine.readTransaction().get(Thing, { id: "1" });
    await expect(reading(wrong).commit()).rejects.toThrow(InvalidValue);
    expect((await reading(wrong).commit({ onInvalid: "omit" })).map((thing) => ({ ...thing }))).toEqual([{ id: "1" }]);
  });

  test("of more than 100 items is refused before a request", async () => {
    const { engine, requests } = scriptedEngine();
    const reading = engine.readTransaction().load(...ids(101).map((id) => new Thing({ id })));
    await expect(reading.commit()).rejects.toThrow(InvalidTransaction);
    expect(requests()).toEqual([]);
  });

  test("lists the missing objects of load()", async () => {
    const { engine } = scriptedEngine([{ Responses: [{}] }]);
    const reading = engine.readTransaction().load(new Thing({ id: "1" }));
    await expect(reading.commit()).rejects.toThrow('Not found: Thing (id "1").');
  });
});
