/** A function of AWS Lambda that follows a table, and its run on one's own machine: what the page on Lambda shows. */

// #region handler
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  add,
  Engine,
  ifNotExists,
  integer,
  model,
  number,
  string,
  TransactionCanceled,
  timestamp,
} from "bloop-dynamodb";
import { streamHandler } from "bloop-dynamodb/lambda";

export const Order = model(
  "Order",
  { id: string().hashKey(), customer: string().required(), total: number().required() },
  { stream: { include: ["new", "old"] } },
);
export const Customer = model("Customer", { id: string().hashKey(), orders: integer() });
/** The records that were counted. DynamoDB deletes each when it can't come again. */
export const Counted = model(
  "Counted",
  { eventId: string().hashKey(), expires: timestamp() },
  { ttl: { column: "expires" } },
);
const week = 7 * 24 * 60 * 60;

/** Counts the orders of each customer. The count and the note that it is done are one transaction. */
export function makeHandler(engine: Engine) {
  return streamHandler(engine, Order, async (record, { signal }) => {
    if (record.type !== "insert") return;
    const expires = new Date((Math.floor(Date.now() / 1000) + week) * 1000);
    const transaction = engine
      .transaction()
      .save(new Counted({ eventId: record.meta.eventId, expires }), { condition: ifNotExists(Counted) })
      .update(Customer, { id: record.new.customer }, { orders: add(1) });
    try {
      await transaction.commit({ signal });
    } catch (error) {
      const [counted] = error instanceof TransactionCanceled ? error.reasons : [];
      if (counted?.code !== "ConditionalCheckFailed") throw error;
    }
  });
}
// #endregion

// #region entry
const stage = process.env.STAGE ?? "dev";
export const handler = makeHandler(new Engine({ dynamodb: new DynamoDBClient(), tableName: `${stage}-{tableName}` }));
// #endregion
