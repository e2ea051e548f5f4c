/** The version column: what a write demands of the stored version, and what it makes of it. */

import type { ConditionNode } from "../expression/condition.js";
import { misfitOf } from "../types/context.js";
import { ownValue } from "../util/object.js";
import { type Attribute, attributeOf, type Item } from "../wire/attribute.js";
import { sameAttribute } from "../wire/same.js";
import type { Column } from "./column.js";
import type { Edit } from "./edit.js";
import { invalidValue, refusal } from "./invalid.js";
import type { Meta } from "./meta.js";
import { snapshotOf } from "./snapshot.js";

/** The version that an object expects to find; undefined: the item has none, or is not there. */
export interface VersionCheck {
  readonly column: Column;
  readonly expected: number | undefined;
  /** The object was never loaded or saved, and has no version: the item must not be there. */
  readonly isNew: boolean;
}

/**
 * What an object's version demands, or undefined where its model has none. The version that counts is the one that the
 * object holds. Throws InvalidValue for an object that was loaded without it.
 */
export function versionOf(meta: Meta, object: object): VersionCheck | undefined {
  const column = meta.version;
  if (column === undefined) return undefined;
  const snapshot = snapshotOf(object);
  const expected = ownValue(object, column.property);
  if (expected !== undefined) return { column, expected: checked(meta, column, expected), isNew: false };
  if (snapshot === undefined || snapshot.known.has(column)) {
    return { column, expected: undefined, isNew: snapshot === undefined };
  }
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
    throw invalidValue(meta, column, misfitOf(error), {}, false);
  }
}

/** What has to hold for the write. An item without a version must still be there. */
export function versionConditions(meta: Meta, { column, expected, isNew }: VersionCheck): ConditionNode[] {
  const { path } = meta.hashKey;
  if (isNew) return [{ kind: "notExists", path }];
  if (expected === undefined)
    return [
      { kind: "exists", path },
      { kind: "notExists", path: column.path },
    ];
  const right = { kind: "value", value: dumped(expected) } as const;
  return [{ kind: "compare", comparator: "=", left: { kind: "path", path: column.path }, right }];
}

export function versionHolds({ column, expected, isNew }: VersionCheck, item: Item | undefined): boolean {
  if (isNew) return item === undefined;
  if (item === undefined) return false;
  return sameAttribute(attributeOf(item, column.storedName), expected === undefined ? undefined : dumped(expected));
}

export function nextVersion({ expected = 0 }: VersionCheck): number {
  return expected + 1;
}

/** The version after the write, as an edit. */
export function raiseVersion(check: VersionCheck): Edit {
  return { kind: "replace", path: [check.column.storedName], value: dumped(nextVersion(check)) };
}

function dumped(version: number): Attribute {
  return { N: String(version) };
}
