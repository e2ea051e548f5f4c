/**
 * The state of an object that is known to an operation in one table: its last seen state there. An object of another
 * table counts as new, and is written whole: a copy of its state in the other table, with the changes made since.
 */

import { InvalidOption } from "../errors.js";
import { attributeOf } from "../wire/attribute.js";
import type { Difference } from "./diff.js";
import { applyEdits, type Edit } from "./edit.js";
import { compareHomes, type Home } from "./home.js";
import { printKey, refusal } from "./invalid.js";
import { type Snapshot, snapshotIn, snapshotOf } from "./snapshot.js";

export interface Seen {
  readonly home: Home;
  /** The last state seen in this table. */
  readonly snapshot: Snapshot | undefined;
  /** If there is none: the last state seen in another table, which a write copies. */
  readonly origin: Snapshot | undefined;
  /** Whether the object was last loaded or saved in this table: only then its version belongs to this table. */
  readonly isLast: boolean;
}

/**
 * The state of an object for an operation in a table; `last` is its last state in any table. Throws InvalidOption if the object was seen in a table that may
 * be the same one under another name.
 */
export function seenIn(home: Home, object: object, last: Snapshot | undefined = snapshotOf(object)): Seen {
  if (last === undefined || last.home === home) return { home, snapshot: last, origin: undefined, isLast: true };
  const snapshot = snapshotIn(home, object);
  if (snapshot !== undefined) return { home, snapshot, origin: undefined, isLast: false };
  assertOther(home, last);
  return { home, snapshot: undefined, origin: last, isLast: false };
}

function assertOther(home: Home, { item, home: before }: Snapshot): void {
  if (compareHomes(before, home) === "other") return;
  const where =
    before.client === home.client
      ? `the table "${before.tableName}", which may be "${home.tableName}" by another name`
      : `the table "${before.tableName}" by another client, and whether that is the table "${home.tableName}" of this one, nothing says`;
  throw new InvalidOption(
    `${home.meta.name}${printKey(home.meta, item)}: the object was loaded from or saved to ${where}. A write of what changed, or of all of it, could be wrong. To write a copy, say so: engine.save(engine.adopt(object)). For one table, give the engines one client and one name, or make one of the other by engine.with().`,
  );
}

/**
 * The difference that a write in this table has to make. Throws InvalidValue for a value that can't be stored, and for
 * a partial copy.
 */
export function differenceIn(
  { home, snapshot, origin }: Seen,
  differenceFrom: (before: Snapshot | undefined) => Difference,
): Difference {
  if (origin === undefined) return differenceFrom(snapshot);
  return differenceOfCopy(home, origin, differenceFrom(origin));
}

/**
 * A whole object as edits: its values, the attributes that it is known to lack, and those that the model does not know.
 */
function differenceOfCopy(home: Home, origin: Snapshot, { edits, known }: Difference): Difference {
  assertWhole(home, origin);
  const { meta } = home;
  const item = applyEdits(origin.item, edits);
  const apart = new Set([...meta.keys, ...(meta.version === undefined ? [] : [meta.version])].map(storedNameOf));
  const gone = [...known].map(storedNameOf).filter((name) => attributeOf(item, name) === undefined);
  const copied = [...Object.keys(item), ...gone]
    .filter((name) => !apart.has(name))
    .map((name): Edit => ({ kind: "replace", path: [name], value: attributeOf(item, name) }));
  return { edits: copied, known };
}

function storedNameOf({ storedName }: { readonly storedName: string }): string {
  return storedName;
}

/** A copy of a part of the item would lack the rest. */
export function assertWhole({ meta, tableName }: Home, { item, made, whole, home }: Snapshot): void {
  if (made || whole) return;
  throw refusal(
    meta,
    [],
    item,
    `the object was loaded in part from the table "${home.tableName}", and what is written to "${tableName}" would lack the rest. Load it whole first.`,
  );
}
