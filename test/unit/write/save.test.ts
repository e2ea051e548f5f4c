/** save(): the requests of each option, what is planned again after an answer, and what becomes of the object. */

import {
  add,
  addTo,
  append,
  ConstraintViolation,
  InvalidOption,
  InvalidValue,
  ifNotExists,
  integer,
  list,
  map,
  merge,
  model,
  number,
  record,
  set,
  string,
} from "bloop-dynamodb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sdkError } from "../../support/recording-client.js";
import {
  conditionFailed,
  pathGone,
  type Scripted,
  scriptedEngine,
  there,
  transactionCanceled,
} from "../../support/requests.js";

const Thing = model("Thing", {
  id: string().hashKey(),
  name: string(),
  count: number(),
  tags: set(string()),
  texts: list(string()),
  place: map({ city: string(), geo: map({ lat: number(), codes: set(string()) }) }),
});
const Versioned = model("Versioned", { id: string().hashKey(), name: string(), version: integer().version() });

const Key = { id: { S: "1" } };
const stored = {
  ...Key,
  name: { S: "Ada" },
  count: { N: "1" },
  tags: { SS: ["a", "b"] },
  texts: { L: [{ S: "x" }] },
  place: { M: { city: { S: "Oslo" }, geo: { M: { lat: { N: "59" }, codes: { SS: ["p"] } } }, theirs: { S: "kept" } } },
};
const update = { operation: "UpdateItem", TableName: "Thing", Key };
const conditional = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
const token = expect.stringMatching(/^[0-9a-f-]{36}$/);

/** An object as it was loaded, and an engine that answers as scripted from then on. */
async function loaded(...answers: Scripted[]) {
  const scripted = scriptedEngine([{ Item: stored }, ...answers]);
  const thing = await scripted.engine.get(Thing, { id: "1" });
  if (thing === undefined) throw new Error("gone");
  scripted.requests();
  return { ...scripted, thing };
}

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

describe("what is sent", () => {
  test("all of a new object, and nothing by a second save", async () => {
    const { engine, requests } = scriptedEngine();
    const thing = new Thing({ id: "1", name: "Ada", place: { city: "Oslo" } });
    await engine.save(thing);
    await engine.save(thing);
    expect(requests()).toHaveLength(1);
  });

  test.each<[string, (thing: InstanceType<typeof Thing>) => unknown, object]>([
    ["nothing: no request", () => {}, {}],
    ["a value", (thing) => Object.assign(thing, { name: "Grace" }), { UpdateExpression: 'SET name = "Grace"' }],
    ["a value that is gone", (thing) => Reflect.deleteProperty(thing, "name"), { UpdateExpression: "REMOVE name" }],
    [
      "a value set to undefined",
      (thing) => Object.assign(thing, { name: undefined }),
      { UpdateExpression: "REMOVE name" },
    ],
    [
      "a key of a nested map",
      (thing) => Object.assign(thing.place?.geo ?? {}, { lat: 60 }),
      { UpdateExpression: "SET place.geo.lat = 60" },
    ],
    [
      "a key that is gone from a map",
      (thing) => Reflect.deleteProperty(thing.place ?? {}, "city"),
      { UpdateExpression: "REMOVE place.city" },
    ],
    ["elements that came to a set", (thing) => thing.tags?.add("c"), { UpdateExpression: 'ADD tags {"SS":["c"]}' }],
    ["elements that left a set", (thing) => thing.tags?.delete("a"), { UpdateExpression: 'DELETE tags {"SS":["a"]}' }],
    [
      "a list as one value",
      (thing) => thing.texts?.push("y"),
      { UpdateExpression: 'SET texts = {"L":[{"S":"x"},{"S":"y"}]}' },
    ],
  ])("%s", async (_, change, parameters) => {
    const { engine, requests, thing } = await loaded();
    change(thing);
    await engine.save(thing);
    expect(requests()).toEqual(Object.keys(parameters).length === 0 ? [] : [{ ...update, ...parameters }]);
    await engine.save(thing);
    expect(requests()).toEqual([]);
  });

  test("of an object of its own model's table, under the name that the engine gives it", async () => {
    const { engine, requests } = scriptedEngine([], { tableName: ({ name }) => `my-${name}` });
    await engine.save(new Thing({ id: "1", name: "Ada" }));
    expect(requests()).toMatchObject([{ TableName: "my-Thing" }]);
  });
});

describe("guards", () => {
  test("added and removed elements together are sent as the merged set, under a guard", async () => {
    const { engine, requests, thing } = await loaded();
    thing.tags = new Set(["b", "c"]);
    await engine.save(thing);
    expect(requests()).toEqual([
      {
        ...update,
        UpdateExpression: 'SET tags = {"SS":["b","c"]}',
        ConditionExpression: 'tags = {"SS":["a","b"]}',
        ...conditional,
      },
    ]);
  });

  test("a nested set is merged under a guard", async () => {
    const { engine, requests, thing } = await loaded();
    thing.place?.geo?.codes?.add("q");
    await engine.save(thing);
    expect(requests()).toEqual([
      {
        ...update,
        UpdateExpression: 'SET place.geo.codes = {"SS":["p","q"]}',
        ConditionExpression: 'place.geo.codes = {"SS":["p"]}',
        ...conditional,
      },
    ]);
  });

  test("after a failed guard, the save is planned again onto the present item", async () => {
    const theirs = { ...stored, tags: { SS: ["a", "b", "theirs"] } };
    const { engine, requests, thing } = await loaded(conditionFailed(theirs));
    thing.tags = new Set(["b", "c"]);
    await engine.save(thing);
    expect(requests()[1]).toEqual({
      ...update,
      UpdateExpression: 'SET tags = {"SS":["b","theirs","c"]}',
      ConditionExpression: 'tags = {"SS":["a","b","theirs"]}',
      ...conditional,
    });
  });

  test("if a map is gone, the item is read, and a map with only the change is put there under a guard", async () => {
    const { place: _, ...without } = stored;
    const { engine, requests, thing } = await loaded(pathGone(), { Item: without });
    Object.assign(thing.place?.geo ?? {}, { lat: 60 });
    await engine.save(thing);
    const [first, read, second] = requests();
    expect(first).toMatchObject({ UpdateExpression: "SET place.geo.lat = 60" });
    expect(read).toEqual({ operation: "GetItem", TableName: "Thing", Key, ConsistentRead: true });
    expect(second).toEqual({
      ...update,
      UpdateExpression: 'SET place = {"M":{"geo":{"M":{"lat":{"N":"60"}}}}}',
      ConditionExpression: "attribute_not_exists(place)",
      ...conditional,
    });
  });

  test("the caller's condition is sent with the guards, and its failure is not retried", async () => {
    const { engine, requests, thing } = await loaded(conditionFailed(stored));
    thing.tags = new Set(["b", "c"]);
    await expect(engine.save(thing, { condition: Thing.count.gt(3) })).rejects.toThrow(ConstraintViolation);
    expect(requests()).toMatchObject([{ ConditionExpression: '(count > 3) AND (tags = {"SS":["a","b"]})' }]);
  });

  test("a map is put at a place without one; if there is one by now, the keys go into it", async () => {
    const theirs = { ...Key, place: { M: { theirs: { S: "kept" } } } };
    const { engine, requests } = scriptedEngine([{ Item: Key }, conditionFailed(theirs)]);
    const thing = await engine.get(Thing, { id: "1" });
    requests();
    await engine.save(Object.assign(there(thing), { place: { city: "Oslo" } }));
    const [first, second] = requests();
    expect(first).toEqual({
      ...update,
      UpdateExpression: 'SET place = {"M":{"city":{"S":"Oslo"}}}',
      ConditionExpression: "attribute_not_exists(place)",
      ...conditional,
    });
    expect(second).toEqual({ ...update, UpdateExpression: 'SET place.city = "Oslo"' });
  });
});

describe("condition", () => {
  test("is sent, and asks for the item in case it fails", async () => {
    const { engine, requests } = scriptedEngine();
    await engine.save(new Thing({ id: "1", name: "Ada" }), { condition: ifNotExists(Thing) });
    expect(requests()).toEqual([
      {
        ...update,
        UpdateExpression: 'SET name = "Ada"',
        ConditionExpression: "attribute_not_exists(id)",
        ...conditional,
      },
    ]);
  });

  test("sends a request even for an unchanged object", async () => {
    const { engine, requests, thing } = await loaded();
    await engine.save(thing, { condition: Thing.count.eq(1) });
    expect(requests()).toEqual([{ ...update, ConditionExpression: "count = 1", ...conditional }]);
  });

  test("rejects with a ConstraintViolation that has the stored item, and leaves the object unchanged", async () => {
    const { engine, requests, thing, answer } = await loaded(conditionFailed({ ...stored, count: { N: "9" } }));
    thing.name = "Grace";
    const error = await engine.save(thing, { condition: Thing.count.eq(1) }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ConstraintViolation);
    expect(error.current).toBeInstanceOf(Thing);
    expect([error.current.count, error.object, thing.count]).toEqual([9, thing, 1]);
    expect(requests()).toHaveLength(1);
    answer({});
    await engine.save(thing);
    expect(requests()).toMatchObject([{ UpdateExpression: 'SET name = "Grace"' }]);
  });
});

describe("atomic", () => {
  test("compares every known column, and no unknown one", async () => {
    const { engine, requests, thing } = await loaded();
    thing.name = "Grace";
    await engine.save(thing, { atomic: true });
    const [request] = requests();
    expect(request).toEqual({
      ...update,
      UpdateExpression: 'SET name = "Grace"',
      ConditionExpression: [
        "(attribute_exists(id))",
        '(name = "Ada")',
        "(count = 1)",
        '(tags = {"SS":["a","b"]})',
        '(texts = {"L":[{"S":"x"}]})',
        `(place = ${JSON.stringify(stored.place)})`,
      ].join(" AND "),
      ...conditional,
    });
  });

  test("requires that a missing column is still missing", async () => {
    const { engine, requests } = scriptedEngine([{ Item: Key }]);
    const thing = await engine.get(Thing, { id: "1" });
    requests();
    await engine.save(Object.assign(there(thing), { count: 2 }), { atomic: true });
    expect(requests()[0]?.["ConditionExpression"]).toBe(
      "(attribute_exists(id)) AND (attribute_not_exists(name)) AND (attribute_not_exists(count)) AND " +
        "(attribute_not_exists(tags)) AND (attribute_not_exists(texts)) AND (attribute_not_exists(place))",
    );
  });

  test("requires for a new object that there is no item", async () => {
    const { engine, requests } = scriptedEngine();
    await engine.save(new Thing({ id: "1", name: "Ada" }), { atomic: true });
    expect(requests()).toMatchObject([{ ConditionExpression: "attribute_not_exists(id)" }]);
  });

  test("sends a request even for an unchanged object; atomic: false sends none", async () => {
    const { engine, requests, thing } = await loaded();
    await engine.save(thing, { atomic: false });
    expect(requests()).toEqual([]);
    await engine.save(thing, { atomic: true });
    expect(requests()).toHaveLength(1);
  });

  test("needs no guard for a column that it compares", async () => {
    const { engine, requests, thing } = await loaded();
    thing.tags = new Set(["b", "c"]);
    await engine.save(thing, { atomic: true });
    expect(String(requests()[0]?.["ConditionExpression"]).match(/tags/g)).toHaveLength(1);
  });
});

describe("returning and sync", () => {
  test('returning: "old" resolves with the earlier values, as a separate object', async () => {
    const { engine, requests, thing } = await loaded({ Attributes: { ...stored, count: { N: "9" } } });
    thing.name = "Grace";
    const old = await engine.save(thing, { returning: "old" });
    expect([old?.name, old?.count, thing.name, thing.count]).toEqual(["Ada", 9, "Grace", 1]);
    expect(requests()).toEqual([{ ...update, UpdateExpression: 'SET name = "Grace"', ReturnValues: "ALL_OLD" }]);
  });

  test('returning: "old" sends a request even for an unchanged object, and resolves with undefined if there was no item', async () => {
    const { engine, requests, thing } = await loaded({});
    expect(await engine.save(thing, { returning: "old" })).toBeUndefined();
    expect(requests()).toEqual([{ ...update, ReturnValues: "ALL_OLD" }]);
  });

  test('sync: "new" fills the object with the stored values after the write', async () => {
    const { engine, requests, thing } = await loaded({
      Attributes: { ...stored, name: { S: "Grace" }, count: { N: "9" } },
    });
    thing.name = "Grace";
    await engine.save(thing, { sync: "new" });
    expect([thing.name, thing.count]).toEqual(["Grace", 9]);
    expect(requests()).toEqual([{ ...update, UpdateExpression: 'SET name = "Grace"', ReturnValues: "ALL_NEW" }]);
    await engine.save(thing);
    expect(requests()).toEqual([]);
  });

  test("returning excludes sync, actions and once", async () => {
    const { engine, requests } = scriptedEngine();
    const thing = new Thing({ id: "1" });
    for (const other of [{ sync: "new" }, { actions: { count: add(1) } }, { once: true }] as const) {
      await expect(engine.save(thing, { ...other, returning: "old" } as never)).rejects.toThrow(InvalidOption);
    }
    expect(requests()).toEqual([]);
  });
});

describe("actions", () => {
  test("are sent with the save, once, and their results are put onto the object", async () => {
    const { engine, requests, thing } = await loaded({
      Attributes: { ...stored, name: { S: "Grace" }, count: { N: "8" }, tags: { SS: ["a", "b", "z"] } },
    });
    thing.name = "Grace";
    await engine.save(thing, { actions: { count: add(5), tags: addTo("z"), texts: append("y") } });
    expect([thing.count, thing.tags]).toEqual([8, new Set(["a", "b", "z"])]);
    expect(requests()).toEqual([
      {
        ...update,
        UpdateExpression:
          'SET name = "Grace", texts = list_append(if_not_exists(texts, {"L":[]}), {"L":[{"S":"y"}]}) ADD count 5, tags {"SS":["z"]}',
        // The sum is a number that its column can load (D22).
        ConditionExpression: "(NOT (count < -9007199254740991)) AND (NOT (count > 9007199254740986))",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        ReturnValues: "ALL_NEW",
      },
    ]);
    await engine.save(thing);
    expect(requests()).toEqual([]);
  });

  test("are refused on a column that the save writes too", async () => {
    const { engine, requests, thing } = await loaded();
    thing.count = 5;
    await expect(engine.save(thing, { actions: { count: add(1) } })).rejects.toThrow(InvalidValue);
    expect(requests()).toEqual([]);
  });
});

describe("past 4 KB of expression", () => {
  const Wide = model("Wide", { id: string().hashKey(), rows: record(string()), name: string() });
  const rows = (count: number, value: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`row${index}`, value]));
  const attributes = (count: number, value: string) =>
    Object.fromEntries(Object.keys(rows(count, value)).map((name) => [name, { S: value }]));

  test("the column with the most changes is sent as one value, under a guard", async () => {
    const item = { ...Key, rows: { M: { ...attributes(500, "x"), theirs: { S: "kept" } } } };
    const { engine, requests } = scriptedEngine([{ Item: item }]);
    const wide = await engine.get(Wide, { id: "1" });
    requests();
    await engine.save(Object.assign(there(wide), { name: "y", rows: { ...wide?.rows, ...rows(500, "y") } }));
    const whole = { M: { ...attributes(500, "y"), theirs: { S: "kept" } } };
    const [request] = requests();
    expect(request).toMatchObject({ ConditionExpression: `rows = ${JSON.stringify(item.rows)}` });
    expect(request?.["UpdateExpression"]).toContain(`rows = ${JSON.stringify(whole)}`);
    expect(request?.["UpdateExpression"]).toContain('name = "y"');
  });

  test("more columns than one update takes are refused before a request", async () => {
    const columns = Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`column${index}`, string()]));
    const Large = model("Large", { id: string().hashKey(), ...columns });
    const { engine, requests } = scriptedEngine([{ Item: Key }]);
    const large = there(await engine.get(Large, { id: "1" }));
    requests();
    for (const name of Object.keys(columns)) Reflect.set(large, name, "x");
    await expect(engine.save(large)).rejects.toThrow("700 columns changed, which make an expression of");
    expect(requests()).toEqual([]);
  });
});

describe("signals", () => {
  test("objectModified has the changes, and objectSaved follows", async () => {
    const { engine, thing } = await loaded();
    const events: unknown[] = [];
    engine.on("objectModified", ({ changes }) => events.push(changes));
    engine.on("objectSaved", ({ object }) => events.push(object));
    thing.count = 2;
    await engine.save(thing);
    expect(events).toEqual([[{ path: ["count"], before: 1, after: 2 }], thing]);
  });
});

describe("after a write whose result can't be put onto the object", () => {
  test("if the item is gone, the columns with actions are taken off the object", async () => {
    const { engine, thing, requests } = await loaded({}, {});
    await engine.save(thing, { once: true, actions: { count: add(1) } });
    expect(Object.keys(thing)).not.toContain("count");
    requests();
    await engine.save(thing);
    expect(requests()).toEqual([]);
  });

  test("if the item does not load, the error says that the write is done", async () => {
    const { engine, thing } = await loaded({ Attributes: { ...stored, count: { S: "many" } } });
    const saving = engine.save(thing, { actions: { count: add(1) } });
    await expect(saving).rejects.toThrow("The write before it is done.");
    await expect(saving).rejects.toMatchObject({ isWritten: true });
    expect(Object.keys(thing)).not.toContain("count");
  });
});

test("an action on a value of another kind is refused before a request, and the error names the place", async () => {
  const item = { ...Key, place: { M: { geo: { S: "text" } } } };
  const { engine, requests } = scriptedEngine([{ Item: item }]);
  const thing = await engine.get(Thing, { id: "1" }, { onInvalid: "omit" });
  requests();
  const saving = engine.save(there(thing), { actions: { place: merge({ geo: merge({ lat: add(1) }) }) } as never });
  await expect(saving).rejects.toThrow("Thing.place.geo");
  expect(requests()).toEqual([]);
});

describe("once", () => {
  const transaction = (write: object) => ({
    operation: "TransactWriteItems",
    TransactItems: [{ Update: { TableName: "Thing", Key, ...write } }],
    ClientRequestToken: token,
  });

  test("is a transaction of one, with an id", async () => {
    const { engine, requests } = scriptedEngine();
    await engine.save(new Thing({ id: "1", name: "Ada" }), { once: true, condition: ifNotExists(Thing) });
    expect(requests()).toEqual([
      transaction({
        UpdateExpression: 'SET name = "Ada"',
        ConditionExpression: "attribute_not_exists(id)",
        ...conditional,
      }),
    ]);
  });

  test('with sync: "new", reads the item consistently after it', async () => {
    const { engine, requests, thing } = await loaded(
      {},
      { Item: { ...stored, name: { S: "Grace" }, count: { N: "9" } } },
    );
    thing.name = "Grace";
    await engine.save(thing, { once: true, sync: "new" });
    expect(thing.count).toBe(9);
    expect(requests()[1]).toEqual({ operation: "GetItem", TableName: "Thing", Key, ConsistentRead: true });
  });

  test("after a conflict, the same transaction is sent again", async () => {
    const { engine, requests, thing } = await loaded(transactionCanceled("TransactionConflict"));
    thing.name = "Grace";
    await engine.save(thing, { once: true });
    const [first, second] = requests();
    expect(second).toEqual(first);
  });

  test("after a failed guard, another transaction is sent", async () => {
    const theirs = { ...stored, tags: { SS: ["theirs"] } };
    const failed = transactionCanceled({ Code: "ConditionalCheckFailed", Item: theirs });
    const { engine, requests, thing } = await loaded(failed);
    thing.tags = new Set(["b", "c"]);
    await engine.save(thing, { once: true });
    const [first, second] = requests();
    expect(second).toEqual(
      transaction({
        UpdateExpression: 'SET tags = {"SS":["theirs","c"]}',
        ConditionExpression: 'tags = {"SS":["theirs"]}',
        ...conditional,
      }),
    );
    expect(second?.["ClientRequestToken"]).not.toBe(first?.["ClientRequestToken"]);
  });

  test("a failed condition is a ConstraintViolation, as without once", async () => {
    const failed = transactionCanceled({ Code: "ConditionalCheckFailed", Item: stored });
    const { engine } = scriptedEngine([failed]);
    const saving = engine.save(new Thing({ id: "1" }), { once: true, condition: ifNotExists(Thing) });
    await expect(saving).rejects.toMatchObject({ name: "ConstraintViolation", current: { name: "Ada" } });
  });
});

describe("a version", () => {
  test("is 1 after the first save, which requires that there is no item", async () => {
    const { engine, requests } = scriptedEngine();
    const versioned = new Versioned({ id: "1", name: "Ada" });
    await engine.save(versioned);
    expect(versioned.version).toBe(1);
    expect(requests()).toEqual([
      {
        ...update,
        TableName: "Versioned",
        UpdateExpression: 'SET name = "Ada", version = 1',
        ConditionExpression: "attribute_not_exists(id)",
        ...conditional,
      },
    ]);
  });

  test("is compared and raised by each further save", async () => {
    const { engine, requests } = scriptedEngine([{ Item: { ...Key, name: { S: "Ada" }, version: { N: "4" } } }]);
    const versioned = await engine.get(Versioned, { id: "1" });
    requests();
    await engine.save(Object.assign(there(versioned), { name: "Grace" }));
    expect(versioned?.version).toBe(5);
    expect(requests()).toMatchObject([
      { UpdateExpression: 'SET name = "Grace", version = 5', ConditionExpression: "version = 4" },
    ]);
  });

  test("requires an item without a version if the object was loaded without one", async () => {
    const { engine, requests } = scriptedEngine([{ Item: { ...Key, name: { S: "Ada" } } }]);
    const versioned = await engine.get(Versioned, { id: "1" });
    requests();
    await engine.save(Object.assign(there(versioned), { name: "Grace" }));
    expect(requests()).toMatchObject([
      { ConditionExpression: "(attribute_exists(id)) AND (attribute_not_exists(version))" },
    ]);
  });

  test("mismatch is a ConstraintViolation with both versions, and the object keeps its own", async () => {
    const current = { ...Key, name: { S: "theirs" }, version: { N: "7" } };
    const { engine, requests } = scriptedEngine([conditionFailed(current)]);
    const versioned = new Versioned({ id: "1", name: "mine", version: 4 });
    const error = await engine.save(versioned).catch((thrown) => thrown);
    expect(error).toMatchObject({ version: { expected: 4, stored: 7 }, current: { name: "theirs", version: 7 } });
    expect(versioned.version).toBe(4);
    expect(requests()).toHaveLength(1);
  });
});

describe("failures", () => {
  test("after a conflict with a transaction, the same request is sent again", async () => {
    const { engine, requests, thing } = await loaded(sdkError("TransactionConflictException"));
    thing.name = "Grace";
    await engine.save(thing);
    const [first, second] = requests();
    expect(second).toEqual(first);
  });

  test("after a failed save, the next save sends the same changes", async () => {
    const { engine, requests, thing } = await loaded(sdkError("InternalServerError"));
    thing.name = "Grace";
    thing.tags?.add("c");
    await expect(engine.save(thing)).rejects.toThrow("UpdateItem failed. InternalServerError");
    await engine.save(thing);
    const [first, second] = requests();
    expect(second).toEqual(first);
  });

  test("an aborted signal sends nothing", async () => {
    const { engine, thing } = await loaded(sdkError("AbortError"));
    thing.name = "Grace";
    const saving = engine.save(thing, { signal: AbortSignal.abort(new Error("enough")) });
    await expect(saving).rejects.toThrow("enough");
  });
});

describe("of several objects", () => {
  test("each has its own request, and an object that is given twice has one", async () => {
    const { engine, requests } = scriptedEngine([{ Attributes: stored }, {}]);
    const [one, two] = [new Thing({ id: "1", name: "Ada" }), new Thing({ id: "2", name: "Grace" })];
    const old = await engine.save([one, two, one], { returning: "old" });
    expect(old.map((thing) => thing?.count)).toEqual([1, undefined, 1]);
    expect(requests().map((request) => request["Key"])).toEqual([Key, { id: { S: "2" } }]);
  });

  test("the failed ones are listed in the error, and the others are saved", async () => {
    const { engine } = scriptedEngine([{}, sdkError("InternalServerError"), {}]);
    const things = ["1", "2", "3"].map((id) => new Thing({ id, name: "x" }));
    const error = await engine.save(things).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "WriteFailures", written: 2, taken: 3 });
    expect(error.failures.map(({ object }: { object: object }) => object)).toEqual([things[1]]);
  });
});

test("a new object with more columns than one update takes is put, under the condition that there is no item", async () => {
  const columns = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`column${index}`, string()]));
  const Wide = model("Wide", { id: string().hashKey(), ...columns });
  const values = Object.fromEntries(Object.keys(columns).map((name) => [name, "x"]));
  const { engine, requests, answer } = scriptedEngine();
  await engine.save(new Wide({ id: "1", ...values }));
  const [request] = requests();
  expect(request).toMatchObject({ operation: "PutItem", ConditionExpression: "attribute_not_exists(id)" });
  expect(Object.keys(request?.["Item"] as object)).toHaveLength(601);
  await engine.save(new Wide({ id: "1", ...values }), { condition: Wide.id.ne("2") });
  expect(requests()).toMatchObject([
    { operation: "PutItem", ConditionExpression: '(id <> "2") AND (attribute_not_exists(id))' },
  ]);
  answer(conditionFailed({ id: { S: "1" }, column0: { S: "theirs" } }));
  await expect(engine.save(new Wide({ id: "1", ...values }))).rejects.toThrow(ConstraintViolation);
});
