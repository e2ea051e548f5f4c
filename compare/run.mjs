/** `npm run compare`: installs the pinned libraries, builds bloop, and runs each situation with each of them. */

import { install, installBloop, run } from "../scripts/packages.mjs";

install("compare", "--ignore-scripts");
installBloop("compare");
run(process.execPath, ["compare/main.mjs", ...process.argv.slice(2)], {
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
});
// README shows the table: in the form in which Biome leaves it.
run(process.execPath, ["node_modules/@biomejs/biome/bin/biome", "format", "--write", "compare/results.md"]);
run(process.execPath, ["scripts/docs.mjs"]);
