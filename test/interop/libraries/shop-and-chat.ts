/** The shop and its chat of examples/shop-and-chat.ts in ElectroDB, as far as it goes: it reads no streams. */

import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
// #region example
import { Entity, Service } from "electrodb";

const model = <const E extends string>(entity: E) => ({ service: "shop", entity, version: "1" });
const text = { type: "string", required: true } as const;
const count = { type: "number", required: true } as const;

export const makeShopAndChat = (client: DynamoDBDocumentClient, table: string) => {
  const options = { client, table };
  const pk = <const C extends string>(...composite: C[]) => ({ field: "pk", composite });
  const sk = <const C extends string>(...composite: C[]) => ({ field: "sk", composite });
  const alone = { field: "sk", composite: [] as never[] };
  const pk2 = <const C extends string>(...composite: C[]) => ({ field: "pk2", composite });
  const sk2 = <const C extends string>(...composite: C[]) => ({ field: "sk2", composite });
  const customer = new Entity(
    {
      model: model("customer"),
      attributes: { tenant: text, customer: text, email: text, name: { type: "string" } },
      indexes: { profile: { pk: pk("tenant", "customer"), sk: alone } },
    },
    options,
  );
  /** Unique values are items of one's own, to be written and deleted with each change. */
  const email = new Entity(
    {
      model: model("email"),
      attributes: { tenant: text, email: text, customer: text },
      indexes: { owner: { pk: pk("tenant", "email"), sk: alone } },
    },
    options,
  );
  const product = new Entity(
    {
      model: model("product"),
      attributes: { tenant: text, product: text, name: { type: "string" }, cents: count, stock: count },
      indexes: { primary: { pk: pk("tenant", "product"), sk: alone } },
    },
    options,
  );
  const placed = { tenant: text, customer: text, placedAt: text, id: text } as const;
  const order = new Entity(
    {
      model: model("order"),
      attributes: { ...placed, status: { type: ["open", "paid"] as const, required: true }, cents: count },
      indexes: {
        account: { collection: "orders", type: "clustered", pk: pk("tenant", "customer"), sk: sk("placedAt", "id") },
        byStatus: { index: "byOther", pk: pk2("tenant", "status"), sk: sk2("placedAt", "id") },
      },
    },
    options,
  );
  const line = new Entity(
    {
      model: model("line"),
      attributes: {
        ...placed,
        number: { ...count, padding: { length: 3, char: "0" } },
        product: text,
        quantity: count,
      },
      indexes: {
        account: {
          collection: "orders",
          type: "clustered",
          pk: pk("tenant", "customer"),
          sk: sk("placedAt", "id", "number"),
        },
        byProduct: { index: "byOther", pk: pk2("tenant", "product"), sk: sk2("placedAt", "id", "number") },
      },
    },
    options,
  );
  const member = new Entity(
    {
      model: model("member"),
      attributes: { tenant: text, room: text, customer: text, joinedAt: text },
      indexes: {
        ofRoom: { pk: pk("tenant", "room"), sk: sk("customer") },
        ofCustomer: { index: "byOther", pk: pk2("tenant", "customer"), sk: sk2("room") },
      },
    },
    options,
  );
  const message = new Entity(
    {
      model: model("message"),
      attributes: { tenant: text, room: text, sentAt: text, id: text, customer: text, text },
      indexes: { ofRoom: { pk: pk("tenant", "room"), sk: sk("sentAt", "id") } },
    },
    options,
  );
  const service = new Service({ customer, email, product, order, line, member, message });

  return {
    service,
    /** Whether the e-mail was free. */
    async register(given: { tenant: string; customer: string; email: string; name: string }): Promise<boolean> {
      const { tenant, email: address, customer: id } = given;
      const { canceled } = await service.transaction
        .write(({ customer, email }) => [
          customer.create(given).commit(),
          email.create({ tenant, email: address, customer: id }).commit(),
        ])
        .go();
      return !canceled;
    },
    /** Whether all of it was in stock. */
    async placeOrder(
      { tenant, customer: id }: { tenant: string; customer: string },
      wanted: readonly { product: { product: string; cents: number }; quantity: number }[],
    ): Promise<boolean> {
      const common = { tenant, customer: id, placedAt: new Date().toISOString(), id: crypto.randomUUID() };
      const cents = wanted.reduce((total, { product, quantity }) => total + product.cents * quantity, 0);
      const { canceled } = await service.transaction
        .write(({ customer, order, line, product }) => [
          customer
            .check({ tenant, customer: id })
            .where(({ email }, { exists }) => exists(email))
            .commit(),
          order.create({ ...common, status: "open", cents }).commit(),
          ...wanted.flatMap(({ product: bought, quantity }, number) => [
            line.create({ ...common, number, product: bought.product, quantity }).commit(),
            product
              .patch({ tenant, product: bought.product })
              .subtract({ stock: quantity })
              .where(({ stock }, { gte }) => gte(stock, quantity))
              .commit(),
          ]),
        ])
        .go();
      return !canceled;
    },
    /** Orders and lines in two arrays. */
    ordersOf: async (of: { tenant: string; customer: string }) => (await service.collections.orders(of).go()).data,
    membersOf: async (tenant: string, room: string) => (await member.query.ofRoom({ tenant, room }).go()).data,
    roomsOf: async (tenant: string, id: string) => (await member.query.ofCustomer({ tenant, customer: id }).go()).data,
    /** Whether the customer is in the room. */
    async send(given: { tenant: string; room: string; sentAt: string; id: string; customer: string; text: string }) {
      const { tenant, room, customer: id } = given;
      const { canceled } = await service.transaction
        .write(({ member, message }) => [
          member
            .check({ tenant, room, customer: id })
            .where(({ joinedAt }, { exists }) => exists(joinedAt))
            .commit(),
          message.create(given).commit(),
        ])
        .go();
      return !canceled;
    },
    /** A page, with the cursor of the next one: whoever gets it can read it. */
    messages: (tenant: string, room: string, cursor: string | null) =>
      message.query.ofRoom({ tenant, room }).go({ order: "desc", limit: 2, cursor }),
  };
};
// #endregion
