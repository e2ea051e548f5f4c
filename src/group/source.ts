/**
 * The stream of a table, by the API's four calls, as a worker reads it: shard by shard, from a place on. What a page, an
 * error or a listing says of a shard is known to `stream/shard/shard.ts`; here are the calls.
 */

import type {
  GetRecordsCall,
  GetShardIteratorCall,
  RecordsPage,
  StreamSession,
  StreamShard,
} from "../session/stream-session.js";
import type { Streak } from "../stream/call/streak.js";
import type { Closedness } from "../stream/shard/end-proof.js";
import type { Shard } from "../stream/shard/shard.js";
import type { loadStreamRoom } from "../stream/stream.js";
import type { GroupClock, GroupSource, Listing, ShardPage, ShardPlace } from "./ports.js";

export interface SourceSettings {
  /** It is loaded when it is needed. */
  readonly room: Awaited<ReturnType<typeof loadStreamRoom>>;
  readonly session: StreamSession;
  readonly streamArn: string;
  readonly clock: GroupClock;
  /** Milliseconds between two reads of a shard that has nothing new. */
  readonly idle: number;
  readonly random: () => number;
  onGap(gap: { readonly shardId: string; readonly after: string | undefined; readonly certain: boolean }): void;
}

/** A shard that is read, and the record that its next page follows. */
interface Reading {
  readonly shard: Shard;
  after: string | undefined;
}

/** Milliseconds between two listings, of which each is one call or more: ten in a second are throttled. */
const listingPause = 1000;
const listingPace = 220;
const pageLimit = 1000;
const nothing: ShardPage = { records: [], isEnd: false, isAtTip: false };

export class StreamSource implements GroupSource {
  readonly #settings: SourceSettings;
  readonly #readings = new Map<string, Reading>();
  /** How long parents are missing that are not listed, and how long those are not listed that are there. */
  readonly #missing = new Map<string, Streak>();
  readonly #unlisted = new Map<string, Streak>();
  #listing: Listing = { shards: [], isDisabled: false };
  #listedAt = Number.NEGATIVE_INFINITY;
  #underWay: Promise<Listing> | undefined;

  constructor(settings: SourceSettings) {
    this.#settings = settings;
  }

  get #now(): number {
    return this.#settings.clock.time();
  }

  /** Callers at the same time share a listing. */
  list(): Promise<Listing> {
    this.#underWay ??= this.#listAll().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async listRecent(): Promise<Listing> {
    return this.#now - this.#listedAt < listingPause ? this.#listing : this.list();
  }

  /** Every page, or an error: a part of the shards would look like shards that are gone. */
  async #listAll(): Promise<Listing> {
    const { session, streamArn, clock } = this.#settings;
    const shards: StreamShard[] = [];
    for (let afterShardId: string | undefined; ; ) {
      const call = { kind: "describeStream", streamArn, afterShardId, childrenOf: undefined } as const;
      const page = await session.send(call, undefined);
      shards.push(...page.shards);
      afterShardId = page.lastShardId;
      if (afterShardId === undefined) return this.#note({ shards, isDisabled: page.status === "DISABLED" });
      await clock.sleep(listingPace);
    }
  }

  /** Notes what it says of the shards that are read. One without shards says nothing. */
  #note(listing: Listing): Listing {
    this.#listedAt = this.#now;
    if (listing.shards.length === 0 && !listing.isDisabled) return listing;
    this.#listing = listing;
    for (const { shard } of this.#readings.values()) {
      const listed = listing.shards.find(({ shardId }) => shardId === shard.id);
      if (listed === undefined) shard.noteAbsent(this.#now);
      else if (shard.noteListed(listed, this.#hasFollowers(shard)) && shard.seemsEnded) shard.reader.hurry();
    }
    return listing;
  }

  /** Lists again what may have changed, if the last time is not just over. It matters to nobody if that fails. */
  async #look(): Promise<void> {
    await this.listRecent().catch(() => undefined);
  }

  #hasFollowers({ id }: Shard): boolean {
    return this.#listing.isDisabled || this.#listing.shards.some(({ parentShardId }) => parentShardId === id);
  }

  #closednessOf(shard: Shard): Closedness {
    if (shard.closed || this.#listing.isDisabled) return "closed";
    return shard.isAbsent || this.#hasFollowers(shard) ? "leaving" : "open";
  }

  /**
   * What is known of a shard that is not listed. It is asked for as the first call for a shard does: if it is not found for a
   * while, it is gone; if it is, it may be listed yet, and is "unlisted" only if that goes on.
   */
  async lookFor(shardId: string): Promise<"gone" | "unlisted" | "unknown"> {
    const { session, streamArn, room } = this.#settings;
    const { Shard, failureKindOf, listingDelay, patienceFor } = room;
    try {
      await session.send(
        new Shard({ id: shardId, parents: [] }, 0).reader.request(streamArn, 1, this.#now, "open"),
        undefined,
      );
    } catch (error) {
      const kind = failureKindOf(error);
      if (kind === "trimmed") return "gone";
      if (kind !== "notFound") throw error;
      const isGone = this.#streakOf(this.#missing, shardId)
        .add(this.#now)
        .lasts(patienceFor(shardId, undefined, this.#now));
      return isGone ? "gone" : "unknown";
    }
    this.#missing.delete(shardId);
    return this.#streakOf(this.#unlisted, shardId).add(this.#now).lasts(listingDelay) ? "unlisted" : "unknown";
  }

  #streakOf(streaks: Map<string, Streak>, shardId: string): Streak {
    const streak = streaks.get(shardId) ?? new this.#settings.room.Streak();
    streaks.set(shardId, streak);
    return streak;
  }

  /** When a shard was made, by its id, as far as that is to be believed at a time (milliseconds since the epoch). */
  madeAt(shardId: string, now: number): number | undefined {
    return this.#settings.room.createdAt(shardId, now);
  }

  /** Whether the parents of a shard were closed before a time, by its id: it may have been made a while before that. */
  follows(shardId: string, time: number, now: number): boolean {
    const { createdAt, earlyChildSlack } = this.#settings.room;
    const created = createdAt(shardId, now);
    return created !== undefined && created + earlyChildSlack < Math.min(time, now);
  }

  async read(shardId: string, place: ShardPlace): Promise<ShardPage> {
    const reading = this.#readingAt(shardId, place);
    const { shard } = reading;
    for (;;) {
      if (shard.endedAt !== undefined) return { ...nothing, isEnd: true };
      if (!(await this.#isDue(shard))) return nothing;
      const { streamArn } = this.#settings;
      const call = shard.reader.request(streamArn, pageLimit, this.#now, this.#closednessOf(shard));
      const page =
        call.kind === "getRecords" ? await this.#getRecords(shard, call) : await this.#getIterator(shard, call);
      if (page === undefined) continue;
      reading.after = page.records.at(-1)?.sequenceNumber ?? reading.after;
      return page;
    }
  }

  /** A shard of which records were fetched and not handled is read again from its place. */
  #readingAt(shardId: string, { after, since: unread, from: since }: ShardPlace): Reading {
    const known = this.#readings.get(shardId);
    if (known !== undefined && known.after === after) return known;
    const begin = { unread, ...(since !== undefined && { since }) };
    const token = { id: shardId, parents: [], ...(after === undefined ? begin : { after }) };
    const shard = new this.#settings.room.Shard(token, 0, this.#settings.idle);
    const listed = this.#listing.shards.find((one) => one.shardId === shardId);
    if (listed !== undefined) shard.noteListed(listed, this.#hasFollowers(shard));
    if (known !== undefined) shard.reader.keepPace(known.shard.reader.polledAt);
    const reading = { shard, after };
    this.#readings.set(shardId, reading);
    return reading;
  }

  forget(shardId: string): void {
    this.#readings.delete(shardId);
  }

  /** Waits for the moment of the next call; not for long, since whoever waits may have to leave. */
  async #isDue({ reader }: Shard): Promise<boolean> {
    const { clock, idle } = this.#settings;
    const wait = reader.dueAt(this.#now) - this.#now;
    if (wait > 0) await clock.sleep(Math.min(wait, idle));
    return wait <= idle;
  }

  async #getIterator(shard: Shard, call: GetShardIteratorCall): Promise<ShardPage | undefined> {
    const { reader } = shard;
    try {
      const iterator = await this.#settings.session.send(call, undefined);
      reader.settle(reader.epoch);
      reader.takeIterator(iterator, call.type, this.#now);
      return undefined;
    } catch (error) {
      reader.settle(reader.epoch);
      return this.#onError(shard, error);
    }
  }

  async #getRecords(shard: Shard, call: GetRecordsCall): Promise<ShardPage | undefined> {
    const { reader } = shard;
    let page: RecordsPage;
    try {
      page = await this.#settings.session.send(call, undefined);
    } catch (error) {
      reader.settle(reader.epoch);
      return this.#onError(shard, error);
    }
    reader.settle(reader.epoch);
    this.#tell(shard, reader.gapBefore(page, this.#now));
    const records = reader.takePage(page, this.#now);
    if (shard.seemsEnded) await this.#look();
    return { records, isEnd: shard.endedAt !== undefined, isAtTip: reader.isAtTip };
  }

  /** Throws what has nothing to do with the shard. */
  async #onError(shard: Shard, error: unknown): Promise<ShardPage | undefined> {
    const { reader } = shard;
    const { random, room } = this.#settings;
    switch (room.failureKindOf(error)) {
      case "expired":
        reader.dropIterator();
        return undefined;
      case "trimmed":
        this.#tell(shard, reader.recover(this.#now, random));
        if (reader.isRefused) await this.#look();
        return reader.isRefused && this.#closednessOf(shard) !== "open" ? this.#giveUp(shard) : undefined;
      case "notFound":
        await this.#look();
        return reader.missed(this.#now, random) ? this.#giveUp(shard) : undefined;
      default:
        reader.backOff(this.#now, random);
        throw error;
    }
  }

  /** It is gone, and what was in it. */
  #giveUp(shard: Shard): ShardPage {
    this.#tell(shard, shard.reader.giveUp(this.#now));
    return { ...nothing, isEnd: true };
  }

  #tell({ id }: Shard, gap: { readonly after: string | undefined; readonly certain: boolean } | undefined): void {
    if (gap !== undefined) this.#settings.onGap({ shardId: id, ...gap });
  }
}
