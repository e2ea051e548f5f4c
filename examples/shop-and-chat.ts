/** A shop and its chat, for several tenants, in one table. test/interop has the same in ElectroDB. */

// #region example
import {
  add,
  type Cursors,
  checkpointModel,
  datetime,
  type Engine,
  InvalidPosition,
  type Item,
  integer,
  key,
  string,
  table,
} from "bloop-dynamodb";
import { toJson } from "bloop-dynamodb/json";

export const Shop = table("shop-and-chat", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: "kind",
  indexes: { byOther: { hashKey: "pk2", rangeKey: "sk2", projection: "all" } },
  stream: { include: ["new"] },
});
const tenant = string();
const ofCustomer = key`${"tenant"}#CUSTOMER#${"customer"}`;
const ofProduct = key`${"tenant"}#PRODUCT#${"product"}`;
const ofRoom = key`${"tenant"}#ROOM#${"room"}`;
export const Customer = Shop.model(
  "Customer",
  { tenant, customer: string(), email: string().required(), name: string() },
  { key: { pk: ofCustomer, sk: key`PROFILE` }, unique: [["tenant", "email"]] },
);
export const Product = Shop.model(
  "Product",
  { tenant, product: string(), name: string(), cents: integer().required(), stock: integer().required() },
  { key: { pk: ofProduct, sk: key`PRODUCT` } },
);
const order = { tenant, customer: string(), placedAt: datetime(), id: string() };
export const Order = Shop.model(
  "Order",
  { ...order, status: string("open", "paid").required(), cents: integer().required() },
  {
    key: { pk: ofCustomer, sk: key`ORDER#${"placedAt"}#${"id"}` },
    indexes: { byStatus: { on: "byOther", pk2: key`${"tenant"}#ORDERS#${"status"}`, sk2: key`${"placedAt"}#${"id"}` } },
  },
);
export const Line = Shop.model(
  "Line",
  { ...order, number: integer(), product: string().required(), quantity: integer().required() },
  {
    key: { pk: ofCustomer, sk: key`ORDER#${"placedAt"}#${"id"}#LINE#${"number"}` },
    indexes: { byProduct: { on: "byOther", pk2: ofProduct, sk2: key`LINE#${"placedAt"}#${"id"}#${"number"}` } },
  },
);
export const Member = Shop.model(
  "Member",
  { tenant, room: string(), customer: string(), joinedAt: datetime().required() },
  {
    key: { pk: ofRoom, sk: key`MEMBER#${"customer"}` },
    indexes: { byCustomer: { on: "byOther", pk2: ofCustomer, sk2: key`ROOM#${"room"}` } },
  },
);
export const Message = Shop.model(
  "Message",
  { tenant, room: string(), sentAt: datetime(), id: string(), customer: string().required(), text: string() },
  { key: { pk: ofRoom, sk: key`MESSAGE#${"sentAt"}#${"id"}` } },
);
export const Sales = Shop.model(
  "Sales",
  { tenant, product: string(), day: string(), sold: integer() },
  { key: { pk: ofProduct, sk: key`SALES#${"day"}` } },
);
export const Place = checkpointModel("shop-and-chat-places");
type Wanted = readonly { readonly product: Item<typeof Product>; readonly quantity: number }[];

/** An order with its lines. Rejects with TransactionCanceled, and writes nothing, unless all of it is in stock. */
export async function placeOrder(engine: Engine, { tenant, customer }: Item<typeof Customer>, wanted: Wanted) {
  const common = { tenant, customer, placedAt: new Date(), id: crypto.randomUUID() };
  const cents = wanted.reduce((total, { product, quantity }) => total + product.cents * quantity, 0);
  const placed = new Order({ ...common, status: "open", cents });
  const all = engine.transaction().check(Customer, { tenant, customer }, Customer.email.exists()).save(placed);
  for (const [number, { product: bought, quantity }] of wanted.entries()) {
    const { product } = bought;
    all.save(new Line({ ...common, number, product, quantity }));
    all.update(Product, { tenant, product }, { stock: add(-quantity) }, { condition: Product.stock.ge(quantity) });
  }
  await all.commit();
  return placed;
}

/** A customer's orders, each with its lines behind it: one query, in the order of the table. */
export function ordersOf(engine: Engine, { tenant, customer }: Item<typeof Customer>) {
  const ordered = Order.tenant
    .eq(tenant)
    .and(Order.customer.eq(customer))
    .and(Order.placedAt.ge(new Date(0)));
  return engine.query([Order, Line], { key: ordered }).all();
}

/** The same items from both sides. */
export const membersOf = (engine: Engine, tenant: string, room: string) =>
  engine.query(Member, { key: Member.tenant.eq(tenant).and(Member.room.eq(room)) }).all();
export const roomsOf = (engine: Engine, tenant: string, customer: string) =>
  engine.query(Member.byCustomer, { key: Member.tenant.eq(tenant).and(Member.customer.eq(customer)) }).all();

/** Rejects with TransactionCanceled if the customer is not in the room. */
export function send(engine: Engine, message: Item<typeof Message>): Promise<void> {
  const { tenant, room, customer } = message;
  const isMember = Member.joinedAt.exists();
  return engine.transaction((all) => all.check(Member, { tenant, room, customer }, isMember).save(message));
}

/** GET /rooms/lobby/messages?after=...: the latest first. A cursor is of one tenant's room, and nobody can read it. */
export async function messages(engine: Engine, cursors: Cursors, tenant: string, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const [, room] = /^\/rooms\/([\w-]+)\/messages$/.exec(pathname) ?? [];
  if (room === undefined) return new Response(undefined, { status: 404 });
  const found = Message.tenant
    .eq(tenant)
    .and(Message.room.eq(room))
    .and(Message.sentAt.ge(new Date(0)));
  const search = engine.query(Message, { key: found, forward: false, limit: 2 });
  try {
    const after = searchParams.get("after");
    if (after !== null) search.moveTo(await cursors.open(after, `${tenant} ${room}`));
    const items = (await search.all()).map((message) => toJson(Message, message));
    return Response.json({ items, next: await cursors.seal(search.cursor, `${tenant} ${room}`) });
  } catch (error) {
    if (error instanceof InvalidPosition) return new Response(undefined, { status: 400 });
    throw error;
  }
}

/** The number sold of each product on each day. Each line counts once, whenever this ends and is begun again. */
export async function countSales(engine: Engine, signal: AbortSignal): Promise<void> {
  const stream = engine.stream(Line, { checkpoints: Place, name: "sales" }, { signal });
  for await (const record of stream) {
    await engine.transaction((all) => {
      if (record.type === "insert") {
        const { tenant, product, placedAt, quantity } = record.new;
        const day = placedAt.toISOString().slice(0, 10);
        all.update(Sales, { tenant, product, day }, { sold: add(quantity) });
      }
      stream.checkpoint(all, record);
    });
  }
}
// #endregion
