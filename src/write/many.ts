/** Writes one object or many: the errors, and the results. */

import { WriteFailures } from "../errors.js";
import { metaOfObject } from "../model/registry.js";
import type { Context } from "../operation/context.js";
import { settleHomes } from "../operation/homes.js";
import type { SaveOptions, WriteOptions } from "../operation/options.js";
import { isOperationHeard, objectsContext, tell } from "../operation/trace.js";
import { runBounded } from "../util/async.js";
import { takeDelete } from "./delete.js";
import { takeSave } from "./save.js";

/** The number of objects of one save() or delete() that are written at the same time. */
const writesAtOnce = 16;

type Written = object | undefined | (object | undefined)[];

export function saveObjects(context: Context, objects: object, settings: SaveOptions<string>): Promise<Written> {
  if (!isOperationHeard()) return saveAll(context, objects, settings);
  return tell(objectsContext(context, "save", objects), saveAll, [context, objects, settings]);
}

export function deleteObjects(context: Context, objects: object, settings: WriteOptions<string>): Promise<Written> {
  if (!isOperationHeard()) return deleteAll(context, objects, settings);
  return tell(objectsContext(context, "delete", objects), deleteAll, [context, objects, settings]);
}

async function saveAll(context: Context, objects: object, settings: SaveOptions<string>): Promise<Written> {
  const settled = Array.isArray(objects) ? settleHomes(context, objects) : context;
  return writeAll(objects, "save", (object) => takeSave(settled, object, settings));
}

async function deleteAll(context: Context, objects: object, settings: WriteOptions<string>): Promise<Written> {
  const settled = Array.isArray(objects) ? settleHomes(context, objects) : context;
  return writeAll(objects, "delete", (object) => takeDelete(settled, object, settings));
}

/**
 * `take` takes an object's values and its place at once, and returns a function that writes them; all objects are taken
 * at the call. One object's error is thrown as it is; several objects are all tried, and their errors are thrown
 * together.
 */
async function writeAll(
  objects: object,
  operation: string,
  take: (object: object) => () => Promise<object | undefined>,
): Promise<Written> {
  if (!Array.isArray(objects)) return take(objects)();
  for (const object of objects) metaOfObject(object);
  // An object that is given twice is written once.
  const distinct = [...new Set<object>(objects)];
  const writes = distinct.map((object) => takeOrFail(object, take));
  const outcomes = await runBounded(writes, writesAtOnce, (write) => write());
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

/** An object that can't be taken fails at the time of its write. */
function takeOrFail(
  object: object,
  take: (object: object) => () => Promise<object | undefined>,
): () => Promise<object | undefined> {
  try {
    return take(object);
  } catch (error) {
    return async () => {
      throw error;
    };
  }
}
