/** A worker of a group as its user holds it: its signals, and its end. */

import { InvalidOption } from "../errors.js";
import type { StreamSession } from "../session/stream-session.js";
import { loadStreamRoom } from "../stream/stream.js";
import { makeClock } from "../util/clock.js";
import { type Emitter, makeEmitter } from "../util/emitter.js";
import { didYouMean, print, printList } from "../util/print.js";
import { tellSignal } from "./channels.js";
import type { GroupClock, GroupSignals, GroupStore, Ports, WorkerSettings } from "./ports.js";
import { StreamSource } from "./source.js";
import { GroupWorker } from "./worker.js";

interface Connected {
  readonly session: StreamSession;
  readonly streamArn: string;
  readonly store: GroupStore;
  readonly handle: Ports["handle"];
}

interface ConsumerSettings {
  readonly settings: WorkerSettings;
  readonly group: string;
  /** The table's name. */
  readonly table: string;
  readonly closeWithin: number;
  readonly signal: AbortSignal | undefined;
  /** Rejects with what only the user can mend. */
  connect(): Promise<Connected>;
}

const names = Object.keys({
  retry: true,
  leaseTaken: true,
  leaseLost: true,
  leaseGiven: true,
  shardEnded: true,
  full: true,
  lag: true,
  gap: true,
} satisfies Record<keyof GroupSignals, true>);

const clock: GroupClock = {
  now: () => performance.now(),
  time: makeClock(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

export class GroupConsumer {
  /** The worker's id: its name, and a random part. */
  readonly worker: string;
  /** Resolves when it is closed. Rejects if it could not begin: a missing permission, say, or a table without a stream. */
  readonly done: Promise<void>;
  readonly #settings: ConsumerSettings;
  readonly #signals: Emitter<GroupSignals> = makeEmitter();
  #worker: GroupWorker | undefined;
  #isClosing = false;

  /** @internal */
  constructor(settings: ConsumerSettings) {
    settings.signal?.throwIfAborted();
    this.#settings = settings;
    this.worker = settings.settings.worker;
    this.done = this.#run();
    // Who awaits it is told; one that nobody awaits says so by the process's own event.
    settings.signal?.addEventListener("abort", () => void this.close().catch(() => undefined), { once: true });
  }

  async #run(): Promise<void> {
    const [{ session, streamArn, store, handle }, room] = await Promise.all([
      this.#settings.connect(),
      loadStreamRoom(),
    ]);
    // Not at once: what a listener throws is no business of the worker's.
    const emit: Ports["emit"] = (name, event) => queueMicrotask(() => this.#tell(name, event));
    const { idle } = this.#settings.settings;
    const onGap = (gap: GroupSignals["gap"]) => emit("gap", gap);
    const source = new StreamSource({ room, session, streamArn, clock, idle, random: Math.random, onGap });
    this.#worker = new GroupWorker({ store, source, clock, emit, handle }, this.#settings.settings);
    if (this.#isClosing) return;
    await this.#worker.run();
  }

  /** No loss is silent, nor are records that wait for ever. */
  #tell<Name extends keyof GroupSignals>(name: Name, event: GroupSignals[Name]): void {
    const { group, table } = this.#settings;
    if (!this.#signals.has(name)) {
      if ("certain" in event && event.certain)
        process.emitWarning(`Records of ${event.shardId} were trimmed before they were handled.`, "BloopStreamGap");
      if ("waiting" in event && event.waiting > 0)
        process.emitWarning(
          `${event.waiting} of the shards of ${table} have no reader: the worker ${this.worker} of the group ${group} has as many as maxShards allows. Raise it, or start more workers.`,
          "BloopGroupFull",
        );
    }
    tellSignal({ table, group, worker: this.worker }, name, event);
    this.#signals.emit(name, event);
  }

  /** Calls a listener with each event of a kind. Returns a function that removes it. */
  on<Name extends keyof GroupSignals>(signal: Name, listener: (event: GroupSignals[Name]) => void): () => void {
    if (names.includes(signal)) return this.#signals.on(signal, listener);
    const hint = didYouMean(String(signal), names) || `: it has ${printList(names)}.`;
    throw new InvalidOption(`A consumer has no signal ${print(signal)}${hint}`);
  }

  /**
   * Begins no further record, waits for the handlers that are under way, stores how far they came, and gives the shards to
   * the others. Handlers that take longer than `closeWithin` have their signal aborted, and are waited for no longer.
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#worker?.stop();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#worker?.abandon();
        resolve();
      }, this.#settings.closeWithin);
    });
    await Promise.race([this.done, late]).finally(() => clearTimeout(timer));
  }
}
