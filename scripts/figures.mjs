// Prints the figures of the code that docs/architecture.md shows: its size, its names, its English, and the files that
// operations enter, by V8's coverage. The operations run on the embedded emulator.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { parseSync } from "oxc-parser";

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path, text: readFileSync(join("src", path), "utf8") }))
  .map((file) => ({ ...file, ...parseSync(file.path, file.text) }));
const lines = sum(files.map(codeLines));

const rows = [...ofText(), ...ofNames(), ...ofTree(), ...(await ofOperations())];
const width = Math.max(...rows.map(([name]) => name.length));
console.log(`| ${"figure".padEnd(width)} | today |`);
console.log(`| ${"-".repeat(width)} | ----- |`);
for (const [name, value] of rows) console.log(`| ${name.padEnd(width)} | ${String(value).padStart(5)} |`);

function ofText() {
  const words = files.flatMap(({ comments }) => comments.flatMap(({ value }) => value.match(/[A-Za-z']+/g) ?? []));
  const perThousand = (word) => {
    const found = words.filter((one) => one.toLowerCase() === word).length;
    return ((1000 * found) / words.length).toFixed(1);
  };
  return [
    ["files", files.length],
    ["lines of code", lines],
    ["lines of the longest file", Math.max(...files.map(({ text }) => text.split("\n").length))],
    ['"where" in 1,000 words of comments', perThousand("where")],
    ['"what" in 1,000 words of comments', perThousand("what")],
  ];
}

/** Lines that hold more than a comment. */
function codeLines({ text, comments }) {
  const bare = comments.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
  return bare.split("\n").filter((line) => line.trim() !== "").length;
}

/** Counts the exported names of modules that no entry point of the package exports. */
function ofNames() {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
  const entries = Object.values(exports)
    .filter((path) => path.endsWith(".js"))
    .map((path) => path.replace(/^\.\/dist\//, "").replace(/\.js$/, ".ts"));
  const named = (paths) =>
    files
      .filter(({ path }) => paths(path))
      .flatMap(({ module }) => module.staticExports.flatMap((one) => one.entries))
      .map(({ exportName, moduleRequest }) => ({ name: exportName.name, isOwn: moduleRequest === null }));
  const isPublic = new Set(named((path) => entries.includes(path)).map(({ name }) => name));
  const own = named((path) => !entries.includes(path)).filter(({ isOwn }) => isOwn);
  const internal = own.filter(({ name }) => !isPublic.has(name));
  return [
    ["exported names", own.length],
    ["exported names that are not public, in percent", Math.round((100 * internal.length) / own.length)],
  ];
}

function ofTree() {
  const nodes = files.flatMap(({ program }) => nodesOf(program));
  const functions = nodes.filter(({ type }) => /Function/.test(type) && !/^TS/.test(type));
  const casts = nodes.filter(
    (node) => node.type === "TSAsExpression" && node.typeAnnotation.typeName?.name !== "const",
  );
  return [
    ["functions with more than three parameters", functions.filter(({ params }) => params.length > 3).length],
    ["casts in 1,000 lines", ((1000 * casts.length) / lines).toFixed(1)],
  ];
}

function nodesOf(node) {
  if (typeof node !== "object" || node === null) return [];
  const children = Object.values(node).flat().flatMap(nodesOf);
  return typeof node.type === "string" ? [node, ...children] : children;
}

/** Counts the files in which an operation runs at least one function. */
async function ofOperations() {
  const options = ["-p", "tsconfig.build.json", "--emitDeclarationOnly", "false", "--outDir", ".build/figures"];
  const { status } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", ...options], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  const load = (path) => import(pathToFileURL(join(".build/figures", path)).href);
  const { Engine, model, number, string } = await load("index.js");
  const { startLocal } = await load("local/index.js");
  const server = await startLocal({ engine: "dynoxide" });
  const access = { region: "local", credentials: { accessKeyId: "x", secretAccessKey: "x" } };
  const Account = model(
    "Account",
    { id: string().hashKey(), name: string(), logins: number() },
    { stream: { include: ["new", "old"] } },
  );
  const makeClient = () => new DynamoDBClient({ ...access, endpoint: server.endpoint });
  const clients = { "the lean road": makeClient(), "the SDK's road": makeClient() };
  const rows = [];
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  for (const [road, dynamodb] of Object.entries(clients)) {
    if (road !== "the lean road") dynamodb.middlewareStack.add((next) => next, { step: "build", name: "ours" });
    const engine = new Engine({ dynamodb });
    await engine.bind(Account);
    const operations = {
      get: () => engine.get(Account, { id: "1" }),
      save: () => engine.save(account),
      query: () => engine.query(Account, { key: Account.id.eq("1") }).all(),
      update: () => engine.update(Account, { id: "1" }, { name: "b" }),
    };
    await engine.save(new Account({ id: "1", name: "a" }));
    let account = await engine.get(Account, { id: "1" });
    for (const [name, run] of Object.entries(operations)) {
      await run();
      account = await engine.get(Account, { id: "1" });
      account.name = `${rows.length}`;
      await session.post("Profiler.takePreciseCoverage");
      await run();
      rows.push([`files that ${name}() enters, by ${road}`, await entered(session)]);
    }
  }
  rows.push(...(await ofStream(session, new Engine({ dynamodb: makeClient() }), Account)));
  session.disconnect();
  await server.stop();
  return rows;
}

/** A stream to its first record, and a record that came with it in one answer. */
async function ofStream(session, engine, Account) {
  for (let id = 0; id < 5; id++) await engine.save(new Account({ id: `stream ${id}`, name: "a" }));
  await session.post("Profiler.takePreciseCoverage");
  const stream = engine.stream(Account, "trim_horizon");
  const records = stream[Symbol.asyncIterator]();
  await records.next();
  const rows = [["files that a stream enters until its first record", await entered(session)]];
  await records.next();
  await session.post("Profiler.takePreciseCoverage");
  await records.next();
  rows.push(["files that a buffered record of a stream enters", await entered(session)]);
  await stream.close();
  return rows;
}

async function entered(session) {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const ours = result.filter(({ url }) => url.includes("/.build/figures/"));
  return ours.filter(({ functions }) =>
    functions.some(({ functionName, ranges }) => functionName !== "" && ranges[0].count > 0),
  ).length;
}

function sum(numbers) {
  return numbers.reduce((total, one) => total + one, 0);
}
