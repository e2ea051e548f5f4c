/** `npm run compare`: installs the pinned libraries, builds bloop, and runs each situation with each of them. */

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const here = `${root}compare/`;

function run(command, args) {
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
    env,
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** Whether compare/node_modules is what the lock says. */
function isInstalled() {
  const lock = `${here}node_modules/.package-lock.json`;
  if (!existsSync(lock)) return false;
  const there = JSON.parse(readFileSync(lock, "utf8")).packages;
  const wanted = JSON.parse(readFileSync(`${here}package-lock.json`, "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || optional === true || there[path]?.version === version,
  );
}

if (!isInstalled()) run("npm", ["ci", "--prefix", "compare", "--ignore-scripts", "--no-audit", "--no-fund"]);
run("npm", ["run", "--silent", "build"]);
// As npm would install it, so that all of them import one copy of the SDK.
const copy = `${here}node_modules/bloop-dynamodb`;
rmSync(copy, { recursive: true, force: true });
cpSync(`${root}dist`, `${copy}/dist`, { recursive: true });
cpSync(`${root}package.json`, `${copy}/package.json`);
run(process.execPath, ["compare/main.mjs", ...process.argv.slice(2)]);
// README shows the table: in the form in which Biome leaves it.
run(process.execPath, ["node_modules/@biomejs/biome/bin/biome", "format", "--write", "compare/results.md"]);
run(process.execPath, ["scripts/docs.mjs"]);
