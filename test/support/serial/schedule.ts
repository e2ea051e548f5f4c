/** Writers whose requests are sent one at a time, in an order that a test decides. */

import { Engine } from "bloop-dynamodb";
import type { Request } from "../memory-dynamodb.js";

/** One writer: its own client and engine, whose every request waits for its turn. */
export interface Writer {
  readonly engine: Engine;
  /** Its requests that wait for their turn. */
  readonly waiting: (() => Promise<unknown>)[];
  /** Whether its requests wait. What it loads at first does not. */
  takesTurns: boolean;
}

/** Sends one request, and gives its answer. */
export type Send = (name: string, input: Request) => Promise<object>;

export function makeWriter(send: Send, prefix: string): Writer {
  const waiting: (() => Promise<unknown>)[] = [];
  const client = {
    send(command: { readonly constructor: { readonly name: string }; readonly input: Request }): Promise<object> {
      const run = () => send(command.constructor.name.replace(/Command$/, ""), command.input);
      if (!writer.takesTurns) return run();
      return new Promise((resolve, reject) => {
        waiting.push(() => run().then(resolve, reject));
      });
    },
  };
  const engine = new Engine({ dynamodb: client as never, tableName: `${prefix}-{tableName}` });
  const writer: Writer = { engine, waiting, takesTurns: false };
  return writer;
}

/**
 * Runs a job for each writer. Whenever all that are not done wait for a turn, `choose` says which of them has it.
 */
export async function runInTurns(
  writers: readonly Writer[],
  job: (writer: Writer, index: number) => Promise<void>,
  choose: (count: number) => number,
): Promise<void> {
  const open = new Set(writers);
  const all = Promise.all(writers.map((writer, index) => job(writer, index).finally(() => open.delete(writer))));
  // What a job throws is thrown at the end.
  all.catch(() => undefined);
  for (let rounds = 0; open.size > 0; rounds++) {
    const ready = [...open].filter(({ waiting }) => waiting.length > 0);
    // A request that has had its turn is answered first; after that, writers make pauses before they try again.
    if (ready.length < open.size) {
      await new Promise((resolve) => (rounds % 20 < 19 ? setImmediate(resolve) : setTimeout(resolve, 1)));
      continue;
    }
    // A writer may have several requests that wait, such as the reads of a transaction: one is answered before the next
    // is sent. An emulator would answer them in an order of its own.
    await ready[choose(ready.length)]?.waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await all;
}
