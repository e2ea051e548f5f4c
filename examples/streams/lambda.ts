/** A function of Lambda, called as the event source mapping does: in batches, and again from the record that failed. */

import type { LambdaEvent } from "bloop-dynamodb/lambda";
import { eventRecordsOf, runEventSource } from "bloop-dynamodb/testing";
import { Counted, Customer, makeHandler, Order } from "../lambda.js";
import { countedOrders, makeEngine } from "./orders.js";

export async function runLambda(): Promise<void> {
  const engine = makeEngine("lambda");
  await engine.bind([Order, Customer, Counted]);
  for (let serial = 1; serial <= 50; serial += 1)
    await engine.save(new Order({ id: `order ${serial}`, customer: `customer ${serial % 5}`, total: serial }));
  const records = await eventRecordsOf(engine, Order);
  const handle = makeHandler(engine);
  let calls = 0;
  const crashing = async (event: LambdaEvent) => {
    calls += 1;
    const answer = await handle(event);
    // All of the second batch was handled, and Lambda does not hear of it: the batch comes again.
    if (calls === 2) throw new Error("the function has crashed");
    return answer;
  };
  const settings = { batchSize: 10, reportBatchItemFailures: true, maximumRetryAttempts: 3, timeout: 30_000 };
  const { invocations } = await runEventSource(crashing, records, settings);
  const outcomes = invocations.map(({ outcome }) => outcome);
  console.log(`Lambda: ${outcomes.length} calls (${outcomes.join(", ")})`);
  console.log(`Lambda: 50 orders written, ${await countedOrders(engine)} counted`);
}
