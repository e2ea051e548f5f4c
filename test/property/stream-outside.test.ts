/**
 * Streams as users hold them, under random histories in virtual time: the ledger hears of records, tokens, signals and
 * calls alone. BLOOP_STREAM_OUTSIDE and BLOOP_STREAM_SEED make a run longer, or another one; the long form is
 * test/long/streams.test.ts.
 */

import { expect, test } from "vitest";
import { loadPackage } from "../support/stream/compiled.js";
import { histories } from "../support/stream/outside-histories.js";
import { assertOutsideHolds, makeOutsideSchedule, playOutside } from "../support/stream/outside-schedule.js";

const count = Number(process.env.BLOOP_STREAM_OUTSIDE ?? 60);
const firstSeed = Number(process.env.BLOOP_STREAM_SEED ?? 1);
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
