/** What bloop adds to a bundle: without the SDK and undici, minified, tree-shaken and gzipped. */

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

const getAndSave = `import { Engine, model, number, string } from "bloop";
const Account = model("Account", { id: string().hashKey(), name: string(), logins: number() });
const engine = new Engine();
const account = await engine.get(Account, { id: "1" });
if (account !== undefined) await engine.save(account);`;

const everything = 'export * from "bloop";';

interface Bundle {
  readonly gzipped: number;
  /** Bytes of each file of ours in the bundle, the largest first. */
  readonly parts: readonly string[];
}

async function bundle(contents: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    alias: { bloop: `${root}src/index.ts` },
    external: ["@aws-sdk/*", "@smithy/*", "undici"],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node20",
    metafile: true,
    write: false,
  });
  const [{ contents: code } = { contents: new Uint8Array() }] = outputFiles;
  const parts = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    .map(([file, { bytesInOutput }]) => `${bytesInOutput} ${file}`);
  return { gzipped: gzipSync(code, { level: 9 }).length, parts };
}

const cases = [
  { name: "get and save", contents: getAndSave, limit: 12 * 1024 },
  { name: "everything", contents: everything, limit: 25 * 1024 },
];

describe("size in a bundle", () => {
  test.each(cases)("of $name is at most $limit bytes, minified and gzipped", async ({ contents, limit }) => {
    const { gzipped, parts } = await bundle(contents);
    expect(gzipped, `the largest parts:\n${parts.slice(0, 20).join("\n")}`).toBeLessThanOrEqual(limit);
  });

  test("nothing is bundled that is not bloop's own", async () => {
    const { parts } = await bundle(everything);
    expect(parts.filter((part) => !/^\d+ (?:src\/|<stdin>)/.test(part))).toEqual([]);
  });
});
