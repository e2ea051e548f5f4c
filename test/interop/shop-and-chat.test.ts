/** The example of a shop and its chat in ElectroDB: the same steps, and what each of them gives. */

import { beforeAll, expect, test } from "vitest";
import { Customer, Order, ordersOf, Product, placeOrder, Shop } from "../../examples/shop-and-chat.js";
import { live } from "../support/live.js";
import { clear, documentClient } from "./clients.js";
import { makeShopAndChat } from "./libraries/shop-and-chat.js";

const { engine } = live("interop");
const tableName = `interop-${Shop.name}`;
const theirs = makeShopAndChat(documentClient, tableName);

const ada = { tenant: "t", customer: "ada", email: "ada@x", name: "Ada" };
const milk = { tenant: "t", product: "milk", name: "Milk", cents: 120, stock: 5 };

beforeAll(async () => {
  await engine.bind([Customer, Order]);
  await clear(tableName);
});

test("registers one customer with an e-mail, if every write keeps the item of the e-mail", async () => {
  expect(await theirs.register(ada)).toBe(true);
  expect(await theirs.register({ ...ada, customer: "eve" })).toBe(false);
  expect(await theirs.register({ ...ada, tenant: "u" })).toBe(true);
});

test("places an order whole, or not at all, and lists orders and lines in two arrays", async () => {
  await theirs.service.entities.product.create(milk).go();
  expect(await theirs.placeOrder(ada, [{ product: milk, quantity: 3 }])).toBe(true);
  expect(await theirs.placeOrder(ada, [{ product: milk, quantity: 3 }])).toBe(false);
  expect(await theirs.placeOrder({ tenant: "t", customer: "nobody" }, [{ product: milk, quantity: 1 }])).toBe(false);
  const { order, line } = await theirs.ordersOf(ada);
  expect(order).toMatchObject([{ cents: 360, status: "open" }]);
  expect(line).toMatchObject([{ product: "milk", quantity: 3, number: 0 }]);
});

test("shows members from both sides, and pages with a cursor that can be read", async () => {
  for (const [room, customer] of [
    ["lobby", "ada"],
    ["lobby", "bob"],
    ["attic", "ada"],
  ] as const)
    await theirs.service.entities.member.create({ tenant: "t", room, customer, joinedAt: "2026" }).go();
  expect((await theirs.membersOf("t", "lobby")).map(({ customer }) => customer)).toEqual(["ada", "bob"]);
  expect((await theirs.roomsOf("t", "ada")).map(({ room }) => room)).toEqual(["attic", "lobby"]);
  const message = (id: string, customer = "ada") => ({
    tenant: "t",
    room: "lobby",
    sentAt: `2026-0${id}`,
    id,
    customer,
    text: id,
  });
  for (const id of ["1", "2", "3"]) expect(await theirs.send(message(id))).toBe(true);
  expect(await theirs.send(message("4", "eve"))).toBe(false);
  const first = await theirs.messages("t", "lobby", null);
  expect(first.data.map(({ text }) => text)).toEqual(["3", "2"]);
  const second = await theirs.messages("t", "lobby", first.cursor);
  expect(second.data.map(({ text }) => text)).toEqual(["1"]);
  expect(Buffer.from(first.cursor ?? "", "base64").toString()).toContain("room_lobby");
});

test("bloop's example does the same in the same table, beside ElectroDB's items", async () => {
  const customer = new Customer(ada);
  const product = new Product(milk);
  await engine.save([customer, product]);
  await placeOrder(engine, customer, [{ product, quantity: 3 }]);
  const [order, line] = await ordersOf(engine, customer);
  expect(order).toMatchObject({ cents: 360, status: "open" });
  expect(line).toMatchObject({ product: "milk", quantity: 3, number: 0 });
});
