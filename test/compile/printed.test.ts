/** How everyday expressions print in a hover: read in review, since no compiler can tell whether a type reads well. */

import { expect, test } from "vitest";
import { printTypes } from "./printer.js";

const head = `
import * as bloop from "bloop-dynamodb";
import { fromJson, toJson } from "bloop-dynamodb/json";
import { decimal } from "bloop-dynamodb/ext/decimal";
const { add, and, Engine, model, merge } = bloop;
const engine = new Engine();
const Order = model("Order", {
  store: bloop.string().hashKey(),
  at: bloop.datetime().rangeKey(),
  kind: bloop.string("sale", "refund").required(),
  total: decimal().required(),
  note: bloop.string().nullable(),
  tags: bloop.set(bloop.string()),
  lines: bloop.list(bloop.map({ sku: bloop.uuid().required(), count: bloop.integer() })),
  place: bloop.map({ city: bloop.string().required(), geo: bloop.map({ lat: bloop.number() }) }),
  prices: bloop.record(bloop.bigint()),
  payment: bloop.union("by", { card: { last4: bloop.string().required() }, cash: {} }),
  extra: bloop.dynamicMap(),
  settings: bloop.json(),
  flag: bloop.oneOf(bloop.boolean(), bloop.integer()),
  made: bloop.datetime().default(() => new Date()),
  version: bloop.integer().version(),
}, {
  indexes: {
    byKind: { hashKey: "kind", rangeKey: "at", projection: ["total"] },
    byNote: { rangeKey: "note", projection: "keys" },
  },
  stream: { include: ["new", "old"] },
});
interface Named extends bloop.Item<typeof Order> {}
class Sub extends Order { get year() { return this.at.getFullYear(); } }
const key = { store: "s1", at: new Date() };
const order = new Order({ ...key, kind: "sale", total: null! });
const one = Order.store.eq("s1");
const error = new Error() as bloop.ConstraintViolation;
`;

/** An expression for each everyday step. */
const expressions = {
  "a new object": "new Order({ ...key, kind: 'sale', total: null! })",
  "an object that was loaded": "(await engine.get(Order, key))!",
  "several of them": "await engine.getMany(Order, [key])",
  "an object of a subclass": "new Sub({ ...key, kind: 'sale', total: null! })",
  "an object of an interface": "null! as Named",
  "a column with a set": "order.tags",
  "a column with a list": "order.lines",
  "a column with a map": "order.place",
  "a column with a record": "order.prices",
  "a column with a union": "order.payment",
  "a column with dynamic values": "order.extra",
  "the key of a model": "null! as bloop.Key<typeof Order>",
  "what a constructor takes": "null! as bloop.Input<typeof Order>",
  "a search": "engine.query(Order, { key: one })",
  "what a search finds": "await engine.query(Order, { key: one }).first()",
  "what a search of an index finds": "await engine.query(Order.byKind, { key: Order.kind.eq('sale') }).first()",
  "what a search of keys finds": "await engine.query(Order.byNote, { key: one }).all()",
  "what a projection finds": "await engine.scan(Order, { projection: ['total'] }).one()",
  "a page's token": "engine.scan(Order).token",
  "a condition": "one",
  "conditions together": "and(one, Order.total.exists()).or(Order.tags.contains('x'))",
  "a place of text": "Order.store",
  "a place of a number": "Order.version",
  "a place inside of a list": "Order.lines.at(0)",
  "a place inside of a map": "Order.place.at('city')",
  "a size": "Order.tags.size",
  "an action": "add(1)",
  "what an update resolves with": "await engine.update(Order, key, { note: 'x' }, { returning: 'old' })",
  "what a save resolves with": "await engine.save(order, { returning: 'old' })",
  "changes of a model": "null! as bloop.Changes<typeof Order>",
  "a record of a stream": "null! as bloop.RecordOf<typeof Order>",
  "a record of the engine's stream": "(await engine.stream(Order, 'latest').poll())!",
  "a stream": "engine.stream(Order, 'latest')",
  "a transaction": "engine.transaction()",
  "what modify() resolves with": "await engine.modify(Order, key, (found) => { found.note = 'x'; })",
  "an error's current item": "error.current",
  "the same of a model": "(() => { if (error.current instanceof Order) return error.current; throw error; })()",
  "an object as JSON": "toJson(Order, order)",
  "values from JSON": "fromJson(Order, {}, { only: ['store', 'at'] })",
  "a model": "Order",
  "an index": "Order.byKind",
};

/** Where a type shows how its columns were declared, and not what they hold, it is of the declaration itself. */
test("everyday expressions print so that they can be read", async () => {
  const printed = await printTypes(head, expressions);
  expect(Object.keys(printed).length).toBeGreaterThanOrEqual(30);
  const declarations = Object.keys(printed).filter((name) => /\bType</.test(printed[name] ?? ""));
  expect(declarations).toEqual(["a place inside of a list", "a model", "an index"]);
  expect(
    Object.entries(printed)
      .map(([name, type]) => `${name}\n  ${type}`)
      .join("\n\n"),
  ).toMatchSnapshot();
});
