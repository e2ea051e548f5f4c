/** The test of the test from outside: what another simulator found is found again where its mend is taken out. */

import { expect, test } from "vitest";
import { loadPackage } from "../support/stream/compiled.js";
import { Broken } from "../support/stream/ledger.js";
import { outsideMutants } from "../support/stream/mutants.js";
import { histories } from "../support/stream/outside-histories.js";
import { outsideFailureOf } from "../support/stream/outside-schedule.js";

test.each(outsideMutants.map((mutant) => [mutant.name, mutant] as const))(
  "is caught: %s",
  { timeout: 120_000 },
  async (_, mutant) => {
    const [, history] = Object.entries(histories).find(([name]) => mutant.history.test(name)) ?? [];
    if (history === undefined) throw new Error(`no history is called ${mutant.history}`);
    const failure = await outsideFailureOf(history, await loadPackage(mutant));
    expect(failure?.error).toBeInstanceOf(Broken);
    if (process.env.SHOW) console.log(`${mutant.name}: ${String(failure?.error)}`);
  },
);
