/** A table that OneTable 2.7 and bloop both write: each reads, queries, changes and deletes what the other wrote. */

import { add, ConstraintViolation, changes, InvalidValue, type Item, setIfMissing } from "bloop-dynamodb";
import { beforeEach, describe, expect, test } from "vitest";
import { Customer, check, Order, Product, Shop } from "../../examples/coming-from/onetable.js";
import { live } from "../support/live.js";
import { clear, client, put, stored } from "./clients.js";
import { makeModels } from "./libraries/onetable.js";

const { engine } = live("interop");
const tableName = `interop-${Shop.name}`;
const theirs = makeModels(client, tableName);
const strong = { consistent: true } as const;

const photo = new Uint8Array([0, 255]);
const shared = {
  id: "Ada",
  email: "Ada@Example.org",
  name: "Ada Lovelace",
  level: "high",
  isActive: true,
  phones: ["1", "2"],
  address: { city: "London" },
  born: new Date("1815-12-10T00:00:00.000Z"),
  expires: new Date("2030-01-01T00:00:00.000Z"),
} as const;
const ada = { ...shared, phones: [...shared.phones], tags: new Set(["a", "b"]) };
const ours = { ...ada, photo };
const day = (date: number) => new Date(`2026-01-0${date}T10:00:00.500Z`);
const first = { customerId: "Ada", number: 7, placedAt: day(1), status: "open", total: 0.1 } as const;
const second = { customerId: "Ada", number: 12, placedAt: day(2), status: "open", total: 5 } as const;
const lamp = { category: "Home", sku: "Lamp#1", price: 9.99, stock: 3 };

beforeEach(async () => {
  await engine.bind([Customer, Order, Product]);
  await clear(tableName);
});

async function writeTheirs(): Promise<void> {
  await theirs.customer.create({ ...ada, photo: Buffer.from(photo) } as never);
  await theirs.order.create(first);
  await theirs.order.create(second);
  await theirs.product.create(lamp);
}

async function writeOurs(): Promise<void> {
  await engine.save([new Customer(ours), new Order(first), new Order(second), new Product(lamp)]);
}

const keyOf = {
  customer: ["customer:Ada", "customer:"],
  order: ["customer:Ada", "order:000007"],
  product: ["products:Home", "sku:Lamp#1"],
} as const;
const itemOf = (kind: keyof typeof keyOf) => stored(tableName, keyOf[kind]);
const allItems = () => Promise.all([itemOf("customer"), itemOf("order"), itemOf("product")]);
const timeless = (item: object) =>
  Object.fromEntries(Object.entries(item).filter(([name]) => name !== "created" && name !== "updated"));
const values = (object: object | undefined) => timeless({ ...object });
const firstKey = { customerId: "Ada", number: 7 };

test("both store the same items, to the letter", async () => {
  await writeTheirs();
  const theirItems = await allItems();
  await clear(tableName);
  await writeOurs();
  const ourItems = await allItems();
  expect(ourItems.map(timeless)).toEqual(theirItems.map(timeless));
  expect(ourItems.map((item) => Object.keys(item).sort())).toEqual(theirItems.map((item) => Object.keys(item).sort()));
});

describe("OneTable's items", () => {
  beforeEach(writeTheirs);

  test("are loaded with every value", async () => {
    const customer = await engine.get(Customer, { id: "Ada" }, strong);
    expect(values(customer)).toEqual(ours);
    expect(customer?.created).toBeInstanceOf(Date);
    expect(customer && changes(customer)).toEqual([]);
    expect(values(await engine.get(Product, { category: "Home", sku: "Lamp#1" }, strong))).toEqual(lamp);
  });

  test("are found by queries of the table and its indexes, in the order of numbers and dates", async () => {
    const orders = await engine.query(Order, { key: Order.customerId.eq("Ada"), ...strong }).all();
    expect(orders.map(values)).toEqual([first, second]);
    const later = Order.customerId.eq("Ada").and(Order.number.gt(7));
    expect(await engine.query(Order, { key: later, ...strong }).count()).toBe(1);
    const since = Order.status.eq("open").and(Order.placedAt.ge(day(2)));
    expect((await engine.query(Order.byStatus, { key: since }).all()).map(values)).toEqual([second]);
    const found = await engine.query(Customer.byEmail, { key: Customer.email.eq("Ada@Example.org") }).all();
    expect(found.map(values)).toEqual([ours]);
  });

  test("changed by bloop are OneTable's as before, and its index finds them by their new values", async () => {
    const order = await engine.get(Order, firstKey, strong);
    Object.assign(order ?? {}, { status: "paid" });
    await engine.save(order as Item<typeof Order>);
    await engine.update(Product, { category: "Home", sku: "Lamp#1" }, { stock: add(-1) });
    const paid = await theirs.order.find({ status: "paid" }, { index: "gs1" });
    expect(paid.map(values)).toEqual([{ ...first, status: "paid" }]);
    const product = await theirs.product.get({ category: "Home", sku: "Lamp#1" }, strong);
    expect(values(product)).toEqual({ ...lamp, stock: 2 });
  });

  test("what the models don't declare stays", async () => {
    await put(tableName, { ...(await itemOf("order")), extra: { M: { deep: { NULL: true } } } });
    await engine.modify(Order, firstKey, (order) => void Object.assign(order, { note: "mine" }));
    expect(await itemOf("order")).toMatchObject({ extra: { M: { deep: { NULL: true } } }, note: { S: "mine" } });
  });

  test("deleted by bloop are gone for both, and only those", async () => {
    await engine.delete(Order, firstKey);
    await engine.deleteAll(engine.query(Order, { key: Order.customerId.eq("Ada"), ...strong }));
    expect(await theirs.order.find({ customerId: "Ada" }, strong)).toEqual([]);
    expect(await theirs.customer.get({ id: "Ada" }, strong)).toBeDefined();
  });
});

describe("bloop's items", () => {
  beforeEach(writeOurs);

  test("are read by OneTable with every value", async () => {
    const { tags, photo: bytes, ...customer } = values(await theirs.customer.get({ id: "Ada" }, strong));
    expect(customer).toEqual({ ...shared });
    expect([...tags].sort()).toEqual(["a", "b"]);
    expect([...bytes]).toEqual([...photo]);
    const orders = await theirs.order.find({ customerId: "Ada" }, strong);
    expect(orders.map(values)).toEqual([first, second]);
    expect(values(await theirs.product.get({ category: "Home", sku: "Lamp#1" }, strong))).toEqual(lamp);
    const open = await theirs.order.find({ status: "open", gs1sk: { begins: "2026-01-02" } } as never, {
      index: "gs1",
    });
    expect(open.map(values)).toEqual([second]);
  });

  test("changed and deleted by OneTable are seen by bloop, with what it left alone", async () => {
    const order = await engine.get(Order, firstKey, strong);
    await theirs.order.update({ ...firstKey, status: "paid", placedAt: day(1) });
    await theirs.order.remove({ customerId: "Ada", number: 12 });
    Object.assign(order ?? {}, { note: "mine" });
    await engine.save(order as Item<typeof Order>);
    const found = await engine.query(Order, { key: Order.customerId.eq("Ada"), ...strong }).all();
    expect(found.map(values)).toEqual([{ ...first, status: "paid", note: "mine" }]);
  });
});

test("the stream has the changes of both as objects of bloop's models", async () => {
  const stream = engine.stream([Customer, Order], "latest");
  await stream.ready;
  await writeTheirs();
  await engine.update(Order, firstKey, { status: "paid" });
  await theirs.order.remove({ customerId: "Ada", number: 12 });
  const seen: string[] = [];
  for await (const { old, new: now } of stream) {
    const shown = [old, now].map((one) =>
      one instanceof Order ? `${one.number} ${one.status}` : one instanceof Customer ? one.email : undefined,
    );
    if (seen.push(`${shown[0]} -> ${shown[1]}`) === 5) break;
  }
  expect(seen.sort()).toEqual([
    "12 open -> undefined",
    "7 open -> 7 paid",
    "undefined -> 12 open",
    "undefined -> 7 open",
    "undefined -> Ada@Example.org",
  ]);
});

describe("operations that differ", () => {
  test("an upsert by update makes the item, or keeps the time of its creation", async () => {
    await theirs.customer.create({ id: "Ada", email: "a@x" });
    const { created } = await itemOf("customer");
    const upserted = { email: "new@x", level: setIfMissing("low"), created: setIfMissing(new Date(5)) };
    for (const id of ["Ada", "Bob"]) await engine.update(Customer, { id }, upserted);
    expect(await itemOf("customer")).toMatchObject({ created, gs1pk: { S: "email:new@x" } });
    expect(await theirs.customer.get({ id: "Bob" }, { ...strong })).toMatchObject({
      level: "low",
      created: new Date(5),
    });
    await theirs.customer.upsert({ id: "Ada", email: "upserted@x" });
    expect(await itemOf("customer")).toMatchObject({ created, gs1pk: { S: "email:upserted@x" } });
  });

  test("an update of an item that is not there is refused by OneTable, and by bloop with a condition", async () => {
    const key = { id: "nobody" };
    await expect(theirs.customer.update({ ...key, email: "x" })).rejects.toThrow();
    const update = engine.update(Customer, key, { email: "x" }, { condition: Customer.email.exists() });
    await expect(update).rejects.toThrow(ConstraintViolation);
  });

  test("a position of OneTable's is none of bloop's", async () => {
    await writeTheirs();
    const { next } = await theirs.order.find({ customerId: "Ada" }, { limit: 1 });
    const search = engine.query(Order, { key: Order.customerId.eq("Ada") });
    expect(() => search.moveTo(next as never)).toThrow("no search token");
  });
});

test("a table is checked: numbers that are too long are found, and a read finds what is missing", async () => {
  await writeTheirs();
  expect(await check(engine)).toBe(true);
  await theirs.order.create({ ...first, number: 1_234_567 });
  expect(await check(engine)).toBe(false);
  await expect(engine.get(Order, { ...firstKey, number: 1_234_567 })).rejects.toThrow(InvalidValue);
  await theirs.order.remove({ ...firstKey, number: 1_234_567 });
  expect(await check(engine)).toBe(true);
  await theirs.order.upsert({ ...firstKey, number: 8, note: "half" } as never);
  await expect(engine.get(Order, { ...firstKey, number: 8 })).rejects.toThrow("a required value is missing");
});
