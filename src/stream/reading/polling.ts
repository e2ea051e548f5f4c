/** Which shards are called for, and when; and what an answer or an error means for a shard. */

import { failureKindOf } from "../../session/stream-failure.js";
import type { GetRecordsCall, RecordsPage } from "../../session/stream-session.js";
import type { Attempt } from "../call/attempt.js";
import type { Calls } from "../call/calls.js";
import type { Lineage } from "../lineage/lineage.js";
import type { Shard } from "../shard/shard.js";
import type { Emit } from "../signals.js";
import type { Buffer } from "./buffer.js";
import type { Discovery } from "./discovery.js";

interface PollingParts {
  readonly settings: { readonly concurrency: number; readonly random: () => number; readonly emit: Emit };
  readonly buffer: Buffer;
  readonly calls: Calls;
  readonly discovery: Discovery;
  readonly lineage: Lineage;
  /** A shard was read, maybe to its end. */
  onRead(shard: Shard, now: number): void;
  onChange(now: number): void;
  onError(attempt: Attempt, shardId: string, error: unknown, now: number): void;
}

export class Polling {
  /** Whether only iterators at the end of shards are taken so far. */
  isAtEnds = true;
  readonly #parts: PollingParts;
  #pollable: Shard[] = [];
  #isPollableKnown = false;
  #underWay = 0;
  #lacksRoom = false;

  constructor(parts: PollingParts) {
    this.#parts = parts;
  }

  /** Which shards may be read has changed. */
  forget(): void {
    this.#isPollableKnown = false;
  }

  /** Whether room has been made that a call waits for. */
  get hasNewRoom(): boolean {
    return this.#lacksRoom && this.#parts.buffer.hasRoom;
  }

  /** When a call is due if nothing happens before. */
  wakeAt(now: number): number {
    let least = Number.POSITIVE_INFINITY;
    if (this.#lacksRoom || this.#underWay >= this.#parts.settings.concurrency) return least;
    for (const shard of this.shards) least = Math.min(least, shard.reader.wakeAt(now));
    return least;
  }

  /** The shards that may be read now; or at first, those whose end is still to be found. */
  get shards(): readonly Shard[] {
    if (!this.#isPollableKnown) {
      this.#isPollableKnown = true;
      this.#pollable = this.#parts.lineage.pollable();
    }
    return this.isAtEnds ? this.#pollable.filter(({ reader }) => reader.isSoughtAtEnd) : this.#pollable;
  }

  /** Those with the least in the buffer first, then those that waited longest. */
  plan(streamArn: string, now: number): void {
    this.#lacksRoom = false;
    if (this.#underWay >= this.#parts.settings.concurrency) return;
    const due = this.shards.filter((shard) => shard.reader.isDue(now));
    if (due.length > 1) {
      due.sort(
        (left, right) => left.queue.size - right.queue.size || compare(left.reader.dueAt(now), right.reader.dueAt(now)),
      );
    }
    for (const shard of due) {
      if (this.#underWay >= this.#parts.settings.concurrency) return;
      const limit = this.#parts.buffer.reserve();
      this.#lacksRoom = limit === 0;
      if (this.#lacksRoom) return;
      this.#call(streamArn, shard, limit, now);
    }
  }

  #call(streamArn: string, shard: Shard, limit: number, now: number): void {
    const call = shard.reader.request(streamArn, limit, now, this.#parts.lineage.closednessOf(shard));
    this.#underWay += 1;
    if (call.kind === "getRecords") {
      this.#askForRecords(shard, call);
      return;
    }
    this.#parts.buffer.release(limit);
    const { epoch } = shard.reader;
    this.#parts.calls.ask(call, {
      answer: (iterator, at) => {
        if (this.#settle(shard, epoch)) shard.reader.takeIterator(iterator, call.type, at);
        this.#parts.onChange(at);
      },
      error: (error, at) => {
        this.#settle(shard, epoch);
        this.#onShardError(shard, error, at);
      },
    });
  }

  #askForRecords(shard: Shard, call: GetRecordsCall): void {
    const { epoch } = shard.reader;
    this.#parts.calls.ask(call, {
      answer: (page, now) => {
        this.#parts.buffer.release(call.limit);
        if (this.#settle(shard, epoch)) this.#onRecords(shard, page, now);
      },
      error: (error, now) => {
        this.#settle(shard, epoch);
        this.#parts.buffer.release(call.limit);
        this.#onShardError(shard, error, now);
      },
    });
  }

  /** Returns whether the answer still counts. */
  #settle(shard: Shard, epoch: number): boolean {
    this.#underWay -= 1;
    return shard.reader.settle(epoch);
  }

  #onRecords(shard: Shard, page: RecordsPage, now: number): void {
    const gap = shard.reader.gapBefore(page, now);
    if (gap !== undefined) this.#parts.settings.emit("gap", { shardId: shard.id, ...gap });
    this.#parts.buffer.add(shard, shard.reader.takePage(page, now));
    if (shard.seemsEnded) {
      // A child, too, would say that it is closed.
      this.#parts.discovery.lookups.await(shard.id, now);
      this.#parts.discovery.hasten(now);
    }
    this.#parts.onRead(shard, now);
  }

  #onShardError(shard: Shard, error: unknown, now: number): void {
    const kind = failureKindOf(error);
    if (kind === "expired") shard.reader.dropIterator();
    else if (kind === "trimmed") this.#onShardTrimmed(shard, now);
    else if (kind === "notFound") this.#onShardMissing(shard, now);
    else this.#parts.onError(shard.reader, shard.id, error, now);
    this.#parts.onChange(now);
  }

  /**
   * Goes on at the oldest record there is. Once all records of a closed shard are trimmed, DynamoDB Local refuses that
   * too, for hours, until the shard itself is gone.
   */
  #onShardTrimmed(shard: Shard, now: number): void {
    const { random, emit } = this.#parts.settings;
    const gap = shard.reader.recover(now, random);
    const isSpent = shard.reader.isRefused && this.#parts.lineage.closednessOf(shard) !== "open";
    if (gap !== undefined) emit("gap", { shardId: shard.id, ...gap });
    if (isSpent) this.#giveUp(shard, now);
  }

  /** It may be a mistake, or a young shard that is not known everywhere yet. Else it is gone, and its records with it. */
  #onShardMissing(shard: Shard, now: number): void {
    this.#parts.discovery.hasten(now);
    if (shard.reader.missed(now, this.#parts.settings.random)) this.#giveUp(shard, now);
  }

  #giveUp(shard: Shard, now: number): void {
    const gap = shard.reader.giveUp(now);
    if (gap !== undefined) this.#parts.settings.emit("gap", { shardId: shard.id, ...gap });
    this.#parts.onRead(shard, now);
  }
}

/** Of numbers that may be infinite. */
function compare(left: number, right: number): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
