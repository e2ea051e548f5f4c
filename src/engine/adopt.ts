/** Copies of objects that belong to other clients' tables. */

import { diffObject } from "../model/change/diff.js";
import { applyEdits } from "../model/change/edit.js";
import { makeProjection } from "../model/column.js";
import { makeObject, throwInvalid } from "../model/hydrate.js";
import { keyOfObject } from "../model/key.js";
import { makeHome } from "../model/object/home.js";
import { forget, snapshotOf } from "../model/object/snapshot.js";
import { assertWhole } from "../model/object/taken.js";
import { metaOfObject } from "../model/registry.js";
import type { Context } from "../operation/context.js";

/**
 * A new object with the whole state of the given one: its values, and the attributes that its model does not know. It
 * counts as new in each table of the engine's client. Throws InvalidValue for an object that was loaded in part.
 */
export function adopt(context: Context, object: object): object {
  const meta = metaOfObject(object);
  const key = keyOfObject(meta, object);
  const snapshot = snapshotOf(object);
  const home = context.homeOf(meta);
  if (snapshot !== undefined) assertWhole(home, snapshot);
  const { edits, known } = diffObject(meta, object, snapshot);
  const item = applyEdits(snapshot?.item ?? key, edits);
  // A table without operations: a save to any other table is a copy of the state seen here.
  const nowhere = makeHome(meta, "", home.client);
  const standing = { known, made: snapshot?.made ?? true, whole: snapshot?.whole ?? false, home: nowhere };
  const projection = makeProjection(meta.columns.filter((column) => known.has(column)));
  const prototype: object = Object.getPrototypeOf(object);
  const adopted = makeObject(prototype, item, { meta, projection, standing, onInvalid: throwInvalid });
  if (snapshot === undefined) forget(nowhere, adopted);
  return adopted;
}
