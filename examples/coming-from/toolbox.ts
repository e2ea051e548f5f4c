/** A table of DynamoDB-Toolbox as bloop declares it: test/interop has the entities that write it. */

// #region models
import {
  add,
  bigint,
  binary,
  boolean,
  datetime,
  dynamicMap,
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
} from "bloop-dynamodb";
import { checkKeys } from "bloop-dynamodb/rewrite";

export const Shop = table("toolbox", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: "_et",
  indexes: { gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk", projection: "all" } },
  stream: { include: ["new", "old"] },
});

/** Toolbox puts these onto each item, and changes the second with each write. */
const timestamps = {
  created: datetime()
    .storedAs("_ct")
    .required()
    .default(() => new Date()),
  modified: datetime()
    .storedAs("_md")
    .onWrite(() => new Date()),
};

export const Customer = Shop.model(
  "Customer",
  {
    id: string(),
    email: string().required(),
    name: string(),
    level: string("low", "high").required().default("low"),
    isActive: boolean().storedAs("active"),
    tags: set(string()),
    phones: list(string()),
    address: map({ city: string(), zip: string() }),
    photo: binary(),
    points: bigint(),
    extra: dynamicMap(),
    ...timestamps,
  },
  {
    key: { pk: template`CUSTOMER#${"id"}`, sk: template`PROFILE` },
    indexes: { byEmail: { on: "gsi1", gsi1pk: template`EMAIL#${"email"}`, gsi1sk: template`CUSTOMER` } },
  },
);

export const Order = Shop.model(
  "Order",
  {
    customerId: string(),
    placedAt: datetime(),
    status: string("open", "paid").required(),
    total: number(),
    note: string(),
    ...timestamps,
  },
  {
    key: { pk: template`CUSTOMER#${"customerId"}`, sk: template`ORDER#${"placedAt"}` },
    indexes: {
      byStatus: {
        on: "gsi1",
        gsi1pk: template`STATUS#${"status"}`,
        gsi1sk: template`${"placedAt"}#${"customerId"}`,
      },
    },
  },
);

/** Its keys are attributes with a transformer, and no others beside them. */
export const Product = Shop.model(
  "Product",
  { category: string(), sku: string(), price: number(), stock: integer(), ...timestamps },
  { key: { pk: template`PRODUCTS#${"category"}`, sk: template`SKU#${"sku"}` } },
);
// #endregion

// #region sparse
interface OpenTicket {
  readonly status: string;
  readonly owner: string;
}

export const Ticket = Shop.model(
  "Ticket",
  {
    id: string(),
    status: string("open", "done").required(),
    owner: string().required(),
    gsi1pk: string().from(["status", "owner"], ({ status, owner }: OpenTicket) =>
      status === "done" ? undefined : `OWNER#${owner}`,
    ),
    gsi1sk: string().from(["status"], ({ status }: { status: string }) => (status === "done" ? undefined : "TICKET")),
    ...timestamps,
  },
  { key: { pk: template`TICKET#${"id"}`, sk: template`TICKET` }, indexes: { byOwner: { on: "gsi1" } } },
);
// #endregion

export async function operations(): Promise<void> {
  // #region operations
  const engine = new Engine();
  await engine.bind([Customer, Order, Product]);
  const placedAt = new Date("2026-01-31");
  await engine.save(new Customer({ id: "ada", email: "ada@example.org" }), { condition: ifNotExists(Customer) });
  await engine.save(new Order({ customerId: "ada", placedAt, status: "open", total: 5 }));

  const order = await engine.get(Order, { customerId: "ada", placedAt });
  if (order !== undefined) {
    order.status = "paid";
    await engine.save(order); // one UpdateItem: the status, and the key of byStatus
  }
  await engine.update(Order, { customerId: "ada", placedAt }, { total: add(1) });
  const recent = Order.customerId.eq("ada").and(Order.placedAt.ge(placedAt));
  const orders = await engine.query(Order, { key: recent, filter: Order.total.gt(0) }).all();
  const paid = await engine.query(Order.byStatus, { key: Order.status.eq("paid"), limit: 10 }).all();
  console.log(orders.length, paid[0]?.total);

  // As UpdateItemCommand does: makes the item, or changes it and leaves what is only to be there as it is.
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
