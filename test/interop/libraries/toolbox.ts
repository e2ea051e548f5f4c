/** The entities of DynamoDB-Toolbox that write and read the table of examples/coming-from/toolbox.ts. */

import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
// #region entities
import {
  any,
  anyOf,
  binary,
  boolean,
  Entity,
  item,
  jsonStringify,
  list,
  map,
  nul,
  number,
  prefix,
  record,
  set,
  string,
  Table,
  tuple,
} from "dynamodb-toolbox";

export const makeEntities = (documentClient: DynamoDBDocumentClient, name: string) => {
  const table = new Table({
    documentClient,
    name,
    partitionKey: { name: "pk", type: "string" },
    sortKey: { name: "sk", type: "string" },
    indexes: {
      gsi1: {
        type: "global",
        partitionKey: { name: "gsi1pk", type: "string" },
        sortKey: { name: "gsi1sk", type: "string" },
      },
    },
  });
  const customer = new Entity({
    name: "Customer",
    table,
    schema: item({
      id: string().key(),
      email: string(),
      name: string().optional(),
      level: string().enum("low", "high").default("low"),
      isActive: boolean().savedAs("active").optional(),
      tags: set(string()).optional(),
      phones: list(string()).optional(),
      address: map({ city: string().optional(), zip: string().optional() }).optional(),
      photo: binary().optional(),
      points: number().big().optional(),
      extra: any().optional(),
    }).and((before) => ({
      gsi1pk: string()
        .hidden()
        .link<typeof before>(({ email }) => `EMAIL#${email}`),
      gsi1sk: string().hidden().default("CUSTOMER"),
    })),
    computeKey: ({ id }) => ({ pk: `CUSTOMER#${id}`, sk: "PROFILE" }),
  });
  const order = new Entity({
    name: "Order",
    table,
    schema: item({
      customerId: string().key(),
      placedAt: string().key(),
      status: string().enum("open", "paid"),
      total: number().optional(),
      note: string().optional(),
    }).and((before) => ({
      gsi1pk: string()
        .hidden()
        .link<typeof before>(({ status }) => `STATUS#${status}`),
      gsi1sk: string()
        .hidden()
        .link<typeof before>(({ placedAt, customerId }) => `${placedAt}#${customerId}`),
    })),
    computeKey: ({ customerId, placedAt }) => ({ pk: `CUSTOMER#${customerId}`, sk: `ORDER#${placedAt}` }),
  });
  const product = new Entity({
    name: "Product",
    table,
    schema: item({
      category: string().key().savedAs("pk").transform(prefix("PRODUCTS")),
      sku: string().key().savedAs("sk").transform(prefix("SKU")),
      price: number().optional(),
      stock: number().optional(),
    }),
  });
  return { table, customer, order, product };
};
// #endregion

export const makeTicket = (table: ReturnType<typeof makeEntities>["table"]) =>
  // #region ticket
  new Entity({
    name: "Ticket",
    table,
    schema: item({
      id: string().key(),
      status: string().enum("open", "done"),
      owner: string(),
    }).and((before) => ({
      gsi1pk: string()
        .hidden()
        .optional()
        .link<typeof before>(({ status, owner }) => (status === "done" ? undefined : `OWNER#${owner}`)),
      gsi1sk: string()
        .hidden()
        .optional()
        .link<typeof before>(({ status }) => (status === "done" ? undefined : "TICKET")),
    })),
    computeKey: ({ id }) => ({ pk: `TICKET#${id}`, sk: "TICKET" }),
  });
// #endregion

/** An attribute for each further row of the page's table. */
export const makeBox = (table: ReturnType<typeof makeEntities>["table"]) =>
  new Entity({
    name: "Box",
    table,
    schema: item({
      id: string().key(),
      at: number().optional(), // Date.now()
      labels: record(string(), number()).optional(),
      pair: tuple(string(), number()).optional(),
      settings: any().transform(jsonStringify()).optional(),
      note: anyOf(string(), nul()).optional(),
      extra: any().optional(),
      version: string().const("v1"),
      code: string().transform(prefix("CODE")).optional(),
    }),
    computeKey: ({ id }) => ({ pk: `BOX#${id}`, sk: "BOX" }),
  });
