/**
 * One shard: its iterator, when to call again, and whether it has ended. Makes no call itself. Its states:
 *
 * - held: found as the parent of another shard, and not listed so far; not read.
 * - reading: called for when its parents are done.
 * - ended: everything was fetched; `reopen()` goes back to reading, where that was a mistake.
 * - done: everything was delivered; its children are read.
 */

import type {
  GetRecordsCall,
  GetShardIteratorCall,
  IteratorType,
  RecordsPage,
  StreamShard,
  WireRecord,
} from "../session/stream-session.js";
import type { Attempt } from "./attempt.js";
import { type Closedness, EndProof } from "./end-proof.js";
import { Pace } from "./pace.js";
import { Place } from "./place.js";
import { RecordQueue } from "./record-queue.js";
import { compareSequence } from "./sequence.js";
import type { Gap } from "./signals.js";
import { Streak } from "./streak.js";
import { canBeTrimmed, createdAt, isOver, listingDelay, patienceFor } from "./time.js";
import type { Hold, ShardToken } from "./token.js";

/** DynamoDB's iterators live for 15 minutes. */
const iteratorLife = 14 * 60_000;
/** After so many empty pages in a row, a shard that names a next one has nothing at hand, whatever listings say. */
const emptyPagesToBelieve = 20;
/** For so long its oldest record has to be refused as trimmed before a closed shard is taken to be empty. */
const refusedFor = 10_000;

interface Iterator {
  readonly value: string;
  readonly at: number;
  /** Whether it began at the shard's end. */
  readonly isAtEnd: boolean;
}

export class Shard implements Attempt {
  readonly id: string;
  readonly parents: Set<string>;
  readonly queue: RecordQueue = new RecordQueue();
  readonly place: Place;
  /** The number of the listing that was under way when it was found: what a listing begun later says counts. */
  readonly foundIn: number;
  /** A call for it is under way. */
  busy = false;
  /** A call failed in a way that only the user can mend. */
  blocked = false;
  /** How many complete listings in a row it was missing in. */
  absences = 0;
  held: Hold | undefined;
  /** Everything in it, and in all shards before it, was acknowledged. */
  isPast: boolean;
  /** Whether its first iterator may be at its end. */
  atEnd = false;
  /** Changes where what is under way must not be taken any more. */
  epoch = 0;
  readonly #pace = new Pace();
  readonly #proof = new EndProof();
  #iterator: Iterator | undefined;
  /** From when on its records count as lost where they are trimmed before it is first read; undefined: none does. */
  #heldFrom: number | undefined;
  /** Whether that is so of all that was ever written to it. */
  #isHeldWhole = false;
  /** The first and the last number that it was listed with. */
  #listed: Pick<StreamShard, "startingSequenceNumber" | "endingSequenceNumber"> | undefined;
  /** Whether it was listed with an end, and then with a later one: it is written to all the same. */
  #isEndMoving = false;
  #endedAt: number | undefined;
  #isDone: boolean;
  /** Whether it was ended for want of a sign of life, rather than because it is known to be closed. */
  #isEndUnsure = false;
  /** Calls that say that it is not there; and that its oldest record is trimmed. */
  readonly #missing = new Streak();
  /** When the last read was asked for that was answered. */
  #readAt: number | undefined;
  readonly #refused = new Streak();
  #isRefused = false;
  #sentAs: Closedness = "open";
  #emptyPages = 0;

  constructor(token: ShardToken, foundIn: number) {
    this.id = token.id;
    this.parents = new Set(token.parents);
    this.place = new Place(token);
    this.foundIn = foundIn;
    this.#endedAt = token.ended;
    this.#isDone = token.ended !== undefined;
    this.isPast = this.#isDone;
    this.#heldFrom = token.unread;
    this.held = token.held;
  }

  /** Whether anything was read of it. */
  get isBegun(): boolean {
    return this.place.isBegun || this.#isDone;
  }

  /** When everything had been read. */
  get endedAt(): number | undefined {
    return this.#endedAt;
  }

  /** Read to its end, and delivered. */
  get done(): boolean {
    return this.#isDone;
  }

  /** Whether it was read to its end from an iterator at an end: what follows it is wanted whole. */
  get isReadFromEnd(): boolean {
    return this.#isDone && this.place.isPlaced;
  }

  /** Listed with an end, which is to be believed. */
  get closed(): boolean {
    return this.#listed?.endingSequenceNumber !== undefined && !this.#isEndMoving;
  }

  /** Whether it seems to have ended, for want of the knowledge that it is closed. */
  get seemsEnded(): boolean {
    return this.#proof.isLikely && this.#endedAt === undefined;
  }

  get token(): ShardToken {
    const { after, since } = this.place.token;
    const ended = this.isPast ? this.#endedAt : undefined;
    return {
      id: this.id,
      parents: [...this.parents],
      ...(after !== undefined && ended === undefined && { after }),
      ...(since !== undefined && { since }),
      ...(ended !== undefined && { ended }),
      ...(this.held !== undefined && { held: this.held }),
      ...(after === undefined && ended === undefined && this.#heldFrom !== undefined && { unread: this.#heldFrom }),
    };
  }

  /** Takes what a listing says of it. Returns whether it is news that it is closed, or that it is not. */
  noteListed({ startingSequenceNumber, endingSequenceNumber }: StreamShard, hasFollowers: boolean): boolean {
    this.held = undefined;
    this.absences = 0;
    const before = this.#listed?.endingSequenceNumber;
    if (endingSequenceNumber === undefined) {
      if (!this.#isEndUnsure || hasFollowers) return false;
      this.reopen();
      return true;
    }
    this.#listed = { startingSequenceNumber, endingSequenceNumber };
    if (before === undefined) return true;
    if (compareSequence(endingSequenceNumber, before) <= 0) return false;
    this.#isEndMoving = true;
    if (this.#endedAt !== undefined && this.place.isBegun) this.reopen();
    return true;
  }

  /** Sets from when on its records count, and whether all of them do. */
  countFrom(from: number, isWhole: boolean): void {
    this.#heldFrom = Math.max(from, this.place.since ?? from);
    this.#isHeldWhole = isWhole && this.place.since === undefined;
  }

  /** It is read again, from where it was fetched up to. */
  reopen(): void {
    this.#endedAt = undefined;
    this.#isDone = false;
    this.isPast = false;
    this.#isEndUnsure = false;
    this.#proof.reset();
    this.hurry();
  }

  /** Nothing of it is ever read. */
  passOver(since: number, now: number): void {
    this.place.begin(since);
    this.#endedAt = now;
    this.#isDone = true;
  }

  /** Everything in it was delivered. */
  finish(): void {
    this.#isDone = true;
  }

  /** From here on it is not begun at its end any more, also where the answer is under way. */
  leaveEnd(): void {
    if (!this.atEnd) return;
    this.atEnd = false;
    this.epoch += 1;
  }

  /** Goes on at the pace of another reading of the same shard. */
  keepPaceOf(other: Shard): void {
    this.#pace.follow(other.#pace);
  }

  /** When the next call may be made. */
  dueAt(now: number): number {
    this.#dropOldIterator(now);
    return this.#pace.dueAt(this.#iterator !== undefined);
  }

  /** Makes the next call due at once, as far as the pace allows. */
  hurry(): void {
    this.#pace.hurry();
  }

  /** When the last call that found nothing, where there may be more later, was made. */
  get emptyAt(): number {
    return this.#pace.emptyAt;
  }

  get failures(): number {
    return this.#pace.failures;
  }

  /** The call to make next. */
  request(
    streamArn: string,
    limit: number,
    now: number,
    closedness: Closedness,
  ): GetShardIteratorCall | GetRecordsCall {
    this.#dropOldIterator(now);
    const shardId = this.id;
    if (this.#iterator === undefined) {
      const atEnd = { type: "LATEST" as const, sequenceNumber: undefined };
      return { kind: "getShardIterator", streamArn, shardId, ...(this.atEnd ? atEnd : this.place.iterator) };
    }
    this.#pace.read(now);
    this.#sentAs = closedness;
    return { kind: "getRecords", shardId, iterator: this.#iterator.value, limit };
  }

  /** Any iterator can be lost at any moment: the place is what counts. */
  #dropOldIterator(now: number): void {
    if (this.#iterator !== undefined && now - this.#iterator.at > iteratorLife) this.#iterator = undefined;
  }

  takeIterator(value: string, type: IteratorType, now: number): void {
    this.#iterator = { value, at: now, isAtEnd: type === "LATEST" };
    // Of an old one, DynamoDB Local grants iterators that can't be read.
    if (patienceFor(this.id, this.#readAt, now) >= listingDelay) this.#missing.end();
    this.atEnd = false;
  }

  /** Takes a page, and sets when to call again. Returns the records to deliver. */
  takePage({ records, nextIterator }: RecordsPage, now: number): readonly WireRecord[] {
    const { fetched } = this.place;
    const isAtEnd = this.#iterator?.isAtEnd ?? false;
    if (isAtEnd && nextIterator !== undefined) this.place.placeAtEnd();
    const wanted = this.place.take(records, isAtEnd);
    const isEmpty = this.place.fetched === fetched;
    this.#iterator = nextIterator === undefined ? undefined : { value: nextIterator, at: now, isAtEnd };
    this.#pace.succeed();
    this.#missing.end();
    this.#refused.end();
    this.#isRefused = false;
    this.#readAt = this.#pace.polledAt;
    // What comes first now is what comes after this.
    if (!this.place.isBegun) this.countFrom(this.#pace.polledAt, false);
    if (this.#proof.take(nextIterator !== undefined, records.length === 0, this.#sentAs, now)) {
      this.#endedAt = now;
      this.#isEndUnsure = this.#sentAs === "leaving";
    }
    this.#emptyPages = isEmpty ? this.#emptyPages + 1 : 0;
    this.#setPace(isEmpty, now);
    return wanted;
  }

  #setPace(isEmpty: boolean, now: number): void {
    if (this.seemsEnded) this.#pace.doubt(this.#proof.pages - 2, now);
    else if (isEmpty && this.#proof.pages === 0 && this.#isAtTip) this.#pace.rest();
    else this.hurry();
  }

  /**
   * Whether an empty page says that there is nothing more for now. One of a closed shard does not: its records follow.
   * Unless its last one was read: a next page is named then, so that it is written to, whatever a listing says.
   */
  get #isAtTip(): boolean {
    if (this.#sentAs === "open" || this.#emptyPages > emptyPagesToBelieve) return true;
    const { endingSequenceNumber: end } = this.#listed ?? {};
    const { fetched } = this.place;
    return end !== undefined && fetched !== undefined && compareSequence(fetched, end) >= 0;
  }

  /** Goes back to what was delivered last. What is under way is not taken any more. */
  rewind(): void {
    this.epoch += 1;
    this.place.rewind();
    this.#iterator = undefined;
    this.reopen();
  }

  dropIterator(): void {
    this.#iterator = undefined;
    this.atEnd = false;
  }

  hasFailedFor(milliseconds: number, now: number): boolean {
    return this.#pace.hasFailedFor(milliseconds, now);
  }

  /** Pauses before the next call. */
  backOff(now: number, random: () => number): void {
    this.#pace.backOff(now, random);
  }

  /**
   * The gap where its first records may be trimmed, which no call tells: the oldest one that there is can always be
   * asked for. It depends on since when there may have been some. `isEmpty`: nothing of it is left.
   */
  gapBefore(isEmpty: boolean, now: number): Gap | undefined {
    if (this.place.isBegun || this.#heldFrom === undefined || !isOver(this.#heldFrom, now)) return undefined;
    const gap = this.place.gap(isEmpty && this.#heldRecords);
    this.#heldFrom = now;
    return gap;
  }

  /** Whether it is known to have had records when it was found. */
  get #heldRecords(): boolean {
    const { startingSequenceNumber: first, endingSequenceNumber: last } = this.#listed ?? {};
    return this.#isHeldWhole && first !== undefined && last !== undefined && compareSequence(last, first) > 0;
  }

  /**
   * The place is trimmed: goes on at the oldest record there is. Returns the gap that this makes, or undefined where it
   * was told before, or is none: DynamoDB Local reports trimmed records of shards that never had any.
   */
  recover(now: number, random: () => number): Gap | undefined {
    const { isRecovering, wasToldOfGap, isBegun } = this.place;
    this.dropIterator();
    if (isRecovering || wasToldOfGap) this.backOff(now, random);
    if (isRecovering) this.#isRefused = this.#refused.lasts(refusedFor, now);
    this.place.recover();
    if (wasToldOfGap || (!isBegun && !this.#canBeTrimmed(now))) return undefined;
    if (this.#heldFrom !== undefined) this.#heldFrom = now;
    return this.place.gap(false);
  }

  /** By its id, or if that has no time by what is known of it. */
  #canBeTrimmed(now: number): boolean {
    const isKnown = this.#heldFrom !== undefined && createdAt(this.id, now) === undefined;
    return isKnown ? isOver(this.#heldFrom ?? now, now) : canBeTrimmed(this.id, now);
  }

  /** Whether even its oldest record was refused, for so long that there seems to be none. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** The shard was not found. Returns whether that goes on for so long that it is gone. */
  missed(now: number, random: () => number): boolean {
    this.dropIterator();
    this.backOff(now, random);
    return this.#missing.lasts(patienceFor(this.id, this.#readAt, now), now);
  }

  /** It is gone: there is nothing to read any more. Returns the gap that this makes, where none was told before. */
  giveUp(now: number): Gap | undefined {
    const { wasToldOfGap } = this.place;
    this.#endedAt = now;
    this.#isEndUnsure = !this.closed;
    this.#iterator = undefined;
    if (wasToldOfGap) return undefined;
    const { after, certain } = this.place.gap(this.#heldRecords);
    return { after, certain: certain && this.#proof.pages === 0 };
  }
}
