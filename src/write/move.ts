/** Moving an item to another key: the new item is put and the old one deleted, in one transaction. */

import { ConstraintViolation, InvalidOption, InvalidValue, MissingObjects } from "../errors.js";
import { type ConditionNode, isEqual } from "../expression/condition.js";
import { computedEdits, withoutComputed } from "../model/change/computed.js";
import { applyEdits, type Edit } from "../model/change/edit.js";
import { assertSize } from "../model/change/limits.js";
import { obstacleOf } from "../model/change/obstacle.js";
import {
  raiseVersion,
  takenVersion,
  type VersionCheck,
  versionConditions,
  versionHolds,
} from "../model/change/version.js";
import { loadValues } from "../model/hydrate.js";
import { invalidInput, printKey, refusal } from "../model/invalid.js";
import { composedKeyOf, keyOfItem } from "../model/key.js";
import { ownItem, withKeys } from "../model/kinds/asked.js";
import { holdsFor } from "../model/kinds/holds.js";
import type { Meta } from "../model/meta.js";
import { assertFillable } from "../model/object/fillable.js";
import type { Image } from "../model/object/image.js";
import { fillObject } from "../model/object/land.js";
import { leave } from "../model/object/queue.js";
import { differenceOf, imageOfTaken, type Taken, takeObject } from "../model/object/taken.js";
import { metaOfObject } from "../model/registry.js";
import { callersCondition } from "../operation/condition.js";
import { type Context, makeCall, readItem, readingOf } from "../operation/context.js";
import type { MoveOptions } from "../operation/options.js";
import { isOperationHeard, objectsContext, tell } from "../operation/trace.js";
import { inTurn } from "../operation/turn.js";
import { ConditionFailed, failureOfReason, TransactionFailed } from "../session/failure.js";
import { misfitOf } from "../types/codec/context.js";
import { backoff, pause } from "../util/async.js";
import { describeValue, didYouMean, print } from "../util/print.js";
import type { Item } from "../wire/attribute.js";
import { sameAttributes } from "../wire/same.js";
import { makeTransaction, sendWrites } from "./send.js";
import { violationOf, writeErrorOf } from "./violation.js";
import { makeWrite, type Write } from "./write.js";

/** The arguments of move(). */
export interface MoveTarget {
  readonly object: object;
  readonly changes: unknown;
}

/** A move that is decided, but for the stored item. */
interface Moving {
  readonly context: Context;
  readonly target: Pick<Taken, "meta" | "home" | "key" | "object"> & { readonly prototype?: object };
  readonly newKey: Item;
  /** The object's own changes, the given ones, and the raised version. */
  readonly edits: readonly Edit[];
  readonly version: VersionCheck | undefined;
  readonly conditions: readonly ConditionNode[];
  readonly signal: AbortSignal | undefined;
}

interface Move extends Moving {
  readonly called: Image;
}

const attempts = 20;
/** So many attributes of the old item are compared: an expression has room for them. */
const mostCompared = 80;

export async function move(context: Context, target: MoveTarget, settings: MoveOptions<string>): Promise<void> {
  const { object } = target;
  if (!isOperationHeard()) return moveObject(context, target, settings);
  return tell(objectsContext(context, "move", object), moveObject, [context, target, settings]);
}

async function moveObject(context: Context, target: MoveTarget, settings: MoveOptions<string>): Promise<void> {
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

/** Reads the item and moves it; again if somebody changed it in between. */
async function runMove(planned: Move): Promise<void> {
  const { context, target, signal } = planned;
  const { home, key } = target;
  for (let attempt = 0; ; attempt++) {
    const stored = await readItem(context, home, key, { consistent: true, signal });
    const writes = writesOf(planned, stored);
    const failed = await send(planned, writes);
    if (failed === undefined) return land(planned, writes.item);
    if (attempt === attempts) throw writeErrorOf(context, writes.deletion, failed);
    await pause(backoff(attempt, 10, 1000), signal);
  }
}

interface MoveWrites {
  readonly put: Write;
  readonly deletion: Write;
  /** The item to put. */
  readonly item: Item;
}

/** The two writes of a move of the item as it is stored. Throws if it can't be moved. */
function writesOf(
  { context, target, newKey, edits, version, conditions }: Moving,
  stored: Item | undefined,
): MoveWrites {
  const { meta, key, object } = target;
  const own = ownItem(meta, stored);
  if (own === undefined) {
    throw new MissingObjects(`Not found: ${meta.name}${printKey(meta, key)}. It was deleted, or moved already.`, [
      object,
    ]);
  }
  const checked = makeWrite(target, { kind: "update", edits, version, base: own, conditions });
  const holds =
    conditions.every((node) => holdsFor(node, own)) && (version === undefined || versionHolds(version, own));
  if (!holds || obstacleOf(meta, edits, own) !== undefined)
    throw writeErrorOf(context, checked, new ConditionFailed(own, undefined));
  const whole = { ...own, ...newKey };
  const known = { key: newKey, item: undefined, knows: () => true };
  const computed = computedEdits(meta, edits, { ...known, isWhole: true });
  const written = withKeys(meta, [...edits, ...computed], known);
  assertSize(meta, whole, written);
  const item = applyEdits(whole, written);
  const attributes = Object.entries(item).filter(([name]) => !(name in newKey));
  const puts = attributes.map(([name, value]): Edit => ({ kind: "replace", path: [name], value }));
  const unchanged = [
    ...conditions,
    ...(version === undefined ? [] : versionConditions(meta, version)),
    ...same(meta, own),
  ];
  return {
    item,
    put: makeWrite({ ...target, key: newKey, snapshot: undefined }, { kind: "put", edits: puts }),
    deletion: makeWrite(target, { kind: "delete", base: own, conditions: unchanged, version }),
  };
}

/** The item's attributes are as they were read. That none was added is beyond DynamoDB's conditions. */
function same(meta: Meta, item: Item): ConditionNode[] {
  const keys = new Set(meta.keys.map(({ storedName }) => storedName));
  const compared = Object.entries(item).filter(([name]) => !keys.has(name));
  return compared.slice(0, mostCompared).map(([name, value]) => {
    return isEqual({ owner: meta, stored: [name], local: [name] }, value);
  });
}

/** Resolves with the failure if the old item was changed in between. Throws any other. */
async function send({ context, target, newKey, signal }: Moving, { put, deletion }: MoveWrites): Promise<unknown> {
  const { meta, object } = target;
  const call = makeCall(meta, newKey, signal);
  try {
    await sendWrites(context, makeTransaction([put, deletion]), call);
    return undefined;
  } catch (error) {
    if (!(error instanceof TransactionFailed)) throw writeErrorOf(context, put, error);
    const [there, changed] = error.reasons;
    if (there?.code === "ConditionalCheckFailed") {
      const { current } = violationOf(context, put, there.item);
      throw new ConstraintViolation(
        `${meta.name}${printKey(meta, newKey)}: there is an item under this key, and the object is not moved onto it. Nothing was written.`,
        { object, current, cause: error.cause },
      );
    }
    if (changed?.code === "ConditionalCheckFailed") return new ConditionFailed(changed.item, error.cause);
    const reason = error.reasons.find(({ code }) => code !== "None");
    throw reason === undefined ? error : failureOfReason(reason, call, error);
  }
}

function land({ context, target, called }: Move, item: Item): void {
  const { meta, home, object } = target;
  fillObject(meta, object, loadValues(item, readingOf(context, home)), called);
  if (context.hasListeners("objectSaved")) context.emit("objectSaved", { object });
}
