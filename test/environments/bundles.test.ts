/** Bundles of every kind that docs/environments.md names: made of the packed tarball, run where nothing is installed. */

import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeBareFolder, makeProject, printed, right, run, startServer } from "./projects.js";

interface Kind {
  /** Whether undici gets lost in it, so that the engine's own client says so and takes the SDK's HTTP client. */
  readonly withoutUndici?: boolean;
}

/** Those of fixtures/bundle.mjs. */
const kinds: { readonly [name: string]: Kind } = {
  "esbuild, CommonJS": {},
  "esbuild, CommonJS, minified": {},
  "esbuild, ESM with a banner": {},
  "esbuild, ESM with a banner, split": {},
  "esbuild, ESM of the SDK's modules": { withoutUndici: true },
  "esbuild, ESM of the SDK's modules, split": { withoutUndici: true },
  webpack: {},
  Rollup: { withoutUndici: process.getBuiltinModule?.("node:sqlite") === undefined },
  "Rollup, one file, without undici": { withoutUndici: true },
  Vite: {},
};

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

async function runBundle(name: string, entry: string, env: Record<string, string> = {}) {
  const out = makeBareFolder(`${name} ${entry}`);
  await run(process.execPath, ["bundle.mjs", name, entry, out], makeProject(`bundle ${name}`));
  const file = readdirSync(out).find((path) => path.startsWith("app."));
  return run(process.execPath, [String(file)], out, env);
}

describe.each(Object.entries(kinds))("%s", (name, kind) => {
  test("saves, searches and streams with a client of the application's", async () => {
    expect(printed(await runBundle(name, "given.js"))).toEqual(right);
  });

  test("does so with the engine's own client, and says if undici is not in it", async () => {
    const result = await runBundle(name, "own.js", server.env);
    expect(printed(result)).toEqual(right);
    expect(result.stderr.includes("BloopUndiciMissing")).toBe(kind.withoutUndici === true);
  });
});
