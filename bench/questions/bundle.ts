/** What a library adds to a bundle: without the SDK and undici, minified, tree-shaken and gzipped. */

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { atMost, kilobytes, type Mode, type Report } from "../support/report.js";

const here = fileURLToPath(new URL("../../", import.meta.url));

const used = `import { Engine, model, number, string } from "bloop-dynamodb";
const Account = model("Account", { id: string().hashKey(), name: string(), logins: number() });
const engine = new Engine();
const account = await engine.get(Account, { id: "1" });
if (account !== undefined) await engine.save(account);`;

interface Entry {
  readonly name: string;
  readonly code: string;
  /** As one file, where what is loaded later is in it from the start. */
  readonly inOne?: boolean;
}

const entries: readonly Entry[] = [
  { name: "bloop, get + save", code: used },
  { name: "bloop, get + save, in one file", code: used, inOne: true },
  { name: "bloop, everything", code: 'export * from "bloop-dynamodb";' },
  { name: "ElectroDB", code: 'export * from "electrodb";' },
  { name: "DynamoDB-Toolbox", code: 'export * from "dynamodb-toolbox";' },
  { name: "OneTable", code: 'export * from "dynamodb-onetable";' },
  { name: "Dynamoose", code: 'export * from "dynamoose"; export { default } from "dynamoose";' },
];

interface Sizes {
  readonly minified: number;
  readonly gzipped: number;
}

interface Bundle {
  /** What is loaded when the bundle is: its entry, and what that imports statically. */
  readonly start: Sizes;
  /** The same, and what is loaded with its first use. */
  readonly all: Sizes;
}

export async function run(_mode: Mode): Promise<Report> {
  const bundles: (Bundle & { name: string })[] = [];
  const failures: string[] = [];
  for (const entry of entries) {
    try {
      bundles.push({ name: entry.name, ...(await bundle(entry)) });
    } catch (error) {
      failures.push(`${entry.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const found = (name: string) => bundles.find((one) => one.name === name);
  const bars = bundles.map(({ name, start }) => ({
    label: name,
    value: start.gzipped / 1024,
    text: kilobytes(start.gzipped),
    own: name.startsWith("bloop"),
  }));
  return {
    question: "bundle",
    title: "Size in a bundle",
    how: "esbuild with code splitting, ESM for node20; @aws-sdk, @smithy and undici left out. At the start is what is loaded with the bundle: its entry, and what that imports statically. In all is that, and what is loaded with its first use; gzipped file by file.",
    tables: [
      {
        title: "size",
        columns: ["", "at the start, minified", "and gzipped", "in all, minified", "and gzipped"],
        rows: bundles.map(({ name, start, all }) => [
          name,
          ...[start.minified, start.gzipped, all.minified, all.gzipped].map(kilobytes),
        ]),
      },
    ],
    goals: [
      atMost("get + save, at the start", 12 * 1024, found("bloop, get + save")?.start.gzipped, kilobytes),
      atMost("everything, in all", 25 * 1024, found("bloop, everything")?.all.gzipped, kilobytes),
    ],
    charts: [
      {
        file: "bundle",
        kind: "bars",
        bars: {
          title: "Size in a bundle at the start, without the SDK",
          axis: "KB, minified and gzipped (shorter is better)",
          logarithmic: false,
          groups: [{ name: "bundle", bars }],
        },
      },
    ],
    failures,
  };
}

async function bundle({ code, inOne = false }: Entry): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: here, loader: "js", sourcefile: "user.js" },
    absWorkingDir: here,
    bundle: true,
    splitting: !inOne,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["@aws-sdk/*", "@smithy/*", "undici"],
    outdir: "out",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const start = startOf(metafile.outputs);
  const files = outputFiles.map(({ path, contents }) => ({
    isStart: start.has(relative(here, path)),
    minified: contents.length,
    gzipped: gzipSync(contents, { level: 9 }).length,
  }));
  return { start: sum(files.filter(({ isStart }) => isStart)), all: sum(files) };
}

/** The entry's file, and those that are imported with it. */
function startOf(outputs: Metafile["outputs"]): Set<string> {
  const start = new Set(Object.keys(outputs).filter((path) => outputs[path]?.entryPoint === "user.js"));
  for (const path of start) {
    for (const { kind, path: next, external } of outputs[path]?.imports ?? [])
      if (kind === "import-statement" && !external) start.add(next);
  }
  return start;
}

function sum(files: readonly Sizes[]): Sizes {
  return {
    minified: files.reduce((total, { minified }) => total + minified, 0),
    gzipped: files.reduce((total, { gzipped }) => total + gzipped, 0),
  };
}
