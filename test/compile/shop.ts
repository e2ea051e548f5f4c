// Kinds of a shared table in use. This file compiles, and each @ts-expect-error below must stay an error. Never run.
import {
  add,
  always,
  datetime,
  Engine,
  type Item,
  integer,
  type Key,
  key,
  number,
  remove,
  setIfMissing,
  string,
  table,
  template,
  uuid,
} from "bloop-dynamodb";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { consume } from "bloop-dynamodb/group";
import { streamHandler } from "bloop-dynamodb/lambda";

const Shop = table("shop", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: "_type",
  indexes: {
    gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk", projection: "all" },
    gsi2: { hashKey: "gsi2pk", rangeKey: "gsi2sk", projection: "keys" },
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
  },
  {
    key: { pk: key`CUSTOMER#${"customerId"}`, sk: key`ORDER#${"placedAt"}#${"id"}` },
    indexes: {
      byStatus: {
        on: "gsi1",
        gsi1pk: key`ORDERS`,
        gsi1sk: key`${"status"}#${{ column: "priority", width: 6 }}#${"id"}`,
      },
    },
  },
);

const Other = Shop.model("Other", { id: string() }, { key: { pk: key`OTHER#${"id"}`, sk: key`OTHER` } });
const engine = new Engine();
const day = new Date();

export const orderKey: Key<typeof Order> = { customerId: "c", placedAt: day, id: "1" };
export const total: Promise<number | undefined> = engine.get(Order, orderKey).then((found) => found?.total);
export const made: Item<typeof Order> = new Order({ customerId: "c", placedAt: day, id: "1" });
export const found = engine.query(Order, { key: Order.customerId.eq("c") });
export const since = engine.query(Order, { key: Order.customerId.eq("c").and(Order.placedAt.ge(day)) });
export const one = engine.query(Order, {
  key: Order.customerId.eq("c").and(Order.placedAt.eq(day)).and(Order.id.beginsWith("1")),
});
export const open = engine.query(Order.byStatus, { key: Order.status.eq("open").and(Order.priority.gt(3)) });
export const all = engine.query(Order.byStatus, { key: always() });
export const first: Promise<string> = engine
  .query(Customer.byEmail, { key: Customer.email.eq("a") })
  .first()
  .then(({ id }) => id);

const both = engine.query([Customer, Order], { key: Customer.id.eq("c"), forward: false, onUnknown: "error" });
for await (const item of both) {
  if (item instanceof Order) item.total?.toFixed();
  if (item instanceof Customer) item.email.trim();
}
export const whole: Promise<(Item<typeof Customer> | Item<typeof Order>)[]> = both.all();
export const since2 = engine.query([Order, Customer], { key: Order.customerId.eq("c").and(Order.placedAt.ge(day)) });
export const some = engine.query([Customer, Order], { key: Customer.id.eq("c"), filter: Order.total.gt(3) });
export const scanned: AsyncIterable<Item<typeof Customer> | Item<typeof Order>> = engine.scan([Customer, Order], {
  segments: 2,
});
export const indexed: Promise<Item<typeof Customer> | Item<typeof Order>> = engine
  .query([Customer.byEmail, Order.byStatus], { key: Customer.email.eq("a") })
  .first();

// @ts-expect-error: a key condition that is none of the models'
engine.query([Customer, Order], { key: Customer.email.eq("c") });
// @ts-expect-error: a filter on another model's column
engine.query([Customer, Order], { key: Customer.id.eq("c"), filter: Other.id.eq("1") });
// @ts-expect-error: each model has columns of its own
engine.query([Customer, Order], { key: Customer.id.eq("c"), projection: ["email"] });
// @ts-expect-error: an option of a search of several models
engine.query(Customer, { key: Customer.id.eq("c"), onUnknown: "error" });
// @ts-expect-error: the key of an order is made of three parts
await engine.get(Order, { customerId: "c", placedAt: day });
// @ts-expect-error: an order's key attributes are no columns
await engine.get(Order, { pk: "CUSTOMER#c", sk: "ORDER#1" });
// @ts-expect-error: a gap in the parts
engine.query(Order, { key: Order.customerId.eq("c").and(Order.id.eq("1")) });
// @ts-expect-error: a range that is not the last part
engine.query(Order, { key: Order.customerId.eq("c").and(Order.placedAt.ge(day)).and(Order.id.eq("1")) });
// @ts-expect-error: the hash key is not there
engine.query(Order, { key: Order.placedAt.ge(day) });
// @ts-expect-error: a column that is no part
engine.query(Order, { key: Order.customerId.eq("c").and(Order.total.gt(1)) });
// @ts-expect-error: a gap in the parts of an index
engine.query(Order.byStatus, { key: Order.priority.gt(3) });
// @ts-expect-error: a part of the key is not updated
await engine.update(Order, orderKey, { placedAt: day });
await engine.update(Order, orderKey, { priority: 2 }, { given: { status: "open" }, returning: "old" });
await engine.update(Order, orderKey, { priority: 2 }, { given: { status: undefined } });
await engine.update(Order, orderKey, { priority: remove(), total: add(1), status: "open" });
// @ts-expect-error: an action on a part of an index's key
await engine.update(Order, orderKey, { priority: add(1), status: "open" });
// @ts-expect-error: an action on a part of an index's key, in a transaction
engine.transaction().update(Order, orderKey, { status: setIfMissing("open") });
// @ts-expect-error: a given value that its column can't have
await engine.update(Order, orderKey, { priority: 2 }, { given: { status: "shut" } });
// @ts-expect-error: a misspelt given column
await engine.update(Order, orderKey, { priority: 2 }, { given: { stauts: "open" } });
// @ts-expect-error: a misspelt given column beside another one
await engine.update(Order, orderKey, { priority: 2 }, { given: { status: "open", stauts: "open" } });
// @ts-expect-error: a given part of the key, which is given as the key
await engine.update(Order, orderKey, { priority: 2 }, { given: { id: "1" } });
// @ts-expect-error: a misspelt given column, in a transaction
engine.transaction().update(Order, orderKey, { priority: 2 }, { given: { status: "open", stauts: "open" } });
// @ts-expect-error: a key attribute is nothing that new takes
new Order({ pk: "CUSTOMER#c", placedAt: day, id: "1", customerId: "c" });
// @ts-expect-error: a part of the key is required
new Order({ placedAt: day, id: "1" });
// @ts-expect-error: a misspelt column of a key
Shop.model("A", { id: string() }, { key: { pk: key`A#${"idd"}`, sk: key`A` } });
// @ts-expect-error: a misspelt column of an index's key
Shop.model("B", { id: string() }, { key: { pk: key`B#${"id"}`, sk: key`B` }, indexes: { x: { on: "gsi1", gsi1pk: template`X#${"naem"}` } } });
// @ts-expect-error: an index that the table does not declare
Shop.model("C", { id: string() }, { key: { pk: key`C#${"id"}`, sk: key`C` }, indexes: { x: { on: "gsi3" } } });
// @ts-expect-error: a key attribute that the table does not have
Shop.model("D", { id: string() }, { key: { pk: key`D#${"id"}`, sk: key`D`, pq: "id" } });

export const Member = Shop.model("Member", { id: string(), email: string(), tenant: string(), at: datetime() }, { key: { pk: key`M#${"id"}`, sk: key`M` }, unique: ["email", ["tenant", "at"]] });
// A column that is stored as the key attribute is left out of the key; so is one that holds the kind.
Shop.model("H", { id: string().hashKey().storedAs("pk"), a: string() }, { key: { sk: key`H#${"a"}` } });
table("tagged", { hashKey: "pk", rangeKey: "kind", kind: "kind" }).model("I", { id: string() }, { key: { pk: key`I#${"id"}` } });
// @ts-expect-error: a key attribute that is left out
Shop.model("J", { id: string() }, { key: { pk: key`J#${"id"}` } });
// @ts-expect-error: a kind without a key
Shop.model("K", { id: string() }, { unique: ["id"] });
export const filled = template`f_${{ column: "id", pad: 6, fill: "-", case: "lower" }}`;
// @ts-expect-error: a case that a part can't be in
export const middle = template`f_${{ column: "id", pad: 6, case: "middle" }}`;
// @ts-expect-error: a fill without a length
export const unfilled = template`f_${{ column: "id", case: "lower", fill: "-" }}`;
// @ts-expect-error: a case of a key that bloop makes
export const cased = key`A#${{ column: "id", width: 3, case: "lower" }}`;
// @ts-expect-error: a misspelt unique column
Shop.model("E", { id: string() }, { key: { pk: key`E#${"id"}`, sk: key`E` }, unique: ["emial"] });
// @ts-expect-error: a misspelt column of several
Shop.model("F", { id: string(), a: string() }, { key: { pk: key`F#${"id"}`, sk: key`F` }, unique: [["a", "b"]] });
// @ts-expect-error: a table that does not tell its kinds apart by an attribute
table("plain", { hashKey: "pk" }).model("G", { id: string() }, { key: { pk: key`G#${"id"}` }, unique: ["id"] });

const Games = table("games", {
  hashKey: "pk",
  kind: "_type",
  indexes: { byRegion: { hashKey: ["_type", "region"], rangeKey: ["place", "score"], projection: "all" } },
});
const Play = Games.model("Play", { id: string(), area: string(), round: integer(), score: number() }, {
  key: { pk: key`PLAY#${"id"}` },
  indexes: { byRegion: { on: "byRegion", region: "area", place: key`R#${"round"}` } },
});
export const plays = engine.query(Play.byRegion, { key: Play.area.eq("a").and(Play.round.eq(1)).and(Play.score.gt(1)) });
// @ts-expect-error: a gap between the attributes of an index
engine.query(Play.byRegion, { key: Play.area.eq("a").and(Play.score.gt(1)) });

for await (const item of engine.query([Customer, Order], { key: Customer.id.eq("c"), onUnknown: "raw" })) {
  if (item instanceof Order) item.total?.toFixed();
  if ("_type" in item) item satisfies Record<string, AttributeValue>;
}
for await (const record of engine.stream([Customer, Order], "latest", { onUnknown: "raw" })) {
  if (record.model === "Order") record.new?.total?.toFixed();
  if (record.model === undefined) (record.new ?? record.key) satisfies Record<string, AttributeValue>;
}
for await (const record of engine.stream([Customer, Order], "latest")) record.model.trim();
// @ts-expect-error: an item of an unknown kind has no columns
engine.scan([Customer, Order], { onUnknown: "raw" }).first().then(({ id }) => id?.trim());
// @ts-expect-error: a record of an unknown kind has no model
for await (const record of engine.stream([Customer, Order], "latest", { onUnknown: "raw" })) record.model.trim();

streamHandler(engine, [Customer, Order], ({ model }) => model.trim(), { onUnknown: "error" });
streamHandler(engine, [Customer, Order], ({ model, key }) => model ?? (key satisfies Record<string, AttributeValue>), {
  onUnknown: "raw",
});
// @ts-expect-error: a record of an unknown kind has no model
streamHandler(engine, [Customer, Order], ({ model }) => model.trim(), { onUnknown: "raw" });
consume(engine, [Customer, Order], { group: "g", handler: ({ model }) => model.trim() });
consume(engine, [Customer, Order], { group: "g", onUnknown: "raw", handler: ({ model }) => model?.trim() });
// @ts-expect-error: a record of an unknown kind has no model
consume(engine, [Customer, Order], { group: "g", onUnknown: "raw", handler: ({ model }) => model.trim() });

string().from(["email"], ({ email }: { email: string }) => email.toLowerCase());
// @ts-expect-error: a value of a computed column's source without a type
string().from(["email"], ({ email }) => email.toLowerCase());
// @ts-expect-error: a column that is used, and not named as a source
string().from(["email"], ({ email, name }: { email: string; name: string }) => `${email} ${name}`);
