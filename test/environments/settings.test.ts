/** TypeScript's settings: which of them find bloop's types, as docs/environments.md has it. */

import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { binary, makeProject, run } from "./projects.js";

const code = `import { Engine, model, string } from "bloop-dynamodb";
import * as local from "bloop-dynamodb/local";
const Account = model("Account", { id: string().hashKey() });
export const get = () => new Engine().get(Account, { id: "1" });
export { local };
`;

/** The codes of the errors, without those that say that a setting is old. */
async function errorsOf(file: string, compilerOptions: object): Promise<readonly string[]> {
  const project = makeProject(`settings ${file} ${Object.values(compilerOptions).join(" ")}`, { type: "commonjs" });
  writeFileSync(`${project}/${file}`, code);
  const options = { target: "es2022", strict: true, noEmit: true, types: [], skipLibCheck: true, ...compilerOptions };
  writeFileSync(`${project}/tsconfig.json`, JSON.stringify({ compilerOptions: options, files: [file] }));
  const args = [binary("typescript/bin/tsc"), "-p", "."];
  const { stdout } = await run(process.execPath, args, project).catch((error: { readonly stdout: string }) => error);
  return [...new Set([...stdout.matchAll(/TS\d+/g)].map(([found]) => found))].sort();
}

test.each([
  ["nodenext", "nodenext", [], []],
  ["node20", "node16", [], []],
  ["node16", "node16", [], ["TS1479"]],
  ["preserve", "bundler", [], []],
  ["esnext", "bundler", [], []],
  ["commonjs", "node10", ["TS2307"], ["TS2307"]],
])("module %s with moduleResolution %s", async (module, moduleResolution, modules, commonjs) => {
  expect(await errorsOf("app.mts", { module, moduleResolution })).toEqual(modules);
  expect(await errorsOf("app.cts", { module, moduleResolution })).toEqual(commonjs);
});
