// Runs the tests that need no Java (the unit tests and the live tests on Dynoxide), and checks the coverage of each
// folder of src. A line that can't be reached is deleted, or listed here.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { relative } from "node:path";

/** Percent of lines; of branches 5 less. */
const wanted = { wire: 100, types: 100, expression: 100, model: 100, table: 100 };
const otherwise = 95;
/** Folders whose tests need Java, or a network. */
const elsewhere = {
  local: "its tests start both engines, in other processes: test/live/local.test.ts",
};
/** Lines that no test can reach. */
const unreachable = [/^(?:default:|return assertNever\(\w+\);)$/];

const liveTests = readdirSync("test/live")
  .filter((name) => name !== "docs.test.ts")
  .map((name) => `test/live/${name}`);
const folder = ".build/coverage";
const options = [
  "--project=unit",
  "--project=live dynoxide",
  // Not test/package and test/live/docs, which run the built package.
  "test/unit",
  "test/property",
  ...liveTests,
  "--coverage.enabled",
  "--coverage.provider=v8",
  "--coverage.include=src/**/*.ts",
  "--coverage.reporter=json",
  `--coverage.reportsDirectory=${folder}`,
  "--reporter=dot",
  // Instrumented code is slow: a test that waits can fail on a busy machine. `npm test` tries nothing again.
  "--retry=2",
];
const { status } = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...options], {
  stdio: "inherit",
  // A tenth of the schedules covers the same lines.
  env: { BLOOP_STREAM_SCHEDULES: "50", ...process.env },
});
if (status !== 0) process.exit(status ?? 1);

const folders = new Map();
for (const [path, file] of Object.entries(JSON.parse(await readFile(`${folder}/coverage-final.json`, "utf8")))) {
  const name = relative("src", path);
  const key = name.includes("/") ? name.slice(0, name.indexOf("/")) : name;
  const counted = folders.get(key) ?? { lines: [], branches: [] };
  folders.set(key, counted);
  await count(path, name, file, counted);
}

let missed = false;
for (const [name, { lines, branches }] of [...folders].sort(([left], [right]) => (left < right ? -1 : 1))) {
  if (lines.length === 0) continue;
  const least = wanted[name] ?? otherwise;
  const [line, branch] = [percent(lines), percent(branches)];
  const fails = !(name in elsewhere) && (line < least || branch < least - 5);
  const note = name in elsewhere ? ` (${elsewhere[name]})` : fails ? `, not ${least} % and ${least - 5} %` : "";
  console.log(`${name}: ${line.toFixed(1)} % of lines, ${branch.toFixed(1)} % of branches${note}`);
  if (!fails) continue;
  missed = true;
  for (const { where } of lines.filter(({ isHit }) => !isHit)) console.log(`  ${where}`);
}
process.exit(missed ? 1 : 0);

/** Counts each line that begins a statement, and each branch, hit or not. */
async function count(path, name, { statementMap, s, branchMap, b }, { lines, branches }) {
  const source = (await readFile(path, "utf8")).split("\n");
  const isNamed = (line) => unreachable.some((pattern) => pattern.test(source[line - 1]?.trim() ?? ""));
  const hits = new Map();
  for (const [id, { start }] of Object.entries(statementMap)) {
    hits.set(start.line, Math.max(hits.get(start.line) ?? 0, s[id]));
  }
  for (const [line, hit] of hits) {
    if (!isNamed(line)) lines.push({ isHit: hit > 0, where: `${name}:${line}: ${source[line - 1].trim()}` });
  }
  for (const [id, { locations, line }] of Object.entries(branchMap)) {
    for (const [index, location] of locations.entries()) {
      if (!isNamed(location.start?.line ?? line)) branches.push({ isHit: b[id][index] > 0 });
    }
  }
}

function percent(counted) {
  return counted.length === 0 ? 100 : (100 * counted.filter(({ isHit }) => isHit).length) / counted.length;
}
