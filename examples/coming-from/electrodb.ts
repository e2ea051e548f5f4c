/** A table of ElectroDB as bloop declares it: test/interop has the entities that write it. */

// #region models
import {
  add,
  boolean,
  Engine,
  ifNotExists,
  integer,
  list,
  map,
  number,
  set,
  string,
  table,
  template,
} from "bloop-dynamodb";

const lower = <const C extends string>(column: C) => ({ column, case: "lower" }) as const;

export const Shop = table("electrodb", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: ["__edb_e__", "__edb_v__"],
  indexes: { gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk", projection: "all" } },
  stream: { include: ["new", "old"] },
});

export const Customer = Shop.model(
  "Customer",
  {
    customerId: string(),
    email: string().required(),
    name: string(),
    isActive: boolean().storedAs("active"),
    tags: set(string()),
    phones: list(string()),
    address: map({ city: string(), zip: string() }),
    createdAt: integer().default(() => Date.now()),
  },
  {
    kind: { __edb_e__: "customer", __edb_v__: "1" },
    key: { pk: template`$shop#customerid_${lower("customerId")}`, sk: template`$account#customer_1` },
    indexes: {
      byEmail: { on: "gsi1", gsi1pk: template`$shop#email_${lower("email")}`, gsi1sk: template`$customer_1` },
    },
  },
);

export const Order = Shop.model(
  "Order",
  {
    customerId: string(),
    number: integer(),
    status: string("open", "paid").required(),
    total: number(),
    note: string(),
  },
  {
    kind: { __edb_e__: "order", __edb_v__: "1" },
    key: {
      pk: template`$shop#customerid_${lower("customerId")}`,
      sk: template`$account#order_1#number_${{ column: "number", width: 6 }}`,
    },
    indexes: {
      byStatus: {
        on: "gsi1",
        gsi1pk: template`$shop#status_${"status"}`,
        gsi1sk: template`$order_1#number_${{ column: "number", width: 6 }}#customerid_${lower("customerId")}`,
      },
    },
  },
);

/** Its entity has templates of its own, and casing "none". */
export const Product = Shop.model(
  "Product",
  { category: string(), sku: string(), price: number(), stock: integer() },
  {
    kind: { __edb_e__: "product", __edb_v__: "1" },
    key: { pk: template`PRODUCTS#${"category"}`, sk: template`SKU#${"sku"}` },
  },
);
// #endregion

export async function operations(): Promise<void> {
  // #region operations
  const engine = new Engine();
  await engine.bind([Customer, Order, Product]);
  await engine.save(new Customer({ customerId: "ada", email: "ada@example.org" }), {
    condition: ifNotExists(Customer),
  });
  await engine.save(new Order({ customerId: "ada", number: 7, status: "open", total: 5 }));

  const order = await engine.get(Order, { customerId: "ada", number: 7 });
  if (order !== undefined) {
    order.status = "paid";
    await engine.save(order); // one UpdateItem: the status, and the keys of byStatus
  }
  await engine.update(Order, { customerId: "ada", number: 7 }, { total: add(1) });
  const later = Order.customerId.eq("ada").and(Order.number.gt(6));
  const orders = await engine.query(Order, { key: later, filter: Order.total.gt(0) }).all();
  const paid = await engine.query(Order.byStatus, { key: Order.status.eq("paid"), limit: 10 }).all();
  console.log(orders.length, paid[0]?.total);
  // #endregion
}
