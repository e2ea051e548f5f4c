/** The example of the page on testing that Jest runs. Jest is fetched for it: 200 packages that nothing else needs. */

import { execFile } from "node:child_process";
import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}.build/jest`;

test.each([
  ["an engine for each file", {}],
  ["one engine for all files", { globalSetup: "./one-for-all.js" }],
])("Jest, with %s", { timeout: 300_000 }, async (_, jest) => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(`${root}examples/testing`, folder, { recursive: true });
  const dependencies = { jest: "30.5.2" };
  const settings = { testMatch: ["**/counter.jest.test.js"], transform: {}, ...jest };
  await writeFile(
    `${folder}/package.json`,
    JSON.stringify({ type: "module", private: true, dependencies, jest: settings }),
  );
  await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: folder });
  await symlink(root, `${folder}/node_modules/bloop-dynamodb`, "junction");
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV|NODE_OPTIONS|TEST$)/.test(name));
  const env = { ...Object.fromEntries(inherited), NO_COLOR: "1", BLOOP_ENDPOINT: "" };
  const { stderr } = await run(process.execPath, ["--experimental-vm-modules", "node_modules/jest/bin/jest.js"], {
    cwd: folder,
    env,
  });
  expect(stderr).toMatch(/Tests: +1 passed, 1 total/);
});
