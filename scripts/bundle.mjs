// Joins the compiled modules into one file for each entry of the package, and one for what entries share: a hundred
// small files take four times as long to import. Packages stay outside, and names stay readable.
import { readFile } from "node:fs/promises";
import { build } from "esbuild";

const { exports } = JSON.parse(await readFile("package.json", "utf8"));
const entryPoints = Object.values(exports)
  .filter((path) => path.endsWith(".js"))
  .map((path) => path.replace("./dist/", "src/").replace(/\.js$/, ".ts"));

await build({
  entryPoints,
  outdir: "dist",
  outbase: "src",
  chunkNames: "shared/[name]-[hash]",
  bundle: true,
  splitting: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  logLevel: "warning",
});
