/** A stream without its clock and its calls: both come in from outside, so that a test owns every step. */

import { InvalidPosition } from "../errors.js";
import type { StreamCall } from "../session/stream-session.js";
import type { Outcome } from "./calls.js";
import { DescribeLimiter } from "./limiter.js";
import { type Delivery, Reader, type ReaderSettings } from "./reader.js";
import type { Emit, StreamSignals } from "./signals.js";
import { type Start, type StreamPosition, type StreamToken, startOf } from "./token.js";

export type { Delivery } from "./reader.js";

export interface CoreOptions {
  /** DynamoDB's name of the table. */
  readonly tableName: string;
  readonly position: StreamPosition;
  /** "pull": next() acknowledges the record before. "manual": only acknowledge() does. Default: "pull". */
  readonly acknowledge?: "pull" | "manual" | undefined;
  /** Default: 10,000. */
  readonly maxBufferedRecords?: number | undefined;
  /** As DynamoDB counts them. A page of DynamoDB's, of at most 1 MB, may exceed a smaller one. Default: 64 MB. */
  readonly maxBufferedBytes?: number | undefined;
  /** How many shards are called for at once. Default: 16. */
  readonly concurrency?: number | undefined;
  /** To be shared by all streams of a process. */
  readonly limiter?: DescribeLimiter | undefined;
  /** 0 <= x < 1. */
  readonly random: () => number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly emit: EmitOfPosition;
}

/** `isCurrent`: whether what is told is of the position that the stream has by the time that this is asked. */
type EmitOfPosition = <Name extends keyof StreamSignals>(
  name: Name,
  event: StreamSignals[Name],
  isCurrent: () => boolean,
) => void;

/** A change of position: under way until the new one is taken. */
export interface Move {
  readonly state: "pending" | "done" | "failed";
  /** Why it failed: the stream is where it was. */
  readonly error: unknown;
}

/** For how many milliseconds a call may fail before a move is given up. */
const patienceOfMove = 60_000;

export class StreamCore {
  readonly #options: CoreOptions;
  readonly #settings: Omit<ReaderSettings, "patience" | "emit">;
  /** The calls under way, and whose they are. */
  readonly #callers = new Map<StreamCall, Reader>();
  #reader: Reader;
  #moving: { readonly reader: Reader; readonly move: { -readonly [K in keyof Move]: Move[K] } } | undefined;
  #wakeAt: number | undefined;
  #hasNews = true;

  /** The position may be given as it was checked before; throws InvalidPosition for a bad one. */
  constructor(options: CoreOptions, start: Start = startOf(options.position, options.tableName, options.now)) {
    const { maxBufferedRecords = 10_000, maxBufferedBytes = 64 * 1_048_576, concurrency = 16 } = options;
    this.#options = options;
    this.#settings = {
      limiter: options.limiter ?? new DescribeLimiter(),
      random: options.random,
      concurrency,
      room: { records: maxBufferedRecords, bytes: maxBufferedBytes },
    };
    this.#reader = this.#read(start, options.now);
    this.#wakeAt = options.now;
  }

  #read(start: Start, now: number, patience = Number.POSITIVE_INFINITY): Reader {
    const emit: Emit = (name, event) => this.#options.emit(name, event, () => this.#reader === reader);
    const reader: Reader = new Reader({ ...this.#settings, patience, emit }, start, now);
    return reader;
  }

  /** The calls to make now. Each is returned once, and under way until it is settled. */
  plan(now: number): readonly StreamCall[] {
    if (!this.#hasNews && (this.#wakeAt === undefined || now < this.#wakeAt)) return [];
    this.#hasNews = false;
    const planned: StreamCall[] = [];
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const reader of this.#readers()) {
      reader.plan(now);
      wakeAt = Math.min(wakeAt, reader.wakeAt(now));
      for (const call of reader.calls.take()) {
        this.#callers.set(call, reader);
        planned.push(call);
      }
    }
    this.#wakeAt = wakeAt === Number.POSITIVE_INFINITY ? undefined : Math.max(Math.ceil(wakeAt), now);
    return planned;
  }

  /** When to plan again if nothing settles and no record is taken before. */
  get wakeAt(): number | undefined {
    return this.#wakeAt;
  }

  settle(call: StreamCall, outcome: Outcome, now: number): void {
    const reader = this.#callers.get(call);
    this.#callers.delete(call);
    if (reader === undefined || !this.#readers().includes(reader)) return;
    reader.calls.settle(call, outcome, now);
    this.#checkMove();
    this.#change(now);
  }

  /**
   * The next record, which stays the next one until it is taken. In "pull" mode, acknowledges the one before. Throws
   * what only the user can mend, once: it is tried again afterwards. The clock is read only where the time matters:
   * to read it for each record makes a loop over a stream take a fifth more.
   */
  peek(clock: () => number): Delivery | undefined {
    if (this.#options.acknowledge !== "manual") this.#reader.acknowledge();
    const { failure } = this.#reader;
    if (failure === undefined) return this.#reader.peek();
    this.retry(clock());
    throw failure.error;
  }

  /** Whether there is something that only the user can mend. */
  get hasFailed(): boolean {
    return this.#reader.failure !== undefined;
  }

  /** Tries again what only the user could mend, without throwing it: it may be mended by now. */
  retry(now: number): void {
    this.#reader.unblock();
    this.#change(now);
  }

  /** Takes the record that was peeked at. Returns whether that has made calls possible. */
  take(clock: () => number): boolean {
    this.#reader.take(clock);
    const { hasNews } = this.#reader;
    if (hasNews) this.#change(clock());
    return hasNews;
  }

  /** Takes the next record; undefined where there is none now. Acknowledges and throws as peek() does. */
  next(now: number): Delivery | undefined {
    const clock = () => now;
    const delivery = this.peek(clock);
    if (delivery !== undefined) this.take(clock);
    return delivery;
  }

  /** The user is done with everything that was delivered. */
  acknowledge(): void {
    this.#reader.acknowledge();
  }

  /** Whether the position is taken: what is written from then on will be delivered. */
  get isReady(): boolean {
    return this.#reader.isReady;
  }

  /** Whether the stream was disabled, and everything in it was delivered. */
  get isEnded(): boolean {
    return this.#reader.isEnded;
  }

  /** Whether there was nothing to read in any shard at some time since. */
  wasEmptySince(time: number): boolean {
    return this.#reader.wasEmptySince(time);
  }

  get buffered(): { readonly records: number; readonly bytes: number } {
    return this.#reader.buffer.content;
  }

  /** Where the stream stands. It never passes a record that was not acknowledged. */
  get token(): StreamToken {
    return this.#reader.token;
  }

  /** The old position goes on until the new one is taken; where that fails, nothing has changed. */
  moveTo(position: StreamPosition, now: number): Move {
    const move: { -readonly [K in keyof Move]: Move[K] } = { state: "pending", error: undefined };
    try {
      const start = startOf(position, this.#options.tableName, now);
      this.#fail(new InvalidPosition("A later moveTo() took the place of this one."));
      this.#moving = { reader: this.#read(start, now, patienceOfMove), move };
      this.#change(now);
    } catch (error) {
      Object.assign(move, { state: "failed", error });
    }
    return move;
  }

  #checkMove(): void {
    if (this.#moving === undefined) return;
    const { reader, move } = this.#moving;
    if (reader.failure !== undefined) this.#fail(reader.failure.error);
    else if (reader.isReady) {
      reader.follow(this.#reader);
      this.#reader = reader;
      this.#moving = undefined;
      move.state = "done";
    }
  }

  #fail(error: unknown): void {
    if (this.#moving !== undefined) Object.assign(this.#moving.move, { state: "failed", error });
    this.#moving = undefined;
  }

  #readers(): readonly Reader[] {
    return this.#moving === undefined ? [this.#reader] : [this.#reader, this.#moving.reader];
  }

  /** Something happened that planning has to know of. */
  #change(now: number): void {
    this.#hasNews = true;
    this.#wakeAt = now;
  }
}
