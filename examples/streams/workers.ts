/**
 * Three workers as processes of one machine: the one that reads is killed, then the next one is stopped for a while. Each
 * order is counted exactly once, since the count and the place of the group move in one transaction. (A local DynamoDB
 * has one shard for each table, so that one worker reads at a time.)
 */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { GroupRow } from "bloop-dynamodb/group";
import { Customer, countedOrders, makeEngine, Order, order } from "./orders.js";

const orders = 400;
const program = fileURLToPath(new URL("./worker.js", import.meta.url));
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

interface Worker {
  readonly name: string;
  readonly process: ChildProcess;
}

/** The workers, and who of them reads. */
class Crew {
  readonly workers: readonly Worker[];
  reader: Worker | undefined;

  constructor(names: readonly string[]) {
    this.workers = names.map((name) => {
      const worker = { name, process: fork(program, [name]) };
      worker.process.on("message", (message) => {
        console.log(`  ${name} ${message}`);
        if (message === "reads") this.reader = worker;
      });
      return worker;
    });
  }

  async readerOtherThan(before?: Worker): Promise<Worker> {
    while (this.reader === undefined || this.reader === before) await pause(20);
    return this.reader;
  }
}

export async function runWorkers(): Promise<void> {
  const engine = makeEngine("workers");
  await engine.bind([Order, Customer, GroupRow]);
  const writing = (async () => {
    for (let serial = 1; serial <= orders; serial += 1) {
      await order(engine, serial);
      await pause(10);
    }
  })();
  const crew = new Crew(["Ada", "Bob", "Cyd"]);

  const killed = await crew.readerOtherThan();
  await pause(1000);
  console.log(`Three workers: ${killed.name} is killed (SIGKILL)`);
  killed.process.kill("SIGKILL");
  const stopped = await crew.readerOtherThan(killed);
  await pause(1000);
  console.log(`Three workers: ${stopped.name} is stopped (SIGSTOP)`);
  stopped.process.kill("SIGSTOP");
  await crew.readerOtherThan(stopped);
  await pause(500);
  console.log(`Three workers: ${stopped.name} goes on (SIGCONT)`);
  stopped.process.kill("SIGCONT");

  await writing;
  while ((await countedOrders(engine)) < orders) await pause(100);
  // Time for one that is counted twice to show.
  await pause(1000);
  const left = crew.workers.filter((worker) => worker !== killed);
  const ends = left.map(({ process }) => once(process, "exit"));
  for (const { process } of left) process.kill("SIGTERM");
  await Promise.all(ends);
  console.log(`Three workers: ${orders} orders written, ${await countedOrders(engine)} counted`);
}
