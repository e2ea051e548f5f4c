/**
 * Which operation on an object is under way, and which ones wait for it. An operation that finds the object idle costs
 * two writes of a private field; only those that have to wait have a place in a line.
 */

import { shared } from "../util/core.js";
import type { Image } from "./image.js";
import { Bare } from "./snapshot.js";

/** Whoever has an object, or waits for it. */
export interface Holder {
  /** Called when somebody begins to wait behind it. */
  onWaited?(): void;
}

/** A place in an object's line. */
export interface Waiter extends Holder {
  /** What the operation was called with. Kept up to date by the operations before it; see land.ts. */
  image: Image;
  /** Whether it writes what it was called with. */
  readonly writes: boolean;
  /** Called when it is its turn. */
  begin(): void;
}

/** The operation under way is not in `waiting`. */
interface Line {
  readonly waiting: Waiter[];
  last: Holder;
}

/** An operation under way that nobody waits for: one for all, so that none has to be made. */
const alone: Holder = {};

/** A private field, as of snapshots: a WeakMap takes five times as long. */
class Queued extends Bare {
  #state: Holder | Line | undefined;

  constructor(object: object, state: Holder) {
    super(object);
    this.#state = state;
  }

  static read(object: unknown): Holder | Line | undefined {
    return isObject(object) && #state in object ? object.#state : undefined;
  }

  static write(object: object, state: Holder | Line | undefined): boolean {
    if (!(#state in object)) return false;
    object.#state = state;
    return true;
  }
}

/** Of all copies of this build one, whose private field the objects have. */
const Lines: typeof Queued = /* @__PURE__ */ shared("queues", () => Queued);

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Whether no operation on an object is under way. What is no object is idle: what works on it says so. */
export function isIdle(object: unknown): boolean {
  return Lines.read(object) === undefined;
}

/** Takes an idle object. leave() gives it back. */
export function enter(object: object, holder: Holder = alone): void {
  if (!Lines.write(object, holder)) new Lines(object, holder);
}

/** Puts an operation in the line of an object that is not idle. leave() gives the object back after its turn. */
export function join(object: object, place: Waiter): void {
  const state = Lines.read(object) ?? alone;
  const line: Line = isLine(state) ? state : { waiting: [], last: state };
  const before = line.last;
  line.waiting.push(place);
  line.last = place;
  Lines.write(object, line);
  before.onWaited?.();
}

/** The operation under way has ended: it is the next one's turn. */
export function leave(object: object): void {
  const state = Lines.read(object);
  const next = state !== undefined && isLine(state) ? state.waiting.shift() : undefined;
  if (next === undefined) Lines.write(object, undefined);
  else next.begin();
}

/** Takes an operation out of the line before its turn. */
export function withdraw(object: object, place: Waiter): void {
  const waiting = waitingFor(object);
  const index = waiting.indexOf(place);
  if (index !== -1) waiting.splice(index, 1);
}

/** The operations that wait for an object, in their order. */
export function waitingFor(object: object): Waiter[] {
  const state = Lines.read(object);
  return state !== undefined && isLine(state) ? state.waiting : [];
}

function isLine(state: Holder | Line): state is Line {
  return "waiting" in state;
}
