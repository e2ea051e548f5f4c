/** A table that ElectroDB 3.9 and bloop both write: each reads, queries, changes and deletes what the other wrote. */

import {
  add,
  ConstraintViolation,
  changes,
  InvalidPosition,
  InvalidValue,
  type Item,
  integer,
  setIfMissing,
  string,
  table,
  template,
} from "bloop-dynamodb";
import { checkKeys, type KeyFinding } from "bloop-dynamodb/rewrite";
import { beforeEach, describe, expect, test } from "vitest";
import { Customer, check, Order, Product, Shop } from "../../examples/coming-from/electrodb.js";
import { live } from "../support/live.js";
import { clear, documentClient, put, stored } from "./clients.js";
import { makeEntities } from "./libraries/electrodb.js";

const { engine } = live("interop");
const tableName = `interop-${Shop.name}`;
const theirs = makeEntities(documentClient, tableName);
const strong = { consistent: true } as const;

const ada = {
  customerId: "ada",
  email: "Ada@Example.org",
  name: "Ada Lovelace",
  isActive: true,
  tags: ["a", "b"],
  phones: ["1", ""],
  address: { city: "London" },
  createdAt: 1_769_862_896_000,
};
const ours = { ...ada, tags: new Set(ada.tags) };
const seven = { customerId: "ada", number: 7, status: "open", total: 0.1 } as const;
const twelve = { customerId: "ada", number: 12, status: "open", total: 5 } as const;
const lamp = { category: "Home", sku: "Lamp#1", price: 9.99, stock: 3 };

beforeEach(async () => {
  await engine.bind([Customer, Order, Product]);
  await clear(tableName);
});

async function writeTheirs(): Promise<void> {
  await theirs.customer.create(ada).go();
  await theirs.order.create(seven).go();
  await theirs.order.create(twelve).go();
  await theirs.product.create(lamp).go();
}

async function writeOurs(): Promise<void> {
  await engine.save([new Customer(ours), new Order(seven), new Order(twelve), new Product(lamp)]);
}

const keyOf = {
  customer: ["$shop#customerid_ada", "$account#customer_1"],
  order: ["$shop#customerid_ada", "$account#order_1#number_000007"],
  product: ["PRODUCTS#Home", "SKU#Lamp#1"],
} as const;
const itemOf = (kind: keyof typeof keyOf) => stored(tableName, keyOf[kind]);
const allItems = () => Promise.all([itemOf("customer"), itemOf("order"), itemOf("product")]);
const values = (object: object | undefined) => object && { ...object };

test("both store the same items, to the letter", async () => {
  await writeTheirs();
  const theirItems = await allItems();
  await clear(tableName);
  await writeOurs();
  expect(await allItems()).toEqual(theirItems);
});

describe("ElectroDB's items", () => {
  beforeEach(writeTheirs);

  test("are loaded with every value", async () => {
    const customer = await engine.get(Customer, { customerId: "ada" }, strong);
    expect(values(customer)).toEqual(ours);
    expect(customer && changes(customer)).toEqual([]);
    expect(values(await engine.get(Product, { category: "Home", sku: "Lamp#1" }, strong))).toEqual(lamp);
  });

  test("are found by queries of the table and its indexes, in the order of numbers", async () => {
    const orders = await engine.query(Order, { key: Order.customerId.eq("ada"), ...strong }).all();
    expect(orders.map(values)).toEqual([seven, twelve]);
    const later = Order.customerId.eq("ada").and(Order.number.gt(7));
    expect(await engine.query(Order, { key: later, ...strong }).count()).toBe(1);
    expect(await engine.query(Order.byStatus, { key: Order.status.eq("open") }).count()).toBe(2);
    const found = await engine.query(Customer.byEmail, { key: Customer.email.eq("Ada@Example.org") }).all();
    expect(found.map(values)).toEqual([ours]);
    const both = await engine.query([Customer, Order], { key: Customer.customerId.eq("ada"), ...strong }).all();
    expect(both.map((one) => one.constructor)).toEqual([Customer, Order, Order]);
  });

  test("changed by bloop are ElectroDB's as before, and its index finds them by their new values", async () => {
    const order = await engine.get(Order, { customerId: "ada", number: 7 }, strong);
    if (order === undefined) throw new Error("it is there");
    order.status = "paid";
    await engine.save(order);
    await engine.update(Order, { customerId: "ada", number: 12 }, { total: add(1) });
    await engine.modify(Customer, { customerId: "ada" }, (one) => void one.tags?.add("c"));
    const { data: paid } = await theirs.order.query.byStatus({ status: "paid" }).go();
    expect(paid).toEqual([{ ...seven, status: "paid" }]);
    const { data } = await theirs.service.collections.account({ customerId: "ada" }).go({ consistent: true });
    expect(data).toEqual({
      customer: [{ ...ada, tags: ["a", "b", "c"] }],
      order: [
        { ...seven, status: "paid" },
        { ...twelve, total: 6 },
      ],
    });
  });

  test("what the models don't declare stays", async () => {
    await put(tableName, { ...(await itemOf("order")), extra: { M: { deep: { NULL: true } } } });
    const order = await engine.get(Order, { customerId: "ada", number: 7 }, strong);
    if (order === undefined) throw new Error("it is there");
    order.note = "mine";
    await engine.save(order);
    expect(await itemOf("order")).toMatchObject({ extra: { M: { deep: { NULL: true } } }, note: { S: "mine" } });
  });

  test("deleted by bloop are gone for both, and only those", async () => {
    await engine.delete(Order, { customerId: "ada", number: 7 });
    await engine.deleteAll(engine.query(Order, { key: Order.customerId.eq("ada"), ...strong }));
    const { data } = await theirs.service.collections.account({ customerId: "ada" }).go({ consistent: true });
    expect(data).toEqual({ customer: [ada], order: [] });
  });

  test("an id in large letters is loaded with them, and written where it is", async () => {
    await theirs.customer.create({ ...ada, customerId: "GRACE", email: "g@example.org" }).go();
    const grace = await engine.get(Customer, { customerId: "grace" }, strong);
    expect(grace?.customerId).toBe("GRACE");
    Object.assign(grace ?? {}, { name: "Grace" });
    await engine.save(grace as Item<typeof Customer>);
    const { data } = await theirs.customer.get({ customerId: "GRACE" }).go({ consistent: true });
    expect(data).toMatchObject({ customerId: "GRACE", name: "Grace" });
    const exactly = await engine.get(Customer, { customerId: "GRACE" }, strong);
    expect(exactly?.name).toBe("Grace");
    await engine.update(Customer, { customerId: "GRACE" }, { name: "Grace H." });
    await expect(engine.save(new Customer({ customerId: "grace", email: "x" }))).rejects.toThrow("in other letters");
    await engine.delete(Customer, { customerId: "GRACE" });
    expect((await theirs.customer.get({ customerId: "GRACE" }).go({ consistent: true })).data).toBeNull();
  });
});

describe("bloop's items", () => {
  beforeEach(writeOurs);

  test("are read by ElectroDB with every value", async () => {
    const { data: customer } = await theirs.customer.get({ customerId: "ada" }).go({ consistent: true });
    expect(customer).toEqual(ada);
    const { data: orders } = await theirs.order.query.account({ customerId: "ada" }).go({ consistent: true });
    expect(orders).toEqual([seven, twelve]);
    const { data: product } = await theirs.product.get({ category: "Home", sku: "Lamp#1" }).go({ consistent: true });
    expect(product).toEqual(lamp);
  });

  test("have ids in any letters, and no two that differ in letters alone", async () => {
    const id = "01JD8Z7Q3W5XKQ9V2N4M6T8R0A";
    await engine.save(new Customer({ customerId: id, email: "U@x", name: "U" }));
    const { data } = await theirs.customer.get({ customerId: id }).go({ consistent: true });
    expect(data).toMatchObject({ customerId: id, email: "U@x", name: "U" });
    await theirs.customer.patch({ customerId: id }).set({ name: "V" }).go();
    const found = await engine.query(Customer, { key: Customer.customerId.eq(id), ...strong }).one();
    expect(found).toMatchObject({ customerId: id, name: "V" });
    found.name = "W";
    await engine.save(found);
    await expect(engine.save(new Customer({ customerId: id.toLowerCase(), email: "x" }))).rejects.toThrow(
      ConstraintViolation,
    );
    await engine.deleteAll([found]);
    expect((await theirs.customer.get({ customerId: id }).go({ consistent: true })).data).toBeNull();
  });

  test("are found by ElectroDB's queries of its indexes and collections", async () => {
    const { data: open } = await theirs.order.query.byStatus({ status: "open" }).go();
    expect(open).toEqual([seven, twelve]);
    const { data: customers } = await theirs.customer.query.byEmail({ email: "ada@example.org" }).go();
    expect(customers).toEqual([ada]);
    const { data } = await theirs.service.collections.account({ customerId: "ada" }).go({ consistent: true });
    expect(data).toEqual({ customer: [ada], order: [seven, twelve] });
  });

  test("changed and deleted by ElectroDB are seen by bloop, with what it left alone", async () => {
    const order = await engine.get(Order, { customerId: "ada", number: 7 }, strong);
    if (order === undefined) throw new Error("it is there");
    await theirs.order.patch({ customerId: "ada", number: 7 }).set({ status: "paid" }).go();
    await theirs.order.delete({ customerId: "ada", number: 12 }).go();
    order.note = "mine";
    await engine.save(order);
    const found = await engine.query(Order, { key: Order.customerId.eq("ada"), ...strong }).all();
    expect(found.map(values)).toEqual([{ ...seven, status: "paid", note: "mine" }]);
    await expect(engine.save(new Order(twelve), { condition: Order.number.exists() })).rejects.toThrow(
      ConstraintViolation,
    );
  });
});

test("the stream has the changes of both as objects of bloop's models", async () => {
  const stream = engine.stream([Customer, Order], "latest");
  await stream.ready;
  await writeTheirs();
  await engine.update(Order, { customerId: "ada", number: 7 }, { status: "paid" });
  await theirs.order.delete({ customerId: "ada", number: 12 }).go();
  const seen: string[] = [];
  for await (const { old, new: now } of stream) {
    const shown = [old, now].map((one) =>
      one instanceof Order ? `${one.number} ${one.status}` : one instanceof Customer ? one.customerId : undefined,
    );
    if (seen.push(`${shown[0]} -> ${shown[1]}`) === 5) break;
  }
  expect(seen.sort()).toEqual([
    "12 open -> undefined",
    "7 open -> 7 paid",
    "undefined -> 12 open",
    "undefined -> 7 open",
    "undefined -> ada",
  ]);
});

test("a key that no value of the model gives is refused before a request", async () => {
  await expect(engine.save(new Order({ ...seven, number: 1_234_567 }))).rejects.toThrow(InvalidValue);
});

describe("operations that differ", () => {
  test("an upsert by update makes an item that both find, and keeps createdAt of one that is there", async () => {
    const upserted = (email: string, createdAt: number) =>
      engine.update(Customer, { customerId: "Eve" }, { email, createdAt: setIfMissing(createdAt) });
    await upserted("Eve@x", 5);
    await upserted("Eve@y", 6);
    const expected = [{ customerId: "Eve", email: "Eve@y", createdAt: 5 }];
    expect((await theirs.customer.query.byEmail({ email: "eve@y" }).go()).data).toEqual(expected);
    await theirs.customer.upsert({ customerId: "Eve", email: "Eve@z" }).go();
    expect((await theirs.customer.query.byEmail({ email: "eve@z" }).go()).data).toMatchObject([{ createdAt: 5 }]);
    const missing = engine.update(Order, { customerId: "Eve", number: 1 }, { note: "x" });
    await expect(missing).rejects.toThrow(ConstraintViolation);
  });

  test("a save of a new object writes its defaults over what is stored, and keeps the rest", async () => {
    await theirs.customer.create(ada).go();
    await engine.save(new Customer({ customerId: "ada", email: "new@x" }));
    const { data } = await theirs.customer.get({ customerId: "ada" }).go({ consistent: true });
    expect(data).toMatchObject({ email: "new@x", name: ada.name, tags: ada.tags });
    expect(data?.createdAt).toBeGreaterThan(ada.createdAt);
  });

  test("a put by ElectroDB and putAll() replace the item", async () => {
    await theirs.customer.create(ada).go();
    await engine.putAll([new Customer({ customerId: "ada", email: "new@x", createdAt: 1 })]);
    const expected = { customerId: "ada", email: "new@x", createdAt: 1 };
    expect((await theirs.customer.get({ customerId: "ada" }).go({ consistent: true })).data).toEqual(expected);
    await theirs.customer.create({ ...ada, customerId: "bob" }).go();
    await theirs.customer.put({ ...expected, customerId: "bob" }).go();
    expect(values(await engine.get(Customer, { customerId: "bob" }, strong))).toEqual({
      ...expected,
      customerId: "bob",
    });
  });

  test("remove and delete", async () => {
    const key = { customerId: "ada", number: 99 };
    await expect(theirs.order.remove(key).go()).rejects.toThrow();
    await expect(engine.delete(Order, key, { condition: Order.status.exists() })).rejects.toThrow(ConstraintViolation);
    await theirs.order.delete(key).go();
    await engine.delete(Order, key);
  });

  test("a range by the first of two composites: ElectroDB's compares the text before the second one", async () => {
    for (const number of [6, 7, 8]) await theirs.order.create({ ...seven, number }).go();
    const numbers = (found: readonly { number: number }[]) => found.map(({ number }) => number);
    const electro = theirs.order.query.byStatus({ status: "open" });
    const open = Order.status.eq("open");
    const { number } = Order;
    const after = await engine.query(Order.byStatus, { key: open.and(number.gt(7)) }).all();
    const until = await engine.query(Order.byStatus, { key: open.and(number.le(7)) }).all();
    const middle = await engine.query(Order.byStatus, { key: open.and(number.between(6, 7)) }).all();
    expect([after, until, middle].map(numbers)).toEqual([[8], [6, 7], [6, 7]]);
    expect(numbers((await electro.gt({ number: 7 }).go()).data)).toEqual([7, 8]);
    const upTo = theirs.order.query.byStatus({ status: "open" }).lte({ number: 7 });
    expect(numbers((await upTo.go()).data)).toEqual([6]);
    const between = theirs.order.query.byStatus({ status: "open" }).between({ number: 6 }, { number: 7 });
    expect(numbers((await between.go()).data)).toEqual([6]);
  });

  test("a cursor of ElectroDB's is no position of bloop's", async () => {
    await writeTheirs();
    const { cursor } = await theirs.order.query.account({ customerId: "ada" }).go({ limit: 1 });
    const search = engine.query(Order, { key: Order.customerId.eq("ada") });
    expect(() => search.moveTo(cursor ?? "")).toThrow(InvalidPosition);
  });
});

describe("before the switch", () => {
  const findings = async () => {
    const found: KeyFinding[] = [];
    await checkKeys(engine, [Customer, Order, Product], { finding: (finding) => void found.push(finding) });
    return found;
  };

  test("a translation is right if every item of ElectroDB fits", async () => {
    await writeTheirs();
    expect(await check(engine)).toBe(true);
  });

  /** Orders with another sort key than ElectroDB's. */
  const declared = (sk: ReturnType<typeof numbered>, shape = { customerId: string(), number: integer() }) =>
    table(Shop.name, { hashKey: "pk", rangeKey: "sk", kind: ["__edb_e__", "__edb_v__"] }).model("Order", shape, {
      kind: { __edb_e__: "order", __edb_v__: "1" },
      key: { pk: template`$shop#customerid_${{ column: "customerId", case: "lower" }}`, sk },
    });
  const numbered = (start: string, format: { width: number } | { pad: number }) => {
    const texts = [start, ""];
    return template(Object.assign(texts, { raw: texts }), { column: "number", ...format });
  };

  test("checkKeys() finds a key that is declared otherwise", async () => {
    await writeTheirs();
    const wrong = await checkKeys(engine, declared(numbered("$order_1#number_", { width: 6 })));
    expect(wrong).toMatchObject({ scanned: 4, items: 2, right: 0, problems: { key: 2 } });
    const { right } = await checkKeys(engine, declared(numbered("$account#order_1#number_", { width: 6 })));
    expect(right).toBe(2);
  });

  test("an item without a required attribute is found by a scan, and stops other searches", async () => {
    await writeTheirs();
    await theirs.order.update({ customerId: "ada", number: 8 }).set({ note: "half" }).go();
    const all = engine.query(Order, { key: Order.customerId.eq("ada"), ...strong });
    await expect(all.all()).rejects.toThrow("a required value is missing");
    expect(await check(engine)).toBe(false);
    const messages: string[] = [];
    const lenient = engine.with({ onInvalid: "omit" });
    lenient.on("invalidValue", ({ error }) => void messages.push(error.message));
    expect(await lenient.scan(Order, strong).all()).toHaveLength(3);
    expect(messages).toEqual([expect.stringContaining('Order.status (customerId "ada", number 8)')]);
    await theirs.order.remove({ customerId: "ada", number: 8 }).go();
    expect(await check(engine)).toBe(true);
  });

  test("a number that is too long for its padding is found by checkKeys(), and read by a part with pad", async () => {
    await writeTheirs();
    for (const number of [0, -5, 1_234_567]) await theirs.order.create({ ...seven, number }).go();
    expect((await findings()).map(({ problem }) => problem)).toEqual(["invalid", "invalid"]);
    await expect(engine.query(Order, { key: Order.customerId.eq("ada"), ...strong }).all()).rejects.toThrow(
      InvalidValue,
    );
    const Padded = declared(numbered("$account#order_1#number_", { pad: 6 }));
    const found = await engine.query(Padded, { key: Padded.customerId.eq("ada"), ...strong }).all();
    expect(found.map(({ number }) => number)).toEqual([-5, 0, 7, 12, 1_234_567]);
  });
});
