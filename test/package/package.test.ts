/** The package as users get it: what is in it, that each entry point imports, and that its types stand on their own. */

import { execFile } from "node:child_process";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { posix } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { installPacked, root } from "../support/packed.js";

const run = promisify(execFile);
let folder = "";

beforeAll(async () => {
  folder = await installPacked("package");
}, 120_000);

test("holds the compiled library and its papers, and nothing else", async () => {
  const files = await readdir(`${folder}/node_modules/bloop-dynamodb`);
  expect(files.sort()).toEqual([
    ...["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md"],
    ...["bench", "dist", "docs", "examples", "package.json"],
  ]);
  // Its settings are those of the repository, which is not there.
  expect(await readdir(`${folder}/node_modules/bloop-dynamodb/examples`)).not.toContain("tsconfig.json");
  const compiled = await readdir(`${folder}/node_modules/bloop-dynamodb/dist`, {
    recursive: true,
    withFileTypes: true,
  });
  expect(compiled.filter((entry) => entry.isFile() && !/\.(?:js|d\.ts)$/.test(entry.name))).toEqual([]);
});

const { exports }: { readonly exports: object } = JSON.parse(await readFile(`${root}package.json`, "utf8"));
const entries = Object.keys(exports)
  .filter((name) => name !== "./package.json")
  .map((name) => posix.join("bloop-dynamodb", name));

test("brings packages along whose licences every program can take", async () => {
  const manifestOf = async (name: string): Promise<{ license?: string; dependencies?: object }> =>
    JSON.parse(await readFile(`${root}${name}package.json`, "utf8"));
  const names = new Set(Object.keys((await manifestOf("")).dependencies ?? {}));
  const licences = new Map<string, string | undefined>();
  for (const name of names) {
    const { license, dependencies = {} } = await manifestOf(`node_modules/${name}/`);
    licences.set(name, license);
    for (const next of Object.keys(dependencies)) names.add(next);
  }
  expect([...licences]).toEqual([["undici", "MIT"]]);
});

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

test("a function of Lambda loads an engine and what is its own, and no reader of streams and no tables", async () => {
  const [core, lambda] = await Promise.all(["index.js", "lambda/index.js"].map(loadedWith));
  expect([...(lambda ?? [])].filter((path) => !core?.has(path))).toEqual(["lambda/index.js"]);
});

test("a file that is loaded later is handed the core, and does not load another one", async () => {
  // What two entries have in common is a file of its own, and is loaded with either.
  const entries = ["index.js", "ext/python.js", "ext/luxon.js"];
  const loaded = new Set((await Promise.all(entries.map(loadedWith))).flatMap((names) => [...names]));
  const later = (await readdir(`${folder}/node_modules/bloop-dynamodb/dist/shared`)).filter(
    (name) => !loaded.has(`shared/${name}`),
  );
  expect(later.map((name) => name.replace(/-[^-]+$/, "")).sort()).toEqual([
    "bind",
    "checkpoint-store",
    "markers",
    "room",
    "streams",
    "table-operations",
    "undici-handler",
  ]);
  for (const name of later) expect([name, (await loadedWith(`shared/${name}`)).size]).toEqual([name, 1]);
});

test("Day.js is extended by the first call, and not by the import", async () => {
  const script = `import dayjs from "dayjs";
import { datetime } from "bloop-dynamodb/ext/dayjs";
const isExtended = "utc" in dayjs;
datetime();
console.log(isExtended, "utc" in dayjs);`;
  await writeFile(`${folder}/extended.mjs`, script);
  const { stdout } = await run(process.execPath, ["extended.mjs"], { cwd: folder });
  expect(stdout).toBe("false true\n");
});

/** A client that answers without a network, and what is common to the scripts that use it. */
const stub = `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { add, ConstraintViolation, Engine, model, number, string } from "bloop-dynamodb";
const item = { id: { S: "1" }, logins: { N: "1" } };
const answers = {
  GetItem: { Item: item },
  Query: { Items: [item], Count: 1, ScannedCount: 1 },
  UpdateItem: { Attributes: item },
  BatchGetItem: { Responses: { Account: [item] }, UnprocessedKeys: {} },
  TransactWriteItems: {},
  BatchWriteItem: { UnprocessedItems: {} },
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
await engine.load([account, new Account({ id: "2" })]).catch((error) => console.log(error.name));
await engine.modify(Account, { id: "1" }, (found) => void found.logins++);
await engine.transaction((transaction) => transaction.save(new Account({ id: "3" })));
await engine.putAll([new Account({ id: "4" })]);
await engine.delete(account, { atomic: true }).catch((error) => console.log(error instanceof ConstraintViolation));
`;

test("does all that is done with items without what is loaded later, also if a condition fails", async () => {
  const dist = `${folder}/bare/node_modules/bloop-dynamodb/dist`;
  await cp(`${folder}/node_modules/bloop-dynamodb`, `${folder}/bare/node_modules/bloop-dynamodb`, { recursive: true });
  const loaded = await loadedWith("index.js");
  const files = (await readdir(`${dist}/shared`)).filter((name) => !loaded.has(`shared/${name}`));
  expect(files.length).toBeGreaterThan(0);
  for (const name of files) await rm(`${dist}/shared/${name}`);
  await writeFile(`${folder}/bare/package.json`, JSON.stringify({ type: "module", private: true }));
  await writeFile(`${folder}/bare/hot.js`, hotPaths);
  const { stdout } = await run(process.execPath, ["hot.js"], { cwd: `${folder}/bare` });
  expect(stdout).toBe("1\nMissingObjects\ntrue\n");
});

/** Declares with one copy of bloop, loads and saves with another one, and says what went wrong. */
const copies = `${stub.replace('from "bloop-dynamodb"', 'from "../one/node_modules/bloop-dynamodb/dist/index.js"')}
import * as other from "../other/node_modules/bloop-dynamodb/dist/index.js";
const engines = [engine, new other.Engine({ dynamodb })];
try {
  for (const engine of engines) {
    const account = new Account({ id: "1" });
    await engine.load(account);
    console.log(account.logins, other.changes(account).length);
    account.logins = 2;
    for (const engine of engines) await engine.save(account);
    const error = await engine.delete(account, { atomic: true }).catch((thrown) => thrown);
    console.log(error instanceof ConstraintViolation, error instanceof other.ConstraintViolation);
  }
} catch (error) {
  console.log(error.name, error.message);
}
`;

/** Installs bloop twice, changes the second copy, and runs a script that uses both. */
async function runCopies(name: string, change: (code: string) => string): Promise<string> {
  const here = `${folder}/${name}`;
  for (const copy of ["one", "other"]) {
    await cp(`${folder}/node_modules/bloop-dynamodb`, `${here}/${copy}/node_modules/bloop-dynamodb`, {
      recursive: true,
    });
  }
  const shared = `${here}/other/node_modules/bloop-dynamodb/dist/shared`;
  for (const file of await readdir(shared)) {
    await writeFile(`${shared}/${file}`, change(await readFile(`${shared}/${file}`, "utf8")));
  }
  await cp(`${folder}/package.json`, `${here}/app/package.json`);
  await writeFile(`${here}/app/app.js`, copies);
  return (await run(process.execPath, ["app.js"], { cwd: `${here}/app` })).stdout;
}

test("installed twice, works as one", async () => {
  const once = "1 0\ntrue true\n";
  expect(await runCopies("twice", (code) => code)).toBe(once + once);
});

test("installed in two versions, says which they are, where they are, and how to have one", async () => {
  const stdout = await runCopies("versions", (code) => code.replace(/"\d+\.\d+\.\d+\+\w+"/, '"9.9.9+abcdef01"'));
  // The engine of the model's own copy loads it; the other copy knows nothing of it.
  expect(stdout).toMatch(
    /^InvalidOption Expected an object of a model, .* version \d+\.\d+\.\d+, build \w{8}, loaded from \S+\/versions\/one\/node_modules\/bloop-dynamodb\/dist\/shared\/\S+; this is version 9\.9\.9, build abcdef01, loaded from \S+\/versions\/other\/\S+\. .*"npm ls bloop-dynamodb"/,
  );
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
