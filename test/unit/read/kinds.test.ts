/** The requests of searches of one kind of a declared table: no item of another kind is asked for, read over or counted. */

import { always, InvalidValue, integer, key, string, table } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { scriptedEngine } from "../../support/requests.js";

const keys = { hashKey: "pk", rangeKey: "sk" } as const;
const Shop = table("shop", {
  ...keys,
  kind: "_type",
  indexes: {
    gsi: { hashKey: "g", projection: "all" },
    byType: { hashKey: "_type", rangeKey: "sk", projection: "keys" },
    typed: { hashKey: "g", rangeKey: "_type", projection: "keys" },
  },
});
const Order = Shop.model(
  "Order",
  { customer: string(), id: string(), status: string() },
  {
    key: { pk: key`C#${"customer"}`, sk: key`ORDER#${"id"}` },
    indexes: {
      byStatus: { on: "gsi", g: key`O#${"status"}` },
      byType: { on: "byType" },
      typed: { on: "typed", g: key`O#${"status"}` },
    },
  },
);
/** Its range keys begin as those of orders do. */
Shop.model(
  "Line",
  { customer: string(), id: string(), line: integer() },
  { key: { pk: key`C#${"customer"}`, sk: key`ORDER#${"id"}#LINE#${"line"}` } },
);

const Plain = table("plain", keys);
const User = Plain.model("User", { id: string() }, { key: { pk: key`U#${"id"}`, sk: key`PROFILE` } });
const Post = Plain.model("Post", { id: string(), n: integer() }, { key: { pk: key`U#${"id"}`, sk: key`POST#${"n"}` } });

const Grown = table("grown", { hashKey: "pk", kind: "_k" });
const Old = Grown.model("Old", { id: string() }, { key: { pk: key`O#${"id"}` }, missing: true });

const New = Grown.model("New", { id: string() }, { key: { pk: key`N#${"id"}` } });

const Electro = table("electro", { hashKey: "pk", kind: ["__e", "__v"] });
const Task = Electro.model("Task", { id: string() }, { key: { pk: key`T#${"id"}` }, kind: { __e: "task", __v: "1" } });

const ofC = Order.customer.eq("c");
const isOrder = '_type = "Order"';

async function sentBy(run: (engine: ReturnType<typeof scriptedEngine>["engine"]) => unknown) {
  const { engine, requests } = scriptedEngine();
  await run(engine);
  return requests().map(({ operation, FilterExpression, KeyConditionExpression, Select }) => [
    operation,
    KeyConditionExpression,
    FilterExpression,
    Select,
  ]);
}

describe("the kind is asked for by", () => {
  test.each<[string, (engine: ReturnType<typeof scriptedEngine>["engine"]) => unknown, unknown[]]>([
    ["a scan", (engine) => engine.scan(Order).all(), ["Scan", undefined, isOrder, undefined]],
    ["a count of a scan", (engine) => engine.scan(Order).count(), ["Scan", undefined, isOrder, "COUNT"]],
    [
      "a query",
      (engine) => engine.query(Order, { key: ofC }).all(),
      ["Query", '(pk = "C#c#") AND (begins_with(sk, "ORDER#"))', isOrder, undefined],
    ],
    [
      "a count of a query",
      (engine) => engine.query(Order, { key: ofC }).count(),
      ["Query", '(pk = "C#c#") AND (begins_with(sk, "ORDER#"))', isOrder, "COUNT"],
    ],
    [
      "a query of an index",
      (engine) => engine.query(Order.byStatus, { key: Order.status.eq("open") }).all(),
      ["Query", 'g = "O#open#"', isOrder, undefined],
    ],
    [
      "deleteAll() of a scan",
      (engine) => engine.deleteAll(engine.scan(Order, { projection: "keys" })),
      ["Scan", undefined, isOrder, undefined],
    ],
    [
      "a filter besides the caller's",
      (engine) => engine.scan(Order, { filter: Order.status.eq("open").or(Order.status.notExists()) }).all(),
      ["Scan", undefined, `((status = "open") OR (attribute_not_exists(status))) AND (${isOrder})`, undefined],
    ],
    [
      "the key condition of an index whose hash key it is, which takes no filter on it",
      (engine) => engine.query(Order.byType, { key: always() }).all(),
      ["Query", '(_type = "Order") AND (begins_with(sk, "ORDER#"))', undefined, undefined],
    ],
    [
      "the key condition of an index whose range key it is",
      (engine) => engine.query(Order.typed, { key: Order.status.eq("open") }).all(),
      ["Query", '(g = "O#open#") AND (_type = "Order")', undefined, undefined],
    ],
    [
      "the beginnings of keys, if no attribute tells it",
      (engine) => engine.scan(Post).all(),
      ["Scan", undefined, '(begins_with(pk, "U#")) AND (begins_with(sk, "POST#"))', undefined],
    ],
    [
      "the beginning of the range key of a query then, or all of it",
      (engine) => engine.query(User, { key: User.id.eq("1") }).all(),
      ["Query", '(pk = "U#1#") AND (sk = "PROFILE#")', undefined, undefined],
    ],
    [
      "no value or its own, for items from before there was one",
      (engine) => engine.scan(Old).all(),
      ["Scan", undefined, '(_k = "Old") OR (attribute_not_exists(_k))', undefined],
    ],
    [
      "all of several attributes",
      (engine) => engine.scan(Task).all(),
      ["Scan", undefined, '(__e = "task") AND (__v = "1")', undefined],
    ],
  ])("%s", async (_, run, expected) => {
    expect(await sentBy(run)).toEqual([expected]);
  });
});

test("of items without a kind, only those under a key of its own are the model's that says missing: true", async () => {
  const stored = (pk: string, kind: object = {}) => ({ pk: { S: pk }, id: { S: "1" }, ...kind });
  const { engine, answer } = scriptedEngine([{ Item: stored("O#1#") }]);
  expect(await engine.get(Old, { id: "1" })).toMatchObject({ id: "1" });
  const stranger = stored("X#1#");
  const items = [stored("O#1#"), stranger, stored("N#1#", { _k: { S: "New" } })];
  answer({ Items: items, Count: 3, ScannedCount: 3 });
  const told: unknown[] = [];
  engine.on("unknownItem", ({ item }) => told.push(item));
  const found = await engine.scan([Old, New]).all();
  expect(found.map((one) => one.constructor.name)).toEqual(["Old", "New"]);
  expect(told).toEqual([stranger]);
});

test("a limit is no page size if the filter of the kind may leave items out", async () => {
  const { engine, requests } = scriptedEngine();
  await engine.query(Order, { key: ofC, limit: 5 }).all();
  await engine.query(Post, { key: Post.id.eq("1"), limit: 5 }).all();
  expect(requests().map(({ Limit }) => Limit)).toEqual([undefined, 5]);
});

test.each([
  ["an encoded bound that is too long", Order.id.lt("é".repeat(512)), "has 1030 bytes"],
  ["one whose escapes triple it", Order.id.ge(" ".repeat(400)), "has 1207 bytes"],
  ["an upper bound", Order.id.between("a", "x".repeat(1100)), "has 1107 bytes"],
  ["a beginning", Order.id.beginsWith("!".repeat(350)), "has 1056 bytes"],
])("%s is refused before a request", (_, range, problem) => {
  const { engine, requests } = scriptedEngine();
  const search = () => engine.query(Order, { key: ofC.and(range) as never });
  expect(search).toThrow(InvalidValue);
  expect(search).toThrow(problem);
  expect(requests()).toEqual([]);
});
