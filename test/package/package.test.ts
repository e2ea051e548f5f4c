/** The package as users get it: what is in it, that each entry point imports, and that its types stand on their own. */

import { execFile } from "node:child_process";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}.build/package`;

beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(`${folder}/node_modules`, { recursive: true });
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], {
    cwd: root,
    shell: process.platform === "win32",
  });
  const [tarball = ""] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
  await run("tar", ["-xzf", tarball], { cwd: folder });
  await rename(`${folder}/package`, `${folder}/node_modules/bloop`);
  await writeFile(`${folder}/package.json`, JSON.stringify({ type: "module", private: true }));
}, 120_000);

test("holds the compiled library and its papers, and nothing else", async () => {
  const files = await readdir(`${folder}/node_modules/bloop`);
  expect(files.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "dist", "package.json"]);
  const compiled = await readdir(`${folder}/node_modules/bloop/dist`, { recursive: true, withFileTypes: true });
  expect(compiled.filter((entry) => entry.isFile() && !/\.(?:js|d\.ts)$/.test(entry.name))).toEqual([]);
});

const entries = [
  "bloop",
  "bloop/local",
  "bloop/ext/temporal",
  "bloop/ext/luxon",
  "bloop/ext/dayjs",
  "bloop/ext/decimal",
];

test.each(entries)("%s imports", async (entry) => {
  const code = `import * as all from ${JSON.stringify(entry)}; console.log(Object.keys(all).length);`;
  await writeFile(`${folder}/entry.js`, code);
  const { stdout } = await run(process.execPath, ["entry.js"], { cwd: folder });
  expect(Number(stdout)).toBeGreaterThan(0);
});

test("closes deep imports", async () => {
  await writeFile(`${folder}/deep.js`, 'import "bloop/dist/engine/engine.js";');
  await expect(run(process.execPath, ["deep.js"], { cwd: folder })).rejects.toThrow(/ERR_PACKAGE_PATH_NOT_EXPORTED/);
});

test("has types that stand on their own, without skipLibCheck", async () => {
  const code = `import { Engine, model, string } from "bloop";
import { startDynamoDBLocal } from "bloop/local";
const Account = model("Account", { id: string().hashKey(), name: string() });
const local = await startDynamoDBLocal();
const found = await new Engine().get(Account, { id: local.endpoint });
found?.name satisfies string | undefined;
`;
  await writeFile(`${folder}/types.ts`, code);
  const compilerOptions = {
    target: "es2022",
    module: "nodenext",
    strict: true,
    noEmit: true,
    types: ["node"],
    skipLibCheck: false,
  };
  await writeFile(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, files: ["types.ts"] }));
  const compiled = await run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", folder]).catch(
    (error) => error,
  );
  expect(compiled.stdout).toBe("");
});
