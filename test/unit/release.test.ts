/** The check before a release says all that is missing. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "bloop-release-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const changelog = "# Changelog\n\n## Unreleased\n\n## 1.2.3\n\n- First.\n";
const repository = { type: "git", url: "git+https://github.com/someone/bloop-dynamodb.git" };

/** What it says of a checkout with this manifest and changelog. */
function missing(changes: object, text: string, tag = "v1.2.3"): string[] {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, ...changes }));
  writeFileSync(join(folder, "CHANGELOG.md"), text);
  const args = [`${root}scripts/release.mjs`, tag];
  const { stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  const lines = stderr.split("\n").filter((line) => line !== "");
  expect(status).toBe(lines.length > 0 ? 1 : 0);
  return lines;
}

test("a checkout that is ready passes", () => {
  expect(missing({ version: "1.2.3", repository }, changelog)).toEqual([]);
});

test("all missing parts are listed", () => {
  expect(missing({ version: "1.2.4" }, changelog.replace("## 1.2.3\n\n", ""))).toEqual([
    expect.stringContaining("version 1.2.4"),
    expect.stringContaining("placeholder OWNER"),
    expect.stringContaining('"## 1.2.4"'),
    expect.stringContaining("Unreleased"),
  ]);
  expect(missing({ version: "1.2.3", repository, dependencies: { "left-pad": "1" } }, changelog)).toEqual([
    "package.json has a dependency besides undici.",
  ]);
});
