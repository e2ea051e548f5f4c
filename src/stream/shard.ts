/** One shard: where it was read and acknowledged up to, its iterator, and when to call again. Makes no call itself. */

import type {
  GetRecordsCall,
  GetShardIteratorCall,
  IteratorType,
  RecordsPage,
  WireRecord,
} from "../session/stream-session.js";
import { backoff } from "../util/async.js";
import { type Attempt, longestPause, shortestPause } from "./attempt.js";
import { RecordQueue } from "./record-queue.js";
import { compareSequence } from "./sequence.js";
import type { Gap } from "./signals.js";
import { createdAt, retention, timeSlack } from "./time.js";
import type { Hold, ShardToken } from "./token.js";

/** Four reads a second, as AWS's own consumers make. */
const pollInterval = 250;
const slowestPoll = 1000;
/** DynamoDB's iterators live for 15 minutes. */
const iteratorLife = 14 * 60_000;

export class Shard implements Attempt {
  readonly id: string;
  readonly parents: Set<string>;
  readonly queue: RecordQueue = new RecordQueue();
  /** The number of the listing that was under way when it was found: what a listing begun later says counts. */
  readonly foundIn: number;
  /** A call for it is under way. */
  busy = false;
  /** A call failed in a way that only the user can mend. */
  blocked = false;
  /** Listed with an end. */
  closed = false;
  /** How many complete listings in a row it was missing in. */
  absences = 0;
  held: Hold | undefined;
  /** Whether its first iterator may be at its end. */
  atEnd = false;
  /** Records of earlier times are passed over until the first one that is not. */
  since: number | undefined;
  /** When everything had been read. */
  endedAt: number | undefined;
  /** Read to its end, and delivered. */
  done = false;
  /** When it was found in the first listing of a start; undefined where it was due to be read before. */
  knownAt: number | undefined;
  /** How often in a row even its oldest record was refused as trimmed. */
  refusals = 0;
  /** Changes where what is under way must not be taken any more. */
  epoch = 0;
  /** When the last call that found nothing, where there may be more later, was made. */
  emptyAt: number = Number.NEGATIVE_INFINITY;
  #fetched: string | undefined;
  #delivered: string | undefined;
  #acknowledged: string | undefined;
  #acknowledgedSince: number | undefined;
  #iterator: { readonly value: string; readonly at: number } | undefined;
  /** What was fetched last is trimmed: from the oldest record on, those that were fetched before are left out. */
  #recovering = false;
  #wasToldOfGap = false;
  #polledAt = Number.NEGATIVE_INFINITY;
  /** When the last read was asked for that was answered. */
  #readAt: number | undefined;
  #sentClosed = false;
  #due = Number.NEGATIVE_INFINITY;
  #idle = pollInterval;
  failures = 0;
  #notFound = 0;
  /** How many pages in a row named no next one. */
  #ends = 0;

  constructor(token: ShardToken, foundIn: number) {
    this.id = token.id;
    this.parents = new Set(token.parents);
    this.foundIn = foundIn;
    this.#fetched = token.after;
    this.#acknowledged = token.after;
    this.since = token.since;
    this.#acknowledgedSince = token.since;
    this.endedAt = token.ended;
    this.done = token.ended !== undefined;
    this.held = token.held;
  }

  /** Sets where a shard that nothing was read of begins. */
  begin(since: number | undefined): void {
    this.since = since;
    this.#acknowledgedSince = since;
  }

  /** Whether anything was read of it. */
  get isBegun(): boolean {
    return this.#fetched !== undefined || this.done;
  }

  /** Whether something was delivered that is not acknowledged. */
  get isOwed(): boolean {
    return this.#delivered !== undefined;
  }

  /** Whether it seems to have ended, for want of the knowledge that it is closed. */
  get seemsEnded(): boolean {
    return this.#ends > 1 && this.endedAt === undefined;
  }

  get token(): ShardToken {
    const ended = this.done && !this.isOwed ? this.endedAt : undefined;
    return {
      id: this.id,
      parents: [...this.parents],
      ...(this.#acknowledged !== undefined && ended === undefined && { after: this.#acknowledged }),
      ...(this.#acknowledgedSince !== undefined && { since: this.#acknowledgedSince }),
      ...(ended !== undefined && { ended }),
      ...(this.held !== undefined && { held: this.held }),
    };
  }

  /** Goes on at the pace of another reading of the same shard. */
  keepPaceOf(other: Shard): void {
    this.#polledAt = other.#polledAt;
  }

  /** When the next call may be made. */
  dueAt(now: number): number {
    this.#dropOldIterator(now);
    return this.#iterator === undefined ? this.#due : Math.max(this.#due, this.#polledAt + pollInterval);
  }

  /** Makes the next call due at once, as far as the pace allows. */
  hurry(): void {
    this.#due = Number.NEGATIVE_INFINITY;
    this.#idle = pollInterval;
  }

  /** The call to make next. `isClosed`: whether nothing will be written to the shard from here on. */
  request(streamArn: string, limit: number, now: number, isClosed: boolean): GetShardIteratorCall | GetRecordsCall {
    this.#dropOldIterator(now);
    const shardId = this.id;
    if (this.#iterator === undefined) return { kind: "getShardIterator", streamArn, shardId, ...this.#place() };
    this.#polledAt = now;
    this.#sentClosed = isClosed;
    return { kind: "getRecords", shardId, iterator: this.#iterator.value, limit };
  }

  /** Children begin at the horizon, always: what was written before an iterator at the end was made would be lost. */
  #place(): { readonly type: IteratorType; readonly sequenceNumber: string | undefined } {
    if (this.atEnd) return { type: "LATEST", sequenceNumber: undefined };
    if (this.#fetched === undefined || this.#recovering) return { type: "TRIM_HORIZON", sequenceNumber: undefined };
    return { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: this.#fetched };
  }

  /** Any iterator can be lost at any moment: the position is what counts. */
  #dropOldIterator(now: number): void {
    if (this.#iterator !== undefined && now - this.#iterator.at > iteratorLife) this.#iterator = undefined;
  }

  takeIterator(value: string, now: number): void {
    this.#iterator = { value, at: now };
    this.atEnd = false;
  }

  /**
   * Whether its first records may be trimmed, which no call tells: the oldest one that there is can always be asked
   * for. So it is where nothing was read of it for as long as DynamoDB holds records.
   */
  mayLackFirst(now: number): boolean {
    if (this.#fetched !== undefined || this.#wasToldOfGap) return false;
    const seen = this.#readAt ?? this.knownAt ?? createdAt(this.id, now) ?? now;
    return Math.max(seen, this.since ?? seen) <= now - retention + timeSlack;
  }

  /** Takes a page, and sets when to call again. Returns the records to deliver. */
  takePage({ records, nextIterator }: RecordsPage, now: number): readonly WireRecord[] {
    const wanted = this.#wanted(records);
    this.#iterator = nextIterator === undefined ? undefined : { value: nextIterator, at: now };
    this.failures = 0;
    this.#notFound = 0;
    this.refusals = 0;
    this.#readAt = this.#polledAt;
    if (nextIterator !== undefined) this.#ends = 0;
    else this.#countEnd(records.length === 0, now);
    this.#pace(records.length === 0, now);
    return wanted;
  }

  /**
   * A page without a next one is not the end yet: a read after the last record has to find nothing either, and has to
   * be made when the shard is known to be closed.
   */
  #countEnd(isEmpty: boolean, now: number): void {
    if (isEmpty && this.#ends > 0 && this.#sentClosed) this.endedAt = now;
    this.#ends = isEmpty ? this.#ends + 1 : 1;
  }

  #pace(isEmpty: boolean, now: number): void {
    if (this.seemsEnded) {
      this.#due = now + backoff(this.#ends - 2, pollInterval, longestPause, () => 1);
      this.emptyAt = this.#polledAt;
    } else if (isEmpty && !this.#sentClosed && this.#ends === 0) {
      this.#due = this.#polledAt + this.#idle;
      this.#idle = Math.min(slowestPoll, this.#idle * 2);
      this.emptyAt = this.#polledAt;
    } else this.hurry();
  }

  #wanted(page: readonly WireRecord[]): readonly WireRecord[] {
    const records = this.#recovering ? this.#withoutFetched(page) : page;
    const last = records.at(-1);
    if (last === undefined) return records;
    this.#fetched = last.sequenceNumber;
    this.#wasToldOfGap = false;
    const { since } = this;
    if (since === undefined) return records;
    // Times may go back within a shard: only what comes before the first record in time is passed over.
    const first = records.findIndex(({ createdAt }) => createdAt >= since - timeSlack);
    const passed = first < 0 ? last : records[first - 1];
    if (passed !== undefined) this.#acknowledged = passed.sequenceNumber;
    if (first < 0) return [];
    this.since = undefined;
    return first === 0 ? records : records.slice(first);
  }

  #withoutFetched(page: readonly WireRecord[]): readonly WireRecord[] {
    const floor = this.#fetched;
    const first =
      floor === undefined ? 0 : page.findIndex(({ sequenceNumber }) => compareSequence(sequenceNumber, floor) > 0);
    if (first < 0 || page.length === 0) return [];
    this.#recovering = false;
    return first === 0 ? page : page.slice(first);
  }

  /** A record of it was delivered. */
  deliver({ sequenceNumber }: WireRecord): void {
    this.#delivered = sequenceNumber;
  }

  /** The user is done with what was delivered. */
  acknowledge(): void {
    if (this.#delivered === undefined) return;
    this.#acknowledged = this.#delivered;
    this.#acknowledgedSince = undefined;
    this.#delivered = undefined;
  }

  /** Goes back to what was delivered last. What is under way is not taken any more. */
  rewind(): void {
    this.epoch += 1;
    this.#fetched = this.#delivered ?? this.#acknowledged;
    if (this.#delivered === undefined) this.since = this.#acknowledgedSince;
    this.#iterator = undefined;
    this.#ends = 0;
  }

  dropIterator(): void {
    this.#iterator = undefined;
  }

  /** Pauses before the next call. */
  backOff(now: number, random: () => number): void {
    this.#due = now + backoff(this.failures, shortestPause, longestPause, random);
    this.failures = Math.min(this.failures + 1, 30);
  }

  /**
   * The position is trimmed: goes on at the oldest record there is. Returns the gap that this makes, or undefined where
   * it was told before, or is none: DynamoDB Local reports trimmed records of shards that never had any.
   */
  recover(now: number, random: () => number, canBeTrimmed: boolean): Gap | undefined {
    this.#iterator = undefined;
    this.atEnd = false;
    if (this.#recovering || this.#wasToldOfGap) this.backOff(now, random);
    if (this.#recovering) this.refusals += 1;
    this.#recovering = true;
    if (this.#wasToldOfGap || (this.#fetched === undefined && !canBeTrimmed)) return undefined;
    this.#wasToldOfGap = true;
    return this.#gap();
  }

  #gap(): Gap {
    return { after: this.#fetched, certain: this.#fetched !== undefined && this.since === undefined };
  }

  /** The shard was not found. Returns how often in a row. */
  missed(now: number, random: () => number): number {
    this.#iterator = undefined;
    this.atEnd = false;
    this.backOff(now, random);
    this.#notFound += 1;
    return this.#notFound;
  }

  /** It is gone: there is nothing to read any more. Returns the gap that this makes. */
  giveUp(now: number): Gap {
    this.endedAt = now;
    this.#iterator = undefined;
    const { after, certain } = this.#gap();
    return { after, certain: certain && this.#ends === 0 };
  }
}
