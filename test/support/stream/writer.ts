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
      this.#open(stream, undefined, index / roots, (index + 1) / roots, now);
    }
  }

  disable(now: number): void {
    const stream = this.current;
    if (stream.disabledAt !== undefined) return;
    stream.disabledAt = now;
    for (const shard of stream.open) this.#close(shard, now);
    stream.open = [];
  }

  /** Closes one of the open shards, and opens its children: one is a rotation, more are a split. */
  rotate(which: number, children: number, now: number): SimulatedShard | undefined {
    const stream = this.current;
    const shard = stream.open[which % Math.max(1, stream.open.length)];
    if (shard === undefined) return undefined;
    this.#close(shard, now);
    stream.open = stream.open.filter((each) => each !== shard);
    const width = (shard.to - shard.from) / children;
    for (let index = 0; index < children; index++) {
      this.#open(stream, shard, shard.from + index * width, shard.from + (index + 1) * width, now);
    }
    return shard;
  }

  /** Puts an item; undefined where no stream is there to hear of it. */
  write(key: string, now: number, sizeBytes = 100): WireRecord | undefined {
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
      sequenceNumber: textOf(number),
      sizeBytes: size,
      keys,
      newImage: { ...keys, version: { N: String(version) } },
      oldImage: version === 1 ? undefined : { ...keys, version: { N: String(version - 1) } },
      userIdentity: undefined,
    };
  }

  #open(stream: SimulatedStream, parent: SimulatedShard | undefined, from: number, to: number, now: number): void {
    const { childDelay, enablingFor } = this.behaviour;
    const ordinal = stream.shards.length;
    const start = (parent?.nextNumber ?? firstNumber - Math.floor(this.#random() * 1000)) + 1;
    const delay = parent === undefined ? enablingFor : Math.floor(this.#random() * childDelay);
    const shard: SimulatedShard = {
      streamOrdinal: stream.ordinal,
      ordinal,
      id: this.#id(now, ordinal),
      parent,
      children: [],
      from,
      to,
      openedAt: now,
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
    };
    parent?.children.push(shard);
    stream.shards.push(shard);
    stream.byId.set(shard.id, shard);
    stream.open.push(shard);
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
