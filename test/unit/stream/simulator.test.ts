/** The simulator's own promises, where DynamoDB Local does not go: time, trimming, shards, and what is rare. */

import { describe, expect, test } from "vitest";
import type { RecordsPage, StreamCall, StreamDescription } from "../../../src/session/stream-session.js";
import type { Behaviour } from "../../support/stream/behaviour.js";
import { hour, minute } from "../../support/stream/shards.js";
import { StreamSimulator } from "../../support/stream/simulator.js";

const start = Date.UTC(2026, 0, 1);

function subject(behaviour: Partial<Behaviour> = {}, seed = 1) {
  const simulator = new StreamSimulator({ behaviour, seed, now: start });
  const { table } = simulator;
  const send = <Answer>(call: StreamCall, at: number): Answer | string => {
    const outcome = simulator.answer(call, start + at);
    return "error" in outcome ? (outcome.error as Error).name : (outcome.answer as Answer);
  };
  const describeIt = (at: number, afterShardId?: string, childrenOf?: string): StreamDescription => {
    const streamArn = table.current.arn;
    const answer = send<StreamDescription>({ kind: "describeStream", streamArn, afterShardId, childrenOf }, at);
    if (typeof answer === "string") throw new Error(answer);
    return answer;
  };
  return {
    simulator,
    table,
    write: (key: string, at: number, bytes?: number) => table.write(key, start + at, bytes),
    listed: (at: number, childrenOf?: string) =>
      describeIt(at, undefined, childrenOf).shards.map(({ shardId }) => table.current.byId.get(shardId)?.ordinal),
    describe: describeIt,
    iterator: (ordinal: number, at: number, sequenceNumber?: string) =>
      send<string>(
        {
          kind: "getShardIterator",
          streamArn: table.current.arn,
          shardId: table.current.shards[ordinal]?.id ?? "",
          type: sequenceNumber === undefined ? "TRIM_HORIZON" : "AFTER_SEQUENCE_NUMBER",
          sequenceNumber,
        },
        at,
      ),
    read: (iterator: string, at: number, limit = 1000) => {
      const answer = send<RecordsPage>({ kind: "getRecords", shardId: "", iterator, limit }, at);
      return typeof answer === "string" ? answer : answer.records.map(({ eventId }) => Number(eventId.split("/")[2]));
    },
    page: (iterator: string, at: number, limit = 1000) =>
      send<RecordsPage>({ kind: "getRecords", shardId: "", iterator, limit }, at),
  };
}

describe("time", () => {
  test("an iterator lives for 15 minutes", () => {
    const { iterator, read } = subject();
    const taken = iterator(0, 0);
    expect(read(taken, 15 * minute - 1)).toEqual([]);
    expect(read(taken, 15 * minute)).toBe("ExpiredIteratorException");
  });

  test("records are trimmed one by one after 24 hours, and what stands before them is refused", () => {
    const { iterator, read, write } = subject();
    const [first] = [write("a", 0), write("b", hour), write("c", 2 * hour)];
    expect(read(iterator(0, 23 * hour, first?.sequenceNumber), 23 * hour)).toEqual([1, 2]);
    expect(read(iterator(0, 24 * hour), 24 * hour)).toEqual([1, 2]);
    const after = iterator(0, 24 * hour, first?.sequenceNumber);
    expect(read(after, 24 * hour)).toBe("TrimmedDataAccessException");
  });

  test("trimming is told by whichever call the behaviour says", () => {
    const { iterator, write } = subject({ trimmedFrom: "getShardIterator" });
    const first = write("a", 0);
    write("b", 1);
    expect(iterator(0, 25 * hour, first?.sequenceNumber)).toBe("TrimmedDataAccessException");
  });

  test.each([
    ["missing", "ResourceNotFoundException", undefined],
    ["unreadable", undefined, "ResourceNotFoundException"],
    ["empty", undefined, []],
  ] as const)(
    "a shard that is trimmed as a whole is %s, and unlisted after 28 hours",
    (trimmedShard, refused, read) => {
      const it = subject({ trimmedShard });
      it.write("a", 0);
      it.table.rotate(0, 1, start + hour);
      const iterator = it.iterator(0, 25 * hour);
      if (refused === undefined) expect(it.read(iterator, 25 * hour)).toEqual(read);
      else expect(iterator).toBe(refused);
      expect(it.listed(29 * hour - 1)).toEqual([0, 1]);
      expect(it.listed(29 * hour)).toEqual([1]);
      expect(it.iterator(0, 29 * hour)).toBe("ResourceNotFoundException");
    },
  );
});

describe("shards", () => {
  test("keys keep to their lineage through rotations and splits, in order", () => {
    const { table, write } = subject({ roots: 2 });
    const keys = Array.from({ length: 60 }, (_, index) => `key-${index}`);
    const lineages = keys.map((key, index) => {
      if (index % 10 === 9) table.rotate(index, 2, start + index);
      return [write(key, index), write(key, index)].map((record) => record?.eventId.split("/").slice(0, 2).join("/"));
    });
    for (const [one, other] of lineages) expect(one).toBe(other);
    expect(new Set(lineages.flat()).size).toBeGreaterThan(4);
    for (const shard of table.current.shards) {
      expect(shard.start).toBeGreaterThan(shard.parents[0]?.numbers.at(-1) ?? 0);
      expect([...shard.numbers].sort((one, other) => one - other)).toEqual(shard.numbers);
    }
  });

  test("sequence numbers have 21 digits and more, and soon one more digit", () => {
    const { write } = subject();
    const texts = Array.from({ length: 2000 }, (_, index) => write("a", index)?.sequenceNumber ?? "");
    expect([...new Set(texts.map(({ length }) => length))]).toEqual([21, 22]);
    expect(texts.every((text, index) => index === 0 || BigInt(text) > BigInt(texts[index - 1] ?? "0"))).toBe(true);
  });

  test("a child is listed later than it is written to, a parent is shown open for a while", () => {
    const { table, listed, describe } = subject({ childDelay: 90_000, openParentFor: 60_000 }, 3);
    table.rotate(0, 1, start);
    expect(listed(0)).toEqual([0]);
    expect(describe(0).shards[0]?.endingSequenceNumber).toBe(undefined);
    expect(listed(90_000)).toEqual([0, 1]);
    expect(describe(60_000).shards[0]?.endingSequenceNumber).toBe(describe(0).shards[0]?.startingSequenceNumber);
  });

  test("listings come in pages, sorted by id; the filter names children only where it is honoured", () => {
    const it = subject({ roots: 3, shardsAPage: 2 });
    it.table.rotate(1, 2, start + 10);
    const first = it.describe(20);
    const second = it.describe(20, first.lastShardId);
    const third = it.describe(20, second.lastShardId);
    const ids = [first, second, third].flatMap(({ shards }) => shards.map(({ shardId }) => shardId));
    expect(ids).toEqual([...it.table.current.byId.keys()].sort());
    expect(third.lastShardId).toBe(undefined);
    expect(it.listed(20, it.table.current.shards[1]?.id)).toEqual(expect.arrayContaining([3, 4]));
    const ignoring = subject({ childFilter: false });
    ignoring.table.rotate(0, 1, start + 10);
    expect(ignoring.listed(20, ignoring.table.current.shards[0]?.id)).toEqual([0, 1]);
  });

  test("a closed shard flaps for half a minute, and comes back", () => {
    const { table, listed } = subject({ flapping: 1 });
    table.rotate(0, 1, start);
    expect(listed(10)).toEqual([1]);
    expect(listed(30_010)).toEqual([0, 1]);
  });
});

describe("pages", () => {
  test("end at 1000 records and at a megabyte, and hold one record at least", () => {
    const many = subject();
    for (let index = 0; index < 1200; index++) many.write("a", index);
    expect(many.read(many.iterator(0, 2000), 2000)).toHaveLength(1000);
    const large = subject();
    for (let index = 0; index < 5; index++) large.write("a", index, 400_000);
    expect(large.read(large.iterator(0, 10), 10)).toEqual([0, 1]);
  });

  test("may be empty before the end", () => {
    const { simulator, table, iterator, page, write } = subject();
    write("a", 0);
    simulator.holes.set(table.current.shards[0]?.id ?? "", 2);
    let next = iterator(0, 1);
    for (const expected of [0, 0, 1]) {
      const read = page(next, 1);
      if (typeof read === "string") throw new Error(read);
      expect(read.records).toHaveLength(expected);
      next = read.nextIterator ?? "";
    }
  });

  test.each([0, 1])("of a closed shard's last records have a next iterator or not: %s", (nextAtEnd) => {
    const { table, iterator, page, write } = subject({ nextAtEnd });
    write("a", 0);
    table.rotate(0, 1, start + 1);
    const last = page(iterator(0, 2), 2);
    expect(last).toMatchObject({ records: [{}] });
    expect(typeof last === "object" && last.nextIterator !== undefined).toBe(nextAtEnd === 1);
  });
});

test("the same seed gives the same faults and pages", () => {
  const outcomes = (seed: number) => {
    const { simulator, iterator, read, write } = subject(
      { emptyPages: 0.5, shortPages: 0.5, createdAtSkew: 500 },
      seed,
    );
    simulator.faults = { getRecords: { throttle: 0.2, failure: 0.2, hang: 0.1 } };
    for (let index = 0; index < 20; index++) write("a", index);
    return Array.from({ length: 40 }, (_, index) => read(iterator(0, 100 + index), 100 + index));
  };
  expect(outcomes(7)).toEqual(outcomes(7));
  expect(outcomes(7)).not.toEqual(outcomes(8));
  expect(outcomes(7)).toEqual(expect.arrayContaining(["ThrottlingException", []]));
});
