/** Many shards, a slow reader, and a table where nothing happens: what is held in memory, and which calls are made. */

import { expect, test } from "vitest";
import type { StreamAnswer, StreamCall, WireRecord } from "../../../src/session/stream-session.js";
import { seededRandom } from "../../support/random.js";
import { SteppedCore } from "../../support/stream/core.js";
import { arn, t0 } from "./source.js";

const hour = 3_600_000;

/** Open shards that hold so many records of 1 KB each, which are made when they are asked for. */
class Wide {
  readonly counts = { listStreams: 0, describeStream: 0, getShardIterator: 0, getRecords: 0 };
  readonly #shards: number;
  readonly #recordsOfShard: number;

  constructor(shards: number, recordsOfShard: number) {
    this.#shards = shards;
    this.#recordsOfShard = recordsOfShard;
  }

  answer(call: StreamCall): StreamAnswer {
    this.counts[call.kind] += 1;
    switch (call.kind) {
      case "listStreams":
        return { streams: [{ streamArn: arn(), label: "1" }], lastStreamArn: undefined };
      case "describeStream":
        return this.#describe(Number(call.afterShardId?.split("-")[2] ?? -1) + 1);
      case "getShardIterator":
        return `${call.shardId} ${call.sequenceNumber === undefined ? 0 : indexOf(call.sequenceNumber) + 1}`;
      case "getRecords": {
        const [shardId = "", from = ""] = call.iterator.split(" ");
        const length = Math.min(call.limit, 1000, this.#recordsOfShard - Number(from));
        const records = Array.from({ length }, (_, index) => recordAt(Number(from) + index));
        return { records, nextIterator: `${shardId} ${Number(from) + length}` };
      }
    }
  }

  /** A hundred shards a page, as DynamoDB lists them. */
  #describe(from: number) {
    const end = Math.min(from + 100, this.#shards);
    const shards = Array.from({ length: end - from }, (_, index) => ({
      shardId: `shardId-${String(t0 - hour).padStart(20, "0")}-${String(from + index).padStart(8, "0")}`,
      parentShardId: undefined,
      startingSequenceNumber: "1",
      endingSequenceNumber: undefined,
    }));
    const lastShardId = end < this.#shards ? shards.at(-1)?.shardId : undefined;
    return { streamArn: arn(), tableName: "tab", status: "ENABLED" as const, shards, lastShardId };
  }
}

const indexOf = (sequenceNumber: string) => Number(sequenceNumber.slice(6));

function recordAt(index: number): WireRecord {
  const sequenceNumber = `100000${String(index).padStart(15, "0")}`;
  return {
    eventId: sequenceNumber,
    eventName: "INSERT",
    createdAt: t0 - hour + index,
    sequenceNumber,
    sizeBytes: 1000,
    keys: { id: { S: sequenceNumber } },
    newImage: undefined,
    oldImage: undefined,
    userIdentity: undefined,
  };
}

class Reading {
  readonly core: SteppedCore;
  now = t0;
  most = { records: 0, bytes: 0 };
  readonly #source: Wide;

  constructor(source: Wide, caps: { maxBufferedRecords?: number; maxBufferedBytes?: number } = {}) {
    this.#source = source;
    const { now } = this;
    this.core = new SteppedCore({
      tableName: "tab",
      position: "trim_horizon",
      random: seededRandom(1),
      now,
      emit() {},
      ...caps,
    });
  }

  /** Makes what calls are due until a time. */
  run(milliseconds: number): void {
    const until = this.now + milliseconds;
    for (this.#step(); (this.core.wakeAt ?? Number.POSITIVE_INFINITY) <= until; this.#step()) {
      this.now = Math.max(this.now, this.core.wakeAt ?? 0);
    }
    this.now = until;
  }

  #step(): void {
    for (let calls = this.core.plan(this.now); calls.length > 0; calls = this.core.plan(this.now)) {
      for (const call of calls) this.core.settle(call, { answer: this.#source.answer(call) }, this.now);
      const { records, bytes } = this.core.buffered;
      this.most = { records: Math.max(this.most.records, records), bytes: Math.max(this.most.bytes, bytes) };
    }
  }
}

test("1,000,000 records of 256 shards: a slow reader stops the reading, and all come through a small buffer", {
  timeout: 120_000,
}, () => {
  const caps = { maxBufferedRecords: 20_000, maxBufferedBytes: 30_000_000 };
  const source = new Wide(256, 4000);
  const reading = new Reading(source, caps);
  reading.run(60_000);
  const before = source.counts.getRecords;
  const { records } = reading.core.buffered;
  // Nobody takes a record for a quarter of an hour: nothing more is read, and nothing is forgotten.
  reading.run(hour / 4);
  expect(source.counts.getRecords).toBe(before);
  expect(reading.core.buffered.records).toBe(records);
  const next = new Map<string, number>();
  let delivered = 0;
  for (let taken = 0; delivered === 0 || taken > 0; ) {
    taken = 0;
    reading.run(250);
    for (let one = reading.core.next(reading.now); one !== undefined; one = reading.core.next(reading.now)) {
      const expected = next.get(one.shardId) ?? 0;
      if (indexOf(one.record.sequenceNumber) !== expected) throw new Error(`${one.shardId} gave not ${expected}`);
      next.set(one.shardId, expected + 1);
      taken += 1;
    }
    delivered += taken;
    // Shards that had nothing are asked again a second later.
    if (taken === 0) reading.run(2000);
  }
  expect(delivered).toBe(256 * 4000);
  expect(next.size).toBe(256);
  expect(reading.most.records).toBeLessThanOrEqual(caps.maxBufferedRecords);
  expect(reading.most.bytes).toBeLessThanOrEqual(caps.maxBufferedBytes);
});

test("an hour in which nothing happens costs a read a second for each shard, a listing a minute, and few iterators", () => {
  const source = new Wide(4, 0);
  const reading = new Reading(source);
  reading.run(60_000);
  const { ...before } = source.counts;
  reading.run(hour);
  const made = (kind: keyof typeof before) => source.counts[kind] - before[kind];
  expect(made("listStreams")).toBe(0);
  expect(made("getRecords")).toBeLessThanOrEqual(4 * 3600);
  expect(made("getRecords")).toBeGreaterThan(4 * 3590);
  // Each minute, more or less a fifth.
  expect(made("describeStream")).toBeLessThanOrEqual(75);
  // Each answer brings the next iterator: none grows old.
  expect(made("getShardIterator")).toBe(0);
});
