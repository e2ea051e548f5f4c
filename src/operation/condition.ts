/** The condition of a write: the caller's, that of atomic, and the guards of a plan, as one. */

import { InvalidOption } from "../errors.js";
import {
  assertOwner,
  type Condition,
  type ConditionNode,
  conditionNodeOf,
  isEqual,
  isMissing,
} from "../expression/condition.js";
import type { Path } from "../expression/path.js";
import type { Guard } from "../expression/update.js";
import type { Edit } from "../model/change/edit.js";
import { type VersionCheck, versionConditions } from "../model/change/version.js";
import type { Column } from "../model/column.js";
import type { GivenParts, Meta } from "../model/meta.js";
import type { Snapshot } from "../model/object/snapshot.js";
import { attributeOf, type Item } from "../wire/attribute.js";
import { maxOperators } from "../wire/limits.js";

const none: readonly ConditionNode[] = [];

/**
 * The columns that a write compares with the object's known state: all, or as many as one condition takes ("fitting").
 * The columns that the write changes come first.
 */
export interface Comparing {
  readonly atomic?: boolean | "fitting" | undefined;
  /** Stored names. */
  readonly changed?: ReadonlySet<string>;
}

/** The conditions of a write of an object: the caller's, that of its version, and that of atomic. */
export function conditionsOf(
  meta: Meta,
  snapshot: Snapshot | undefined,
  options: Comparing & { readonly condition?: Condition | undefined },
  version: VersionCheck | undefined,
): readonly ConditionNode[] {
  const { condition, atomic = false } = options;
  if (condition === undefined && atomic === false && version === undefined) return none;
  return [
    ...callersCondition(meta, condition),
    ...(version === undefined ? [] : versionConditions(meta, version)),
    ...(atomic !== false && version?.isNew !== true ? atomicConditions(meta, snapshot, options) : []),
  ];
}

/** The caller's condition, checked to be of this model. */
export function callersCondition(meta: Meta, condition: Condition | undefined): ConditionNode[] {
  if (condition === undefined) return [];
  const node = conditionNodeOf(condition);
  assertOwner(node, meta);
  return node.kind === "always" ? [] : [node];
}

/** Required columns that an item made by these edits would lack, so that it could not be loaded. */
export function lackingColumns({ required }: Meta, edits: readonly Edit[]): readonly Column[] {
  return required.filter(({ storedName }) => !edits.some((edit) => edit.path[0] === storedName && gives(edit)));
}

function gives(edit: Edit): boolean {
  if (edit.kind === "elements") return edit.added.length > 0;
  return edit.kind !== "replace" || edit.value !== undefined;
}

/** A write that would create an item without some required columns requires an existing item. */
export function existsIfLacking({ hashKey }: Meta, lacking: readonly Column[]): readonly ConditionNode[] {
  return lacking.length === 0 ? none : [{ kind: "exists", path: hashKey.path }];
}

/** The conditions that an update by key states about the present item. */
export function givenConditions(meta: Meta, { item, names }: GivenParts): readonly ConditionNode[] {
  // A walk of all columns is a twentieth of an update.
  if (names.size === 0) return [];
  return meta.columns.flatMap((column) => (names.has(column.storedName) ? [unchanged(column, item)] : []));
}

/** All known columns are unchanged; for a new object, there is no item. */
function atomicConditions(meta: Meta, snapshot: Snapshot | undefined, comparing: Comparing): ConditionNode[] {
  const { path } = meta.hashKey;
  if (snapshot === undefined) return [isMissing(path)];
  const known = comparedColumns(meta, snapshot, comparing);
  // One comparison and one AND each.
  if (2 * known.length > maxOperators) {
    throw new InvalidOption(
      `${meta.name}: atomic compares ${known.length} columns, more than a condition of DynamoDB takes; give the model a column integer().version(), which does the same with one number.`,
    );
  }
  return [{ kind: "exists", path }, ...known.map((column) => unchanged(column, snapshot.item))];
}

/** The rest is for the version, for the guards of a plan, and for joining them. */
const mostFitting = maxOperators / 3;

function comparedColumns(meta: Meta, { known }: Snapshot, { atomic, changed }: Comparing): Column[] {
  // The key tells its own columns, which other programs may store in it alone.
  const isCompared = (column: Column) =>
    column.key === undefined && !column.version && known.has(column) && meta.shared?.told.has(column) !== true;
  const columns = meta.columns.filter(isCompared);
  if (atomic !== "fitting" || columns.length <= mostFitting) return columns;
  const isChanged = ({ storedName }: Column) => changed?.has(storedName) === true;
  const first = columns.filter(isChanged);
  return [...first, ...columns.filter((column) => !isChanged(column))].slice(0, mostFitting);
}

/** The attributes that atomic compares, by stored name; undefined if it compares none. */
export function comparedNames(
  meta: Meta,
  snapshot: Snapshot | undefined,
  comparing: Comparing,
): ReadonlySet<string> | undefined {
  if ((comparing.atomic ?? false) === false || snapshot === undefined) return undefined;
  return new Set(comparedColumns(meta, snapshot, comparing).map(({ storedName }) => storedName));
}

function unchanged({ path, storedName }: Column, item: Item): ConditionNode {
  const value = attributeOf(item, storedName);
  if (value === undefined) return isMissing(path);
  return isEqual(path, value);
}

/** The guards of a plan, as conditions. */
export function guardConditions(meta: Meta, guards: readonly Guard[]): ConditionNode[] {
  return guards.flatMap((guard): readonly ConditionNode[] => {
    const path = { owner: meta, stored: guard.path, local: guard.path };
    if ("isMap" in guard) return [{ kind: "hasType", path, argument: { kind: "value", value: { S: "M" } } }];
    if (!("value" in guard)) return [...isNot(path, "<", guard.low), ...isNot(path, ">", guard.high)];
    return [guard.value === undefined ? isMissing(path) : isEqual(path, guard.value)];
  });
}

/** Also holds if nothing is stored there, or a value that is not a number. */
function isNot(path: Path, comparator: "<" | ">", number: string | undefined): ConditionNode[] {
  if (number === undefined) return [];
  const right = { kind: "value", value: { N: number } } as const;
  return [{ kind: "not", inner: { kind: "compare", comparator, left: { kind: "path", path }, right } }];
}
