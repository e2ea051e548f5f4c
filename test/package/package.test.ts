/** The package as users get it: what is in it, that each entry point imports, and that its types stand on their own. */

import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { posix } from "node:path";
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
  await rename(`${folder}/package`, `${folder}/node_modules/bloop-dynamodb`);
  await writeFile(`${folder}/package.json`, JSON.stringify({ type: "module", private: true }));
}, 120_000);

test("holds the compiled library and its papers, and nothing else", async () => {
  const files = await readdir(`${folder}/node_modules/bloop-dynamodb`);
  expect(files.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "dist", "package.json"]);
  const compiled = await readdir(`${folder}/node_modules/bloop-dynamodb/dist`, {
    recursive: true,
    withFileTypes: true,
  });
  expect(compiled.filter((entry) => entry.isFile() && !/\.(?:js|d\.ts)$/.test(entry.name))).toEqual([]);
});

const entries = [
  "bloop-dynamodb",
  "bloop-dynamodb/local",
  "bloop-dynamodb/ext/temporal",
  "bloop-dynamodb/ext/luxon",
  "bloop-dynamodb/ext/dayjs",
  "bloop-dynamodb/ext/decimal",
];

test.each(entries)("%s imports", async (entry) => {
  const code = `import * as all from ${JSON.stringify(entry)}; console.log(Object.keys(all).length);`;
  await writeFile(`${folder}/entry.js`, code);
  const { stdout } = await run(process.execPath, ["entry.js"], { cwd: folder });
  expect(Number(stdout)).toBeGreaterThan(0);
});

/** The files that are loaded with an entry, by their paths in `dist`. */
async function loadedWith(entry: string): Promise<Set<string>> {
  const loaded = new Set([entry]);
  for (const path of loaded) {
    const code = await readFile(`${folder}/node_modules/bloop-dynamodb/dist/${path}`, "utf8");
    for (const [, next = ""] of code.matchAll(/ from "(\.[^"]+)"/g)) loaded.add(posix.join(posix.dirname(path), next));
  }
  return loaded;
}

test("is two files, as long as nothing else is needed", async () => {
  expect((await loadedWith("index.js")).size).toBe(2);
});

/** A client that answers without a network, and what is common to the scripts that use it. */
const stub = `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { add, ConstraintViolation, Engine, model, number, string } from "bloop-dynamodb";
const item = { id: { S: "1" }, logins: { N: "1" } };
const answers = {
  GetItem: { Item: item },
  Query: { Items: [item], Count: 1, ScannedCount: 1 },
  UpdateItem: {},
  DeleteItem: { __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", message: "no", Item: item },
};
async function handle({ headers }) {
  const answer = answers[headers["x-amz-target"].split(".")[1]];
  const statusCode = answer.__type === undefined ? 200 : 400;
  return { response: { statusCode, headers: {}, body: Buffer.from(JSON.stringify(answer)) } };
}
const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
const dynamodb = new DynamoDBClient({ region: "eu-west-1", credentials, requestHandler: { handle } });
const Account = model("Account", { id: string().hashKey(), logins: number() });
const engine = new Engine({ dynamodb });
await engine.bind(Account, { tables: "skip" });
`;

const hotPaths = `${stub}
const account = await engine.get(Account, { id: "1" });
account.logins = 2;
await engine.save(account);
await engine.save([account, new Account({ id: "2", logins: 1 })]);
await engine.save(account, { actions: { logins: add(1) } });
await engine.update(Account, { id: "1" }, { logins: add(1) }, { returning: "old" });
for await (const found of engine.query(Account, { key: Account.id.eq("1") })) console.log(found.logins);
await engine.delete(account, { atomic: true }).catch((error) => console.log(error instanceof ConstraintViolation));
`;

test("gets, saves, updates, queries and deletes without what is loaded later, also where a condition fails", async () => {
  const dist = `${folder}/bare/node_modules/bloop-dynamodb/dist`;
  await cp(`${folder}/node_modules/bloop-dynamodb`, `${folder}/bare/node_modules/bloop-dynamodb`, { recursive: true });
  const loaded = await loadedWith("index.js");
  const files = (await readdir(`${dist}/shared`)).filter((name) => !loaded.has(`shared/${name}`));
  expect(files.length).toBeGreaterThan(0);
  for (const name of files) await rm(`${dist}/shared/${name}`);
  await writeFile(`${folder}/bare/package.json`, JSON.stringify({ type: "module", private: true }));
  await writeFile(`${folder}/bare/hot.js`, hotPaths);
  const { stdout } = await run(process.execPath, ["hot.js"], { cwd: `${folder}/bare` });
  expect(stdout).toBe("1\ntrue\n");
});

test("closes deep imports", async () => {
  await writeFile(`${folder}/deep.js`, 'import "bloop-dynamodb/dist/engine/engine.js";');
  await expect(run(process.execPath, ["deep.js"], { cwd: folder })).rejects.toThrow(/ERR_PACKAGE_PATH_NOT_EXPORTED/);
});

test("has types that stand on their own, without skipLibCheck", async () => {
  const code = `import { Engine, model, string } from "bloop-dynamodb";
import { startDynamoDBLocal } from "bloop-dynamodb/local";
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
