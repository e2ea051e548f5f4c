/** What other libraries lose or misread in a table of several kinds, by name: each is right with bloop, on a real engine. */

import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { InvalidSearch, InvalidValue, integer, key, string, table, template, uuid } from "bloop-dynamodb";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { live } from "../support/live.js";

const { client, engine, tableName, sent } = live("other-libraries");

const Shop = table("shop", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: "_type",
  indexes: { gsi: { hashKey: "g", rangeKey: "h", projection: "all" } },
});
const Order = Shop.model(
  "Order",
  { customer: string(), id: integer(), status: string(), priority: integer(), note: string() },
  {
    key: { pk: key`C#${"customer"}`, sk: key`ORDER#${"id"}` },
    indexes: { byStatus: { on: "gsi", g: key`ORDER#${"status"}`, h: key`${"priority"}#${"id"}` } },
  },
);
const Invoice = Shop.model(
  "Invoice",
  { customer: string(), order: integer(), sum: integer() },
  { key: { pk: key`C#${"customer"}`, sk: key`ORDER#${"order"}#INVOICE` } },
);
const Customer = Shop.model("Customer", { id: uuid(), name: string() }, { key: { pk: key`C#${"id"}`, sk: key`A` } });

let count = 0;
let customer = "";
beforeAll(() => engine.bind([Order, Invoice, Customer]));
beforeEach(() => {
  customer = `${++count}`;
});
const order = (id: number, more: object = {}) => new Order({ customer, id, status: "open", priority: 1, ...more });
const indexKeyOf = async (id: number) => {
  const Key = { pk: { S: `C#${customer}#` }, sk: { S: `ORDER#3131${id}#` } };
  const { Item } = await client.send(new GetItemCommand({ TableName: tableName("shop"), Key, ConsistentRead: true }));
  return [Item?.["g"]?.S, Item?.["h"]?.S];
};

describe("DynamoDB-Toolbox", () => {
  test("makes a linked key on put only: here each way of writing does", async () => {
    await engine.save(order(1));
    expect(await indexKeyOf(1)).toEqual(["ORDER#open#", "31311#31311#"]);
    await engine.update(Order, { customer, id: 1 }, { status: "paid" });
    expect(await indexKeyOf(1)).toEqual(["ORDER#paid#", "31311#31311#"]);
    const loaded = await engine.get(Order, { customer, id: 1 });
    if (loaded === undefined) throw new Error("gone");
    loaded.status = "sent";
    await engine.transaction((transaction) => transaction.save(loaded));
    expect(await indexKeyOf(1)).toEqual(["ORDER#sent#", "31311#31311#"]);
    await engine.modify(Order, { customer, id: 1 }, (one) => void Object.assign(one, { priority: 2 }));
    expect(await indexKeyOf(1)).toEqual(["ORDER#sent#", "31312#31311#"]);
    await engine.putAll([order(1, { status: "new" })]);
    expect(await indexKeyOf(1)).toEqual(["ORDER#new#", "31311#31311#"]);
  });

  test("computes a linked key from what an update supplies: here a part that is not known is asked for", async () => {
    const Pair = Shop.model(
      "Pair",
      { customer: string(), id: integer(), a: string(), b: string() },
      {
        key: { pk: key`C#${"customer"}`, sk: key`PAIR#${"id"}` },
        indexes: { byPair: { on: "gsi", g: key`PAIR#${"a"}#${"b"}`, h: key`PAIR` } },
      },
    );
    const place = { customer, id: 1 };
    await engine.save(new Pair({ ...place, a: "x", b: "y" }));
    sent();
    const update = engine.update(Pair, place, { a: "z" });
    await expect(update).rejects.toBeInstanceOf(InvalidValue);
    await expect(update).rejects.toThrow("given: { b }");
    expect(sent()).toEqual([]);
    await engine.update(Pair, place, { a: "z" }, { given: { b: "y" } });
    const found = await engine.query(Pair.byPair, { key: Pair.a.eq("z").and(Pair.b.eq("y")) }).all();
    expect(found.map(({ a, b }) => [a, b])).toEqual([["z", "y"]]);
  });
});

test("OneTable leaves the index key of an updated item as it was: here the old place has nothing", async () => {
  const status = (name: string) => `${name} ${customer}`;
  await engine.save(order(1, { status: status("open") }));
  await engine.update(Order, { customer, id: 1 }, { status: status("paid") });
  const idsOf = async (name: string) => {
    const found = await engine.query(Order.byStatus, { key: Order.status.eq(status(name)) }).all();
    return found.map(({ id }) => id);
  };
  await expect.poll(() => idsOf("paid")).toEqual([1]);
  expect(await idsOf("open")).toEqual([]);
});

test("collections group their items by kind: here they come in the table's order, across kinds and numbers", async () => {
  await engine.save([order(10), order(9), new Invoice({ customer, order: 9, sum: 5 })]);
  await engine.save(new Invoice({ customer, order: 10, sum: 7 }));
  const found = await engine.query([Order, Invoice], { key: Order.customer.eq(customer) }).all();
  const names = found.map((item) => (item instanceof Order ? `order ${item.id}` : `invoice ${Object(item).order}`));
  expect(names).toEqual(["order 9", "invoice 9", "order 10", "invoice 10"]);
});

test("models that encode one hash part differently are searched together: here that is refused when it is made", () => {
  const id = "6F0A4B1E-0000-4000-8000-000000000001";
  expect(() => engine.query([Customer, Order], { key: Customer.id.eq(id) })).toThrow(InvalidSearch);
  expect(() => engine.query([Customer, Order], { key: Order.customer.eq(id) })).toThrow(
    "Order.customer (string) and Customer.id (uuid) are one part of the key, and may store one value in two ways",
  );
});

describe("ElectroDB", () => {
  test("compares the first of two parts as a text that goes on: here gt() and le() are exact", async () => {
    await engine.save([1, 2, 9, 10].map((id) => order(id)));
    await engine.save([1, 2, 10].map((one) => new Invoice({ customer, order: one, sum: one })));
    const placesOf = async (condition: unknown) =>
      (await engine.query(Invoice, { key: condition as never }).all()).map(({ order: place }) => place);
    const of = Invoice.customer.eq(customer);
    expect(await placesOf(of.and(Invoice.order.gt(1)))).toEqual([2, 10]);
    expect(await placesOf(of.and(Invoice.order.le(2)))).toEqual([1, 2]);
  });

  test("writes keys in lower case, and pastes texts: here two ids are never one item", async () => {
    await engine.save([order(1, { customer: `${customer}a` }), order(1, { customer: `${customer}A` })]);
    expect((await engine.get(Order, { customer: `${customer}A`, id: 1 }))?.customer).toBe(`${customer}A`);
    const Loose = Shop.model(
      "Loose",
      { a: string(), b: string() },
      { key: { pk: template`L#${"a"}_b_${"b"}`, sk: key`L` } },
    );
    await engine.save(new Loose({ a: "1", b: "2_b_3" }));
    await expect(engine.save(new Loose({ a: "1_b_2", b: "3" }))).rejects.toThrow("would be read as another one");
  });
});
