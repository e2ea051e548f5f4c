/** Decides the write of a save: the changes since the snapshot, which keep those of other writers. */

import type { InvalidValue } from "../errors.js";
import type { Condition } from "../expression/condition.js";
import { changesOf } from "../model/change/changes.js";
import { computedEdits, withoutComposed, withoutComputed } from "../model/change/computed.js";
import type { Difference } from "../model/change/diff.js";
import type { Edit } from "../model/change/edit.js";
import { assertSize } from "../model/change/limits.js";
import { type Obstacle, obstacleOf } from "../model/change/obstacle.js";
import { assumedBase } from "../model/change/plan.js";
import { heldVersion, raiseVersion, type VersionCheck, versionOf } from "../model/change/version.js";
import type { Column } from "../model/column.js";
import { localPath, refusal } from "../model/invalid.js";
import { withKeys } from "../model/kinds/asked.js";
import type { Meta } from "../model/meta.js";
import { assertFillable } from "../model/object/fillable.js";
import { landComputed, landEdits, landVersion } from "../model/object/land.js";
import { differenceOf, type Taken } from "../model/object/taken.js";
import {
  type Comparing,
  comparedNames,
  conditionsOf,
  existsIfLacking,
  lackingColumns,
} from "../operation/condition.js";
import type { Context } from "../operation/context.js";
import { type Item, newAttributes } from "../wire/attribute.js";
import { isTooLong, makeWrite, type Write } from "./write.js";

const none: readonly never[] = [];

interface PlanSettings extends Comparing {
  readonly condition?: Condition | undefined;
  /** Additional actions. */
  readonly acts?: readonly Edit[];
}

/** The facts of a save: the state of the object, and the changes to be written. */
interface SavePlan {
  readonly taken: Taken;
  readonly difference: Difference;
  /** The edits of values, without the version. */
  readonly edits: readonly Edit[];
  readonly acts: readonly Edit[];
  /** The version that the object holds. */
  readonly held: unknown;
  readonly version: VersionCheck | undefined;
}

/** The write of a save. Undefined if nothing changed, unless `wanted` asks for a write anyway. */
export function planSave(context: Context, taken: Taken, settings: PlanSettings, wanted: boolean): Write | undefined {
  const { meta, snapshot } = taken;
  const plan = makePlan(taken, settings.acts ?? none);
  const { edits, acts, version } = plan;
  if (snapshot !== undefined && edits.length + acts.length === 0 && !wanted) return undefined;
  const base = assumedItem(plan);
  const written = writtenEdits(plan);
  const comparing = settings.atomic === "fitting" ? { ...settings, changed: namesOf(edits) } : settings;
  // The version and atomic already require an existing item.
  const isThere = snapshot === undefined || version !== undefined || settings.atomic === true;
  const lacking = isThere ? none : lackingColumns(meta, written);
  return makeWrite(taken, {
    kind: snapshot === undefined && acts.length === 0 && isTooLong(written) ? "put" : "update",
    edits: written,
    base,
    conditions: joined(conditionsOf(meta, snapshot, comparing, version), existsIfLacking(meta, lacking)),
    version,
    lacking,
    compared: comparedNames(meta, snapshot, comparing),
    done: landing(context, plan, written),
  });
}

function makePlan(taken: Taken, acts: readonly Edit[]): SavePlan {
  const { meta, key, object } = taken;
  const difference = differenceOf(taken);
  const held = heldVersion(taken);
  const version = versionOf(taken.seen, held);
  if (version !== undefined) assertFillable(meta, object, [version.column], "a save that raises its version");
  const values =
    meta.version === undefined
      ? difference.edits
      : difference.edits.filter(({ path }) => path[0] !== meta.version?.storedName);
  const edits = ownEdits(taken, values);
  assertApart(meta, key, edits, acts);
  withoutComputed(meta, acts, key, true);
  return { taken, difference, edits, acts, held, version };
}

/** A computed column is not the user's. A copy keeps its values; a new object, and one that waited, may have older ones. */
function ownEdits({ meta, key, seen, image, snapshot }: Taken, edits: readonly Edit[]): readonly Edit[] {
  if (meta.computed.length === 0) return edits;
  if (seen.origin !== undefined) return withoutComposed(meta, edits);
  return withoutComputed(meta, edits, key, snapshot !== undefined && image === undefined);
}

/** The item as last seen, as far as the actions can be applied to it. Undefined for a new object without actions. */
function assumedItem({ taken: { meta, key, snapshot }, acts }: SavePlan): Item | undefined {
  const base = snapshot?.item;
  if (acts.length === 0) return base;
  const seen = base ?? newAttributes();
  const obstacle = obstacleOf(meta, acts, seen);
  if (obstacle?.reason === "kind") throw invalidAction(meta, key, obstacle);
  return obstacle === undefined ? seen : unseen(seen, acts);
}

/** All edits of the save: with its actions, its version, and the keys that follow from them. */
function writtenEdits({ taken, edits, acts, version }: SavePlan): readonly Edit[] {
  const { meta, key, snapshot } = taken;
  const raised = version === undefined ? none : raiseVersion(version);
  const knows = (column: Column) => snapshot === undefined || snapshot.made || snapshot.known.has(column);
  const known = { key, item: snapshot?.item, knows };
  // Nothing is computed for its own sake. Most models compute nothing: asked before anything is made for it.
  const isTouched = meta.computed.length > 0 && (snapshot === undefined || edits.length + acts.length > 0);
  const isCopy = taken.seen.origin !== undefined;
  const computed = isTouched ? computedEdits(meta, [...edits, ...acts], { ...known, isCopy }) : none;
  const more = acts.length + raised.length + computed.length;
  const own = more === 0 ? edits : [...edits, ...acts, ...raised, ...computed];
  const written = withKeys(meta, own, known);
  assertSize(meta, key, written);
  return written;
}

/** The effect of the write on the object. */
function landing(context: Context, plan: SavePlan, written: readonly Edit[]): () => void {
  const { taken, difference, acts, held, version } = plan;
  const { meta, object, snapshot } = taken;
  const changed = context.hasListeners("objectModified") ? changesOf(meta, snapshot, difference.edits) : none;
  return () => {
    const stored = acts.length === 0 ? written : written.filter((edit) => !acts.includes(edit));
    landEdits(taken, stored, knownAfter(meta, withComputed(meta, difference.known, stored), acts));
    if (version?.next !== undefined) landVersion(meta, object, held, version.next);
    if (meta.computed.length > 0) landComputed(taken, stored, difference.edits);
    if (changed.length > 0) context.emit("objectModified", { object, changes: changed });
    if (context.hasListeners("objectSaved")) context.emit("objectSaved", { object });
  };
}

function namesOf(edits: readonly Edit[]): ReadonlySet<string> {
  return new Set(edits.map(({ path }) => String(path[0])));
}

/** One save can't both write a column's value and have an action on it. */
function assertApart(meta: Meta, key: Item, edits: readonly Edit[], acts: readonly Edit[]): void {
  if (acts.length === 0) return;
  const column = edits.find((edit) => acts.some((act) => act.path[0] === edit.path[0]))?.path[0];
  if (column === undefined) return;
  const property = meta.byStoredName.get(String(column))?.property ?? String(column);
  throw refusal(
    meta,
    [property],
    key,
    "the object has a value of it to save, and there is an action on it too; give one of the two.",
  );
}

/** Most saves have no condition at all. */
function joined<One>(some: readonly One[], others: readonly One[]): readonly One[] {
  if (some.length === 0) return others;
  return others.length === 0 ? some : [...some, ...others];
}

/** The item as last seen may be out of date: an obstacle for an action that it shows need not exist any more. */
function unseen(base: Item, acts: readonly Edit[]): Item {
  const item = newAttributes(base);
  for (const { path } of acts) delete item[String(path[0])];
  return Object.assign(item, assumedBase(acts));
}

/** DynamoDB would refuse the action. A plan that writes its result must not overwrite the stored value. */
function invalidAction(meta: Meta, key: Item, { path }: Obstacle): InvalidValue {
  const problem = "what is stored there is not of the kind that the action is for, and is not overwritten.";
  return refusal(meta, localPath(meta, path), key, problem);
}

/** A computed column that was written is known. */
function withComputed(meta: Meta, known: ReadonlySet<Column>, edits: readonly Edit[]): ReadonlySet<Column> {
  const written = meta.computed.filter(({ storedName }) => edits.some(({ path }) => path[0] === storedName));
  return written.every((column) => known.has(column)) ? known : new Set([...known, ...written]);
}

/** The known columns after the write. A column with an action is unknown until it was read. */
function knownAfter(meta: Meta, known: ReadonlySet<Column>, acts: readonly Edit[]): ReadonlySet<Column> {
  if (acts.length === 0 && (meta.version === undefined || known.has(meta.version))) return known;
  const after = new Set(known);
  if (meta.version !== undefined) after.add(meta.version);
  for (const { path } of acts) {
    const column = meta.byStoredName.get(String(path[0]));
    if (column !== undefined) after.delete(column);
  }
  return after;
}
