/** What users' compilers see of src as it is now: the compile tests read it, so that none sees the build of yesterday. */

import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Where the declarations are, from the root of the repository. */
export const declarations = ".build/declarations";

export async function setup(): Promise<void> {
  await rm(`${root}${declarations}`, { recursive: true, force: true });
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  const options = ["-p", `${root}tsconfig.build.json`, "--outDir", `${root}${declarations}`];
  await promisify(execFile)(process.execPath, [tsc, ...options]);
}
