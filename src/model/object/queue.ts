/**
 * The operation under way on an object, and the operations that wait for it. An operation on an idle object costs two
 * writes of a private field; only waiting operations have a place in a line.
 *
 * An object is idle (no state), taken by one operation (a Holder), or taken while others wait (a Line). enter() takes
 * an idle object; join() adds to the line; leave() begins the next operation, or makes the object idle again.
 */

import { shared } from "../../util/core.js";
import type { Image } from "./image.js";
import { Bare } from "./snapshot.js";

/** The operation that has an object, or waits for it. */
export interface Holder {
  /** Called when another operation begins to wait behind it. */
  onWaited?(): void;
}

/** A place in an object's line. */
export interface Waiter extends Holder {
  /** The object's state at the operation's call. Earlier operations keep it up to date; see land.ts. */
  image: Image;
  /** Whether the operation writes the image. */
  readonly writes: boolean;
  /** Called at its turn. */
  begin(): void;
}

/** The operation under way is not in `waiting`. */
interface Line {
  readonly waiting: Waiter[];
  last: Holder;
}

/** An operation under way that nobody waits for. One object for all, so that none has to be made. */
const alone: Holder = {};

/** A private field, as for snapshots: a WeakMap takes five times as long. */
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

/** One for all copies of this build: the class whose private field the objects have. */
const Lines: typeof Queued = /* @__PURE__ */ shared("queues", () => Queued);

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/**
 * Whether no operation on an object is under way. A value that is not an object is idle: the operation itself refuses
 * it.
 */
export function isIdle(object: unknown): boolean {
  return Lines.read(object) === undefined;
}

/** Takes an idle object. leave() gives it back. */
export function enter(object: object, holder: Holder = alone): void {
  if (!Lines.write(object, holder)) new Lines(object, holder);
}

/** Puts an operation in the line of a busy object. leave() gives the object back after its turn. */
export function join(object: object, place: Waiter): void {
  const state = Lines.read(object) ?? alone;
  const line: Line = isLine(state) ? state : { waiting: [], last: state };
  const before = line.last;
  line.waiting.push(place);
  line.last = place;
  Lines.write(object, line);
  before.onWaited?.();
}

/** The operation under way has ended: the next one begins. */
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
