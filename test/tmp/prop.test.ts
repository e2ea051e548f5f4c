import { test } from "vitest";
import { makeCore } from "../support/stream/core.js";
import { describeFailure, failureOf, makeSchedule, shrink } from "../support/stream/schedule.js";
test("x", () => {
  const t = Date.now(); const kinds = new Map<string, number[]>();
  const from = Number(process.env.FROM ?? 1), n = Number(process.env.N ?? 2000);
  for (let seed = from; seed < from + n; seed++) {
    const f = failureOf(makeSchedule(seed), makeCore);
    if (f) { const m = String((f.error as Error).message).replace(/\d+/g, "#").slice(0, 70); kinds.set(m, [...(kinds.get(m) ?? []), seed]); }
  }
  console.log(Date.now() - t, "ms", [...kinds].map(([m, s]) => `${s.length} ${m}: ${s.slice(0, 5)}`));
  for (const [, s] of [...kinds].slice(0, 4)) { let best; for (const seed of s.slice(0, 3)) { const f = failureOf(makeSchedule(seed), makeCore); if (f) { const g = shrink(f, makeCore); if (!best || g.schedule.actions.length < best.schedule.actions.length) best = g; } } if (best) console.log(describeFailure(best)); }
}, 600000);
