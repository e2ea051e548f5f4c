// Removes protections from the source, one by one, and shows that a test or a check notices each: npm run test:mutants.
// With a word, only the mutants whose names contain it: npm run test:mutants -- atomic.
//
// The places are found in the syntax tree by meaningful names (an option, a condition, a guard), so that they are found
// again when the code around them changes. A place that is not found is an error: a mutant that is never made is never
// caught. Everything happens in a copy of the repository, in .build/mutants.
import { spawn } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { parseSync } from "oxc-parser";

const wanted = process.argv[2] ?? "";
const folder = resolve(".build/mutants");
const operatorNames = ["eq", "lt", "exists", "beginsWith", "contains", "at", "not"];
/** The room of each operation's test. */
const rooms = { get: "read", load: "read", search: "read", together: "read", bind: "engine" };
const engineTests = (...names) => names.map((name) => `test/unit/${rooms[name] ?? "write"}/${name}.test.ts`);
const requestTests = [
  ...engineTests(
    "get",
    "load",
    "search",
    "save",
    "delete",
    "update",
    "modify",
    "move",
    "transaction",
    "unique",
    "bind",
  ),
  "test/unit/rewrite/requests.test.ts",
];

const sources = new Map();
for (const path of await readdir("src", { recursive: true })) {
  if (path.endsWith(".ts"))
    sources.set(`src/${path}`, readSource(`src/${path}`, await readFile(`src/${path}`, "utf8")));
}

const mutants = [
  ...consistentReads(),
  ...options(),
  ...guards(),
  ...conditions(),
  ...sizes(),
  ...operators(),
  ...publicNames(),
].filter(({ name }) => name.includes(wanted));

const workers = Math.max(1, Math.min(4, availableParallelism()));
await rm(folder, { recursive: true, force: true });
const copies = await Promise.all(Array.from({ length: workers }, (_, index) => makeCopy(join(folder, String(index)))));
const baseline = await failuresWithout(copies[0]);
if (baseline !== "") {
  console.error(`Without any mutant, the tests fail already:\n${baseline}`);
  process.exit(1);
}
const survivors = [];
const queue = [...mutants];
await Promise.all(copies.map((copy) => work(copy)));
console.log(`${mutants.length - survivors.length} of ${mutants.length} mutants were caught.`);
process.exit(survivors.length === 0 ? 0 : 1);

async function work(copy) {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const { name, path, change, catches } = mutant;
    const { text } = sources.get(path);
    await writeFile(join(copy, path), change(text));
    const { code } = await run(copy, catches);
    await writeFile(join(copy, path), text);
    if (code === 0) survivors.push(name);
    console.log(`${code === 0 ? "SURVIVED" : "caught  "} ${name}`);
  }
}

/** Runs all tests and checks that a mutant relies on once, on the unchanged source: the output of those that fail. */
async function failuresWithout(copy) {
  const files = new Set(mutants.flatMap(({ catches }) => catches.tests ?? []));
  const commands = new Set(mutants.map(({ catches }) => catches.command).filter((command) => command !== undefined));
  const runs = [...(files.size > 0 ? [{ tests: [...files] }] : []), ...[...commands].map((command) => ({ command }))];
  for (const catches of runs) {
    const { code, output } = await run(copy, catches);
    if (code !== 0) return output;
  }
  return "";
}

function run(cwd, { tests, command }) {
  // All in one process: loading bloop and the SDK for each file takes longer than the tests.
  const options = ["--project=unit", "--no-isolate", "--no-file-parallelism", "--bail=1", "--reporter=dot"];
  const vitest = ["node_modules/vitest/vitest.mjs", "run", ...options];
  const commands = command?.split(" && ").map((line) => line.split(" ")) ?? [[...vitest, ...tests]];
  return commands.reduce(
    async (before, args) => {
      const done = await before;
      return done.code === 0 ? runNode(cwd, args) : done;
    },
    Promise.resolve({ code: 0, output: "" }),
  );
}

function runNode(cwd, args) {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, args, { cwd, env: { ...process.env, NO_COLOR: "1" } });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", failed);
    child.on("close", (code) => done({ code, output }));
  });
}

async function makeCopy(copy) {
  await mkdir(copy, { recursive: true });
  const names = ["src", "test", "docs", "etc", "scripts", "examples"];
  const files = ["package.json", "tsconfig.json", "tsconfig.build.json", "vitest.config.ts", "knip.json", "README.md"];
  for (const name of [...names, ...files]) await cp(name, join(copy, name), { recursive: true });
  await symlink(resolve("node_modules"), join(copy, "node_modules"), "dir");
  return copy;
}

// ---- the mutants

/** Each `ConsistentRead` of a request, and each read of one item that is consistent whatever the options say. */
function consistentReads() {
  const places = findAll(({ type, key, value, isTaken }, { path }) => {
    if (!path.startsWith("src/") || type !== "Property" || isTaken) return false;
    return (
      nameOf(key) === "ConsistentRead" ||
      (/^src\/(?:write|rewrite)\//.test(path) && nameOf(key) === "consistent" && value.value === true)
    );
  });
  atLeast(places, 8, "a property ConsistentRead, or consistent: true, in an object");
  return places.map(({ path, node, within }) => ({
    name: `${nameOf(node.key)} out of ${within} (${path}:${lineOf(path, node)})`,
    path,
    change: replace(node, `${nameOf(node.key)}: undefined`),
    catches: { tests: requestTests },
  }));
}

/** Each option of each operation, as if it had not been given. The options are those of the tables that check them. */
function options() {
  const operations = [
    ["Engine", "constructor", "engineRules", engineTests("get", "load"), ["tableName", "onInvalid"]],
    ["Engine", "bind", "bindRules", engineTests("bind")],
    ["Engine", "save", "saveRules", engineTests("save")],
    ["Engine", "delete", "writeRules", engineTests("delete")],
    ["Engine", "update", "updateRules", engineTests("update", "computed")],
    ["Engine", "modify", "modifyRules", engineTests("modify")],
    ["Engine", "putAll", "bulkRules", engineTests("bulk")],
    ["Engine", "deleteAll", "bulkRules", engineTests("bulk")],
    ["Engine", "load", "readRules", engineTests("load"), ["consistent", "signal"]],
    ["Engine", "get", "readRules", engineTests("get")],
    ["Engine", "getMany", "readRules", engineTests("load")],
    ["Engine", "query", "queryRules", engineTests("search", "together")],
    ["Engine", "scan", "scanRules", engineTests("search", "together")],
    ["Engine", "stream", "streamRules", ["test/unit/stream/stream.test.ts", "test/unit/stream/kinds.test.ts"]],
    ["Engine", "transaction", "commitRules", engineTests("transaction")],
    ["WriteTransaction", "save", "transactedRules", engineTests("transaction")],
    ["WriteTransaction", "delete", "transactedRules", engineTests("transaction")],
    ["WriteTransaction", "update", "transactedUpdateRules", engineTests("transaction", "kinds")],
    ["WriteTransaction", "commit", "commitRules", engineTests("transaction")],
    ["PreparedTransaction", "commit", "commitRules", engineTests("transaction")],
    ["ReadTransaction", "commit", "readTransactionRules", engineTests("load")],
  ];
  return operations.flatMap(([owner, method, rules, tests, only]) => {
    const { path, node, parameter } = methodOf(owner, method);
    return (only ?? namesOf(rules)).map((option) => ({
      name: `${owner}.${method}(): the option ${option}`,
      path,
      change: insert(
        node.value.body.start + 1,
        ` { const { ${option}: _ignored, ...others } = ${parameter} ?? {}; ${parameter} = others; } `,
      ),
      catches: { tests },
    }));
  });
}

/** Each guard of a plan, and each kind of guard in its conversion to conditions. */
function guards() {
  const planned = findAll(
    ({ type, key, value, isTaken }, { path }) =>
      path === "src/model/change/plan.ts" &&
      type === "Property" &&
      nameOf(key) === "guards" &&
      !isTaken &&
      !isEmptyArray(value),
  );
  atLeast(planned, 2, "a property guards, with some, in src/model/change/plan.ts");
  const { path, node } = functionNamed("guardConditions");
  const list = nameOf(node.params.at(-1));
  const kinds = {
    "that nothing is there": "value === undefined",
    "that a set is as it was": 'value !== undefined && ["SS", "NS", "BS"].some((tag) => tag in value)',
    "that another value is as it was": 'value !== undefined && !["SS", "NS", "BS"].some((tag) => tag in value)',
  };
  const tests = [...engineTests("save", "update", "transaction", "kinds"), "test/unit/model/plan.test.ts"];
  return [
    ...planned.map(({ path, node, within }) => ({
      name: `guards out of ${within} (${path}:${lineOf(path, node)})`,
      path,
      change: replace(node, "guards: []"),
      catches: { tests },
    })),
    ...Object.entries(kinds).map(([kind, test]) => ({
      name: `guards ${kind}`,
      path,
      change: insert(node.body.start + 1, ` ${list} = ${list}.filter(({ value }) => !(${test})); `),
      catches: { tests },
    })),
  ];
}

/** Each condition that atomic, a version, a caller or a new item requires: each element of a list of them. */
function conditions() {
  const tests = [
    ...engineTests("save", "delete", "modify", "transaction", "update", "computed", "kinds"),
    "test/unit/model/version.test.ts",
  ];
  return ["conditionsOf", "atomicConditions", "versionConditions", "conditionOf", "planUpdateOf"].flatMap((name) => {
    const { path, node } = functionNamed(name);
    const lists = nodesIn(node).filter(({ type, elements }) => type === "ArrayExpression" && elements.length > 0);
    const places = lists.flatMap(({ elements }) => elements).filter((element) => isConditions(path, element));
    atLeast(places, 1, `a condition in ${name}()`);
    return places.map((element) => ({
      name: `a condition out of ${name}(): ${textOf(path, element).replace(/\s+/g, " ").slice(0, 60)}`,
      path,
      change: replace(element, "...[]"),
      catches: { tests },
    }));
  });
}

/** Of the arrays in those functions, edits are not conditions. */
function isConditions(path, element) {
  return !/^\.\.\.(?:edits|raised)|kind: "increase"|storedName$/.test(textOf(path, element));
}

/** A function of each kind that is too long, or has too many parameters. */
function sizes() {
  const lines = "\nvoid 0;".repeat(60);
  const kinds = {
    "a function": ({ type }) => type === "FunctionDeclaration",
    "a method": ({ type, kind }) => type === "MethodDefinition" && kind === "method",
    "a getter": ({ type, kind }) => type === "MethodDefinition" && kind === "get",
    "an arrow": ({ type, body }) => type === "ArrowFunctionExpression" && body?.type === "BlockStatement",
    "a function whose signature has several lines": (node, { text }) =>
      node.type === "FunctionDeclaration" && node.body && text.slice(node.start, node.body.start).includes("\n"),
  };
  const catches = { tests: ["test/architecture.test.ts"] };
  return Object.entries(kinds).flatMap(([kind, test]) => {
    const [{ path, node }] = atLeast(
      findAll((candidate, source) => test(candidate, source)),
      1,
      kind,
    );
    const made = node.type === "MethodDefinition" ? node.value : node;
    const long = { name: `60 lines into ${kind}`, path, change: insert(made.body.start + 1, lines), catches };
    if (kind === "a getter") return [long];
    const parameters = Array.from({ length: 8 }, (_, index) => `more${index}?: unknown`).join(", ");
    const end = sources.get(path).text.lastIndexOf(")", made.returnType?.start ?? made.body.start);
    const separator = /[(,]\s*$/.test(sources.get(path).text.slice(0, end)) ? "" : ", ";
    return [long, { name: `eight parameters for ${kind}`, path, change: insert(end, separator + parameters), catches }];
  });
}

/** An operator that only the compiler has, or only the run time. */
function operators() {
  const catches = { command: "node_modules/typescript/bin/tsc -p tsconfig.build.json --outDir .build/types" };
  const objects = findAll(({ type, properties }, { path }) => {
    return path.startsWith("src/expression/") && type === "ObjectExpression" && properties.some(isOperator);
  });
  const interfaces = findAll(({ type, body }, { path }) => {
    return path === "src/expression/infer.ts" && type === "TSInterfaceDeclaration" && body.body.some(isSignature);
  });
  atLeast(objects, 4, "an object of operators in src/expression");
  atLeast(interfaces, 4, "an interface of operators in src/expression/infer.ts");
  const run = objects.map(({ path, node, within }) => ({
    name: `an operator of the run time alone, in ${within}()`,
    path,
    change: insert(node.start + 1, " extra: (value: unknown) => makeCondition({ kind: 'always', value } as never), "),
    catches,
  }));
  const types = interfaces.map(({ path, node }) => ({
    name: `an operator of the compiler alone, in ${nameOf(node.id)}`,
    path,
    change: insert(node.body.start + 1, " extra(value: string): Condition; "),
    catches,
  }));
  return [...run, ...types];
}

function isOperator({ type, key, value }) {
  const isFunction = /Function/.test(value?.type ?? "");
  return type === "Property" && isFunction && operatorNames.includes(nameOf(key));
}

function isSignature({ type, key }) {
  return type === "TSMethodSignature" && operatorNames.includes(nameOf(key));
}

function publicNames() {
  const path = "src/index.ts";
  const end = sources.get(path).text.length;
  const exported = (text) => insert(end, `\n${text}\n`);
  const report = "node_modules/typescript/bin/tsc -p tsconfig.build.json && scripts/api.mjs --check";
  return [
    {
      name: "an export that no page of the manual has",
      path,
      change: exported("export const undocumentedName = 1;"),
      catches: { tests: ["test/unit/public-names.test.ts"] },
    },
    {
      name: "an export that the report of the API does not have",
      path,
      change: exported("export const undocumentedName: number = 1;"),
      catches: { command: report },
    },
    {
      name: "an option that the report of the API does not have",
      path: sourceOfInterface("WriteOptions").path,
      change: insert(sourceOfInterface("WriteOptions").node.body.start + 1, " extra?: boolean; "),
      catches: { command: report },
    },
    {
      name: "an export that nobody uses",
      path: "src/util/print.ts",
      change: insert(sources.get("src/util/print.ts").text.length, "\nexport function unused(): void {}\n"),
      catches: { command: "node_modules/knip/bin/knip.js --no-progress" },
    },
  ];
}

// ---- finding the places

function readSource(path, text) {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  return { path, text, nodes: nodesIn(program) };
}

/** All nodes of a tree, each with the name of the function around it; `isTaken`: a property that is taken out of an object. */
function nodesIn(root) {
  const found = [];
  const visit = (node, within) => {
    if (Array.isArray(node)) for (const one of node) visit(one, within);
    if (node === null || typeof node !== "object" || typeof node.type !== "string") return;
    const isNamed = ["FunctionDeclaration", "MethodDefinition", "VariableDeclarator"].includes(node.type);
    const inside = (isNamed && nameOf(node.id ?? node.key)) || within;
    found.push(Object.assign(node, { within: inside }));
    if (node.type === "ObjectPattern") for (const property of node.properties) property.isTaken = true;
    for (const [property, child] of Object.entries(node)) if (property !== "within") visit(child, inside);
  };
  visit(root, "the file");
  return found;
}

function findAll(test) {
  return [...sources.values()].flatMap((source) =>
    source.nodes.filter((node) => test(node, source)).map((node) => ({ path: source.path, node, within: node.within })),
  );
}

function atLeast(places, count, what) {
  if (places.length >= count) return places;
  throw new Error(`${what} was found ${places.length} times, not ${count} times or more: adapt scripts/mutants.mjs.`);
}

function functionNamed(name) {
  const isIt = ({ type, id, body }) => type === "FunctionDeclaration" && nameOf(id) === name && body;
  const [found] = atLeast(findAll(isIt), 1, `the function ${name}()`);
  return found;
}

/** A method with a body, and the name of its parameter for options: the last one. */
function methodOf(owner, method) {
  const isOwner = ({ type, id }) => type === "ClassDeclaration" && nameOf(id) === owner;
  const [{ path, node }] = atLeast(findAll(isOwner), 1, `the class ${owner}`);
  const found = node.body.body.find(
    ({ type, key, value }) => type === "MethodDefinition" && nameOf(key) === method && value.body,
  );
  atLeast(found === undefined ? [] : [found], 1, `the method ${owner}.${method}()`);
  const last = found.value.params.at(-1);
  const parameter = nameOf(last.left ?? last);
  atLeast(parameter === undefined ? [] : [parameter], 1, `the options of ${owner}.${method}()`);
  return { path, node: found, parameter };
}

function sourceOfInterface(name) {
  const isIt = ({ type, id }) => type === "TSInterfaceDeclaration" && nameOf(id) === name;
  return atLeast(findAll(isIt), 1, `the interface ${name}`)[0];
}

/** The options of a table of src/operation/option-rules.ts, including those of another table that it spreads. */
function namesOf(rules) {
  const isIt = ({ type, id }) => type === "VariableDeclarator" && nameOf(id) === rules;
  const [{ node }] = atLeast(findAll(isIt), 1, `the table ${rules}`);
  return node.init.properties.flatMap(({ type, key, argument }) =>
    type === "SpreadElement" ? namesOf(nameOf(argument)) : [nameOf(key)],
  );
}

function nameOf(node) {
  return node?.name ?? node?.value;
}

function isEmptyArray(node) {
  return node.type === "ArrayExpression" && node.elements.length === 0;
}

function textOf(path, { start, end }) {
  return sources.get(path).text.slice(start, end);
}

function lineOf(path, { start }) {
  return sources.get(path).text.slice(0, start).split("\n").length;
}

function replace({ start, end }, by) {
  return (text) => text.slice(0, start) + by + text.slice(end);
}

function insert(at, what) {
  return (text) => text.slice(0, at) + what + text.slice(at);
}
