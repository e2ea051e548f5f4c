/** A stream as users hold it. What it does is loaded when the first one is opened: no process without streams needs it. */

import { InvalidOption, InvalidStream } from "../errors.js";
import type { StreamSession } from "../session/stream-session.js";
import { makeClock } from "../util/clock.js";
import { type Emitter, makeEmitter } from "../util/emitter.js";
import { didYouMean, print, printList } from "../util/print.js";
import type { BatchOptions } from "./batch.js";
import type { CheckpointStore } from "./checkpoint/checkpoints.js";
import type { Pump, PumpSettings } from "./pump.js";
import { type StreamSignals, streamSignals } from "./signals.js";
import { type Start, type StreamPosition, type StreamToken, startOf, tokenOf } from "./token.js";

interface StreamSettings extends Omit<PumpSettings, "session" | "clock" | "signals" | "start" | "stored"> {
  session(): Promise<StreamSession>;
  /** Where checkpoints are kept, if they are. */
  checkpoints?(): Promise<CheckpointStore>;
}

/** A WriteTransaction of engine.transaction(). */
export interface CheckpointTransaction {
  prepare(): object;
  commit(options?: object): Promise<void>;
}

/**
 * The changes of a model's table, in order for each item. It begins to read when it is made, and goes on until its
 * buffer is full, or a loop over it is left; the next pull goes on from there. Close it when it is not needed any more.
 * `R` are its records: `RecordOf<typeof Account>`.
 *
 * @example
 * const stream = engine.stream(Account, "trim_horizon");
 * for await (const record of stream) {
 *   if (record.type === "modify") console.log(record.key.id, record.old.email, record.new.email);
 * }
 */
export class Stream<R extends object> implements AsyncIterable<R> {
  readonly #settings: StreamSettings;
  readonly #clock = makeClock();
  readonly #signals: Emitter<StreamSignals> = makeEmitter();
  readonly #start: Start;
  readonly #loading: Promise<Pump<R>>;
  #pump: Pump<R> | undefined;

  /** @internal Throws InvalidPosition for a token that is broken, or of another table. */
  constructor(settings: StreamSettings) {
    const { signal, position, tableName } = settings;
    signal?.throwIfAborted();
    this.#settings = settings;
    this.#start = startOf(position, tableName, this.#clock());
    this.#loading = this.#load();
    // Before all that waits for it, so that a later pull comes behind. Where it failed, each pull tells why.
    this.#loading.then((pump) => {
      this.#pump = pump;
    }, ignore);
  }

  async #load(): Promise<Pump<R>> {
    const [{ Pump }, session, store] = await Promise.all([
      loadStreamRoom(),
      this.#settings.session(),
      this.#settings.checkpoints?.(),
    ]);
    return new Pump({
      ...this.#settings,
      session,
      start: this.#start,
      clock: this.#clock,
      signals: this.#signals,
      stored: store && { store, rows: await store.read() },
    });
  }

  /**
   * Each turn of a loop asks for the next record, which acknowledges the one before (unless that is "manual"). Leaving
   * the loop leaves the last record unacknowledged, and stops the reading; another loop goes on behind it.
   */
  [Symbol.asyncIterator](): AsyncIterator<R, undefined> {
    return {
      next: () => this.#pump?.next() ?? this.#loading.then((pump) => pump.next()),
      return: () => this.#leave(),
    };
  }

  /**
   * A loop over arrays of records: up to `max` (100 by default), of all shards, as many as are there `wait` milliseconds
   * (0 by default) after the first. Each turn acknowledges the batch before, unless that is "manual". A record that can't
   * be loaded ends the batch before it. The loop throws InvalidOption for limits that are none.
   *
   * @example
   * for await (const batch of stream.batches({ max: 500, wait: 1000 })) await index(batch);
   */
  batches(options: BatchOptions = {}): AsyncIterable<readonly R[]> {
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => (await this.#loading).nextBatch(options),
        return: () => this.#leave(),
      }),
    };
  }

  async #leave(): Promise<{ readonly value: undefined; readonly done: true }> {
    await this.#loading.then((pump) => pump.pause(), ignore);
    return { value: undefined, done: true };
  }

  /**
   * The next record, or undefined if there is none at the moment: every shard was asked since. Acknowledges the one
   * before, as a loop does.
   */
  async poll(): Promise<R | undefined> {
    return (this.#pump ?? (await this.#loading)).poll();
  }

  /**
   * Says that records are done with: all that were delivered, or the given ones. Needed only if the stream's acknowledge
   * is "manual". A record counts once all before it in its shard are acknowledged, in whatever order that comes: so records
   * can be worked on side by side. One that was acknowledged before, or is of the position before a move, changes nothing.
   * Throws InvalidOption for what is no record.
   */
  acknowledge(records?: R | readonly R[]): void {
    this.#pump?.acknowledge(records);
  }

  /**
   * Stores that records are done, in the table of the stream's checkpoints: alone, or in a transaction with the work that
   * they led to, so that either both are there or none. They are acknowledged when that is written. A stream that is made
   * again under the name goes on behind them. Records of a shard are done in their order, or together.
   * Throws InvalidStream for a stream without checkpoints, and for records that would pass one that is not done;
   * ConstraintViolation or TransactionCanceled if another stream has stored something under the name.
   *
   * @example
   * for await (const record of stream) {
   *   await engine.transaction((transaction) => {
   *     transaction.update(Tally, { id: record.key.id }, { changes: add(1) });
   *     stream.checkpoint(transaction, record);
   *   });
   * }
   */
  checkpoint(records: R | readonly R[]): Promise<void>;
  checkpoint(transaction: CheckpointTransaction, records: R | readonly R[]): void;
  checkpoint(first: object, records?: R | readonly R[]): Promise<void> | undefined {
    if (records !== undefined) {
      this.#opened().checkpointIn(first, records);
      return undefined;
    }
    return this.#loading.then((pump) => pump.checkpoint(first as R | readonly R[]));
  }

  /** Nobody has a record before it is opened. */
  #opened(): Pump<R> {
    if (this.#pump !== undefined) return this.#pump;
    throw new InvalidStream(`The stream of ${this.#settings.loader.modelName} has not delivered anything yet.`);
  }

  /**
   * Goes on without the record that the last pull could not load. It counts as delivered: what acknowledges the others
   * acknowledges it too.
   */
  skip(): void {
    if (this.#pump?.skip() === true) return;
    throw new InvalidStream(
      `The stream of ${this.#settings.loader.modelName} has no record to skip: the last pull did not throw InvalidRecord.`,
    );
  }

  /**
   * Resolves when the position is taken: what is written afterwards will be delivered. Rejects with what only the user
   * can mend, such as a missing permission.
   */
  get ready(): Promise<void> {
    return this.#pump?.ready ?? this.#loading.then((pump) => pump.ready);
  }

  /** Where the stream stands, as JSON to store. It never passes a record that was not acknowledged. */
  get token(): StreamToken {
    return this.#pump?.reading.token ?? tokenOf(this.#start);
  }

  /** Goes on at another position. Where that fails, the stream is where it was. Throws InvalidPosition for a bad one. */
  async moveTo(position: StreamPosition): Promise<void> {
    await (this.#pump ?? (await this.#loading)).moveTo(position);
  }

  /**
   * Calls a listener with each event of a kind from now on. Returns a function that removes it. Throws InvalidOption for
   * a signal that there is not.
   */
  on<Name extends keyof StreamSignals>(signal: Name, listener: (event: StreamSignals[Name]) => void): () => void {
    if (!streamSignals.includes(signal)) {
      const hint = didYouMean(String(signal), streamSignals) || `: it has ${printList(streamSignals)}.`;
      throw new InvalidOption(`A stream has no signal ${print(signal)}${hint}`);
    }
    return this.#signals.on(signal, listener);
  }

  /** Ends loops and pulls that wait, and resolves when no call is under way any more. The token stays. */
  async close(): Promise<void> {
    await (this.#pump?.close() ?? this.#loading.then((pump) => pump.close(), ignore));
  }
}

/** Loads all that reads streams. */
export function loadStreamRoom(): Promise<typeof import("./room.js")> {
  return import("./room.js");
}

function ignore(): void {
  // Who pulls is told of it.
}
