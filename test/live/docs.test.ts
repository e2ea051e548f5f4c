/** Every snippet of the manual compiles and runs, as it stands on its page. */

import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, inject, test } from "vitest";
import { pages, snippetsOf } from "../support/manual.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}.build/docs`;

const programs = pages.flatMap((page) => snippetsOf(page).programs);

beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const { name, code } of programs) await writeFile(`${folder}/${name}.ts`, `${code}\nexport {};\n`);
  const compilerOptions = { noEmit: false, rootDir: ".", outDir: "out", paths: {}, noUnusedLocals: false };
  await writeFile(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"] }),
  );
});

test("the snippets compile", async () => {
  const compiled = await run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", folder]).catch(
    (error) => error,
  );
  expect(compiled.stdout).toBe("");
});

test.each(programs)("$name runs", async ({ name }) => {
  const env = {
    ...process.env,
    BLOOP_ENDPOINT: inject("endpoint"),
    AWS_ENDPOINT_URL: inject("endpoint"),
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
  await expect(run(process.execPath, [`${folder}/out/${name}.js`], { env })).resolves.toBeDefined();
});
