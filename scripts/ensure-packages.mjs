// Before the checks: installs packages of package-lock.json that node_modules lacks, for example after a pull.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const wanted = Object.entries(read("package-lock.json").packages);
const isThere = ([path, { version }]) =>
  existsSync(`${path}/package.json`) && read(`${path}/package.json`).version === version;
// Optional packages are those of other platforms.
const missing = wanted.filter(([path, { optional }]) => path !== "" && !optional).filter((entry) => !isThere(entry));

if (missing.length > 0) {
  console.log(
    `node_modules lacks ${missing.map(([path]) => path.replace(/^.*node_modules\//, "")).join(", ")}: npm ci.`,
  );
  process.exit(spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { stdio: "inherit" }).status ?? 1);
}
