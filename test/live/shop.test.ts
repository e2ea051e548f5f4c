/** Several kinds of items in one table, on a real engine. */

import { DescribeTableCommand, GetItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  always,
  ConstraintViolation,
  datetime,
  InvalidValue,
  type Item,
  integer,
  key,
  MissingObjects,
  number,
  string,
  TransactionCanceled,
  table,
  uuid,
  WriteFailures,
} from "bloop-dynamodb";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { live } from "../support/live.js";

const { client, engine, tableName, sent } = live("shop");

const Shop = table("shop", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: "_type",
  indexes: {
    gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk", projection: "all" },
    gsi2: { hashKey: "gsi2pk", rangeKey: "gsi2sk", projection: ["_type", "total"] },
    byType: { hashKey: "_type", rangeKey: "sk", projection: "keys" },
    byTotal: { hashKey: "_type", rangeKey: "total", projection: "keys" },
    ofType: { hashKey: "_type", projection: "keys" },
  },
  ttl: "expires",
  stream: { include: ["new", "old"] },
});
const Customer = Shop.model(
  "Customer",
  { id: uuid(), email: string().required(), name: string() },
  {
    key: { pk: key`CUSTOMER#${"id"}`, sk: key`PROFILE` },
    indexes: { byEmail: { on: "gsi1", gsi1pk: key`EMAIL#${"email"}`, gsi1sk: key`CUSTOMER` } },
  },
);
const Order = Shop.model(
  "Order",
  {
    customerId: uuid(),
    placedAt: datetime(),
    id: string(),
    total: number(),
    status: string("open", "paid"),
    priority: integer(),
    note: string(),
  },
  {
    key: { pk: key`CUSTOMER#${"customerId"}`, sk: key`ORDER#${"placedAt"}#${"id"}` },
    indexes: {
      byStatus: {
        on: "gsi2",
        gsi2pk: key`ORDER#${"status"}`,
        gsi2sk: key`${{ column: "priority", width: 4 }}#${"id"}`,
      },
      byType: { on: "byType" },
      byTotal: { on: "byTotal" },
      ofType: { on: "ofType" },
    },
  },
);
/** Its range keys begin as those of orders do. */
const Line = Shop.model(
  "Line",
  { customerId: uuid(), placedAt: datetime(), id: string(), line: integer(), count: integer() },
  { key: { pk: key`CUSTOMER#${"customerId"}`, sk: key`ORDER#${"placedAt"}#${"id"}#LINE#${"line"}` } },
);
/** Two kinds that can have the same keys. */
const Cat = Shop.model("Cat", { id: string(), lives: integer() }, { key: { pk: key`PET#${"id"}`, sk: key`PET` } });
const Dog = Shop.model("Dog", { id: string(), tricks: integer() }, { key: { pk: key`PET#${"id"}`, sk: key`PET` } });

const customerId = "6f0a4b1e-0000-4000-8000-000000000001";
const day = (date: number) => new Date(Date.UTC(2026, 0, date));
const orderOf = (date: number, id: string, more: Partial<Item<typeof Order>> = {}) =>
  new Order({ customerId, placedAt: day(date), id, ...more });

async function items() {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName("shop"), ConsistentRead: true }));
  return Items;
}

async function stored(pk: string, sk: string) {
  const Key = { pk: { S: pk }, sk: { S: sk } };
  const { Item } = await client.send(new GetItemCommand({ TableName: tableName("shop"), Key, ConsistentRead: true }));
  return Item;
}

beforeAll(() => engine.bind([Customer, Order, Line, Cat, Dog]));
beforeEach(async () => {
  const whole = { consistent: true, onInvalid: "omit" } as const;
  await engine.deleteAll(engine.scan(Customer, whole));
  await engine.deleteAll(engine.scan(Order, whole));
  await engine.deleteAll(engine.scan(Line, whole));
  await engine.deleteAll(engine.scan(Cat, whole));
  await engine.deleteAll(engine.scan(Dog, whole));
  expect(await items()).toEqual([]);
});

async function fill() {
  const customer = new Customer({ id: customerId, email: "ada@example.org", name: "Ada" });
  const orders = [orderOf(1, "a"), orderOf(2, "b", { total: 5, status: "open", priority: 7 }), orderOf(3, "c")];
  const lines = orders.map(({ placedAt, id }) => new Line({ customerId, placedAt, id, line: 1, count: 2 }));
  await engine.save([customer, ...orders, ...lines]);
  return { customer, orders, lines };
}

describe("the table", () => {
  test("is made of its declaration, with the indexes that no model has", async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName("shop") }));
    expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).sort()).toEqual([
      "byTotal",
      "byType",
      "gsi1",
      "gsi2",
      "ofType",
    ]);
    expect(Table?.StreamSpecification?.StreamViewType).toBe("NEW_AND_OLD_IMAGES");
  });

  test("an item has its kind, its parts and its keys", async () => {
    await fill();
    expect(await stored(`CUSTOMER#${customerId}#`, "ORDER#2026-01-02T00:00:00.000Z#b#")).toEqual({
      pk: { S: `CUSTOMER#${customerId}#` },
      sk: { S: "ORDER#2026-01-02T00:00:00.000Z#b#" },
      _type: { S: "Order" },
      customerId: { S: customerId },
      placedAt: { S: "2026-01-02T00:00:00.000Z" },
      id: { S: "b" },
      total: { N: "5" },
      status: { S: "open" },
      priority: { N: "7" },
      gsi2pk: { S: "ORDER#open#" },
      gsi2sk: { S: "0007#b#" },
    });
  });
});

const byDay = Order.placedAt.ge(day(1));

describe("searches", () => {
  test("find no item of another kind, though its keys begin alike", async () => {
    await fill();
    const key = Order.customerId.eq(customerId);
    expect((await engine.query(Order, { key }).all()).map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(await engine.query(Order, { key }).count()).toBe(3);
    expect((await engine.query(Line, { key: Line.customerId.eq(customerId) }).all()).length).toBe(3);
    expect((await engine.scan(Customer).all()).map(({ name }) => name)).toEqual(["Ada"]);
    expect(await engine.scan(Order).count()).toBe(3);
    expect((await engine.query(Order, { key: key.and(Order.placedAt.ge(day(2))), forward: false }).first()).id).toBe(
      "c",
    );
  });

  test.each([
    ["lt", Order.placedAt.lt(day(2)), ["a"]],
    ["le", Order.placedAt.le(day(2)), ["a", "b"]],
    ["gt", Order.placedAt.gt(day(2)), ["c"]],
    ["ge", Order.placedAt.ge(day(2)), ["b", "c"]],
    ["between", Order.placedAt.between(day(2), day(3)), ["b", "c"]],
    ["eq", Order.placedAt.eq(day(2)), ["b"]],
    ["all parts", Order.placedAt.eq(day(2)).and(Order.id.eq("b")), ["b"]],
    ["a part and a beginning", Order.placedAt.eq(day(2)).and(Order.id.beginsWith("")), ["b"]],
  ])("%s selects by a part", async (_, range, expected) => {
    await fill();
    const key = Order.customerId.eq(customerId).and(range as typeof byDay);
    const found = await engine.query(Order, { key }).all();
    expect(found.map(({ id }) => id)).toEqual(expected);
  });

  test("of an index tell the parts that only its keys hold, and a filter names its kind", async () => {
    await fill();
    const [order] = await engine
      .query(Order.byStatus, { key: Order.status.eq("open").and(Order.priority.lt(8)) })
      .all();
    expect(order).toMatchObject({ id: "b", status: "open", priority: 7, total: 5, placedAt: day(2) });
    const found = await engine.query(Customer.byEmail, { key: Customer.email.eq("ada@example.org") }).one();
    expect(found.id).toBe(customerId);
  });

  test("of an index whose hash key is the kind need no filter", async () => {
    await fill();
    sent();
    const found = await engine.query(Order.byType, { key: always().and(Order.placedAt.ge(day(2))) }).all();
    expect(found.map(({ id }) => id)).toEqual(["b", "c"]);
    expect(sent().map(({ input }) => input["FilterExpression"])).toEqual([undefined]);
  });

  test("of several indexes whose hash key is the kind begin with always(), which is all of the kind", async () => {
    await fill();
    const one = orderOf(4, "d", { total: 6 });
    await engine.save(one);
    const idsOf = async (found: Promise<{ readonly id: string }[]>) => (await found).map(({ id }) => id).sort();
    expect(await idsOf(engine.query(Order.ofType, { key: always() }).all())).toEqual(["a", "b", "c", "d"]);
    expect(await idsOf(engine.query(Order.byTotal, { key: always() }).all())).toEqual(["b", "d"]);
    expect(await idsOf(engine.query(Order.byTotal, { key: Order.total.gt(5) }).all())).toEqual(["d"]);
    expect(await idsOf(engine.query(Order.byType, { key: always() }).all())).toEqual(["a", "b", "c", "d"]);
  });

  test("go on from a token, page by page", async () => {
    await fill();
    const search = engine.query(Order, { key: Order.customerId.eq(customerId), pageSize: 2 });
    const ids: string[] = [];
    for await (const { id } of search) {
      ids.push(id);
      const next = engine.query(Order, { key: Order.customerId.eq(customerId), limit: 1 });
      next.moveTo(search.token);
      const [following] = await next.all();
      expect(following?.id).toBe({ a: "b", b: "c", c: undefined }[id]);
    }
    expect(ids).toEqual(["a", "b", "c"]);
  });
});

describe("an item of another kind under the same key", () => {
  const id = "rex";
  beforeEach(() => engine.save(new Dog({ id, tricks: 3 })));
  const expectDog = async () =>
    expect(await engine.get(Dog, { id }, { consistent: true })).toMatchObject({ tricks: 3 });

  test("is not got, nor loaded", async () => {
    expect(await engine.get(Cat, { id })).toBeUndefined();
    expect(await engine.getMany(Cat, [{ id }, { id: "other" }])).toEqual([undefined, undefined]);
    await expect(engine.load(new Cat({ id }))).rejects.toThrow(MissingObjects);
    await expect(engine.load([new Cat({ id }), new Cat({ id: "b" })])).rejects.toThrow(MissingObjects);
    expect(await engine.readTransaction().get(Cat, { id }).commit()).toEqual([undefined]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ["save", () => engine.save(new Cat({ id, lives: 9 }))],
    ["a save once", () => engine.save(new Cat({ id, lives: 9 }), { once: true })],
    ["an atomic save", () => engine.save(new Cat({ id, lives: 9 }), { atomic: true })],
    ["update", () => engine.update(Cat, { id }, { lives: 9 })],
    ["delete", () => engine.delete(new Cat({ id }))],
    [
      "modify",
      () =>
        engine.modify(Cat, { id }, (cat) => void Object.assign(cat, { lives: 1 }), { create: () => new Cat({ id }) }),
    ],
  ])("is not overwritten by %s", async (_, write) => {
    const error = await write().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ConstraintViolation);
    expect((error as ConstraintViolation).message).toContain("an item of another kind");
    expect((error as ConstraintViolation).current).toBeUndefined();
    await expectDog();
  });

  test.each<[string, () => Promise<unknown>]>([
    [
      "save",
      () =>
        engine
          .transaction()
          .save(new Cat({ id, lives: 9 }))
          .commit(),
    ],
    ["update", () => engine.transaction().update(Cat, { id }, { lives: 9 }).commit()],
    ["delete", () => engine.transaction().delete(new Cat({ id })).commit()],
    ["check", () => engine.transaction().check(new Cat({ id }), Cat.lives.notExists()).commit()],
  ])("is not overwritten by %s of a transaction", async (_, write) => {
    const error = await write().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TransactionCanceled);
    expect((error as TransactionCanceled).reasons[0]?.current).toBeUndefined();
    await expectDog();
  });

  test("is not overwritten by putAll, nor deleted by deleteAll, which write all the others", async () => {
    const put = await engine
      .putAll([new Cat({ id: "a" }), new Cat({ id }), new Cat({ id: "b" })])
      .catch((error) => error);
    expect(put).toBeInstanceOf(WriteFailures);
    expect(put).toMatchObject({ written: 2, taken: 3, failures: [{ error: { name: "ConstraintViolation" } }] });
    const deleted = await engine.deleteAll([new Cat({ id: "a" }), new Cat({ id })]).catch((error) => error);
    expect(deleted).toMatchObject({ written: 1, failures: [{ error: { name: "ConstraintViolation" } }] });
    await expectDog();
    expect(await engine.get(Cat, { id: "b" })).toBeDefined();
    expect(await engine.get(Cat, { id: "a" })).toBeUndefined();
  });
});

describe("keys of indexes", () => {
  const at = { customerId, placedAt: day(2), id: "b" };
  const keys = async () => {
    const item = await stored(`CUSTOMER#${customerId}#`, "ORDER#2026-01-02T00:00:00.000Z#b#");
    return [item?.["gsi2pk"]?.S, item?.["gsi2sk"]?.S];
  };

  test("go along with a part that changes, and leave with one that is removed", async () => {
    await fill();
    const order = await engine.get(Order, at);
    if (order === undefined) throw new Error("gone");
    order.status = "paid";
    await engine.save(order);
    expect(await keys()).toEqual(["ORDER#paid#", "0007#b#"]);
    order.priority = undefined;
    await engine.save(order);
    expect(await keys()).toEqual(["ORDER#paid#", undefined]);
    await engine.modify(Order, at, (one) => void Object.assign(one, { priority: 3 }));
    expect(await keys()).toEqual(["ORDER#paid#", "0003#b#"]);
    await engine.update(Order, at, { priority: 4 });
    expect(await keys()).toEqual(["ORDER#paid#", "0004#b#"]);
  });

  test("a blind save of a new object composes them of the parts that are stored", async () => {
    const Multi = Shop.model(
      "Multi",
      { id: string(), a: string(), b: string() },
      {
        key: { pk: key`MULTI#${"id"}`, sk: key`MULTI` },
        indexes: { byBoth: { on: "gsi1", gsi1pk: key`M#${"a"}#${"b"}`, gsi1sk: key`M` } },
      },
    );
    await engine.save(new Multi({ id: "1", a: "x", b: "y" }));
    await engine.save(new Multi({ id: "1", a: "z" }));
    expect((await stored("MULTI#1#", "MULTI#"))?.["gsi1pk"]).toEqual({ S: "M#z#y#" });
    await expect(engine.update(Multi, { id: "1" }, { b: "q" })).rejects.toThrow(InvalidValue);
    await engine.update(Multi, { id: "1" }, { b: "q" }, { given: { a: "z" } });
    expect((await stored("MULTI#1#", "MULTI#"))?.["gsi1pk"]).toEqual({ S: "M#z#q#" });
    await expect(engine.update(Multi, { id: "1" }, { b: "r" }, { given: { a: "no" } })).rejects.toThrow(
      ConstraintViolation,
    );
    await engine.delete(new Multi({ id: "1" }));
  });

  test("a part and the key of the table that disagree are a misfit, and no save to another item", async () => {
    await fill();
    const item = await stored(`CUSTOMER#${customerId}#`, "ORDER#2026-01-02T00:00:00.000Z#b#");
    await client.send(new PutItemCommand({ TableName: tableName("shop"), Item: { ...item, id: { S: "other" } } }));
    await expect(engine.get(Order, at)).rejects.toThrow(InvalidValue);
    const lenient = await engine.get(Order, at, { onInvalid: "omit" });
    expect(lenient).not.toHaveProperty("id");
    Object.assign(lenient ?? {}, { note: "mine" });
    await engine.save(lenient as Item<typeof Order>);
    expect((await items()).filter(({ note }) => note !== undefined).map(({ sk }) => sk?.S)).toEqual([
      "ORDER#2026-01-02T00:00:00.000Z#b#",
    ]);
  });
});

describe("by key", () => {
  const at = { customerId, placedAt: day(1), id: "a" };
  const byKey = { id: "rex" };

  test("an item is deleted, with the item from before", async () => {
    await fill();
    const old = await engine.delete(Order, at, { condition: Order.total.notExists(), returning: "old" });
    expect(old).toMatchObject({ id: "a" });
    expect(old).toBeInstanceOf(Order);
    expect(await engine.get(Order, at)).toBeUndefined();
    expect(await engine.delete(Order, at)).toBeUndefined();
    await expect(engine.delete(Order, at, { condition: Order.total.eq(1) })).rejects.toThrow(ConstraintViolation);
  });

  test("an item of another kind is not deleted", async () => {
    await engine.save(new Dog({ id: "rex" }));
    await expect(engine.delete(Cat, byKey)).rejects.toThrow(ConstraintViolation);
    await expect(engine.transaction().delete(Cat, byKey).commit()).rejects.toThrow(TransactionCanceled);
    await expect(engine.transaction().check(Cat, byKey, Cat.lives.notExists()).commit()).rejects.toThrow(
      TransactionCanceled,
    );
    expect(await engine.get(Dog, byKey)).toBeDefined();
  });

  test("a transaction deletes and checks", async () => {
    await fill();
    const other = { customerId, placedAt: day(2), id: "b" };
    await engine.transaction().delete(Order, at).check(Order, other, Order.total.eq(5)).commit();
    expect(await engine.get(Order, at)).toBeUndefined();
    const failing = engine.transaction().delete(Order, other).check(Order, at, Order.id.exists());
    await expect(failing.commit()).rejects.toThrow(TransactionCanceled);
    expect(await engine.get(Order, other)).toBeDefined();
  });
});
