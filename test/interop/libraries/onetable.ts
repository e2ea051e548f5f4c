/** The schema of OneTable that writes and reads the table of examples/coming-from/onetable.ts. */

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
// #region schema
import { Table } from "dynamodb-onetable";

const schema = {
  format: "onetable:1.1.0",
  version: "0.0.1",
  indexes: { primary: { hash: "pk", sort: "sk" }, gs1: { hash: "gs1pk", sort: "gs1sk", project: "all" } },
  models: {
    Customer: {
      pk: { type: String, value: "customer:${id}" },
      sk: { type: String, value: "customer:" },
      gs1pk: { type: String, value: "email:${email}" },
      gs1sk: { type: String, value: "customer:" },
      id: { type: String, required: true },
      email: { type: String, required: true },
      name: { type: String },
      level: { type: String, enum: ["low", "high"], default: "low" },
      isActive: { type: Boolean, map: "active" },
      tags: { type: Set },
      phones: { type: Array, items: { type: String } },
      address: { type: Object, schema: { city: { type: String }, zip: { type: String } } },
      photo: { type: "buffer" },
      born: { type: Date },
      expires: { type: Date, ttl: true },
    },
    Order: {
      pk: { type: String, value: "customer:${customerId}" },
      sk: { type: String, value: "order:${number:6:0}" },
      gs1pk: { type: String, value: "status:${status}" },
      gs1sk: { type: String, value: "${placedAt}" },
      customerId: { type: String, required: true },
      number: { type: Number, required: true },
      placedAt: { type: Date },
      status: { type: String, enum: ["open", "paid"], required: true },
      total: { type: Number },
      note: { type: String },
    },
    Product: {
      pk: { type: String, value: "products:${category}" },
      sk: { type: String, value: "sku:${sku}" },
      category: { type: String, required: true },
      sku: { type: String, required: true },
      price: { type: Number },
      stock: { type: Number },
    },
  },
  params: { isoDates: true, timestamps: true },
} as const;

export const makeModels = (client: DynamoDBClient, name: string) => {
  const table = new Table({ client, name, schema, partial: true });
  return {
    table,
    customer: table.getModel("Customer"),
    order: table.getModel("Order"),
    product: table.getModel("Product"),
  };
};
// #endregion
