/** Very many puts or deletions, of any iterable. */

import { InvalidOption } from "../errors.js";
import { print } from "../util/print.js";
import { type BulkSettings, BulkWriter } from "./bulk-writer.js";
import type { Context } from "./context.js";
import { settleHomes } from "./homes.js";

/** Resolves with the number of objects written. Throws WriteFailures where some were not, when all under way are finished. */
export async function writeBulk(
  context: Context,
  kind: "put" | "delete",
  source: Iterable<object> | AsyncIterable<object>,
  settings: BulkSettings,
): Promise<number> {
  assertIterable(source);
  const writer = new BulkWriter(settleHomes(context, source), kind, settings);
  try {
    for await (const object of source) {
      await writer.take(object);
      if (writer.isStopped) break;
    }
  } catch (error) {
    writer.stop(error);
  }
  return writer.finish();
}

function assertIterable(source: object): void {
  if (typeof source === "object" && source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source))
    return;
  throw new InvalidOption(
    `Expected an iterable of objects, such as an array or an async generator, got ${print(source)}.`,
  );
}
