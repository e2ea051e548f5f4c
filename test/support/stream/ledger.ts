/**
 * Who was given what: knows the simulated table's truth, hears of all that a consumer does, and keeps the
 * invariants of a stream. Throws at the first step that breaks one.
 */

import type { StreamDescription } from "../../../src/session/stream-session.js";
import type { Delivery } from "./consumer.js";
import { indexAt, minute, retention, type SimulatedShard, type SimulatedStream, trim } from "./shards.js";
import type { StreamSimulator } from "./simulator.js";

/**
 * What a start position promises: all that is there, or all that is written from a time on. `notBefore` is the time that
 * was asked for: for "latest" that is earlier than what is promised, which begins with the consumer being ready.
 */
export type Promised = { readonly since: number; readonly notBefore: number } | { readonly all: true };

export interface Gap {
  /** When it was told. */
  readonly at?: number;
  readonly shardId: string;
  readonly after: string | undefined;
  readonly certain: boolean;
}

/** How far one shard is done with: the index behind the last record that was acknowledged or delivered. */
type Places = ReadonlyMap<SimulatedShard, number>;

/** What must hold of a token: all behind these places is delivered after it is restored. */
export interface Standing {
  readonly promised: Promised;
  readonly acknowledged: Places;
  readonly gaps: readonly Gap[];
  /** The stream that is read, once that is known. */
  readonly stream: SimulatedStream | undefined;
  /** The number of the newest stream at the start. */
  readonly newest: number;
  /** When the position was taken: what was trimmed before is nobody's loss. */
  readonly takenAt: number | undefined;
  /** When each shard was first listed to who stands there. */
  readonly shown: ReadonlyMap<string, number>;
}

/** Of one that was never begun. */
export const nothing = { acknowledged: new Map(), gaps: [], stream: undefined, takenAt: undefined, shown: new Map() };

/** How much earlier than a time a record may be dated that is delivered for it. */
const slack = 61_000;

/** What is trimmed within so long after the position was taken could not have been read in time. */
const grace = 5 * minute;

export class Broken extends Error {
  override readonly name = "Broken";
}

export class Ledger {
  readonly #simulator: StreamSimulator;
  #promised: Promised;
  #acknowledged: Map<SimulatedShard, number>;
  #delivered: Map<SimulatedShard, number>;
  #unacknowledged: { readonly shard: SimulatedShard; readonly end: number; isDone: boolean }[] = [];
  #gaps: Gap[];
  #stream: SimulatedStream | undefined;
  readonly #newest: number;
  #takenAt: number | undefined;
  /** What a token says of shards: nothing new before the position is taken. */
  readonly #shownBefore: ReadonlyMap<string, number>;
  readonly #shown: Map<string, number>;
  /** Of a listing that is under way. */
  #listing: string[] = [];
  /** Shards before which everything was delivered. */
  readonly #past = new Set<SimulatedShard>();
  /** The last version of each item that was delivered in this life. */
  readonly #versions = new Map<string, number>();

  constructor(simulator: StreamSimulator, standing: Standing) {
    this.#simulator = simulator;
    this.#promised = standing.promised;
    this.#acknowledged = new Map(standing.acknowledged);
    this.#delivered = new Map(standing.acknowledged);
    this.#gaps = [...standing.gaps];
    this.#stream = standing.stream;
    this.#newest = standing.newest;
    this.#takenAt = standing.takenAt;
    this.#shownBefore = standing.shown;
    this.#shown = new Map(standing.shown);
  }

  get standing(): Standing {
    return {
      promised: this.#promised,
      acknowledged: new Map(this.#acknowledged),
      gaps: [...this.#gaps],
      stream: this.#stream,
      newest: this.#newest,
      takenAt: this.#takenAt,
      shown: new Map(this.#takenAt === undefined ? this.#shownBefore : this.#shown),
    };
  }

  get gaps(): readonly Gap[] {
    return this.#gaps;
  }

  /** The consumer is ready: what is written from now on is promised at the latest. */
  ready(now: number): void {
    this.#takenAt ??= now;
    if ("since" in this.#promised && this.#promised.since === Number.POSITIVE_INFINITY) {
      this.#promised = { ...this.#promised, since: now + 1 };
    }
  }

  /** A page of a listing: nobody is told of its shards before the last one came. */
  list({ shards, lastShardId }: StreamDescription, now: number): void {
    this.#listing.push(...shards.map(({ shardId }) => shardId));
    if (lastShardId !== undefined) return;
    for (const id of this.#listing.splice(0)) if (!this.#shown.has(id)) this.#shown.set(id, now);
  }

  /** Everything delivered so far is acknowledged. */
  acknowledge(): void {
    for (const { shard, end } of this.#unacknowledged.splice(0)) this.#acknowledged.set(shard, end);
  }

  /** One record is acknowledged: it counts once all before it in its shard are. */
  acknowledgeOne(shardId: string, sequenceNumber: string): void {
    const shard = this.#shardOf(shardId);
    const isIt = ({ shard: of, end }: { shard: SimulatedShard; end: number }) =>
      of === shard && shard.records[end - 1]?.sequenceNumber === sequenceNumber;
    const one = this.#unacknowledged.find(isIt);
    if (one !== undefined) one.isDone = true;
    let isFirst = true;
    this.#unacknowledged = this.#unacknowledged.filter((each) => {
      if (each.shard !== shard) return true;
      isFirst &&= each.isDone;
      if (isFirst) this.#acknowledged.set(shard, each.end);
      return !isFirst;
    });
  }

  /** One record, in the order of its shard, behind its parents, none left out and none twice. */
  deliver({ shardId, record }: Delivery, now: number): void {
    const shard = this.#shardOf(shardId);
    const before = this.#delivered.get(shard);
    const index = Number(record.eventId.split("/")[2]);
    if (shard.records[index]?.sequenceNumber !== record.sequenceNumber || index < (before ?? 0)) {
      throw new Broken(`I3/I4: ${name(shard)} gave ${record.eventId} out of order or twice`);
    }
    this.#checkParents(shard, now, "delivered");
    this.#checkItem(record);
    const expected = before ?? this.#firstPromised(shard);
    trim(shard, now);
    if (index > expected) this.#checkSkipped(shard, [expected, index], now);
    if (
      before === undefined &&
      "since" in this.#promised &&
      !this.#hasReadAncestor(shard) &&
      !this.#isPlaced(shard, index) &&
      record.createdAt < this.#promised.notBefore - slack
    ) {
      throw new Broken(`I13: ${name(shard)} began with ${record.eventId} of ${record.createdAt}`);
    }
    this.#delivered.set(shard, index + 1);
    this.#unacknowledged.push({ shard, end: index + 1, isDone: false });
  }

  /** Versions of an item come in their order, those before a start's time among them. */
  #checkItem({ keys, newImage, eventId }: Delivery["record"]): void {
    const key = JSON.stringify(keys);
    const { version: stored } = newImage ?? {};
    const version = stored !== undefined && "N" in stored ? Number(stored.N) : 0;
    const last = this.#versions.get(key) ?? 0;
    if (version <= last) throw new Broken(`I2: ${eventId} is version ${version} of ${key}, and ${last} came before`);
    this.#versions.set(key, version);
  }

  /** A shard may be read once its parents were delivered. */
  poll(shardId: string, now: number): void {
    this.#checkParents(this.#shardOf(shardId), now, "polled");
  }

  gap(gap: Gap, now: number): void {
    const shard = this.#shardOf(gap.shardId);
    trim(shard, now);
    if (gap.certain && shard.trimmed === 0) {
      throw new Broken(`I12: ${name(shard)} is said to have a gap, and nothing of it was trimmed`);
    }
    this.#gaps.push({ ...gap, at: now });
  }

  /** A shard ends when it is closed, and all of it was delivered or reported. */
  end(shardId: string, now: number): void {
    const shard = this.#shardOf(shardId);
    if (shard.closedAt === undefined) throw new Broken(`I8: ${name(shard)} is open, and was ended`);
    this.#checkDone(shard, now, "I8");
  }

  /** Nothing is left of the stream that was neither delivered nor reported. */
  complete(now: number): void {
    for (const shard of this.#stream?.shards ?? []) this.#checkDone(shard, now, "I1");
  }

  /** A consumer reads one stream: the one that it describes. */
  follow(streamArn: string): void {
    const stream = this.#simulator.table.streams.find(({ arn }) => arn === streamArn);
    if (stream !== undefined && this.#stream === undefined && stream.ordinal < this.#newest) {
      throw new Broken(`stream ${stream.ordinal} is read, and ${this.#newest} is newer`);
    }
    this.#stream = stream ?? this.#stream;
  }

  get streamArn(): string | undefined {
    return this.#stream?.arn;
  }

  /** Whether all is delivered that can be, and all reported that can't. */
  isComplete(now: number): boolean {
    if (this.#stream === undefined) return false;
    return this.#stream.shards.every((shard) => {
      trim(shard, now);
      const place = this.#place(shard);
      if (place >= shard.records.length) return true;
      return shard.trimmed >= shard.records.length && !this.#isUnreported(shard, place, shard.records.length, now);
    });
  }

  #checkParents(shard: SimulatedShard, now: number, what: string): void {
    for (const parent of shard.parents) {
      if (parent.closedAt === undefined) throw new Broken(`I2: ${name(shard)} was ${what}, and its parent is open`);
      trim(parent, now);
      const left = Math.max(this.#place(parent), parent.trimmed);
      if (left < parent.records.length) {
        throw new Broken(`I2: ${name(shard)} was ${what} before ${parent.records[left]?.eventId} of its parent`);
      }
      if (this.#past.has(parent)) continue;
      this.#checkParents(parent, now, `passed by, and ${name(shard)} ${what},`);
      this.#past.add(parent);
    }
  }

  #checkDone(shard: SimulatedShard, now: number, invariant: string): void {
    trim(shard, now);
    const place = this.#place(shard);
    if (place < shard.records.length) this.#checkSkipped(shard, [place, shard.records.length], now, invariant);
  }

  /** What was skipped was trimmed, and that was reported where the shard or one before it had been read. */
  #checkSkipped(
    shard: SimulatedShard,
    [from, to]: readonly [number, number],
    now: number,
    invariant = "I1/I3/I5",
  ): void {
    if (shard.trimmed < to) {
      const lost = Math.max(from, shard.trimmed);
      throw new Broken(`${invariant}: ${shard.records[lost]?.eventId} was left out, and not trimmed (up to ${to})`);
    }
    if (this.#isUnreported(shard, from, to, now)) {
      throw new Broken(`I12: ${shard.records[from]?.eventId} was trimmed, and no gap reported`);
    }
  }

  /** Whether a loss is not told of: of what was there when the position was taken, or came later. */
  #isUnreported(shard: SimulatedShard, from: number, to: number, now: number): boolean {
    const lastWritten = shard.times[to - 1] ?? 0;
    if (this.#delivered.has(shard)) {
      const after = shard.records[from - 1]?.sequenceNumber;
      const since = lastWritten + retention - grace;
      const isTold = ({ shardId, after: last, at = 0 }: Gap) => shardId === shard.id && last === after && at >= since;
      if (after !== undefined) return !this.#gaps.some(isTold);
    }
    if (this.#takenAt === undefined || lastWritten <= this.#takenAt - retention + grace) return false;
    // Of one that was never listed before, and that follows none or whose id has no time, nobody can know what was in it.
    const isDated = this.#simulator.behaviour.ids === "timestamp";
    const shownAt = this.#shown.get(shard.id);
    if (!this.#isHeardOf(shard)) return false;
    if (!isDated && (shownAt ?? now) > lastWritten + retention - grace) return false;
    return !this.#isKinReported(shard, lastWritten + retention - grace);
  }

  /** Whether an iterator at the end may begin with a record, which is a place and no time: for "latest" only. */
  #isPlaced({ times }: SimulatedShard, index: number): boolean {
    if ("all" in this.#promised || this.#promised.since === this.#promised.notBefore) return false;
    const { latestSlack } = this.#simulator.behaviour;
    return (times[index] ?? 0) >= this.#promised.notBefore - latestSlack;
  }

  /** Whether the consumer was in this lineage before. */
  #hasReadAncestor({ parents }: SimulatedShard): boolean {
    return parents.some((parent) => this.#delivered.has(parent) || this.#hasReadAncestor(parent));
  }

  /** Whether the shard was ever listed, or one that it follows or that follows it: else nobody has a name to tell. */
  #isHeardOf(shard: SimulatedShard): boolean {
    const isBefore = (each: SimulatedShard): boolean => this.#shown.has(each.id) || each.parents.some(isBefore);
    const isBehind = (each: SimulatedShard): boolean => this.#shown.has(each.id) || each.children.some(isBehind);
    return isBefore(shard) || shard.children.some(isBehind);
  }

  /** Whether a gap was told since of the shard, of one before it or of one behind it. */
  #isKinReported(shard: SimulatedShard, since: number): boolean {
    const isToldOf = ({ id }: SimulatedShard): boolean =>
      this.#gaps.some(({ shardId, at = 0 }) => shardId === id && at >= since);
    const isBefore = (each: SimulatedShard): boolean => isToldOf(each) || each.parents.some(isBefore);
    const isBehind = (each: SimulatedShard): boolean => isToldOf(each) || each.children.some(isBehind);
    return isBefore(shard) || shard.children.some(isBehind);
  }

  #place(shard: SimulatedShard): number {
    return this.#delivered.get(shard) ?? this.#firstPromised(shard);
  }

  #firstPromised(shard: SimulatedShard): number {
    return "all" in this.#promised ? 0 : indexAt(shard, this.#promised.since);
  }

  #shardOf(shardId: string): SimulatedShard {
    for (const stream of this.#simulator.table.streams) {
      const shard = stream.byId.get(shardId);
      if (shard !== undefined) return shard;
    }
    throw new Broken(`${shardId} is no shard of the table`);
  }
}

const name = (shard: SimulatedShard): string => `shard ${shard.streamOrdinal}/${shard.ordinal}`;
