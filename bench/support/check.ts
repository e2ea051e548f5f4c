/** Whether a library does the work that is measured: the same answers, and requests that say the same. */

import { isDeepStrictEqual } from "node:util";
import { type Adapter, type Operations, upTo } from "./adapter.js";
import { answersFor } from "./answers.js";
import {
  changedOf,
  idOf,
  owner,
  type Plain,
  plainOf,
  queried,
  tableName,
  transacted,
  valuesOf,
  type Wire,
} from "./item.js";
import { makeStubHandler, type Seen } from "./stub-handler.js";

/** Throws an error that says what differs. */
export async function checkAdapter(adapter: Adapter): Promise<void> {
  const handler = makeStubHandler(answersFor(adapter));
  const operations = await adapter.open({ handler });
  assertAnswer(operations, await operations.get(), 0, "get");
  const keys = [...upTo(queried)].map((n) => adapter.keyOf?.(n) ?? { owner: { S: owner }, id: { S: idOf(n) } });
  assertRead(handler.seen(), "GetItem", keys.slice(0, 1));
  assertAnswers(operations, await operations.query(), "query");
  assertRead(handler.seen(), "Query", []);
  assertHas(handler.seen(), JSON.stringify(Object.values(keys[0] ?? {})[0]));
  assertAnswers(operations, await operations.batchGet(), "batchGet");
  assertRead(handler.seen(), "BatchGetItem", keys);
  // The floor sends the same bytes each time, prepared for 0.
  const n = adapter.name.startsWith("floor") ? 0 : 7;
  await operations.update(n);
  assertUpdates(handler.seen(), "UpdateItem", n, keys.slice(0, 1));
  await operations.transaction(n === 0 ? 0 : n + 1);
  assertUpdates(handler.seen(), "TransactWriteItems", n === 0 ? 0 : n + 1, keys.slice(0, transacted));
  await operations.put(3);
  assertPut(handler.seen());
}

export function assertAnswers(operations: Operations, found: readonly unknown[], what: string): void {
  if (found.length !== queried) throw new Error(`${what} found ${found.length} items, not ${queried}.`);
  for (const [n, object] of found.entries()) assertAnswer(operations, object, n, what);
}

export function assertAnswer(operations: Operations, object: unknown, n: number, what: string): void {
  assertSame(operations.plain(object), plainOf(valuesOf(n)), `${what}, item ${n}`);
}

function assertSame(found: Plain, wanted: Plain, what: string): void {
  const different = Object.keys(wanted).filter((name) => !isDeepStrictEqual(found[name], wanted[name]));
  const [name] = different;
  if (name === undefined) return;
  throw new Error(
    `${what}: ${name} is ${JSON.stringify(found[name])}, not ${JSON.stringify(wanted[name])} (different: ${different.join(", ")}).`,
  );
}

function assertRead(seen: Seen, operation: string, keys: readonly Wire[]): void {
  assertOperation(seen, operation);
  for (const attribute of keys.flatMap((key) => Object.values(key))) assertHas(seen, JSON.stringify(attribute));
}

function assertOperation(seen: Seen, operation: string): void {
  if (seen.operation !== operation) throw new Error(`Sent ${seen.operation}, not ${operation}.`);
  assertHas(seen, JSON.stringify(tableName));
}

function assertHas(seen: Seen, text: string): void {
  if (!seen.body.includes(text)) throw new Error(`${seen.operation} was sent without ${text}: ${seen.body}`);
}

function assertPut(seen: Seen): void {
  if (seen.operation !== "PutItem" && seen.operation !== "UpdateItem") throw new Error(`Sent ${seen.operation}.`);
  assertHas(seen, JSON.stringify(idOf(3)));
  assertHas(seen, JSON.stringify(Buffer.from(valuesOf(3).avatar).toString("base64")));
}

interface Update {
  readonly Key: object;
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames: { readonly [slot: string]: string };
  readonly ExpressionAttributeValues: { readonly [slot: string]: { readonly S?: string; readonly N?: string } };
}

function assertUpdates(seen: Seen, operation: string, n: number, keys: readonly Wire[]): void {
  assertOperation(seen, operation);
  const body = JSON.parse(seen.body) as Update & { readonly TransactItems?: readonly { readonly Update: Update }[] };
  const updates = body.TransactItems?.map(({ Update }) => Update) ?? [body];
  if (updates.length !== keys.length)
    throw new Error(`${operation} has ${updates.length} updates, not ${keys.length}.`);
  for (const [at, update] of updates.entries()) {
    if (!isDeepStrictEqual(update.Key, keys[at]))
      throw new Error(`Updates ${JSON.stringify(update.Key)}, not item ${at}.`);
    assertUpdate(update, n);
  }
}

function assertUpdate(update: Update, n: number): void {
  const set = new Map<string, unknown>();
  for (const [, name = "", slot = ""] of update.UpdateExpression.matchAll(/([#\w]+)\s*=\s*(:\w+)/g)) {
    const value = update.ExpressionAttributeValues[slot];
    set.set(update.ExpressionAttributeNames[name] ?? name, value?.S ?? Number(value?.N));
  }
  for (const [name, value] of Object.entries(changedOf(n))) {
    if (set.get(name) !== value)
      throw new Error(`Sets ${name} to ${JSON.stringify(set.get(name))}, not ${JSON.stringify(value)}.`);
  }
}
