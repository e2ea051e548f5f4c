/** Sends puts or deletions by BatchWriteItem: in bounded memory, with a report of the failed ones. */

import { WriteFailures } from "../errors.js";
import { isIdle } from "../model/object/queue.js";
import type { Context } from "../operation/context.js";
import { bulkRules } from "../operation/option-rules.js";
import type { BulkOptions } from "../operation/options.js";
import { type Round, sendInRounds } from "../operation/retry.js";
import { isConflict, isThrottled } from "../session/failure.js";
import type { Call } from "../session/session.js";
import { maxBatchWrites } from "../wire/limits.js";
import { partedByKind, writeChecked } from "./bulk-checked.js";
import {
  type Chunk,
  type Entry,
  endEntries,
  isReady,
  itemIdOf,
  planEntry,
  requestItems,
  type Taker,
  tablesOf,
  takeAgain,
  takeEntry,
} from "./bulk-entry.js";
import { allDone } from "./write.js";

/** DynamoDB takes requests of 16 MB; in JSON, a byte that DynamoDB counts can become seven. */
const maxChunkBytes = 2_000_000;
/** More failures would fill the memory and help nobody: the remaining objects are not tried. */
const maxFailures = 1000;

export class BulkWriter {
  readonly #taker: Taker;
  readonly #settings: BulkOptions;
  readonly #failures: { object: object; error: unknown }[] = [];
  /** The chunks under way; and for each item, the chunk that writes it: a later write of the item waits for it. */
  readonly #running = new Set<Promise<void>>();
  readonly #writing = new Map<string, Promise<void>>();
  /** Resolves when all chunks are under way. */
  #dispatched: Promise<void> = Promise.resolve();
  /** The number of chunks that wait for room. */
  #waiting = 0;
  #chunk: Chunk = new Map();
  #chunkBytes = 0;
  #taken = 0;
  #stopped: { readonly cause: unknown } | undefined;
  #written = 0;

  constructor(context: Context, kind: "put" | "delete", settings: BulkOptions) {
    // The source may itself wait for an operation on an object that it gave. That operation must not wait for more
    // objects of the source.
    this.#taker = { context, kind, holder: { onWaited: () => void this.#dispatch() } };
    this.#settings = settings;
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** Takes no more objects; those under way are finished. */
  stop(cause: unknown): void {
    this.#stopped ??= { cause };
  }

  /** Takes an object. If there is no room for another one yet, returns a promise that resolves when there is. */
  take(object: object): Promise<void> | undefined {
    this.#settings.signal?.throwIfAborted();
    this.#taken++;
    let full: Promise<void> | undefined;
    try {
      full = this.#add(object);
    } catch (error) {
      this.#failures.push({ object, error });
      if (this.#failures.length >= maxFailures) this.stop(error);
    }
    return this.#chunk.size === maxBatchWrites ? this.#dispatchFull() : full;
  }

  /**
   * Puts an object into the chunk. If that begins a new chunk, returns a promise that resolves when the full one is
   * under way.
   */
  #add(object: object): Promise<void> | undefined {
    const before = isIdle(object) ? undefined : this.#entries().find((entry) => entry.object === object);
    const entry = before === undefined ? takeEntry(this.#taker, object) : takeAgain(this.#taker, before);
    const id = itemIdOf(entry);
    const same = this.#chunk.get(id);
    // Of several objects of one item, only the last is sent. This must not make any of them wait for another one's
    // turn.
    const isApart = same !== undefined && before === undefined && ![...same, entry].every(isReady);
    const full = isApart || this.#chunkBytes + entry.size > maxChunkBytes ? this.#dispatchFull() : undefined;
    const entries = this.#chunk.get(id);
    if (entries === undefined) this.#chunk.set(id, [entry]);
    else entries.push(entry);
    this.#chunkBytes += entry.size;
    return full;
  }

  /** Sends the objects taken, after earlier ones. Returns a promise that resolves when they are under way. */
  #dispatch(): Promise<void> {
    const chunk = this.#chunk;
    this.#chunk = new Map();
    this.#chunkBytes = 0;
    if (chunk.size > 0) {
      this.#waiting++;
      this.#dispatched = this.#dispatched.then(() => this.#start(chunk));
    }
    return this.#dispatched;
  }

  /** The same, but without a promise if there is room at once. */
  #dispatchFull(): Promise<void> | undefined {
    const dispatched = this.#dispatch();
    return this.#running.size + this.#waiting <= this.#concurrency ? undefined : dispatched;
  }

  get #concurrency(): number {
    return this.#settings.concurrency ?? bulkRules.concurrency.default;
  }

  /** Starts when there is room, and no chunk under way writes one of its items. */
  async #start(chunk: Chunk): Promise<void> {
    while (this.#running.size >= this.#concurrency) await Promise.race(this.#running);
    await Promise.all([...chunk.keys()].map((id) => this.#writing.get(id)));
    if (this.isStopped) {
      this.#waiting--;
      this.#fail([...chunk.values()].flat(), this.#stopped?.cause);
      return;
    }
    const ids = [...chunk.keys()];
    const run = this.#write(chunk).finally(() => {
      this.#running.delete(run);
      for (const id of ids) this.#writing.delete(id);
    });
    this.#running.add(run);
    this.#waiting--;
    for (const id of ids) this.#writing.set(id, run);
  }

  #entries(): Entry[] {
    return [...this.#chunk.values()].flat();
  }

  /** Writes a chunk until nothing of it is left. Never rejects. */
  async #write(chunk: Chunk): Promise<void> {
    const { signal } = this.#settings;
    const call: Call = { signal, subject: () => `${chunk.size} objects of ${tablesOf(chunk).join(", ")}` };
    const [table] = tablesOf(chunk);
    try {
      await sendInRounds({ operation: "BatchWriteItem", table }, () => this.#writeReady(chunk, call), call);
    } catch (error) {
      this.#fail([...chunk.values()].flat(), error);
      this.stop(error);
    }
  }

  /** Sends the ready part of a chunk, and removes the processed entries. */
  async #writeReady(chunk: Chunk, call: Call): Promise<Round> {
    const ready = await this.#readyOf(chunk);
    const left = ready.size === 0 ? new Set<string>() : await this.#sendAll(chunk, ready, call);
    for (const id of ready.keys()) if (!left.has(id)) chunk.delete(id);
    this.#settle(ready, left);
    this.#settings.progress?.({ written: this.#written, failed: this.#failures.length });
    return { sent: ready.size, left: left.size, isLast: chunk.size === 0 };
  }

  /**
   * The ready part of a chunk, planned; waits until there is one. Entries that can't be stored fail, and leave the
   * chunk.
   */
  async #readyOf(chunk: Chunk): Promise<Chunk> {
    const last = [...chunk.values()].flatMap((entries) => entries.at(-1) ?? []);
    if (!last.some(isReady)) await Promise.race(last.map(({ turn }) => turn?.begun(this.#settings.signal)));
    const ready: Chunk = new Map();
    for (const [id, entries] of chunk) {
      if (!entries.every(isReady)) continue;
      try {
        for (const entry of entries) planEntry(this.#taker, entry);
        ready.set(id, entries);
      } catch (error) {
        chunk.delete(id);
        this.#fail(entries, error);
      }
    }
    return ready;
  }

  /** Writes with conditions are separate requests. Returns the ids of the unprocessed items. */
  async #sendAll(chunk: Chunk, ready: Chunk, call: Call): Promise<Set<string>> {
    const [checked, unchecked] = partedByKind(ready);
    if (checked.size === 0) return this.#send(ready, call);
    const [{ left, refused }, others] = await Promise.all([
      writeChecked(this.#taker.context, checked, call),
      unchecked.size === 0 ? new Set<string>() : this.#send(unchecked, call),
    ]);
    for (const [id, error] of refused) {
      const entries = ready.get(id) ?? [];
      chunk.delete(id);
      ready.delete(id);
      this.#fail(entries, error);
    }
    return new Set([...left, ...others]);
  }

  /** The ids of the unprocessed items. */
  async #send(chunk: Chunk, call: Call): Promise<Set<string>> {
    try {
      const { session } = this.#taker.context;
      const left = await session.batchWriteItem({ RequestItems: requestItems(chunk) }, call);
      const writes = new Set(Object.values(left).flat());
      const isLeft = ({ planned }: Entry) => planned !== undefined && writes.has(planned.write);
      return new Set([...chunk].flatMap(([id, entries]) => (entries.some(isLeft) ? [id] : [])));
    } catch (error) {
      if (isThrottled(error) || isConflict(error)) return new Set(chunk.keys());
      throw error;
    }
  }

  #settle(sent: Chunk, left: ReadonlySet<string>): void {
    const done = [...sent].flatMap(([id, entries]) => (left.has(id) ? [] : entries));
    this.#written += done.length;
    try {
      allDone(done.flatMap(({ planned }) => planned ?? []));
    } finally {
      endEntries(done);
    }
  }

  #fail(entries: readonly Entry[], error: unknown): void {
    endEntries(entries);
    this.#failures.push(...entries.map(({ object }) => ({ object, error })));
    if (this.#failures.length >= maxFailures) this.stop(error);
  }

  /** Resolves with the number of objects written. */
  async finish(): Promise<number> {
    if (this.isStopped) {
      this.#fail(this.#entries(), this.#stopped?.cause);
      this.#chunk = new Map();
    }
    await this.#dispatch();
    await Promise.all(this.#running);
    const { signal, report } = this.#settings;
    const ending = this.#ending();
    report?.({ written: ending.written, taken: ending.taken, failures: ending.failures });
    signal?.throwIfAborted();
    if (this.isStopped || this.#failures.length > 0) throw ending;
    return this.#written;
  }

  /** The error to throw if anything failed; it hides the objects from logs. */
  #ending(): WriteFailures {
    const [failures, written, taken] = [this.#failures, this.#written, this.#taken];
    const cause = this.#stopped?.cause ?? failures[0]?.error;
    const stopped = this.isStopped ? ", and no more were taken" : "";
    return new WriteFailures(
      `Of ${taken} objects, ${written} are written and ${failures.length} failed${stopped}. ${String(cause)}`,
      { failures, written, taken, cause },
    );
  }
}
