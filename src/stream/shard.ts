/**
 * One shard: when to call for it, what becomes of the answers, and whether it has ended. Makes no call itself. Its
 * states:
 *
 * - held: found as the parent of another shard, and not listed so far; not read.
 * - reading: called for when its parents are done.
 * - ended: everything was fetched; `reopen()` goes back to reading, if that was a mistake.
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
import { Horizon } from "./horizon.js";
import { ListedRange } from "./listed-range.js";
import { Pace } from "./pace.js";
import { Place } from "./place.js";
import { RecordQueue } from "./record-queue.js";
import { Refusals } from "./refusals.js";
import { ShardIterator } from "./shard-iterator.js";
import type { Gap } from "./signals.js";
import type { Hold, ShardToken } from "./token.js";

type ShardCall = GetShardIteratorCall | GetRecordsCall;

/** After so many empty pages in a row, a shard that names a next one has nothing at hand, whatever listings say. */
const emptyPagesToBelieve = 20;

export class Shard implements Attempt {
  readonly id: string;
  readonly parents: Set<string>;
  readonly queue: RecordQueue = new RecordQueue();
  readonly place: Place;
  readonly iterator: ShardIterator = new ShardIterator();
  readonly horizon: Horizon;
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
  readonly #pace = new Pace();
  readonly #proof = new EndProof();
  readonly #range = new ListedRange();
  readonly #refusals: Refusals;
  #endedAt: number | undefined;
  #isDone: boolean;
  #toldOfChildrenAt = Number.NEGATIVE_INFINITY;
  /** Whether it was ended for want of a sign of life, rather than because it is known to be closed. */
  #isEndUnsure = false;
  #sentAs: Closedness = "open";
  #emptyPages = 0;

  constructor(token: ShardToken, foundIn: number) {
    const { id, parents, ended, held, unread } = token;
    this.id = id;
    this.parents = new Set(parents);
    this.place = new Place(token);
    this.horizon = new Horizon({ shardId: id, place: this.place, range: this.#range }, unread);
    this.foundIn = foundIn;
    this.held = held;
    this.#refusals = new Refusals(id);
    this.#endedAt = ended;
    this.#isDone = ended !== undefined;
    this.isPast = this.#isDone;
  }

  /** Whether anything was read of it. */
  get isBegun(): boolean {
    return this.place.isBegun || this.#isDone;
  }

  /** When everything had been read. */
  get endedAt(): number | undefined {
    return this.#endedAt;
  }

  /** Since when a child of it may have been there and be gone, of which nobody was told. */
  get childrenSince(): number | undefined {
    return this.#endedAt && Math.max(this.#endedAt, this.#toldOfChildrenAt);
  }

  /** It was told that a child of it may have been there and be gone. */
  tellOfChildren(now: number): void {
    this.#toldOfChildrenAt = now;
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
    return this.#range.isClosed;
  }

  /** Whether it seems to have ended, for want of the knowledge that it is closed. */
  get seemsEnded(): boolean {
    return this.#proof.isLikely && this.#endedAt === undefined;
  }

  get token(): ShardToken {
    const { after, since } = this.place.token;
    const ended = this.isPast ? this.#endedAt : undefined;
    const unread = after === undefined && ended === undefined ? this.horizon.from : undefined;
    return {
      id: this.id,
      parents: [...this.parents],
      ...(after !== undefined && ended === undefined && { after }),
      ...(since !== undefined && { since }),
      ...(ended !== undefined && { ended }),
      ...(this.held !== undefined && { held: this.held }),
      ...(unread !== undefined && { unread }),
    };
  }

  /** Takes what a listing says of it. Returns whether it is news that it is closed, or that it is not. */
  noteListed(listed: StreamShard, hasFollowers: boolean): boolean {
    this.held = undefined;
    this.absences = 0;
    const said = this.#range.take(listed);
    const isOpenAgain = said === "open" && this.#isEndUnsure && !hasFollowers;
    const hasMore = said === "moved" && this.#endedAt !== undefined && this.place.isBegun;
    if (isOpenAgain || hasMore) this.reopen();
    return isOpenAgain || said === "closed" || said === "moved";
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

  /** Goes on at the pace of another reading of the same shard. */
  keepPaceOf(other: Shard): void {
    this.#pace.follow(other.#pace);
  }

  /** When the next call may be made. */
  dueAt(now: number): number {
    return this.#pace.dueAt(this.iterator.valueAt(now) !== undefined);
  }

  /** Makes the next call due at once, as far as the pace allows. */
  hurry(): void {
    this.#pace.hurry();
  }

  /** When the last call that found nothing, though there may be more later, was made. */
  get emptyAt(): number {
    return this.#pace.emptyAt;
  }

  get failures(): number {
    return this.#pace.failures;
  }

  /** The call to make next. */
  request(streamArn: string, limit: number, now: number, closedness: Closedness): ShardCall {
    const shardId = this.id;
    const iterator = this.iterator.valueAt(now);
    this.#pace.ask(iterator !== undefined, now);
    if (iterator === undefined) {
      return { kind: "getShardIterator", streamArn, shardId, ...this.iterator.requestFor(this.place) };
    }
    this.#sentAs = closedness;
    return { kind: "getRecords", shardId, iterator, limit };
  }

  takeIterator(value: string, type: IteratorType, now: number): void {
    this.iterator.take(value, type, now);
    this.#refusals.endForIterator(now);
  }

  /** Takes a page, and sets when to call again. Returns the records to deliver. */
  takePage({ records, nextIterator }: RecordsPage, now: number): readonly WireRecord[] {
    const { fetched } = this.place;
    const { beganAtEnd } = this.iterator;
    if (beganAtEnd && nextIterator !== undefined) this.place.placeAtEnd();
    const wanted = this.place.take(records, beganAtEnd);
    const isEmpty = this.place.fetched === fetched;
    this.iterator.follow(nextIterator, now);
    this.#pace.succeed();
    this.#refusals.end(this.#pace.polledAt);
    // What comes first now is what comes after this.
    if (this.place.isAtHorizon) this.horizon.countFrom(this.#pace.polledAt, false);
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
    return this.#range.endsBy(this.place.fetched);
  }

  /** Goes back to what was delivered last. What is under way is not taken any more. */
  rewind(): void {
    this.place.rewind();
    this.iterator.abandon();
    this.reopen();
  }

  hasFailedFor(milliseconds: number, now: number): boolean {
    return this.#pace.hasFailedFor(milliseconds, now);
  }

  /** Pauses before the next call. */
  backOff(now: number, random: () => number): void {
    this.#pace.backOff(now, random);
  }

  /** The place is trimmed: goes on at the oldest record there is. Returns the gap that this makes, if it was not told. */
  recover(now: number, random: () => number): Gap | undefined {
    const { isRecovering } = this.place;
    this.iterator.drop();
    if (isRecovering || this.horizon.wasTold(now)) this.backOff(now, random);
    if (isRecovering) this.#refusals.addTrimmed(now);
    this.#findNothingIfRefused();
    this.place.recover();
    return this.horizon.gapOfTrimmed(now);
  }

  /** Whether even its oldest record was refused, for so long that there seems to be none. */
  get isRefused(): boolean {
    return this.#refusals.isTrimmed;
  }

  /** The shard was not found. Returns whether that goes on for so long that it is gone. */
  missed(now: number, random: () => number): boolean {
    this.iterator.drop();
    this.backOff(now, random);
    this.#refusals.addMissing(now);
    this.#findNothingIfRefused();
    return this.#refusals.isGone(now);
  }

  /** A pull does not wait for what goes on to be refused. */
  #findNothingIfRefused(): void {
    if (this.#refusals.arePersistent) this.#pace.findNothing();
  }

  /** It is gone: there is nothing to read any more. Returns the gap that this makes, if none was told before. */
  giveUp(now: number): Gap | undefined {
    this.#endedAt = now;
    this.#isEndUnsure = !this.closed;
    this.iterator.drop();
    return this.horizon.gapOfGone(this.#proof.pages > 0, now);
  }
}
