/** Deleting one object's item. */

import { heldVersion, takenVersion } from "../model/change/version.js";
import { untoldIdentity } from "../model/key.js";
import type { Meta } from "../model/meta.js";
import { assertFillable } from "../model/object/fillable.js";
import { landVersion } from "../model/object/land.js";
import { leave } from "../model/object/queue.js";
import { forget } from "../model/object/snapshot.js";
import { type Taken, takeObject } from "../model/object/taken.js";
import { metaOfObject } from "../model/registry.js";
import { comparedNames, conditionsOf } from "../operation/condition.js";
import { type Context, hydrate, readingOf } from "../operation/context.js";
import type { WriteOptions } from "../operation/options.js";
import { inTurn } from "../operation/turn.js";
import { assertOldOrOnce } from "./save.js";
import { writeAndLand } from "./violation.js";
import { makeWrite, type Write } from "./write.js";

/**
 * Takes its place at once. The returned function deletes in turn, and resolves with the stored values, if they were
 * requested.
 */
export function takeDelete(
  context: Context,
  object: object,
  settings: WriteOptions<string>,
): () => Promise<object | undefined> {
  const meta = metaOfObject(object);
  assertOldOrOnce(meta, settings.returning, settings.once);
  const home = context.homeOf(meta);
  return inTurn(object, {
    takes: "key",
    signal: settings.signal,
    plan: (earlier) => planDelete(context, takeObject(home, object, earlier), settings),
    run: (write) => deleteObject(context, write, settings),
  });
}

async function deleteObject(
  context: Context,
  write: Write,
  settings: WriteOptions<string>,
): Promise<object | undefined> {
  const { returning, once, signal } = settings;
  try {
    return await writeAndLand(context, write, { once, returns: returning, signal }, (returned) => {
      write.done();
      return returned && hydrate(context, write.prototype, returned, readingOf(context, write.home));
    });
  } finally {
    leave(write.given);
  }
}

/** The object counts as new afterwards: saving it again stores all of it. */
export function planDelete(
  context: Context,
  taken: Taken,
  settings: Pick<WriteOptions<string>, "condition" | "atomic">,
): Write {
  const { meta, object, snapshot } = taken;
  const found = takenVersion(taken);
  // An object that was made only to name the item to delete expects no version.
  const version = found?.isNew === true ? undefined : found;
  assertForgets(meta, object);
  return makeWrite(taken, {
    kind: "delete",
    base: snapshot?.item ?? untoldIdentity(meta, object),
    isBlind: snapshot === undefined,
    conditions: conditionsOf(meta, snapshot, settings, version),
    version,
    compared: comparedNames(meta, snapshot, settings),
    done: afterDelete(context, taken),
  });
}

/** The object loses its version together with its item. */
export function assertForgets(meta: Meta, object: object): void {
  const { version } = meta;
  if (version === undefined || !Object.hasOwn(object, version.property)) return;
  assertFillable(meta, object, [version], "a deletion, which takes the version away,");
}

/** The effect of a deletion on its object. */
export function afterDelete(context: Context, taken: Taken): () => void {
  const { meta, home, object } = taken;
  const held = heldVersion(taken);
  return () => {
    forget(home, object);
    landVersion(meta, object, held, undefined);
    context.emit("objectDeleted", { object });
  };
}
