/** The entities of ElectroDB that write and read the table of examples/coming-from/electrodb.ts. */

import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
// #region entities
import { Entity, Service } from "electrodb";

export const makeEntities = (client: DynamoDBDocumentClient, table: string) => {
  const customer = new Entity(
    {
      model: { service: "shop", entity: "customer", version: "1" },
      attributes: {
        customerId: { type: "string", required: true },
        email: { type: "string", required: true },
        name: { type: "string" },
        isActive: { type: "boolean", field: "active" },
        tags: { type: "set", items: "string" },
        phones: { type: "list", items: { type: "string" } },
        address: { type: "map", properties: { city: { type: "string" }, zip: { type: "string" } } },
        createdAt: { type: "number", readOnly: true, default: () => Date.now() },
      },
      indexes: {
        account: {
          collection: "account",
          pk: { field: "pk", composite: ["customerId"] },
          sk: { field: "sk", composite: [] },
        },
        byEmail: {
          index: "gsi1",
          pk: { field: "gsi1pk", composite: ["email"] },
          sk: { field: "gsi1sk", composite: [] },
        },
      },
    },
    { client, table },
  );
  const order = new Entity(
    {
      model: { service: "shop", entity: "order", version: "1" },
      attributes: {
        customerId: { type: "string", required: true },
        number: { type: "number", required: true, padding: { length: 6, char: "0" } },
        status: { type: ["open", "paid"] as const, required: true },
        total: { type: "number" },
        note: { type: "string" },
      },
      indexes: {
        account: {
          collection: "account",
          pk: { field: "pk", composite: ["customerId"] },
          sk: { field: "sk", composite: ["number"] },
        },
        byStatus: {
          index: "gsi1",
          pk: { field: "gsi1pk", composite: ["status"] },
          sk: { field: "gsi1sk", composite: ["number", "customerId"] },
        },
      },
    },
    { client, table },
  );
  const product = new Entity(
    {
      model: { service: "shop", entity: "product", version: "1" },
      attributes: {
        category: { type: "string", required: true },
        sku: { type: "string", required: true },
        price: { type: "number" },
        stock: { type: "number" },
      },
      indexes: {
        primary: {
          pk: { field: "pk", composite: ["category"], template: "PRODUCTS#${category}", casing: "none" },
          sk: { field: "sk", composite: ["sku"], template: "SKU#${sku}", casing: "none" },
        },
      },
    },
    { client, table },
  );
  return { customer, order, product, service: new Service({ customer, order, product }) };
};
// #endregion
