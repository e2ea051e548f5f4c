/** Saves only the changes since the snapshot, as one update that keeps other writers' changes. */

import { InvalidOption, type InvalidValue } from "../errors.js";
import type { Condition } from "../expression/condition.js";
import { editsOfChanges } from "../model/act.js";
import { changesOf } from "../model/changes.js";
import { type Column, makeProjection } from "../model/column.js";
import type { Edit } from "../model/edit.js";
import { assertFillable } from "../model/fillable.js";
import { loadValues } from "../model/hydrate.js";
import { nothingKnown, type State } from "../model/image.js";
import { localPath, refusal } from "../model/invalid.js";
import { keyOfObject } from "../model/key.js";
import { withKeys } from "../model/kinds/asked.js";
import { dropColumns, fillColumns, fillObject, landEdits, landVersion } from "../model/land.js";
import { assertSize } from "../model/limits.js";
import { type Meta, metaOfObject } from "../model/meta.js";
import { type Obstacle, obstacleOf } from "../model/obstacle.js";
import { assumedBase } from "../model/plan.js";
import { leave } from "../model/queue.js";
import { lackingColumns } from "../model/required.js";
import { differenceOf, heldVersion, imageOfTaken, type Taken, takenVersion, takeObject } from "../model/taken.js";
import { raiseVersion } from "../model/version.js";
import { type Comparing, comparedNames, conditionsOf, existsIfLacking } from "../operation/condition.js";
import { type Context, hydrate, makeCall, readingOf } from "../operation/context.js";
import type { SaveOptions } from "../operation/options.js";
import { inTurn } from "../operation/turn.js";
import { type Item, newAttributes } from "../wire/attribute.js";
import { readItem, type SendSettings, sendWrite } from "./send.js";
import { afterWrite, writeErrorOf } from "./violation.js";
import { isTooLong, type Write } from "./write.js";

const none: readonly never[] = [];

/** The arguments of a save. */
interface Save {
  readonly context: Context;
  readonly settings: SaveOptions<string>;
  /** The columns with actions. */
  readonly acted: readonly Column[];
  /** The object's state at the call, if values after the write will be put onto it. */
  called: State;
}

/**
 * Takes an object's values at once. The returned function saves them in turn. It resolves with the earlier values, as a
 * separate object, if they were requested.
 */
export function takeSave(
  context: Context,
  object: object,
  settings: SaveOptions<string>,
): () => Promise<object | undefined> {
  assertReturns(settings);
  assertWritable(object, settings);
  const { condition, atomic, sync, returning, actions, signal } = settings;
  const wanted = condition !== undefined || atomic === true || sync !== undefined || returning !== undefined;
  const home = context.homeOf(metaOfObject(object));
  const acts = actions === undefined ? none : editsOfObject(object, actions);
  const save: Save = { context, settings, acted: actedColumns(object, actions), called: nothingKnown };
  return inTurn(object, {
    takes: "values",
    signal,
    plan: (earlier) => {
      const taken = takeObject(home, object, earlier);
      const write = planSave(context, taken, { condition, atomic, acts }, wanted);
      if (wantsNew(save)) save.called = imageOfTaken(taken);
      return write;
    },
    run: (write) => runSave(save, write),
  });
}

function wantsNew({ settings, acted }: Save): boolean {
  return settings.sync === "new" || acted.length > 0;
}

async function runSave(save: Save, write: Write): Promise<object | undefined> {
  const { returning, once, signal } = save.settings;
  const returns = returning ?? (wantsNew(save) ? "new" : undefined);
  try {
    const returned = await sendOrViolate(save.context, write, { once, returns, signal });
    return await landSave(save, write, returned);
  } finally {
    leave(write.given);
  }
}

async function sendOrViolate(context: Context, write: Write, settings: SendSettings): Promise<Item | undefined> {
  try {
    return await sendWrite(context, write, settings);
  } catch (error) {
    throw writeErrorOf(context, write, error);
  }
}

/** The effect of a save on its object; resolves with the earlier values. */
async function landSave(save: Save, write: Write, returned: Item | undefined): Promise<object | undefined> {
  const { context, settings, acted, called: from } = save;
  const { meta, home, prototype, given: object } = write;
  const done = async () => {
    write.done();
    if (settings.returning === "old") {
      return returned === undefined ? undefined : hydrate(context, prototype, returned, readingOf(context, home));
    }
    if (!wantsNew(save)) return undefined;
    const item = returned ?? (await readItem(context, write, makeCall(meta, write.key, settings.signal)));
    // If the item was deleted since, the object stays as it was saved.
    if (item === undefined) dropColumns(home, object, { columns: acted, from });
    else if (settings.sync === "new") fillObject(meta, object, loadValues(item, readingOf(context, home)), from);
    else {
      const loaded = loadValues(item, readingOf(context, home, makeProjection(acted)));
      fillColumns(meta, object, loaded, { columns: acted, from });
    }
    return undefined;
  };
  try {
    return await afterWrite(done);
  } catch (error) {
    // The results of the actions are not known: no earlier value may stay that a later save would write back.
    dropColumns(home, object, { columns: acted, from });
    throw error;
  }
}

function assertReturns({ returning, sync, actions, once }: SaveOptions<string>): void {
  if (returning === undefined) return;
  if (sync !== undefined || actions !== undefined) {
    const other = sync === undefined ? "actions" : 'sync: "new"';
    throw new InvalidOption(`save() takes either ${other} or returning: "old": DynamoDB returns one of the two.`);
  }
  assertOldOrOnce(returning, once);
}

/** The results of the write are put onto the object, in the columns of its actions, or in all. */
function assertWritable(object: object, settings: SaveOptions<string>): void {
  if (settings.sync === undefined && settings.actions === undefined) return;
  const meta = metaOfObject(object);
  if (settings.sync === "new") assertFillable(meta, object, meta.columns, 'save() with sync: "new"');
  assertFillable(meta, object, actedColumns(object, settings.actions), "save() with actions");
}

/** A transaction returns nothing. */
export function assertOldOrOnce(returning: "old" | undefined, once: boolean | undefined): void {
  if (returning === undefined || once !== true) return;
  throw new InvalidOption('A write takes either once or returning: "old": what is sent once returns no values.');
}

export interface PlanSettings extends Comparing {
  readonly condition?: Condition | undefined;
  /** Additional actions. */
  readonly acts?: readonly Edit[];
}

/** The write of a save. Undefined if nothing changed, unless `wanted` asks for a write anyway. */
export function planSave(context: Context, taken: Taken, settings: PlanSettings, wanted: boolean): Write | undefined {
  const { meta, home, key, object, snapshot } = taken;
  const difference = differenceOf(taken);
  const version = takenVersion(taken);
  if (version !== undefined) assertFillable(meta, object, [version.column], "a save that raises its version");
  const edits =
    meta.version === undefined
      ? difference.edits
      : difference.edits.filter(({ path }) => path[0] !== meta.version?.storedName);
  const { acts = none } = settings;
  assertApart(meta, key, edits, acts);
  const base = snapshot?.item ?? newAttributes();
  const obstacle = acts.length === 0 ? undefined : obstacleOf(meta, acts, base);
  if (obstacle?.reason === "kind") throw invalidAction(meta, key, obstacle);
  if (snapshot !== undefined && edits.length + acts.length === 0 && !wanted) return undefined;
  const raised = version === undefined ? none : raiseVersion(version);
  const own = acts.length + raised.length === 0 ? edits : [...edits, ...acts, ...raised];
  const knows = (column: Column) => snapshot === undefined || snapshot.made || snapshot.known.has(column);
  const written = withKeys(meta, own, { key, item: snapshot?.item, knows });
  assertSize(meta, key, written);
  const comparing = settings.atomic === "fitting" ? { ...settings, changed: namesOf(edits) } : settings;
  const held = heldVersion(taken);
  const changed = context.hasListeners("objectModified") ? changesOf(meta, snapshot, difference.edits) : none;
  // The version and atomic already require an existing item.
  const isThere = snapshot === undefined || version !== undefined || settings.atomic === true;
  const lacking = isThere ? none : lackingColumns(meta, written);
  return {
    kind: snapshot === undefined && acts.length === 0 && isTooLong(written) ? "put" : "update",
    meta,
    home,
    key,
    given: object,
    prototype: Object.getPrototypeOf(object),
    edits: written,
    base: obstacle === undefined ? base : unseen(base, acts),
    conditions: joined(conditionsOf(meta, snapshot, comparing, version), existsIfLacking(meta, lacking)),
    version,
    lacking,
    compared: comparedNames(meta, snapshot, comparing),
    done() {
      const stored = acts.length === 0 ? written : written.filter((edit) => !acts.includes(edit));
      landEdits(taken, stored, knownAfter(meta, difference.known, acts));
      if (version?.next !== undefined) landVersion(meta, object, held, version.next);
      if (changed.length > 0) context.emit("objectModified", { object, changes: changed });
      if (context.hasListeners("objectSaved")) context.emit("objectSaved", { object });
    },
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

function editsOfObject(object: object, actions: object): readonly Edit[] {
  const meta = metaOfObject(object);
  return editsOfChanges(meta, keyOfObject(meta, object), actions);
}

function actedColumns(object: object, actions: object | undefined): readonly Column[] {
  if (actions === undefined) return none;
  return metaOfObject(object).columns.filter(({ property }) => Object.hasOwn(actions, property));
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
