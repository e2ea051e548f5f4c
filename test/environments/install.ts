/** Installs the tools, and bloop as it is packed, into .build/environments: once for a run of these tests. */

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { installPacked } from "../support/packed.js";
import { tools as folder } from "./projects.js";

const here = fileURLToPath(new URL("./", import.meta.url));

/** Whether what is installed is what the lock says. */
function isInstalled(): boolean {
  const lock = `${folder}/package-lock.json`;
  if (!existsSync(`${folder}/node_modules/.package-lock.json`) || !existsSync(lock)) return false;
  return readFileSync(lock, "utf8") === readFileSync(`${here}package-lock.json`, "utf8");
}

export async function setup(): Promise<void> {
  if (!isInstalled()) {
    cpSync(`${here}package.json`, `${folder}/package.json`);
    cpSync(`${here}package-lock.json`, `${folder}/package-lock.json`);
    // Without scripts: what has to be downloaded besides is in packages of its own, for each platform.
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: folder,
      stdio: "inherit",
      shell: process.platform === "win32",
    });
  }
  const packed = await installPacked("environments-packed");
  const copy = `${folder}/node_modules/bloop-dynamodb`;
  rmSync(copy, { recursive: true, force: true });
  cpSync(`${packed}/node_modules/bloop-dynamodb`, copy, { recursive: true });
}
