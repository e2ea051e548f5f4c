/** Finds the stream of a table and its shards: when to list what, and how listings of many pages come together. */

import { InvalidPosition, InvalidStream } from "../../errors.js";
import { failureKindOf } from "../../session/stream-failure.js";
import type { ListedStreams, StreamDescription, StreamShard } from "../../session/stream-session.js";
import { print } from "../../util/print.js";
import { type Attempt, Attempts } from "../call/attempt.js";
import type { Calls } from "../call/calls.js";
import type { DescribeLimiter } from "../call/limiter.js";
import { Streak } from "../call/streak.js";
import { compareText } from "../sequence.js";
import { type KnownShards, Lookups } from "./lookups.js";

const listEvery = 60_000;
/** Of a stream that was disabled: it is read to its end when several listings found nothing new. */
const listDisabledEvery = 30_000;
const listEmptyAfter = 1000;
/** Of a stream that takes more than a page to list: the children of single shards are asked for in between. */
const listLargeAfter = 10_000;
/** For how long something has to be missing before it is taken to be so: a table's stream, and one that was there. */
const noStreamFor = 1000;
const streamGoneFor = 30_000;
/** How often a listing may come to where it was before it is taken to go round in a circle. */
const mostRounds = 10;

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
  readonly known: KnownShards;
  onListing(listing: Listing, now: number): void;
  onChildren(shards: readonly StreamShard[], now: number): void;
  onError(attempt: Attempt, error: unknown, now: number): void;
}

export class Discovery {
  streamArn: string | undefined;
  /** The number of the listing that is under way, or was last. */
  serial = 0;
  isStopped = false;
  /** Ended shards whose children were not found so far. */
  readonly lookups: Lookups;
  readonly #settings: DiscoverySettings;
  readonly #listing: Attempts;
  #streams: ListedStreams["streams"][number][] = [];
  #lastStreamArn: string | undefined;
  #shards = new Map<string, StreamShard>();
  #lastShardId: string | undefined;
  #pages = 0;
  /** Whether a listing takes several calls. */
  #isLarge = false;
  /** Calls that say that there is no stream. */
  readonly #missing = new Streak();
  #wasListed = false;
  /** How often the listing named a place where it had been. */
  #rounds = 0;
  readonly #visited = new Set<string>();

  constructor(settings: DiscoverySettings) {
    this.#settings = settings;
    this.streamArn = settings.streamArn;
    this.lookups = new Lookups({
      ...settings,
      onFound: (shards, at) => {
        this.#missing.end();
        settings.onChildren(shards, at);
      },
    });
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
    if (this.#isLarge && this.streamArn !== undefined) this.lookups.plan(this.streamArn, now);
  }

  wakeAt(now: number): number {
    if (this.isStopped) return Number.POSITIVE_INFINITY;
    const due = Math.min(this.#listing.wakeAt, this.#isLarge ? this.lookups.wakeAt : Number.POSITIVE_INFINITY);
    return this.streamArn === undefined || due === Number.POSITIVE_INFINITY
      ? due
      : Math.max(due, this.#settings.limiter.freeAt(now));
  }

  /** Goes on after an error that the user has heard of. */
  unblock(): void {
    this.#listing.unblock();
    this.lookups.unblock();
  }

  /** Lists soon: a shard has ended, or something is not as it was listed. */
  hasten(now: number): void {
    this.#listing.due = Math.min(this.#listing.due, this.#isLarge ? now + listLargeAfter : now);
  }

  /** Whether some children were not even looked for yet, or what was denied is asked for again. */
  get isLooking(): boolean {
    return this.#listing.isOwed || this.lookups.isLooking;
  }

  /** A listing of one page costs what the children of one shard cost, and tells more. */
  #adoptLookups(): void {
    if (this.#isLarge) return;
    this.#listing.due = Math.min(this.#listing.due, this.lookups.due);
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
    if (!this.#missing.add(now).lasts(noStreamFor)) {
      this.#listing.due = now + 500;
      return;
    }
    this.#missing.end();
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
    // One that has two parents is listed twice.
    for (const shard of shards) this.#shards.set(`${shard.shardId} ${shard.parentShardId}`, shard);
    this.#listing.busy = false;
    this.#listing.succeed(now);
    this.#missing.end();
    this.#pages += 1;
    const goesOn = lastShardId !== undefined && !this.#isCircle(lastShardId);
    this.#lastShardId = goesOn ? lastShardId : undefined;
    if (!goesOn) this.#complete(status, now);
  }

  /**
   * A page may have no shards, or none that are new, and not be the last. But an emulator may take no notice of where
   * a page was to begin, and send the first one for ever.
   */
  #isCircle(lastShardId: string): boolean {
    if (this.#visited.has(lastShardId)) this.#rounds += 1;
    this.#visited.add(lastShardId);
    return this.#rounds >= mostRounds;
  }

  #startOver(): void {
    this.#shards = new Map();
    this.#pages = 0;
    this.#rounds = 0;
    this.#visited.clear();
    this.#lastShardId = undefined;
  }

  #complete(status: Listing["status"], now: number): void {
    const { random, onListing } = this.#settings;
    const shards = [...this.#shards.values()];
    this.#isLarge = this.#pages > 1;
    this.#wasListed = true;
    this.#startOver();
    const every = status === "DISABLED" ? listDisabledEvery : listEvery;
    const isEmpty = shards.length === 0 && status !== "DISABLED";
    this.#listing.due = now + (isEmpty ? listEmptyAfter : every * (0.8 + 0.4 * random()));
    if (!this.#isLarge) this.lookups.backOff(now);
    onListing({ status, shards }, now);
  }

  #onStreamGone(streamArn: string, now: number): void {
    this.#startOver();
    this.#listing.due = now + 1000;
    if (!this.#missing.add(now).lasts(this.#wasListed ? streamGoneFor : noStreamFor)) return;
    this.#missing.end();
    if (this.#wasListed) {
      this.#complete("DISABLED", now);
    } else if (this.#settings.streamArn !== undefined) {
      const sentence = `The stream ${streamArn} of the token is not there any more: streams are kept for 24 hours after they were disabled.`;
      this.#settings.onError(this.#listing, new InvalidPosition(sentence), now);
    } else this.streamArn = undefined;
  }
}
