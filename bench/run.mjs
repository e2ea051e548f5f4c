/** `npm run bench`: installs what is measured, builds bloop and the bench, and runs it. */

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const here = `${root}bench/`;

function start(command, args, env = {}) {
  const shell = process.platform === "win32";
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", shell, env: { ...process.env, ...env } });
  return status ?? 1;
}

function run(command, args) {
  const status = start(command, args);
  if (status !== 0) process.exit(status);
}

/** Whether bench/node_modules is what the lock says. */
function installed() {
  const lock = `${here}node_modules/.package-lock.json`;
  if (!existsSync(lock)) return false;
  const there = JSON.parse(readFileSync(lock, "utf8")).packages;
  const wanted = JSON.parse(readFileSync(`${here}package-lock.json`, "utf8")).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    return path === "" || optional === true || there[path]?.version === version;
  });
}

if (!installed()) run("npm", ["ci", "--prefix", "bench", "--no-audit", "--no-fund"]);
run("npm", ["run", "--silent", "build"]);

// As npm would install it: what bloop imports is then what the others import, one copy of the SDK for all.
const copy = `${here}node_modules/bloop-dynamodb`;
rmSync(copy, { recursive: true, force: true });
cpSync(`${root}dist`, `${copy}/dist`, { recursive: true });
cpSync(`${root}package.json`, `${copy}/package.json`);

run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "bench"]);
const given = process.argv.slice(2);
const status = start(process.execPath, ["bench/.build/main.js", ...given], {
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
});
// Also where a library failed: the others' figures are there.
if (given.includes("--full")) run(process.execPath, ["scripts/docs.mjs"]);
process.exit(status);
