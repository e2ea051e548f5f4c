/** A function of AWS Lambda on one's own machine, fed with what a local DynamoDB has: what the page on Lambda shows. */

// #region local
import type { Engine } from "bloop-dynamodb";
import { type EventRecord, type EventSourceRun, eventRecordsOf, runEventSource } from "bloop-dynamodb/testing";
import { makeHandler, Order } from "./lambda.js";

/** Calls the function with the records of the table behind one, as Lambda's event source mapping would. */
export async function follow(engine: Engine, after?: EventRecord): Promise<EventSourceRun> {
  const records = await eventRecordsOf(engine, Order, { after });
  const settings = { batchSize: 10, reportBatchItemFailures: true, maximumRetryAttempts: 3, timeout: 30_000 };
  return runEventSource(makeHandler(engine), records, settings);
}
// #endregion
