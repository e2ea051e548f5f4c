/**
 * Operations on one object at once, as in test/property/overlap.test.ts, whose table in memory is checked by this: some
 * pairs of them, and random programs, on an engine.
 */

import fc from "fast-check";
import { beforeAll, describe, test } from "vitest";
import { effort } from "../support/effort.js";
import { live } from "../support/live.js";
import { makePlace, type Place, pairs, programs, programsOf, run } from "../support/overlap-run.js";

const { client } = live("overlap");
const numRuns = effort(20, 300);
let place: Place;

beforeAll(async () => {
  place = await makePlace(client);
});

describe("operations on one object at once", () => {
  test.each(pairs.filter((_, index) => index % effort(5, 1) === 0))("%s and %s, in four orders", async (one, two) => {
    await Promise.all(programsOf(one, two).map((program) => run(place, program)));
  });

  test("three of them", async () => {
    await fc.assert(
      fc.asyncProperty(programs(3), (program) => run(place, program)),
      { numRuns },
    );
  }, 600_000);

  test("five of them", async () => {
    await fc.assert(
      fc.asyncProperty(programs(5), (program) => run(place, program)),
      { numRuns },
    );
  }, 600_000);
});
