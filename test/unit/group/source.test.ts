/** How a worker reads a stream, on a simulated one: what it makes of pages, of errors and of listings. */

import { describe, expect, test } from "vitest";
import { streamArnOf } from "../../../src/engine/stream.js";
import type { ShardPage } from "../../../src/group/ports.js";
import { StreamSource } from "../../../src/group/source.js";
import type { StreamAnswer, StreamCall, StreamSession } from "../../../src/session/stream-session.js";
import * as room from "../../../src/stream/room.js";
import type { Behaviour } from "../../support/stream/behaviour.js";
import { awsError } from "../../support/stream/faults.js";
import { hour, minute } from "../../support/stream/shards.js";
import { StreamSimulator } from "../../support/stream/simulator.js";

const begin = Date.UTC(2026, 0, 1);

class Reader {
  now = begin;
  readonly simulator: StreamSimulator;
  readonly source: StreamSource;
  readonly calls: StreamCall[] = [];
  readonly gaps: object[] = [];
  /** What a call meets, if anything. */
  fault: (call: StreamCall) => Error | undefined = () => undefined;

  constructor(behaviour: Partial<Behaviour> = {}) {
    this.simulator = new StreamSimulator({ now: begin, behaviour });
    this.source = new StreamSource({
      room,
      session: { send: (call: StreamCall) => this.#send(call) } as StreamSession,
      streamArn: this.simulator.table.current.arn,
      clock: {
        now: () => this.now,
        time: () => this.now,
        sleep: async (milliseconds) => {
          this.now += milliseconds;
        },
      },
      idle: 1000,
      random: () => 0.5,
      onGap: (gap) => this.gaps.push(gap),
    });
  }

  async #send(call: StreamCall): Promise<StreamAnswer> {
    this.now += 10;
    this.calls.push(call);
    const fault = this.fault(call);
    if (fault !== undefined) throw fault;
    const outcome = this.simulator.answer(call, this.now);
    if ("error" in outcome) throw outcome.error;
    return outcome.answer;
  }

  get session(): StreamSession {
    return { send: (call: StreamCall) => this.#send(call) } as StreamSession;
  }

  shard(ordinal = 0): string {
    return this.simulator.table.current.shards[ordinal]?.id ?? "";
  }

  write(count: number): void {
    for (let index = 0; index < count; index++) this.simulator.table.write("key", this.now);
  }

  rotate(): void {
    this.simulator.table.rotate(0, 1, this.now);
  }

  /** Reads for a time, or to the end. Returns the records, by their numbers in the shard. */
  async readFor(milliseconds: number, { after, from }: { after?: string; from?: number } = {}) {
    const records: number[] = [];
    let page: ShardPage | undefined;
    for (const until = this.now + milliseconds; this.now < until && page?.isEnd !== true; ) {
      page = await this.source.read(this.shard(), { after, since: begin, from });
      after = page.records.at(-1)?.sequenceNumber ?? after;
      records.push(...page.records.map(({ eventId }) => Number(eventId.split("/")[2])));
    }
    return { records, isEnd: page?.isEnd === true, after };
  }

  count(kind: StreamCall["kind"]): number {
    return this.calls.filter((call) => call.kind === kind).length;
  }
}

const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

describe("a shard that is written to", () => {
  test("is read from its oldest record on, four times a second at most, and once a second if there is nothing", async () => {
    const reader = new Reader();
    reader.write(1500);
    expect(await reader.readFor(minute)).toMatchObject({ records: from(0, 1500), isEnd: false });
    expect(reader.count("getRecords")).toBeGreaterThan(55);
    expect(reader.count("getRecords")).toBeLessThan(70);
    expect(reader.count("getShardIterator")).toBe(1);
  });

  test("goes on behind a place, whose number is asked for as it came", async () => {
    const reader = new Reader({ numbers: "small" });
    reader.write(5);
    const { after } = await reader.readFor(1000);
    reader.write(3);
    const other = new Reader({ numbers: "small" });
    other.simulator.table.streams.splice(0, 1, ...reader.simulator.table.streams);
    expect((await other.readFor(1000, after === undefined ? {} : { after })).records).toEqual([5, 6, 7]);
    expect(other.calls[0]).toMatchObject({ type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: after });
  });

  test("is read again from a place that is behind what was fetched", async () => {
    const reader = new Reader();
    reader.write(10);
    const page = await reader.source.read(reader.shard(), { after: undefined, since: begin, from: undefined });
    const after = page.records[3]?.sequenceNumber;
    const again = await reader.source.read(reader.shard(), { after, since: begin, from: undefined });
    expect(again.records.map(({ eventId }) => eventId)).toEqual(from(4, 6).map((index) => `0/0/${index}`));
  });

  test("has not ended, though pages name no next one and listings lack it for seconds", async () => {
    const reader = new Reader({ spuriousEnds: 0.9 });
    reader.write(3);
    expect(await reader.readFor(3 * minute)).toMatchObject({ records: [0, 1, 2], isEnd: false });
  });

  test("takes an expired iterator again, without a word", async () => {
    const reader = new Reader();
    reader.write(3);
    const { after } = await reader.readFor(2000);
    reader.now += 20 * minute;
    reader.write(2);
    expect((await reader.readFor(2000, { after: after ?? "" })).records).toEqual([3, 4]);
    expect(reader.gaps).toEqual([]);
  });
});

describe("a shard of a group that begins at a time", () => {
  test("is read from the first record of that time on, whatever the times behind it are", async () => {
    const reader = new Reader();
    reader.write(3);
    reader.now += 10 * minute;
    reader.write(2);
    const from = reader.now - 5 * minute;
    expect((await reader.readFor(5000, { from })).records).toEqual([3, 4]);
    // From a place, all of it is.
    const other = new Reader();
    other.simulator.table.streams.splice(0, 1, ...reader.simulator.table.streams);
    const first = await other.source.read(other.shard(), { after: undefined, since: begin, from: undefined });
    const after = first.records[0]?.sequenceNumber ?? "";
    expect((await other.readFor(5000, { from, after })).records).toEqual([1, 2, 3, 4]);
  });

  test("is passed over up to its tip, and read from there on, if all of it is older", async () => {
    const reader = new Reader();
    reader.write(1500);
    reader.now += 10 * minute;
    const from = reader.now;
    expect((await reader.readFor(5000, { from })).records).toEqual([]);
    reader.write(2);
    expect((await reader.readFor(5000, { from })).records).toEqual([1500, 1501]);
  });

  test("follows those that were closed before the time only if it was made a good while before", () => {
    const { source } = new Reader();
    const made = `shardId-${String(begin).padStart(20, "0")}-12345678`;
    const now = begin + 2 * hour;
    expect(source.follows(made, begin + 20 * minute, now)).toBe(true);
    expect(source.follows(made, begin + 10 * minute, now)).toBe(false);
    expect(source.follows("shardId-without-a-time", begin + hour, now)).toBe(false);
  });
});

describe("a closed shard", () => {
  test("ends when a second read has found nothing, and it is listed with an end", async () => {
    const reader = new Reader();
    reader.write(3);
    reader.rotate();
    const isEndOfCall: boolean[] = [];
    for (let index = 0; index < 2; index++) isEndOfCall.push((await reader.readFor(1)).isEnd);
    expect(isEndOfCall).toEqual([false, false]);
    expect(await reader.readFor(minute)).toMatchObject({ isEnd: true });
  });

  test("that is listed as open does not end before it is listed with an end", async () => {
    const reader = new Reader({ openParentFor: 30_000, childDelay: 60_000 });
    reader.write(3);
    reader.rotate();
    const { endListedAt = 0 } = reader.simulator.table.current.shards[0] ?? {};
    expect(await reader.readFor(5 * minute)).toMatchObject({ records: [0, 1, 2], isEnd: true });
    expect(reader.now).toBeGreaterThanOrEqual(endListedAt);
    expect(reader.gaps).toEqual([]);
  });

  test.each(["missing", "unreadable", "empty"] as const)(
    "with records that are all trimmed, and that is then %s: the gap is told once, and it ends",
    async (trimmedShard) => {
      const reader = new Reader({ trimmedShard });
      reader.write(3);
      const { after } = await reader.readFor(2000);
      reader.write(2);
      reader.rotate();
      reader.now += 30 * hour;
      const { isEnd, records } = await reader.readFor(10 * minute, { after: after ?? "" });
      expect([isEnd, records]).toEqual([true, []]);
      expect(reader.gaps).toEqual([{ shardId: reader.shard(), after, certain: expect.any(Boolean) }]);
    },
  );
});

describe("records that are gone", () => {
  test("behind the place: a certain gap, and it goes on at the oldest", async () => {
    const reader = new Reader();
    reader.write(3);
    const { after } = await reader.readFor(2000);
    reader.write(2);
    reader.now += 25 * hour;
    reader.write(2);
    expect((await reader.readFor(minute, { after: after ?? "" })).records).toEqual([5, 6]);
    expect(reader.gaps).toEqual([{ shardId: reader.shard(), after, certain: true }]);
  });

  test("of a shard of which nothing was read for a day: a gap, of which nobody can be certain", async () => {
    const reader = new Reader();
    reader.write(3);
    reader.now += 25 * hour;
    reader.write(2);
    expect((await reader.readFor(minute)).records).toEqual([3, 4]);
    expect(reader.gaps).toEqual([{ shardId: reader.shard(), after: undefined, certain: false }]);
  });

  test("of which nobody was to know: none, as DynamoDB Local says so of shards that were empty", async () => {
    const reader = new Reader({ falseTrims: true });
    await reader.readFor(5000);
    reader.write(2);
    expect((await reader.readFor(minute)).records).toEqual([0, 1]);
    expect(reader.gaps).toEqual([]);
  });
});

describe("a shard that is not found", () => {
  const missing = (call: StreamCall) =>
    "shardId" in call ? awsError("ResourceNotFoundException", "Shard does not exist") : undefined;

  test("for two minutes is young, and is waited for", async () => {
    const reader = new Reader();
    reader.write(3);
    reader.fault = missing;
    expect(await reader.readFor(2 * minute)).toEqual({ records: [], isEnd: false, after: undefined });
    reader.fault = () => undefined;
    expect((await reader.readFor(minute)).records).toEqual([0, 1, 2]);
    expect(reader.gaps).toEqual([]);
  });

  test("for longer is gone: the gap is told, and it ends", async () => {
    const reader = new Reader();
    reader.write(3);
    reader.fault = missing;
    expect(await reader.readFor(10 * minute)).toMatchObject({ records: [], isEnd: true });
    expect(reader.gaps).toEqual([{ shardId: reader.shard(), after: undefined, certain: expect.any(Boolean) }]);
  });
});

test("what has nothing to do with a shard is thrown, and the next call waits for longer each time", async () => {
  const reader = new Reader();
  reader.write(1);
  reader.fault = () => awsError("ThrottlingException", "Rate exceeded");
  for (let failures = 0; failures < 5; failures++) {
    await expect(
      reader.source.read(reader.shard(), { after: undefined, since: begin, from: undefined }),
    ).rejects.toThrow("Rate exceeded");
  }
  expect(reader.now - begin).toBeGreaterThan(700);
  reader.fault = () => undefined;
  expect((await reader.readFor(20_000)).records).toEqual([0]);
});

describe("a listing", () => {
  test("has the shards of all pages", async () => {
    const reader = new Reader({ roots: 5, shardsAPage: 2 });
    expect((await reader.source.list()).shards.map(({ shardId }) => shardId)).toHaveLength(5);
    expect(reader.count("describeStream")).toBe(3);
  });

  test("is one for all shards that end together, also if there are a hundred", async () => {
    const reader = new Reader({ roots: 100, shardsAPage: 50 });
    const ids = reader.simulator.table.current.shards.map(({ id }) => id);
    for (const [ordinal] of ids.entries()) reader.simulator.table.rotate(ordinal, 1, reader.now);
    reader.now += minute;
    const listings = await Promise.all(ids.map(() => reader.source.listRecent()));
    expect(new Set(listings).size).toBe(1);
    expect(listings[0]?.shards).toHaveLength(200);
    expect(reader.count("describeStream")).toBe(4);
    await reader.source.listRecent();
    expect(reader.count("describeStream")).toBe(4);
    reader.now += minute;
    await reader.source.listRecent();
    expect(reader.count("describeStream")).toBe(8);
  });

  test("of which a page fails is none", async () => {
    const reader = new Reader({ roots: 5, shardsAPage: 2 });
    reader.fault = () =>
      reader.count("describeStream") === 2 ? awsError("ThrottlingException", "Rate exceeded") : undefined;
    await expect(reader.source.list()).rejects.toThrow("Rate exceeded");
  });
});

describe("a parent that is not listed", () => {
  const lookFor = async (reader: Reader, milliseconds: number) => {
    let found = await reader.source.lookFor(reader.shard());
    for (const until = reader.now + milliseconds; reader.now < until && found === "unknown"; reader.now += 3000)
      found = await reader.source.lookFor(reader.shard());
    return found;
  };

  test("is gone if no iterator is granted for a while", async () => {
    const reader = new Reader();
    reader.rotate();
    const [id] = [reader.shard()];
    reader.now += 30 * hour;
    expect(id).toBe(reader.shard());
    expect([await lookFor(reader, 0), await lookFor(reader, 5 * minute)]).toEqual(["unknown", "gone"]);
  });

  test("may be listed yet if one is granted, and is taken for unlisted if that goes on for minutes", async () => {
    const reader = new Reader();
    expect(await lookFor(reader, minute)).toBe("unknown");
    expect(await lookFor(reader, 5 * minute)).toBe("unlisted");
  });

  test("is not judged by an error that says nothing of it", async () => {
    const reader = new Reader();
    reader.fault = () => awsError("ThrottlingException", "Rate exceeded");
    await expect(reader.source.lookFor(reader.shard())).rejects.toThrow("Rate exceeded");
  });
});

test("the newest stream of a table is read, of all pages; a table may have none", async () => {
  const reader = new Reader({ streamsAPage: 1 });
  const { table } = reader.simulator;
  table.disable(reader.now);
  reader.now += hour;
  table.enable(reader.now);
  expect(await streamArnOf(reader.session, "Account")).toBe(table.streams[1]?.arn);
  expect(await streamArnOf(reader.session, "Other")).toBeUndefined();
});
