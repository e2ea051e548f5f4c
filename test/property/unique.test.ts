/** Unique columns under rivals, lost answers and expiry: looked at after each request. */

import { afterEach, expect, test, vi } from "vitest";
import { effort } from "../support/effort.js";
import { MemoryTable } from "../support/memory-dynamodb.js";
import { seededRandom } from "../support/random.js";
import { runUnique } from "../support/unique.js";

const seed = Number(process.env.BLOOP_SEED ?? 1807);

// Pauses between attempts take no time here.
const immediately = (run: (...given: unknown[]) => void, _: number, ...given: unknown[]) => setImmediate(run, ...given);

afterEach(() => vi.restoreAllMocks());

test("two items never have one value, and no value is locked without an owner", async () => {
  vi.spyOn(globalThis, "setTimeout").mockImplementation(immediately as never);
  const random = seededRandom(seed);
  const total = { done: 0, refused: 0, taken: 0 };
  for (let run = 0; run < effort(32, 5000); run++) {
    const world = { memory: new MemoryTable(["pk", "sk"]), random, lost: run % 2 === 0 ? 0.1 : 0 };
    const counts = await runUnique(world, { writers: 1 + (run % 4), length: 12 }).catch((error) => {
      throw new Error(`seed ${seed}, run ${run}: ${String(error)}`, { cause: error });
    });
    for (const name of ["done", "refused", "taken"] as const) total[name] += counts[name];
  }
  // Enough of them come through, and enough of them meet each other.
  expect(total.done).toBeGreaterThan(total.refused);
  expect(total.taken).toBeGreaterThan(total.done / 50);
});
