// `npm test`: all checks and tests, with a short form of each long search. With --long: the searches in their long form,
// and what `npm test` leaves out for its time. Lists at the end the tests that were
// skipped.
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";

const isLong = process.argv.includes("--long");
const env = { ...process.env, BLOOP_SUMMARY: "1" };
const vitest = ["node_modules/vitest/vitest.mjs", "run"];
const short = [["scripts/ensure-packages.mjs"], ["scripts/check.mjs"], ["scripts/ensure-java.mjs"], vitest];
const long = [
  ["scripts/ensure-packages.mjs"],
  // It also builds what the tests load.
  ["scripts/check.mjs"],
  ["scripts/ensure-java.mjs"],
  ["scripts/ensure-faketime.mjs"],
  vitest,
  ["scripts/interop.mjs"],
  ["site/build.mjs"],
];

for (const step of isLong ? long : short) {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, step, {
    stdio: "inherit",
    env: isLong && step === vitest ? { ...env, BLOOP_LONG: "1" } : env,
  });
  if (status !== 0) process.exit(status ?? 1);
  if (isLong) console.log(`${step.join(" ")}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
}
