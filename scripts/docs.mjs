// Copies regions of the compiled and run examples into README and docs: `node scripts/docs.mjs`, or with --check, fails
// if a page differs from its example. A page names a region in a comment before a code block:
//   <!-- examples/quickstart.ts#model -->
// The results of the bench and the comparison stand between two comments: <!-- bench/results/cpu.md --> and <!-- end -->.
import { readdir, readFile, writeFile } from "node:fs/promises";

const check = process.argv.includes("--check");
const pages = [
  "README.md",
  ...(await readdir("docs", { recursive: true })).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
];
const block = /(<!-- ((?:examples|test\/interop)\/[\w./-]+)#([\w-]+) -->\n```(?:ts|js)\n)[\s\S]*?(```)/g;
const figures = /(<!-- ((?:bench\/results\/[\w-]+|compare\/results)\.md) -->\n)[\s\S]*?(<!-- end -->)/g;
let stale = 0;

for (const page of pages) {
  const text = await readFile(page, "utf8");
  const withExamples = await replaceAsync(
    text,
    block,
    async (_, head, file, region, tail) => head + (await regionOf(file, region)) + tail,
  );
  const replaced = await replaceAsync(withExamples, figures, async (whole, head, file, tail) => {
    const found = await readFile(file, "utf8").catch(() => undefined);
    return found === undefined ? whole : `${head}\n${found}\n${tail}`;
  });
  if (replaced === text) continue;
  stale += 1;
  if (check) console.error(`${page} differs from its examples or figures; run: node scripts/docs.mjs`);
  else await writeFile(page, replaced);
}
process.exit(check && stale > 0 ? 1 : 0);

async function regionOf(file, region) {
  const source = await readFile(file, "utf8");
  const [, body] = new RegExp(`^ *// #region ${region}\\n([\\s\\S]*?)^ *// #endregion`, "m").exec(source) ?? [];
  if (body === undefined) throw new Error(`${file} has no region ${region}`);
  const indent = Math.min(
    ...body
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => line.search(/\S/)),
  );
  return body.replaceAll(new RegExp(`^ {${indent}}`, "gm"), "");
}

async function replaceAsync(text, pattern, replace) {
  const parts = await Promise.all([...text.matchAll(pattern)].map((match) => replace(...match)));
  return text.replace(pattern, () => parts.shift());
}
