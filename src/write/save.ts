/** Saves only the changes since the snapshot, as one update that keeps other writers' changes. */

import { InvalidOption } from "../errors.js";
import { editsOfChanges } from "../model/change/act.js";
import type { Edit } from "../model/change/edit.js";
import { type Column, makeProjection } from "../model/column.js";
import { loadValues } from "../model/hydrate.js";
import { keyOfObject } from "../model/key.js";
import type { Meta } from "../model/meta.js";
import { assertFillable } from "../model/object/fillable.js";
import { nothingKnown, type State } from "../model/object/image.js";
import { dropColumns, fillColumns, fillObject, withWritten } from "../model/object/land.js";
import { leave } from "../model/object/queue.js";
import { imageOfTaken, takeObject } from "../model/object/taken.js";
import { metaOfObject } from "../model/registry.js";
import { type Context, hydrate, readItem, readingOf } from "../operation/context.js";
import type { SaveOptions } from "../operation/options.js";
import { inTurn } from "../operation/turn.js";
import { assertNever } from "../util/assert.js";
import type { Item } from "../wire/attribute.js";
import { planSave } from "./plan-save.js";
import type { SendSettings } from "./send.js";
import { writeAndLand } from "./violation.js";
import type { Write } from "./write.js";

const none: readonly never[] = [];

/** The use of the answer: none, an object of the earlier values, or new values for all columns or some. */
type After = "nothing" | "old" | "fill" | "columns";

/** The arguments of a save. */
interface Save {
  readonly context: Context;
  readonly signal: AbortSignal | undefined;
  readonly after: After;
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
  assertReturns(object, settings);
  assertWritable(object, settings);
  const { condition, atomic, once, sync, returning, actions, signal } = settings;
  const wanted = condition !== undefined || atomic === true || sync !== undefined || returning !== undefined;
  const home = context.homeOf(metaOfObject(object));
  const acts = actions === undefined ? none : editsOfObject(object, actions);
  const acted = actedColumns(object, actions);
  const save: Save = { context, signal, after: afterOf(settings, acted), acted, called: nothingKnown };
  const returns = returnsOf(save.after);
  return inTurn(object, {
    takes: "values",
    signal,
    plan: (earlier) => {
      const taken = takeObject(home, object, earlier);
      const write = planSave(context, taken, { condition, atomic, acts }, wanted);
      if (returns === "new") save.called = imageOfTaken(taken);
      return write;
    },
    run: (write) => runSave(save, write, { once, returns, signal }),
  });
}

function afterOf({ returning, sync }: SaveOptions<string>, acted: readonly Column[]): After {
  if (returning === "old") return "old";
  if (sync === "new") return "fill";
  return acted.length > 0 ? "columns" : "nothing";
}

function returnsOf(after: After): SendSettings["returns"] {
  if (after === "nothing") return undefined;
  return after === "old" ? "old" : "new";
}

async function runSave(save: Save, write: Write, settings: SendSettings): Promise<object | undefined> {
  try {
    return await writeAndLand(save.context, write, settings, (returned) => landSave(save, write, returned));
  } finally {
    leave(write.given);
  }
}

/** The effect of a save on its object. Returns the earlier values, if they were requested. */
function landSave(
  save: Save,
  write: Write,
  returned: Item | undefined,
): object | undefined | Promise<object | undefined> {
  const { context, after } = save;
  switch (after) {
    case "nothing":
      write.done();
      return undefined;
    case "old":
      write.done();
      return returned && hydrate(context, write.prototype, returned, readingOf(context, write.home));
    case "fill":
    case "columns":
      return landValues(save, write, returned);
    default:
      return assertNever(after);
  }
}

/** Puts the values after the write onto the object: of all columns, or of those with actions. */
async function landValues(save: Save, write: Write, returned: Item | undefined): Promise<undefined> {
  const { context, signal, after, acted } = save;
  const { meta, home, key, given: object } = write;
  let from = save.called;
  try {
    write.done();
    from = withWritten(home, object, from);
    const item = returned ?? (await readItem(context, home, key, { consistent: true, signal }));
    // If the item was deleted since, the object stays as it was saved.
    if (item === undefined) dropColumns(home, object, { columns: acted, from });
    else if (after === "fill") fillObject(meta, object, loadValues(item, readingOf(context, home)), from);
    else {
      const loaded = loadValues(item, readingOf(context, home, makeProjection(acted)));
      fillColumns(meta, object, loaded, { columns: acted, from });
    }
  } catch (error) {
    // The results of the actions are not known: no earlier value may stay that a later save would write back.
    dropColumns(home, object, { columns: acted, from });
    throw error;
  }
  return undefined;
}

function assertReturns(object: object, { returning, sync, actions, once }: SaveOptions<string>): void {
  if (returning === undefined) return;
  if (sync !== undefined || actions !== undefined) {
    const other = sync === undefined ? "actions" : 'sync: "new"';
    throw new InvalidOption(`save() takes either ${other} or returning: "old": DynamoDB returns one of the two.`);
  }
  assertOldOrOnce(metaOfObject(object), returning, once);
}

/** The results of the write are put onto the object, in the columns of its actions, or in all. */
function assertWritable(object: object, settings: SaveOptions<string>): void {
  if (settings.sync === undefined && settings.actions === undefined) return;
  const meta = metaOfObject(object);
  if (settings.sync === "new") assertFillable(meta, object, meta.columns, 'save() with sync: "new"');
  assertFillable(meta, object, actedColumns(object, settings.actions), "save() with actions");
}

/** A transaction returns nothing. */
export function assertOldOrOnce(meta: Meta, returning: "old" | undefined, once: boolean | undefined): void {
  if (returning === undefined) return;
  if (once === true)
    throw new InvalidOption('A write takes either once or returning: "old": what is sent once returns no values.');
  if (meta.shared === undefined || meta.shared.unique.length === 0) return;
  throw new InvalidOption(
    `${meta.name} has unique columns, so that its writes are transactions, which return no values: returning: "old" is not for it.`,
  );
}

function editsOfObject(object: object, actions: object): readonly Edit[] {
  const meta = metaOfObject(object);
  return editsOfChanges(meta, keyOfObject(meta, object), actions);
}

function actedColumns(object: object, actions: object | undefined): readonly Column[] {
  if (actions === undefined) return none;
  return metaOfObject(object).columns.filter(({ property }) => Object.hasOwn(actions, property));
}
