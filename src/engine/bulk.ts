/** Very many puts or deletions, of any iterable. What writes them is loaded with the first use. */

import { InvalidOption } from "../errors.js";
import { print } from "../util/print.js";
import type { BulkSettings, BulkWriter } from "./bulk-writer.js";
import type { Context } from "./context.js";
import { loadLater } from "./loading.js";

/** Resolves with the number of objects written. Throws WriteFailures where some were not, when all under way are finished. */
export async function writeBulk(
  context: Context,
  kind: "put" | "delete",
  source: Iterable<object> | AsyncIterable<object>,
  settings: BulkSettings,
): Promise<number> {
  assertIterable(source);
  // Loaded beside the first object, not before it: a stream of Node's that fails while nobody reads it ends the process.
  const loading = loadLater().then(({ BulkWriter }) => new BulkWriter(context, kind, settings));
  loading.catch(() => {});
  let writer: BulkWriter | undefined;
  try {
    for await (const object of source) {
      writer ??= await loading;
      await writer.take(object);
      if (writer.isStopped) break;
    }
  } catch (error) {
    (await loading).stop(error);
  }
  return (await loading).finish();
}

function assertIterable(source: object): void {
  if (typeof source === "object" && source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source))
    return;
  throw new InvalidOption(
    `Expected an iterable of objects, such as an array or an async generator, got ${print(source)}.`,
  );
}
