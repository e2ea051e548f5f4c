/**
 * Waits for a stream's core: pulls that wait for records, moves, and its end; and says what went wrong as bloop says it
 * everywhere.
 */

import { BloopError, InvalidRecord, InvalidStream } from "../errors.js";
import { failureOf } from "../session/failure.js";
import type { StreamSession } from "../session/stream-session.js";
import { once } from "../util/async.js";
import type { Emitter } from "../util/emitter.js";
import { type CoreOptions, StreamCore } from "./core.js";
import { Driver } from "./driver.js";
import { describeLimiter } from "./limiter.js";
import type { Reading } from "./reading.js";
import { loadRecord, type RecordLoader } from "./record.js";
import type { StreamSignals } from "./signals.js";
import type { Start, StreamPosition } from "./token.js";

export interface PumpSettings extends Omit<CoreOptions, "limiter" | "random" | "now" | "emit"> {
  readonly session: StreamSession;
  readonly loader: RecordLoader;
  readonly signal?: AbortSignal | undefined;
  readonly clock: () => number;
  readonly signals: Emitter<StreamSignals>;
  /** The position, as it was when the stream was opened. */
  readonly start: Start;
}

export class Pump<R extends object> {
  readonly #settings: PumpSettings;
  readonly #clock: () => number;
  readonly #core: StreamCore;
  readonly #driver: Driver;
  /** The last of the pulls that are under way: one comes after the other. */
  #pulls: Promise<void> | undefined;
  readonly #readyOnce = once(() => this.#becomeReady());
  /** Whether the next record is one that could not be loaded. */
  #isStuck = false;
  /** Why it can't be used any more. Loops end quietly where it was closed, and throw where it was aborted. */
  #closed: { readonly error: unknown; readonly isQuiet: boolean } | undefined;

  constructor(settings: PumpSettings) {
    const { session, signal, clock, start } = settings;
    this.#settings = settings;
    this.#clock = clock;
    const options = {
      ...settings,
      limiter: describeLimiter,
      random: Math.random,
      now: clock(),
      emit: (name, event, isCurrent) => this.#tellLater(name, event, isCurrent),
    } satisfies CoreOptions;
    this.#core = new StreamCore(options, start);
    this.#driver = new Driver({ core: this.#core, session, clock });
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted === true) this.#onAbort();
  }

  /** Where the stream stands now. */
  get reading(): Reading {
    return this.#core.reading;
  }

  async poll(): Promise<R | undefined> {
    return this.#takeNow() ?? this.#wait(this.#clock());
  }

  pause(): void {
    this.#driver.pause();
  }

  /** Returns whether there was a record to skip. */
  skip(): boolean {
    const wasStuck = this.#isStuck;
    this.#isStuck = false;
    if (wasStuck) this.#core.take(this.#clock);
    return wasStuck;
  }

  get ready(): Promise<void> {
    return this.#readyOnce();
  }

  async moveTo(position: StreamPosition): Promise<void> {
    this.#assertOpen();
    const move = this.#core.moveTo(position, this.#clock());
    await this.#driver.until(() => move.state !== "pending");
    if (move.state === "failed") throw this.#errorOf(move.error);
    this.#assertOpen();
    this.#isStuck = false;
  }

  async close(): Promise<void> {
    const { modelName } = this.#settings.loader;
    this.#stop(new InvalidStream(`The stream of ${modelName} is closed.`), true);
    await this.#driver.finished();
  }

  /** Not async, for records that are there: that would make each cost an eighth more. */
  next(): Promise<IteratorResult<R, undefined>> {
    if (this.#closed?.isQuiet === true) return Promise.resolve({ value: undefined, done: true });
    try {
      const value = this.#takeNow();
      return value === undefined ? this.#wait(undefined).then(resultOf) : Promise.resolve({ value, done: false });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** A record that is there, where no other pull waits for one. */
  #takeNow(): R | undefined {
    this.#assertOpen();
    this.#driver.resume();
    if (this.reading.failure !== undefined) this.#core.retry(this.#clock());
    return this.#pulls === undefined ? this.#take() : undefined;
  }

  /** Waits for a record behind the other pulls; with a time, no longer than until there was none since. */
  #wait(since: number | undefined): Promise<R | undefined> {
    const pull = (this.#pulls ?? Promise.resolve()).then(() => this.#takeLater(since));
    const pulls = pull.then(ignore, ignore).then(() => {
      if (this.#pulls === pulls) this.#pulls = undefined;
    });
    this.#pulls = pulls;
    return pull;
  }

  async #takeLater(since: number | undefined): Promise<R | undefined> {
    let record: R | undefined;
    await this.#driver.until(() => {
      record = this.#take();
      return record !== undefined || this.reading.isEnded || (since !== undefined && this.reading.wasEmptySince(since));
    });
    if (record === undefined && this.#closed?.isQuiet === false) throw this.#closed.error;
    return record;
  }

  /** The cast is where the declared model meets the type inferred from it. */
  #take(): R | undefined {
    try {
      const delivery = this.#core.peek(this.#clock);
      if (delivery === undefined) return undefined;
      const record = loadRecord(this.#settings.loader, delivery);
      this.#isStuck = false;
      if (this.#core.take(this.#clock)) this.#driver.run();
      return record as object as R;
    } catch (error) {
      this.#isStuck = error instanceof InvalidRecord;
      throw this.#errorOf(error);
    }
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

  /**
   * Not at once: what a listener throws is no business of the core's. Of an end, when the last record was handed over,
   * and only if the stream has not moved meanwhile.
   */
  #tellLater<Name extends keyof StreamSignals>(name: Name, event: StreamSignals[Name], isCurrent: () => boolean): void {
    if (name !== "shardEnded" && name !== "ended") queueMicrotask(() => this.#tell(name, event));
    else setImmediate(() => isCurrent() && this.#tell(name, event));
  }

  #tell<Name extends keyof StreamSignals>(name: Name, event: StreamSignals[Name]): void {
    const { loader, signals } = this.#settings;
    if (name === "gap" && "certain" in event && event.certain && !signals.has(name)) {
      const { modelName } = loader;
      process.emitWarning(
        `Records of the stream of ${modelName} were trimmed before they could be read, in ${event.shardId}. A listener for "gap" takes the place of this warning.`,
        "BloopStreamGap",
      );
    }
    signals.emit(name, event);
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

function ignore(): void {
  // Who pulled is told of it.
}
