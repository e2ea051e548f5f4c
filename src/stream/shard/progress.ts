/** Where a shard was fetched, delivered and acknowledged up to: what is wanted of a page, and what a token may say. */

import type { IteratorType, WireRecord } from "../../session/stream-session.js";
import { compareSequence } from "../sequence.js";
import type { Gap } from "../signals.js";
import { timeSlack } from "../time.js";
import type { ShardToken } from "../token.js";

export class Progress {
  /** Records of earlier times are passed over until the first one that is not. */
  #since: number | undefined;
  #fetched: string | undefined;
  /** The sequence numbers that were delivered and are not acknowledged: the last one, and those before it. */
  #earlier: string[] | undefined;
  #last: string | undefined;
  /** Those of them that the user is done with, and that follow one that is not. */
  readonly #doneEarly = new Set<string>();
  #acknowledged: string | undefined;
  #acknowledgedSince: number | undefined;
  /** An iterator at its end, or at that of a shard before it, says where it begins: no time is needed for that. */
  #isPlaced = false;
  /** What was fetched last is trimmed: reading goes on at the oldest record. */
  #isRecovering = false;
  #wasToldOfGap = false;

  constructor({ after, since }: ShardToken) {
    this.#fetched = after;
    this.#acknowledged = after;
    this.begin(since);
  }

  /** Sets where a shard that nothing was read of begins. */
  begin(since: number | undefined): void {
    this.#since = since;
    this.#acknowledgedSince = since;
  }

  get since(): number | undefined {
    return this.#since;
  }

  /** Whether anything was fetched, be it only to be passed over. */
  get isBegun(): boolean {
    return this.#fetched !== undefined;
  }

  /** Whether something was delivered that is not acknowledged. */
  get isOwed(): boolean {
    return this.#last !== undefined;
  }

  get isPlaced(): boolean {
    return this.#isPlaced;
  }

  get isRecovering(): boolean {
    return this.#isRecovering;
  }

  /** Whether it is read from the oldest record there is, so that no call tells what was trimmed. */
  get isAtHorizon(): boolean {
    return !this.isBegun || this.#isRecovering;
  }

  /** Whether a gap was told of since the last record. */
  get wasToldOfGap(): boolean {
    return this.#wasToldOfGap;
  }

  get fetched(): string | undefined {
    return this.#fetched;
  }

  get token(): Pick<ShardToken, "after" | "since"> {
    return {
      ...(this.#acknowledged !== undefined && { after: this.#acknowledged }),
      ...(this.#acknowledgedSince !== undefined && { since: this.#acknowledgedSince }),
    };
  }

  /** Children begin at the horizon, always: what was written before an iterator at the end was made would be lost. */
  get iterator(): { readonly type: IteratorType; readonly sequenceNumber: string | undefined } {
    return this.isAtHorizon
      ? { type: "TRIM_HORIZON", sequenceNumber: undefined }
      : { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: this.#fetched };
  }

  /** It follows a shard that was read from an iterator at its end: all of it is wanted. */
  inherit(): void {
    if (this.isBegun) return;
    this.begin(undefined);
    this.#isPlaced = true;
  }

  /** A page of an iterator that began at the shard's end names a next one: the shard was open then. */
  placeAtEnd(): void {
    this.#isPlaced = true;
  }

  /** What is to be delivered of a page. `isAtEnd`: of an iterator that began at the shard's end. */
  take(page: readonly WireRecord[], isAtEnd: boolean): readonly WireRecord[] {
    // Nothing was fetched that could come again, and what was told is told of the time before.
    if (this.#fetched === undefined) {
      this.#isRecovering = false;
      this.#wasToldOfGap = false;
    }
    const records = this.#withoutFetched(page);
    const last = records.at(-1);
    if (last === undefined) return records;
    this.#isRecovering = false;
    this.#fetched = last.sequenceNumber;
    this.#wasToldOfGap = false;
    const since = this.#since;
    if (since === undefined) return records;
    // Times may go back within a shard: only what comes before the first record in time is passed over.
    const first = isAtEnd ? 0 : records.findIndex(({ createdAt }) => createdAt >= since - timeSlack);
    const passed = first < 0 ? last : records[first - 1];
    if (passed !== undefined) this.#acknowledged = passed.sequenceNumber;
    if (first < 0) return [];
    this.#since = undefined;
    return first === 0 ? records : records.slice(first);
  }

  /** A page may have records of the one before again. */
  #withoutFetched(page: readonly WireRecord[]): readonly WireRecord[] {
    const floor = this.#fetched;
    const [head] = page;
    if (floor === undefined || head === undefined || compareSequence(head.sequenceNumber, floor) > 0) return page;
    const first = page.findIndex(({ sequenceNumber }) => compareSequence(sequenceNumber, floor) > 0);
    return first < 0 ? [] : page.slice(first);
  }

  /** A record was delivered. */
  deliver({ sequenceNumber }: WireRecord): void {
    // Mostly one is owed, which costs no array.
    if (this.#last !== undefined) {
      if (this.#earlier === undefined) this.#earlier = [this.#last];
      else this.#earlier.push(this.#last);
    }
    this.#last = sequenceNumber;
  }

  /** The user is done with what was delivered. */
  acknowledge(): void {
    const last = this.#last;
    if (last === undefined) return;
    this.#last = undefined;
    if (this.#earlier !== undefined) this.#owe([]);
    this.#passTo(last);
  }

  /** The sequence numbers that are owed, in their order. */
  get #owed(): readonly string[] {
    return this.#last === undefined ? [] : [...(this.#earlier ?? []), this.#last];
  }

  #owe(owed: readonly string[]): void {
    this.#last = owed.at(-1);
    this.#earlier = owed.length > 1 ? owed.slice(0, -1) : undefined;
    for (const one of this.#doneEarly) if (!owed.includes(one)) this.#doneEarly.delete(one);
  }

  /**
   * The user is done with one record. It counts once all before it are acknowledged. One that is not owed, because it
   * was acknowledged before, changes nothing.
   */
  acknowledgeOne(sequenceNumber: string): void {
    const owed = this.#owed;
    if (!owed.includes(sequenceNumber)) return;
    this.#doneEarly.add(sequenceNumber);
    const first = owed.findIndex((one) => !this.#doneEarly.has(one));
    const left = first < 0 ? [] : owed.slice(first);
    const last = owed[owed.length - left.length - 1];
    this.#owe(left);
    if (last !== undefined) this.#passTo(last);
  }

  /**
   * Which record would be acknowledged last if these were; undefined if none is, or if one that was delivered before them
   * would not be.
   */
  reach(done: ReadonlySet<string>): string | undefined {
    const owed = this.#owed;
    const hole = owed.findIndex((one) => !done.has(one) && !this.#doneEarly.has(one));
    if (hole < 0) return owed.at(-1) ?? this.#acknowledged;
    const isBehindHole = owed.slice(hole).some((one) => done.has(one));
    return isBehindHole ? undefined : (owed[hole - 1] ?? this.#acknowledged);
  }

  #passTo(sequenceNumber: string): void {
    this.#acknowledged = sequenceNumber;
    this.#acknowledgedSince = undefined;
  }

  /** Goes back to what was delivered last. */
  rewind(): void {
    this.#fetched = this.#last ?? this.#acknowledged;
    if (!this.isOwed) this.#since = this.#acknowledgedSince;
  }

  /** From here on at the oldest record: what was fetched is not there any more. */
  recover(): void {
    this.#isRecovering = true;
  }

  /** The gap behind what was fetched. `isKnown`: whether there were records that are not there any more. */
  gap(isKnown: boolean): Gap {
    this.#wasToldOfGap = true;
    return { after: this.#fetched, certain: this.#since === undefined && isKnown };
  }
}
