/** A table of ElectroDB as bloop declares it: test/interop has the entities that write it. */

// #region models
import {
  add,
  boolean,
  datetime,
  dynamicMap,
  Engine,
  ifNotExists,
  integer,
  list,
  map,
  number,
  oneOf,
  type PartOf,
  set,
  setIfMissing,
  string,
  table,
  template,
} from "bloop-dynamodb";
import { checkKeys } from "bloop-dynamodb/rewrite";

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

// #region helper
/** Composites as the columns of a template: a text is in lower case, as ElectroDB's keys are. */
type Composites<P extends readonly PartOf<string>[]> = {
  readonly [I in keyof P]: P[I] extends string ? { readonly column: P[I]; readonly case: "lower" } : P[I];
};

/** ElectroDB's keys of an entity, from lists of composites: names of texts, or `{ column: "number", width: 6 }`. */
export function electro(service: string, entity: string, version = "1") {
  const own = `${entity}_${version}`;
  const compose = <const P extends readonly PartOf<string>[]>(start: string, composites: P, end = "") => {
    const parts = composites.map((part) =>
      typeof part === "string" ? ({ column: part, case: "lower" } as const) : part,
    );
    const [first, ...others] = [...parts.map(({ column }) => `#${column}_`), end];
    const texts = [`${start}${first}`, ...others].map((text) => text.toLowerCase());
    return template(Object.assign(texts, { raw: texts }), ...(parts as readonly PartOf<string>[] as Composites<P>));
  };
  return {
    kind: { __edb_e__: entity, __edb_v__: version },
    /** A partition key, of an index with a `scope` or without. */
    pk: <const P extends readonly PartOf<string>[]>(composites: P, scope?: string) =>
      compose(scope === undefined ? `$${service}` : `$${service}_${scope}`, composites),
    /** A sort key, in front of which its collections stand, if it has any. */
    sk: <const P extends readonly PartOf<string>[]>(composites: P, ...collections: string[]) =>
      compose(`$${[...collections, own].join("#")}`, composites),
    /** A sort key of an index of the type "clustered": the entity stands last. */
    clustered: <const P extends readonly PartOf<string>[]>(composites: P, ...collections: string[]) =>
      compose(`$${collections.join("#")}`, composites, `#${own}`),
  };
}
// #endregion

// #region tracker
export const Tracker = table("electrodb-tracker", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: ["__edb_e__", "__edb_v__"],
  indexes: {
    gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk", projection: "all" },
    gsi2: { hashKey: "gsi2pk", rangeKey: "gsi2sk", projection: "all" },
    gsi3: { hashKey: "gsi3pk", rangeKey: "gsi3sk", projection: "all" },
  },
});

/** The keys of tasks that are open, as texts. */
export const openOf = (assigneeId: string) => `$tracker#assigneeid_${assigneeId.toLowerCase()}`;
export const dueOf = (dueAt: Date) => `$task_1#dueat_${dueAt.toISOString().toLowerCase()}`;

interface Open {
  readonly status: string;
  readonly assigneeId: string;
  readonly dueAt: Date;
}

const task = electro("tracker", "task");
export const Task = Tracker.model(
  "Task",
  {
    orgId: string(),
    projectId: string(),
    taskNo: integer(),
    status: string("Todo", "InProgress", "Done").required(),
    priority: integer().required(),
    assigneeId: string().required(),
    dueAt: datetime().required(),
    minutes: number(),
    extra: oneOf(dynamicMap(), string()),
    /** The `condition` of byAssignee: computed columns that are the key attributes themselves. */
    gsi2pk: string().from(["status", "assigneeId"], ({ status, assigneeId }: Pick<Open, "status" | "assigneeId">) =>
      status === "Done" ? undefined : openOf(assigneeId),
    ),
    gsi2sk: string().from(["status", "dueAt"], ({ status, dueAt }: Pick<Open, "status" | "dueAt">) =>
      status === "Done" ? undefined : dueOf(dueAt),
    ),
  },
  {
    kind: task.kind,
    key: { pk: task.pk(["orgId"]), sk: task.sk(["projectId", { column: "taskNo", width: 6 }], "org", "work") },
    indexes: {
      board: {
        on: "gsi1",
        gsi1pk: task.pk(["projectId"]),
        gsi1sk: task.clustered(["status", { column: "priority", width: 2 }, { column: "taskNo", width: 6 }], "board"),
      },
      byAssignee: { on: "gsi2" },
      byMinutes: { on: "gsi3", gsi3pk: task.pk(["projectId"], "effort"), gsi3sk: "minutes" },
    },
  },
);

const project = electro("tracker", "project");
export const Project = Tracker.model(
  "Project",
  { orgId: string(), projectId: string(), name: string().required() },
  {
    kind: project.kind,
    key: { pk: project.pk(["orgId"]), sk: project.sk(["projectId"], "org", "work") },
    indexes: { board: { on: "gsi1", gsi1pk: project.pk(["projectId"]), gsi1sk: project.clustered([], "board") } },
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

  // An upsert: makes the item, or changes it and leaves createdAt as it is.
  const upserted = { email: "ada@example.org", name: "Ada", createdAt: setIfMissing(Date.now()) };
  await engine.update(Customer, { customerId: "ada" }, upserted);
  // #endregion
}

export async function check(engine: Engine): Promise<boolean> {
  // #region check
  const models = [Customer, Order, Product] as const;
  await engine.bind(models, { tables: "validate" }); // TableMismatch lists all differences
  const { items, right } = await checkKeys(engine, models, {
    finding: (finding) => console.log(finding.model, finding.key, finding.problem),
  });

  let bad = 0;
  const lenient = engine.with({ onInvalid: "omit" });
  lenient.on("invalidValue", ({ error }) => {
    bad += 1;
    console.log(error.message); // Order.status (customerId "ada", number 7): a required value is missing ...
  });
  for await (const _ of lenient.scan(models)) if (bad > 1_000) break;
  console.log(items === right && bad === 0 ? "Every item fits." : "Not yet.");
  // #endregion
  return items === right && bad === 0;
}
