/**
 * Looks for the children of ended shards, where listing the whole stream takes many calls. A few are looked for one by
 * one; many at once by a listing that begins at the oldest of them, since ids grow with time.
 */

import type { DescribeStreamCall, StreamDescription, StreamShard } from "../../session/stream-session.js";
import { type Attempt, Attempts } from "../call/attempt.js";
import type { Calls } from "../call/calls.js";
import type { DescribeLimiter } from "../call/limiter.js";

const longestPause = 30_000;
/** DynamoDB's limit for one page. */
const shardsAPage = 100;

export interface KnownShards {
  /** Whether a child is known: then only whether the shard itself is closed is asked. */
  hasChildren(shardId: string): boolean;
  /** The ids that are known, in their order. */
  ids(): readonly string[];
}

interface LookupsSettings {
  readonly limiter: DescribeLimiter;
  readonly random: () => number;
  readonly calls: Calls;
  readonly known: KnownShards;
  onFound(shards: readonly StreamShard[], now: number): void;
  onError(attempt: Attempt, error: unknown, now: number): void;
}

export class Lookups {
  readonly #settings: LookupsSettings;
  readonly #awaited = new Map<string, Attempts>();
  readonly #sweep: Attempts = new Attempts(Number.NEGATIVE_INFINITY);
  /** Where the listing goes on that is under way. */
  #sweepAfter: string | undefined;

  constructor(settings: LookupsSettings) {
    this.#settings = settings;
  }

  /** Looks for the children of an ended shard until there are some. */
  await(shardId: string, now: number): void {
    if (!this.#awaited.has(shardId)) this.#awaited.set(shardId, new Attempts(now));
  }

  /** Forgets those awaited that need be no more. */
  settle(isSettled: (shardId: string) => boolean): void {
    for (const shardId of this.#awaited.keys()) if (isSettled(shardId)) this.#awaited.delete(shardId);
  }

  unblock(): void {
    this.#sweep.unblock();
    for (const lookup of this.#awaited.values()) lookup.unblock();
  }

  /** Whether some children were not even looked for yet, or what was denied is asked for again. */
  get isLooking(): boolean {
    if (this.#sweep.isOwed) return true;
    for (const { failures, isOwed } of this.#awaited.values()) if (failures === 0 || isOwed) return true;
    return false;
  }

  /** When the first is due. */
  get due(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { due } of this.#awaited.values()) least = Math.min(least, due);
    return least;
  }

  get wakeAt(): number {
    if (this.#isSweeping) return this.#sweep.wakeAt;
    let least = Number.POSITIVE_INFINITY;
    for (const { wakeAt } of this.#awaited.values()) least = Math.min(least, wakeAt);
    return least;
  }

  /** The whole stream was listed, which has answered for all of them. */
  backOff(now: number): void {
    for (const lookup of this.#awaited.values()) lookup.backOff(now, this.#settings.random, longestPause);
  }

  plan(streamArn: string, now: number): void {
    const due = [...this.#awaited].filter(([, lookup]) => lookup.isDue(now));
    if (this.#isSweeping || this.#isSweepCheaper(due)) {
      if (this.#sweep.isDue(now) && this.#settings.limiter.take(now)) this.#sweepOn(streamArn, due);
      return;
    }
    for (const [shardId, lookup] of due) {
      if (this.#settings.limiter.take(now)) this.#lookUp(streamArn, shardId, lookup);
    }
  }

  get #isSweeping(): boolean {
    return this.#sweep.busy || this.#sweepAfter !== undefined;
  }

  #isSweepCheaper(due: readonly (readonly [string, Attempts])[]): boolean {
    if (due.length < 3) return false;
    const ids = this.#settings.known.ids();
    const from = ids.indexOf(leastOf(due));
    return (ids.length - from + due.length) / shardsAPage < due.length;
  }

  /** The next page of a listing that begins before the oldest of those that are due, and has it with its end. */
  #sweepOn(streamArn: string, due: readonly (readonly [string, Attempts])[]): void {
    const { random } = this.#settings;
    const afterShardId = this.#sweepAfter ?? this.#before(leastOf(due));
    this.#sweepAfter = undefined;
    const call = { kind: "describeStream", streamArn, afterShardId, childrenOf: undefined } as const;
    this.#ask(call, this.#sweep, ({ shards, lastShardId }, now) => {
      this.#sweep.succeed(now);
      if (lastShardId !== undefined && lastShardId !== afterShardId) this.#sweepAfter = lastShardId;
      else this.backOff(now);
      this.#settings.onFound(shards, now);
    });
    // Where it fails, it begins anew.
    for (const [, lookup] of due) if (lookup.failures === 0) lookup.backOff(lookup.due, random, longestPause);
  }

  #lookUp(streamArn: string, shardId: string, lookup: Attempts): void {
    const { known, random, onFound } = this.#settings;
    const isSelf = known.hasChildren(shardId);
    const call = {
      kind: "describeStream",
      streamArn,
      afterShardId: isSelf ? this.#before(shardId) : undefined,
      childrenOf: isSelf ? undefined : shardId,
    } as const;
    this.#ask(call, lookup, ({ shards }, now) => {
      lookup.backOff(now, random, longestPause);
      if (isSelf) onFound(shards, now);
      else onFound(childrenIn(shards, shardId), now);
    });
  }

  #ask(call: DescribeStreamCall, attempt: Attempts, onAnswer: (answer: StreamDescription, now: number) => void): void {
    attempt.busy = true;
    this.#settings.calls.ask(call, {
      answer: (answer, now) => {
        attempt.busy = false;
        onAnswer(answer, now);
      },
      error: (error, now) => {
        attempt.busy = false;
        this.#settings.onError(attempt, error, now);
      },
    });
  }

  /** Which known shard comes before one in a listing. */
  #before(shardId: string): string | undefined {
    const ids = this.#settings.known.ids();
    return ids[ids.indexOf(shardId) - 1];
  }
}

function leastOf(lookups: readonly (readonly [string, Attempts])[]): string {
  return lookups.reduce((least, [id]) => (least === "" || id < least ? id : least), "");
}

/** Emulators take no notice of the filter. A child of two parents is listed with each. */
function childrenIn(shards: readonly StreamShard[], parent: string): readonly StreamShard[] {
  const ids = new Set(shards.flatMap(({ shardId, parentShardId }) => (parentShardId === parent ? shardId : [])));
  return shards.filter(({ shardId }) => ids.has(shardId));
}
