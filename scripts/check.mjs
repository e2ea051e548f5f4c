// All checks without tests, in parallel, with the output of those that fail. The build is one of them, since the
// package and its API are checked in their published form.
import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";

const npx = (file, ...args) => [`node_modules/${file}`, ...args];
/** Each is a list of commands for Node, one after the other. */
const checks = {
  types: [npx("typescript/bin/tsc", "-p", "tsconfig.json")],
  "build, package and public API": [
    ["scripts/clean.mjs", "dist"],
    npx("typescript/bin/tsc", "-p", "tsconfig.build.json"),
    ["scripts/bundle.mjs"],
    ["scripts/api.mjs", "--check"],
    ["scripts/package.mjs"],
  ],
  "format and lint": [npx("@biomejs/biome/bin/biome", "ci", "--colors=off", "--diagnostic-level=warn", ".")],
  "unused files, exports and packages": [npx("knip/bin/knip.js", "--no-progress")],
  "pages and their examples": [["scripts/docs.mjs", "--check"]],
};

const outcomes = await Promise.all(Object.entries(checks).map(([name, commands]) => check(name, commands)));
process.exit(outcomes.every((passed) => passed) ? 0 : 1);

async function check(name, commands) {
  const start = performance.now();
  for (const command of commands) {
    const { code, output } = await run(command);
    if (code === 0) continue;
    console.error(`${output.trimEnd()}\nfailed: ${name} (node ${command.join(" ")})`);
    return false;
  }
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return true;
}

function run(command) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
