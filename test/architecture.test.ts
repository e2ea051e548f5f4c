/** The layers and sizes that docs/architecture.md promises, read from the syntax tree of each file. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type FunctionShape, functionsOf, type Node, nodesOf, parse } from "./support/syntax.js";

const source = fileURLToPath(new URL("../src", import.meta.url));

interface File {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly nodes: readonly Node[];
  readonly functions: readonly FunctionShape[];
  /** The statements that are not inside any other. */
  readonly statements: readonly Node[];
  readonly imports: readonly string[];
  /** Those of them that are loaded with the file, and those that are loaded with their first use. */
  readonly first: readonly string[];
  readonly later: readonly string[];
}

const files: File[] = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => {
    const text = readFileSync(join(source, path), "utf8");
    const tree = parse(text);
    const statements = tree["body"] as readonly Node[];
    const nodes = nodesOf(tree);
    const declared = statements.filter((node) => node["source"]);
    // Types only: nothing of it is there at run time.
    const values = declared.filter((node) => node["importKind"] !== "type" && node["exportKind"] !== "type");
    const fileOf = (node: Node): string => {
      const specifier = String((node["source"] as Node)["value"]);
      return specifier.startsWith(".")
        ? relative(source, join(source, dirname(path), specifier)).replace(/\.js$/, ".ts")
        : specifier;
    };
    const later = nodes.filter(({ type }) => type === "ImportExpression").map(fileOf);
    const typesOnly = nodes.filter(({ type }) => type === "TSImportType").map(fileOf);
    return {
      path,
      folder: folderOf(path),
      text,
      nodes,
      functions: functionsOf(text, tree),
      statements,
      imports: [...declared.map(fileOf), ...later, ...typesOnly],
      first: values.map(fileOf),
      later,
    };
  });

/** A folder's name; for a file beside index.ts, its own. */
function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : path.replace(/\.ts$/, "");
}

const modelAndBelow = ["util", "errors", "wire", "key", "types", "expression", "model"];

/** What a folder may import besides itself. Type-only imports obey it too. */
const allowed: { readonly [folder: string]: readonly string[] } = {
  util: [],
  errors: ["util"],
  wire: ["util", "errors"],
  key: ["util", "errors", "wire"],
  types: ["util", "errors", "wire"],
  expression: ["util", "errors", "wire", "types"],
  model: ["util", "errors", "wire", "key", "types", "expression"],
  signals: ["util", "errors", "wire", "model"],
  table: ["util", "errors", "wire", "model"],
  session: ["util", "errors", "wire"],
  lean: ["util", "errors", "wire", "session"],
  stream: ["util", "errors", "wire", "types", "expression", "model", "session"],
  operation: [...modelAndBelow, "signals", "session"],
  read: [...modelAndBelow, "session", "operation"],
  write: [...modelAndBelow, "session", "operation"],
  engine: [...modelAndBelow, "signals", "table", "session", "lean", "stream", "operation", "read", "write"],
  json: ["util", "errors", "wire", "types", "model"],
  otel: ["util", "errors"],
  group: [...modelAndBelow, "session", "stream", "operation", "write", "engine"],
  lambda: [...modelAndBelow, "session", "stream", "operation", "engine"],
  rewrite: [...modelAndBelow, "session", "operation", "read", "write", "engine"],
  local: ["util", "errors"],
  testing: [...modelAndBelow, "session", "operation", "engine"],
  ext: ["util", "errors", "wire", "types"],
  index: [...modelAndBelow, "signals", "session", "stream", "operation", "read", "write", "engine"],
};

const most = { lines: 50, parameters: 4, nesting: 3 };

/** Functions that have more parameters than four: how many, and why. One that has no more than four leaves the list. */
const manyParameters: { readonly [name: string]: { readonly parameters: number; readonly reason: string } } = {
  "types/codec/scalar.ts scalarCodec": {
    parameters: 5,
    reason: "each function of a codec by itself, so that V8 inlines it",
  },
};

/** Some files, and all that are loaded with them. */
function loadedBy(paths: readonly string[]): Set<string> {
  const loaded = new Set(paths);
  for (const path of loaded) {
    const { first = [] } = files.find((file) => file.path === path) ?? {};
    for (const next of first) if (next.endsWith(".ts")) loaded.add(next);
  }
  return loaded;
}

describe("layers", () => {
  test.each(files)("$path imports from its own folder or a lower one", ({ folder, imports }) => {
    const strangers = imports.filter((name) => name.endsWith(".ts")).map(folderOf);
    expect(strangers.filter((name) => name !== folder && !allowed[folder]?.includes(name))).toEqual([]);
  });

  test("no file imports itself by way of others", () => {
    const byPath = new Map(files.map((file) => [file.path, file]));
    const finished = new Set<string>();
    const visit = (path: string, way: readonly string[]): void => {
      if (way.includes(path)) throw new Error(`a cycle: ${[...way.slice(way.indexOf(path)), path].join(" -> ")}`);
      if (finished.has(path)) return;
      for (const next of byPath.get(path)?.imports ?? []) visit(next, [...way, path]);
      finished.add(path);
    };
    for (const { path } of files) visit(path, []);
    expect(finished.size).toBeGreaterThan(files.length - 1);
  });

  test("what is loaded with its first use is streams, tables, unique columns and undici, and nothing that is there from the start needs it", () => {
    const later = files.flatMap((file) => file.later).filter((name) => name.endsWith(".ts"));
    expect([...new Set(later)].sort()).toEqual([
      "engine/bind.ts",
      "engine/checkpoint-store.ts",
      "lean/undici-handler.ts",
      "session/streams.ts",
      "session/table-operations.ts",
      "stream/room.ts",
      "write/unique/markers.ts",
    ]);
    const start = loadedBy(["index.ts"]);
    expect(later.filter((path) => start.has(path))).toEqual([]);
  });

  test("what is loaded with its first use shares no module with another entry point, unless the core has it too", () => {
    const { exports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    const entries = Object.values<string>(exports).filter((path) => path.endsWith(".js"));
    const own = entries.map((path) => path.replace(/^\.\/dist\/|\.js$/g, "").concat(".ts"));
    const later = [...new Set(files.flatMap((file) => file.later).filter((name) => name.endsWith(".ts")))];
    const core = loadedBy(["index.ts"]);
    const shared = later.flatMap((path) => {
      const needed = [...loadedBy([path])].filter((one) => !core.has(one));
      const others = [...own, ...later].filter((other) => other !== path && other !== "index.ts");
      return others.flatMap((other) => {
        const loaded = loadedBy([other]);
        return needed.filter((one) => loaded.has(one)).map((one) => `${path} and ${other} share ${one}`);
      });
    });
    expect(shared).toEqual([]);
  });

  test("the entry point for Lambda loads no consumer, no client for streams and no tables", () => {
    const loaded = [...loadedBy(["lambda/index.ts"])];
    expect(loaded).toContain("stream/record.ts");
    const unwanted =
      /^(?:table\/|engine\/bind|session\/streams|session\/table-operations|stream\/(?:room|pump|reading))/;
    expect(loaded.filter((path) => unwanted.test(path))).toEqual([]);
  });

  test("seven files of session, lean and engine import the AWS SDK's client", () => {
    const importers = files.filter(({ imports }) => imports.some((name) => name.startsWith("@aws-sdk/")));
    expect(importers.map(({ path }) => path).sort()).toEqual([
      "engine/session.ts",
      "lean/choice.ts",
      "lean/sender.ts",
      "session/sdk-road.ts",
      "session/streams-client.ts",
      "session/streams.ts",
      "session/table-operations.ts",
    ]);
  });

  test("only expression/render.ts writes expression text", () => {
    const isExpression = (text: unknown) =>
      typeof text === "string" && /^(?:SET |REMOVE |attribute_(?:not_)?exists|begins_with)/.test(text);
    const writers = files.filter(({ nodes }) => nodes.some((node) => textsOf(node).some(isExpression)));
    expect(writers.map(({ path }) => path)).toEqual(["expression/render.ts"]);
  });

  test("state of a module is in eight files only", () => {
    const holders = files.filter(({ statements }) => statements.some(holdsState));
    const places = [
      "engine/loading.ts",
      "model/declaration/model.ts",
      "model/object/queue.ts",
      "model/object/snapshot.ts",
      "model/registry.ts",
      "operation/homes.ts",
      "stream/call/limiter.ts",
      "util/core.ts",
    ];
    expect(holders.map(({ path }) => path).sort()).toEqual(places);
  });
});

/** The texts that a literal, or a template, consists of. */
function textsOf(node: Node): unknown[] {
  if (node.type === "Literal") return [node["value"]];
  return node.type === "TemplateElement" ? [(node["value"] as { readonly cooked: string }).cooked] : [];
}

/** Whether a statement of a module declares what can change: a variable, or a constant that is made once and filled. */
function holdsState(statement: Node): boolean {
  const declaration = (statement["declaration"] ?? statement) as Node;
  if (declaration.type !== "VariableDeclaration") return false;
  if (declaration["kind"] !== "const") return true;
  return (declaration["declarations"] as readonly Node[]).some(({ init }) => {
    const { type, callee } = (init ?? {}) as Node;
    const name = String((callee as Node | undefined)?.["name"]);
    if (type === "CallExpression") return /^(?:joinCores|makeEmitter|once|shared)$/.test(name);
    return type === "NewExpression" && !immutable.includes(name);
  });
}

/** What a module may make once: nothing of it changes. */
const immutable = ["TextEncoder", "TextDecoder", "RegExp"];

describe("sizes", () => {
  test.each(files)("$path has at most 400 lines, 300 on the level of types", ({ path, text }) => {
    expect(text.split("\n").length).toBeLessThanOrEqual(path.endsWith("infer.ts") ? 300 : 400);
  });

  test.each(files)("no function in $path has more than 50 lines", ({ functions }) => {
    expect(functions.filter(({ lines }) => lines > most.lines)).toEqual([]);
  });

  test.each(files)("no function in $path has statements inside of each other deeper than three", ({ functions }) => {
    expect(functions.filter(({ nesting }) => nesting > most.nesting)).toEqual([]);
  });

  test("no function has more than four parameters, besides those that say why", () => {
    const found = files.flatMap(({ path, functions }) =>
      functions
        .filter(({ parameters }) => parameters > most.parameters)
        .map(({ name, parameters }): [string, number] => [`${path} ${name}`, parameters]),
    );
    const listed = Object.entries(manyParameters).map(([name, { parameters }]): [string, number] => [name, parameters]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(listed));
  });

  test("casts, any, silenced errors and open ends are rare or absent", () => {
    const nodes = files.flatMap((file) => file.nodes);
    const lines = files.flatMap(({ text }) => text.split("\n")).filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line));
    const count = (type: string) => nodes.filter((node) => node.type === type && !isConst(node)).length;
    expect(count("TSAnyKeyword") / lines.length).toBeLessThan(0.004);
    expect(count("TSAsExpression") / lines.length).toBeLessThan(0.009);
    expect(count("TSNonNullExpression") + count("ExportDefaultDeclaration")).toBe(0);
    expect(files.filter(({ text }) => /@ts-|TODO|FIXME/.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test("every file says first what it knows", () => {
    expect(files.filter(({ text }) => !text.startsWith("/**")).map(({ path }) => path)).toEqual([]);
  });
});

/** `as const` is no cast. */
function isConst(node: Node): boolean {
  const name = (node["typeAnnotation"] as Node | undefined)?.["typeName"] as Node | undefined;
  return node.type === "TSAsExpression" && name?.["name"] === "const";
}
