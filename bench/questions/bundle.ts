/** What a library adds to a bundle: without the SDK and undici, minified, tree-shaken and gzipped. */

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { atMost, kilobytes, type Mode, type Report } from "../support/report.js";

const here = fileURLToPath(new URL("../../", import.meta.url));

const used = `import { Engine, model, number, string } from "bloop";
const Account = model("Account", { id: string().hashKey(), name: string(), logins: number() });
const engine = new Engine();
const account = await engine.get(Account, { id: "1" });
if (account !== undefined) await engine.save(account);`;

const entries: { readonly [name: string]: string } = {
  "bloop, get + save": used,
  "bloop, everything": 'export * from "bloop";',
  ElectroDB: 'export * from "electrodb";',
  "DynamoDB-Toolbox": 'export * from "dynamodb-toolbox";',
  OneTable: 'export * from "dynamodb-onetable";',
  Dynamoose: 'export * from "dynamoose"; export { default } from "dynamoose";',
};

export async function run(_mode: Mode): Promise<Report> {
  const sizes: { name: string; minified: number; gzipped: number }[] = [];
  const failures: string[] = [];
  for (const [name, code] of Object.entries(entries)) {
    try {
      sizes.push({ name, ...(await sizeOf(code)) });
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const gzipped = (name: string) => sizes.find((size) => size.name === name)?.gzipped;
  const bars = sizes.map(({ name, gzipped }) => ({
    label: name,
    value: gzipped / 1024,
    text: kilobytes(gzipped),
    own: name.startsWith("bloop"),
  }));
  return {
    question: "bundle",
    title: "Size in a bundle",
    how: "esbuild, ESM for node20; @aws-sdk, @smithy and undici left out.",
    tables: [
      {
        title: "size",
        columns: ["", "minified", "minified and gzipped"],
        rows: sizes.map(({ name, minified, gzipped }) => [name, kilobytes(minified), kilobytes(gzipped)]),
      },
    ],
    goals: [
      atMost("get + save", 12 * 1024, gzipped("bloop, get + save"), kilobytes),
      atMost("everything", 25 * 1024, gzipped("bloop, everything"), kilobytes),
    ],
    charts: [
      {
        file: "bundle",
        kind: "bars",
        bars: {
          title: "Size in a bundle, without the SDK",
          axis: "KB, minified and gzipped (shorter is better)",
          logarithmic: false,
          groups: [{ name: "bundle", bars }],
        },
      },
    ],
    failures,
  };
}

async function sizeOf(contents: string): Promise<{ minified: number; gzipped: number }> {
  const built = await build({
    stdin: { contents, resolveDir: here, loader: "js" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["@aws-sdk/*", "@smithy/*", "undici"],
    write: false,
    logLevel: "silent",
  });
  const [{ contents: code } = { contents: new Uint8Array() }] = built.outputFiles;
  return { minified: code.length, gzipped: gzipSync(code, { level: 9 }).length };
}
