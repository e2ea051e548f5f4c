/**
 * The source as one file, as it is or as a mutant has it. What the package loads later is in it, so that nothing is left
 * to wait for but promises: a history in virtual time goes the same way each time.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import type { MakeConsumer } from "./consumer.js";
import type { Edit, Mutant } from "./mutants.js";
import type { Package } from "./outside.js";

const source = fileURLToPath(new URL("../../../src", import.meta.url));
/** In the repository, for the packages that stay outside. */
const folder = fileURLToPath(new URL("../../../.build/stream-mutants", import.meta.url));

const core = 'export { makeCore } from "../test/support/stream/core.js";';
const all = `export { checkpointModel, Engine, integer, model, string } from "./index.js";
export { describeLimiter } from "./stream/call/limiter.js";`;

/** The core of a mutant. */
export async function makeMutant(mutant: Mutant): Promise<MakeConsumer> {
  const loaded: { makeCore: MakeConsumer } = await load(core, mutant);
  return loaded.makeCore;
}

/** The package as its users have it, or a mutant of it. */
export function loadPackage(mutant?: Mutant): Promise<Package> {
  return load(all, mutant);
}

async function load<Exports>(contents: string, mutant: Mutant | undefined): Promise<Exports> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: source, loader: "ts" },
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    plugins: [packagesAtOnce, ...(mutant === undefined ? [] : [changed(mutant)])],
    // One that is a build of its own has nothing in common with others in this process.
    define: { BLOOP_BUILD: JSON.stringify(mutant?.name ?? "whole") },
    write: false,
    logLevel: "warning",
  });
  const [{ text } = { text: "" }] = outputFiles;
  const path = join(folder, `${createHash("sha256").update(text).digest("hex")}-${process.pid}.mjs`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, text);
  try {
    return await import(/* @vite-ignore */ pathToFileURL(path).href);
  } finally {
    rmSync(path, { force: true });
  }
}

/** Packages that are imported later would be read from the disk in a time that is not the test's. */
const packagesAtOnce: Plugin = {
  name: "packages at once",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^@aws-sdk\/|^undici$/ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, namespace: "at once" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "at once" }, ({ path }) => ({
      contents: `export * from ${JSON.stringify(path)};`,
      resolveDir: source,
    }));
  },
};

function changed(mutant: Mutant): Plugin {
  const edits = mutant.and === undefined ? [mutant] : [mutant, mutant.and];
  return {
    name: "mutant",
    setup({ onEnd, onLoad }) {
      const left = new Set<Edit>(edits);
      onLoad({ filter: /[\\/]src[\\/](stream|session)[\\/].+\.ts$/ }, ({ path }) => {
        let contents = readFileSync(path, "utf8");
        for (const edit of edits) {
          if (path !== join(source, "stream", edit.file)) continue;
          contents = change(mutant.name, edit, contents);
          left.delete(edit);
        }
        return { contents, loader: "ts" };
      });
      onEnd(() => {
        for (const { file } of left) throw new Error(`${mutant.name}: no ${file} is loaded`);
      });
    },
  };
}

/** Throws where the source has not, or not once, what is to be changed. */
function change(name: string, { file, find, replace }: Edit, contents: string): string {
  const parts = contents.split(find);
  if (parts.length !== 2) throw new Error(`${name}: ${file} has ${parts.length - 1} times ${find}`);
  return parts.join(replace);
}
