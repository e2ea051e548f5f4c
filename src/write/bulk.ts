/** Very many puts or deletions, from any iterable. */

import { InvalidOption } from "../errors.js";
import type { Context } from "../operation/context.js";
import { settleHomes } from "../operation/homes.js";
import type { BulkOptions } from "../operation/options.js";
import { contextOf, isOperationHeard, tell } from "../operation/trace.js";
import { untilAborted } from "../util/async.js";
import { describeValue } from "../util/print.js";
import { BulkWriter } from "./bulk-writer.js";

/**
 * Resolves with the number of objects written. If some were not, throws WriteFailures after all requests have ended.
 */
export function writeBulk(
  context: Context,
  kind: "put" | "delete",
  source: Iterable<object> | AsyncIterable<object>,
  settings: BulkOptions,
): Promise<number> {
  if (!isOperationHeard()) return writeAll(context, kind, source, settings);
  const told = contextOf(`${kind}All`, Array.isArray(source) ? { batchSize: source.length } : {});
  return tell(told, writeAll, [context, kind, source, settings]);
}

async function writeAll(
  context: Context,
  kind: "put" | "delete",
  source: Iterable<object> | AsyncIterable<object>,
  settings: BulkOptions,
): Promise<number> {
  assertIterable(source);
  const writer = new BulkWriter(settleHomes(context, source), kind, settings);
  try {
    if (Symbol.asyncIterator in source) await takeSlowly(writer, source, settings.signal);
    else await takeAtOnce(writer, source);
  } catch (error) {
    writer.stop(error);
  }
  return writer.finish();
}

/** At the call, it takes as many objects as there is room for, with their values. */
async function takeAtOnce(writer: BulkWriter, source: Iterable<object>): Promise<void> {
  for (const object of source) {
    const full = writer.take(object);
    if (full !== undefined) await full;
    if (writer.isStopped) break;
  }
}

/** An abort does not wait for the source, which may never give another object. */
async function takeSlowly(
  writer: BulkWriter,
  source: AsyncIterable<object>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const iterator = source[Symbol.asyncIterator]();
  let isOver = false;
  try {
    while (!writer.isStopped) {
      // A source that throws has ended, too.
      isOver = true;
      const next = await untilAborted(iterator.next(), signal);
      if (next.done === true) return;
      isOver = false;
      await writer.take(next.value);
    }
  } finally {
    if (signal?.aborted === true) void end(iterator);
    else if (!isOver) await iterator.return?.();
  }
}

/** Lets a source clean up, without waiting for it. */
async function end(iterator: AsyncIterator<object>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // The caller gets the abort's reason.
  }
}

function assertIterable(source: object): void {
  if (typeof source === "object" && source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source))
    return;
  throw new InvalidOption(
    `Expected an iterable of objects, such as an array or an async generator, got ${describeValue(source)}.`,
  );
}
