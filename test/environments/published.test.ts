/**
 * A package that exports models of all types, a second one that uses its declarations, and a third one with
 * isolatedDeclarations: on the packed tarball, by the oldest and the newest TypeScript and two in between, all
 * declarations checked.
 */

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { printed, run, tools } from "./projects.js";

const sources = fileURLToPath(new URL("./published/", import.meta.url));

/** By the package that each is installed as. */
const compilers = { "5.6": "typescript-5.6", "5.8": "typescript-5.8", "5.9": "typescript", "7.0": "typescript-7" };

const options = {
  target: "es2022",
  // Of the SDK's declarations, some need the names of the Web.
  lib: ["es2023", "dom", "esnext.disposable"],
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  declaration: true,
  types: ["node"],
};

interface Workspace {
  readonly folder: string;
  placeOf(part: string): string;
  /** Gives a package its settings. */
  configure(part: string, compilerOptions?: object): void;
  /** Runs the compiler. Returns what it says: nothing if it takes everything. */
  compile(...args: string[]): Promise<string>;
}

/** Three packages, of which the first one is found by its name from the others. */
function makeWorkspace(name: string, compiler: string): Workspace {
  const folder = `${tools}/published-${name.replaceAll(/[^\w]+/g, "-")}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, type: "module" }));
  const placeOf = (part: string) => `${folder}/${part === "models" ? "node_modules/@example/models" : part}`;
  for (const part of ["models", "app", "isolated"]) {
    cpSync(`${sources}${part}`, `${placeOf(part)}/src`, { recursive: true });
    const exports = { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } };
    writeFileSync(
      `${placeOf(part)}/package.json`,
      JSON.stringify({ name: `@example/${part}`, type: "module", exports }),
    );
  }
  return {
    folder,
    placeOf,
    configure(part, compilerOptions = {}) {
      const config = {
        compilerOptions: { ...options, rootDir: "src", outDir: "dist", ...compilerOptions },
        include: [],
        files: ["src/index.ts"],
        references: "composite" in compilerOptions && part !== "models" ? [{ path: placeOf("models") }] : [],
      };
      writeFileSync(`${placeOf(part)}/tsconfig.json`, JSON.stringify(config));
    },
    async compile(...args) {
      const all = [`${tools}/node_modules/${compiler}/bin/tsc`, ...args];
      const { stdout } = await run(process.execPath, all, folder).catch((error: { readonly stdout: string }) => error);
      return stdout;
    },
  };
}

describe.each(Object.entries(compilers))("TypeScript %s", (version, compiler) => {
  const made = new Map<string, Workspace>();
  const workspace = (name: string, parts: readonly string[], compilerOptions: object): Workspace => {
    const space = makeWorkspace(`${version} ${name}`, compiler);
    for (const part of parts) space.configure(part, compilerOptions);
    made.set(name, space);
    return space;
  };

  test("is that version", async () => {
    const { compile } = workspace("version", [], {});
    expect(await compile("--version")).toContain(`Version ${version}.`);
  });

  test("emits the declarations of a library of models, and a second package uses them", async () => {
    const { folder, placeOf, compile } = workspace("declarations", ["models", "app"], {});
    expect(await compile("-p", placeOf("models"))).toBe("");
    // Only the declarations are left for the second one.
    rmSync(`${placeOf("models")}/src`, { recursive: true });
    expect(await compile("-p", placeOf("app"))).toBe("");
    const output = await run(process.execPath, [`${placeOf("app")}/dist/index.js`], folder);
    expect(printed(output)).toEqual(["sale", ["store", "at", "kind", "count", "tags", "lines"], 25]);
  });

  test("takes what a third one exports with isolatedDeclarations, and refuses inferred models there", async () => {
    const { placeOf, configure, compile } = made.get("declarations") ?? workspace("declarations", ["models"], {});
    configure("isolated", { isolatedDeclarations: true });
    expect(await compile("-p", placeOf("isolated"))).toBe("");
    const other = workspace("isolated", ["models"], { isolatedDeclarations: true });
    const codes = [...(await other.compile("-p", other.placeOf("models"))).matchAll(/error (TS\d+)/g)];
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter(([, code = ""]) => !code.startsWith("TS90"))).toEqual([]);
  });

  test("builds a composite workspace", async () => {
    const { folder, placeOf, compile } = workspace("composite", ["models", "app"], { composite: true });
    const references = ["models", "app"].map((part) => ({ path: placeOf(part) }));
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ files: [], references }));
    expect(await compile("-b", folder)).toBe("");
    expect(readFileSync(`${placeOf("app")}/dist/index.d.ts`, "utf8")).toContain("class Repository");
  });
});
