/** Many items by key: chunks side by side, each key asked for once, unprocessed keys again after a pause. */

import { TimedOut } from "../errors.js";
import type { KeysOfTable } from "../session/session.js";
import { backoff, pause, runBounded } from "../util/async.js";
import type { Item } from "../wire/attribute.js";
import { maxBatchGetKeys } from "../wire/limits.js";
import type { Context } from "./context.js";
import { idleRounds } from "./send.js";
import { idOf, type Wanted } from "./target.js";

const chunksAtOnce = 4;

/** The items that are there, by the id of what was wanted. */
export async function readMany(
  context: Context,
  wanted: readonly Wanted[],
  options: { readonly consistent?: boolean | undefined; readonly signal?: AbortSignal | undefined },
): Promise<Map<string, Item>> {
  const distinct = [...new Map(wanted.map((one) => [one.id, one])).values()];
  const chunks = Array.from({ length: Math.ceil(distinct.length / maxBatchGetKeys) }, (_, index) =>
    distinct.slice(index * maxBatchGetKeys, (index + 1) * maxBatchGetKeys),
  );
  const found = new Map<string, Item>();
  const outcomes = await runBounded(chunks, chunksAtOnce, (chunk) => readChunk(context, chunk, options, found));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return found;
}

async function readChunk(
  context: Context,
  chunk: readonly Wanted[],
  { consistent, signal }: { readonly consistent?: boolean | undefined; readonly signal?: AbortSignal | undefined },
  found: Map<string, Item>,
): Promise<void> {
  const keyNames = new Map(chunk.map(({ tableName, key }) => [tableName, Object.keys(key)]));
  const call = { signal, subject: () => `${chunk.length} objects of ${[...keyNames.keys()].join(", ")}` };
  let RequestItems = requestItems(chunk, consistent === true);
  let idle = 0;
  for (;;) {
    const { items, unprocessed } = await context.session.batchGetItem({ RequestItems }, call);
    for (const [tableName, answers] of Object.entries(items)) {
      const names = keyNames.get(tableName) ?? [];
      for (const item of answers) found.set(idOf(tableName, item, names), item);
    }
    const left = countKeys(unprocessed);
    if (left === 0) return;
    idle = left < countKeys(RequestItems) ? 0 : idle + 1;
    if (idle === idleRounds) {
      throw new TimedOut(
        `${call.subject()}: DynamoDB left ${left} keys unprocessed ${idle} times in a row. Is the table throttled?`,
      );
    }
    RequestItems = unprocessed;
    await pause(backoff(idle, 50, 5000), signal);
  }
}

type RequestItems = { readonly [tableName: string]: KeysOfTable };

function requestItems(chunk: readonly Wanted[], ConsistentRead: boolean): RequestItems {
  const tableNames = new Set(chunk.map(({ tableName }) => tableName));
  const keysOf = (name: string) => chunk.flatMap(({ tableName, key }) => (tableName === name ? [key] : []));
  return Object.fromEntries([...tableNames].map((name) => [name, { Keys: keysOf(name), ConsistentRead }]));
}

function countKeys(items: RequestItems): number {
  return Object.values(items).reduce((total, { Keys }) => total + Keys.length, 0);
}
