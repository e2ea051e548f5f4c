/**
 * `npm run compare`: installs the pinned libraries, builds bloop, and runs each situation with each of them. With
 * --check, fails if README's table says something else.
 */

import { readFileSync } from "node:fs";
import { install, installBloop, run } from "../scripts/packages.mjs";

install("compare", "--ignore-scripts");
installBloop("compare");
const before = readFileSync("compare/results.md", "utf8");
run(process.execPath, ["compare/main.mjs"], {
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
});
// README shows the table: in the form in which Biome leaves it.
run(process.execPath, ["node_modules/@biomejs/biome/bin/biome", "format", "--write", "compare/results.md"]);
run(process.execPath, ["scripts/docs.mjs"]);
if (process.argv.includes("--check") && readFileSync("compare/results.md", "utf8") !== before) {
  console.error("compare/results.md is not what was found; see the difference in git.");
  process.exit(1);
}
