/** modify(): read, change, write if nobody else did meanwhile; atomic saves, on which it stands. */

import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  add,
  binary,
  ConstraintViolation,
  type DynamoDBClientLike,
  Engine,
  type Item,
  integer,
  list,
  MissingObjects,
  map,
  merge,
  model,
  number,
  record,
  set,
  string,
  TransactionCanceled,
} from "bloop-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { live } from "../support/live.js";

const { client, engine, sent, tableName } = live("modify");
const Counter = model("Counter", { id: string().hashKey(), count: integer().required(), note: string() });
type Counter = Item<typeof Counter>;
const Deep = model("Deep", {
  id: string().hashKey(),
  n: number(),
  note: string().nullable(),
  list: list(map({ a: number().nullable() })),
  map: map({ n: number(), inner: record(number()) }),
  tags: set(number()),
  bytes: binary(),
});

beforeAll(() => engine.bind([Counter, Deep]));

let made = 0;
async function counter(count = 0) {
  const object = new Counter({ id: `${made++}`, count });
  await engine.save(object);
  return object;
}
const increment = (object: Counter) => {
  object.count += 1;
};

test("reads, writes what changed, and resolves with the object as written", async () => {
  const { id } = await counter(4);
  sent();
  const modified = await engine.modify(Counter, { id }, increment);
  expect(sent().map(({ name }) => name)).toEqual(["GetItem", "UpdateItem"]);
  expect(modified).toBeInstanceOf(Counter);
  expect(modified).toEqual(await engine.get(Counter, { id }));
  modified.note = "changed";
  await engine.save(modified);
  expect(await engine.get(Counter, { id })).toEqual(new Counter({ id, count: 5, note: "changed" }));
});

test("where somebody else wrote, takes the item of the failed response, and reads no more", async () => {
  const { id } = await counter();
  let rounds = 0;
  sent();
  const modified = await engine.modify(Counter, { id }, async (object) => {
    if (rounds++ < 3) await engine.update(Counter, { id }, { count: 10 * rounds });
    object.count += 1;
  });
  expect(modified.count).toBe(31);
  expect(sent().filter(({ name }) => name === "GetItem")).toHaveLength(1);
});

test("gives up after its attempts, with the last violation", async () => {
  const { id } = await counter();
  let rounds = 0;
  const failing = engine.modify(
    Counter,
    { id },
    async (object) => {
      await engine.update(Counter, { id }, { count: 10 * ++rounds });
      object.count += 1;
    },
    { attempts: 3 },
  );
  await expect(failing).rejects.toBeInstanceOf(ConstraintViolation);
  await expect(failing).rejects.toMatchObject({ current: { count: 30 }, object: { count: 21 } });
  expect(rounds).toBe(3);
});

test("a function that throws gives up, and nothing is written", async () => {
  const { id } = await counter(3);
  const failing = engine.modify(Counter, { id }, (object) => {
    object.count = 0;
    throw new Error("not enough");
  });
  await expect(failing).rejects.toThrow("not enough");
  expect(await engine.get(Counter, { id })).toMatchObject({ count: 3 });
});

test("a function that changes nothing writes nothing", async () => {
  const { id } = await counter(3);
  sent();
  expect(await engine.modify(Counter, { id }, () => {})).toMatchObject({ count: 3 });
  expect(sent().map(({ name }) => name)).toEqual(["GetItem"]);
});

test("a missing item is an error, or made where that is asked for", async () => {
  await expect(engine.modify(Counter, { id: "none" }, increment)).rejects.toBeInstanceOf(MissingObjects);
  const create = (key: { id: string }) => new Counter({ ...key, count: 10 });
  expect(await engine.modify(Counter, { id: "new" }, increment, { create })).toMatchObject({ id: "new", count: 11 });
  expect(await engine.modify(Counter, { id: "new" }, increment, { create })).toMatchObject({ id: "new", count: 12 });
});

test("making a missing item is free of races", async () => {
  const create = (key: { id: string }) => new Counter({ ...key, count: 0 });
  await Promise.all(
    Array.from({ length: 20 }, () => engine.modify(Counter, { id: "raced" }, increment, { create, attempts: 100 })),
  );
  expect(await engine.get(Counter, { id: "raced" }, { consistent: true })).toMatchObject({ count: 20 });
});

test("an item that is deleted meanwhile is missing, or made again", async () => {
  for (const create of [undefined, (key: { id: string }) => new Counter({ ...key, count: 100 })]) {
    const { id } = await counter(5);
    let rounds = 0;
    const modifying = engine.modify(
      Counter,
      { id },
      async (object) => {
        if (rounds++ === 0) await engine.delete(new Counter({ id, count: 0 }));
        object.count += 1;
      },
      create === undefined ? {} : { create },
    );
    if (create === undefined) await expect(modifying).rejects.toBeInstanceOf(MissingObjects);
    else expect(await modifying).toMatchObject({ count: 101 });
  }
});

test("what create() gives is checked", async () => {
  const wrong: readonly [() => Counter, string][] = [
    [() => new Counter({ id: "other", count: 1 }), "another key"],
    [() => new Deep({ id: "none" }) as object as Counter, "a new object of Counter"],
    [() => ({ id: "none", count: 1 }) as object as Counter, "Expected an object of a model"],
  ];
  for (const [create, message] of wrong) {
    await expect(engine.modify(Counter, { id: "none" }, increment, { create })).rejects.toThrow(message);
  }
});

test("a changed key is refused", async () => {
  const { id } = await counter();
  const moving = engine.modify(Counter, { id }, (object) => {
    object.id = "moved";
  });
  await expect(moving).rejects.toThrow("is a key column, and was changed");
});

test("8 writers of one item all count, with the default attempts", async () => {
  const { id } = await counter();
  const writer = async () => {
    for (let round = 0; round < 10; round++) await engine.modify(Counter, { id }, increment);
  };
  await Promise.all(Array.from({ length: 8 }, writer));
  expect(await engine.get(Counter, { id }, { consistent: true })).toMatchObject({ count: 80 });
});

test("an abort ends it between its requests, and in its pauses", async () => {
  const { id } = await counter();
  const controller = new AbortController();
  const change = async (object: Counter) => {
    await engine.update(Counter, { id }, { count: object.count + 5 });
    object.count += 1;
    if (object.count > 20) controller.abort(new Error("enough"));
  };
  const { signal } = controller;
  await expect(engine.modify(Counter, { id }, change, { signal, attempts: 1000 })).rejects.toThrow("enough");
});

describe("atomic", () => {
  const attributes = {
    n: { N: "1.50" },
    note: { NULL: true },
    list: { L: [{ M: { a: { NULL: true }, unknown: { S: "u" } } }, { M: { a: { N: "1E2" } } }] },
    map: { M: { n: { N: "0.10" }, inner: { M: { "a.b": { N: "100" } } }, unknown: { NS: ["1.0", "2"] } } },
    tags: { NS: ["1.0", "20"] },
    bytes: { B: new Uint8Array([1, 2]) },
    unknown: { M: { x: { NULL: true } } },
  };

  async function deep() {
    const id = `${made++}`;
    const Item = { id: { S: id }, ...attributes } as never;
    await client.send(new PutItemCommand({ TableName: tableName("Deep"), Item }));
    const object = await engine.get(Deep, { id });
    if (object === undefined) throw new Error("gone");
    return object;
  }

  test.each([{ once: false }, { once: true }])(
    "holds for every kind of value that is unchanged ($once)",
    async (options) => {
      const object = await deep();
      object.note = "new";
      await engine.save(object, { atomic: true, ...options });
      object.note = null;
      await engine.save(object, { atomic: true, ...options });
      await engine.delete(object, { atomic: true, ...options });
      expect(await engine.get(Deep, { id: object.id })).toBeUndefined();
    },
  );

  test("holds in a transaction too", async () => {
    const [first, second, third] = [await deep(), await deep(), await deep()];
    first.n = 3;
    await engine.transaction((transaction) => {
      transaction.save(first, { atomic: true }).delete(second, { atomic: true }).check(third, "unchanged");
    });
    expect(await engine.get(Deep, { id: first.id })).toMatchObject({ n: 3 });
  });

  test.each<[string, (object: Item<typeof Deep>) => unknown]>([
    ["a nested key", (object) => Object.assign(object.map ?? {}, { n: 9 })],
    ["a NULL in a list", (object) => Object.assign(object.list?.[0] ?? {}, { a: 1 })],
    ["an element of a set", (object) => object.tags?.add(9)],
    ["a column that was not there", (object) => Object.assign(object, { note: undefined })],
    ["bytes", (object) => Object.assign(object, { bytes: new Uint8Array([1, 3]) })],
  ])("sees a change of %s", async (_, change) => {
    const object = await deep();
    const other = await engine.get(Deep, { id: object.id });
    if (other === undefined) throw new Error("gone");
    change(other);
    await engine.save(other);
    object.n = 2;
    const checks = engine.transaction((transaction) => transaction.check(object, "unchanged"));
    await expect(checks).rejects.toBeInstanceOf(TransactionCanceled);
    await expect(engine.save(object, { atomic: true })).rejects.toBeInstanceOf(ConstraintViolation);
    await expect(engine.delete(object, { atomic: true })).rejects.toBeInstanceOf(ConstraintViolation);
    expect(await engine.get(Deep, { id: object.id })).toMatchObject({ n: 1.5 });
  });

  test("of too many columns says what to do", async () => {
    const columns = Object.fromEntries(Array.from({ length: 160 }, (_, index) => [`c${index}`, number()]));
    const Wide = model("Wide", { id: string().hashKey(), ...columns });
    await engine.bind(Wide);
    const wide = new Wide({ id: "1" });
    await engine.save(wide, { atomic: true });
    Object.assign(wide, Object.fromEntries(Object.keys(columns).map((name, index) => [name, index])));
    await engine.save(wide);
    Object.assign(wide, { c0: 5 });
    await expect(engine.save(wide, { atomic: true })).rejects.toThrow("integer().version()");
  });
});

describe("atomic, with a part of the item loaded", () => {
  const Part = model(
    "Part",
    { id: string().hashKey(), by: string(), n: number(), deep: map({ count: integer(), name: string() }) },
    { indexes: { byBy: { hashKey: "by", projection: "keys" } } },
  );
  const found = async (id: string) => {
    const Item = { id: { S: id }, by: { S: id }, deep: { M: { count: { N: "1" }, name: { S: "Ada" } } } };
    await client.send(new PutItemCommand({ TableName: tableName("Part"), Item }));
    return engine.query(Part.byBy, { key: Part.by.eq(id) }).one();
  };
  beforeAll(() => engine.bind(Part));

  test("actions on what was not loaded keep what is stored there", async () => {
    const part = await found("unseen");
    await engine.save(part as Item<typeof Part>, { atomic: true, actions: { deep: merge({ count: add(1) }) } });
    expect(await engine.get(Part, { id: "unseen" })).toMatchObject({ deep: { count: 2, name: "Ada" } });
  });

  test("a violation names the columns that changed", async () => {
    const part = (await found("changed")) as Item<typeof Part>;
    await engine.update(Part, { id: "changed" }, { by: "other" });
    part.n = 1;
    await expect(engine.save(part, { atomic: true })).rejects.toThrow(
      'Part (id "changed"): the column "by" was changed since the object was loaded or saved.',
    );
    await expect(engine.delete(part, { atomic: true })).rejects.toThrow('the column "by" was changed');
    const twin = new Part({ id: "changed" });
    await expect(engine.save(twin, { atomic: true })).rejects.toThrow(
      'Part (id "changed"): the item is there already.',
    );
  });
});

test("where the failed response leaves the item out, it is read", async () => {
  const { id } = await counter(1);
  const forgetful: DynamoDBClientLike = {
    send: (command: never, options: never) =>
      (client.send(command, options) as Promise<object>).catch((error: object) => {
        throw Object.assign(error, { Item: undefined });
      }),
  };
  const other = new Engine({ dynamodb: forgetful, tableName: "modify-{tableName}" });
  let rounds = 0;
  const modified = await other.modify(Counter, { id }, async (object) => {
    if (rounds++ === 0) await engine.update(Counter, { id }, { count: 10 });
    object.count += 1;
  });
  expect(modified.count).toBe(11);
});
