/** bloop: each function does what its name says, as the library's manual has it. */

import { add, bigint, Engine, key, map, model, number, string, table } from "bloop-dynamodb";

export function open(client, tableName) {
  const columns = { id: string().hashKey(), note: string(), count: number() };
  const address = map({ city: string(), street: string() });
  const Person = model("Person", { ...columns, address }, { tableName, stream: { include: ["new", "old"] } });
  const Exact = model("Exact", { id: string().hashKey(), total: bigint() }, { tableName });
  const engine = new Engine({ dynamodb: client });
  return {
    load: (id) => engine.get(Person, { id }, { consistent: true }),
    async saveCity(person, city) {
      person.address.city = city;
      await engine.save(person);
    },
    async saveStreet(person, street) {
      person.address.street = street;
      await engine.save(person);
    },
    increment: (id) => engine.update(Person, { id }, { count: add(1) }, { once: true }),
    async loadTotal(id) {
      const { total } = await engine.get(Exact, { id }, { consistent: true });
      return total;
    },
  };
}

export function openOrders(client, tableName) {
  const Shop = table(tableName, {
    hashKey: "pk",
    rangeKey: "sk",
    kind: "_type",
    indexes: { gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk", projection: "all" } },
  });
  const Order = Shop.model(
    "Order",
    { customer: string(), id: string(), status: string(), priority: string() },
    {
      key: { pk: key`CUSTOMER#${"customer"}`, sk: key`ORDER#${"id"}` },
      indexes: { byStatus: { on: "gsi1", gsi1pk: key`ORDERS`, gsi1sk: key`${"status"}#${"priority"}` } },
    },
  );
  const engine = new Engine({ dynamodb: client });
  return {
    create: (order) => engine.save(new Order(order)),
    load: (customer, id) => engine.get(Order, { customer, id }, { consistent: true }),
    async saveStatus(order, status) {
      order.status = status;
      await engine.save(order);
    },
    async savePriority(order, priority) {
      order.priority = priority;
      await engine.save(order);
    },
    ofCustomer: (customer) => engine.query(Order, { key: Order.customer.eq(customer), consistent: true }).all(),
  };
}
