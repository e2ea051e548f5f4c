/**
 * Who was given what: knows the simulated table's truth, hears of all that a consumer does, and keeps the
 * invariants of a stream. Throws at the first step that breaks one.
 */

import type { Delivery } from "./consumer.js";
import { indexAt, type SimulatedShard, type SimulatedStream, trim } from "./shards.js";
import type { StreamSimulator } from "./simulator.js";

/**
 * What a start position promises: all that is there, or all that is written from a time on. `notBefore` is the time that
 * was asked for: for "latest" that is earlier than what is promised, which begins with the consumer being ready.
 */
export type Promised = { readonly since: number; readonly notBefore: number } | { readonly all: true };

export interface Gap {
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
}

/** How much earlier than a time a record may be dated that is delivered for it. */
const slack = 61_000;

export class Broken extends Error {
  override readonly name = "Broken";
}

export class Ledger {
  readonly #simulator: StreamSimulator;
  #promised: Promised;
  #acknowledged: Map<SimulatedShard, number>;
  #delivered: Map<SimulatedShard, number>;
  #unacknowledged: { readonly shard: SimulatedShard; readonly end: number }[] = [];
  #gaps: Gap[];
  #stream: SimulatedStream | undefined;
  readonly #newest: number;

  constructor(simulator: StreamSimulator, standing: Standing) {
    this.#simulator = simulator;
    this.#promised = standing.promised;
    this.#acknowledged = new Map(standing.acknowledged);
    this.#delivered = new Map(standing.acknowledged);
    this.#gaps = [...standing.gaps];
    this.#stream = standing.stream;
    this.#newest = standing.newest;
  }

  get standing(): Standing {
    return {
      promised: this.#promised,
      acknowledged: new Map(this.#acknowledged),
      gaps: [...this.#gaps],
      stream: this.#stream,
      newest: this.#newest,
    };
  }

  get gaps(): readonly Gap[] {
    return this.#gaps;
  }

  /** The consumer is ready: what is written from now on is promised at the latest. */
  ready(now: number): void {
    if ("since" in this.#promised && this.#promised.since === Number.POSITIVE_INFINITY) {
      this.#promised = { ...this.#promised, since: now + 1 };
    }
  }

  /** Everything delivered so far is acknowledged. */
  acknowledge(): void {
    for (const { shard, end } of this.#unacknowledged.splice(0)) this.#acknowledged.set(shard, end);
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
    const expected = before ?? this.#firstPromised(shard);
    trim(shard, now);
    if (index > expected) this.#checkSkipped(shard, expected, index);
    if (before === undefined && "since" in this.#promised && record.createdAt < this.#promised.notBefore - slack) {
      throw new Broken(`I13: ${name(shard)} began with ${record.eventId} of ${record.createdAt}`);
    }
    this.#delivered.set(shard, index + 1);
    this.#unacknowledged.push({ shard, end: index + 1 });
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
    this.#gaps.push(gap);
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
      return shard.trimmed >= shard.records.length && !this.#isUnreported(shard, place);
    });
  }

  #checkParents(shard: SimulatedShard, now: number, what: string): void {
    const { parent } = shard;
    if (parent === undefined) return;
    trim(parent, now);
    const left = Math.max(this.#place(parent), parent.trimmed);
    if (left < parent.records.length) {
      throw new Broken(`I2: ${name(shard)} was ${what} before ${parent.records[left]?.eventId} of its parent`);
    }
  }

  #checkDone(shard: SimulatedShard, now: number, invariant: string): void {
    trim(shard, now);
    const place = this.#place(shard);
    if (place < shard.records.length) this.#checkSkipped(shard, place, shard.records.length, invariant);
  }

  /** What was skipped was trimmed, and that was reported where the shard or one before it had been read. */
  #checkSkipped(shard: SimulatedShard, from: number, to: number, invariant = "I1/I3/I5"): void {
    if (shard.trimmed < to) {
      const lost = Math.max(from, shard.trimmed);
      throw new Broken(`${invariant}: ${shard.records[lost]?.eventId} was left out, and not trimmed (up to ${to})`);
    }
    if (this.#isUnreported(shard, from)) {
      throw new Broken(`I12: ${shard.records[from]?.eventId} was trimmed, and no gap reported`);
    }
  }

  /** Whether a loss behind something that was read is not told of. */
  #isUnreported(shard: SimulatedShard, from: number): boolean {
    // That a shard's first records are missing is known only by the time in its id.
    const isDated = this.#simulator.behaviour.ids === "timestamp";
    if (!this.#delivered.has(shard)) return isDated && this.#hasReadAncestor(shard) && !this.#isKinReported(shard);
    const after = this.#delivered.has(shard) ? shard.records[from - 1]?.sequenceNumber : undefined;
    return after !== undefined && !this.#gaps.some((gap) => gap.shardId === shard.id && gap.after === after);
  }

  /** Whether the consumer was in this lineage before. */
  #hasReadAncestor({ parent }: SimulatedShard): boolean {
    return parent !== undefined && (this.#delivered.has(parent) || this.#hasReadAncestor(parent));
  }

  /** Whether a gap was told of the shard, of one before it or of one behind it. */
  #isKinReported(shard: SimulatedShard): boolean {
    const isToldOf = ({ id }: SimulatedShard): boolean => this.#gaps.some(({ shardId }) => shardId === id);
    for (let each: SimulatedShard | undefined = shard; each !== undefined; each = each.parent) {
      if (isToldOf(each)) return true;
    }
    const isBehind = (each: SimulatedShard): boolean => isToldOf(each) || each.children.some(isBehind);
    return shard.children.some(isBehind);
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
