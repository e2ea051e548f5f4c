/**
 * A stream without its clock and its calls: both come in from outside, so that a test owns every step. Holds the reading
 * of its position, and that of the one to which it moves.
 */

import { InvalidPosition } from "../errors.js";
import type { StreamCall } from "../session/stream-session.js";
import type { Outcome } from "./call/calls.js";
import { DescribeLimiter } from "./call/limiter.js";
import { Reading, type ReadingSettings } from "./reading/reading.js";
import type { Shard } from "./shard/shard.js";
import type { Emit, StreamSignals } from "./signals.js";
import { type Start, type StreamPosition, startOf } from "./token.js";

export interface CoreOptions {
  /** DynamoDB's name of the table. */
  readonly tableName: string;
  readonly position: StreamPosition;
  /** "pull": pull() acknowledges the records before. "manual": only acknowledge() does. Default: "pull". */
  readonly acknowledge?: "pull" | "manual" | undefined;
  /** Default: 10,000. */
  readonly maxBufferedRecords?: number | undefined;
  /** As DynamoDB counts them. A page of DynamoDB's, of at most 1 MB, may exceed a smaller one. Default: 64 MB. */
  readonly maxBufferedBytes?: number | undefined;
  /** How many shards are called for at once. Default: 16. */
  readonly concurrency?: number | undefined;
  /** Milliseconds between two reads of a shard that find nothing, at most. Default: 1000. */
  readonly idleInterval?: number | undefined;
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
interface Move {
  readonly state: "pending" | "done" | "failed";
  /** Why it failed: the stream is where it was. */
  readonly error: unknown;
}

/** For how many milliseconds a call may fail before a move is given up. */
const patienceOfMove = 60_000;

export class StreamCore {
  readonly #options: CoreOptions;
  readonly #settings: Omit<ReadingSettings, "patience" | "emit">;
  /** The calls under way, and whose they are. */
  readonly #callers = new Map<StreamCall, Reading>();
  #reading: Reading;
  #moving: { readonly reading: Reading; readonly move: { -readonly [K in keyof Move]: Move[K] } } | undefined;
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
      idleInterval: options.idleInterval,
      room: { records: maxBufferedRecords, bytes: maxBufferedBytes },
    };
    this.#reading = this.#read(start, options.now);
    this.#wakeAt = options.now;
  }

  #read(start: Start, now: number, patience = Number.POSITIVE_INFINITY): Reading {
    const emit: Emit = (name, event) => this.#options.emit(name, event, () => this.#reading === reading);
    const reading: Reading = new Reading({ ...this.#settings, patience, emit }, start, now);
    return reading;
  }

  /** Where it stands now. */
  get reading(): Reading {
    return this.#reading;
  }

  /** The calls to make now. Each is returned once, and under way until it is settled. */
  plan(now: number): readonly StreamCall[] {
    if (!this.#hasNews && (this.#wakeAt === undefined || now < this.#wakeAt)) return [];
    this.#hasNews = false;
    const planned: StreamCall[] = [];
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const reading of this.#readings()) {
      reading.plan(now);
      wakeAt = Math.min(wakeAt, reading.wakeAt(now));
      for (const call of reading.calls.take()) {
        this.#callers.set(call, reading);
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
    const reading = this.#callers.get(call);
    this.#callers.delete(call);
    if (reading === undefined || !this.#readings().includes(reading)) return;
    reading.calls.settle(call, outcome, now);
    this.#checkMove();
    this.#reading.tellLag(now);
    this.#change(now);
  }

  /** Somebody asks for the next record, which in "pull" mode acknowledges those before. */
  pull(): void {
    if (this.#options.acknowledge !== "manual") this.#reading.acknowledge();
  }

  /**
   * The shard whose head is the next record, which it stays until that is taken: an object for each record and its shard
   * would be the twentieth part of the garbage of a loop. Throws what only the user can mend, once: it is tried again
   * afterwards. The clock is read only if the time matters: to read it for each record makes a loop over a stream take a
   * fifth more.
   */
  peek(clock: () => number): Shard | undefined {
    const { failure } = this.#reading;
    if (failure === undefined) return this.#reading.next;
    this.retry(clock());
    throw failure.error;
  }

  /** Tries again what only the user could mend, without throwing it: it may be mended by now. */
  retry(now: number): void {
    this.#reading.unblock();
    this.#change(now);
  }

  /** Takes the record that was peeked at. Returns whether that has made calls possible. */
  take(clock: () => number): boolean {
    this.#reading.take(clock);
    const { hasNews } = this.#reading;
    if (hasNews) this.#change(clock());
    return hasNews;
  }

  /** The old position goes on until the new one is taken; where that fails, nothing has changed. */
  moveTo(position: StreamPosition, now: number): Move {
    const move: { -readonly [K in keyof Move]: Move[K] } = { state: "pending", error: undefined };
    try {
      const start = startOf(position, this.#options.tableName, now);
      this.#fail(new InvalidPosition("A later moveTo() took the place of this one."));
      this.#moving = { reading: this.#read(start, now, patienceOfMove), move };
      this.#change(now);
    } catch (error) {
      Object.assign(move, { state: "failed", error });
    }
    return move;
  }

  #checkMove(): void {
    if (this.#moving === undefined) return;
    const { reading, move } = this.#moving;
    if (reading.failure !== undefined) this.#fail(reading.failure.error);
    else if (reading.isReady) {
      reading.follow(this.#reading);
      this.#reading = reading;
      this.#moving = undefined;
      move.state = "done";
    }
  }

  #fail(error: unknown): void {
    if (this.#moving !== undefined) Object.assign(this.#moving.move, { state: "failed", error });
    this.#moving = undefined;
  }

  #readings(): readonly Reading[] {
    return this.#moving === undefined ? [this.#reading] : [this.#reading, this.#moving.reading];
  }

  /** Something happened that planning has to know of. */
  #change(now: number): void {
    this.#hasNews = true;
    this.#wakeAt = now;
  }
}
