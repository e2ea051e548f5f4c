/**
 * Reads one shard: when to call for it, with which iterator, and what becomes of the answers. Makes no call itself. One
 * call at a time is under way, from `request()` to `settle()`; one that only the user can mend blocks it until
 * `unblock()`.
 */

import type {
  GetRecordsCall,
  GetShardIteratorCall,
  IteratorType,
  RecordsPage,
  WireRecord,
} from "../../session/stream-session.js";
import type { Attempt } from "../call/attempt.js";
import type { Gap } from "../signals.js";
import type { Closedness } from "./end-proof.js";
import type { Ending } from "./ending.js";
import type { Horizon } from "./horizon.js";
import type { ListedRange } from "./listed-range.js";
import { Pace } from "./pace.js";
import type { Progress } from "./progress.js";
import { Refusals } from "./refusals.js";
import { ShardIterator } from "./shard-iterator.js";

type ShardCall = GetShardIteratorCall | GetRecordsCall;

interface Parts {
  readonly progress: Progress;
  readonly horizon: Horizon;
  readonly ending: Ending;
  readonly range: ListedRange;
  /** Milliseconds between two reads that find nothing, at most. */
  readonly idleInterval: number | undefined;
}

/** After so many empty pages in a row, a shard that names a next one has nothing at hand, whatever listings say. */
const emptyPagesToBelieve = 20;

export class ShardReader implements Attempt {
  readonly shardId: string;
  readonly #progress: Progress;
  readonly #horizon: Horizon;
  readonly #ending: Ending;
  readonly #range: ListedRange;
  readonly #iterator = new ShardIterator();
  readonly #pace: Pace;
  readonly #refusals: Refusals;
  #isBusy = false;
  #isBlocked = false;
  #sentAs: Closedness = "open";
  #emptyPages = 0;

  constructor(shardId: string, { progress, horizon, ending, range, idleInterval }: Parts) {
    this.shardId = shardId;
    this.#progress = progress;
    this.#horizon = horizon;
    this.#ending = ending;
    this.#range = range;
    this.#pace = new Pace(idleInterval);
    this.#refusals = new Refusals(shardId);
  }

  /** Its first iterator may be one at its end. */
  beginAtEnd(): void {
    this.#iterator.beginAtEnd();
  }

  /** No iterator at its end is taken any more, also if it is under way. */
  leaveEnd(): void {
    this.#iterator.leaveEnd();
  }

  /** Whether an iterator at its end is still to be taken. */
  get isSoughtAtEnd(): boolean {
    return this.#iterator.atEnd;
  }

  /** When its last read was asked for. */
  get polledAt(): number {
    return this.#pace.polledAt;
  }

  /** Another reading of the same shard asked last at that time. */
  keepPace(polledAt: number): void {
    this.#pace.follow(polledAt);
  }

  /** Whether a call for it may be made now, as far as it is concerned. */
  isDue(now: number): boolean {
    return this.wakeAt(now) <= now;
  }

  /** When a call for it is due; never, while one is under way, or it is blocked. */
  wakeAt(now: number): number {
    return this.#isBusy || this.#isBlocked ? Number.POSITIVE_INFINITY : this.dueAt(now);
  }

  /** When the next call may be made. */
  dueAt(now: number): number {
    return this.#pace.dueAt(this.#iterator.valueAt(now) !== undefined);
  }

  /** Makes the next call due at once, as far as the pace allows. */
  hurry(): void {
    this.#pace.hurry();
  }

  /** Whether the last read found nothing. */
  get isAtTip(): boolean {
    return this.#pace.isAtTip;
  }

  /** When the last call that found nothing, though there may be more later, was made. */
  get emptyAt(): number {
    return this.#pace.emptyAt;
  }

  /** Changes when the answer of a call that is under way must not be taken any more. */
  get epoch(): number {
    return this.#iterator.epoch;
  }

  /** The call to make next, which is under way until it is settled. */
  request(streamArn: string, limit: number, now: number, closedness: Closedness): ShardCall {
    this.#isBusy = true;
    const { shardId } = this;
    const iterator = this.#iterator.valueAt(now);
    this.#pace.ask(iterator !== undefined, now);
    if (iterator === undefined) {
      return { kind: "getShardIterator", streamArn, shardId, ...this.#iterator.requestFor(this.#progress) };
    }
    this.#sentAs = closedness;
    return { kind: "getRecords", shardId, iterator, limit };
  }

  /** A call of an epoch was answered, or has failed. Returns whether the answer still counts. */
  settle(epoch: number): boolean {
    this.#isBusy = false;
    return epoch === this.epoch;
  }

  /** A call is under way. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  takeIterator(value: string, type: IteratorType, now: number): void {
    this.#iterator.take(value, type, now);
    this.#refusals.endForIterator(now);
  }

  /** The gap before a page, if there may be one. */
  gapBefore({ records, nextIterator }: RecordsPage, now: number): Gap | undefined {
    // A page without records that names a next one says nothing of what follows.
    return this.#horizon.gapBefore(records.length === 0 && nextIterator === undefined, now);
  }

  /** Takes a page, and sets when to call again. Returns the records to deliver. */
  takePage({ records, nextIterator }: RecordsPage, now: number): readonly WireRecord[] {
    const { fetched } = this.#progress;
    const { beganAtEnd } = this.#iterator;
    if (beganAtEnd && nextIterator !== undefined) this.#progress.placeAtEnd();
    const wanted = this.#progress.take(records, beganAtEnd);
    const isEmpty = this.#progress.fetched === fetched;
    this.#iterator.follow(nextIterator, now);
    this.#pace.succeed();
    this.#refusals.end(this.#pace.polledAt);
    // What comes first now is what comes after this.
    if (this.#progress.isAtHorizon) this.#horizon.countFrom(this.#pace.polledAt, false);
    this.#ending.take(nextIterator !== undefined, records.length === 0, this.#sentAs, now);
    this.#emptyPages = isEmpty ? this.#emptyPages + 1 : 0;
    this.#setPace(isEmpty, now);
    return wanted;
  }

  #setPace(isEmpty: boolean, now: number): void {
    const { pages } = this.#ending;
    if (this.#ending.isLikely) this.#pace.doubt(pages - 2, now);
    else if (isEmpty && pages === 0 && this.#isAtTip) this.#pace.rest();
    else this.hurry();
  }

  /**
   * Whether an empty page says that there is nothing more for now. One of a closed shard does not: its records follow.
   * Unless its last one was read: a next page is named then, so that it is written to, whatever a listing says.
   */
  get #isAtTip(): boolean {
    if (this.#sentAs === "open" || this.#emptyPages > emptyPagesToBelieve) return true;
    return this.#range.endsBy(this.#progress.fetched);
  }

  /** Only the user can mend why a call failed: none is made before they heard of it. */
  block(): void {
    this.#isBlocked = true;
  }

  unblock(): void {
    this.#isBlocked = false;
  }

  hasFailedFor(milliseconds: number, now: number): boolean {
    return this.#pace.hasFailedFor(milliseconds, now);
  }

  /** Pauses before the next call. */
  backOff(now: number, random: () => number): void {
    this.#pace.backOff(now, random);
  }

  /** Its iterator expired: the next one begins where it was fetched up to. */
  dropIterator(): void {
    this.#iterator.drop();
  }

  /** What is to be read next is trimmed: goes on at the oldest record there is. Returns the gap that this makes, if it was not told. */
  recover(now: number, random: () => number): Gap | undefined {
    const { isRecovering } = this.#progress;
    this.#iterator.drop();
    if (isRecovering || this.#horizon.wasTold(now)) this.backOff(now, random);
    if (isRecovering) this.#refusals.addTrimmed(now);
    this.#findNothingIfRefused();
    this.#progress.recover();
    return this.#horizon.gapOfTrimmed(now);
  }

  /** Whether even its oldest record was refused, for so long that there seems to be none. */
  get isRefused(): boolean {
    return this.#refusals.isTrimmed;
  }

  /** The shard was not found. Returns whether that goes on for so long that it is gone. */
  missed(now: number, random: () => number): boolean {
    this.#iterator.drop();
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
    this.#ending.end(now, !this.#range.isClosed);
    this.#iterator.drop();
    return this.#horizon.gapOfGone(this.#ending.pages > 0, now);
  }

  /** What is under way is not taken any more. */
  abandon(): void {
    this.#iterator.abandon();
  }
}
