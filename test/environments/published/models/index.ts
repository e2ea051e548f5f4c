/** A library of models of all types, as one team publishes it for others. No type is written that can be inferred. */

import type * as bloop from "bloop-dynamodb";
import {
  add,
  and,
  bigint,
  binary,
  boolean,
  datetime,
  dynamicList,
  dynamicMap,
  Engine,
  type Item,
  ifNotExists,
  integer,
  json,
  list,
  map,
  merge,
  metadataOf,
  model,
  number,
  oneOf,
  or,
  record,
  recursive,
  set,
  string,
  type Type,
  timestamp,
  union,
  uuid,
} from "bloop-dynamodb";
import * as dayjs from "bloop-dynamodb/ext/dayjs";
import { decimal } from "bloop-dynamodb/ext/decimal";
import * as luxon from "bloop-dynamodb/ext/luxon";
import * as python from "bloop-dynamodb/ext/python";
import * as temporal from "bloop-dynamodb/ext/temporal";
import { fromJson, jsonSchemaOf, toJson } from "bloop-dynamodb/json";
import * as local from "bloop-dynamodb/local";
import * as testing from "bloop-dynamodb/testing";

export interface Tree {
  name: string;
  children?: Tree[] | undefined;
}
export const tree: Type<Tree, "M"> = map({ name: string().required(), children: list(recursive(() => tree)) });
export const url = () =>
  string().transform({
    load: (text) => new URL(text),
    dump: (value: URL) => value.href,
    json: { toJson: (value) => value.href, fromJson: (text) => new URL(String(text)) },
  });
export const address = map({ city: string().required(), geo: map({ lat: number(), lon: number() }) });

export const Order = model(
  "Order",
  {
    store: string().hashKey(),
    at: datetime().rangeKey().storedAs("t"),
    kind: string("sale", "refund").required(),
    note: string().nullable(),
    id: uuid(),
    count: integer().default(0),
    price: number(),
    big: bigint(),
    total: decimal(),
    paid: boolean(),
    code: binary(),
    expires: timestamp(),
    tags: set(string("new", "old")),
    codes: set(binary()),
    lines: list(map({ sku: uuid().required(), count: integer() })),
    address,
    prices: record(bigint()),
    payment: union("by", { card: { last4: string().required() }, cash: {} }),
    any: dynamicMap(),
    some: dynamicList(),
    settings: json(),
    flag: oneOf(boolean(), integer()),
    tree,
    home: url(),
    version: integer().version(),
  },
  {
    indexes: {
      byKind: { hashKey: "kind", rangeKey: "at", projection: ["total"] },
      byId: { rangeKey: "id", projection: "keys" },
    },
    stream: { include: ["new", "old"] },
    ttl: { column: "expires" },
  },
);
export type Order = Item<typeof Order>;

export const Times = model("Times", {
  id: uuid().hashKey(),
  dayjs: dayjs.datetime(),
  dayjsSeconds: dayjs.timestamp(),
  luxon: luxon.datetime(),
  luxonSeconds: luxon.timestamp(),
  instant: temporal.instant(),
  seconds: temporal.timestamp(),
  date: temporal.plainDate(),
  time: temporal.plainTime(),
  dateTime: temporal.plainDateTime(),
  zoned: temporal.zonedDateTime(),
  duration: temporal.duration(),
  python: python.datetime(),
  pythonBytes: python.binary(),
});

export class Receipt extends Order {
  get year() {
    return this.at.getFullYear();
  }
}

export const engine = new Engine();
export const isNew = ifNotExists(Order);
export const inStore = (store: string) => Order.store.eq(store);
export const recent = Order.at.gt(new Date(0));
export const either = or(
  and(Order.kind.eq("sale"), recent),
  Order.tags.contains("new"),
  Order.any.at("a").at("b").gt(3),
);
export const { store, at, tags, lines, byKind } = Order;
export const city = Order.address.at("city");
export const raise = { count: add(1), address: merge<{ city: string }>({ city: "Oslo" }) };
export const find = (store: string) => engine.query(Order, { key: inStore(store) });
export const findSales = () => engine.query(byKind, { key: Order.kind.eq("sale"), projection: ["total"] });
export const get = (key: bloop.Key<typeof Order>) => engine.get(Order, key);
export const changesOf = () => engine.stream(Order, "latest");
export const write = (order: Order) => toJson(Order, order);
export const read = (body: unknown) => fromJson(Order, body, { only: ["store", "at", "kind"] });
export const schema = jsonSchemaOf(Order);
export const metadata = metadataOf(Order);
export const emulator = () => local.startLocal();
export const faults = () => testing;
