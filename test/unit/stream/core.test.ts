/** The core of streams, step by step on small scripted streams. */

import { describe, expect, test } from "vitest";
import { InvalidPosition, InvalidStream } from "../../../src/errors.js";
import type { StreamCall } from "../../../src/session/stream-session.js";
import { type Driven, drive, failure, Source, type SourceShard, shardId, t0, write } from "./source.js";

const hour = 3_600_000;
const named = (driven: Driven, name: string) => driven.events.filter((event) => event[0] === name).map(([, e]) => e);
const calls = (source: Source, kind: StreamCall["kind"]) => source.calls.filter((call) => call.kind === kind);

/** A stream of one shard with some records. */
function oneShard(count: number, created = t0): { source: Source; shard: SourceShard; numbers: string[] } {
  const source = new Source();
  const shard = source.shard(shardId(created));
  return { source, shard, numbers: write(shard, count, created) };
}

/** Makes calls fail for as long as a condition holds. */
function failWhile(source: Source, fails: (call: StreamCall) => Error | undefined): void {
  source.onCall = (call) => {
    const error = fails(call);
    if (error !== undefined) throw error;
  };
}

describe("reading", () => {
  test("everything in the shards is delivered, each shard in its order", () => {
    const source = new Source();
    const shards = ["a", "b", "c"].map((tail) => source.shard(shardId(t0, `0000000${tail}`)));
    const written = shards.map((shard) => write(shard, 2500));
    const { drain, core } = drive(source, { maxBufferedRecords: 1500 });
    const taken = drain();
    expect(taken.length).toBe(7500);
    for (const sequence of written) {
      const own = new Set(sequence);
      expect(taken.filter((number) => own.has(number))).toEqual(sequence);
    }
    expect(core.buffered).toEqual({ records: 0, bytes: 0 });
  });

  test("no more shards are called for at once than may be, those that waited longest first", () => {
    const source = new Source();
    for (const tail of "abcdef") write(source.shard(shardId(t0, `0000000${tail}`)), 1);
    const { core } = drive(source, { concurrency: 2 });
    const read = new Set<string>();
    for (let now = t0; read.size < 6; now += 50) {
      const planned = core.plan(now).map((call) => [call, { answer: source.answer(call) }] as const);
      expect(planned.length).toBeLessThanOrEqual(2);
      for (const [call, outcome] of planned) {
        if (call.kind === "getRecords") read.add(call.shardId);
        core.settle(call, outcome, now);
      }
    }
  });

  test.each(["ENABLED", "DISABLED"] as const)(
    "no position is taken while a stream (%s) lists no shard: the listing may lack those that are there",
    (status) => {
      const { source, shard, numbers } = oneShard(3);
      source.status = status;
      shard.isListed = false;
      const driven = drive(source);
      driven.run(60_000);
      expect(calls(source, "describeStream").length).toBeGreaterThan(1);
      expect(driven.core.isReady).toBe(false);
      shard.isListed = true;
      expect(driven.drain(600_000)).toEqual(numbers);
    },
  );

  test("an idle shard is read four times a second at most, and once a second after a while", () => {
    const { source, shard } = oneShard(0);
    const driven = drive(source);
    driven.run(1000);
    expect(calls(source, "getRecords").length).toBeLessThanOrEqual(4);
    driven.run(60_000);
    expect(calls(source, "getRecords").length).toBeLessThan(66);
    write(shard, 1);
    driven.run(1000);
    expect(driven.core.buffered.records).toBe(1);
  });

  test("a full buffer is not read into, and one that is emptied is", () => {
    const { source, numbers } = oneShard(50);
    const driven = drive(source, { maxBufferedRecords: 10 });
    driven.run(60_000);
    expect(driven.core.buffered.records).toBe(10);
    expect(calls(source, "getRecords")).toHaveLength(1);
    expect(driven.drain()).toEqual(numbers);
  });

  test("of a stream of many pages", () => {
    const source = new Source();
    source.listingPage = 2;
    const parents = [..."abcde"].map((tail) => source.shard(shardId(t0, `0000000${tail}`)));
    for (const parent of parents) write(parent, 2);
    const driven = drive(source);
    expect(driven.drain()).toHaveLength(10);
    const [first] = parents;
    if (first === undefined) throw new Error("no shard");
    first.closed = true;
    const child = source.shard(shardId(t0 + 1), first.id);
    const numbers = write(child, 3);
    expect(driven.drain()).toEqual(numbers);
    expect(calls(source, "describeStream").some((call) => "childrenOf" in call && call.childrenOf === first.id)).toBe(
      true,
    );
  });

  test("of an emulator that sends the first page of a listing for ever", () => {
    const { source, numbers } = oneShard(3);
    source.isPageStuck = true;
    expect(drive(source).drain()).toEqual(numbers);
  });
});

describe("lineage", () => {
  test("a child is read when its parent was delivered", () => {
    const { source, shard: parent, numbers } = oneShard(10);
    parent.closed = true;
    const child = source.shard(shardId(t0 + 1), parent.id);
    const second = write(child, 10);
    const driven = drive(source);
    driven.run(60_000);
    expect(calls(source, "getRecords").every((call) => "shardId" in call && call.shardId === parent.id)).toBe(true);
    expect(driven.drain()).toEqual([...numbers, ...second]);
    expect(named(driven, "shardEnded")).toEqual([{ shardId: parent.id }]);
  });

  test("a child that is listed late is waited for", () => {
    const { source, shard: parent, numbers } = oneShard(3);
    parent.closed = true;
    const driven = drive(source);
    expect(driven.drain()).toEqual(numbers);
    const child = source.shard(shardId(t0 + 1), parent.id);
    const second = write(child, 3);
    expect(driven.drain(60_000)).toEqual(second);
  });

  test("a parent that is not listed, and gone, is not waited for", () => {
    const source = new Source();
    const numbers = write(source.shard(shardId(t0), shardId(t0 - 30 * hour)), 3);
    const driven = drive(source);
    expect(driven.drain()).toEqual(numbers);
    expect(named(driven, "gap")).toEqual([]);
  });

  test("a parent that is not listed, and can be read, is read first: when it is listed, or never is", () => {
    for (const isListedLater of [true, false]) {
      const source = new Source();
      const parent = source.shard(shardId(t0));
      parent.isListed = false;
      parent.closed = true;
      const first = write(parent, 3);
      const second = write(source.shard(shardId(t0 + 1), parent.id), 3);
      const driven = drive(source);
      driven.run(40_000);
      expect(driven.core.isReady).toBe(true);
      expect(driven.core.buffered.records).toBe(0);
      expect(driven.core.token.shards[1]).toMatchObject({ id: parent.id, held: { absences: 0 } });
      parent.isListed = isListedLater;
      expect(driven.drain(600_000)).toEqual([...first, ...second]);
    }
  });

  test("a page that names no next one is not the end of an open shard", () => {
    const { source, shard, numbers } = oneShard(3);
    source.spuriousEnds = 3;
    const driven = drive(source);
    expect(driven.drain()).toEqual(numbers);
    const more = write(shard, 2);
    expect(driven.drain()).toEqual(more);
    expect(named(driven, "shardEnded")).toEqual([]);
  });

  test("ended shards are remembered for two days, and forgotten when they are not listed any more", () => {
    const { source, shard: parent } = oneShard(3);
    parent.closed = true;
    const child = source.shard(shardId(t0 + 1), parent.id);
    const driven = drive(source);
    driven.drain();
    parent.isListed = false;
    driven.run(47 * hour);
    expect(driven.core.token.shards.map(({ id }) => id)).toEqual([parent.id, child.id]);
    parent.isListed = true;
    expect(driven.drain()).toEqual([]);
    parent.isListed = false;
    driven.run(3 * hour);
    expect(driven.core.token.shards.map(({ id }) => id)).toEqual([child.id]);
  });

  test("a disabled stream ends when all was delivered and listings tell nothing new", () => {
    const { source, shard, numbers } = oneShard(3);
    shard.closed = true;
    source.status = "DISABLED";
    const driven = drive(source);
    expect(driven.drain(1000)).toEqual(numbers);
    expect(driven.core.isEnded).toBe(false);
    driven.run(300_000);
    expect(driven.core.isEnded).toBe(true);
    expect(driven.core.wakeAt).toBeUndefined();
    expect(driven.events.map(([name]) => name)).toEqual(["shardEnded", "ended"]);
  });

  test("a stream that vanished is one that was disabled", () => {
    const { source, numbers } = oneShard(3);
    const driven = drive(source);
    expect(driven.drain()).toEqual(numbers);
    failWhile(source, () => failure("ResourceNotFoundException"));
    driven.run(hour);
    expect(driven.core.isEnded).toBe(true);
    expect(named(driven, "gap")).toMatchObject([{ after: numbers[2], certain: true }]);
  });
});

describe("failures", () => {
  test("an iterator that expired is taken again", () => {
    const { source, numbers } = oneShard(5);
    source.pageSize = 2;
    let left = 2;
    failWhile(source, ({ kind }) =>
      kind === "getRecords" && left-- > 0 ? failure("ExpiredIteratorException") : undefined,
    );
    const driven = drive(source);
    expect(driven.drain()).toEqual(numbers);
    expect(driven.events).toEqual([]);
  });

  test("an old iterator is not used: the position is enough", () => {
    const { source, shard, numbers } = oneShard(4);
    const driven = drive(source, { maxBufferedRecords: 4 });
    driven.run(0);
    driven.now += 20 * 60_000;
    const more = write(shard, 2);
    expect(driven.drain()).toEqual([...numbers, ...more]);
    expect(calls(source, "getShardIterator")).toMatchObject([
      { type: "TRIM_HORIZON" },
      { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: numbers[3] },
    ]);
  });

  test("trimmed records are a gap, told once, and nothing that was delivered comes again", () => {
    const { source, shard, numbers } = oneShard(4);
    const driven = drive(source);
    driven.drain();
    let left = 3;
    failWhile(source, ({ kind }) =>
      kind === "getRecords" && left-- > 0 ? failure("TrimmedDataAccessException") : undefined,
    );
    const more = write(shard, 2);
    expect(driven.drain()).toEqual(more);
    expect(named(driven, "gap")).toEqual([{ shardId: shard.id, after: numbers[3], certain: true }]);
  });

  test("a young shard that is said to be trimmed is none: DynamoDB Local says so", () => {
    const { source, numbers } = oneShard(2);
    let left = 1;
    failWhile(source, ({ kind }) =>
      kind === "getRecords" && left-- > 0 ? failure("TrimmedDataAccessException") : undefined,
    );
    const driven = drive(source);
    expect(driven.drain()).toEqual(numbers);
    expect(driven.events).toEqual([]);
  });

  test("an old one of which nothing was read is a gap that is not certain", () => {
    const { source, shard, numbers } = oneShard(2, t0 - 30 * hour);
    let left = 1;
    failWhile(source, ({ kind }) =>
      kind === "getRecords" && left-- > 0 ? failure("TrimmedDataAccessException") : undefined,
    );
    const driven = drive(source);
    expect(driven.drain()).toEqual(numbers);
    expect(named(driven, "gap")).toEqual([{ shardId: shard.id, after: undefined, certain: false }]);
  });

  test("a shard that is gone ends, and its child is read", () => {
    const { source, shard: parent } = oneShard(2, t0 - 30 * hour);
    parent.isGone = true;
    parent.closed = true;
    const numbers = write(source.shard(shardId(t0), parent.id), 2);
    const driven = drive(source);
    expect(driven.drain()).toEqual(numbers);
    expect(named(driven, "gap")).toEqual([{ shardId: parent.id, after: undefined, certain: false }]);
  });

  test("a closed shard that refuses even its oldest record ends, with its gap told, and its child is read", () => {
    const { source, shard: parent, numbers } = oneShard(2);
    const driven = drive(source);
    expect(driven.drain()).toEqual(numbers);
    write(parent, 2);
    parent.closed = true;
    const more = write(source.shard(shardId(t0 + 1), parent.id), 2);
    failWhile(source, (call) =>
      call.kind === "getRecords" && call.shardId === parent.id ? failure("TrimmedDataAccessException") : undefined,
    );
    expect(driven.drain(120_000)).toEqual(more);
    expect(named(driven, "gap")).toEqual([{ shardId: parent.id, after: numbers[1], certain: true }]);
  });

  test("a young shard that is not found may not be known everywhere yet", () => {
    const { source, shard, numbers } = oneShard(2);
    shard.isGone = true;
    const driven = drive(source);
    driven.run(500);
    shard.isGone = false;
    expect(driven.drain()).toEqual(numbers);
    expect(driven.events).toEqual([]);
  });

  test("a shard that is throttled leaves the others alone", () => {
    const source = new Source();
    const [slow, quick] = [source.shard(shardId(t0, "0000000a")), source.shard(shardId(t0, "0000000b"))];
    const [late, soon] = [write(slow, 2), write(quick, 2)];
    let isSlow = true;
    failWhile(source, (call) =>
      isSlow && call.kind === "getRecords" && call.shardId === slow.id ? failure("ThrottlingException") : undefined,
    );
    const driven = drive(source);
    expect(driven.drain()).toEqual(soon);
    expect(named(driven, "retry").length).toBeGreaterThan(1);
    isSlow = false;
    expect(driven.drain(20_000)).toEqual(late);
  });

  test("what the user has to mend is thrown by the next pull, and tried again afterwards", () => {
    const { source, shard, numbers } = oneShard(2);
    const driven = drive(source);
    expect(driven.drain()).toEqual(numbers);
    const more = write(shard, 2);
    failWhile(source, () => failure("AccessDeniedException"));
    driven.run(10_000);
    const made = source.calls.length;
    driven.run(100_000);
    expect(source.calls.length - made).toBeLessThan(3);
    expect(() => driven.core.next(driven.now)).toThrow(expect.objectContaining({ name: "AccessDeniedException" }));
    driven.run(1000);
    expect(() => driven.core.next(driven.now)).toThrow(expect.objectContaining({ name: "AccessDeniedException" }));
    source.onCall = () => {};
    expect(driven.drain()).toEqual(more);
  });

  test("a table without a stream, and a stream whose parents and lists can't be had at first", () => {
    const { source, numbers } = oneShard(2);
    source.hasStream = false;
    const driven = drive(source);
    driven.run(10_000);
    expect(() => driven.core.next(driven.now)).toThrow(InvalidStream);
    source.hasStream = true;
    let left = 4;
    failWhile(source, ({ kind }) => (kind !== "getRecords" && left-- > 0 ? failure("InternalServerError") : undefined));
    expect(driven.drain(60_000)).toEqual(numbers);
    expect(named(driven, "retry").length).toBe(4);
  });
});

describe("starts", () => {
  /** Three generations, of which the last one is being written to. */
  function generations() {
    const source = new Source();
    const shards = [0, 1, 2].map((generation) =>
      source.shard(
        shardId(t0 + generation * 4 * hour),
        generation === 0 ? undefined : shardId(t0 + (generation - 1) * 4 * hour),
      ),
    );
    const numbers = shards.map((shard, generation) => {
      shard.closed = generation < 2;
      return [1, 2, 3].flatMap((part) => write(shard, 2, t0 + (generation * 4 + part) * hour));
    });
    return { source, shards, numbers };
  }

  test("at a time: older shards are not read, and the one that straddles it from there", () => {
    const { source, shards, numbers } = generations();
    const driven = drive(source, { position: new Date(t0 + 6 * hour), now: t0 + 12 * hour });
    expect(driven.drain()).toEqual([...(numbers[1]?.slice(2) ?? []), ...(numbers[2] ?? [])]);
    expect(calls(source, "getRecords").some((call) => "shardId" in call && call.shardId === shards[0]?.id)).toBe(false);
  });

  test("at latest: at the end of the shards that are being written to", () => {
    const { source, shards } = generations();
    const driven = drive(source, { position: "latest", now: t0 + 12 * hour });
    driven.run(1000);
    expect(driven.core.isReady).toBe(true);
    const [, , last] = shards;
    const more = last === undefined ? [] : write(last, 2, driven.now);
    expect(driven.drain()).toEqual(more);
    expect(calls(source, "getShardIterator")).toMatchObject([{ type: "LATEST", shardId: last?.id }]);
  });

  test("at latest, when the iterator is lost before the first record", () => {
    const { source, shards } = generations();
    const driven = drive(source, { position: "latest", now: t0 + 12 * hour });
    driven.run(1000);
    const [, , last] = shards;
    const more = last === undefined ? [] : write(last, 2, driven.now);
    driven.now += 20 * 60_000;
    expect(driven.drain()).toEqual(more);
  });

  test("at a token: behind what was acknowledged, in every shard", () => {
    const { source, numbers } = generations();
    const driven = drive(source, { now: t0 + 12 * hour, acknowledge: "manual" });
    driven.run(1000);
    const taken = Array.from({ length: 4 }, () => driven.core.next(driven.now)?.record.sequenceNumber);
    driven.core.acknowledge();
    driven.core.next(driven.now);
    const token = JSON.parse(JSON.stringify(driven.core.token));
    const restored = drive(source, { position: token, now: driven.now });
    expect([...taken, ...restored.drain()]).toEqual(numbers.flat());
    expect(drive(source, { position: restored.core.token, now: restored.now }).drain()).toEqual([]);
  });
});

describe("moves", () => {
  test("the old position goes on until the new one is taken", () => {
    const { source, shard, numbers } = oneShard(4);
    const driven = drive(source);
    expect(driven.drain()).toEqual(numbers);
    const move = driven.core.moveTo("trim_horizon", driven.now);
    const more = write(shard, 1);
    expect(move.state).toBe("pending");
    driven.run(0);
    expect(move.state).toBe("done");
    expect(driven.drain()).toEqual([...numbers, ...more]);
  });

  test("one that fails changes nothing, and a later one takes the place of an earlier one", () => {
    const { source, shard, numbers } = oneShard(4);
    const driven = drive(source);
    expect(driven.drain()).toEqual(numbers);
    expect(driven.core.moveTo(new Date(Number.NaN), driven.now)).toMatchObject({ state: "failed" });
    expect(driven.core.moveTo(new Date(Number.NaN), driven.now).error).toBeInstanceOf(InvalidPosition);
    const first = driven.core.moveTo("trim_horizon", driven.now);
    const second = driven.core.moveTo("trim_horizon", driven.now);
    expect(first).toMatchObject({ state: "failed", error: { name: "InvalidPosition" } });
    failWhile(source, ({ kind }) => (kind === "describeStream" ? failure("ThrottlingException") : undefined));
    driven.run(300_000);
    expect(second).toMatchObject({ state: "failed", error: { name: "ThrottlingException" } });
    const more = write(shard, 2);
    expect(driven.drain()).toEqual(more);
  });
});
