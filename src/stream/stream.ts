/** A stream as users hold it: what they may ask of it, and when. */

import { BloopError, InvalidRecord, InvalidStream } from "../errors.js";
import { failureOf } from "../session/failure.js";
import type { StreamSession } from "../session/stream-session.js";
import type { Values } from "../types/infer.js";
import type { Shape } from "../types/type.js";
import { makeClock } from "../util/clock.js";
import { type Emitter, makeEmitter } from "../util/emitter.js";
import { type CoreOptions, StreamCore } from "./core.js";
import { Driver } from "./driver.js";
import type { StreamRecord } from "./infer.js";
import { describeLimiter } from "./limiter.js";
import { loadRecord, type RecordLoader } from "./record.js";
import type { StreamSignals } from "./signals.js";
import type { StreamPosition, StreamToken } from "./token.js";

export interface StreamSettings extends Omit<CoreOptions, "limiter" | "random" | "now" | "emit"> {
  readonly session: StreamSession;
  readonly loader: RecordLoader;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The changes of a model's table, in order for each item. It begins to read when it is made, and goes on until its
 * buffer is full, or a loop over it is left; the next pull goes on from there. Close it when it is not needed any more.
 *
 * @example
 * const stream = engine.stream(Account, "trim_horizon");
 * for await (const record of stream) {
 *   if (record.type === "modify") console.log(record.key.id, record.old.email, record.new.email);
 * }
 */
export class Stream<S extends Shape, I extends string, O = Values<S>> implements AsyncIterable<StreamRecord<S, I, O>> {
  readonly #settings: StreamSettings;
  readonly #clock = makeClock();
  readonly #core: StreamCore;
  readonly #driver: Driver;
  readonly #signals: Emitter<StreamSignals> = makeEmitter();
  /** The last of the pulls that are under way: one comes after the other. */
  #pulls: Promise<void> | undefined;
  #ready: Promise<void> | undefined;
  /** Whether the next record is one that could not be loaded. */
  #isStuck = false;
  /** Why it can't be used any more. Loops end quietly where it was closed, and throw where it was aborted. */
  #closed: { readonly error: unknown; readonly isQuiet: boolean } | undefined;

  /** @internal */
  constructor(settings: StreamSettings) {
    const { session, signal } = settings;
    signal?.throwIfAborted();
    this.#settings = settings;
    this.#core = new StreamCore({
      ...settings,
      limiter: describeLimiter,
      random: Math.random,
      now: this.#clock(),
      // Not at once: what a listener throws is no business of the core's.
      emit: (name, event) => queueMicrotask(() => this.#tell(name, event)),
    });
    this.#driver = new Driver({ core: this.#core, session, clock: this.#clock });
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /**
   * Each turn of a loop asks for the next record, which acknowledges the one before (unless that is "manual"). Leaving
   * the loop leaves the last record unacknowledged, and stops the reading; another loop goes on behind it.
   */
  [Symbol.asyncIterator](): AsyncIterator<StreamRecord<S, I, O>, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.#driver.pause();
        return { value: undefined, done: true };
      },
    };
  }

  /**
   * The next record, or undefined where there is none at the moment: every shard was asked since. Acknowledges the one
   * before, as a loop does.
   */
  async poll(): Promise<StreamRecord<S, I, O> | undefined> {
    return this.#takeNow() ?? this.#wait(this.#clock());
  }

  /** Says that everything delivered is done with. Needed where the stream's acknowledge is "manual", and only there. */
  acknowledge(): void {
    this.#core.acknowledge();
  }

  /**
   * Goes on without the record that the last pull could not load. It counts as delivered: what acknowledges the others
   * acknowledges it too.
   */
  skip(): void {
    if (!this.#isStuck) throw this.#refuse("has no record to skip: the last pull did not throw InvalidRecord");
    this.#isStuck = false;
    this.#core.take(this.#clock);
  }

  /**
   * Resolves when the position is taken: what is written afterwards will be delivered. Rejects with what only the user
   * can mend, such as a missing permission.
   */
  get ready(): Promise<void> {
    this.#ready ??= this.#becomeReady().catch((error) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  /** Where the stream stands, as JSON to store. It never passes a record that was not acknowledged. */
  get token(): StreamToken {
    return this.#core.token;
  }

  /** Goes on at another position. Where that fails, the stream is where it was. Throws InvalidPosition for a bad one. */
  async moveTo(position: StreamPosition): Promise<void> {
    this.#assertOpen();
    const move = this.#core.moveTo(position, this.#clock());
    await this.#driver.until(() => move.state !== "pending");
    if (move.state === "failed") throw this.#errorOf(move.error);
    this.#assertOpen();
    this.#isStuck = false;
  }

  /** Calls a listener with each event of a kind from now on. Returns a function that removes it. */
  on<Name extends keyof StreamSignals>(signal: Name, listener: (event: StreamSignals[Name]) => void): () => void {
    return this.#signals.on(signal, listener);
  }

  /** Ends loops and pulls that wait, and resolves when no call is under way any more. The token stays. */
  async close(): Promise<void> {
    this.#stop(this.#refuse("is closed"), true);
    await this.#driver.finished();
  }

  /** Not async, for records that are there: that would make each cost an eighth more. */
  #next(): Promise<IteratorResult<StreamRecord<S, I, O>, undefined>> {
    if (this.#closed?.isQuiet === true) return Promise.resolve({ value: undefined, done: true });
    try {
      const value = this.#takeNow();
      return value === undefined ? this.#wait(undefined).then(resultOf) : Promise.resolve({ value, done: false });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** A record that is there, where no other pull waits for one. */
  #takeNow(): StreamRecord<S, I, O> | undefined {
    this.#assertOpen();
    this.#driver.resume();
    if (this.#core.hasFailed) this.#core.retry(this.#clock());
    return this.#pulls === undefined ? this.#take() : undefined;
  }

  /** Waits for a record behind the other pulls; with a time, no longer than until there was none since. */
  #wait(since: number | undefined): Promise<StreamRecord<S, I, O> | undefined> {
    const pull = (this.#pulls ?? Promise.resolve()).then(() => this.#takeLater(since));
    const pulls = pull.then(ignore, ignore).then(() => {
      if (this.#pulls === pulls) this.#pulls = undefined;
    });
    this.#pulls = pulls;
    return pull;
  }

  async #takeLater(since: number | undefined): Promise<StreamRecord<S, I, O> | undefined> {
    let record: StreamRecord<S, I, O> | undefined;
    await this.#driver.until(() => {
      record = this.#take();
      return record !== undefined || this.#core.isEnded || (since !== undefined && this.#core.wasEmptySince(since));
    });
    if (record === undefined && this.#closed?.isQuiet === false) throw this.#closed.error;
    return record;
  }

  /** The cast is where the declared model meets the type inferred from it. */
  #take(): StreamRecord<S, I, O> | undefined {
    try {
      const delivery = this.#core.peek(this.#clock);
      if (delivery === undefined) return undefined;
      const record = loadRecord(this.#settings.loader, delivery);
      this.#isStuck = false;
      if (this.#core.take(this.#clock)) this.#driver.run();
      return record as object as StreamRecord<S, I, O>;
    } catch (error) {
      this.#isStuck = error instanceof InvalidRecord;
      throw this.#errorOf(error);
    }
  }

  async #becomeReady(): Promise<void> {
    this.#assertOpen();
    if (this.#core.hasFailed) this.#core.retry(this.#clock());
    await this.#driver
      .until(() => {
        // Only the look for the next record tells of what went wrong.
        if (!this.#core.isReady) this.#core.peek(this.#clock);
        return this.#core.isReady;
      })
      .catch((error) => {
        throw this.#errorOf(error);
      });
    if (!this.#core.isReady) this.#assertOpen();
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

  #tell<Name extends keyof StreamSignals>(name: Name, event: StreamSignals[Name]): void {
    if (name === "gap" && "certain" in event && event.certain && !this.#signals.has(name)) {
      const { modelName } = this.#settings.loader;
      process.emitWarning(
        `Records of the stream of ${modelName} were trimmed before they could be read, in ${event.shardId}. A listener for "gap" takes the place of this warning.`,
        "BloopStreamGap",
      );
    }
    this.#signals.emit(name, event);
  }

  /** What the SDK threw, as bloop throws it everywhere. */
  #errorOf(error: unknown): unknown {
    const call = this.#driver.callOf(error);
    if (call === undefined || error instanceof BloopError) return error;
    const operation = `${call.kind.charAt(0).toUpperCase()}${call.kind.slice(1)}`;
    const subject = () => `The stream of ${this.#settings.loader.modelName}`;
    return failureOf(error, operation, { signal: undefined, subject });
  }

  #refuse(why: string): InvalidStream {
    return new InvalidStream(`The stream of ${this.#settings.loader.modelName} ${why}.`);
  }
}

function resultOf<T>(value: T | undefined): IteratorResult<T, undefined> {
  return value === undefined ? { value: undefined, done: true } : { value, done: false };
}

function ignore(): void {
  // Who pulled is told of it.
}
