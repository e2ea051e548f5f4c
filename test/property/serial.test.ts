/**
 * Three writers with stale objects, whose requests meet in any order: what comes of it, the items and what each writer was
 * told, is what some serial order of their operations gives by a model that shares nothing with bloop. And each item
 * loads afterwards.
 *
 * BLOOP_SERIAL_RUNS says how many programs to run, BLOOP_SEED which. A failure prints its seed and the smallest program.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import { effort } from "../support/effort.js";
import { MemoryTable } from "../support/memory-dynamodb.js";
import { program } from "../support/serial/program.js";
import { memoryPlace, runProgram } from "../support/serial/run.js";

const numRuns = Number(process.env["BLOOP_SERIAL_RUNS"] ?? effort(200, 3000));
const seed = Number(process.env["BLOOP_SEED"] ?? 20_261);

test(`${numRuns} random programs of seed ${seed} are serial`, { timeout: 3_600_000 }, async () => {
  const counts = { refused: 0, done: 0 };
  let [requests, steps] = [0, 0];
  await fc.assert(
    fc.asyncProperty(program, async (one) => {
      const ended = await runProgram(one, memoryPlace(new MemoryTable()), "serial");
      for (const outcome of ended.outcomes.flat()) counts[outcome === "refused" ? "refused" : "done"]++;
      requests += ended.requests;
      steps += ended.outcomes.flat().length;
    }),
    { numRuns, seed },
  );
  // Both outcomes were seen, and requests that had to be made again.
  expect(counts.refused).toBeGreaterThan(numRuns / 20);
  expect(counts.done).toBeGreaterThan(numRuns);
  expect(requests).toBeGreaterThan(steps * 1.1);
  if (numRuns > 1000) console.log({ seed, numRuns, requests, ...counts });
});
