/**
 * The consumer of streams under many more random histories than the short form has, with other seeds: of the core
 * (test/property/stream.test.ts), and of engine.stream() in virtual time (test/property/stream-outside.test.ts).
 * BLOOP_STREAM_SCHEDULES, BLOOP_STREAM_OUTSIDE, BLOOP_STREAM_RECORDS and BLOOP_STREAM_SEED make it longer, or another one.
 */

import { expect, test } from "vitest";
import { loadPackage } from "../support/stream/compiled.js";
import { makeCore } from "../support/stream/core.js";
import { assertOutsideHolds } from "../support/stream/outside-schedule.js";
import { assertHolds, playLong } from "../support/stream/schedule.js";

const firstSeed = Number(process.env.BLOOP_STREAM_SEED ?? 1_000_001);
const schedules = Number(process.env.BLOOP_STREAM_SCHEDULES ?? 10_000);
const outside = Number(process.env.BLOOP_STREAM_OUTSIDE ?? 2_000);
const records = Number(process.env.BLOOP_STREAM_RECORDS ?? 50_000);
const timeout = 7_200_000;

test(`${schedules} histories of the core from seed ${firstSeed} on keep the invariants`, { timeout }, () => {
  for (let seed = firstSeed; seed < firstSeed + schedules; seed++) assertHolds(seed, makeCore);
});

test(`${outside} histories from outside from seed ${firstSeed} on keep the invariants`, { timeout }, async () => {
  const thePackage = await loadPackage();
  for (let seed = firstSeed; seed < firstSeed + outside; seed++) await assertOutsideHolds(seed, thePackage);
});

test(`one history of ${records} records, from seed ${firstSeed}`, { timeout }, () => {
  expect(playLong(firstSeed, records, makeCore).deliveries).toBeGreaterThanOrEqual(records);
});
