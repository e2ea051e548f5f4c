/** The test of the test: each wrong consumer breaks an invariant in some history, soon. */

import { expect, test } from "vitest";
import { makeMutant } from "../support/stream/compiled.js";
import { Broken } from "../support/stream/ledger.js";
import { mutants } from "../support/stream/mutants.js";
import { failureOf, makeSchedule } from "../support/stream/schedule.js";

const most = 20_000;

test.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
  "is caught: %s",
  { timeout: 300_000 },
  async (_, mutant) => {
    const make = await makeMutant(mutant);
    const { seed: likely = 1 } = mutant;
    for (let index = 0; index < most; index++) {
      const seed = index === 0 ? likely : index;
      const failure = failureOf(makeSchedule(seed), make);
      if (failure === undefined) continue;
      expect(failure.error).toBeInstanceOf(Broken);
      if (process.env.SHOW) console.log(`${seed} ${mutant.name}: ${String(failure.error)}`);
      return;
    }
    throw new Error(`None of ${most} histories breaks with this: ${mutant.name}`);
  },
);
