/**
 * Runs the operations on one object one after the other. Each takes its place, and the object's values, at its call.
 * All places of a call are taken at the same moment, and each waits for earlier ones only, so that no two calls can
 * wait for each other. bloop does not wait for a user's code while it has an object: so no operation can wait for
 * itself.
 */

import { setMaxListeners } from "node:events";
import { assertColumns } from "../model/change/diff.js";
import { keyOfObject } from "../model/key.js";
import { type Image, imageOf } from "../model/object/image.js";
import { enter, type Holder, isIdle, join, leave, type Waiter, withdraw } from "../model/object/queue.js";
import { snapshotOf } from "../model/object/snapshot.js";
import type { Earlier } from "../model/object/taken.js";
import { metaOfObject } from "../model/registry.js";
import { untilAborted } from "../util/async.js";
import type { Item } from "../wire/attribute.js";

/** The turn of an operation that found its object busy. */
export class Turn implements Waiter, Earlier {
  readonly object: object;
  readonly key: Item;
  readonly writes: boolean;
  readonly onWaited?: () => void;
  image: Image;
  isNow = false;
  #begin = () => {};
  readonly #began = new Promise<void>((resolve) => {
    this.#begin = resolve;
  });

  constructor(object: object, image: Image, { key, writes, onWaited }: Omit<Waiter & Earlier, "image" | "begin">) {
    this.object = object;
    this.image = image;
    this.key = key;
    this.writes = writes;
    if (onWaited !== undefined) this.onWaited = onWaited;
  }

  begin(): void {
    this.isNow = true;
    this.#begin();
  }

  /** Resolves at this operation's turn. Rejects with the signal's reason if that comes first. */
  async begun(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.isNow) return;
    if (signal === undefined) return this.#began;
    // More operations than Node's default of ten listeners may share one signal.
    setMaxListeners(Number.POSITIVE_INFINITY, signal);
    await untilAborted(this.#began, signal);
  }
}

/** The part of its object that a waiting operation takes. */
interface Taking extends Holder {
  /** "values": the values to write, which must be storable. "key": the key. "nothing": neither. */
  readonly takes: "values" | "key" | "nothing";
}

/** Joins the line of a busy object. Throws if its values can't be taken. */
export function joinLine(object: object, { takes, onWaited }: Taking): Turn {
  const meta = metaOfObject(object);
  const key = takes === "nothing" ? {} : keyOfObject(meta, object);
  if (takes === "values") assertColumns(meta, object, Object.keys(object));
  const image = imageOf(meta, object, snapshotOf(object), { onUnfit: takes === "values" ? "throw" : "keep" });
  const turn = new Turn(object, image, { key, writes: takes === "values", ...(onWaited && { onWaited }) });
  join(object, turn);
  return turn;
}

/** Gives an object back; `turn` is undefined if the operation found it idle. */
export function endTurn(object: object, turn: Turn | undefined): void {
  if (turn === undefined || turn.isNow) leave(object);
  else withdraw(object, turn);
}

/** A write of one object. */
interface ObjectWrite<Planned, Result> {
  readonly takes: Taking["takes"];
  readonly signal: AbortSignal | undefined;
  /** Decides the write; undefined: nothing to write. */
  plan(earlier: Earlier | undefined): Planned | undefined;
  /** Writes. The object is given back afterwards, even after an error. */
  run(planned: Planned): Promise<Result>;
}

const nothing = async (): Promise<undefined> => undefined;

/** Takes an object's values and its place at once; the returned function writes them in turn. */
export function inTurn<Planned, Result>(
  object: object,
  write: ObjectWrite<Planned, Result>,
): () => Promise<Result | undefined> {
  if (!isIdle(object)) {
    const turn = joinLine(object, write);
    return () => runInTurn(turn, write);
  }
  const planned = write.plan(undefined);
  if (planned === undefined) return nothing;
  enter(object);
  return () => write.run(planned);
}

async function runInTurn<Planned, Result>(
  turn: Turn,
  write: ObjectWrite<Planned, Result>,
): Promise<Result | undefined> {
  let planned: Planned | undefined;
  try {
    await turn.begun(write.signal);
    planned = write.plan(turn);
  } finally {
    if (planned === undefined) endTurn(turn.object, turn);
  }
  return planned === undefined ? undefined : write.run(planned);
}
