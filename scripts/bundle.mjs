// Joins the compiled modules into few files: a hundred small ones take four times as long to import. One file, the
// core, has everything that is needed from the start. Each entry, and each file that is loaded at its first use, has
// the rest. Packages stay external, and names stay readable.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { linkLater } from "./link.mjs";

const { exports, version } = JSON.parse(await readFile("package.json", "utf8"));
const [main, ...others] = Object.values(exports)
  .filter((path) => path.endsWith(".js"))
  .map((path) => resolve(path.replace("./dist/", "src/").replace(/\.js$/, ".ts")));

/** A hash of the source: two copies of bloop may work as one only if their code is the same. */
async function hashOf(folder) {
  const hash = createHash("sha256");
  const files = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(".ts"));
  for (const path of files.sort()) hash.update(`${path}\n${await readFile(join(folder, path), "utf8")}\n`);
  return hash.digest("hex").slice(0, 8);
}

/**
 * esbuild makes a file for each set of entries that share code, and a lazily loaded file counts as an entry: importing
 * bloop would load a dozen files. If all entries import the whole core, there is one set.
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

const { outputFiles, metafile } = await build({
  entryPoints: [main, ...others],
  outdir: "dist",
  outbase: "src",
  chunkNames: "shared/[name]-[hash]",
  bundle: true,
  splitting: true,
  packages: "external",
  plugins: [oneCore],
  define: { BLOOP_BUILD: JSON.stringify(`${version}+${await hashOf("src")}`) },
  format: "esm",
  platform: "node",
  target: "node20",
  write: false,
  metafile: true,
  logLevel: "warning",
  logOverride: { "ignored-bare-import": "silent" },
});

const texts = new Map(outputFiles.map(({ path, text }) => [path, text]));
const modules = new Map(
  Object.entries(metafile.outputs).map(([path, { inputs }]) => [resolve(path), Object.keys(inputs)]),
);
for (const [path, text] of linkLater(texts, (path) => modules.get(path) ?? [path])) {
  await mkdir(dirname(path), { recursive: true });
  // No module has side effects, and an import without names only makes bundlers warn.
  await writeFile(path, text.replace(/^import "[^"]+";\n/gm, ""));
}
