/** A function of AWS Lambda that follows a table, and its run on one's own machine: what the page on Lambda shows. */

// #region handler
import { add, Engine, integer, model, number, string } from "bloop-dynamodb";
import { streamHandler } from "bloop-dynamodb/lambda";

export const Order = model(
  "Order",
  { id: string().hashKey(), customer: string().required(), total: number().required() },
  { stream: { include: ["new", "old"] } },
);
export const Customer = model("Customer", { id: string().hashKey(), orders: integer() });

/** Counts the orders of each customer. */
export function makeHandler(engine: Engine) {
  return streamHandler(engine, Order, async (record, { signal }) => {
    if (record.type !== "insert") return;
    await engine.update(Customer, { id: record.new.customer }, { orders: add(1) }, { signal });
  });
}
// #endregion

// #region entry
export const handler = makeHandler(new Engine({ tableName: "prod-{tableName}" }));
// #endregion
