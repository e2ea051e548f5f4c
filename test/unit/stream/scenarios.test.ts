/** The traps of DynamoDB Streams, one by one. What every run has to keep is in the ledger, which each step is told. */

import { describe, expect, test } from "vitest";
import { type Behaviour, dynoxide } from "../../support/stream/behaviour.js";
import type { Delivery } from "../../support/stream/consumer.js";
import { makeCore } from "../../support/stream/core.js";
import { type Destination, epoch, Run, type RunOptions, type Start } from "../../support/stream/run.js";
import { hour, minute } from "../../support/stream/shards.js";

function begin(behaviour: Partial<Behaviour> = {}, options: Partial<RunOptions> = {}): Run {
  return new Run({ seed: 1, make: makeCore, behaviour, ...options });
}

/** So many records, of as many keys. */
function write(run: Run, count: number, prefix = "key"): void {
  for (let index = 0; index < count; index++) run.simulator.table.write(`${prefix}-${index}`, run.now);
}

const rotate = (run: Run, which = 0, children = 1) => run.simulator.table.rotate(which, children, run.now);
const shard = (run: Run, ordinal: number) => {
  const found = run.simulator.table.current.shards[ordinal];
  if (found === undefined) throw new Error(`no shard ${ordinal}`);
  return found;
};
const most = 5_000;
const ids = (deliveries: readonly Delivery[]) => deliveries.map(({ record }) => record.eventId);
const versions = (run: Run, key: string) =>
  run.delivered
    .filter(({ record }) => JSON.stringify(record.keys) === JSON.stringify({ id: { S: key } }))
    .map(({ record }) => JSON.stringify(record.newImage?.version));
const named = (run: Run, name: string) => run.events.filter((event) => event.name === name);

describe.each([1, 2, 3, 4, 5])("with seed %i", (seed) => {
  test("1: three shards of 2500 records, through a small buffer", () => {
    const run = begin({ roots: 3 }, { seed, maxBufferedRecords: 1000 });
    write(run, 7500);
    run.drain(most);
    expect(run.delivered).toHaveLength(7500);
  });

  test.each([0, 1])("2: the last records of a shard come with a next iterator or without: %s", (nextAtEnd) => {
    const run = begin({ nextAtEnd }, { seed });
    write(run, 5);
    rotate(run);
    write(run, 5);
    run.drain(most);
    expect(run.delivered).toHaveLength(10);
    expect(named(run, "shardEnded")).toHaveLength(1);
  });

  test("3: a rotation while the parent is read", () => {
    const run = begin({}, { seed, maxBufferedRecords: 10 });
    write(run, 50);
    run.work(20);
    rotate(run);
    write(run, 50);
    run.drain(most);
    expect(run.delivered).toHaveLength(100);
  });

  test("4: a split keeps the order of each key, and both children are read", () => {
    const run = begin({}, { seed });
    write(run, 30);
    rotate(run, 0, 2);
    write(run, 30);
    run.drain(most);
    expect(run.delivered).toHaveLength(60);
    for (let index = 0; index < 30; index++) expect(versions(run, `key-${index}`)).toEqual(['{"N":"1"}', '{"N":"2"}']);
  });

  test("5 and 6: children are listed late, and not at once", () => {
    const run = begin({ childDelay: 120_000 }, { seed });
    write(run, 10);
    rotate(run, 0, 2);
    write(run, 10);
    run.drain(most);
    expect(run.delivered).toHaveLength(20);
  });

  test("7: a parent is listed open beside its child", () => {
    const run = begin({ openParentFor: 60_000 }, { seed, maxBufferedRecords: 3 });
    write(run, 10);
    rotate(run);
    write(run, 10);
    run.drain(most);
    expect(run.delivered).toHaveLength(20);
  });

  test("8: one shard that is throttled and fails leaves its siblings alone", () => {
    const run = begin({ roots: 2 }, { seed });
    write(run, 40);
    run.simulator.faults = { getRecords: { throttle: 0.4, failure: 0.3, hang: 0.3 } };
    run.simulator.faultyShard = shard(run, 0).id;
    run.pass(20_000);
    expect(run.delivered).toHaveLength(shard(run, 1).records.length);
    expect(named(run, "retry").length).toBeGreaterThan(2);
    run.simulator.faults = {};
    run.drain(most);
    expect(run.delivered).toHaveLength(40);
  });

  test.each<Start>(["trim_horizon", "latest", { at: -1000 }])(
    "9: nothing is asked for in 16 minutes, from %j",
    (start) => {
      const run = begin({}, { seed, start, maxBufferedRecords: 2 });
      write(run, 6);
      run.now += 2 * minute;
      run.restart(start);
      run.work(60);
      run.now += 16 * minute;
      write(run, 6);
      run.drain(most);
      expect(run.delivered).toHaveLength(start === "latest" ? 6 : 12);
      expect(run.gaps()).toEqual([]);
    },
  );

  test("10: an iterator at the end expires before there is a record", () => {
    const run = begin({}, { seed, start: "latest" });
    run.pass(5000);
    write(run, 5);
    run.now += 16 * minute;
    run.drain(most);
    expect(run.delivered).toHaveLength(5);
  });

  test("11: a token that was stored at the end, before there was a record", () => {
    const run = begin({}, { seed, start: "latest" });
    run.pass(5000);
    run.save();
    run.now += minute;
    write(run, 5);
    run.now += hour;
    run.crash();
    run.drain(most);
    expect(run.delivered).toHaveLength(5);
  });

  test("12: a token of an ended parent with records in the buffer", () => {
    const run = begin({}, { seed });
    write(run, 10);
    rotate(run);
    write(run, 10);
    for (let step = 0; step < 200; step++) {
      run.plan();
      run.settle(0);
      run.now += 100;
    }
    const before = [run.next(), run.next(), run.next()];
    run.save();
    run.crash();
    run.drain(most);
    expect(before.map((delivery) => delivery?.record.eventId)).toEqual(["0/0/0", "0/0/1", "0/0/2"]);
    expect(ids(run.delivered).slice(0, 2)).toEqual(["0/0/2", "0/0/3"]);
    expect(run.delivered).toHaveLength(18);
  });

  test.each(["missing", "unreadable", "empty"] as const)("13: every shard of a token is %s", (trimmedShard) => {
    const run = begin({ roots: 2, trimmedShard }, { seed });
    write(run, 10);
    run.drain(most);
    run.save();
    write(run, 10, "lost");
    for (let generation = 0; generation < 12; generation++) {
      for (let which = 0; which < 2; which++) rotate(run, 0);
      run.now += 4 * hour;
    }
    write(run, 10, "late");
    run.crash();
    run.drain(most);
    expect(run.delivered).toHaveLength(10);
    const certain = run.gaps().filter((gap) => gap.certain);
    expect(certain.map(({ shardId }) => shardId).sort()).toEqual([shard(run, 0).id, shard(run, 1).id].sort());
  });

  test("14: of two lineages one has rolled off", () => {
    const run = begin({ roots: 2 }, { seed });
    write(run, 20);
    run.drain(most);
    write(run, 20);
    rotate(run, 0);
    run.now += 10 * hour;
    write(run, 20);
    run.simulator.faults = { getRecords: { throttle: 1, failure: 0, hang: 0 } };
    run.simulator.faultyShard = shard(run, 0).id;
    run.pass(minute);
    run.simulator.faults = {};
    run.save();
    run.now += 20 * hour;
    run.crash();
    run.drain(most);
    const certain = run.gaps().filter((gap) => gap.certain);
    expect(certain.map(({ shardId }) => shardId)).toEqual([shard(run, 0).id]);
    expect(run.delivered.some(({ shardId }) => shardId === shard(run, 2).id)).toBe(true);
  });

  test.each(["getShardIterator", "getRecords"] as const)("15: more than 24 hours behind, told by %s", (trimmedFrom) => {
    const run = begin({ trimmedFrom }, { seed });
    write(run, 10);
    run.drain(most);
    run.save();
    run.now += hour;
    write(run, 10);
    run.now += 10 * hour;
    write(run, 10);
    run.now += 15 * hour;
    run.crash();
    run.drain(most);
    const last = shard(run, 0).records[9]?.sequenceNumber;
    expect(run.gaps()).toEqual([{ shardId: shard(run, 0).id, after: last, certain: true }]);
    expect(run.delivered).toHaveLength(10);
  });

  test.each(["missing", "unreadable", "empty"] as const)(
    "16: a listed shard of which nothing is left is %s",
    (trimmedShard) => {
      const run = begin({ trimmedShard }, { seed });
      write(run, 10);
      rotate(run);
      run.now += 26 * hour;
      write(run, 10);
      run.restart("trim_horizon");
      run.drain(most);
      expect(run.delivered).toHaveLength(10);
      expect(run.gaps().filter(({ certain }) => certain)).toEqual([]);
    },
  );

  test("16: a closed shard of which all records are trimmed is refused from its beginning on", () => {
    const run = begin({ emptiedShard: "refused" }, { seed });
    write(run, 10);
    run.drain(most);
    run.save();
    write(run, 10);
    run.now += 4 * hour;
    rotate(run);
    write(run, 10);
    run.now += 20 * hour;
    write(run, 10);
    run.crash();
    run.pass(3 * minute);
    expect(run.delivered).toHaveLength(20);
    expect(run.gaps()).toMatchObject([{ shardId: shard(run, 0).id, certain: true }]);
  });

  test.each<Start>(["trim_horizon", "latest"])("17: an empty shard is said to be trimmed, from %s", (start) => {
    const run = begin({ falseTrims: true }, { seed, start });
    run.pass(5000);
    write(run, 5);
    run.drain(most);
    expect(run.delivered).toHaveLength(5);
    expect(run.gaps()).toEqual([]);
  });

  test("18: twelve empty pages in a closed shard", () => {
    const run = begin({}, { seed });
    write(run, 5);
    run.simulator.holes.set(shard(run, 0).id, 12);
    rotate(run);
    write(run, 5);
    run.drain(most);
    expect(run.delivered).toHaveLength(10);
  });

  const seeks: readonly (readonly [string, number, number])[] = [
    ["before everything", -hour, 50],
    ["in the first generation", hour, 40],
    ["in a middle one", 9 * hour, 30],
    ["in the last one", 17 * hour, 10],
    ["at a record's second", 10 * hour, 30],
    ["in the future", 30 * hour, 0],
  ];
  test.each(seeks)("19: a seek to a time %s", (_, at, count) => {
    const run = begin({ createdAtUnit: 1000 }, { seed });
    for (let generation = 0; generation < 5; generation++) {
      run.now = epoch + generation * 4 * hour + 2 * hour * Number(generation > 0);
      write(run, 10);
      run.now += hour;
      if (generation < 4) rotate(run);
    }
    run.restart({ at });
    run.drain(most);
    run.pass(minute);
    expect(run.delivered).toHaveLength(count);
    const read = new Set(run.reads.map((shardId) => run.simulator.table.current.byId.get(shardId)?.ordinal));
    for (const { ordinal, closedAt = Number.POSITIVE_INFINITY } of run.simulator.table.current.shards) {
      if (closedAt + 2 * minute < epoch + at) expect(read).not.toContain(ordinal);
    }
  });

  test("20: a rotation during the seek", () => {
    const run = begin({}, { seed, maxBufferedRecords: 5 });
    write(run, 50);
    run.now += hour;
    write(run, 50);
    run.restart({ at: 30 * minute });
    run.work(6);
    rotate(run);
    write(run, 10);
    run.drain(most);
    expect(run.delivered).toHaveLength(60);
  });

  test("21: times go back within a shard", () => {
    const run = begin({ createdAtUnit: 1, createdAtSkew: 30_000 }, { seed, start: { at: 0 } });
    for (let index = 0; index < 40; index++) {
      write(run, 1, `k${index}`);
      run.now += 100;
    }
    run.work(40);
    run.save();
    run.crash();
    run.drain(most);
    expect(run.ledger.isComplete(run.now)).toBe(true);
  });

  test.each<Start>(["trim_horizon", "latest"])("22: a stream is enabled only after a while, from %j", (start) => {
    const run = begin({ enablingFor: 30_000 }, { seed, start });
    write(run, 5);
    run.pass(20_000);
    expect(run.consumer.isReady).toBe(false);
    run.pass(40_000);
    expect(run.consumer.isReady).toBe(true);
    write(run, 5);
    run.drain(most);
    expect(run.delivered).toHaveLength(10);
  });

  test("23: a stream is disabled, drained, and enabled again", () => {
    const run = begin({}, { seed });
    write(run, 10);
    run.simulator.table.disable(run.now);
    run.drain(most);
    expect(run.delivered).toHaveLength(10);
    expect(run.consumer.isEnded).toBe(true);
    expect(named(run, "ended")).toHaveLength(1);
    run.now += 1000;
    run.simulator.table.enable(run.now);
    write(run, 5);
    run.restart("trim_horizon");
    run.drain(most);
    expect(run.delivered).toHaveLength(5);
  });

  test.each<Destination>(["broken", "foreign", "trim_horizon"])("24: a move fails, to %j", (to) => {
    const run = begin({}, { seed });
    write(run, 10);
    run.pass(5000);
    const delivered = run.delivered.length;
    const { token } = run.consumer;
    run.simulator.faults = { describeStream: { throttle: 0, failure: 0, hang: 1 } };
    const move = run.moveTo(to);
    write(run, 10);
    run.pass(3 * minute);
    expect(move.state).toBe("failed");
    expect((move.error as Error).name).toBe(to === "trim_horizon" ? "TimeoutError" : "InvalidPosition");
    expect(run.consumer.token).toMatchObject({ ...token, shards: [{ id: shard(run, 0).id }] });
    expect([delivered, run.delivered.length]).toEqual([10, 20]);
    run.simulator.faults = {};
    run.moveTo("trim_horizon");
    run.drain(most);
    expect(run.delivered).toHaveLength(20);
  });

  test("an open shard that is listed with an end, and has small numbers, is read as any other (S12)", () => {
    const run = begin(dynoxide, { seed, start: "latest" });
    run.pass(5000);
    for (let round = 1; round <= 12; round++) {
      write(run, 1);
      run.pass(5000);
      expect(run.delivered).toHaveLength(round);
    }
    run.reads.length = 0;
    run.pass(60_000);
    expect(run.reads.length).toBeLessThan(65);
  });

  test("25: what was not acknowledged comes again, and nothing twice before that", () => {
    const run = begin({}, { seed, acknowledge: "manual" });
    write(run, 10);
    for (let step = 0; step < 10; step++) {
      run.plan();
      run.settle(0);
      run.now += 100;
    }
    const before = [run.next(), run.next(), run.next()];
    run.acknowledge();
    const after = [run.next(), run.next()];
    run.save();
    run.crash();
    run.drain(most);
    expect([...before, ...after].map((delivery) => delivery?.record.eventId)).toEqual(
      [0, 1, 2, 3, 4].map((index) => `0/0/${index}`),
    );
    expect(ids(run.delivered)[0]).toBe("0/0/3");
    expect(run.delivered).toHaveLength(7);
  });
});
