/**
 * One shard, as far as it is known: where it was fetched and acknowledged up to, and whether it has ended. Its states:
 *
 * - held: found as the parent of another shard, and not listed so far; not read. `noteListed()` leads to reading.
 * - reading: called for when its parents are done: shard-reader.ts.
 * - ended, by a page or because it is gone; done, by `finish()` or `passOver()`; past, by `leaveBehind()`: ending.ts.
 *   `reopen()` and `rewind()` lead back to reading.
 */

import type { StreamShard, WireRecord } from "../../session/stream-session.js";
import { holdAfterAbsence } from "../lineage/listing-times.js";
import type { Hold, ShardToken } from "../token.js";
import { Ending } from "./ending.js";
import { Horizon } from "./horizon.js";
import { ListedRange } from "./listed-range.js";
import { Progress } from "./progress.js";
import { RecordQueue } from "./record-queue.js";
import { ShardReader } from "./shard-reader.js";

export class Shard {
  readonly id: string;
  /** What was fetched of it and not delivered. */
  readonly queue: RecordQueue = new RecordQueue();
  readonly reader: ShardReader;
  /** The number of the listing that was under way when it was found: what a listing begun later says counts. */
  readonly foundIn: number;
  readonly #parents: Set<string>;
  readonly #progress: Progress;
  readonly #horizon: Horizon;
  readonly #ending: Ending;
  readonly #range = new ListedRange();
  #isAbsent = false;
  #held: Hold | undefined;

  /** `idleInterval`: milliseconds between two reads that find nothing, at most. */
  constructor(token: ShardToken, foundIn: number, idleInterval?: number) {
    const { id, parents, ended, held, unread } = token;
    this.id = id;
    this.foundIn = foundIn;
    this.#parents = new Set(parents);
    this.#held = held;
    const range = this.#range;
    const progress = new Progress(token);
    const ending = new Ending(ended);
    const horizon = new Horizon({ shardId: id, progress, range }, unread);
    this.#progress = progress;
    this.#ending = ending;
    this.#horizon = horizon;
    this.reader = new ShardReader(id, { progress, horizon, ending, range, idleInterval });
  }

  get parents(): ReadonlySet<string> {
    return this.#parents;
  }

  addParent(id: string): void {
    this.#parents.add(id);
  }

  dropParent(id: string): void {
    this.#parents.delete(id);
  }

  /** Whether anything was read of it. */
  get isBegun(): boolean {
    return this.#progress.isBegun || this.done;
  }

  /** When everything had been read. */
  get endedAt(): number | undefined {
    return this.#ending.at;
  }

  /** Since when a child of it may have been there and be gone, of which nobody was told. */
  get childrenSince(): number | undefined {
    return this.#ending.childrenSince;
  }

  /** It was told that a child of it may have been there and be gone. */
  tellOfChildren(now: number): void {
    this.#ending.tellOfChildren(now);
  }

  /** Read to its end, and delivered. */
  get done(): boolean {
    return this.#ending.isDone;
  }

  /** Everything in it, and in all shards before it, was acknowledged. */
  get isPast(): boolean {
    return this.#ending.isPast;
  }

  leaveBehind(): void {
    this.#ending.leaveBehind();
  }

  /** Whether it was read to its end from an iterator at an end: what follows it is wanted whole. */
  get isReadFromEnd(): boolean {
    return this.done && this.#progress.isPlaced;
  }

  /** Listed with an end, which is to be believed. */
  get closed(): boolean {
    return this.#range.isClosed;
  }

  /** Whether it seems to have ended, for want of the knowledge that it is closed. */
  get seemsEnded(): boolean {
    return this.#ending.isLikely;
  }

  /** Whether it was missing in the last listing that can have had it. */
  get isAbsent(): boolean {
    return this.#isAbsent;
  }

  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  hold(now: number): void {
    this.#held = { at: now, absences: 0 };
  }

  get token(): ShardToken {
    const { after, since } = this.#progress.token;
    const ended = this.isPast ? this.endedAt : undefined;
    const unread = after === undefined && ended === undefined ? this.#horizon.from : undefined;
    return {
      id: this.id,
      parents: [...this.#parents],
      ...(after !== undefined && ended === undefined && { after }),
      ...(since !== undefined && { since }),
      ...(ended !== undefined && { ended }),
      ...(this.#held !== undefined && { held: this.#held }),
      ...(unread !== undefined && { unread }),
    };
  }

  /** Takes what a listing says of it. Returns whether it is news that it is closed, or that it is not. */
  noteListed(listed: StreamShard, hasFollowers: boolean): boolean {
    this.#held = undefined;
    this.#isAbsent = false;
    const said = this.#range.take(listed);
    const isOpenAgain = said === "open" && this.#ending.isUnsure && !hasFollowers;
    const hasMore = said === "moved" && this.endedAt !== undefined && this.#progress.isBegun;
    if (isOpenAgain || hasMore) this.reopen();
    return isOpenAgain || said === "closed" || said === "moved";
  }

  /** A listing that can have it lacks it. */
  noteAbsent(now: number): void {
    this.#isAbsent = true;
    this.#held &&= holdAfterAbsence(this.#held, now);
  }

  /** It is read again, from where it was fetched up to. */
  reopen(): void {
    this.#ending.reopen();
    this.reader.hurry();
  }

  /** Begins at a time, if nothing was read of it; undefined: at its oldest record. */
  begin(since: number | undefined): void {
    this.#progress.begin(since);
  }

  /** It follows a shard that was read from an iterator at its end: all of it is wanted. */
  inherit(): void {
    this.#progress.inherit();
  }

  /** Sets from when on records of it count as lost, and whether all of them do. */
  countLosses(from: number, isWhole: boolean): void {
    this.#horizon.countFrom(from, isWhole);
  }

  /** Nothing of it is ever read. */
  passOver(since: number, now: number): void {
    this.#progress.begin(since);
    this.#ending.end(now, false);
    this.#ending.finish();
  }

  /** Everything in it was delivered. */
  finish(): void {
    this.#ending.finish();
  }

  /** Whether it was begun: a call is under way, or there are records. */
  get isInUse(): boolean {
    return this.reader.isBusy || this.queue.size > 0;
  }

  /** A record was delivered. */
  deliver(record: WireRecord): void {
    this.#progress.deliver(record);
  }

  /** The user is done with what was delivered. */
  acknowledge(): void {
    this.#progress.acknowledge();
  }

  /** The user is done with one record: it counts once all before it are acknowledged. */
  acknowledgeOne(sequenceNumber: string): void {
    this.#progress.acknowledgeOne(sequenceNumber);
  }

  /** What a token would say if these records were acknowledged; undefined if that passes one that is not. */
  placeAfter(done: ReadonlySet<string>): ShardToken | undefined {
    const after = this.#progress.reach(done);
    return after === undefined ? undefined : { id: this.id, parents: [...this.#parents], after };
  }

  /** Whether something was delivered that is not acknowledged. */
  get isOwed(): boolean {
    return this.#progress.isOwed;
  }

  /** Goes back to what was delivered last. What is under way is not taken any more. */
  rewind(): void {
    this.#progress.rewind();
    this.reader.abandon();
    this.reopen();
  }
}
