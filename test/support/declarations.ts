/** The package as users' compilers see it, made of src as it is now: no compile test sees the build of yesterday. */

import { execFile } from "node:child_process";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}.build/compile/node_modules/bloop-dynamodb`;

export async function setup(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await copyFile(`${root}package.json`, `${folder}/package.json`);
  // A package of its own: inside of this one, the name would lead to its own dist.
  await writeFile(`${root}.build/compile/package.json`, '{ "type": "module", "private": true }');
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  const options = ["-p", `${root}tsconfig.build.json`, "--outDir", `${folder}/dist`];
  await promisify(execFile)(process.execPath, [tsc, ...options]);
}
