/** DynamoDB-Toolbox. An object that was loaded is saved by UpdateItemCommand, with what it holds. */

import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  $add,
  Entity,
  GetItemCommand,
  item,
  map,
  number,
  PutItemCommand,
  QueryCommand,
  string,
  Table,
  UpdateItemCommand,
} from "dynamodb-toolbox";

export function open(client, name) {
  const documentClient = DynamoDBDocumentClient.from(client);
  const table = new Table({ documentClient, name, partitionKey: { name: "id", type: "string" } });
  const schema = item({
    id: string().key(),
    note: string().optional(),
    count: number().optional(),
    total: number({ big: true }).optional(),
    address: map({ city: string(), street: string() }).optional(),
  });
  const person = new Entity({ name: "Person", table, schema, timestamps: false });
  const load = async (id) => (await person.build(GetItemCommand).key({ id }).options({ consistent: true }).send()).Item;
  const save = ({ id, address }) => person.build(UpdateItemCommand).item({ id, address }).send();
  return {
    load,
    saveCity: (object, city) => save({ ...object, address: { ...object.address, city } }),
    saveStreet: (object, street) => save({ ...object, address: { ...object.address, street } }),
    increment: (id) =>
      person
        .build(UpdateItemCommand)
        .item({ id, count: $add(1) })
        .send(),
    loadTotal: async (id) => (await load(id)).total,
  };
}

export function openOrders(client, name) {
  const documentClient = DynamoDBDocumentClient.from(client);
  const attribute = (name) => ({ name, type: "string" });
  const table = new Table({
    documentClient,
    name,
    partitionKey: attribute("pk"),
    sortKey: attribute("sk"),
    indexes: { gsi1: { type: "global", partitionKey: attribute("gsi1pk"), sortKey: attribute("gsi1sk") } },
  });
  const parts = item({ customer: string().key(), id: string().key(), status: string(), priority: string() });
  // The manual's way to an index key: computed by a put, and by an update from what it is given.
  const byStatus = ({ status, priority }) => `${status}#${priority}`;
  const schema = parts.and(() => ({
    gsi1pk: string().default("ORDERS"),
    gsi1sk: string()
      .link(byStatus)
      .updateLink((input) => (input.status && input.priority ? byStatus(input) : undefined)),
  }));
  const computeKey = ({ customer, id }) => ({ pk: `CUSTOMER#${customer}`, sk: `ORDER#${id}` });
  const order = new Entity({ name: "Order", table, schema, computeKey, timestamps: false });
  const save = ({ customer, id, status, priority }) =>
    order.build(UpdateItemCommand).item({ customer, id, status, priority }).send();
  return {
    create: (object) => order.build(PutItemCommand).item(object).send(),
    load: async (customer, id) =>
      (await order.build(GetItemCommand).key({ customer, id }).options({ consistent: true }).send()).Item,
    saveStatus: (object, status) => save({ ...object, status }),
    savePriority: (object, priority) => save({ ...object, priority }),
    async ofCustomer(customer) {
      const query = { partition: `CUSTOMER#${customer}`, range: { beginsWith: "ORDER#" } };
      return (await table.build(QueryCommand).query(query).entities(order).options({ consistent: true }).send()).Items;
    },
  };
}
