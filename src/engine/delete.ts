/** Deleting one object's item. */

import { assertFillable } from "../model/fillable.js";
import { keyOfObject } from "../model/key.js";
import { type Meta, metaOfObject } from "../model/meta.js";
import { forget, snapshotOf } from "../model/snapshot.js";
import { versionOf } from "../model/version.js";
import { newAttributes } from "../wire/attribute.js";
import { comparedNames, conditionsOf } from "./condition.js";
import { type Context, hydrate, readingOf } from "./context.js";
import { assertOldOrOnce, type WriteSettings } from "./save.js";
import { sendWrite } from "./send.js";
import { afterWrite, writeErrorOf } from "./violation.js";
import type { Write } from "./write.js";

/** Resolves with what was stored, as an object of its own, where that was asked for. */
export async function deleteObject(
  context: Context,
  object: object,
  settings: WriteSettings,
): Promise<object | undefined> {
  const { returning, once, signal } = settings;
  assertOldOrOnce(returning, once);
  const write = planDelete(context, object, settings);
  try {
    const returned = await sendWrite(context, write, { once, returns: returning, signal });
    write.done();
    if (returned === undefined) return undefined;
    return await afterWrite(() => hydrate(context, write.prototype, returned, readingOf(context, write.meta)));
  } catch (error) {
    throw writeErrorOf(context, write, error);
  }
}

/** The object counts as new afterwards: saving it again stores all of it. */
export function planDelete(context: Context, object: object, settings: WriteSettings): Write {
  const meta = metaOfObject(object);
  const key = keyOfObject(meta, object);
  const snapshot = snapshotOf(object);
  const found = versionOf(meta, object);
  // An object that was made only to name what to delete expects no version.
  const version = found?.isNew === true ? undefined : found;
  assertForgets(meta, object);
  return {
    kind: "delete",
    meta,
    key,
    given: object,
    prototype: Object.getPrototypeOf(object),
    edits: [],
    base: snapshot?.item ?? newAttributes(),
    conditions: conditionsOf(meta, snapshot, settings, version),
    version,
    lacking: [],
    compared: comparedNames(meta, snapshot, settings.atomic),
    done: () => afterDelete(context, meta, object),
  };
}

/** The version leaves the object with its item. */
export function assertForgets(meta: Meta, object: object): void {
  const { version } = meta;
  if (version === undefined || !Object.hasOwn(object, version.property)) return;
  assertFillable(meta, object, [version], "a deletion, which takes the version away,");
}

export function afterDelete(context: Context, meta: Meta, object: object): void {
  forget(object);
  if (meta.version !== undefined) Reflect.deleteProperty(object, meta.version.property);
  context.emit("objectDeleted", { object });
}
