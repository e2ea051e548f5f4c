/** One object's part of putAll() and deleteAll(): whole items, without conditions. */

import { applyEdits } from "../model/edit.js";
import { assertFillable } from "../model/fillable.js";
import type { Home } from "../model/home.js";
import { assertSize } from "../model/hydrate.js";
import { printColumns, refusal } from "../model/invalid.js";
import { keyOfObject } from "../model/key.js";
import { type Meta, metaOfObject } from "../model/meta.js";
import { differenceIn, seenIn } from "../model/seen.js";
import { remember, type Snapshot } from "../model/snapshot.js";
import { raiseVersion, unchecked, versionOf } from "../model/version.js";
import type { BatchedWrite } from "../session/session.js";
import type { Item } from "../wire/attribute.js";
import { sizeOfAttributes } from "../wire/size.js";
import type { Context } from "./context.js";
import { afterDelete, assertForgets } from "./delete.js";

/** The write of one object, and what becomes of the object when it is done. */
export interface BulkWrite {
  readonly object: object;
  readonly home: Home;
  readonly key: Item;
  readonly write: BatchedWrite;
  /** Bytes as DynamoDB counts them. */
  readonly size: number;
  done(): void;
}

/** The whole item, with the attributes of a loaded one that its model does not know. A version gets a number of its own, unchecked. */
export function planPut(context: Context, object: object): BulkWrite {
  const meta = metaOfObject(object);
  const home = context.homeOf(meta);
  const key = keyOfObject(meta, object);
  const seen = seenIn(home, object);
  const { snapshot } = seen;
  if (snapshot !== undefined) assertWhole(meta, key, snapshot, object);
  const found = versionOf(seen, object);
  const version = found === undefined ? undefined : unchecked(found);
  if (version !== undefined) assertFillable(meta, object, [version.column], "putAll(), which raises its version,");
  const { edits } = differenceIn(seen, object);
  const raised = version === undefined ? [] : raiseVersion(version);
  const whole = snapshot?.item ?? key;
  const item = applyEdits(whole, [...edits, ...raised]);
  assertSize(meta, whole, [...edits, ...raised]);
  return {
    object,
    home,
    key,
    write: { PutRequest: { Item: item } },
    size: sizeOfAttributes(item),
    done() {
      remember(object, { item, known: meta.whole.known, made: false, whole: true, home });
      if (version?.next !== undefined) Reflect.set(object, version.column.property, version.next);
      context.emit("objectSaved", { object });
    },
  };
}

/** A put of a part would remove the rest. */
function assertWhole(meta: Meta, key: Item, { known, made, whole }: Snapshot, object: object): void {
  if (made) return;
  const missing = meta.columns
    .filter((column) => !known.has(column) && !Object.hasOwn(object, column.property))
    .map(({ property }) => property);
  if (missing.length === 0 && whole) return;
  // A projection leaves out the attributes that the model does not know, even if it names all columns.
  const without = missing.length === 0 ? "the attributes that its model does not know" : printColumns(missing);
  throw refusal(
    meta,
    [],
    key,
    `the object was loaded without ${without}, and a put of it would remove what is stored there. Load it whole, or save it.`,
  );
}

export function planDeletion(context: Context, object: object): BulkWrite {
  const meta = metaOfObject(object);
  const home = context.homeOf(meta);
  const key = keyOfObject(meta, object);
  seenIn(home, object);
  assertForgets(meta, object);
  return {
    object,
    home,
    key,
    write: { DeleteRequest: { Key: key } },
    size: sizeOfAttributes(key),
    done: () => afterDelete({ context, home }, object),
  };
}
