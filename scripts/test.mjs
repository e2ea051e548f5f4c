// All checks and tests: `npm test`, or with --long, every search in its long form. Says at the end what was left out.
import { spawnSync } from "node:child_process";

const isLong = process.argv.includes("--long");
const env = { ...process.env, BLOOP_SUMMARY: "1", ...(isLong ? { BLOOP_LONG: "1" } : {}) };
const steps = [
  ["scripts/ensure-packages.mjs"],
  ["scripts/check.mjs"],
  ["scripts/ensure-java.mjs"],
  ...(isLong ? [["scripts/ensure-faketime.mjs"]] : []),
  ["node_modules/vitest/vitest.mjs", "run"],
  // That the tests hold what they say: how much of src they enter, and whether they miss what is taken out of it.
  ...(isLong ? [["scripts/coverage.mjs"], ["scripts/mutants.mjs"]] : []),
];

for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { stdio: "inherit", env });
  if (status !== 0) process.exit(status ?? 1);
}
