/** A table that DynamoDB-Toolbox 2.10 and bloop both write: each reads, queries and changes what the other wrote. */

import {
  add,
  ConstraintViolation,
  changes,
  datetime,
  dynamicList,
  dynamicMap,
  type Item,
  integer,
  json,
  oneOf,
  record,
  setIfMissing,
  string,
  template,
  timestamp,
} from "bloop-dynamodb";
import { rewriteKeys } from "bloop-dynamodb/rewrite";
import {
  $add,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "dynamodb-toolbox";
import { beforeEach, describe, expect, test } from "vitest";
import { Customer, check, Order, Product, Shop, Ticket } from "../../examples/coming-from/toolbox.js";
import { live } from "../support/live.js";
import { clear, documentClient, put, stored } from "./clients.js";
import { makeBox, makeEntities, makeTicket } from "./libraries/toolbox.js";

const { engine } = live("interop");
const tableName = `interop-${Shop.name}`;
const theirs = makeEntities(documentClient, tableName);
const ticket = makeTicket(theirs.table);
const box = makeBox(theirs.table);
const strong = { consistent: true } as const;

const plain = {
  id: "Ada",
  email: "Ada@Example.org",
  name: "Ada Lovelace",
  level: "high",
  isActive: true,
  tags: new Set(["a", "b"]),
  phones: ["1", ""],
  address: { city: "London" },
  photo: new Uint8Array([0, 255]),
  points: 12_345_678_901_234_567_890n,
} as const;
const ada = { ...plain, phones: [...plain.phones], tags: new Set(plain.tags) };
const day = (date: number) => `2026-01-0${date}T10:00:00.000Z`;
const first = { customerId: "Ada", placedAt: day(1), status: "open", total: 0.1 } as const;
const second = { customerId: "Ada", placedAt: day(2), status: "open", total: 5 } as const;
const lamp = { category: "Home", sku: "Lamp#1", price: 9.99, stock: 3 };
const ourOrder = ({ placedAt, ...order }: typeof first | typeof second) =>
  new Order({ ...order, placedAt: new Date(placedAt) });

beforeEach(async () => {
  await engine.bind([Customer, Order, Product]);
  await clear(tableName);
});

async function writeTheirs(): Promise<void> {
  await theirs.customer.build(PutItemCommand).item(ada).send();
  await theirs.order.build(PutItemCommand).item(first).send();
  await theirs.order.build(PutItemCommand).item(second).send();
  await theirs.product.build(PutItemCommand).item(lamp).send();
}

async function writeOurs(): Promise<void> {
  await engine.save([new Customer(ada), ourOrder(first), ourOrder(second), new Product(lamp)]);
}

const keyOf = {
  customer: ["CUSTOMER#Ada", "PROFILE"],
  order: ["CUSTOMER#Ada", `ORDER#${day(1)}`],
  product: ["PRODUCTS#Home", "SKU#Lamp#1"],
} as const;
const itemOf = (kind: keyof typeof keyOf) => stored(tableName, keyOf[kind]);
const allItems = () => Promise.all([itemOf("customer"), itemOf("order"), itemOf("product")]);
const timeless = <T extends object>(item: T) =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !/^(_ct|_md|created|modified)$/.test(name)));
const values = (object: object | undefined) => timeless({ ...object });
const firstOfOurs = { customerId: "Ada", placedAt: new Date(day(1)) };

test("both store the same items, to the letter", async () => {
  await writeTheirs();
  const theirItems = await allItems();
  await clear(tableName);
  await writeOurs();
  const ourItems = await allItems();
  // Toolbox stores the parts of a key that is a transformed attribute in the key alone.
  const [customer, order, product] = ourItems;
  const { category, sku, ...keyed } = product ?? {};
  expect([category, sku]).toEqual([{ S: "Home" }, { S: "Lamp#1" }]);
  expect([customer, order, keyed].map((item) => timeless(item ?? {}))).toEqual(theirItems.map(timeless));
  for (const [index, item] of ourItems.entries())
    expect(Object.keys(item)).toEqual(expect.arrayContaining(Object.keys(theirItems[index] ?? {})));
});

describe("Toolbox's items", () => {
  beforeEach(writeTheirs);

  test("are loaded with every value, also those of which only a key tells", async () => {
    const customer = await engine.get(Customer, { id: "Ada" }, strong);
    expect(values(customer)).toEqual(ada);
    expect(customer?.created).toBeInstanceOf(Date);
    expect(customer && changes(customer)).toEqual([]);
    expect(values(await engine.get(Product, { category: "Home", sku: "Lamp#1" }, strong))).toEqual(lamp);
  });

  test("are found by queries of the table and its indexes", async () => {
    const orders = await engine.query(Order, { key: Order.customerId.eq("Ada"), ...strong }).all();
    expect(orders.map(({ placedAt, total }) => [placedAt.toISOString(), total])).toEqual([
      [day(1), 0.1],
      [day(2), 5],
    ]);
    const later = Order.customerId.eq("Ada").and(Order.placedAt.gt(new Date(day(1))));
    expect(await engine.query(Order, { key: later, ...strong }).count()).toBe(1);
    const since = Order.status.eq("open").and(Order.placedAt.eq(new Date(day(2))));
    expect(await engine.query(Order.byStatus, { key: since }).count()).toBe(1);
    const found = await engine.query(Customer.byEmail, { key: Customer.email.eq("Ada@Example.org") }).all();
    expect(found.map(values)).toEqual([ada]);
  });

  test("changed by bloop are Toolbox's as before, and its index finds them by their new values", async () => {
    const order = await engine.get(Order, firstOfOurs, strong);
    Object.assign(order ?? {}, { status: "paid" });
    await engine.save(order as Item<typeof Order>);
    await engine.update(Product, { category: "Home", sku: "Lamp#1" }, { stock: add(-1) });
    const { Items: paid = [] } = await theirs.table
      .build(QueryCommand)
      .entities(theirs.order)
      .query({ index: "gsi1", partition: "STATUS#paid" })
      .send();
    expect(paid.map(values)).toEqual([{ ...first, status: "paid" }]);
    const { Item: product } = await theirs.product
      .build(GetItemCommand)
      .key({ category: "Home", sku: "Lamp#1" })
      .options(strong)
      .send();
    expect(product && values(product)).toEqual({ ...lamp, stock: 2 });
  });

  test("what the models don't declare stays", async () => {
    await put(tableName, { ...(await itemOf("order")), extra: { M: { deep: { NULL: true } } } });
    await engine.modify(Order, firstOfOurs, (order) => void Object.assign(order, { note: "mine" }));
    expect(await itemOf("order")).toMatchObject({ extra: { M: { deep: { NULL: true } } }, note: { S: "mine" } });
  });

  test("deleted by bloop are gone for both, and only those", async () => {
    await engine.delete(Order, firstOfOurs);
    await engine.deleteAll(engine.query(Order, { key: Order.customerId.eq("Ada"), ...strong }));
    const { Items = [] } = await theirs.table
      .build(QueryCommand)
      .entities(theirs.customer, theirs.order)
      .query({ partition: "CUSTOMER#Ada" })
      .options(strong)
      .send();
    expect(Items.map(values)).toEqual([ada]);
  });
});

describe("bloop's items", () => {
  beforeEach(writeOurs);

  test("are read by Toolbox with every value", async () => {
    const { Item: customer } = await theirs.customer.build(GetItemCommand).key({ id: "Ada" }).options(strong).send();
    expect(customer && values(customer)).toEqual(ada);
    const { Item: product } = await theirs.product
      .build(GetItemCommand)
      .key({ category: "Home", sku: "Lamp#1" })
      .options(strong)
      .send();
    expect(product && values(product)).toEqual(lamp);
    const { Items = [] } = await theirs.table
      .build(QueryCommand)
      .entities(theirs.order)
      .query({ partition: "CUSTOMER#Ada", range: { beginsWith: "ORDER#" } })
      .options(strong)
      .send();
    expect(Items.map(values)).toEqual([first, second]);
  });

  test("changed and deleted by Toolbox are seen by bloop, with what it left alone", async () => {
    const order = await engine.get(Order, firstOfOurs, strong);
    await theirs.order
      .build(UpdateItemCommand)
      .item({ customerId: "Ada", placedAt: day(1), status: "paid", total: $add(1) })
      .send();
    await theirs.order
      .build(DeleteItemCommand)
      .key({ customerId: "Ada", placedAt: day(2) })
      .send();
    Object.assign(order ?? {}, { note: "mine" });
    await engine.save(order as Item<typeof Order>);
    const found = await engine.query(Order, { key: Order.customerId.eq("Ada"), ...strong }).all();
    expect(found.map(({ status, total, note }) => [status, total, note])).toEqual([["paid", 1.1, "mine"]]);
  });
});

test("an update by Toolbox leaves a linked key as it was, and bloop's next write of a part mends it", async () => {
  await writeOurs();
  await theirs.customer.build(UpdateItemCommand).item({ id: "Ada", email: "new@example.org" }).send();
  expect((await itemOf("customer"))["gsi1pk"]).toEqual({ S: "EMAIL#Ada@Example.org" });
  expect(await engine.query(Customer.byEmail, { key: Customer.email.eq("new@example.org") }).count()).toBe(0);
  await engine.update(Customer, { id: "Ada" }, { email: "new@example.org" });
  expect(await engine.query(Customer.byEmail, { key: Customer.email.eq("new@example.org") }).count()).toBe(1);
});

test("the stream has the changes of both as objects of bloop's models", async () => {
  const stream = engine.stream([Customer, Order], "latest");
  await stream.ready;
  await writeTheirs();
  await engine.update(Order, firstOfOurs, { status: "paid" });
  await theirs.order
    .build(DeleteItemCommand)
    .key({ customerId: "Ada", placedAt: day(2) })
    .send();
  const seen: string[] = [];
  for await (const { old, new: now } of stream) {
    const shown = [old, now].map((one) =>
      one instanceof Order
        ? `${one.placedAt.getUTCDate()} ${one.status}`
        : one instanceof Customer
          ? one.email
          : undefined,
    );
    if (seen.push(`${shown[0]} -> ${shown[1]}`) === 5) break;
  }
  expect(seen.sort()).toEqual([
    "1 open -> 1 paid",
    "2 open -> undefined",
    "undefined -> 1 open",
    "undefined -> 2 open",
    "undefined -> Ada@Example.org",
  ]);
});

/** Its columns are the further rows of the page's table. */
const Box = Shop.model(
  "Box",
  {
    id: string(),
    at: timestamp({ unit: "milliseconds" }),
    labels: record(integer()),
    pair: dynamicList(),
    settings: json(),
    note: string().nullable(),
    extra: oneOf(dynamicMap(), string()),
    version: string("v1").required().default("v1"),
    code: string().transform({ load: (text) => text.slice("CODE#".length), dump: (code: string) => `CODE#${code}` }),
    created: datetime()
      .storedAs("_ct")
      .required()
      .default(() => new Date()),
    modified: datetime()
      .storedAs("_md")
      .onWrite(() => new Date()),
  },
  { key: { pk: template`BOX#${"id"}`, sk: template`BOX` } },
);

test("dates in milliseconds, records, tuples, JSON, null, prefixes and any content are what the page says", async () => {
  const values = { id: "1", labels: { a: 1 }, pair: ["x", 2] as [string, number], settings: { deep: [1] }, note: null };
  const theirBox = { ...values, at: 1_769_862_896_123, extra: "text", version: "v1", code: "7" } as const;
  await box.build(PutItemCommand).item(theirBox).send();
  const loaded = await engine.get(Box, { id: "1" }, strong);
  const expected = { ...theirBox, at: new Date(theirBox.at) };
  expect(timeless({ ...loaded })).toEqual(expected);
  const theirItem = await stored(tableName, ["BOX#1", "BOX"]);
  await clear(tableName);
  await engine.save(new Box({ ...values, at: expected.at, extra: "text", code: "7" }));
  expect(timeless(await stored(tableName, ["BOX#1", "BOX"]))).toEqual(timeless(theirItem));
  const { Item: shown } = await box.build(GetItemCommand).key({ id: "1" }).options(strong).send();
  expect(shown && timeless(shown)).toEqual(theirBox);
});

test("a link that gives undefined makes a sparse index for both", async () => {
  const owned = Ticket.gsi1pk.eq("OWNER#ada");
  const ours = async () => (await engine.query(Ticket.byOwner, { key: owned }).all()).map(({ id }) => id).sort();
  const byOwner = { index: "gsi1", partition: "OWNER#ada" } as const;
  const ofToolbox = async () => {
    const { Items = [] } = await theirs.table.build(QueryCommand).entities(ticket).query(byOwner).send();
    return Items.map(({ id }) => id).sort();
  };
  await ticket.build(PutItemCommand).item({ id: "1", status: "open", owner: "ada" }).send();
  await ticket.build(PutItemCommand).item({ id: "2", status: "done", owner: "ada" }).send();
  await engine.save([
    new Ticket({ id: "3", status: "open", owner: "ada" }),
    new Ticket({ id: "4", status: "done", owner: "ada" }),
  ]);
  expect([await ours(), await ofToolbox()]).toEqual([
    ["1", "3"],
    ["1", "3"],
  ]);
  for (const id of ["1", "3"])
    await engine.modify(Ticket, { id }, (one) => void Object.assign(one, { status: "done" }));
  for (const id of ["2", "4"])
    await engine.modify(Ticket, { id }, (one) => void Object.assign(one, { status: "open" }));
  expect([await ours(), await ofToolbox()]).toEqual([
    ["2", "4"],
    ["2", "4"],
  ]);
  const attributes = Object.keys(await stored(tableName, ["TICKET#1", "TICKET"]));
  expect(attributes.filter((name) => name.startsWith("gsi1"))).toEqual([]);
});

test("an item that Toolbox's update has made lacks required attributes and index keys, and both are found", async () => {
  await writeTheirs();
  expect(await check(engine)).toBe(true);
  await theirs.order
    .build(UpdateItemCommand)
    .item({ customerId: "Bob", placedAt: day(1), status: "open" })
    .send();
  expect(await check(engine)).toBe(false);
  expect((await rewriteKeys(engine, [Customer, Order, Product])).outcomes.rewritten).toBe(1);
  expect(await check(engine)).toBe(true);
  await theirs.order
    .build(UpdateItemCommand)
    .item({ customerId: "Bob", placedAt: day(2), note: "half" })
    .send();
  const half = { customerId: "Bob", placedAt: new Date(day(2)) };
  await expect(engine.get(Order, half, strong)).rejects.toThrow("a required value is missing");
  const lenient = await engine.with({ onInvalid: "omit" }).get(Order, half, strong);
  expect(lenient?.note).toBe("half");
});

test("an upsert by update makes the item, or keeps the time of its creation", async () => {
  await theirs.customer.build(PutItemCommand).item(ada).send();
  const { _ct: created } = await itemOf("customer");
  const upserted = { email: "new@x", level: setIfMissing("low"), created: setIfMissing(new Date()) };
  for (const id of ["Ada", "Bob"]) await engine.update(Customer, { id }, upserted);
  expect(await itemOf("customer")).toMatchObject({ _ct: created, gsi1pk: { S: "EMAIL#new@x" }, name: { S: ada.name } });
  const { Item: bob } = await theirs.customer.build(GetItemCommand).key({ id: "Bob" }).options(strong).send();
  expect(bob).toMatchObject({ id: "Bob", email: "new@x", level: "low" });
  const missing = engine.update(Customer, { id: "Eve" }, { email: "new@x" });
  await expect(missing).rejects.toThrow(ConstraintViolation);
});
