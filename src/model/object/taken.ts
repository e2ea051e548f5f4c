/** The state of an object that an operation takes: at its call, and again if it had to wait for others. */

import { InvalidOption } from "../../errors.js";
import { attributeOf, type Item } from "../../wire/attribute.js";
import { type Difference, diffObject } from "../change/diff.js";
import { applyEdits, type Edit } from "../change/edit.js";
import { printKey, refusal } from "../invalid.js";
import { assertKeyUnchanged, keyOfObject } from "../key.js";
import type { Meta } from "../meta.js";
import { compareHomes, type Home } from "./home.js";
import { diffImage, type Image, imageOf } from "./image.js";
import { type Snapshot, snapshotIn, snapshotOf } from "./snapshot.js";

export interface Taken {
  readonly meta: Meta;
  readonly home: Home;
  readonly object: object;
  readonly key: Item;
  readonly seen: Seen;
  /** The last state seen in the table. */
  readonly snapshot: Snapshot | undefined;
  /** The object's state at the call of an operation that had to wait; undefined: the object as it is now. */
  readonly image: Image | undefined;
}

/** The state taken at the call, for operations that had to wait. */
export interface Earlier {
  readonly key: Item;
  readonly image: Image;
}

/**
 * Throws InvalidOption for a value that is not an object of a model, MissingKey, and InvalidValue for a changed key.
 */
export function takeObject(home: Home, object: object, earlier?: Earlier): Taken {
  const { meta } = home;
  const last = snapshotOf(object);
  const key = earlier === undefined ? keyOfObject(meta, object, last) : keyNow(meta, earlier.key, last);
  const seen = seenIn(home, object, last);
  return { meta, home, object, key, seen, snapshot: seen.snapshot, image: earlier?.image };
}

/** The key at the operation's call. Operations before it may have stored it. */
function keyNow(meta: Meta, key: Item, last: Snapshot | undefined): Item {
  return last === undefined ? key : assertKeyUnchanged(meta, key, last.item);
}

/** The difference that a write has to make. Throws InvalidValue for a value that DynamoDB can't store. */
export function differenceOf({ meta, object, seen, snapshot, image }: Taken): Difference {
  if (image === undefined && seen.origin === undefined) return diffObject(meta, object, snapshot);
  return differenceIn(seen, (before) =>
    image === undefined ? diffObject(meta, object, before) : diffImage(meta, image, before),
  );
}

/** The object's state as an image. */
export function imageOfTaken({ meta, object, image }: Taken): Image {
  return image ?? imageOf(meta, object, snapshotOf(object), { onUnfit: "throw" });
}

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
function differenceIn(
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
