/** Sends puts or deletions by BatchWriteItem: in bounded memory, with a report of what failed. */

import { TimedOut, WriteFailures } from "../errors.js";
import { isConflict, isThrottled } from "../session/failure.js";
import type { BatchWriteItemRequest, Call } from "../session/session.js";
import { backoff, pause } from "../util/async.js";
import { maxBatchWrites } from "../wire/limits.js";
import type { Context } from "./context.js";
import { type BulkWrite, planDeletion, planPut } from "./put-all.js";
import { idleRounds } from "./send.js";
import { wantedItem } from "./target.js";
import { allDone } from "./write.js";

/** How far a bulk write has come, in objects. */
export interface BulkProgress {
  readonly written: number;
  readonly failed: number;
}

export interface BulkSettings {
  readonly concurrency?: number | undefined;
  readonly progress?: ((state: BulkProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const defaultConcurrency = 4;
/** DynamoDB takes 16 MB of request; as JSON, a byte that DynamoDB counts can become seven. */
const maxChunkBytes = 2_000_000;
/** More failures than these would fill the memory and help nobody: the rest is not tried. */
const maxFailures = 1000;

/** Writes of one item each, the last of which counts. */
type Chunk = Map<string, BulkWrite[]>;

export class BulkWriter {
  readonly #context: Context;
  readonly #plan: (context: Context, object: object) => BulkWrite;
  readonly #settings: BulkSettings;
  readonly #failures: { object: object; error: unknown }[] = [];
  /** The chunks under way, and by item the chunk that writes it: a later write of the item waits for it. */
  readonly #running = new Set<Promise<void>>();
  readonly #writing = new Map<string, Promise<void>>();
  #chunk: Chunk = new Map();
  #chunkBytes = 0;
  #taken = 0;
  #stopped: { readonly cause: unknown } | undefined;
  #written = 0;

  constructor(context: Context, kind: "put" | "delete", settings: BulkSettings) {
    this.#context = context;
    this.#plan = kind === "put" ? planPut : planDeletion;
    this.#settings = settings;
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** Takes no more objects; those under way are finished. */
  stop(cause: unknown): void {
    this.#stopped ??= { cause };
  }

  async take(object: object): Promise<void> {
    this.#settings.signal?.throwIfAborted();
    this.#taken++;
    try {
      const write = this.#plan(this.#context, object);
      const { id } = wantedItem(write.home, write.key);
      if (this.#chunkBytes + write.size > maxChunkBytes) await this.#dispatch();
      const same = this.#chunk.get(id);
      if (same === undefined) this.#chunk.set(id, [write]);
      else same.push(write);
      this.#chunkBytes += write.size;
    } catch (error) {
      this.#fail([object], error);
    }
    if (this.#chunk.size === maxBatchWrites) await this.#dispatch();
  }

  /** Sends what was taken, when there is room for it and no chunk under way writes one of its items. */
  async #dispatch(): Promise<void> {
    const chunk = this.#chunk;
    this.#chunk = new Map();
    this.#chunkBytes = 0;
    if (chunk.size === 0) return;
    while (this.#running.size >= (this.#settings.concurrency ?? defaultConcurrency)) await Promise.race(this.#running);
    await Promise.all([...chunk.keys()].map((id) => this.#writing.get(id)));
    const run = this.#write(chunk).finally(() => {
      this.#running.delete(run);
      for (const id of chunk.keys()) this.#writing.delete(id);
    });
    this.#running.add(run);
    for (const id of chunk.keys()) this.#writing.set(id, run);
  }

  /** Writes a chunk until nothing of it is left. Never rejects. */
  async #write(chunk: Chunk): Promise<void> {
    const { signal, progress } = this.#settings;
    const call: Call = { signal, subject: () => `${chunk.size} objects of ${tablesOf(chunk).join(", ")}` };
    try {
      for (let idle = 0; chunk.size > 0; ) {
        const left = await this.#send(chunk, call);
        idle = left.size < chunk.size ? 0 : idle + 1;
        this.#settle(chunk, left);
        progress?.({ written: this.#written, failed: this.#failures.length });
        if (chunk.size > 0 && idle === idleRounds) {
          throw new TimedOut(
            `${call.subject()}: DynamoDB left all of them unprocessed ${idle} times in a row. Is the table throttled?`,
          );
        }
        if (chunk.size > 0) await pause(backoff(idle, 50, 5000), signal);
      }
    } catch (error) {
      const unwritten = [...chunk.values()].flat().map(({ object }) => object);
      this.#fail(unwritten, error);
      this.stop(error);
    }
  }

  /** The ids of what was not processed. */
  async #send(chunk: Chunk, call: Call): Promise<Set<string>> {
    try {
      const left = await this.#context.session.batchWriteItem({ RequestItems: requestItems(chunk) }, call);
      const writes = new Set(Object.values(left).flat());
      return new Set([...chunk].flatMap(([id, same]) => (same.some(({ write }) => writes.has(write)) ? [id] : [])));
    } catch (error) {
      if (isThrottled(error) || isConflict(error)) return new Set(chunk.keys());
      throw error;
    }
  }

  #settle(chunk: Chunk, left: ReadonlySet<string>): void {
    const done = [...chunk].filter(([id]) => !left.has(id));
    for (const [id, writes] of done) {
      chunk.delete(id);
      this.#written += writes.length;
    }
    allDone(done.flatMap(([, writes]) => writes));
  }

  #fail(objects: readonly object[], error: unknown): void {
    this.#failures.push(...objects.map((object) => ({ object, error })));
    if (this.#failures.length >= maxFailures) this.stop(error);
  }

  /** Resolves with the number of objects written. */
  async finish(): Promise<number> {
    if (!this.isStopped) await this.#dispatch();
    else
      this.#fail(
        [...this.#chunk.values()].flat().map(({ object }) => object),
        this.#stopped?.cause,
      );
    await Promise.all(this.#running);
    this.#settings.signal?.throwIfAborted();
    const failures = this.#failures;
    const written = this.#written;
    const [first] = failures;
    if (!this.isStopped && first === undefined) return written;
    const taken = this.#taken;
    const cause = this.#stopped?.cause ?? first?.error;
    const stopped = this.isStopped ? ", and no more were taken" : "";
    throw new WriteFailures(
      `Of ${taken} objects, ${written} are written and ${failures.length} failed${stopped}. ${String(cause)}`,
      { failures, written, taken, cause },
    );
  }
}

function tablesOf(chunk: Chunk): string[] {
  return [...new Set([...chunk.values()].flatMap(([first]) => first?.home.tableName ?? []))];
}

function requestItems(chunk: Chunk): BatchWriteItemRequest["RequestItems"] {
  const last = [...chunk.values()].flatMap((writes) => writes.at(-1) ?? []);
  return Object.fromEntries(
    tablesOf(chunk).map((name) => [name, last.flatMap(({ home, write }) => (home.tableName === name ? [write] : []))]),
  );
}
