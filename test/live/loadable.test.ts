/** What bloop stores, bloop can load: no operation that is accepted makes an item that its model can't load. */

import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  add,
  addTo,
  bigint,
  ConstraintViolation,
  changes,
  datetime,
  deleteFrom,
  Engine,
  InvalidValue,
  integer,
  type Json,
  json,
  list,
  map,
  merge,
  model,
  number,
  record,
  remove,
  set,
  setIfMissing,
  string,
  TransactionCanceled,
  timestamp,
  uuid,
} from "bloop-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { live } from "../support/live.js";

const { client, engine, tableName, sent } = live("loadable");

const Numbers = model("Numbers", {
  id: string().hashKey(),
  n: number(),
  exact: number({ inexact: "error" }),
  whole: integer(),
  big: bigint(),
  at: timestamp(),
  m: map({ n: number(), whole: integer(), text: string() }),
  all: list(map({ n: number(), text: string(), inner: map({ n: number() }) })),
  plain: list(number()),
  text: string(),
});
const Home = model("Home", {
  id: string().hashKey(),
  name: string(),
  home: map({ city: string().required(), zip: string(), geo: map({ lat: number().required(), lon: number() }) }),
  homes: record(map({ city: string().required(), zip: string(), tags: set(string()).required() })),
});
const Person = model("Person", {
  id: string().hashKey(),
  email: string().required(),
  age: number(),
  tags: set(string()),
});
const Tagged = model("Tagged", {
  id: string().hashKey(),
  tags: set(string()).required(),
  m: map({ tags: set(string()).required(), n: number() }),
  n: number(),
});
const Ids = model("Ids", {
  id: string().hashKey(),
  ids: set(uuid()),
  times: set(datetime()),
  numbers: set(number()),
  n: number(),
});

beforeAll(() => engine.bind([Numbers, Home, Person, Tagged, Ids]));

let ids = 0;
const fresh = () => `l${ids++}`;

async function put(Model: string, id: string, item: object): Promise<void> {
  const Item = { id: { S: id }, ...item } as never;
  await client.send(new PutItemCommand({ TableName: tableName(Model), Item }));
}

/** The item without its key, as DynamoDB has it. */
async function raw(Model: string, id: string): Promise<Record<string, unknown> | undefined> {
  const Key = { id: { S: id } };
  const { Item } = await client.send(new GetItemCommand({ TableName: tableName(Model), Key, ConsistentRead: true }));
  if (Item === undefined) return undefined;
  const { id: _, ...rest } = Item;
  return rest;
}

async function loaded<O>(Model: new (values: never) => O, id: string): Promise<O> {
  const found = await engine.get(Model as never, { id } as never, { consistent: true });
  if (found === undefined) throw new Error("gone");
  return found as O;
}

describe("numbers (D22)", () => {
  test("sums of fractions load as the nearest double, wherever they are made", async () => {
    const id = fresh();
    await engine.update(Numbers, { id }, { n: add(12.345678901234) });
    const updated = await engine.update(Numbers, { id }, { n: add(98765.43210987654) });
    expect(await raw("Numbers", id)).toEqual({ n: { N: "98777.777788777774" } });
    expect(updated.n).toBe(98777.77778877778);
    await engine.transaction((transaction) => transaction.update(Numbers, { id }, { n: add(0.1) }));
    await engine.update(Numbers, { id }, { m: { n: 0.1 } });
    for (let count = 0; count < 20; count++)
      await engine.update(Numbers, { id }, { n: add(Math.random() * 100), m: merge({ n: add(Math.random() * 100) }) });
    await loaded(Numbers, id);
    expect(await engine.scan(Numbers).count()).toBeGreaterThan(0);
    const modified = await engine.modify(Numbers, { id }, (object) => void Object.assign(object, { text: "new" }));
    expect(modified.text).toBe("new");
  });

  const long = "0.12345678901234567890123456789";
  const start = {
    n: { N: long },
    m: { M: { n: { N: long }, text: { S: "t" }, unknown: { N: long } } },
    all: { L: ["a", "b", "c"].map((S, index) => ({ M: { n: { N: `${index}${long.slice(1)}` }, text: { S } } })) },
    plain: { L: [{ N: "1" }, { N: long }, { N: `-${long}` }] },
  };
  type Numbers = InstanceType<typeof Numbers>;
  const edits: readonly (readonly [string, (object: Numbers) => void, (item: typeof start) => object])[] = [
    ["nothing", () => {}, (item) => item],
    [
      "another column",
      (object) => void Object.assign(object, { text: "x" }),
      (item) => ({ ...item, text: { S: "x" } }),
    ],
    ["the same number", (object) => void Object.assign(object, { n: object.n }), (item) => item],
    [
      "another key of the map",
      (object) => void Object.assign(object, { m: { ...object.m, text: "x" } }),
      (item) => ({ ...item, m: { M: { ...item.m.M, text: { S: "x" } } } }),
    ],
    [
      "an element added",
      (object) => void object.plain?.push(5),
      (item) => ({ ...item, plain: { L: [...item.plain.L, { N: "5" }] } }),
    ],
    [
      "the first element taken out",
      (object) => void object.plain?.shift(),
      (item) => ({ ...item, plain: { L: item.plain.L.slice(1) } }),
    ],
    [
      "the order of elements",
      (object) => void object.all?.reverse(),
      (item) => ({ ...item, all: { L: item.all.L.toReversed() } }),
    ],
    [
      "elements that move and change",
      (object) => {
        object.all?.shift();
        for (const one of object.all ?? []) one.text = "x";
        object.all?.reverse();
      },
      (item) => ({
        ...item,
        all: {
          L: item.all.L.slice(1)
            .map(({ M }) => ({ M: { ...M, text: { S: "x" } } }))
            .toReversed(),
        },
      }),
    ],
    [
      "the map as a new object",
      (object) => void Object.assign(object, { m: { n: object.m?.n, text: "y", whole: 1 } }),
      (item) => ({ ...item, m: { M: { ...item.m.M, text: { S: "y" }, whole: { N: "1" } } } }),
    ],
  ];

  test.each(edits)("no stored digit is lost by a save that did not assign it: %s", async (_, change, mean) => {
    const id = fresh();
    await put("Numbers", id, start);
    const object = await loaded(Numbers, id);
    change(object);
    await engine.save(object);
    expect(await raw("Numbers", id)).toEqual(mean(start));
    expect(changes(object)).toEqual([]);
    sent();
    await engine.save(object);
    expect(sent()).toEqual([]);
  });

  test("nor by whole columns, past the limits of an expression", async () => {
    const id = fresh();
    const Wide = model("Numbers", { id: string().hashKey(), scores: record(number()) });
    const keys = Array.from({ length: 400 }, (_, index) => `k${index}`);
    await put("Numbers", id, {
      scores: { M: Object.fromEntries([...keys, "other"].map((key) => [key, { N: long }])) },
    });
    const object = await loaded(Wide, id);
    object.scores = { ...object.scores, ...Object.fromEntries(keys.map((key) => [key, 1])) };
    await engine.save(object);
    const stored = (await raw("Numbers", id))?.["scores"] as { M: Record<string, { N: string }> };
    expect(stored.M["other"]).toEqual({ N: long });
    expect(stored.M["k399"]).toEqual({ N: "1" });
  });

  const limit = 2 ** 53 - 1;
  const sums: readonly (readonly [string, object, Record<string, unknown>])[] = [
    ["integer()", { whole: { N: `${limit}` } }, { whole: add(1) }],
    ["integer(), downwards", { whole: { N: `-${limit}` } }, { whole: add(-1) }],
    ["number()", { n: { N: `${limit}` } }, { n: add(1) }],
    ["number(), past it already", { n: { N: "100000000000000000000" } }, { n: add(-1) }],
    ["a key of a map", { m: { M: { whole: { N: `${limit}` } } } }, { m: merge({ whole: add(1) }) }],
    ["timestamp()", { at: { N: "253402300799" } }, { at: add(new Date(1000)) }],
    ['number({ inexact: "error" })', { exact: { N: "0.1234567890123456" } }, { exact: add(4096) }],
  ];

  test.each(sums)("a sum that could not be loaded is refused, and nothing is written: %s", async (_, item, update) => {
    const id = fresh();
    await put("Numbers", id, item);
    const refused = engine.update(Numbers, { id }, update as never);
    await expect(refused).rejects.toBeInstanceOf(ConstraintViolation);
    await expect(refused).rejects.toThrow("would come to one that its column can't load");
    const mine = await loaded(Numbers, id);
    await expect(engine.save(mine, { actions: update as never })).rejects.toBeInstanceOf(ConstraintViolation);
    const committed = engine.transaction((transaction) => transaction.update(Numbers, { id }, update as never));
    await expect(committed).rejects.toBeInstanceOf(TransactionCanceled);
    expect(await raw("Numbers", id)).toEqual(item);
  });

  test("nothing is added to whatever is there", async () => {
    const id = fresh();
    await put("Numbers", id, { whole: { N: `${limit}` }, n: { N: "1E20" } });
    const updated = await engine.update(Numbers, { id }, { whole: add(0), n: add(0), m: merge({ whole: add(0) }) });
    expect(updated).toMatchObject({ whole: limit, n: 1e20, m: { whole: 0 } });
  });

  test("a sum that can be loaded is made, up to the last number", async () => {
    const id = fresh();
    await put("Numbers", id, { whole: { N: `${limit - 1}` }, exact: { N: "0.5" }, n: { N: "0.1" } });
    const changed = { whole: add(1), exact: add(4), n: add(0.2), big: add(1n), at: add(new Date(5000)) };
    expect(await engine.update(Numbers, { id }, changed)).toMatchObject({ whole: limit, exact: 4.5, n: 0.3, big: 1n });
    expect(await engine.update(Numbers, { id }, { exact: add(-4), m: merge({ whole: add(limit) }) })).toMatchObject({
      exact: 0.5,
      m: { whole: limit },
    });
  });

  test("many additions to an exact number all count", async () => {
    const id = fresh();
    await Promise.all(Array.from({ length: 12 }, () => engine.update(Numbers, { id }, { exact: add(1) })));
    expect((await loaded(Numbers, id)).exact).toBe(12);
  });

  test("fractions are not added to an exact number, and its inexact ones don't load", async () => {
    const id = fresh();
    await expect(engine.update(Numbers, { id }, { exact: add(0.5) })).rejects.toThrow("add() takes whole numbers here");
    await put("Numbers", id, { exact: { N: long } });
    await expect(engine.get(Numbers, { id })).rejects.toThrow("does not fit a JavaScript number exactly");
    await put("Numbers", id, { n: { N: "9007199254740993" } });
    await expect(engine.get(Numbers, { id })).rejects.toThrow("does not fit a JavaScript number exactly");
  });
});

describe("required columns and keys (D23)", () => {
  test("a merge() makes no map without its required keys", async () => {
    const id = fresh();
    await engine.save(new Home({ id, name: "n" }));
    for (const change of [
      { home: merge({ zip: "1" }) },
      { home: merge({ city: "Oslo", geo: merge({ lon: 1 }) }) },
      { homes: merge({ k: merge({ zip: "1", city: "Oslo" }) }) },
      { homes: merge({ k: merge({ city: "Oslo", tags: deleteFrom("x") }) }) },
    ]) {
      const refused = engine.update(Home, { id }, change as never);
      await expect(refused).rejects.toBeInstanceOf(ConstraintViolation);
      await expect(refused).rejects.toThrow("the write would make one without");
      await expect(engine.save(await loaded(Home, id), { actions: change as never })).rejects.toThrow(
        "the write would make one without",
      );
      await expect(
        engine.transaction((transaction) => transaction.update(Home, { id }, change as never)),
      ).rejects.toMatchObject({ reasons: [{ code: "ConditionalCheckFailed" }] });
      await expect(engine.update(Home, { id }, change as never, { once: true })).rejects.toBeInstanceOf(
        ConstraintViolation,
      );
    }
    expect(await raw("Home", id)).toEqual({ name: { S: "n" } });
    const made = await engine.update(Home, { id }, { home: merge({ city: "Oslo", zip: "1", geo: merge({ lat: 1 }) }) });
    expect(made.home).toEqual({ city: "Oslo", zip: "1", geo: { lat: 1 } });
  });

  test("a stale save puts no part of a map where a rival has removed it", async () => {
    const id = fresh();
    await engine.save(
      new Home({ id, home: { city: "Oslo", geo: { lat: 1 } }, homes: { k: { city: "a", tags: new Set("x") } } }),
    );
    const [first, second] = [await loaded(Home, id), await loaded(Home, id)];
    const third = await loaded(Home, id);
    first.home = undefined;
    first.homes = {};
    await engine.save(first);
    Object.assign(second.home ?? {}, { zip: "1" });
    await expect(engine.save(second)).rejects.toThrow(
      'there is no map at home, and the write would make one without "city"',
    );
    third.homes?.["k"]?.tags.add("y");
    await expect(engine.transaction((transaction) => transaction.save(third))).rejects.toBeInstanceOf(
      TransactionCanceled,
    );
    expect(await raw("Home", id)).toEqual({ homes: { M: {} } });
    Object.assign(second.home ?? {}, { city: "Bergen" });
    await expect(engine.save(second)).resolves.toBeUndefined();
    await loaded(Home, id);
  });

  test("a map that lacks a required key may be changed: it is as old as the items of a new key", async () => {
    const id = fresh();
    await put("Home", id, { home: { M: { zip: { S: "1" } } } });
    await expect(
      engine.update(Home, { id }, { home: merge({ zip: "2" }) }, { onInvalid: "omit" }),
    ).resolves.toBeDefined();
    await engine.update(Home, { id }, { home: merge({ city: "Oslo" }) });
    expect((await loaded(Home, id)).home).toEqual({ city: "Oslo", zip: "2" });
  });

  test("a save of a changed object makes no item without its required columns", async () => {
    const gone = async () => {
      const id = fresh();
      await engine.save(new Person({ id, email: "e", age: 1 }));
      const person = await loaded(Person, id);
      await engine.delete(new Person({ id, email: "e" }));
      person.age = 2;
      return person;
    };
    const person = await gone();
    const refused = engine.save(person);
    await expect(refused).rejects.toBeInstanceOf(ConstraintViolation);
    await expect(refused).rejects.toThrow('the write would make one without "email"');
    await expect(engine.save(person, { once: true })).rejects.toBeInstanceOf(ConstraintViolation);
    await expect(engine.save(person, { sync: "new" })).rejects.toBeInstanceOf(ConstraintViolation);
    await expect(engine.save(person, { actions: { tags: addTo("t") } })).rejects.toBeInstanceOf(ConstraintViolation);
    await expect(engine.transaction((transaction) => transaction.save(person))).rejects.toBeInstanceOf(
      TransactionCanceled,
    );
    const partly = await gone();
    const [found] = await engine.scan(Person, { projection: ["age"] }).all();
    expect(found?.age).not.toBe(2);
    expect(await raw("Person", person.id)).toBeUndefined();
    expect(await raw("Person", partly.id)).toBeUndefined();
    // All that it needs is given: it is an item again.
    person.email = "new";
    await engine.save(person);
    expect(await raw("Person", person.id)).toEqual({ email: { S: "new" }, age: { N: "2" } });
  });

  test("an item that is there, and is older than the required column, can be saved", async () => {
    const id = fresh();
    await put("Person", id, { age: { N: "1" } });
    const [old] = await engine.scan(Person, { filter: Person.id.eq(id), onInvalid: "omit" }).all();
    if (old === undefined) throw new Error("gone");
    old.age = 2;
    await engine.save(old);
    expect(await raw("Person", id)).toEqual({ age: { N: "2" } });
  });

  test("a required set keeps an element, whoever takes them out", async () => {
    const id = fresh();
    const start = () => new Set(["a", "b"]);
    await engine.save(new Tagged({ id, tags: start(), m: { tags: start() } }));
    const [first, second] = [await loaded(Tagged, id), await loaded(Tagged, id)];
    first.tags.delete("a");
    first.m?.tags.delete("a");
    second.tags.delete("b");
    await engine.save(first);
    await expect(engine.save(second)).rejects.toThrow("the set at tags is required, and would lose its last element");
    second.tags.add("b");
    second.m?.tags.delete("b");
    await expect(engine.save(second)).rejects.toThrow("the set at m.tags is required");
    for (const change of [{ tags: deleteFrom("b") }, { m: merge({ tags: deleteFrom("b") }), n: add(1) }] as never[]) {
      await expect(engine.update(Tagged, { id }, change)).rejects.toBeInstanceOf(ConstraintViolation);
      await expect(
        engine.transaction((transaction) => transaction.update(Tagged, { id }, change)),
      ).rejects.toBeInstanceOf(TransactionCanceled);
      await expect(engine.save(await loaded(Tagged, id), { actions: change })).rejects.toBeInstanceOf(
        ConstraintViolation,
      );
    }
    expect(await engine.update(Tagged, { id }, { tags: deleteFrom("a", "z") })).toMatchObject({ tags: new Set(["b"]) });
    await engine.update(Tagged, { id }, { tags: addTo("c"), m: merge({ tags: addTo("c") }) });
    const last = await engine.update(Tagged, { id }, { tags: deleteFrom("b"), m: merge({ tags: deleteFrom("b") }) });
    expect(last).toMatchObject({ tags: new Set(["c"]), m: { tags: new Set(["c"]) } });
  });
});

describe("elements of sets are found by their own value (D24)", () => {
  const upper = "6F1C2B34-8F0A-4D6E-9B1A-0C2D3E4F5A6B";
  const strangers: readonly (readonly [string, object])[] = [
    ["a UUID in upper case", { ids: { SS: [upper] } }],
    ["a time with an offset", { times: { SS: ["2026-01-31T12:34:56.789+01:00"] } }],
    ["a time without milliseconds", { times: { SS: ["2026-01-31T12:34:56Z"] } }],
    ["a number with more digits than a double has", { numbers: { NS: ["0.1234567890123456789"] } }],
  ];

  test.each(strangers)("another spelling is refused on load, and what to do is said: %s", async (_, item) => {
    const id = fresh();
    await put("Ids", id, item);
    await expect(engine.get(Ids, { id })).rejects.toThrow("declare the elements as they are stored");
    await expect(engine.get(Ids, { id })).rejects.toBeInstanceOf(InvalidValue);
    const omitted = await engine.get(Ids, { id }, { onInvalid: "omit" });
    if (omitted === undefined) throw new Error("gone");
    omitted.n = 1;
    await engine.save(omitted);
    expect(await raw("Ids", id)).toEqual({ ...item, n: { N: "1" } });
    await expect(engine.update(Ids, { id }, { ids: addTo(upper) })).rejects.toThrow();
  });

  test("whatever spelling is given, the one element is added and taken out", async () => {
    const id = fresh();
    await engine.update(Ids, { id }, { ids: addTo(upper), times: addTo(new Date(0)), numbers: addTo(0.1) });
    await engine.update(Ids, { id }, { ids: addTo(upper.toLowerCase()), numbers: addTo(0.1) });
    expect(await raw("Ids", id)).toMatchObject({ ids: { SS: [upper.toLowerCase()] } });
    const mine = await loaded(Ids, id);
    mine.ids?.add(upper);
    expect(changes(mine)).toEqual([]);
    const emptied = await engine.update(Ids, { id }, { ids: deleteFrom(upper), times: deleteFrom(new Date(0)) });
    expect(emptied).toEqual(new Ids({ id, numbers: new Set([0.1]) }));
  });
});

describe("a default that a load uses too (D26)", () => {
  const Old = model("Old", {
    id: string().hashKey(),
    plan: string("free", "paid").required().default("free", { onLoad: true }),
    tags: set(string()).default(new Set(), { onLoad: true }),
    prefs: map({ theme: string() }).default({ theme: "dark" }, { onLoad: true }),
    n: number(),
  });
  beforeAll(() => engine.bind(Old));

  test("old items load, and are not changed by it", async () => {
    const id = fresh();
    await put("Old", id, { n: { N: "1" } });
    const [old, other] = [await loaded(Old, id), await loaded(Old, id)];
    expect(old).toEqual(new Old({ id, n: 1 }));
    expect(old.prefs).not.toBe(other.prefs);
    expect(changes(old)).toEqual([]);
    old.n = 2;
    await engine.save(old);
    expect(await raw("Old", id)).toEqual({ n: { N: "2" } });
    expect(changes(old)).toEqual([]);
    expect(await engine.update(Old, { id }, { n: add(1) })).toEqual(new Old({ id, n: 3 }));
    expect(await engine.query(Old, { key: Old.id.eq(id) }).one()).toMatchObject({ plan: "free" });
    await engine.modify(Old, { id }, (object) => void Object.assign(object, { n: 9 }));
    expect(await raw("Old", id)).toEqual({ n: { N: "9" } });
    const added = await engine.update(Old, { id: fresh() }, { n: add(1) });
    expect(added).toMatchObject({ plan: "free", n: 1 });
  });

  test("a set is always a set, and what is assigned is stored", async () => {
    const id = fresh();
    await put("Old", id, {});
    const old = await loaded(Old, id);
    old.tags.add("x");
    old.prefs.theme = "light";
    old.plan = "paid";
    await engine.save(old, { atomic: true });
    expect(await raw("Old", id)).toEqual({
      plan: { S: "paid" },
      tags: { SS: ["x"] },
      prefs: { M: { theme: { S: "light" } } },
    });
    old.tags.clear();
    await engine.save(old);
    expect((await loaded(Old, id)).tags).toEqual(new Set());
  });

  test("two writers who add to a set that was not there both count", async () => {
    const id = fresh();
    await put("Old", id, {});
    const [first, second] = [await loaded(Old, id), await loaded(Old, id)];
    first.tags.add("a");
    second.tags.add("b");
    await engine.save([first, second]);
    expect((await loaded(Old, id)).tags).toEqual(new Set(["a", "b"]));
  });

  test("new objects store their defaults", async () => {
    const id = fresh();
    await engine.save(new Old({ id }));
    expect(await raw("Old", id)).toEqual({ plan: { S: "free" }, prefs: { M: { theme: { S: "dark" } } } });
  });

  test("items are brought up to a new required column by setIfMissing()", async () => {
    const id = fresh();
    await put("Old", id, {});
    await engine.update(Old, { id }, { plan: setIfMissing("free") });
    expect(await raw("Old", id)).toEqual({ plan: { S: "free" } });
  });

  test("update() and modify() take onInvalid, as the engine does", async () => {
    const id = fresh();
    await put("Person", id, { age: { N: "1" }, tags: { S: "no set" } });
    await expect(engine.update(Person, { id }, { age: add(1) })).rejects.toBeInstanceOf(InvalidValue);
    const updated = await engine.update(Person, { id }, { age: add(1) }, { onInvalid: "omit" });
    expect(updated).toEqual(expect.objectContaining({ id, age: 3 }));
    await expect(engine.modify(Person, { id }, () => undefined)).rejects.toBeInstanceOf(InvalidValue);
    const modified = await engine.modify(Person, { id }, (person) => void Object.assign(person, { age: 7 }), {
      onInvalid: "omit",
    });
    expect(modified.age).toBe(7);
    const lenient = new Engine({ dynamodb: client, tableName: "loadable-{tableName}", onInvalid: "omit" });
    await expect(lenient.update(Person, { id }, { age: 8 }, { onInvalid: "throw" })).rejects.toBeInstanceOf(
      InvalidValue,
    );
    expect(await raw("Person", id)).toEqual({ age: { N: "8" }, tags: { S: "no set" } });
  });
});

describe("what is not changed is not dumped (D27)", () => {
  const lossy = string().transform({
    load: (text) => ({ text }),
    dump: ({ text }: { text: string }) => {
      if (text === "legacy") throw new Error("it can't be dumped any more");
      return text;
    },
  });
  const Doc = model("Doc", {
    id: string().hashKey(),
    deep: json(),
    m: map({ deep: json(), n: number() }),
    all: list(map({ deep: json(), n: number() })),
    legacy: lossy,
    n: number(),
  });
  beforeAll(() => engine.bind(Doc));
  const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

  test.each([2_500, 20_000, 60_000])("JSON of %i levels stays as it is, whatever else changes", async (levels) => {
    const id = fresh();
    const deep = { S: nested(levels) };
    const start = {
      deep,
      m: { M: { deep } },
      all: { L: [{ M: { n: { N: "1" } } }, { M: { deep } }] },
      legacy: { S: "legacy" },
    };
    await put("Doc", id, start);
    const doc = await loaded(Doc, id);
    doc.n = 1;
    await engine.save(doc);
    Object.assign(doc.m ?? {}, { n: 2 });
    doc.all?.shift();
    Object.assign(doc.all?.[0] ?? {}, { n: 3 });
    await engine.save(doc);
    expect(await raw("Doc", id)).toEqual({
      ...start,
      n: { N: "1" },
      m: { M: { deep, n: { N: "2" } } },
      all: { L: [{ M: { deep, n: { N: "3" } } }] },
    });
    expect(changes(doc)).toEqual([]);
    await engine.modify(Doc, { id }, (object) => void Object.assign(object, { n: 4 }));
  });

  test("what is changed is dumped, and refused if it can't be", async () => {
    const id = fresh();
    await put("Doc", id, { deep: { S: nested(20_000) } });
    const doc = await loaded(Doc, id);
    doc.deep = [doc.deep as Json];
    await expect(engine.save(doc)).rejects.toBeInstanceOf(InvalidValue);
    doc.deep = undefined;
    await engine.save(doc);
    expect(await raw("Doc", id)).toEqual({});
    await engine.update(Doc, { id }, { deep: remove() });
  });
});
