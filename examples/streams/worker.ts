/** A worker of a group, as a program: any number of them may run, on any machines. */

// #region worker
import { add } from "bloop-dynamodb";
import { consume } from "bloop-dynamodb/group";
import { Customer, makeEngine, Order } from "./orders.js";

const engine = makeEngine("workers");
const consumer = consume(engine, Order, {
  group: "count",
  worker: process.argv[2],
  lease: 2000,
  idle: 100,
  async handler(record, { checkpoint, signal }) {
    if (record.type !== "insert") return;
    const { customer } = record.new;
    await engine.transaction(
      (transaction) => {
        transaction.update(Customer, { id: customer }, { orders: add(1) });
        checkpoint(transaction);
      },
      { signal },
    );
  },
});
process.once("SIGTERM", () => consumer.close());
// #endregion

// The play that has started it is told what happens, and is not outlived.
consumer.on("leaseTaken", () => process.send?.("reads"));
consumer.on("leaseLost", () => process.send?.("has lost the shard"));
process.once("disconnect", () => process.exit());

await consumer.done;
process.disconnect?.();
