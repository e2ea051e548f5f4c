/** A table of OneTable as bloop declares it: test/interop has the schema that writes it. */

// #region models
import {
  add,
  boolean,
  datetime,
  Engine,
  ifNotExists,
  integer,
  list,
  map,
  number,
  set,
  setIfMissing,
  string,
  table,
  template,
  timestamp,
} from "bloop-dynamodb";
import { checkKeys } from "bloop-dynamodb/rewrite";

export const Shop = table("onetable", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: "_type",
  indexes: { gs1: { hashKey: "gs1pk", rangeKey: "gs1sk", projection: "all" } },
  ttl: "expires",
  stream: { include: ["new", "old"] },
});

/** OneTable stores bytes as base64 in a text. */
const base64 = () =>
  string().transform({
    load: (stored) => new Uint8Array(Buffer.from(stored, "base64")),
    dump: (bytes: Uint8Array) => Buffer.from(bytes).toString("base64"),
  });

/** With timestamps: true and isoDates: true. OneTable changes the second with each write. */
const timestamps = {
  created: datetime().default(() => new Date()),
  updated: datetime().onWrite(() => new Date()),
};

export const Customer = Shop.model(
  "Customer",
  {
    id: string(),
    email: string().required(),
    name: string(),
    level: string("low", "high").default("low"),
    isActive: boolean().storedAs("active"),
    tags: set(string()),
    phones: list(string()),
    address: map({ city: string(), zip: string() }),
    photo: base64(),
    born: datetime(),
    expires: timestamp(),
    ...timestamps,
  },
  {
    key: { pk: template`customer:${"id"}`, sk: template`customer:` },
    indexes: { byEmail: { on: "gs1", gs1pk: template`email:${"email"}`, gs1sk: template`customer:` } },
  },
);

export const Order = Shop.model(
  "Order",
  {
    customerId: string(),
    number: integer(),
    placedAt: datetime(),
    status: string("open", "paid").required(),
    total: number(),
    note: string(),
    ...timestamps,
  },
  {
    key: { pk: template`customer:${"customerId"}`, sk: template`order:${{ column: "number", width: 6 }}` },
    indexes: {
      byStatus: { on: "gs1", gs1pk: template`status:${"status"}`, gs1sk: template`${"placedAt"}` },
    },
  },
);

export const Product = Shop.model(
  "Product",
  { category: string(), sku: string(), price: number(), stock: integer(), ...timestamps },
  { key: { pk: template`products:${"category"}`, sk: template`sku:${"sku"}` } },
);
// #endregion

export async function operations(): Promise<void> {
  // #region operations
  const engine = new Engine();
  await engine.bind([Customer, Order, Product]);
  const placedAt = new Date("2026-01-31");
  await engine.save(new Customer({ id: "ada", email: "ada@example.org" }), { condition: ifNotExists(Customer) });
  await engine.save(new Order({ customerId: "ada", number: 7, placedAt, status: "open", total: 5 }));

  const order = await engine.get(Order, { customerId: "ada", number: 7 });
  if (order !== undefined) {
    order.status = "paid";
    await engine.save(order); // one UpdateItem: the status, and the key of byStatus
  }
  await engine.update(Order, { customerId: "ada", number: 7 }, { total: add(1) });
  const later = Order.customerId.eq("ada").and(Order.number.gt(6));
  const orders = await engine.query(Order, { key: later, filter: Order.total.gt(0) }).all();
  const recent = Order.status.eq("paid").and(Order.placedAt.ge(placedAt));
  const paid = await engine.query(Order.byStatus, { key: recent, limit: 10 }).all();
  console.log(orders.length, paid[0]?.total);

  // An upsert: makes the item, or changes it and leaves what is only to be there as it is.
  const ifMissing = { level: setIfMissing("low"), created: setIfMissing(new Date()) };
  await engine.update(Customer, { id: "ada" }, { email: "ada@example.org", name: "Ada", ...ifMissing });
  // #endregion
}

export async function check(engine: Engine): Promise<boolean> {
  // #region check
  const models = [Customer, Order, Product] as const;
  await engine.bind(models, { tables: "validate" }); // TableMismatch lists all differences
  const { items, right } = await checkKeys(engine, models, {
    finding: (finding) => console.log(finding.model, finding.key, finding.problem),
  });
  console.log(items === right ? "Every key fits." : "Not yet.");
  // #endregion
  return items === right;
}
