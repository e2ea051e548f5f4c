/** Orders, and how many of them each customer has. Three ways to read a table's stream count the same orders. */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Engine, integer, model, string } from "bloop-dynamodb";

export const Order = model(
  "Order",
  { id: string().hashKey(), customer: string().required() },
  { stream: { include: ["new"] } },
);
export const Customer = model("Customer", { id: string().hashKey(), orders: integer() });

/** Region, credentials and endpoint come from the environment, as they do on AWS. Each way has tables of its own. */
export function makeEngine(way: "one-process" | "workers" | "lambda"): Engine {
  return new Engine({ dynamodb: new DynamoDBClient(), tableName: `example-${way}-{tableName}` });
}

/** Saves an order of one of five customers. */
export async function order(engine: Engine, serial: number): Promise<void> {
  await engine.save(new Order({ id: `order ${serial}`, customer: `customer ${serial % 5}` }));
}

/** The orders that were counted, of all customers together. */
export async function countedOrders(engine: Engine): Promise<number> {
  let counted = 0;
  for await (const { orders = 0 } of engine.scan(Customer, { consistent: true })) counted += orders;
  return counted;
}
