/** move(): an object whose item gets another key. */

import { InvalidOption, InvalidValue } from "../../errors.js";
import { withoutComputed } from "../../model/change/computed.js";
import { applyEdits, type Edit } from "../../model/change/edit.js";
import { raiseVersion, takenVersion } from "../../model/change/version.js";
import { loadValues } from "../../model/hydrate.js";
import { invalidInput, printKey, refusal } from "../../model/invalid.js";
import { composedKeyOf, keyOfItem } from "../../model/key.js";
import type { Meta } from "../../model/meta.js";
import { assertFillable } from "../../model/object/fillable.js";
import type { Image } from "../../model/object/image.js";
import { fillObject } from "../../model/object/land.js";
import { leave } from "../../model/object/queue.js";
import { differenceOf, imageOfTaken, type Taken, takeObject } from "../../model/object/taken.js";
import { metaOfObject } from "../../model/registry.js";
import { callersCondition } from "../../operation/condition.js";
import { type Context, readingOf } from "../../operation/context.js";
import type { MoveOptions } from "../../operation/options.js";
import { isOperationHeard, objectsContext, tell } from "../../operation/trace.js";
import { inTurn } from "../../operation/turn.js";
import { misfitOf } from "../../types/codec/context.js";
import { describeValue, didYouMean, print } from "../../util/print.js";
import type { Item } from "../../wire/attribute.js";
import { sameAttributes } from "../../wire/same.js";
import { type Moving, moveItem } from "./move-item.js";

/** The arguments of move(). */
export interface MoveArguments {
  readonly object: object;
  readonly changes: unknown;
}

interface Move extends Moving {
  readonly context: Context;
  readonly called: Image;
}

export async function move(context: Context, target: MoveArguments, settings: MoveOptions<string>): Promise<void> {
  const { object } = target;
  if (!isOperationHeard()) return moveObject(context, target, settings);
  return tell(objectsContext(context, "move", object), moveObject, [context, target, settings]);
}

async function moveObject(context: Context, target: MoveArguments, settings: MoveOptions<string>): Promise<void> {
  const { object, changes } = target;
  const { signal } = settings;
  const meta = metaOfObject(object);
  assertQuiet(meta, settings);
  assertFillable(meta, object, meta.columns, "move()");
  const home = context.homeOf(meta);
  const changed = editsOfMove(meta, changes);
  const run = inTurn(object, {
    takes: "values",
    signal,
    plan: (earlier) => planMove(context, takeObject(home, object, earlier), changed, settings),
    run: (planned) => runMove(planned).finally(() => leave(object)),
  });
  await run();
}

function assertQuiet({ name, version }: Meta, { quiet }: MoveOptions<string>): void {
  if (version !== undefined || quiet === true) return;
  throw new InvalidOption(
    `${name} has no version, so that move() could lose what another writer adds to the item meanwhile: give the model integer().version(), or move() quiet: true, if nobody else writes it.`,
  );
}

/** The given values as edits. Throws InvalidValue. */
function editsOfMove(meta: Meta, changes: unknown): readonly Edit[] {
  if (typeof changes !== "object" || changes === null)
    throw new InvalidOption(`move() takes an object of new values, got ${describeValue(changes)}.`);
  return Object.entries(changes).map(([property, value]): Edit => {
    const column = meta.byProperty.get(property);
    if (column === undefined) {
      const hint = didYouMean(property, [...meta.byProperty.keys()]);
      throw new InvalidValue(`${meta.name} has no column ${print(property)}${hint || "."}`, {
        model: meta.name,
        path: [property],
      });
    }
    if (column.version) throw refusal(meta, [property], {}, "it is the version, which bloop raises by itself.");
    try {
      const attribute = value === undefined ? undefined : column.codec.dump(value, 1);
      const isNeeded = column.required || meta.identity.includes(column);
      if (attribute === undefined && isNeeded) throw new Error("it is required, and a move would remove it");
      return { kind: "replace", path: [column.storedName], value: attribute };
    } catch (error) {
      throw invalidInput(meta, column, misfitOf(error), {});
    }
  });
}

function planMove(context: Context, taken: Taken, changed: readonly Edit[], settings: MoveOptions<string>): Move {
  const { meta, key, snapshot } = taken;
  if (snapshot === undefined)
    throw new InvalidOption(
      `${meta.name}${printKey(meta, key)}: move() takes an object that was loaded or saved; this one was not.`,
    );
  const version = takenVersion(taken);
  const own = differenceOf(taken).edits.filter(({ path }) => path[0] !== meta.version?.storedName);
  const values = withoutComputed(meta, [...own, ...changed], key, true);
  const edits = [...values, ...(version === undefined ? [] : raiseVersion(version))];
  const identity = keyOfItem(meta.identity, applyEdits(snapshot.item, changed));
  const newKey = composedKeyOf(meta, identity);
  if (sameAttributes(newKey, key))
    throw new InvalidOption(
      `${meta.name}${printKey(meta, key)}: move() changes no column of the key; save() writes the others.`,
    );
  return {
    context,
    target: taken,
    newKey,
    edits,
    version,
    conditions: callersCondition(meta, settings.condition),
    called: imageOfTaken(taken),
    signal: settings.signal,
  };
}

async function runMove(planned: Move): Promise<void> {
  const item = await moveItem(planned.context, planned.target, () => planned, planned.signal);
  if (item !== undefined) land(planned, item);
}

function land({ context, target, called }: Move, item: Item): void {
  const { meta, home, object } = target;
  fillObject(meta, object, loadValues(item, readingOf(context, home)), called);
  if (context.hasListeners("objectSaved")) context.emit("objectSaved", { object });
}
