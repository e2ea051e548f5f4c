/** The layers and sizes that docs/architecture.md promises. The list of exceptions is empty. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const source = fileURLToPath(new URL("../src", import.meta.url));

interface File {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly imports: readonly string[];
  /** Those of them that are loaded with the file, and those that are loaded with their first use. */
  readonly first: readonly string[];
  readonly later: readonly string[];
}

const files: File[] = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => {
    const text = readFileSync(join(source, path), "utf8");
    const specifiers = [...text.matchAll(/^(?:import|export)\b[^"';]*?(?:from )?"([^"]+)";/gm)].map(
      ([, found = ""]) => found,
    );
    const dynamic = [...text.matchAll(/\bimport\("([^"]+)"\)/g)].map(([, found = ""]) => found);
    const fileOf = (specifier: string) =>
      specifier.startsWith(".")
        ? relative(source, join(source, dirname(path), specifier)).replace(/\.js$/, ".ts")
        : specifier;
    const values = [...text.matchAll(/^(?:import|export) (?!type )[^"';]*?from "([^"]+)";/gm)];
    const later = dynamic.map(fileOf);
    return {
      path,
      folder: folderOf(path),
      text,
      imports: [...specifiers.map(fileOf), ...later],
      first: values.map(([, found = ""]) => fileOf(found)),
      later,
    };
  });

/** A folder's name; for a file beside index.ts, its own. */
function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : path.replace(/\.ts$/, "");
}

/** What a folder may import besides itself. Type-only imports obey it too. */
const allowed: { readonly [folder: string]: readonly string[] } = {
  util: [],
  errors: [],
  wire: ["util", "errors"],
  types: ["util", "errors", "wire"],
  expression: ["util", "errors", "wire", "types"],
  model: ["util", "errors", "wire", "types", "expression"],
  signals: ["errors", "model"],
  table: ["util", "errors", "wire", "model"],
  session: ["util", "errors", "wire"],
  stream: ["util", "errors", "wire", "types", "expression", "model", "session"],
  engine: ["util", "errors", "wire", "types", "expression", "model", "signals", "table", "session", "stream"],
  local: ["util", "errors"],
  ext: ["util", "errors", "wire", "types"],
  index: ["errors", "wire", "types", "expression", "model", "signals", "session", "stream", "engine"],
};

const exceptions: readonly string[] = [];

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
  test.each(files)("$path imports from its own folder or a lower one", ({ path, folder, imports }) => {
    const strangers = imports.filter((name) => name.endsWith(".ts")).map(folderOf);
    expect(strangers.filter((name) => name !== folder && !allowed[folder]?.includes(name))).toEqual([]);
    expect(exceptions).not.toContain(path);
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

  test("what is loaded with its first use is this, and nothing that is there from the start needs it", () => {
    const start = loadedBy(["index.ts"]);
    const later = files.flatMap((file) => file.later).filter((name) => name.endsWith(".ts"));
    expect([...loadedBy(later)].filter((path) => !start.has(path)).sort()).toEqual([
      "engine/batch.ts",
      "engine/bind.ts",
      "engine/bulk-writer.ts",
      "engine/commit.ts",
      "engine/later.ts",
      "engine/load.ts",
      "engine/modify.ts",
      "engine/put-all.ts",
      "session/streams.ts",
      "session/table-operations.ts",
      "session/undici-handler.ts",
      "stream/attempt.ts",
      "stream/buffer.ts",
      "stream/calls.ts",
      "stream/consumer.ts",
      "stream/core.ts",
      "stream/discovery.ts",
      "stream/driver.ts",
      "stream/failure.ts",
      "stream/limiter.ts",
      "stream/lineage.ts",
      "stream/placement.ts",
      "stream/polling.ts",
      "stream/reader.ts",
      "stream/record-queue.ts",
      "stream/record.ts",
      "stream/sequence.ts",
      "stream/shard-tree.ts",
      "stream/shard.ts",
      "stream/time.ts",
      "table/compare.ts",
      "table/plan.ts",
      "table/request.ts",
      "util/heap.ts",
    ]);
  });

  test("six files of session import the AWS SDK's client", () => {
    const importers = files.filter(({ imports }) => imports.some((name) => name.startsWith("@aws-sdk/")));
    expect(importers.map(({ path }) => path).sort()).toEqual([
      "session/choice.ts",
      "session/dynamodb.ts",
      "session/lean-session.ts",
      "session/sdk-road.ts",
      "session/streams.ts",
      "session/table-operations.ts",
    ]);
  });

  test("only expression/render.ts writes expression text", () => {
    const writers = files.filter(({ text }) =>
      /["'`](?:SET |REMOVE |attribute_(?:not_)?exists|begins_with)/.test(text),
    );
    expect(writers.map(({ path }) => path)).toEqual(["expression/render.ts"]);
  });

  test("state of a module is in four files only", () => {
    const holders = files.filter(({ text }) =>
      /^(?:let |(?:export )?const \w+(?:: .+?)? = (?:new (?:(?:Weak)?(?:Map|Set)|DescribeLimiter)|makeEmitter|once\())/m.test(
        text,
      ),
    );
    const places = ["engine/loading.ts", "model/meta.ts", "model/model.ts", "stream/limiter.ts"];
    expect(holders.map(({ path }) => path).sort()).toEqual(places);
  });
});

describe("sizes", () => {
  test.each(files)("$path has at most 400 lines, 300 on the level of types", ({ path, text }) => {
    expect(text.split("\n").length).toBeLessThanOrEqual(path.endsWith("infer.ts") ? 300 : 400);
  });

  test.each(files)(
    "no function in $path has more than 50 lines, or four parameters in a row of its own",
    ({ text }) => {
      const long = [
        ...text.matchAll(
          /^( *)(?:export )?(?:async )?(?:function\*? |(?:static |async |\*)*[#\w]+\()[^\n]*\{\n([\s\S]*?)^\1\}/gm,
        ),
      ];
      expect(
        long.filter(([, , body = ""]) => body.split("\n").length > 50).map(([whole]) => whole.split("\n")[0]),
      ).toEqual([]);
    },
  );

  test("casts, any, silenced errors and open ends are rare or absent", () => {
    const lines = files.flatMap(({ text }) => text.split("\n")).filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line));
    const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
    expect(count(/\bany\b(?!["'`\w])/) / lines.length).toBeLessThan(0.004);
    expect(count(/ as (?!const\b|[\w]+,|[\w]+ })(?=[A-Z{(\w])/) / lines.length).toBeLessThan(0.009);
    expect(count(/\w!(?:\.|;|\)|\[)|@ts-|TODO|FIXME/)).toBe(0);
    expect(count(/export default/)).toBe(0);
  });

  test("every file says first what it knows", () => {
    expect(files.filter(({ text }) => !text.startsWith("/**")).map(({ path }) => path)).toEqual([]);
  });
});
