// All checks and tests: `npm test`, or with --long, every search in its long form. Lists at the end the tests that were
// skipped.
import { spawnSync } from "node:child_process";

const isLong = process.argv.includes("--long");
const env = { ...process.env, BLOOP_SUMMARY: "1", ...(isLong ? { BLOOP_LONG: "1" } : {}) };
const steps = [
  ["scripts/ensure-packages.mjs"],
  ["scripts/check.mjs"],
  ["scripts/ensure-java.mjs"],
  ...(isLong ? [["scripts/ensure-faketime.mjs"]] : []),
  ["node_modules/vitest/vitest.mjs", "run"],
  // Checks the tests themselves: how much of src they cover, and whether they notice removed protections.
  ...(isLong ? [["scripts/coverage.mjs"], ["scripts/mutants.mjs"]] : []),
  // What is built beside the package: it has to compile, and README's comparison to be what is found.
  ...(isLong ? [["bench/run.mjs", "--check"], ["compare/run.mjs", "--check"], ["site/build.mjs"]] : []),
];

for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { stdio: "inherit", env });
  if (status !== 0) process.exit(status ?? 1);
}
