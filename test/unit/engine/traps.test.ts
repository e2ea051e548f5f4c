/** Where other mappers fell into a trap, what is right: one test each; those that need a real DynamoDB are in test/live. */

import {
  addTo,
  binary,
  Engine,
  InvalidValue,
  list,
  map,
  merge,
  model,
  number,
  record,
  set,
  string,
  TimedOut,
} from "bloop-dynamodb";
import { expect, test, vi } from "vitest";
import { recordingClient, sdkError } from "../../support/recording-client.js";

const Thing = model("Thing", {
  id: string().hashKey(),
  name: string(),
  count: number(),
  texts: list(string()).default([]),
  tags: set(string()).default(new Set()),
  place: map({ city: string() }).default({ city: "Oslo" }),
  scores: record(number()),
});

const stored = { id: { S: "1" }, name: { S: "Ada" }, count: { N: "1" }, texts: { L: [] }, other: { S: "kept" } };
const engineOn = (answer: Parameters<typeof recordingClient>[0]) => {
  const client = recordingClient(answer);
  return { client, engine: new Engine({ dynamodb: client }) };
};
const loaded = async (engine: Engine) => {
  const thing = await engine.get(Thing, { id: "1" });
  if (thing === undefined) throw new Error("gone");
  return thing;
};

test("a save after a load sends only what changed", async () => {
  const { client, engine } = engineOn(({ name }) => (name === "GetItem" ? { Item: stored } : undefined));
  const thing = await loaded(engine);
  await engine.save(thing);
  thing.count = 2;
  await engine.save(thing);
  expect(client.sent.slice(1)).toEqual([
    {
      name: "UpdateItem",
      input: {
        TableName: "Thing",
        Key: { id: { S: "1" } },
        UpdateExpression: "SET #0 = :0",
        ExpressionAttributeNames: { "#0": "count" },
        ExpressionAttributeValues: { ":0": { N: "2" } },
      },
    },
  ]);
});

test("old values that a save asks for are an object of their own, so that the next save reverts nothing", async () => {
  const { client, engine } = engineOn(() => ({ Attributes: stored }));
  const thing = new Thing({ id: "1", name: "Grace" });
  const old = await engine.save(thing, { returning: "old" });
  expect([old?.name, thing.name]).toEqual(["Ada", "Grace"]);
  await engine.save(thing);
  expect(client.sent).toHaveLength(1);
});

test("keys that DynamoDB leaves unprocessed are asked for again, after a pause", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  const at: number[] = [];
  const { client, engine } = engineOn(({ input }) => {
    at.push(performance.now());
    const { Keys } = (input.RequestItems as { Thing: { Keys: { id: { S: string } }[] } }).Thing;
    const [first, ...rest] = Keys;
    return {
      Responses: { Thing: [first] },
      UnprocessedKeys: rest.length === 0 ? {} : { Thing: { Keys: rest, ConsistentRead: true } },
    };
  });
  const keys = ["1", "2", "3", "4"].map((id) => ({ id }));
  const found = await engine.getMany(Thing, keys, { consistent: true });
  vi.restoreAllMocks();
  expect(found.map((thing) => thing?.id)).toEqual(["1", "2", "3", "4"]);
  expect(client.sent).toHaveLength(4);
  for (const [index, time] of at.slice(1).entries()) expect(time - (at[index] ?? 0)).toBeGreaterThan(20);
});

test("keys that DynamoDB never processes are given up after 15 rounds", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const { client, engine } = engineOn(({ input }) => ({ Responses: {}, UnprocessedKeys: input.RequestItems }));
  const waiting = engine.load([new Thing({ id: "1" }), new Thing({ id: "2" })]);
  await expect(waiting).rejects.toThrow(TimedOut);
  await expect(waiting).rejects.toThrow(
    "2 objects of Thing: DynamoDB left 2 of them unprocessed 15 times in a row. Is the table throttled?",
  );
  vi.restoreAllMocks();
  expect(client.sent).toHaveLength(15);
});

test("a batch load tells the keys (A, B) and (B, A) apart, and matches binary keys, and numbers however they are written", async () => {
  const Pair = model("Pair", { left: binary().hashKey(), right: number().rangeKey(), name: string() });
  const item = (byte: number, N: string, name: string) => ({
    left: { B: new Uint8Array([byte]) },
    right: { N },
    name: { S: name },
  });
  const { engine } = engineOn(() => ({
    Responses: { Pair: [item(2, "1.0", "21"), item(1, "2E+0", "12"), item(1, "1000", "thousand")] },
  }));
  const keys = [
    [1, 2],
    [2, 1],
    [1, 1000],
    [2, 2],
  ].map(([left = 0, right = 0]) => ({ left: Buffer.from([left]), right }));
  const found = await engine.getMany(Pair, keys);
  expect(found.map((pair) => pair?.name)).toEqual(["12", "21", "thousand", undefined]);
});

test("a number of 20 digits is not truncated: it is an error, or left off and never written back", async () => {
  const { engine, client } = engineOn(() => ({ Item: { ...stored, count: { N: "0.12345678901234567890" } } }));
  const Exact = model("Thing", { id: string().hashKey(), count: number({ inexact: "error" }) });
  await expect(engine.get(Exact, { id: "1" })).rejects.toThrow(
    'Thing.count (id "1"): the stored number does not fit a JavaScript number exactly',
  );
  const exact = await engine.get(Exact, { id: "1" }, { onInvalid: "omit" });
  const thing = await engine.get(Thing, { id: "1" });
  if (exact === undefined || thing === undefined) throw new Error("gone");
  expect(thing.count).toBe(0.12345678901234568);
  client.sent.length = 0;
  await engine.save(exact);
  await engine.save(thing);
  expect(client.sent).toEqual([]);
});

test('"", [] and {} are stored; an empty set is the only value that is absent', async () => {
  const { engine, client } = engineOn(() => undefined);
  await engine.save(new Thing({ id: "1", name: "", texts: ["", ""], place: {}, scores: {} }));
  expect(Object.values(client.sent[0]?.input.ExpressionAttributeValues ?? {})).toEqual([
    { S: "" },
    { L: [{ S: "" }, { S: "" }] },
    { M: {} },
  ]);
  expect(client.sent[0]?.input.UpdateExpression).toBe("SET #0 = :0, #1 = :1, #2 = :2, #3 = :2 REMOVE #4");
});

test("NULL is an error in a column that is not nullable, and loads as nothing else", async () => {
  for (const column of ["name", "count", "texts", "tags", "place"]) {
    const { engine } = engineOn(() => ({ Item: { ...stored, [column]: { NULL: true } } }));
    await expect(engine.get(Thing, { id: "1" })).rejects.toThrow(
      `Thing.${column} (id "1"): the stored value is NULL; declare the column with nullable() to load it as null.`,
    );
  }
});

test("two objects with equal values remember their changes apart", async () => {
  const { client, engine } = engineOn(({ name }) => (name === "GetItem" ? { Item: stored } : undefined));
  const [first, second] = [await loaded(engine), await loaded(engine)];
  first.name = "Grace";
  await engine.save(first);
  second.name = "Grace";
  await engine.save(second);
  expect(client.sent.filter(({ name }) => name === "UpdateItem")).toHaveLength(2);
});

test("each object has an array, set or map of its own as its default", () => {
  const [first, second] = [new Thing({ id: "1" }), new Thing({ id: "2" })];
  first.texts?.push("mine");
  first.tags?.add("mine");
  Object.assign(first.place ?? {}, { city: "Rome" });
  expect([second.texts, second.tags, second.place, new Thing({ id: "3" }).texts]).toEqual([
    [],
    new Set(),
    { city: "Oslo" },
    [],
  ]);
});

test("a default is not put onto a loaded object", async () => {
  const { engine } = engineOn(() => ({ Item: { id: { S: "1" } } }));
  expect({ ...(await loaded(engine)) }).toEqual({ id: "1" });
});

test("the constructor refuses a misspelt column", () => {
  expect(() => new Thing({ id: "1", nam: "x" } as never)).toThrow(InvalidValue);
});

test("the state that an object remembers is not visible on it", async () => {
  const { engine } = engineOn(() => ({ Item: stored }));
  const thing = await loaded(engine);
  expect(Object.keys(thing)).toEqual(["id", "name", "count", "texts"]);
  expect(Reflect.ownKeys(thing)).toEqual(Object.keys(thing));
  expect(JSON.stringify(thing)).toBe('{"id":"1","name":"Ada","count":1,"texts":[]}');
});

test("an error of the SDK says for which object and request it was, and stays the cause", async () => {
  const thrown = sdkError("ThrottlingException", "slow down");
  const { engine } = engineOn(() => {
    throw thrown;
  });
  const thing = new Thing({ id: "1", name: "Ada" });
  await expect(engine.save(thing)).rejects.toMatchObject({
    name: "RequestFailed",
    message: 'Thing (id "1"): UpdateItem failed. ThrottlingException: slow down.',
    operation: "UpdateItem",
    code: "ThrottlingException",
    requestId: "r-1",
    cause: thrown,
  });
});

test("a write that failed leaves the object as if it had not been tried", async () => {
  let fails = true;
  const { client, engine } = engineOn(({ name }) => {
    if (name === "GetItem") return { Item: stored };
    if (fails) throw sdkError("InternalServerError");
    return undefined;
  });
  const thing = await loaded(engine);
  thing.name = "Grace";
  await expect(engine.save(thing)).rejects.toThrow("InternalServerError");
  expect({ ...thing }).toEqual({ id: "1", name: "Grace", count: 1, texts: [] });
  fails = false;
  await engine.save(thing);
  expect(client.sent.at(-1)?.input).toEqual(client.sent.at(-2)?.input);
});

test("one bad item of a load does not hide the others", async () => {
  const bad = { ...stored, id: { S: "2" }, count: { S: "one" } };
  const { engine } = engineOn(() => ({ Responses: { Thing: [stored, bad] } }));
  const things = ["1", "2"].map((id) => new Thing({ id }));
  await expect(engine.load(things)).rejects.toThrow(
    'Thing.count (id "2"): the stored value has DynamoDB\'s type S, not N',
  );
  expect(things.map(({ name }) => name)).toEqual(["Ada", undefined]);
});

test("backups that are asked for are turned on, or missed by validate", async () => {
  const Kept = model("Kept", { id: string().hashKey() }, { backups: true });
  const table = {
    TableStatus: "ACTIVE",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  };
  const { client, engine } = engineOn(({ name }) => (name === "DescribeTable" ? { Table: table } : undefined));
  await expect(engine.bind(Kept, { tables: "validate" })).rejects.toThrow(
    "The table's continuous backups are: true in the model, false in the table.",
  );
  await engine.bind(Kept);
  expect(client.sent.at(-1)).toEqual({
    name: "UpdateContinuousBackups",
    input: { TableName: "Kept", PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
  });
});

test("a frozen object that is to be filled is an error, and not as if it had been loaded", async () => {
  const { client, engine } = engineOn(({ name }) => (name === "GetItem" ? { Item: stored } : undefined));
  const thing = new Thing({ id: "1", name: "Grace" });
  Object.freeze(thing);
  await expect(engine.load(thing)).rejects.toThrow(
    /^Thing: load\(\) puts what is stored onto the object, and can't change its column "id", since the object is frozen\./,
  );
  expect(thing.name).toBe("Grace");
  expect(client.sent).toHaveLength(0);
});

test("a transaction with a conflict beside a writer that came between is planned and sent again", async () => {
  const Item = { id: { S: "2" }, inner: { M: { tags: { SS: ["a"] } } } };
  const CancellationReasons = [{ Code: "TransactionConflict" }, { Code: "ConditionalCheckFailed", Item }];
  let rounds = 0;
  const { client, engine } = engineOn(() => {
    if (rounds++ === 0) throw sdkError("TransactionCanceledException", "", { CancellationReasons });
    return undefined;
  });
  const Nested = model("Nested", { id: string().hashKey(), n: number(), inner: map({ tags: set(string()) }) });
  const prepared = engine
    .transaction()
    .update(Nested, { id: "1" }, { n: 1 })
    .update(Nested, { id: "2" }, { inner: merge({ tags: addTo("b") }) })
    .prepare();
  const { id } = prepared;
  await prepared.commit();
  expect(client.sent).toHaveLength(2);
  expect(client.sent[1]?.input).toMatchObject({
    ClientRequestToken: prepared.id,
    TransactItems: [{}, { Update: { ExpressionAttributeValues: { ":0": { SS: ["a", "b"] }, ":1": { SS: ["a"] } } } }],
  });
  expect(prepared.id).not.toBe(id);
});
