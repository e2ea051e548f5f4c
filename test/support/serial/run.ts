/** Runs one program: its items, its writers in turns, and what came of it. */

import type { MemoryTable } from "../memory-dynamodb.js";
import { Doc } from "./changes.js";
import { isSerial, type Outcome, type Program, runSteps, show } from "./program.js";
import { makeWriter, runInTurns, type Send } from "./schedule.js";
import { fromAttributes, type State, toAttributes } from "./state.js";

/** Where items are: `send` sends a request to it, and `put` puts an item there. */
export interface Place {
  readonly send: Send;
  put(id: string, item: ReturnType<typeof toAttributes>): Promise<void>;
}

export function memoryPlace(table: MemoryTable): Place {
  return {
    send: async (name, input) => table.answer(name, input),
    async put(id, item) {
      table.put({ id: { S: id }, ...item }, { id: { S: id } });
    },
  };
}

export interface Ended {
  readonly outcomes: readonly (readonly Outcome[])[];
  readonly end: readonly State[];
  readonly requests: number;
}

let runs = 0;

/** Throws if what came of a program is no serial order's, or if an item does not load any more. */
export async function runProgram(program: Program, { send, put }: Place, prefix: string): Promise<Ended> {
  const ids = [`a${runs}`, `b${runs++}`] as const;
  for (const [index, id] of ids.entries()) await put(id, toAttributes(program.start[index] ?? {}));
  const reader = makeWriter(send, prefix);
  const load = (id: string, by = reader) => by.engine.get(Doc, { id }, { consistent: true });
  const writers = program.writers.map(() => makeWriter(send, prefix));
  const docs = await Promise.all(writers.map((writer) => load(ids[0], writer)));
  for (const writer of writers) writer.takesTurns = true;
  const outcomes: Outcome[][] = [];
  let requests = 0;
  await runInTurns(
    writers,
    async (writer, index) => {
      outcomes[index] = await runSteps(writer, program.writers[index] ?? [], ids, docs[index]);
    },
    (count) => (program.turns[requests++ % program.turns.length] ?? 0) % count,
  );
  const end = await Promise.all(ids.map((id) => stored(id, send, prefix)));
  if (!isSerial(program, outcomes, end)) {
    const found = JSON.stringify({ outcomes, end }, undefined, 1);
    throw new Error(`no serial order gives this: ${show(program)}\n${found}`);
  }
  await Promise.all(ids.map((id) => load(id)));
  return { outcomes, end, requests };
}

async function stored(id: string, send: Send, prefix: string): Promise<State> {
  const input = { TableName: `${prefix}-Doc`, Key: { id: { S: id } }, ConsistentRead: true };
  const { Item = {} } = (await send("GetItem", input)) as { Item?: Parameters<typeof fromAttributes>[0] };
  const { id: _, ...rest } = fromAttributes(Item);
  return rest;
}
