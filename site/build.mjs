/** `npm run docs:site`: the manual and both references as a site, in .build/site/dist. */

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { posix } from "node:path";
import { install, root, run } from "../scripts/packages.mjs";

const here = `${root}site/`;
const pages = `${root}.build/site/pages/`;
const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const address = manifest.repository.url.replace(/^git\+(.*)\.git$/, "$1");

install("site", "--ignore-scripts");
rmSync(`${root}.build/site`, { recursive: true, force: true });
mkdirSync(pages, { recursive: true });

/** Where each page of the repository is in the site. */
const places = new Map([
  ["README.md", "index.md"],
  ["CHANGELOG.md", "changelog.md"],
  ["SECURITY.md", "security.md"],
  ["CONTRIBUTING.md", "contributing.md"],
  ...readdirSync(`${root}docs`, { recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => [`docs/${name}`, name]),
]);
for (const [path, place] of places) {
  mkdirSync(posix.dirname(pages + place), { recursive: true });
  writeFileSync(pages + place, withRefusals(withLinks(readFileSync(root + path, "utf8"), path, place)));
}
cpSync(`${root}bench/results`, `${pages}public/results`, {
  recursive: true,
  filter: (path) => !/\.(?:json|md)$/.test(path),
});

cpSync(`${here}favicon.svg`, `${pages}public/favicon.svg`);

/** Links between pages lead to pages, pictures are copied, and all else is in the repository. */
function withLinks(text, path, place) {
  return text.replaceAll(/\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)/g, (_, file, anchor = "") => {
    const target = posix.join(posix.dirname(path), file);
    const page = places.get(target);
    if (page !== undefined) return `](${relative(place, page)}${anchor})`;
    const [, picture] = /^bench\/results\/([\w-]+\.svg)$/.exec(target) ?? [];
    return picture === undefined ? `](${address}/blob/main/${target})` : `](/results/${picture})`;
  });
}

/**
 * A program that the compiler refuses: its lines are marked, and the compiler's words stand below, as in an editor. That
 * they are the compiler's is tested by test/compile/refused.test.ts.
 */
function withRefusals(text) {
  const refusal = /<!-- refused -->\n```ts\n([\s\S]*?)\n```\n\n(```text\n[\s\S]*?```)/g;
  return text.replaceAll(refusal, (_, code, words) => {
    const marked = code.replaceAll(/$/gm, " // [!code error]");
    return `<div class="refused">\n\n\`\`\`ts\n${marked}\n\`\`\`\n\n${words}\n\n</div>`;
  });
}

function relative(from, to) {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}

/** A reference from the docstrings. Types are checked by the project's own compiler, which is too new for TypeDoc. */
function reference(folder, title, options) {
  run(process.execPath, [
    `${here}node_modules/typedoc/bin/typedoc`,
    ...["--plugin", "typedoc-plugin-markdown", "--plugin", `${here}vitepress-safe.mjs`],
    ...["--tsconfig", `${here}tsconfig.json`, "--skipErrorChecking", "--readme", "none", "--hideBreadcrumbs"],
    ...["--out", `${pages}${folder}`, "--name", title, "--entryFileName", "index", "--githubPages", "false"],
    ...[
      "--outputFileStrategy",
      "modules",
      "--disableSources",
      "--hidePageHeader",
      "--useCodeBlocks",
      "--logLevel",
      "Error",
      ...options,
    ],
  ]);
}

const entries = Object.values(manifest.exports)
  .filter((path) => path.endsWith(".js"))
  .map((path) => path.replace("./dist/", "src/").replace(/\.js$/, ".ts"));
reference("api", "API", ["--excludeInternal", "--excludePrivate", ...entries]);
reference("internals", "Internals", ["--excludePrivate", "--entryPointStrategy", "expand", "src"]);
writeFileSync(`${pages}api/index.md`, `# API\n\n${entries.map(entryLine).join("\n")}\n`);

/** An entry point, its page of the reference under that name, and the first sentence of its file. */
function entryLine(path) {
  const [, comment] = /^\/\*\*(.*?)\*\//s.exec(readFileSync(root + path, "utf8"));
  const [, name, sentence] = /`(.+?)`: (.+?\.)(?:\s|$)/.exec(comment.replaceAll(/\s*\n \*\s*/g, " "));
  const file = path === "src/index.ts" ? "index-1.md" : path.replace(/^src\/(.*?)(?:\/index)?\.ts$/, "$1.md");
  const page = `${pages}api/${file}`;
  writeFileSync(page, readFileSync(page, "utf8").replace(/^# .*$/m, `# ${name}`));
  return `- [${name}](${file}): ${sentence}`;
}

run(process.execPath, [`${here}node_modules/vitepress/bin/vitepress.js`, "build", "site"]);
