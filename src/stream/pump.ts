/**
 * Waits for a stream's core: pulls that wait for records, moves, and its end; and says what went wrong as bloop says it
 * everywhere.
 */

import { BloopError, InvalidRecord, InvalidStream } from "../errors.js";
import { failureOf } from "../session/failure.js";
import type { StreamSession } from "../session/stream-session.js";
import { once } from "../util/async.js";
import type { Emitter } from "../util/emitter.js";
import { type BatchLimits, type BatchOptions, batchLimitsOf } from "./batch.js";
import { describeLimiter } from "./call/limiter.js";
import { CheckpointKeeper } from "./checkpoint/checkpoint-keeper.js";
import { type CheckpointRow, type CheckpointStore, Checkpoints } from "./checkpoint/checkpoints.js";
import { type CoreOptions, StreamCore } from "./core.js";
import { Driver } from "./driver.js";
import { NextRecord } from "./next-record.js";
import { Pulls } from "./pulls.js";
import type { Reading } from "./reading/reading.js";
import { placesOf, type RecordLoader } from "./record.js";
import type { StreamSignals } from "./signals.js";
import { Teller } from "./teller.js";
import { type Start, type StreamPosition, startOf } from "./token.js";

export interface PumpSettings extends Omit<CoreOptions, "limiter" | "random" | "now" | "emit"> {
  readonly session: StreamSession;
  readonly loader: RecordLoader;
  /** Is told of a record that can't be loaded, which is skipped when it has returned. Without it, the pull throws. */
  readonly onInvalidRecord?: ((error: InvalidRecord) => unknown) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly clock: () => number;
  readonly signals: Emitter<StreamSignals>;
  /** The position, as it was when the stream was opened. */
  readonly start: Start;
  /** Where checkpoints are kept, and what is there: they say where the stream goes on, if there are any. */
  readonly stored?: { readonly store: CheckpointStore; readonly rows: readonly CheckpointRow[] } | undefined;
}

export class Pump<R extends object> {
  readonly #settings: PumpSettings;
  readonly #clock: () => number;
  readonly #core: StreamCore;
  readonly #driver: Driver;
  readonly #pulls = new Pulls();
  readonly #next: NextRecord<R>;
  readonly #teller: Teller;
  readonly #keeper: CheckpointKeeper | undefined;
  readonly #readyOnce = once(() => this.#becomeReady());
  /** Why it can't be used any more. Loops end quietly where it was closed, and throw where it was aborted. */
  #closed: { readonly error: unknown; readonly isQuiet: boolean } | undefined;

  constructor(settings: PumpSettings) {
    const { session, signal, clock, stored, tableName } = settings;
    const checkpoints = stored && new Checkpoints(stored.store, stored.rows);
    const token = checkpoints?.token;
    const start = token === undefined ? settings.start : startOf(token, tableName, clock());
    this.#settings = settings;
    this.#clock = clock;
    this.#teller = new Teller({ ...settings, onLag: () => this.#syncCheckpoints() });
    const options = {
      ...settings,
      limiter: describeLimiter,
      random: Math.random,
      now: clock(),
      emit: (name, event, isCurrent) => this.#teller.tellLater(name, event, isCurrent),
    } satisfies CoreOptions;
    this.#core = new StreamCore(options, start);
    this.#keeper = checkpoints && new CheckpointKeeper(checkpoints, this.#core.reading);
    this.#driver = new Driver({ core: this.#core, session, clock });
    const { loader } = settings;
    this.#next = new NextRecord({ core: this.#core, loader, clock, onRoom: () => this.#driver.run() });
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted === true) this.#onAbort();
  }

  /** Where the stream stands now. */
  get reading(): Reading {
    return this.#core.reading;
  }

  async poll(): Promise<R | undefined> {
    const since = this.#clock();
    return this.#takeNow() ?? this.#pulls.inTurn(() => this.#takeLater(since));
  }

  /** Of some records, or all that were delivered. */
  acknowledge(records: R | readonly R[] | undefined): void {
    const { reading } = this;
    if (records === undefined) reading.acknowledge();
    else for (const { shardId, sequenceNumber } of placesOf(records)) reading.acknowledgeOne(shardId, sequenceNumber);
  }

  /** Stores that records are done. */
  async checkpoint(records: R | readonly R[]): Promise<void> {
    this.#assertOpen();
    await this.#keeperOf().write(records);
  }

  /** Has a transaction store that records are done. */
  checkpointIn(transaction: object, records: R | readonly R[]): void {
    this.#assertOpen();
    this.#keeperOf().add(transaction, records);
  }

  #keeperOf(): CheckpointKeeper {
    if (this.#keeper !== undefined) return this.#keeper;
    throw new InvalidStream(
      `The stream of ${this.#settings.loader.modelName} has no checkpoints: make it with { checkpoints, name } as its position.`,
    );
  }

  /** It is called each ten seconds while the stream is read. */
  #syncCheckpoints(): void {
    this.#keeper?.syncIfDue(this.#clock()).catch((error) => this.#teller.tellOfRetry(error));
  }

  pause(): void {
    this.#driver.pause();
  }

  /** Returns whether there was a record to skip. */
  skip(): boolean {
    if (!this.#next.isStuck) return false;
    const skipped = this.#next.skip();
    // Nobody has it, to checkpoint it.
    if (this.#keeper !== undefined && skipped !== undefined) {
      this.reading.acknowledgeOne(skipped.shardId, skipped.record.sequenceNumber);
    }
    return true;
  }

  get ready(): Promise<void> {
    return this.#readyOnce();
  }

  async moveTo(position: StreamPosition): Promise<void> {
    this.#assertOpen();
    if (this.#keeper !== undefined) {
      throw new InvalidStream("A stream with checkpoints can't be moved: make one with another name.");
    }
    const move = this.#core.moveTo(position, this.#clock());
    await this.#driver.until(() => move.state !== "pending");
    if (move.state === "failed") throw this.#errorOf(move.error);
    this.#assertOpen();
    this.#next.isStuck = false;
  }

  async close(): Promise<void> {
    const { modelName } = this.#settings.loader;
    this.#stop(new InvalidStream(`The stream of ${modelName} is closed.`), true);
    await this.#driver.finished();
    await this.#keeper?.finish().catch((error) => this.#teller.tellOfRetry(error));
  }

  /** Not async, for records that are there: that would make each cost an eighth more. */
  next(): Promise<IteratorResult<R, undefined>> {
    if (this.#closed?.isQuiet === true) return Promise.resolve({ value: undefined, done: true });
    try {
      const value = this.#takeNow();
      if (value !== undefined) return Promise.resolve({ value, done: false });
      return this.#pulls.inTurn(() => this.#takeLater()).then(resultOf);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** A record that is there, where no other pull waits for one. */
  #takeNow(): R | undefined {
    this.#begin();
    if (!this.#pulls.isIdle || this.#keeper?.isBegun === false) return undefined;
    try {
      this.#core.pull();
      return this.#next.take();
    } catch (error) {
      if (error instanceof InvalidRecord && this.#settings.onInvalidRecord !== undefined) return undefined;
      throw this.#refused(error);
    }
  }

  /** Somebody pulls: reads on, and tries again what failed. */
  #begin(): void {
    this.#assertOpen();
    this.#driver.resume();
    if (this.reading.failure !== undefined) this.#core.retry(this.#clock());
  }

  /** Waits for a record; with a time, no longer than until there was none since. */
  async #takeLater(since?: number): Promise<R | undefined> {
    if (this.#keeper?.isBegun === false && !(await this.#isBegun())) return undefined;
    for (;;) {
      try {
        return await this.#awaitRecord(since);
      } catch (error) {
        const { onInvalidRecord } = this.#settings;
        const refused = this.#refused(error);
        if (!(error instanceof InvalidRecord) || onInvalidRecord === undefined) throw refused;
        await onInvalidRecord(error);
        this.skip();
      }
    }
  }

  /** Waits until it is stored where the stream was started. Returns false if the stream is closed meanwhile. */
  async #isBegun(): Promise<boolean> {
    try {
      await this.ready;
      return true;
    } catch (error) {
      if (this.#closed?.isQuiet === true) return false;
      throw error;
    }
  }

  async #awaitRecord(since: number | undefined): Promise<R | undefined> {
    let record: R | undefined;
    await this.#driver.until(() => {
      this.#core.pull();
      record = this.#next.take();
      return record !== undefined || this.reading.isEnded || (since !== undefined && this.reading.wasEmptySince(since));
    });
    if (record === undefined && this.#closed?.isQuiet === false) throw this.#closed.error;
    return record;
  }

  /** What is thrown at a pull, which can then skip the record that could not be loaded. */
  #refused(error: unknown): unknown {
    this.#next.isStuck = error instanceof InvalidRecord;
    return this.#errorOf(error);
  }

  /** Up to `max` records: those that are at hand `wait` milliseconds after the first. */
  async nextBatch(options: BatchOptions): Promise<IteratorResult<readonly R[], undefined>> {
    const limits = batchLimitsOf(options);
    if (this.#closed?.isQuiet === true) return { value: undefined, done: true };
    this.#begin();
    return this.#pulls.inTurn(async () => resultOf(await this.#takeBatch(limits)));
  }

  async #takeBatch({ max, wait }: BatchLimits): Promise<readonly R[] | undefined> {
    const first = await this.#takeLater();
    if (first === undefined) return undefined;
    const batch = [first];
    this.#teller.hold();
    let isOver = false;
    const end = () => {
      isOver = true;
      this.#driver.notify();
    };
    const timer = wait > 0 ? setTimeout(end, wait) : undefined;
    if (timer === undefined) isOver = true;
    await this.#driver.until(() => this.#fill(batch, max) || isOver || this.reading.isEnded);
    clearTimeout(timer);
    const tellOfEnds = this.#teller.release();
    if (this.#closed?.isQuiet === false) throw this.#closed.error;
    // What was taken for a batch that nobody is given is not acknowledged.
    if (this.#closed !== undefined) return undefined;
    tellOfEnds();
    return batch;
  }

  /** Adds what is at hand. Returns whether the batch is complete: what can't be loaded is the next pull's to tell. */
  #fill(batch: R[], max: number): boolean {
    try {
      while (batch.length < max) {
        const record = this.#next.take();
        if (record === undefined) return false;
        batch.push(record);
      }
    } catch {
      // A record that can't be loaded is still the next one, and what was denied is asked for again.
    }
    return true;
  }

  async #becomeReady(): Promise<void> {
    this.#assertOpen();
    if (this.reading.failure !== undefined) this.#core.retry(this.#clock());
    await this.#driver
      .until(() => {
        // Only the look for the next record tells of what went wrong.
        if (!this.reading.isReady) this.#core.peek(this.#clock);
        return this.reading.isReady;
      })
      .catch((error) => {
        throw this.#errorOf(error);
      });
    if (!this.reading.isReady) this.#assertOpen();
    await this.#keeper?.begin();
  }

  readonly #onAbort = (): void => this.#stop(this.#settings.signal?.reason, false);

  #stop(error: unknown, isQuiet: boolean): void {
    this.#closed ??= { error, isQuiet };
    this.#settings.signal?.removeEventListener("abort", this.#onAbort);
    this.#driver.end();
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw this.#closed.error;
  }

  /** What the SDK threw, as bloop throws it everywhere. */
  #errorOf(error: unknown): unknown {
    const call = this.#driver.callOf(error);
    if (call === undefined || error instanceof BloopError) return error;
    const operation = `${call.kind.charAt(0).toUpperCase()}${call.kind.slice(1)}`;
    const subject = () => `The stream of ${this.#settings.loader.modelName}`;
    return failureOf(error, operation, { signal: undefined, subject });
  }
}

function resultOf<T>(value: T | undefined): IteratorResult<T, undefined> {
  return value === undefined ? { value: undefined, done: true } : { value, done: false };
}
