/** A kind with composed keys, and a stored item of it. */

import { integer, key, string, table } from "bloop-dynamodb";

const Shop = table("shop", { hashKey: "pk", kind: "_type", indexes: { gsi: { hashKey: "g", projection: "all" } } });

export const Order = Shop.model(
  "Order",
  { id: string(), status: string(), day: integer() },
  { key: { pk: key`O#${"id"}` }, indexes: { byStatus: { on: "gsi", g: key`S#${"status"}#${"day"}` } } },
);

export const storedOrder = {
  pk: { S: "O#1#" },
  _type: { S: "Order" },
  id: { S: "1" },
  status: { S: "open" },
  day: { N: "7" },
  g: { S: "S#open#31317#" },
};
