/**
 * The reading of a stream from one position: which shards may be read, when, and what becomes of the answers. Makes no
 * call itself, and is told the time. It takes its position first, in this order:
 *
 * - listing: until the shards are known.
 * - parents: until each parent that is not listed is found, or known to be gone.
 * - ends: for "latest", until the shards that are written to have their iterators at the end.
 * - reading: the position is taken; records are delivered.
 * - ended: the stream is disabled, and everything in it was delivered.
 */

import { failureKindOf } from "../../session/stream-failure.js";
import type { StreamShard, WireRecord } from "../../session/stream-session.js";
import type { Attempt } from "../call/attempt.js";
import { Calls } from "../call/calls.js";
import type { DescribeLimiter } from "../call/limiter.js";
import { Lineage } from "../lineage/lineage.js";
import type { Shard } from "../shard/shard.js";
import type { Emit } from "../signals.js";
import { type ShardToken, type Start, type StreamToken, tokenOf } from "../token.js";
import { Buffer, type Room } from "./buffer.js";
import { Discovery } from "./discovery.js";
import { Lag } from "./lag.js";
import { Polling } from "./polling.js";

export interface ReadingSettings {
  readonly limiter: DescribeLimiter;
  readonly random: () => number;
  readonly emit: Emit;
  /** How many shards are called for at once. */
  readonly concurrency: number;
  /** Milliseconds between two reads of a shard that find nothing, at most. */
  readonly idleInterval: number | undefined;
  readonly room: Room;
  /** For how many milliseconds a call may fail before the position is taken. */
  readonly patience: number;
}

export interface Delivery {
  readonly shardId: string;
  readonly record: WireRecord;
}

export class Reading {
  readonly calls: Calls = new Calls();
  readonly buffer: Buffer;
  readonly #settings: ReadingSettings;
  readonly #start: Start;
  readonly #discovery: Discovery;
  readonly #lineage: Lineage;
  readonly #polling: Polling;
  /** Delivered, and not acknowledged. */
  readonly #owed: Shard[] = [];
  readonly #lag = new Lag();
  #hasFinished = false;
  #failure: { readonly error: unknown } | undefined;
  #wasReached = false;
  #phase: "listing" | "parents" | "ends" | "reading" | "ended" = "listing";
  /** The shard that the next record was found in. */
  #next: Shard | undefined;

  constructor(settings: ReadingSettings, start: Start, now: number) {
    const { limiter, random, room } = settings;
    const { calls } = this;
    const onError = (attempt: Attempt, error: unknown, at: number) => this.#onError(attempt, undefined, error, at);
    this.#settings = settings;
    this.#start = start;
    this.buffer = new Buffer(room);
    this.#discovery = new Discovery({
      tableName: start.tableName,
      streamArn: start.streamArn,
      limiter,
      random,
      now,
      calls,
      known: {
        hasChildren: (shardId) => this.#lineage.hasChildren(shardId),
        ids: () => this.#lineage.ids,
      },
      onError,
      onListing: (listing, at) => {
        this.#lineage.takeListing(listing, this.#discovery.serial, at);
        this.#onNews(at);
      },
      onChildren: (shards, at) => this.#onChildren(shards, at),
    });
    this.#lineage = new Lineage({ ...settings, start, calls, onError, onNews: (at) => this.#onNews(at) });
    this.#polling = new Polling({
      settings,
      buffer: this.buffer,
      calls,
      discovery: this.#discovery,
      lineage: this.#lineage,
      onRead: (shard, at) => this.#finish(shard, at),
      onChange: (at) => this.#advance(at),
      onError: (attempt, shardId, error, at) => this.#onError(attempt, shardId, error, at),
    });
  }

  /** Whether the position is taken. */
  get isReady(): boolean {
    return this.#phase === "reading" || this.#phase === "ended";
  }

  /** Whether the stream was disabled, and everything in it was delivered. */
  get isEnded(): boolean {
    return this.#phase === "ended";
  }

  /** What only the user can mend. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Tries again what failed. */
  unblock(): void {
    this.#failure = undefined;
    this.#discovery.unblock();
    this.#lineage.unblock();
  }

  /** Asks for the calls that are due. */
  plan(now: number): void {
    if (this.isEnded) return;
    this.#hasFinished = false;
    this.#discovery.plan(now);
    const { streamArn } = this.#discovery;
    if (streamArn === undefined) return;
    this.#lineage.plan(streamArn, now);
    if (this.#phase === "reading" || this.#phase === "ends") this.#polling.plan(streamArn, now);
  }

  /** When to plan again if nothing happens before. */
  wakeAt(now: number): number {
    if (this.isEnded) return Number.POSITIVE_INFINITY;
    const least = Math.min(this.#discovery.wakeAt(now), this.#lineage.wakeAt);
    if (this.#phase === "listing" || this.#phase === "parents") return least;
    return Math.min(least, this.#polling.wakeAt(now));
  }

  /** Whether taking records has made calls possible: there is room for a page, or a shard is done. */
  get hasNews(): boolean {
    return this.#hasFinished || this.#polling.hasNewRoom;
  }

  #onError(attempt: Attempt, shardId: string | undefined, error: unknown, now: number): void {
    const { random, emit, patience } = this.#settings;
    const kind = failureKindOf(error);
    const isTired = !this.isReady && attempt.hasFailedFor(patience, now);
    if (kind === "fatal" || (kind === "unreachable" && !this.#wasReached) || isTired) {
      attempt.block();
      this.#failure ??= { error };
      return;
    }
    attempt.backOff(now, random);
    emit("retry", { shardId, error });
  }

  #onChildren(shards: readonly StreamShard[], now: number): void {
    this.#lineage.takeChildren(shards, this.#discovery.serial, now);
    this.#onNews(now);
  }

  /** The tree of shards has changed. */
  #onNews(now: number): void {
    this.#wasReached = true;
    this.#polling.forget();
    if (this.#phase === "listing" && this.#lineage.isListed) this.#phase = "parents";
    for (const shard of this.#lineage.outOfTurn()) {
      this.buffer.drop(shard);
      if (this.#next === shard) this.#next = undefined;
      shard.rewind();
    }
    for (const shardId of this.#lineage.childless(now)) this.#discovery.lookups.await(shardId, now);
    this.#discovery.lookups.settle((shardId) => !this.#lineage.isAwaited(shardId, now));
    this.#advance(now);
    this.#checkEnd();
  }

  /** Takes the position step by step: the shards, parents that are not listed, and the ends of those being written. */
  #advance(now: number): void {
    if (this.#phase === "parents" && !this.#lineage.isProbing) {
      this.#lineage.place(now);
      this.#polling.forget();
      this.#phase = "ends";
    }
    if (this.#phase === "ends" && this.#polling.shards.length === 0) {
      this.#phase = "reading";
      this.#lineage.leaveEnds();
      this.#polling.isAtEnds = false;
      this.#checkEnd();
    }
  }

  /** Ends a shard that was read and delivered: its children may be read from here on. */
  #finish(shard: Shard, now: number): void {
    if (shard.endedAt === undefined) return;
    this.#polling.forget();
    if (shard.queue.size > 0 || shard.done) return;
    this.#lineage.finish(shard);
    this.#hasFinished = true;
    this.#settings.emit("shardEnded", { shardId: shard.id });
    if (this.#lineage.isAwaited(shard.id, now)) this.#discovery.lookups.await(shard.id, now);
    this.#discovery.hasten(now);
    this.#checkEnd();
  }

  #checkEnd(): void {
    if (this.#phase !== "reading" || !this.#lineage.isComplete) return;
    this.#phase = "ended";
    this.#discovery.isStopped = true;
    this.#settings.emit("ended", {});
  }

  /** The shard whose head is the next record, which it stays until that is taken. */
  get next(): Shard | undefined {
    if (this.isReady) this.#next ??= this.buffer.least;
    return this.#next?.queue.head === undefined ? undefined : this.#next;
  }

  /** The next record, and where it is from. */
  peek(): Delivery | undefined {
    const { next } = this;
    const record = next?.queue.head;
    return next === undefined || record === undefined ? undefined : { shardId: next.id, record };
  }

  /** Takes the record that was peeked at. */
  take(clock: () => number): void {
    const shard = this.#next;
    const record = shard && this.buffer.take(shard);
    if (shard === undefined || record === undefined) return;
    this.#next = undefined;
    if (!shard.isOwed) this.#owed.push(shard);
    shard.deliver(record);
    this.#lag.deliver(record.createdAt);
    if (shard.endedAt !== undefined) this.#finish(shard, clock());
  }

  /** The user is done with everything that was delivered. */
  acknowledge(): void {
    for (let shard = this.#owed.pop(); shard !== undefined; shard = this.#owed.pop()) shard.acknowledge();
  }

  /** The user is done with one record: it counts once all before it in its shard are acknowledged. */
  acknowledgeOne(shardId: string, sequenceNumber: string): void {
    const shard = this.#lineage.get(shardId);
    if (shard?.isOwed !== true) return;
    shard.acknowledgeOne(sequenceNumber);
    if (!shard.isOwed) this.#owed.splice(this.#owed.indexOf(shard), 1);
  }

  /** What a token would say of a shard if these records of it were acknowledged; undefined if that passes one that is not. */
  placeAfter(shardId: string, done: ReadonlySet<string>): ShardToken | undefined {
    return this.#lineage.get(shardId)?.placeAfter(done);
  }

  /** Says how far the reading is behind, now and then. */
  tellLag(now: number): void {
    if (!this.isReady || !this.#lag.isDue(now)) return;
    const isOwed = this.#owed.length > 0;
    const nextAt = (this.#next ?? this.buffer.least)?.queue.head?.createdAt;
    const isQuiet = nextAt === undefined && !isOwed && this.#failure === undefined && !this.#discovery.isLooking;
    const isAtTip = isQuiet && this.#polling.shards.every(({ reader }) => reader.isAtTip);
    const lag = this.#lag.measure({ isAtTip, isOwed, nextAt }, now);
    if (lag !== undefined) this.#settings.emit("lag", lag);
  }

  /** Whether there was nothing to read in any shard at some time since. */
  wasEmptySince(time: number): boolean {
    if (!this.isReady || this.buffer.content.records > 0 || this.#discovery.isLooking) return false;
    return this.#polling.shards.every(({ reader }) => reader.emptyAt >= time);
  }

  /** Takes over from another reading of the same table: DynamoDB's limits are of shards. */
  follow(other: Reading): void {
    this.#lineage.keepPace(new Map(Array.from(other.#lineage.shards, ({ id, reader }) => [id, reader.polledAt])));
  }

  get token(): StreamToken {
    const shards = this.isReady ? this.#lineage.tokens() : this.#start.shards;
    const listed = this.#lineage.listedSince;
    return tokenOf({ ...this.#start, streamArn: this.#discovery.streamArn, listed, shards });
  }
}
