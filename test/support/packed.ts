/** The package as users get it: packed, and unpacked into node_modules of a folder of its own. */

import { execFile } from "node:child_process";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** This repository. Ends with a slash. */
export const root: string = fileURLToPath(new URL("../../", import.meta.url));

/** Makes the folder anew, as a project of ES modules that has installed bloop. Returns it. */
export async function installPacked(name: string): Promise<string> {
  const folder = `${root}.build/${name}`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(`${folder}/node_modules`, { recursive: true });
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], {
    cwd: root,
    shell: process.platform === "win32",
  });
  const [tarball = ""] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
  await run("tar", ["-xzf", tarball], { cwd: folder });
  await rename(`${folder}/package`, `${folder}/node_modules/bloop-dynamodb`);
  await writeFile(`${folder}/package.json`, JSON.stringify({ type: "module", private: true }));
  return folder;
}
