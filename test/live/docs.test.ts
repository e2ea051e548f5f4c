/** Every snippet of the manual compiles and runs, as it stands on its page. */

import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, inject, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}.build/docs`;

/** A page's snippets make one program; one with imports of its own begins another. Tests are run by their runners. */
function programsOf(page: string): string[] {
  const programs: string[] = [];
  for (const [, example = "", code = ""] of page.matchAll(/(<!-- examples.*? -->\n)?```ts\n([\s\S]*?)```/g)) {
    if (example.includes("examples/testing/")) continue;
    if (/^import /m.test(code)) programs.push(code);
    else programs.push(`${programs.pop() ?? ""}\n${code}`);
  }
  return programs;
}

const pages = (await readdir(`${root}docs`)).filter((name) => name.endsWith(".md"));
const programs = (
  await Promise.all(
    pages.map(async (page) => {
      const text = await readFile(`${root}docs/${page}`, "utf8");
      return programsOf(text).map((code, index) => ({ name: `${page.replace(".md", "")}-${index + 1}`, code }));
    }),
  )
).flat();

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
