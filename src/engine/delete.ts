/** Deleting one object's item. */

import { assertFillable } from "../model/fillable.js";
import { keyOfObject } from "../model/key.js";
import { type Meta, metaOfObject } from "../model/meta.js";
import { seenIn } from "../model/seen.js";
import { forget } from "../model/snapshot.js";
import { versionOf } from "../model/version.js";
import { newAttributes } from "../wire/attribute.js";
import { comparedNames, conditionsOf } from "./condition.js";
import { type Context, hydrate, type Place, readingOf } from "./context.js";
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
  const home = context.homeOf(metaOfObject(object));
  const write = planDelete({ context, home }, object, settings);
  try {
    const returned = await sendWrite(context, write, { once, returns: returning, signal });
    write.done();
    if (returned === undefined) return undefined;
    return await afterWrite(() => hydrate(context, write.prototype, returned, readingOf(context, home)));
  } catch (error) {
    throw writeErrorOf(context, write, error);
  }
}

/** The object counts as new afterwards: saving it again stores all of it. */
export function planDelete({ context, home }: Place, object: object, settings: WriteSettings): Write {
  const { meta } = home;
  const key = keyOfObject(meta, object);
  const seen = seenIn(home, object);
  const { snapshot } = seen;
  const found = versionOf(seen, object);
  // An object that was made only to name what to delete expects no version.
  const version = found?.isNew === true ? undefined : found;
  assertForgets(meta, object);
  return {
    kind: "delete",
    meta,
    home,
    key,
    given: object,
    prototype: Object.getPrototypeOf(object),
    edits: [],
    base: snapshot?.item ?? newAttributes(),
    conditions: conditionsOf(meta, snapshot, settings, version),
    version,
    lacking: [],
    compared: comparedNames(meta, snapshot, settings),
    done: () => afterDelete({ context, home }, object),
  };
}

/** The version leaves the object with its item. */
export function assertForgets(meta: Meta, object: object): void {
  const { version } = meta;
  if (version === undefined || !Object.hasOwn(object, version.property)) return;
  assertFillable(meta, object, [version], "a deletion, which takes the version away,");
}

export function afterDelete({ context, home }: Place, object: object): void {
  const { meta } = home;
  forget(home, object);
  if (meta.version !== undefined) Reflect.deleteProperty(object, meta.version.property);
  context.emit("objectDeleted", { object });
}
