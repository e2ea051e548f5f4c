/** Finds the stream of a table and its shards: when to list what, and how listings of many pages come together. */

import { InvalidPosition, InvalidStream } from "../errors.js";
import type { ListedStreams, StreamDescription, StreamShard } from "../session/stream-session.js";
import { print } from "../util/print.js";
import { type Attempt, Attempts } from "./attempt.js";
import type { Calls } from "./calls.js";
import { failureKindOf } from "./failure.js";
import type { DescribeLimiter } from "./limiter.js";
import { compareText } from "./sequence.js";

const listEvery = 60_000;
/** Of a stream that was disabled: it is read to its end when several listings found nothing new. */
const listDisabledEvery = 30_000;
const listEmptyAfter = 1000;
/** Of a stream that takes more than a page to list: the children of single shards are asked for in between. */
const listLargeAfter = 10_000;
const longestLookupPause = 30_000;
/** How often something may be missing before it is taken to be so. */
const missesToBelieve = 3;

export interface Listing {
  readonly status: StreamDescription["status"];
  readonly shards: readonly StreamShard[];
}

interface DiscoverySettings {
  readonly tableName: string;
  readonly streamArn: string | undefined;
  readonly limiter: DescribeLimiter;
  readonly random: () => number;
  readonly now: number;
  readonly calls: Calls;
  onListing(listing: Listing, now: number): void;
  onChildren(shards: readonly StreamShard[], now: number): void;
  onError(attempt: Attempt, error: unknown, now: number): void;
}

export class Discovery {
  streamArn: string | undefined;
  /** The number of the listing that is under way, or was last. */
  serial = 0;
  isStopped = false;
  readonly #settings: DiscoverySettings;
  readonly #listing: Attempts;
  /** Ended shards whose children were not found so far. */
  readonly #lookups = new Map<string, Attempts>();
  #streams: ListedStreams["streams"][number][] = [];
  #lastStreamArn: string | undefined;
  #shards = new Map<string, StreamShard>();
  #lastShardId: string | undefined;
  #pages = 0;
  /** Whether a listing takes several calls. */
  #isLarge = false;
  #misses = 0;
  #wasListed = false;

  constructor(settings: DiscoverySettings) {
    this.#settings = settings;
    this.streamArn = settings.streamArn;
    this.#listing = new Attempts(settings.now);
  }

  /** Asks for the calls that are due. */
  plan(now: number): void {
    if (this.isStopped) return;
    this.#adoptLookups();
    if (this.#listing.isDue(now)) {
      if (this.streamArn === undefined) this.#locate();
      else if (this.#settings.limiter.take(now)) this.#describe(this.streamArn);
    }
    if (!this.#isLarge || this.streamArn === undefined) return;
    for (const [shardId, lookup] of this.#lookups) {
      if (lookup.isDue(now) && this.#settings.limiter.take(now)) this.#lookUp(this.streamArn, shardId, lookup);
    }
  }

  wakeAt(now: number): number {
    if (this.isStopped) return Number.POSITIVE_INFINITY;
    const lookups = this.#isLarge ? [...this.#lookups.values()] : [];
    const due = Math.min(this.#listing.wakeAt, ...lookups.map(({ wakeAt }) => wakeAt));
    return this.streamArn === undefined || due === Number.POSITIVE_INFINITY
      ? due
      : Math.max(due, this.#settings.limiter.freeAt(now));
  }

  /** Goes on after an error that the user has heard of. */
  unblock(): void {
    this.#listing.blocked = false;
    for (const lookup of this.#lookups.values()) lookup.blocked = false;
  }

  /** Lists soon: a shard has ended, or something is not as it was listed. */
  hasten(now: number): void {
    this.#listing.due = Math.min(this.#listing.due, this.#isLarge ? now + listLargeAfter : now);
  }

  /** Looks for the children of an ended shard until there are some. */
  await(shardId: string, now: number): void {
    if (!this.#lookups.has(shardId)) this.#lookups.set(shardId, new Attempts(now));
  }

  /** Forgets those awaited that need be no more. */
  settle(isSettled: (shardId: string) => boolean): void {
    for (const shardId of this.#lookups.keys()) if (isSettled(shardId)) this.#lookups.delete(shardId);
  }

  /** Whether some children were not even looked for yet. */
  get isLooking(): boolean {
    for (const { failures } of this.#lookups.values()) if (failures === 0) return true;
    return false;
  }

  /** A listing of one page costs what the children of one shard cost, and tells more. */
  #adoptLookups(): void {
    if (this.#isLarge) return;
    for (const { due } of this.#lookups.values()) this.#listing.due = Math.min(this.#listing.due, due);
  }

  #locate(): void {
    const { tableName, calls } = this.#settings;
    this.#listing.busy = true;
    calls.ask(
      { kind: "listStreams", tableName, afterStreamArn: this.#lastStreamArn },
      {
        answer: (answer, now) => this.#onStreams(answer, now),
        error: (error, now) => {
          this.#listing.busy = false;
          if (failureKindOf(error) === "notFound") this.#onNoStream(now);
          else this.#settings.onError(this.#listing, error, now);
        },
      },
    );
  }

  /** Of several streams, the newest: older ones are disabled, and only a token leads to them. */
  #onStreams({ streams, lastStreamArn }: ListedStreams, now: number): void {
    this.#listing.busy = false;
    this.#listing.succeed(now);
    this.#streams.push(...streams);
    const goesOn = lastStreamArn !== undefined && lastStreamArn !== this.#lastStreamArn;
    this.#lastStreamArn = goesOn ? lastStreamArn : undefined;
    if (goesOn) return;
    const newest = this.#streams.reduce<(typeof streams)[number] | undefined>(
      (best, stream) => (best === undefined || compareText(stream.label, best.label) >= 0 ? stream : best),
      undefined,
    );
    this.#streams = [];
    if (newest === undefined) this.#onNoStream(now);
    else this.streamArn = newest.streamArn;
  }

  #onNoStream(now: number): void {
    this.#misses += 1;
    if (this.#misses < missesToBelieve) {
      this.#listing.due = now + 500;
      return;
    }
    this.#misses = 0;
    const { tableName } = this.#settings;
    const sentence = `The table ${print(tableName)} has no stream, or is not there: give its model { stream: { include: ["new", "old"] } } before bind() creates it, or enable the stream of the table.`;
    this.#settings.onError(this.#listing, new InvalidStream(sentence), now);
  }

  #describe(streamArn: string): void {
    const { calls } = this.#settings;
    if (this.#pages === 0) this.serial += 1;
    this.#listing.busy = true;
    calls.ask(
      { kind: "describeStream", streamArn, afterShardId: this.#lastShardId, childrenOf: undefined },
      {
        answer: (answer, now) => this.#onPage(answer, now),
        error: (error, now) => {
          this.#listing.busy = false;
          if (failureKindOf(error) === "notFound") this.#onStreamGone(streamArn, now);
          else this.#settings.onError(this.#listing, error, now);
        },
      },
    );
  }

  #onPage({ shards, status, lastShardId }: StreamDescription, now: number): void {
    const known = this.#shards.size;
    for (const shard of shards) this.#shards.set(shard.shardId, shard);
    this.#listing.busy = false;
    this.#listing.succeed(now);
    this.#misses = 0;
    this.#pages += 1;
    // An emulator may take no notice of where the page was to begin, and send the first one for ever.
    const goesOn = lastShardId !== undefined && this.#shards.size > known;
    this.#lastShardId = goesOn ? lastShardId : undefined;
    if (!goesOn) this.#complete(status, now);
  }

  #complete(status: Listing["status"], now: number): void {
    const { random, onListing } = this.#settings;
    const shards = [...this.#shards.values()];
    this.#isLarge = this.#pages > 1;
    this.#wasListed = true;
    this.#shards = new Map();
    this.#pages = 0;
    const every = status === "DISABLED" ? listDisabledEvery : listEvery;
    const isEmpty = shards.length === 0 && status !== "DISABLED";
    this.#listing.due = now + (isEmpty ? listEmptyAfter : every * (0.8 + 0.4 * random()));
    for (const lookup of this.#lookups.values()) if (!this.#isLarge) lookup.backOff(now, random, longestLookupPause);
    onListing({ status, shards }, now);
  }

  #onStreamGone(streamArn: string, now: number): void {
    this.#misses += 1;
    this.#shards = new Map();
    this.#pages = 0;
    this.#lastShardId = undefined;
    this.#listing.due = now + 1000;
    if (this.#misses < missesToBelieve) return;
    this.#misses = 0;
    if (this.#wasListed) {
      this.#complete("DISABLED", now);
    } else if (this.#settings.streamArn !== undefined) {
      const sentence = `The stream ${streamArn} of the token is not there any more: streams are kept for 24 hours after they were disabled.`;
      this.#settings.onError(this.#listing, new InvalidPosition(sentence), now);
    } else this.streamArn = undefined;
  }

  #lookUp(streamArn: string, shardId: string, lookup: Attempts): void {
    const { calls, onChildren, onError, random } = this.#settings;
    lookup.busy = true;
    calls.ask(
      { kind: "describeStream", streamArn, afterShardId: undefined, childrenOf: shardId },
      {
        answer: ({ shards }, now) => {
          lookup.busy = false;
          lookup.backOff(now, random, longestLookupPause);
          // Emulators take no notice of the filter.
          onChildren(
            shards.filter(({ parentShardId }) => parentShardId === shardId),
            now,
          );
        },
        error: (error, now) => {
          lookup.busy = false;
          onError(lookup, error, now);
        },
      },
    );
  }
}
