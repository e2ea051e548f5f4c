/** The examples of the page on testing: each is run by its own runner, on the package as it is built. */

import { execFile } from "node:child_process";
import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}.build/testing`;

beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(`${folder}/node_modules`, { recursive: true });
  await symlink(root, `${folder}/node_modules/bloop-dynamodb`, "junction");
  await cp(`${root}examples/testing`, folder, { recursive: true });
  await writeFile(`${folder}/package.json`, JSON.stringify({ type: "module", private: true }));
});

/** Runs a file with Node as from a user's terminal, without what our own runner has set. */
async function runNode(args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|NODE_OPTIONS|TEST$)/.test(name));
  const env = { ...Object.fromEntries(inherited), NO_COLOR: "1", BLOOP_ENDPOINT: "", ...more };
  const { stdout, stderr } = await run(process.execPath, args, { cwd: folder, env, timeout: 100_000 });
  return stdout + stderr;
}

const vitest = `${root}node_modules/vitest/vitest.mjs`;

test("Vitest, with an engine for each file", { timeout: 120_000 }, async () => {
  await writeFile(`${folder}/vitest.config.js`, "export default {};\n");
  expect(await runNode([vitest, "run", "--root", folder, "counter.vitest"])).toMatch(/Tests {2}1 passed/);
});

test("Vitest, with one engine for all files", { timeout: 120_000 }, async () => {
  await writeFile(`${folder}/vitest.config.js`, 'export default { test: { globalSetup: ["./one-for-all.js"] } };\n');
  expect(await runNode([vitest, "run", "--root", folder, "counter.vitest"])).toMatch(/Tests {2}1 passed/);
});

test("node:test", { timeout: 120_000 }, async () => {
  expect(await runNode(["--test", "counter.node.test.js"])).toMatch(/pass 1\n/);
});
