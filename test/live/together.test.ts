/** Searches of several kinds of one table, on a real engine. */

import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  always,
  and,
  type Condition,
  datetime,
  InvalidCondition,
  InvalidOption,
  InvalidPosition,
  InvalidSearch,
  InvalidValue,
  integer,
  key,
  keyOf,
  string,
  table,
  template,
  uuid,
} from "bloop-dynamodb";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { live } from "../support/live.js";
import { pick, type Random, seededRandom } from "../support/random.js";

const { client, engine, tableName, sent } = live("together");
const seed = Number(process.env["BLOOP_SEED"] ?? 22);

const Shop = table("shop", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: "_type",
  indexes: { gsi: { hashKey: "g", rangeKey: "at", projection: "all" } },
});
const Customer = Shop.model(
  "Customer",
  { id: string(), called: string(), at: datetime() },
  { key: { pk: key`C#${"id"}`, sk: key`PROFILE` }, indexes: { byName: { on: "gsi", g: key`N#${"called"}` } } },
);
const Order = Shop.model(
  "Order",
  { customer: string(), day: integer(), id: string(), total: integer(), tag: string(), at: datetime() },
  {
    key: { pk: key`C#${"customer"}`, sk: key`ORDER#${"day"}#${"id"}` },
    indexes: { byTag: { on: "gsi", g: key`N#${"tag"}` } },
  },
);
const Line = Shop.model(
  "Line",
  { customer: string(), day: integer(), id: string(), line: integer() },
  { key: { pk: key`C#${"customer"}`, sk: key`ORDER#${"day"}#${"id"}#LINE#${"line"}` } },
);
const Note = Shop.model(
  "Note",
  { customer: string(), id: string() },
  { key: { pk: key`C#${"customer"}`, sk: key`NOTE#${"id"}` } },
);
const Ticket = Shop.model(
  "Ticket",
  { customer: uuid(), id: string() },
  { key: { pk: key`C#${"customer"}`, sk: key`TICKET#${"id"}` } },
);
const Product = Shop.model("Product", { id: string() }, { key: { pk: key`P#${"id"}`, sk: key`P` } });
const All = Shop.model("All", { pk: string().hashKey(), sk: string().rangeKey() }, { view: true });

/** Kinds that keys alone tell apart, in the notation of a table that exists. */
const Old = table("old", { hashKey: "pk", rangeKey: "sk" });
const User = Old.model(
  "User",
  { id: string(), age: integer() },
  { key: { pk: template`U#${"id"}`, sk: template`USER` } },
);
const Post = Old.model(
  "Post",
  { user: string(), id: string(), age: integer() },
  { key: { pk: template`U#${"user"}`, sk: template`POST#${"id"}` } },
);

const put = (name: string, Item: Record<string, { S: string }>) =>
  client.send(new PutItemCommand({ TableName: tableName(name), Item }));
const stranger = { pk: { S: "C#a#" }, sk: { S: "ORDER#31311#zz#" }, _type: { S: "Newer" } };
const kindOf = (item: object) => item.constructor.name;
const shown = (item: object) => {
  const { id, day, line } = item as { id: string; day?: number; line?: number };
  return [kindOf(item), id, day, line].filter((one) => one !== undefined).join(" ");
};

beforeAll(() => engine.bind([Customer, Order, Line, Note, Ticket, Product, User, Post]));

async function clear() {
  for (const name of ["shop", "old"]) {
    const model = name === "shop" ? All : undefined;
    if (model !== undefined) await engine.deleteAll(engine.scan(model, { consistent: true }));
    else await engine.deleteAll(engine.scan([User, Post], { consistent: true }));
  }
}

describe("a query of several kinds", () => {
  beforeEach(async () => {
    await clear();
    await engine.save([
      new Customer({ id: "a", called: "Ada" }),
      new Customer({ id: "b" }),
      new Order({ customer: "a", day: 9, id: "1", total: 3 }),
      new Order({ customer: "a", day: 10, id: "2", total: 5 }),
      new Line({ customer: "a", day: 9, id: "1", line: 1 }),
      new Line({ customer: "a", day: 10, id: "2", line: 1 }),
      new Note({ customer: "a", id: "n" }),
    ]);
  });
  const ofA = Customer.id.eq("a");

  test("yields the objects of each in the table's order, and none of another kind", async () => {
    const found = await engine.query([Customer, Order], { key: ofA }).all();
    expect(found.map(shown)).toEqual(["Order 1 9", "Order 2 10", "Customer a"]);
    expect(found[0]).toBeInstanceOf(Order);
    const back = engine.query([Order, Line, Customer], { key: ofA, forward: false, pageSize: 2 });
    expect((await back.all()).map(shown)).toEqual([
      "Customer a",
      "Line 2 10 1",
      "Order 2 10",
      "Line 1 9 1",
      "Order 1 9",
    ]);
    expect(await engine.query([Customer, Order], { key: ofA }).count()).toBe(3);
    expect((await engine.query([Customer, Order], { key: ofA, limit: 2 }).all()).map(shown)).toEqual([
      "Order 1 9",
      "Order 2 10",
    ]);
  });

  test("speaks of the range key in shared parts: a range, and the items under one", async () => {
    const key = Order.customer.eq("a");
    sent();
    const since = engine.query([Order, Line], { key: key.and(Order.day.ge(10)) });
    expect((await since.all()).map(shown)).toEqual(["Order 2 10", "Line 2 10 1"]);
    const under = engine.query([Line, Order], { key: key.and(Order.day.eq(9)).and(Order.id.eq("1")) });
    expect((await under.all()).map(shown)).toEqual(["Order 1 9", "Line 1 9 1"]);
    await engine.query([Order, Line], { key }).all();
    const texts = sent().map(({ input }) => JSON.stringify(input["ExpressionAttributeValues"]));
    expect(texts.at(-1)).toContain('"ORDER#"');
  });

  test("filters the items of the filter's own model", async () => {
    const filter = Order.total.gt(3).and(Order.id.ne("x"));
    const search = engine.query([Customer, Order], { key: ofA, filter });
    expect((await search.all()).map(shown)).toEqual(["Order 2 10", "Customer a"]);
    expect(await search.count()).toBe(2);
  });

  test("goes on from a token of the same models, and from no other", async () => {
    const search = engine.query([Customer, Order], { key: ofA });
    const seen: string[] = [];
    for await (const item of search) {
      seen.push(shown(item));
      const next = engine.query([Order, Customer], { key: ofA, pageSize: 1 });
      next.moveTo(search.token);
      const rest = (await next.all()).map(shown);
      expect([...seen, ...rest]).toEqual(["Order 1 9", "Order 2 10", "Customer a"]);
    }
    const { token } = search;
    const others = [
      engine.query([Customer, Order, Line], { key: ofA }),
      engine.query([Customer], { key: ofA }),
      engine.query(Customer, { key: ofA }),
      engine.query([Customer, Order], { key: Customer.id.eq("b") }),
    ];
    for (const other of others) expect(() => other.moveTo(token)).toThrow(InvalidPosition);
  });

  test("skips an item of a kind that nobody knows with a signal, or yields it raw, or throws", async () => {
    await put("shop", stranger);
    const told: object[] = [];
    const stop = engine.on("unknownItem", ({ item }) => void told.push(item));
    expect((await engine.query([Customer, Order], { key: ofA }).all()).length).toBe(3);
    expect(told).toEqual([stranger]);
    expect(await engine.query([Customer, Order], { key: ofA }).count()).toBe(3);
    const raw = await engine.query([Customer, Order], { key: ofA, onUnknown: "raw" }).all();
    expect(raw.filter((item) => !(item instanceof Order || item instanceof Customer))).toEqual([stranger]);
    stop();
    const strict = engine.query([Customer, Order], { key: ofA, onUnknown: "error" });
    const error = await strict.all().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidValue);
    expect(error).toMatchObject({ item: stranger });
  });

  test("of indexes of one name joins their kinds", async () => {
    const at = new Date(0);
    await engine.save([
      new Customer({ id: "x", called: "same", at }),
      new Order({ customer: "y", day: 1, id: "1", tag: "same", at: new Date(1) }),
    ]);
    const search = engine.query([Customer.byName, Order.byTag], {
      key: Customer.called.eq("same").and(Customer.at.ge(at)),
    });
    expect((await search.all()).map(shown)).toEqual(["Customer x", "Order 1 1"]);
  });

  test("a scan of several kinds reads them all, in segments too, and deleteAll takes it", async () => {
    expect(await engine.scan([Customer, Note], { segments: 3 }).count()).toBe(3);
    const found = await engine.scan([Customer, Note], { filter: Customer.called.eq("Ada") }).all();
    expect(found.map(shown).sort()).toEqual(["Customer a", "Note n"]);
    expect(await engine.deleteAll(engine.query([Order, Line], { key: Order.customer.eq("a") }))).toBe(4);
    expect((await engine.scan([Customer, Order, Line, Note]).all()).map(kindOf).sort()).toEqual([
      "Customer",
      "Customer",
      "Note",
    ]);
  });

  test.each<[string, () => unknown, string]>([
    ["no models", () => engine.query([], { key: always() as never }), "names no model"],
    ["one model twice", () => engine.scan([Order, Order]), "is given twice"],
    ["a view", () => engine.scan([Order, All]), "is a view"],
    ["models of two tables", () => engine.scan([Order, User]), "is on another table than Order"],
    ["a model and an index", () => engine.scan([Order, Customer.byName]), "is not searched where Order is"],
    [
      "models in two places",
      () => engine.query([Customer, Product], { key: ofA }),
      "the hash keys of Customer and Product are not made in the same way",
    ],
    [
      "a hash part that is stored in two ways",
      () => engine.query([Customer, Ticket], { key: ofA }),
      "Customer.id (string) and Ticket.customer (uuid) are one part of the key",
    ],
    [
      "a range that another model's key does not have",
      () => engine.query([Customer, Order], { key: Order.customer.eq("a").and(Order.day.gt(1)) }),
      "that of Customer does not begin in the same way",
    ],
    [
      "a projection",
      () => engine.query([Customer, Order], { key: ofA, projection: ["id"] as never }),
      "takes no projection",
    ],
  ])("of %s is refused when it is made", (_, make, message) => {
    expect(make).toThrow(InvalidSearch);
    expect(make).toThrow(message);
  });

  test("a filter on a model that is not searched, and onUnknown for one model, are refused", () => {
    const filter = Note.id.eq("n") as Condition;
    expect(() => engine.query([Customer, Order], { key: ofA, filter })).toThrow(InvalidCondition);
    expect(() => engine.query(Customer, { key: ofA, onUnknown: "raw" } as never)).toThrow(InvalidOption);
  });
});

test("kinds that keys alone tell apart, with parts in their keys alone, are told apart and filtered", async () => {
  await clear();
  await engine.save([new User({ id: "a", age: 3 }), new Post({ user: "a", id: "1" })]);
  await put("old", { pk: { S: "U#a" }, sk: { S: "POST#2" } });
  await put("old", { pk: { S: "U#a" }, sk: { S: "ELSE" } });
  const key = User.id.eq("a");
  const told: object[] = [];
  engine.on("unknownItem", ({ item }) => void told.push(item));
  expect((await engine.query([User, Post], { key }).all()).map(shown)).toEqual(["Post 1", "Post 2", "User a"]);
  expect(told.length).toBe(1);
  const filtered = engine.query([User, Post], { key, filter: Post.id.eq("2") });
  expect((await filtered.all()).map(shown)).toEqual(["Post 2", "User a"]);
});

test("random queries yield what a filter of all items in the table's order leaves", async () => {
  await clear();
  const random = seededRandom(seed);
  const customers = ["a", "a b", "ab"];
  const made = Array.from({ length: 100 }, () => randomEntry(random, customers));
  // Of two with one key, the later one is stored.
  const entries = [...new Map(made.map((entry) => [`${entry.pk} ${entry.sk}`, entry])).values()];
  await engine.save(entries.map(({ object }) => object));
  const ordered = entries.sort((one, other) => Buffer.compare(Buffer.from(one.sk), Buffer.from(other.sk)));
  for (let run = 0; run < 25; run++) {
    const customer = pick(random, customers);
    const models = [Customer, Order, Line, Note].filter(() => random() < 0.6);
    if (models.length === 0) models.push(Line, Order);
    const isRanged = models.every((model) => model === Order || model === Line) && random() < 0.8;
    const speaker = pick(random, models) as typeof Order;
    const hash = (speaker as unknown) === Customer ? Customer.id.eq(customer) : speaker.customer.eq(customer);
    const [low, high] = [pick(random, [-1, 0]), pick(random, [2, 10])];
    const ranges: [Condition, (day: number) => boolean][] = [
      [speaker.day?.eq(high), (day) => day === high],
      [speaker.day?.between(low, high), (day) => day >= low && day <= high],
      [speaker.day?.gt(low), (day) => day > low],
      [speaker.day?.lt(high), (day) => day < high],
    ];
    const [range, isIn] = isRanged ? pick(random, ranges) : [always(), () => true];
    const most = models.includes(Order) && random() < 0.5 ? pick(random, [0, 2]) : undefined;
    const search = engine.query(models as (typeof Order)[], {
      key: and(hash as Condition, range) as never,
      forward: random() < 0.5,
      pageSize: pick(random, [2, 7, 100]),
      ...(most !== undefined && { filter: Order.total.le(most) }),
    });
    const wanted = ordered.filter(
      (entry) =>
        (models as unknown[]).includes(entry.model) &&
        entry.customer === customer &&
        isIn(entry.day) &&
        (most === undefined || entry.model !== Order || entry.day <= most),
    );
    if (!search.token.forward) wanted.reverse();
    const expected = wanted.map(({ object }) => shown(object));
    expect((await search.all()).map(shown), `seed ${seed}, run ${run}`).toEqual(expected);
    expect(await search.count()).toBe(expected.length);
  }
});

interface Entry {
  readonly model: unknown;
  readonly object: InstanceType<typeof Customer | typeof Order | typeof Line | typeof Note>;
  readonly customer: string;
  readonly day: number;
  readonly pk: string;
  readonly sk: string;
}

function randomEntry(random: Random, customers: readonly string[]): Entry {
  const customer = pick(random, customers);
  const [day, id] = [pick(random, [-1, 0, 2, 10]), pick(random, ["", "1", "1#", "12"])];
  const line = pick(random, [1, 2, 10]);
  const entryOf = (model: unknown, object: Entry["object"], keys: ReturnType<typeof keyOf>): Entry => {
    return { model, object, customer, day, pk: String(keys["pk"]), sk: String(keys["sk"]) };
  };
  return pick(random, [
    () => entryOf(Customer, new Customer({ id: customer, called: id }), keyOf(Customer, { id: customer })),
    () => entryOf(Order, new Order({ customer, day, id, total: day }), keyOf(Order, { customer, day, id })),
    () => entryOf(Line, new Line({ customer, day, id, line }), keyOf(Line, { customer, day, id, line })),
    () => entryOf(Note, new Note({ customer, id }), keyOf(Note, { customer, id })),
  ])();
}
