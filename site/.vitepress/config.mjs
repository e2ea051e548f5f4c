/** The site: pages, search without a service, light and dark. site/build.mjs makes the pages that it reads. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = `${root}.build/site/pages/`;
const { repository } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const address = repository.url.replace(/^git\+(.*)\.git$/, "$1");

/** The first heading of a page. */
function titleOf(path) {
  return /^# (.*)$/m.exec(readFileSync(pages + path, "utf8"))?.[1] ?? path;
}

const item = (path) => ({ text: titleOf(`${path}.md`), link: `/${path}` });

/** Pages by what a reader is about to do. A page that is in no group is under the last one, so that none is lost. */
const groups = {
  Begin: ["getting-started", "models", "types", "conditions", "engine", "errors"],
  Write: ["concurrency", "single-table", "json", "typescript"],
  Stream: ["streams", "groups", "lambda", "replication"],
  Run: ["testing", "local", "observation", "environments", "support", "roads", "performance"],
  "Coming from": ["sdk", "dynamoose", "electrodb", "toolbox", "onetable", "python"].map(
    (from) => `coming-from/${from}`,
  ),
};

function sidebar() {
  const all = readdirSync(pages, { recursive: true })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".md") && !/^(?:api|internals)\//.test(path) && path !== "index.md")
    .map((path) => path.replace(/\.md$/, ""));
  const recipes = all.filter((path) => path.startsWith("recipes/") && path !== "recipes/index").sort();
  const known = new Set([...Object.values(groups).flat(), ...recipes, "recipes/index"]);
  const section = ([text, paths]) => ({ text, items: paths.map(item) });
  return [
    ...Object.entries(groups).map(section),
    { text: "Recipes", items: [{ text: "All recipes", link: "/recipes/" }, ...recipes.map(item)] },
    section(["More", all.filter((path) => !known.has(path)).sort()]),
    {
      text: "Reference",
      items: [
        { text: "API", link: "/api/" },
        { text: "Internals", link: "/internals/" },
      ],
    },
  ];
}

/** The internals are for those who read the code: a search for a word of the manual does not find them. */
function searched(source, env, markdown) {
  return env.relativePath.startsWith("internals/") ? "" : markdown.render(source, env);
}

/** Code in a line is no template of Vue's: `${{ column: "id" }}` stays as it is. */
function keepCode({ renderer: { rules } }) {
  const render = rules.code_inline;
  rules.code_inline = (tokens, index, ...rest) => {
    tokens[index].attrSet("v-pre", "");
    return render(tokens, index, ...rest);
  };
}

export default {
  title: "bloop",
  description: "An object mapper for Amazon DynamoDB in TypeScript",
  head: [["link", { rel: "icon", href: "/favicon.svg", type: "image/svg+xml" }]],
  srcDir: pages,
  outDir: `${root}.build/site/dist`,
  cacheDir: `${root}.build/site/cache`,
  cleanUrls: true,
  lastUpdated: false,
  // What TypeDoc writes of types is no HTML.
  markdown: { html: true, config: keepCode },
  themeConfig: {
    search: { provider: "local", options: { _render: searched } },
    nav: [
      { text: "Getting started", link: "/getting-started" },
      { text: "Recipes", link: "/recipes/" },
      { text: "API", link: "/api/" },
      { text: "Changes", link: "/changelog" },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    socialLinks: [{ icon: "github", link: address }],
    footer: { message: "MIT" },
  },
};
