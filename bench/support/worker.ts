/** A process that measures one library, whenever the parent says so: no library slows another's code or heap. */

import type { Adapter, Operations } from "./adapter.js";
import { adapters } from "./adapters.js";
import { answersFor } from "./answers.js";
import { checkAdapter } from "./check.js";
import { type Measured, measure, measureCount, type Operation } from "./measure.js";
import { makeStubHandler } from "./stub-handler.js";

export interface Task {
  readonly operation: Exclude<keyof Operations, "plain">;
  readonly atOnce: number;
  readonly milliseconds: number;
  /** Instead of a time, how many operations. */
  readonly count?: number;
  /** How many objects each operation has to find. */
  readonly finds?: number;
}

export type Message = { readonly task: Task };
export type Reply = { readonly ready: true } | { readonly measured: Measured } | { readonly failed: string };

const [, , key = "", network = "stub"] = process.argv;

function reply(message: Reply): void {
  process.send?.(message);
}

async function open(): Promise<Operations> {
  const adapter: Adapter | undefined = await adapters[key]?.();
  if (adapter === undefined) throw new Error(`There is no adapter ${key}.`);
  await checkAdapter(adapter);
  return adapter.open({ handler: network === "stub" ? makeStubHandler(answersFor(adapter)) : undefined });
}

function operationOf(operations: Operations, task: Task): Operation {
  const { operation, finds } = task;
  if (finds === undefined) return (n) => operations[operation](n);
  return async (n) => {
    const found = await operations[operation](n);
    const count = Array.isArray(found) ? found.length : 0;
    if (count !== finds) throw new Error(`${operation} found ${count} objects, not ${finds}.`);
  };
}

async function run(operations: Operations, task: Task): Promise<Measured> {
  const operation = operationOf(operations, task);
  if (task.count === undefined) return measure(operation, task.milliseconds, task.atOnce);
  return measureCount(operation, task.count, task.atOnce);
}

function failed(error: unknown): void {
  reply({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

const opened = open();
opened.then(() => reply({ ready: true }), failed);
process.on("message", ({ task }: Message) => {
  opened.then((operations) => run(operations, task)).then((measured) => reply({ measured }), failed);
});
process.on("disconnect", () => process.exit());
