/** Tools that load bloop twice in one process: what one copy remembers of an object, the other one knows. */

import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { binary, makeProject, printed, right, run } from "./projects.js";

const tsx = () => binary("tsx/dist/cli.mjs");

test("tsx, in a project that is not of ES modules", async () => {
  const project = makeProject("tsx commonjs", { type: "commonjs", typescript: true });
  expect(printed(await run(process.execPath, [tsx(), "given.ts"], project))).toEqual(right);
});

test("tsx, in a project of ES modules", async () => {
  const project = makeProject("tsx module", { typescript: true });
  expect(printed(await run(process.execPath, [tsx(), "given.ts"], project))).toEqual(right);
});

test("tsx, with models in a file of CommonJS and the engine in an ES module, and the other way", async () => {
  const project = makeProject("tsx mixed", { type: "commonjs", typescript: true });
  writeFileSync(`${project}/imported.mjs`, `export * from "bloop-dynamodb";\n`);
  writeFileSync(
    `${project}/mixed.ts`,
    `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as required from "bloop-dynamodb";
import { stubHandler } from "./answers";
import { scenario } from "./scenario";

async function main() {
  const imported = await import("./imported.mjs");
  console.log(required.Engine === imported.Engine ? "one copy" : "two copies");
  const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
  const dynamodb = new DynamoDBClient({ region: "eu-west-1", credentials, requestHandler: stubHandler() as never });
  for (const copies of [{ declares: required, works: imported }, { declares: imported, works: required }])
    console.log(JSON.stringify(await scenario({ dynamodb }, copies as never)));
}

void main();
`,
  );
  const { stdout } = await run(process.execPath, [tsx(), "mixed.ts"], project);
  const [copies, ...found] = stdout.trim().split("\n");
  expect(copies).toBe("two copies");
  expect(found.map((line) => JSON.parse(line))).toEqual([right, right]);
});

test("require(), without any tool", async () => {
  const project = makeProject("require", { type: "commonjs" });
  const code = `const { Engine, model, string } = require("bloop-dynamodb");
import("bloop-dynamodb").then((imported) => console.log(JSON.stringify(imported.Engine === Engine)));
model("Account", { id: string().hashKey() });`;
  writeFileSync(`${project}/app.js`, code);
  expect(printed(await run(process.execPath, ["app.js"], project))).toBe(true);
});

/** Declares with a copy from before a reset of all modules, and works with one from after it. */
const acrossReset = (load: string) => `
let declares;
beforeAll(async () => {
  declares = await ${load};
});
test("the first test", () => {
  expect(declares.Engine).toBeDefined();
});
test("after all modules were reset", async () => {
  const works = await ${load};
  expect(works.Engine).not.toBe(declares.Engine);
  const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
  const { stubHandler } = require("./answers.js");
  const { scenario } = require("./scenario.js");
  const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
  const dynamodb = new DynamoDBClient({ region: "eu-west-1", credentials, requestHandler: stubHandler() });
  expect(await scenario({ dynamodb }, { declares, works })).toEqual(${JSON.stringify(right)});
});
`;

test("Jest in its CommonJS mode, with resetModules", async () => {
  const project = makeProject("jest", { type: "commonjs" });
  writeFileSync(`${project}/app.test.js`, acrossReset('Promise.resolve(require("bloop-dynamodb"))'));
  writeFileSync(
    `${project}/jest.config.js`,
    `module.exports = {
  testEnvironment: "node",
  resetModules: true,
  transform: { "\\\\.js$": ["babel-jest", { presets: [["@babel/preset-env", { targets: { node: "current" } }]] }] },
  transformIgnorePatterns: ["/node_modules/(?!bloop-dynamodb/)"],
};
`,
  );
  const { stderr } = await run(process.execPath, [binary("jest/bin/jest.js"), "--ci"], project);
  expect(stderr).toMatch(/Tests:\s+2 passed/);
});

test.each([true, false])("Vitest with vi.resetModules(), bloop inlined: %s", async (inlined) => {
  const project = makeProject(`vitest ${inlined}`);
  writeFileSync(
    `${project}/app.test.js`,
    `import { createRequire } from "node:module";
import { beforeEach, beforeAll, expect, test, vi } from "vitest";
import * as answers from "./answers.js";
import * as scenarios from "./scenario.js";
import * as sdk from "@aws-sdk/client-dynamodb";
const require = (name) => ({ "@aws-sdk/client-dynamodb": sdk, "./answers.js": answers, "./scenario.js": scenarios })[name];
beforeEach(() => vi.resetModules());
${acrossReset('import("bloop-dynamodb")')}`.replace(
      "works.Engine).not.toBe",
      inlined ? "works.Engine).not.toBe" : "works.Engine).toBe",
    ),
  );
  writeFileSync(
    `${project}/vitest.config.mjs`,
    `export default { test: { server: { deps: { inline: ${inlined ? '["bloop-dynamodb"]' : "[]"} } } } };\n`,
  );
  const { stdout } = await run(process.execPath, [binary("vitest/vitest.mjs"), "run"], project);
  expect(stdout).toMatch(/Tests\s+2 passed/);
});
