// Writes the exports of each entry point to etc/*.api.md, for reviews; with --check, fails if a report differs. A
// report has the declarations as users' compilers see them, without comments, by name: first the exported ones, then
// their dependencies that no entry point exports.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { parseSync } from "oxc-parser";

const check = process.argv.includes("--check");
const { name: packageName, exports } = JSON.parse(await readFile("package.json", "utf8"));
const entries = Object.entries(exports).filter(([, path]) => path.endsWith(".js"));

/** The declarations, imports and re-exports of a module, by name. */
const modules = new Map();
for (const path of await readdir("dist", { recursive: true })) {
  if (path.endsWith(".d.ts")) modules.set(path, readModule(path, await readFile(join("dist", path), "utf8")));
}
const main = await exportsOf(entries[0][1]);
let stale = 0;
for (const [entry, path] of entries) {
  const file = `etc/${entry === "." ? packageName : entry.slice(2).replaceAll("/", "-")}.api.md`;
  const exported = await exportsOf(path);
  const text = report(`${packageName}${entry.slice(1)}`, exported, entry === "." ? new Map() : main);
  if (text === (await readFile(file, "utf8").catch(() => undefined))) continue;
  stale += 1;
  if (check) console.error(`${file} differs from what is exported: look at the change, then run: npm run api`);
  else await mkdir("etc", { recursive: true }).then(() => writeFile(file, text));
}
process.exit(check && stale > 0 ? 1 : 0);

function readModule(path, text) {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const module = { path, declared: new Map(), imported: new Map(), exported: new Map() };
  const fileOf = (source) => join(dirname(path), source.value).replace(/\.js$/, ".d.ts");
  for (const statement of program.body) {
    const { type, source, specifiers } = statement;
    if (type === "ImportDeclaration") {
      const from = source.value.startsWith(".") ? fileOf(source) : undefined;
      for (const { local, imported } of specifiers) module.imported.set(local.name, { from, name: imported?.name });
    } else if (type === "ExportNamedDeclaration" && statement.declaration === null) {
      for (const { local, exported } of specifiers) {
        module.exported.set(exported.name, { from: source === null ? path : fileOf(source), name: local.name });
      }
    } else {
      const declaration = statement.declaration ?? statement;
      const names = declaration.declarations?.map(({ id }) => id.name) ?? [declaration.id.name];
      const plain = withoutComments(text, declaration, comments);
      for (const name of names) {
        const known = module.declared.get(name) ?? { texts: [], used: new Set() };
        known.texts.push(plain);
        namesIn(declaration, known.used);
        module.declared.set(name, known);
        if (type === "ExportNamedDeclaration") module.exported.set(name, { from: path, name });
      }
    }
  }
  return module;
}

/** In one format, whatever line breaks the compiler writes: the indentation stays, empty lines and comments go. */
function withoutComments(text, { start, end }, comments) {
  const inside = comments.filter((comment) => comment.start >= start && comment.end <= end);
  let plain = "";
  let at = start;
  for (const comment of inside) {
    plain += text.slice(at, comment.start);
    at = comment.end;
  }
  const lines = `${plain}${text.slice(at, end)}`.split("\n");
  return lines
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .join("\n")
    .replace(/^declare /, "");
}

function namesIn(node, found) {
  if (node === null || typeof node !== "object") return;
  if (node.type === "Identifier") found.add(node.name);
  for (const value of Object.values(node)) for (const child of [value].flat()) namesIn(child, found);
}

async function exportsOf(path) {
  const module = modules.get(relative("dist", path).replace(/\.js$/, ".d.ts"));
  return new Map([...module.exported].map(([name, target]) => [name, resolve(target)]));
}

/** The module and name of a declaration. Undefined for declarations of other packages. */
function resolve({ from, name }) {
  const module = modules.get(from);
  if (module === undefined) return undefined;
  if (module.declared.has(name)) return { module, name };
  const further = module.imported.get(name) ?? (module.exported.has(name) ? module.exported.get(name) : undefined);
  return further === undefined || (further.from === from && further.name === name) ? undefined : resolve(further);
}

function report(title, exported, elsewhere) {
  const idOf = ({ module, name }) => `${module.path}#${name}`;
  const named = new Set([...exported.values(), ...elsewhere.values()].map(idOf));
  const hidden = new Map();
  const queue = [...exported.values()];
  for (const { module, name } of queue) {
    for (const used of module.declared.get(name).used) {
      const target = used === name ? undefined : resolve({ from: module.path, name: used });
      if (target === undefined || named.has(idOf(target)) || hidden.has(idOf(target))) continue;
      hidden.set(idOf(target), target);
      queue.push(target);
    }
  }
  const sections = [
    `# ${title}`,
    "What this entry point exports, as `npm run api` finds it.",
    list([...exported]),
    ...(hidden.size === 0 ? [] : ["## Made of", "Not exported by name.", list([...hidden.values()].map(own))]),
  ];
  return `${sections.join("\n\n")}\n`;
}

function own(target) {
  return [target.name, target];
}

function list(named) {
  const texts = named
    .map(([name, { module, name: declared }]) => [
      name,
      name === declared ? "" : `// Exported as ${name}.\n`,
      module.declared.get(declared).texts.join("\n"),
    ])
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, note, text]) => note + text);
  return `\`\`\`ts\n${texts.join("\n\n")}\n\`\`\``;
}
