/** The examples of the three ways to read a stream: each counts each order once, also with workers that die or pause. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

test("one process, three workers of which one is killed and one is stopped, and Lambda count each order once", {
  timeout: 240_000,
}, async () => {
  // A folder for each engine: their tests run side by side.
  const folder = `${root}.build/examples-${inject("engine")}`;
  await run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", `${root}examples`, "--outDir", folder]);
  const env = { ...process.env, BLOOP_ENDPOINT: inject("endpoint"), NODE_NO_WARNINGS: "1" };
  const { stdout } = await run(process.execPath, [`${folder}/streams/run.js`], { env });
  const lines = stdout.split("\n");
  expect(lines).toContain("One process: closed after 20 orders");
  expect(lines).toContain("One process: made again under its name; 50 orders written, 50 counted");
  expect(lines.filter((line) => line.endsWith(" reads")).length).toBeGreaterThanOrEqual(3);
  expect(lines.filter((line) => line.endsWith(" has lost the shard")).length).toBeGreaterThanOrEqual(1);
  expect(lines).toContain("Three workers: 400 orders written, 400 counted");
  expect(lines).toContain("Lambda: 6 calls (success, error, success, success, success, success)");
  expect(lines).toContain("Lambda: 50 orders written, 50 counted");
});
