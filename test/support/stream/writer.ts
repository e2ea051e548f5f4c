/** The side of a simulated table that writes: items, and how its stream grows, splits and ends. */

import type { WireRecord } from "../../../src/session/stream-session.js";
import type { Random } from "../random.js";
import type { Behaviour } from "./behaviour.js";
import { hashOf, type SimulatedShard, type SimulatedStream, textOf } from "./shards.js";

/** Close to a power of ten: the texts of numbers soon have one digit more. */
const firstNumber = 99_999_999_999_980;

export class SimulatedTable {
  readonly streams: SimulatedStream[] = [];
  readonly behaviour: Behaviour;
  readonly tableName: string;
  readonly #random: Random;
  readonly #versions = new Map<string, number>();

  constructor(tableName: string, behaviour: Behaviour, random: Random, now: number) {
    this.tableName = tableName;
    this.behaviour = behaviour;
    this.#random = random;
    this.enable(now);
  }

  get current(): SimulatedStream {
    const stream = this.streams.at(-1);
    if (stream === undefined) throw new Error("a table has a stream from the beginning");
    return stream;
  }

  /** A new stream, where there is none that is enabled. */
  enable(now: number): void {
    const before = this.streams.at(-1);
    if (before !== undefined && before.disabledAt === undefined) return;
    const ordinal = this.streams.length;
    // Two streams of one millisecond would have one name.
    const label = new Date(now + ordinal).toISOString().slice(0, -1);
    const arn = `arn:aws:dynamodb:us-east-1:000000000000:table/${this.tableName}/stream/${label}`;
    const stream = {
      ordinal,
      arn,
      label,
      createdAt: now,
      shards: [],
      byId: new Map(),
      open: [],
      disabledAt: undefined,
    };
    this.streams.push(stream);
    const { roots } = this.behaviour;
    for (let index = 0; index < roots; index++) {
      this.#open(stream, [], { from: index / roots, to: (index + 1) / roots, at: now }, now);
    }
  }

  disable(now: number): void {
    const stream = this.current;
    if (stream.disabledAt !== undefined) return;
    stream.disabledAt = now;
    // Children that were listed early begin now, and end with it.
    for (const shard of stream.open) if (shard.closesAt !== undefined) shard.closesAt = now;
    this.tick(now);
    for (const shard of stream.open) this.#close(shard, now);
    stream.open = [];
  }

  /** Closes one of the open shards, and opens its children: one is a rotation, more are a split. */
  rotate(which: number, children: number, now: number): SimulatedShard | undefined {
    const stream = this.current;
    this.tick(now);
    const shard = stream.open[which % Math.max(1, stream.open.length)];
    if (shard === undefined || shard.closesAt !== undefined) return undefined;
    const width = (shard.to - shard.from) / children;
    const ranges = Array.from({ length: children }, (_, index) => shard.from + index * width);
    this.#follow([shard], [...ranges, shard.to], now);
    return shard;
  }

  /** Closes two open shards that lie side by side, and opens one child for both. */
  merge(which: number, now: number): void {
    const stream = this.current;
    this.tick(now);
    const one = stream.open[which % Math.max(1, stream.open.length)];
    const other = stream.open.find(({ from }) => from === one?.to);
    if (one === undefined || other === undefined) return;
    if (one.closesAt === undefined && other.closesAt === undefined)
      this.#follow([one, other], [one.from, other.to], now);
  }

  /** Opens the children of shards, which are closed now, or a while after their children are listed. */
  #follow(parents: readonly SimulatedShard[], bounds: readonly number[], now: number): void {
    const { childEarly } = this.behaviour;
    const at = now + (childEarly === 0 || this.#random() < 0.5 ? 0 : Math.floor(this.#random() * childEarly));
    for (const parent of parents) parent.closesAt = at;
    if (at === now) this.tick(now);
    const begins = bounds.slice(0, -1);
    for (const [index, from] of begins.entries()) {
      this.#open(this.current, parents, { from, to: bounds[index + 1] ?? from, at }, now);
    }
  }

  /** Lets children that were listed early take over in time. To be called before the table is looked at. */
  tick(now: number): void {
    const stream = this.current;
    for (const shard of stream.open.filter(({ closesAt = now + 1 }) => closesAt <= now)) {
      this.#close(shard, shard.closesAt ?? now);
      stream.open = stream.open.filter((each) => each !== shard);
      for (const child of shard.children) {
        child.start = 1 + lastNumberOf(child.parents);
        child.nextNumber = child.start;
        if (!stream.open.includes(child)) stream.open.push(child);
      }
    }
  }

  /** Puts an item; undefined where no stream is there to hear of it. */
  write(key: string, now: number, sizeBytes = 100): WireRecord | undefined {
    this.tick(now);
    const hash = hashOf(key);
    const shard = this.current.open.find(({ from, to }) => from <= hash && hash < to);
    const version = (this.#versions.get(key) ?? 0) + 1;
    this.#versions.set(key, version);
    if (shard === undefined) return undefined;
    const number = shard.nextNumber;
    shard.nextNumber += 1 + Math.floor(this.#random() * 3);
    const record = this.#record(shard, number, key, version, now, sizeBytes);
    shard.records.push(record);
    shard.numbers.push(number);
    shard.times.push(now);
    return record;
  }

  #record(shard: SimulatedShard, number: number, key: string, version: number, now: number, size: number): WireRecord {
    const { createdAtUnit: unit, createdAtSkew } = this.behaviour;
    const skew = createdAtSkew === 0 ? 0 : Math.round((this.#random() * 2 - 1) * createdAtSkew);
    const keys = { id: { S: key } };
    return {
      eventId: `${shard.streamOrdinal}/${shard.ordinal}/${shard.records.length}`,
      eventName: version === 1 ? "INSERT" : "MODIFY",
      createdAt: Math.floor((now + skew) / unit) * unit,
      sequenceNumber: textOf(number, this.behaviour.numbers),
      sizeBytes: size,
      keys,
      newImage: { ...keys, version: { N: String(version) } },
      oldImage: version === 1 ? undefined : { ...keys, version: { N: String(version - 1) } },
      userIdentity: undefined,
    };
  }

  #open(
    stream: SimulatedStream,
    parents: readonly SimulatedShard[],
    { from, to, at }: { readonly from: number; readonly to: number; readonly at: number },
    now: number,
  ): void {
    const { childDelay, enablingFor, earlyIds } = this.behaviour;
    const ordinal = stream.shards.length;
    const start = 1 + (parents.length === 0 ? this.#firstNumber(ordinal) : lastNumberOf(parents));
    const delay = parents.length === 0 ? enablingFor : Math.floor(this.#random() * childDelay);
    const shard: SimulatedShard = {
      streamOrdinal: stream.ordinal,
      ordinal,
      id: this.#id(earlyIds ? now : at, ordinal),
      parents,
      children: [],
      from,
      to,
      openedAt: at,
      closesAt: undefined,
      listedAt: now + delay,
      start,
      closedAt: undefined,
      endListedAt: 0,
      nextNumber: start,
      records: [],
      numbers: [],
      times: [],
      trimmed: 0,
      hiddenUntil: 0,
      missingUntil: 0,
      endlessUntil: 0,
    };
    for (const parent of parents) parent.children.push(shard);
    stream.shards.push(shard);
    stream.byId.set(shard.id, shard);
    if (at <= now) stream.open.push(shard);
  }

  #firstNumber(ordinal: number): number {
    return this.behaviour.numbers === "small" ? ordinal : firstNumber - Math.floor(this.#random() * 1000);
  }

  #close(shard: SimulatedShard, now: number): void {
    shard.closedAt = now;
    shard.endListedAt = now + Math.floor(this.#random() * this.behaviour.openParentFor);
  }

  #id(now: number, ordinal: number): string {
    const noise = Math.floor(this.#random() * 0xffff).toString(16);
    const unique = `${noise.padStart(4, "0")}${ordinal.toString(16).padStart(4, "0")}`;
    if (this.behaviour.ids === "opaque") return `shardId-opaque-opaque-${unique}`;
    const time = this.behaviour.ids === "timestamp" ? now : 1_541_626_099_285;
    return `shardId-${String(time).padStart(20, "0")}-${unique}`;
  }
}

/** What the numbers of a shard that follows these are greater than. */
function lastNumberOf(parents: readonly SimulatedShard[]): number {
  return Math.max(...parents.map(({ nextNumber }) => nextNumber));
}
