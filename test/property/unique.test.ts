/** Unique columns under rivals, lost answers, expiry and items that are put back: looked at after each request. */

import { expect, test } from "vitest";
import { effort } from "../support/effort.js";
import { withImmediatePauses } from "../support/immediate-pauses.js";
import { MemoryTable } from "../support/memory-dynamodb.js";
import { seededRandom } from "../support/random.js";
import { runUnique } from "../support/unique.js";

const seed = Number(process.env.BLOOP_SEED ?? 1807);

withImmediatePauses();

test("two items never have one value, and no value is locked without an owner", async () => {
  const random = seededRandom(seed);
  const total = { done: 0, refused: 0, taken: 0 };
  for (let run = 0; run < effort(40, 4000); run++) {
    // Of each second run, a read that is not consistent finds what was there before.
    const memory = new MemoryTable(["pk", "sk"], run % 2 === 0 ? undefined : random);
    const world = { memory, random, lost: run % 4 < 2 ? 0.1 : 0 };
    const counts = await runUnique(world, { writers: 1 + (run % 4), length: 12 }).catch((error) => {
      throw new Error(`seed ${seed}, run ${run}: ${String(error)}`, { cause: error });
    });
    for (const name of ["done", "refused", "taken"] as const) total[name] += counts[name];
  }
  // Enough of them come through, and enough of them meet each other.
  expect(total.done).toBeGreaterThan(total.refused);
  expect(total.taken).toBeGreaterThan(total.done / 50);
});
