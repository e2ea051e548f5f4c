// Packages of the repository with dependencies of their own: bench, compare and site.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../", import.meta.url));

/** Runs a command, and gives its status. */
export function start(command, args, { env = {} } = {}) {
  const shell = process.platform === "win32";
  const options = { cwd: root, stdio: "inherit", shell, env: { ...process.env, ...env } };
  return spawnSync(command, args, options).status ?? 1;
}

/** Runs a command, and ends this process with its status if it fails. */
export function run(command, args, options) {
  const status = start(command, args, options);
  if (status !== 0) process.exit(status);
}

/** Installs what a package's lock says, unless it is there. */
export function install(name, ...options) {
  if (!isInstalled(`${root}${name}/`)) run("npm", ["ci", "--prefix", name, ...options, "--no-audit", "--no-fund"]);
}

/** Whether a package's node_modules are what its lock says. */
function isInstalled(folder) {
  const lock = `${folder}node_modules/.package-lock.json`;
  if (!existsSync(lock)) return false;
  const there = JSON.parse(readFileSync(lock, "utf8")).packages;
  const wanted = JSON.parse(readFileSync(`${folder}package-lock.json`, "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || optional === true || there[path]?.version === version,
  );
}

/** Builds bloop into a package as npm would install it, so that all of its packages import one copy of the SDK. */
export function installBloop(name) {
  run("npm", ["run", "--silent", "build"]);
  const copy = `${root}${name}/node_modules/bloop-dynamodb`;
  rmSync(copy, { recursive: true, force: true });
  cpSync(`${root}dist`, `${copy}/dist`, { recursive: true });
  cpSync(`${root}package.json`, `${copy}/package.json`);
}
