/** Rewritings of keys beside writers, killed at any request: no value changes by them, and in the end all keys are right. */

import { expect, test } from "vitest";
import { effort } from "../support/effort.js";
import { withImmediatePauses } from "../support/immediate-pauses.js";
import { seededRandom } from "../support/random.js";
import { runRewriting } from "../support/rewriting.js";

const seed = Number(process.env.BLOOP_SEED ?? 1818);

withImmediatePauses();

test.each(["ORDER", "O"] as const)("rewritings to the key %s lose nothing, and come to their end", async (first) => {
  const random = seededRandom(seed);
  const total = { rewritten: 0, left: 0, gone: 0 };
  for (let run = 0; run < effort(12, 400); run++) {
    const outcomes = await runRewriting({ random, first }).catch((error) => {
      throw new Error(`seed ${seed}, run ${run}: ${String(error)}`, { cause: error });
    });
    for (const name of ["rewritten", "left", "gone"] as const) total[name] += outcomes[name];
  }
  // Enough is written, and some of it after another writer came.
  expect(total.rewritten).toBeGreaterThan(total.left);
  expect(total.gone + total.left).toBeGreaterThan(0);
});
