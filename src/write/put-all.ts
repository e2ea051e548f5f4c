/** One object's part of putAll() and deleteAll(): whole items, without conditions. */

import { computedEdits, withoutComposed, withoutComputed } from "../model/change/computed.js";
import { applyEdits } from "../model/change/edit.js";
import { assertSize } from "../model/change/limits.js";
import { heldVersion, raiseVersion, takenVersion, unchecked } from "../model/change/version.js";
import type { Column } from "../model/column.js";
import { printColumns, refusal } from "../model/invalid.js";
import { withKeys } from "../model/kinds/asked.js";
import { assertFillable } from "../model/object/fillable.js";
import { landComputed, landVersion } from "../model/object/land.js";
import { remember, type Snapshot } from "../model/object/snapshot.js";
import { differenceOf, type Taken } from "../model/object/taken.js";
import type { Context } from "../operation/context.js";
import type { BatchedWrite } from "../session/session.js";
import { sizeOfAttributes } from "../wire/size.js";
import { afterDelete, assertForgets } from "./delete.js";

/** The write for one object, and its effect on the object. */
export interface BulkWrite {
  readonly write: BatchedWrite;
  /** Bytes as DynamoDB counts them. */
  readonly size: number;
  done(): void;
}

/** The whole item, including a loaded item's attributes that its model does not know. A version is raised unchecked. */
export function planPut(context: Context, taken: Taken): BulkWrite {
  const { meta, home, object, key, snapshot } = taken;
  const held = heldVersion(taken);
  if (snapshot !== undefined) assertWhole(taken, snapshot);
  const found = takenVersion(taken);
  const version = found === undefined ? undefined : unchecked(found);
  if (version !== undefined) assertFillable(meta, object, [version.column], "putAll(), which raises its version,");
  const raised = version === undefined ? [] : raiseVersion(version);
  const isCopy = taken.seen.origin !== undefined;
  const planned = differenceOf(taken).edits;
  const own = isCopy
    ? withoutComposed(meta, planned)
    : withoutComputed(meta, planned, key, snapshot !== undefined && taken.image === undefined);
  const known = { key, item: undefined, knows: () => true };
  const computed = computedEdits(meta, own, { ...known, isWhole: true, isCopy });
  const edits = withKeys(meta, [...own, ...raised, ...computed], known);
  const whole = snapshot?.item ?? key;
  const item = applyEdits(whole, edits);
  assertSize(meta, whole, edits);
  return {
    write: { PutRequest: { Item: item } },
    size: sizeOfAttributes(item),
    done() {
      remember(object, { item, known: meta.whole.known, made: false, whole: true, home });
      if (version?.next !== undefined) landVersion(meta, object, held, version.next);
      if (computed.length > 0) landComputed(taken, computed, planned);
      context.emit("objectSaved", { object });
    },
  };
}

/** Putting a part of an item would remove the rest. */
function assertWhole({ meta, key, object, image }: Taken, { known, made, whole }: Snapshot): void {
  if (made) return;
  const holds = (column: Column) => image?.own.has(column) ?? Object.hasOwn(object, column.property);
  const missing = meta.columns.filter((column) => !known.has(column) && !holds(column)).map(({ property }) => property);
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

export function planDeletion(context: Context, taken: Taken): BulkWrite {
  const { meta, object, key } = taken;
  assertForgets(meta, object);
  return {
    write: { DeleteRequest: { Key: key } },
    size: sizeOfAttributes(key),
    done: afterDelete(context, taken),
  };
}
