/**
 * Operations on one object that are called at once, in all orders of being applied and answered, on a table in memory:
 * the object, changes() and the item agree in the end, and are what a model of single operations makes of them.
 */

import fc from "fast-check";
import { beforeAll, describe, test } from "vitest";
import { effort } from "../support/effort.js";
import { MemoryTable, memoryClient } from "../support/memory-dynamodb.js";
import { makePlace, type Place, pairs, programs, programsOf, run } from "../support/overlap-run.js";

const numRuns = effort(150, 5000);
let place: Place;

beforeAll(async () => {
  place = await makePlace(memoryClient(new MemoryTable()), true);
});

describe("operations on one object at once", () => {
  test.each(pairs)("%s and %s, in the four orders of being applied and answered", async (one, two) => {
    for (const program of programsOf(one, two)) await run(place, program);
  });

  test.each([3, 5])("%i of them, in random orders", { timeout: 600_000 }, async (count) => {
    await fc.assert(
      fc.asyncProperty(programs(count), (program) => run(place, program)),
      { numRuns },
    );
  });
});
