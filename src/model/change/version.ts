/** The version column: the stored version that a write requires, and the one that it sets. */

import { type ConditionNode, isMissing } from "../../expression/condition.js";
import { misfitOf } from "../../types/codec/context.js";
import { ownValue } from "../../util/object.js";
import { type Attribute, attributeOf, type Item } from "../../wire/attribute.js";
import { sameAttribute } from "../../wire/same.js";
import type { Column } from "../column.js";
import { invalidInput, refusal } from "../invalid.js";
import type { Meta } from "../meta.js";
import type { Snapshot } from "../object/snapshot.js";
import type { Seen, Taken } from "../object/taken.js";
import type { Edit } from "./edit.js";

/** The version that an object expects to find; undefined: the item has no version, or does not exist. */
export interface VersionCheck {
  readonly column: Column;
  readonly expected: number | undefined;
  /** The object was never loaded or saved, and has no version: the item must not exist. */
  readonly isNew: boolean;
  /** The object is of another table: the item may be missing or older, and gets the number of the object. */
  readonly isCopy: boolean;
  /** The version after the write; undefined: none. */
  readonly next: number | undefined;
}

/**
 * The version check of an object in a table, or undefined if its model has no version; `value` is the object's version.
 * In the table that the object was last loaded or saved in, its own version counts. In another table, the version that
 * was seen there counts, and becomes the object's if it is higher. Throws InvalidValue for an object that was loaded
 * without its version.
 */
export function versionOf(seen: Seen, value: unknown): VersionCheck | undefined {
  const { meta } = seen.home;
  const column = meta.version;
  if (column === undefined) return undefined;
  const { snapshot, origin, isLast } = seen;
  const held = value === undefined ? undefined : checked(meta, column, value);
  if (held === undefined || !isLast) assertVersionKnown(meta, column, snapshot ?? origin);
  if (origin !== undefined) return { column, expected: held, isNew: false, isCopy: true, next: held };
  const expected = isLast ? held : storedVersion(column, snapshot?.item);
  const next = Math.max((expected ?? 0) + 1, isLast ? 0 : (held ?? 0));
  return { column, expected, isNew: expected === undefined && snapshot === undefined, isCopy: false, next };
}

/** The check of the version; see versionOf(). */
export function takenVersion(taken: Taken): VersionCheck | undefined {
  return versionOf(taken.seen, heldVersion(taken));
}

/** The version that the object holds. */
export function heldVersion({ meta: { version }, object, image }: Taken): unknown {
  if (version === undefined) return undefined;
  if (image === undefined) return ownValue(object, version.property);
  if (image.unfit.has(version)) return image.unfit.get(version);
  const attribute = attributeOf(image.item, version.storedName);
  return attribute === undefined ? undefined : version.load(attribute);
}

function assertVersionKnown(meta: Meta, column: Column, snapshot: Snapshot | undefined): void {
  if (snapshot === undefined || snapshot.known.has(column)) return;
  throw refusal(
    meta,
    [column.property],
    snapshot.item,
    `the object was loaded without its version, so that a write of it can't be checked. Load it whole, or with "${column.property}" in the projection.`,
  );
}

function checked(meta: Meta, column: Column, version: unknown): number {
  try {
    column.codec.dump(version, 1);
    return Number(version);
  } catch (error) {
    throw invalidInput(meta, column, misfitOf(error), {});
  }
}

function storedVersion({ storedName }: Column, item: Item | undefined): number | undefined {
  const stored = item && attributeOf(item, storedName);
  return stored !== undefined && "N" in stored ? Number(stored.N) : undefined;
}

/** The conditions of the write. An item without a version must still exist. */
export function versionConditions(meta: Meta, { column, expected, isNew, isCopy }: VersionCheck): ConditionNode[] {
  const { path } = meta.hashKey;
  const none = isMissing(column.path);
  if (isNew) return [isMissing(path)];
  if (expected === undefined) return isCopy ? [none] : [{ kind: "exists", path }, none];
  const right = { kind: "value", value: dumped(expected) } as const;
  const comparator = isCopy ? "<=" : "=";
  const matches: ConditionNode = { kind: "compare", comparator, left: { kind: "path", path: column.path }, right };
  return isCopy ? [{ kind: "or", parts: [none, matches] }] : [matches];
}

export function versionHolds({ column, expected, isNew, isCopy }: VersionCheck, item: Item | undefined): boolean {
  if (isNew) return item === undefined;
  if (isCopy) return (storedVersion(column, item) ?? 0) <= (expected ?? 0);
  if (item === undefined) return false;
  return sameAttribute(attributeOf(item, column.storedName), expected === undefined ? undefined : dumped(expected));
}

/** The version after the write, as edits. */
export function raiseVersion({ column, next }: VersionCheck): readonly Edit[] {
  return next === undefined ? [] : [{ kind: "replace", path: [column.storedName], value: dumped(next) }];
}

/** For each millisecond, putAll() picks one of this many numbers at random. */
const numbersOfMillisecond = 2048;

/**
 * The check of a write that reads nothing, such as putAll(): its number comes from time and chance, so that no other
 * write can have given it. Otherwise an older object could expect exactly this number, one higher than its own. A copy
 * keeps its number.
 */
export function unchecked(check: VersionCheck): VersionCheck {
  if (check.isCopy) return check;
  const floor = Math.max(check.expected ?? 0, Date.now() * numbersOfMillisecond);
  return { ...check, next: floor + 1 + Math.floor(Math.random() * (numbersOfMillisecond - 1)) };
}

function dumped(version: number): Attribute {
  return { N: String(version) };
}
