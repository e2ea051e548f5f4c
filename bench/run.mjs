/** `npm run bench`: installs what is measured, builds bloop and the bench, and runs it. With --check, only compiles it. */

import { install, installBloop, run, start } from "../scripts/packages.mjs";

install("bench");
installBloop("bench");

run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "bench"]);
const given = process.argv.slice(2);
if (given.includes("--check")) process.exit();
const status = start(process.execPath, ["bench/.build/main.js", ...given], {
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
});
// Also where a library failed: the others' figures are there.
if (given.includes("--full")) run(process.execPath, ["scripts/docs.mjs"]);
process.exit(status);
