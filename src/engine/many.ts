/** Writing one object or many: what is thrown, and what comes back. */

import { WriteFailures } from "../errors.js";
import { metaOfObject } from "../model/meta.js";
import { runBounded } from "../util/async.js";

/** Objects of one save() or delete() that are written at the same time. */
const writesAtOnce = 16;

/** One object's failure is thrown as it is; several are all tried, and their failures are thrown together. */
export async function writeAll(
  objects: object,
  operation: string,
  write: (object: object) => Promise<object | undefined>,
): Promise<object | undefined | (object | undefined)[]> {
  if (!Array.isArray(objects)) return write(objects);
  for (const object of objects) metaOfObject(object);
  // An object that is given twice is written once.
  const distinct = [...new Set<object>(objects)];
  const outcomes = await runBounded(distinct, writesAtOnce, write);
  const failures = outcomes.flatMap((outcome, index) => {
    const object = distinct[index];
    return outcome.status === "rejected" && object !== undefined ? [{ object, error: outcome.reason }] : [];
  });
  if (failures.length === 0) {
    const returned = new Map(distinct.map((object, index) => [object, outcomes[index]]));
    return objects.map((object) => {
      const outcome = returned.get(object);
      return outcome?.status === "fulfilled" ? outcome.value : undefined;
    });
  }
  throw new WriteFailures(
    `${failures.length} of ${distinct.length} objects failed to ${operation}; the others are done. The first: ${String(failures[0]?.error)}`,
    {
      failures,
      written: distinct.length - failures.length,
      taken: objects.length,
      cause: failures[0]?.error,
    },
  );
}
