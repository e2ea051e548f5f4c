/** A consumer of messages that come at least once: each has its effect exactly once. */

import { add, type Engine, ifNotExists, integer, model, string, TransactionCanceled, timestamp } from "bloop-dynamodb";

// #region recipe
export const Balance = model("Balance", { account: string().hashKey(), cents: integer() });
/** The messages that were handled. DynamoDB deletes each when it can't come again. */
export const Handled = model(
  "Handled",
  { message: string().hashKey(), expires: timestamp() },
  { ttl: { column: "expires" } },
);
const week = 7 * 24 * 60 * 60 * 1000;

export interface Payment {
  readonly messageId: string;
  readonly account: string;
  readonly cents: number;
}

/** The effect and the note that it is done are one transaction. Resolves with whether it was done now. */
export async function handle(engine: Engine, { messageId, account, cents }: Payment): Promise<boolean> {
  const expires = new Date(Math.floor((Date.now() + week) / 1000) * 1000);
  const transaction = engine
    .transaction()
    .save(new Handled({ message: messageId, expires }), { condition: ifNotExists(Handled) })
    .update(Balance, { account }, { cents: add(cents) });
  try {
    await transaction.commit();
    return true;
  } catch (error) {
    if (error instanceof TransactionCanceled && error.reasons[0]?.code === "ConditionalCheckFailed") return false;
    throw error;
  }
}
// #endregion
