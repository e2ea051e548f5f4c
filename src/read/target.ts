/** Items to read, by table and key. */

import { keyOfObject } from "../model/key.js";
import type { Meta } from "../model/meta.js";
import { assertFillable } from "../model/object/fillable.js";
import { type Image, imageOf } from "../model/object/image.js";
import { enter, isIdle } from "../model/object/queue.js";
import { snapshotOf } from "../model/object/snapshot.js";
import { metaOfObject } from "../model/registry.js";
import type { Context } from "../operation/context.js";
import { endTurn, joinLine, type Turn } from "../operation/turn.js";
import { type Wanted, wantedItem } from "../operation/wanted.js";

/** An object to fill, and the item to fill it with. */
export interface Target {
  readonly meta: Meta;
  readonly object: object;
  readonly wanted: Wanted;
}

/** A target whose object load() has taken: no other operation works on the object until load() gives it back. */
export interface TakenTarget extends Target {
  /** Undefined if the object was idle. */
  readonly turn: Turn | undefined;
  /** The object's state at the call. */
  readonly called: Image;
}

/** Takes the objects of some targets, each once, and their places. */
export function takeTargets(targets: readonly Target[]): TakenTarget[] {
  const distinct = new Map(targets.map((target) => [target.object, target]));
  return [...distinct.values()].map((target) => {
    const { meta, object } = target;
    const turn = isIdle(object) ? undefined : joinLine(object, { takes: "nothing" });
    const called = turn?.image ?? imageOf(meta, object, snapshotOf(object), { onUnfit: "keep" });
    if (turn === undefined) enter(object);
    return { ...target, turn, called };
  });
}

/** Runs a load at its turn for all its objects, and gives them back, even after an error. */
export async function inTurns<Result>(
  targets: readonly TakenTarget[],
  signal: AbortSignal | undefined,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    for (const { turn } of targets) await turn?.begun(signal);
    return await run();
  } finally {
    for (const { object, turn } of targets) endTurn(object, turn);
  }
}

export function targetOf(context: Context, object: object): Target {
  const meta = metaOfObject(object);
  const key = keyOfObject(meta, object);
  assertFillable(meta, object, meta.columns, "load()");
  return { meta, object, wanted: wantedItem(context.homeOf(meta), key) };
}
