/** The pages of the manual, README first, and what is in them. Paths are those of this repository. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Page {
  /** "docs/recipes/lock.md". */
  readonly path: string;
  readonly text: string;
}

export interface Program {
  readonly name: string;
  readonly code: string;
}

/** A snippet that the compiler refuses, with the program that it comes after. */
export interface Refused extends Program {
  /** The page's words for what the compiler says. */
  readonly message: string;
}

export const pages: readonly Page[] = [
  "README.md",
  ...readdirSync(`${root}docs`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`)
    .sort(),
].map((path) => ({ path, text: readFileSync(root + path, "utf8") }));

const blocks = /(?:<!-- (.*?) -->\n)?```ts\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g;

const ownRunners = ["examples/testing/", "examples/recipes/", "test/interop/"];

/**
 * A page's snippets make one program; one with imports of its own begins another. Examples of tests, recipes and other
 * libraries are left out: their own runners run them.
 */
export function snippetsOf({ path, text }: Page): { readonly programs: Program[]; readonly refused: Refused[] } {
  const name = path
    .replace(/^docs\//, "")
    .replace(/\.md$/, "")
    .replaceAll("/", "-");
  const programs: string[] = [];
  const refused: Refused[] = [];
  for (const [, mark = "", code = "", message = ""] of text.matchAll(blocks)) {
    if (ownRunners.some((folder) => mark.includes(folder))) continue;
    const before = /^import /m.test(code) ? [] : programs.splice(-1);
    if (mark !== "refused") programs.push([...before, code].join("\n"));
    else {
      programs.push(...before);
      refused.push({ name: `${name}-refused-${refused.length + 1}`, code: [...before, code].join("\n"), message });
    }
  }
  return { programs: programs.map((code, index) => ({ name: `${name}-${index + 1}`, code })), refused };
}
