/** The example of a shop and its chat, run: each of its parts, and what it promises. */

import {
  type Engine,
  type Item,
  ifNotExists,
  keyOf,
  makeCursors,
  TransactionCanceled,
  UniqueViolation,
} from "bloop-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import {
  Customer,
  countSales,
  Line,
  Member,
  Message,
  membersOf,
  messages,
  Order,
  ordersOf,
  Place,
  Product,
  placeOrder,
  roomsOf,
  Sales,
  send,
} from "../../examples/shop-and-chat.js";
import { live } from "../support/live.js";

const { engine } = live("example");
const strong = { consistent: true } as const;
const cursors = makeCursors(new Uint8Array(32).fill(7));

const ada = new Customer({ tenant: "t", customer: "ada", email: "ada@x", name: "Ada" });
const milk = new Product({ tenant: "t", product: "milk", name: "Milk", cents: 120, stock: 5 });
const bread = new Product({ tenant: "t", product: "bread", name: "Bread", cents: 300, stock: 2 });

beforeAll(async () => {
  await engine.bind([Customer, Product, Order, Line, Member, Message, Sales, Place]);
  await engine.save([ada, milk, bread]);
});

const stockOf = async (product: string) => (await engine.get(Product, { tenant: "t", product }, strong))?.stock;

describe("the shop", () => {
  test("has one customer of a tenant with an e-mail", async () => {
    const other = new Customer({ tenant: "t", customer: "eve", email: "ada@x" });
    await expect(engine.save(other, { condition: ifNotExists(Customer) })).rejects.toThrow(UniqueViolation);
    await engine.save(new Customer({ tenant: "u", customer: "eve", email: "ada@x" }));
  });

  test("places an order whole, or not at all", async () => {
    const placed = await placeOrder(engine, ada, [
      { product: milk, quantity: 3 },
      { product: bread, quantity: 1 },
    ]);
    expect(placed).toMatchObject({ status: "open", cents: 660 });
    await expect(
      placeOrder(engine, ada, [
        { product: bread, quantity: 1 },
        { product: milk, quantity: 3 },
      ]),
    ).rejects.toThrow(TransactionCanceled);
    expect([await stockOf("milk"), await stockOf("bread")]).toEqual([2, 1]);
    const nobody = new Customer({ tenant: "t", customer: "nobody", email: "n@x" });
    await expect(placeOrder(engine, nobody, [{ product: milk, quantity: 1 }])).rejects.toThrow(TransactionCanceled);
  });

  test("lists orders with their lines behind them, and an order by its status and a line by its product", async () => {
    const second = await placeOrder(engine, ada, [{ product: milk, quantity: 1 }]);
    const found = await ordersOf(engine, ada);
    expect(found.map((one) => ("cents" in one ? one.cents : `${one.number} ${one.product}`))).toEqual([
      660,
      "0 milk",
      "1 bread",
      120,
      "0 milk",
    ]);
    second.status = "paid";
    await engine.save(second);
    const paid = Order.tenant.eq("t").and(Order.status.eq("paid"));
    expect(await engine.query(Order.byStatus, { key: paid }).all()).toEqual([second]);
    const ofMilk = Line.tenant.eq("t").and(Line.product.eq("milk"));
    const lines = await engine.query(Line.byProduct, { key: ofMilk }).all();
    expect(lines.map(({ quantity }) => quantity)).toEqual([3, 1]);
  });

  test("keeps tenants apart", async () => {
    expect(await ordersOf(engine, new Customer({ tenant: "u", customer: "ada", email: "a" }))).toEqual([]);
    expect(keyOf(Product, { tenant: "t", product: "milk" })).toEqual({ pk: "t#PRODUCT#milk#", sk: "PRODUCT#" });
  });
});

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const message = (second: number, customer: string): Item<typeof Message> =>
  new Message({ tenant: "t", room: "lobby", sentAt: at(second), id: `${second}`, customer, text: `text ${second}` });

interface PageOfMessages {
  readonly items: readonly { readonly text: string }[];
  readonly next: string;
}

describe("the chat", () => {
  beforeAll(() =>
    engine.save([
      new Member({ tenant: "t", room: "lobby", customer: "ada", joinedAt: at(0) }),
      new Member({ tenant: "t", room: "lobby", customer: "bob", joinedAt: at(1) }),
      new Member({ tenant: "t", room: "attic", customer: "ada", joinedAt: at(2) }),
    ]),
  );

  test("shows the members of a room, and the rooms of a member", async () => {
    expect((await membersOf(engine, "t", "lobby")).map(({ customer }) => customer)).toEqual(["ada", "bob"]);
    expect((await roomsOf(engine, "t", "ada")).map(({ room }) => room)).toEqual(["attic", "lobby"]);
  });

  test("takes messages of members only, and pages through them over HTTP", async () => {
    for (const second of [1, 2, 3]) await send(engine, message(second, "ada"));
    await expect(send(engine, message(4, "eve"))).rejects.toThrow(TransactionCanceled);
    const get = (path: string, tenant = "t") =>
      messages(engine, cursors, tenant, new Request(`http://localhost${path}`));
    const first = (await (await get("/rooms/lobby/messages")).json()) as PageOfMessages;
    expect(first.items.map(({ text }) => text)).toEqual(["text 3", "text 2"]);
    expect(first.next).not.toContain("lobby");
    const after = encodeURIComponent(first.next);
    const second = await (await get(`/rooms/lobby/messages?after=${after}`)).json();
    expect(second).toMatchObject({ items: [{ text: "text 1", sentAt: at(1).toISOString() }] });
    expect((await get(`/rooms/attic/messages?after=${after}`)).status).toBe(400);
    expect((await get(`/rooms/lobby/messages?after=${after}`, "u")).status).toBe(400);
    expect((await get("/rooms/lobby/messages?after=x")).status).toBe(400);
    expect((await get("/elsewhere")).status).toBe(404);
  });
});

/** Counts until so much of a product is sold. */
async function countUntil(counting: Engine, product: string, sold: number): Promise<void> {
  const stop = new AbortController();
  const done = countSales(counting, stop.signal).catch((error) => {
    if (!stop.signal.aborted) throw error;
  });
  const day = new Date().toISOString().slice(0, 10);
  const isSold = async () => ((await engine.get(Sales, { tenant: "t", product, day }, strong))?.sold ?? 0) >= sold;
  await expect.poll(isSold, { timeout: 20_000 }).toBe(true);
  stop.abort();
  await done;
}

test("the projection counts each line once, also after it was ended", async () => {
  await placeOrder(engine, ada, [{ product: bread, quantity: 1 }]);
  await countUntil(engine, "bread", 2);
  await engine.save(Object.assign(milk, { stock: 9 }));
  await placeOrder(engine, ada, [{ product: milk, quantity: 2 }]);
  await countUntil(engine, "milk", 6);
  const sales = await engine.scan(Sales, strong).all();
  expect(sales.map(({ product, sold }) => `${product} ${sold}`).sort()).toEqual(["bread 2", "milk 6"]);
});
