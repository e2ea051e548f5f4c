/** Saving: only what changed since the snapshot, as one update that keeps what others wrote meanwhile. */

import { InvalidOption, type InvalidValue } from "../errors.js";
import type { Condition } from "../expression/condition.js";
import { editsOfChanges } from "../model/act.js";
import { changesOf, type ObjectChange } from "../model/changes.js";
import { type Column, makeProjection } from "../model/column.js";
import { applyEdits, type Edit } from "../model/edit.js";
import { assertFillable } from "../model/fillable.js";
import { assertSize, dropColumns, fillColumns, fillObject, loadValues } from "../model/hydrate.js";
import { localPath, refusal } from "../model/invalid.js";
import { keyOfObject } from "../model/key.js";
import { type Meta, metaOfObject } from "../model/meta.js";
import { obstacleOf } from "../model/plan.js";
import { differenceIn, type Seen, seenIn } from "../model/seen.js";
import { remember, type Snapshot, snapshotIn } from "../model/snapshot.js";
import { raiseVersion, type VersionCheck, versionOf } from "../model/version.js";
import { type Item, newAttributes } from "../wire/attribute.js";
import { type Comparing, comparedNames, conditionsOf } from "./condition.js";
import { type Context, hydrate, makeCall, type Place, readingOf } from "./context.js";
import { readItem, sendWrite } from "./send.js";
import { afterWrite, writeErrorOf } from "./violation.js";
import { isTooLong, type Write } from "./write.js";

export interface WriteSettings {
  readonly condition?: Condition | undefined;
  readonly atomic?: boolean | undefined;
  readonly returning?: "old" | undefined;
  readonly once?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SaveSettings extends WriteSettings {
  readonly sync?: "new" | undefined;
  readonly actions?: object | undefined;
}

/** Resolves with the values from before, as an object of their own, where they were asked for. */
export async function save(context: Context, object: object, settings: SaveSettings): Promise<object | undefined> {
  assertReturns(settings);
  assertWritable(object, settings);
  const { condition, atomic, sync, returning } = settings;
  const wanted = condition !== undefined || atomic === true || sync !== undefined || returning !== undefined;
  const home = context.homeOf(metaOfObject(object));
  const write = planSave({ context, home }, object, settings, wanted);
  if (write === undefined) return undefined;
  const { meta, prototype } = write;
  const acted = actedColumns(meta, settings);
  const wantsNew = sync === "new" || acted.length > 0;
  const returns = returning ?? (wantsNew ? "new" : undefined);
  const { once, signal } = settings;
  let returned: Item | undefined;
  try {
    returned = await sendWrite(context, write, { once, returns, signal });
  } catch (error) {
    throw writeErrorOf(context, write, error);
  }
  const done = async () => {
    write.done();
    if (returning === "old") {
      return returned === undefined ? undefined : hydrate(context, prototype, returned, readingOf(context, home));
    }
    if (!wantsNew) return undefined;
    const item = returned ?? (await readItem(context, write, makeCall(meta, write.key, signal)));
    // Where it was deleted since, the object stays as it was saved.
    if (item === undefined) dropColumns(home, object, acted);
    else if (sync === "new") fillObject(meta, object, loadValues(item, readingOf(context, home)));
    else fillColumns(meta, object, acted, loadValues(item, readingOf(context, home, makeProjection(acted))));
    return undefined;
  };
  try {
    return await afterWrite(done);
  } catch (error) {
    // What came of the actions is not known: from before them, nothing may stay that a later save would write back.
    dropColumns(home, object, acted);
    throw error;
  }
}

function assertReturns({ returning, sync, actions, once }: SaveSettings): void {
  if (returning === undefined) return;
  if (sync !== undefined || actions !== undefined) {
    const other = sync === undefined ? "actions" : 'sync: "new"';
    throw new InvalidOption(`save() takes either ${other} or returning: "old": DynamoDB returns one of the two.`);
  }
  assertOldOrOnce(returning, once);
}

/** What comes of the write is put onto the object, in the columns of its actions, or in all of them. */
function assertWritable(object: object, settings: SaveSettings): void {
  if (settings.sync === undefined && settings.actions === undefined) return;
  const meta = metaOfObject(object);
  if (settings.sync === "new") assertFillable(meta, object, meta.columns, 'save() with sync: "new"');
  assertFillable(meta, object, actedColumns(meta, settings), "save() with actions");
}

/** A transaction returns nothing. */
export function assertOldOrOnce(returning: "old" | undefined, once: boolean | undefined): void {
  if (returning === undefined || once !== true) return;
  throw new InvalidOption('A write takes either once or returning: "old": what is sent once returns no values.');
}

export type PlanSettings = Pick<SaveSettings, "condition" | "actions"> & Comparing;

/** The write that a save is, or undefined where nothing changed and no write is `wanted` all the same. */
export function planSave(
  { context, home }: Place,
  object: object,
  settings: PlanSettings,
  wanted: boolean,
): Write | undefined {
  const { meta } = home;
  const key = keyOfObject(meta, object);
  const seen = seenIn(home, object);
  const { snapshot } = seen;
  const difference = differenceIn(seen, object);
  const version = versionOf(seen, object);
  if (version !== undefined) assertFillable(meta, object, [version.column], "a save that raises its version");
  const edits =
    meta.version === undefined
      ? difference.edits
      : difference.edits.filter(({ path }) => path[0] !== meta.version?.storedName);
  const acts = settings.actions === undefined ? none : editsOfChanges(meta, key, settings.actions);
  assertApart(meta, key, edits, acts);
  const base = snapshot?.item ?? newAttributes();
  const obstacle = obstacleOf(acts, base);
  if (obstacle !== undefined) throw invalidAction(meta, key, obstacle);
  if (snapshot !== undefined && edits.length + acts.length === 0 && !wanted) return undefined;
  const raised = version === undefined ? none : raiseVersion(version);
  const written = acts.length + raised.length === 0 ? edits : [...edits, ...acts, ...raised];
  assertSize(meta, key, written);
  const comparing = settings.atomic === "fitting" ? { ...settings, changed: namesOf(edits) } : settings;
  const changed = context.hasListeners("objectModified") ? changesOf(meta, snapshot, difference.edits) : none;
  return {
    kind: snapshot === undefined && acts.length === 0 && isTooLong(written) ? "put" : "update",
    meta,
    home,
    key,
    given: object,
    prototype: Object.getPrototypeOf(object),
    edits: written,
    base,
    conditions: conditionsOf(meta, snapshot, comparing, version),
    version,
    lacking: [],
    compared: comparedNames(meta, snapshot, comparing),
    done: doneBy(context, { object, version, changed }, () => {
      const stored = raised.length === 0 ? edits : [...edits, ...raised];
      return snapshotAfter(seen, object, { key, stored, acts, known: difference.known });
    }),
  };
}

/** What was written of an object. */
interface Written {
  readonly key: Item;
  readonly stored: readonly Edit[];
  readonly acts: readonly Edit[];
  readonly known: ReadonlySet<Column>;
}

function snapshotAfter({ home, snapshot }: Seen, object: object, { key, stored, acts, known }: Written): Snapshot {
  // Of two saves of one object that are under way at once, the one that ends later knows of the other's.
  const before = snapshotIn(home, object) ?? snapshot;
  const isSame = before?.item === snapshot?.item && before?.known === snapshot?.known;
  const all = isSame ? known : new Set([...(before?.known ?? []), ...known]);
  const { made, whole } = before ?? { made: true, whole: false };
  return { item: applyEdits(before?.item ?? key, stored), known: knownAfter(home.meta, all, acts), made, whole, home };
}

const none: readonly never[] = [];

function namesOf(edits: readonly Edit[]): ReadonlySet<string> {
  return new Set(edits.map(({ path }) => String(path[0])));
}

/** One save can't both write a column's value and act on it. */
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

/** DynamoDB would refuse the action; a plan that writes what comes of it must not overwrite what is there. */
function invalidAction(meta: Meta, key: Item, { path }: Edit): InvalidValue {
  const problem = "what is stored there is not of the kind that the action is for, and is not overwritten.";
  return refusal(meta, localPath(meta, path), key, problem);
}

function actedColumns(meta: Meta, { actions }: SaveSettings): readonly Column[] {
  if (actions === undefined) return none;
  return meta.columns.filter(({ property }) => Object.hasOwn(actions, property));
}

/** What is known after the write. Of what was acted on, nothing is, until it was read. */
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

/** A write that is to be done. */
interface Doing {
  readonly object: object;
  readonly version: VersionCheck | undefined;
  readonly changed: readonly ObjectChange[];
}

/** What was changed on the object since the write was planned stays a change. */
function doneBy(context: Context, { object, version, changed }: Doing, saved: () => Snapshot): () => void {
  return () => {
    remember(object, saved());
    if (version?.next !== undefined) Reflect.set(object, version.column.property, version.next);
    if (changed.length > 0) context.emit("objectModified", { object, changes: changed });
    if (context.hasListeners("objectSaved")) context.emit("objectSaved", { object });
  };
}
