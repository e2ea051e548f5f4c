/** Every name that can be imported is in the manual: what is public is meant to be. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Node, parse } from "../support/syntax.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(root + path, "utf8");

/** What a text of TypeScript exports, types included. */
function exportedNames(text: string): string[] {
  return (parse(text)["body"] as readonly Node[])
    .filter(({ type }) => type.startsWith("Export"))
    .flatMap((statement) => {
      if (statement.type !== "ExportNamedDeclaration") throw new Error(`${statement.type}: names are listed by hand`);
      const declaration = statement["declaration"] as Node | null;
      const named = (statement["specifiers"] as readonly Node[]).map((specifier) => specifier["exported"] as Node);
      const variables = (declaration?.["declarations"] ?? []) as readonly Node[];
      const ids = [...variables, ...(declaration ? [declaration] : [])].map((node) => node["id"] as Node | undefined);
      return [...named, ...ids].filter((node) => node !== undefined).map((node) => String(node["name"]));
    });
}

/** What is set as code in a page: blocks, and between backticks. */
function namesInCode(page: string): Set<string> {
  const code = page.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? [];
  return new Set(code.flatMap((text) => text.match(/[\w$]+/g) ?? []));
}

const { exports } = JSON.parse(read("package.json")) as { readonly exports: Readonly<Record<string, string>> };
const entries = Object.entries(exports)
  .filter(([, path]) => path.endsWith(".js"))
  .map(([entry, path]) => ({ entry, path: path.replace("./dist/", "src/").replace(/\.js$/, ".ts") }));
/** How bloop is made, and how fast it is, are no pages for its users. */
const manual = readdirSync(`${root}docs`).filter((name) =>
  /^(?!architecture|performance|.*-internals).*\.md$/.test(name),
);
const documented = namesInCode(manual.map((name) => read(`docs/${name}`)).join("\n"));

describe("the manual has every name of", () => {
  test.each(entries)("$entry", ({ path }) => {
    const names = exportedNames(read(path));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !documented.has(name))).toEqual([]);
  });
});

/** The names that a report of `npm run api` has of an entry point. */
function reportedNames(report: string): Set<string> {
  const [exported = ""] = report.split("\n## Made of");
  const declarations = exported.matchAll(
    /^(?:declare )?(?:abstract )?(?:class|const|function|interface|type) ([\w$]+)/gm,
  );
  return new Set([...declarations].map(([, name = ""]) => name));
}

describe("the report in etc has every name, and no other, of", () => {
  test.each(entries)("$entry", ({ entry, path }) => {
    const file = entry === "." ? "bloop-dynamodb" : entry.slice(2).replaceAll("/", "-");
    const reported = reportedNames(read(`etc/${file}.api.md`));
    expect([...reported].sort()).toEqual(exportedNames(read(path)).sort());
  });

  test("no entry point: no report is left over", () => {
    expect(readdirSync(`${root}etc`).filter((name) => name.endsWith(".api.md"))).toHaveLength(entries.length);
  });
});

test("names are found however they are exported", () => {
  const text =
    "export { a, type B, c as d } from './x.js'; export type { E }; export function f() {} export const g = 1, h = 2; export class I {} export interface J {}";
  expect(exportedNames(text)).toEqual(["a", "B", "d", "E", "f", "g", "h", "I", "J"]);
  expect(() => exportedNames("export * from './x.js'")).toThrow("listed by hand");
});

test("a word that is not set as code is no name", () => {
  expect([...namesInCode("A model is `model()`:\n```ts\nconst x = 1;\n```")]).toEqual([
    "model",
    "ts",
    "const",
    "x",
    "1",
  ]);
});
