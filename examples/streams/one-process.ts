/** A stream in one process: it is closed in the middle, made again under its name, and goes on where it was. */

import { add, checkpointModel, type Engine } from "bloop-dynamodb";
import { Customer, countedOrders, makeEngine, Order, order } from "./orders.js";

const Checkpoint = checkpointModel("Checkpoint");

/** Counts orders until so many records are done. The count and the place of the stream move in one transaction. */
async function count(engine: Engine, records: number): Promise<void> {
  const stream = engine.stream(Order, { checkpoints: Checkpoint, name: "count" });
  let done = 0;
  for await (const record of stream) {
    await engine.transaction((transaction) => {
      if (record.type === "insert") transaction.update(Customer, { id: record.new.customer }, { orders: add(1) });
      stream.checkpoint(transaction, record);
    });
    done += 1;
    if (done === records) break;
  }
  await stream.close();
}

export async function runOneProcess(): Promise<void> {
  const engine = makeEngine("one-process");
  await engine.bind([Order, Customer, Checkpoint]);
  for (let serial = 1; serial <= 50; serial += 1) await order(engine, serial);
  await count(engine, 20);
  console.log(`One process: closed after ${await countedOrders(engine)} orders`);
  await count(engine, 30);
  console.log(`One process: made again under its name; 50 orders written, ${await countedOrders(engine)} counted`);
}
