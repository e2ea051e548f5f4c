/**
 * Every snippet of the manual compiles and runs, as it stands on its page. Some of them run in one process, one after the
 * other: to load the SDK takes longer than they do.
 */

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

/** Says which of its arguments have run, so that one that ends the process early is missed. */
const runner = `
for (const name of process.argv.slice(1)) {
  await import(\`file://${folder}/out/\${name}.js\`);
  process.stderr.write(\`\\n\${name} has run\\n\`);
}`;

async function runAll(names: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    BLOOP_ENDPOINT: inject("endpoint"),
    AWS_ENDPOINT_URL: inject("endpoint"),
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
  const { stderr } = await run(process.execPath, ["--input-type=module", "-e", runner, "--", ...names], { env });
  return stderr;
}

const together = 8;
const groups = Array.from({ length: Math.ceil(programs.length / together) }, (_, index) =>
  programs.slice(index * together, (index + 1) * together).map(({ name }) => name),
);

test.each(groups.map((names) => [names.join(", "), names] as const))(
  "%s run",
  { timeout: 120_000 },
  async (_, names) => {
    const told = await runAll(names);
    for (const name of names) expect(told).toContain(`${name} has run`);
  },
);
