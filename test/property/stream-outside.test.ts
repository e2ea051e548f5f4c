/**
 * Streams as users hold them, under random histories in virtual time: the ledger hears of records, tokens, signals and
 * calls alone. BLOOP_STREAM_OUTSIDE and BLOOP_STREAM_SEED make a run longer, or another one; the long form is
 * test/long/streams.test.ts.
 */

import { describe, expect, test } from "vitest";
import { plain } from "../support/stream/behaviour.js";
import { loadPackage } from "../support/stream/compiled.js";
import { Outside } from "../support/stream/outside.js";
import { histories } from "../support/stream/outside-histories.js";
import { assertOutsideHolds, makeOutsideSchedule, playOutside } from "../support/stream/outside-schedule.js";

const count = Number(process.env.BLOOP_STREAM_OUTSIDE ?? 60);
const firstSeed = Number(process.env.BLOOP_STREAM_SEED ?? 1);
const hour = 3_600_000;
const thePackage = await loadPackage();

test.each(Object.entries(histories))("keeps its promises: %s", { timeout: 60_000 }, async (_, schedule) => {
  expect((await playOutside(schedule, thePackage)).delivered.length).toBeGreaterThan(0);
});

test(`${count} histories from seed ${firstSeed} on keep the invariants`, { timeout: 7_200_000 }, async () => {
  for (let seed = firstSeed; seed < firstSeed + count; seed++) await assertOutsideHolds(seed, thePackage);
});

test("a history has one trace, whatever was played before: the same calls, records and signals at the same times", async () => {
  const traceOf = async (seed: number): Promise<string> => {
    const outside = await playOutside(makeOutsideSchedule(seed), thePackage, true);
    return outside.trace.join("\n");
  };
  const traces = new Map<number, string>();
  for (let seed = firstSeed; seed < firstSeed + 10; seed++) traces.set(seed, await traceOf(seed));
  for (const [seed, trace] of [...traces].reverse()) expect(await traceOf(seed)).toBe(trace);
});

describe("of a table of one shard", () => {
  /** A reader that has all there is, and then does something. */
  async function read(act: (outside: Outside) => Promise<void>): Promise<Outside> {
    const outside = new Outside(thePackage, { seed: firstSeed, behaviour: plain, network: "good" });
    try {
      expect(await outside.pull("poll")).toBe("nothing");
      outside.calls.clear();
      await act(outside);
      return outside;
    } finally {
      await outside.end();
    }
  }

  test("an hour in which nothing is written costs a read a second, and a listing a minute", async () => {
    const { calls } = await read(async (outside) => {
      expect(await outside.pull("loop", hour)).toBe("waiting");
    });
    const { getRecords, describeStream, getShardIterator, ...others } = Object.fromEntries(calls);
    if (process.env["SHOW"]) console.log("calls in an hour:", Object.fromEntries(calls));
    expect(others).toEqual({});
    expect(getRecords).toBeGreaterThan(3500);
    expect(getRecords).toBeLessThanOrEqual(3610);
    expect(describeStream).toBeLessThanOrEqual(66);
    // Iterators follow from one another: none is asked for again.
    expect(getShardIterator).toBeUndefined();
  });

  test("what is written about each 100 ms arrives within a quarter of a second, the middle one after an eighth", async () => {
    const delays: number[] = [];
    await read(async (outside) => {
      for (let count = 0; count < 600; count++) {
        outside.simulator.table.write(`key-${count % 24}`, outside.now);
        const end = outside.now + 50 + Math.floor(outside.random() * 100);
        while (outside.now < end) {
          if ((await outside.pull("loop", end - outside.now)) !== "record") continue;
          const { times = [] } = outside.simulator.table.current.shards[0] ?? {};
          delays.push(outside.now - (times[outside.delivered.length - 1] ?? 0));
        }
      }
    });
    delays.sort((one, other) => one - other);
    if (process.env["SHOW"]) console.log(delays.length, "delays:", delays[delays.length >> 1], delays.at(-1));
    expect(delays.length).toBeGreaterThan(590);
    expect(delays[delays.length >> 1]).toBeLessThanOrEqual(135);
    // The first one finds a reader that asks once a second.
    expect(delays[Math.floor(delays.length * 0.95)]).toBeLessThanOrEqual(270);
  });
});
