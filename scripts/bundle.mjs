// Joins the compiled modules into few files: a hundred small ones take four times as long to import. What is needed from
// the start is one file; each entry, and each file that is loaded with its first use, has what is only its own.
// Packages stay outside, and names stay readable.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { build } from "esbuild";

const { exports } = JSON.parse(await readFile("package.json", "utf8"));
const [main, ...others] = Object.values(exports)
  .filter((path) => path.endsWith(".js"))
  .map((path) => resolve(path.replace("./dist/", "src/").replace(/\.js$/, ".ts")));

/**
 * esbuild makes a file for each set of entries that have something in common, and what is loaded later counts as an
 * entry: importing bloop would take a dozen. Where all of them ask for the whole of it, there is one set.
 */
const oneCore = {
  name: "one core",
  setup({ onLoad, onResolve }) {
    const asking = new Set(others);
    onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind === "dynamic-import") asking.add(resolve(resolveDir, path.replace(/\.js$/, ".ts")));
    });
    onResolve({ filter: /^bloop-dynamodb$/ }, () => ({ path: main }));
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (asking.has(path))
        return { contents: `${await readFile(path, "utf8")}\nimport "bloop-dynamodb";`, loader: "ts" };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [main, ...others],
  outdir: "dist",
  outbase: "src",
  chunkNames: "shared/[name]-[hash]",
  bundle: true,
  splitting: true,
  packages: "external",
  plugins: [oneCore],
  format: "esm",
  platform: "node",
  target: "node20",
  write: false,
  logLevel: "warning",
  logOverride: { "ignored-bare-import": "silent" },
});

for (const { path, text } of outputFiles) {
  await mkdir(dirname(path), { recursive: true });
  // No module does anything by being loaded: an import for that alone only makes bundlers warn.
  await writeFile(path, text.replace(/^import "[^"]+";\n/gm, ""));
}
