/** Reads many items by key: chunks in parallel, each key once, unprocessed keys again after a pause. */

import type { Context } from "../operation/context.js";
import type { ReadOptions } from "../operation/options.js";
import { sendInRounds } from "../operation/retry.js";
import { idOf, type Wanted } from "../operation/wanted.js";
import type { KeysOfTable } from "../session/session.js";
import { runBounded } from "../util/async.js";
import type { Item } from "../wire/attribute.js";
import { maxBatchGetKeys } from "../wire/limits.js";

const chunksAtOnce = 4;

/** The items that exist, by the id of the request. */
export async function readMany(
  context: Context,
  wanted: readonly Wanted[],
  options: ReadOptions,
): Promise<Map<string, Item>> {
  const byId = new Map<string, Wanted>();
  for (const one of wanted) byId.set(one.id, one);
  const distinct = [...byId.values()];
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
  { consistent, signal }: ReadOptions,
  found: Map<string, Item>,
): Promise<void> {
  let RequestItems = requestItems(chunk, consistent === true);
  const keyNames = new Map(Object.entries(RequestItems).map(([name, { Keys }]) => [name, Object.keys(Keys[0] ?? {})]));
  const call = { signal, subject: () => `${chunk.length} objects of ${[...keyNames.keys()].join(", ")}` };
  const [table] = keyNames.keys();
  const batch = { operation: "BatchGetItem", table };
  await sendInRounds(
    batch,
    async () => {
      const { items, unprocessed } = await context.session.batchGetItem({ RequestItems }, call);
      for (const [tableName, answers] of Object.entries(items)) {
        const names = keyNames.get(tableName) ?? [];
        for (const item of answers) found.set(idOf(tableName, item, names), item);
      }
      const [sent, left] = [countKeys(RequestItems), countKeys(unprocessed)];
      RequestItems = unprocessed;
      return { sent, left, isLast: left === 0 };
    },
    call,
  );
}

type RequestItems = { readonly [tableName: string]: KeysOfTable };

function requestItems(chunk: readonly Wanted[], ConsistentRead: boolean): RequestItems {
  const tables = new Map<string, Item[]>();
  for (const {
    home: { tableName },
    key,
  } of chunk) {
    const keys = tables.get(tableName);
    if (keys === undefined) tables.set(tableName, [key]);
    else keys.push(key);
  }
  return Object.fromEntries([...tables].map(([name, Keys]) => [name, { Keys, ConsistentRead }]));
}

function countKeys(items: RequestItems): number {
  return Object.values(items).reduce((total, { Keys }) => total + Keys.length, 0);
}
