/** The manual holds together: each link leads somewhere, in the repository and in the package, and each page is found. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Page, pages } from "../support/manual.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const security: Page = { path: "SECURITY.md", text: readFileSync(`${root}SECURITY.md`, "utf8") };
const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

/** Without its blocks of code, in which nothing is a link or a heading. */
function prose(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, "");
}

function linksOf({ text }: Page): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

/** Of a heading, as GitHub and VitePress both make it for the headings that we have. */
function anchorsOf(text: string): Set<string> {
  const headings = [...prose(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** Whether a file goes into the package: by the list in package.json, and by npm's own rules. */
function isPacked(path: string): boolean {
  if (["README.md", "LICENSE", "package.json"].includes(path)) return true;
  return manifest.files.some((pattern: string) => {
    const [folder = "", ending = ""] = pattern.split("*");
    return path === pattern || (path.startsWith(folder === pattern ? `${folder}/` : folder) && path.endsWith(ending));
  });
}

describe.each([...pages, security])("$path", (page) => {
  test("has links that lead somewhere, also in the package", () => {
    const dead = linksOf(page).filter((link) => {
      if (/^https:\/\//.test(link)) return false;
      const [file = "", anchor] = link.split("#");
      const path = file === "" ? page.path : posix.join(posix.dirname(page.path), file);
      if (!existsSync(root + path) || !statSync(root + path).isFile() || !isPacked(path)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(root + path, "utf8")).has(anchor);
    });
    expect(dead).toEqual([]);
  });
});

test("every page is reached from README", () => {
  const reached = new Set(["README.md"]);
  for (const path of reached) {
    const page = pages.find((one) => one.path === path);
    for (const link of page === undefined ? [] : linksOf(page)) {
      const [file = ""] = link.split("#");
      if (file.endsWith(".md") && !file.includes(":")) reached.add(posix.join(posix.dirname(path), file));
    }
  }
  expect(pages.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
});

test("the address of the repository is written in package.json, and nowhere else", () => {
  const { repository, homepage, bugs } = manifest;
  const address = repository.url.replace(/^git\+(.*)\.git$/, "$1");
  expect([homepage, bugs.url]).toEqual([`${address}#readme`, `${address}/issues`]);
  const files = ["README.md", "SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md"]
    .concat(["docs", "examples", "src", "scripts"].flatMap((folder) => filesOf(folder)))
    .filter((path) => readFileSync(root + path, "utf8").includes(address.replace("https://", "")));
  expect(files).toEqual([]);
});

function filesOf(folder: string): string[] {
  return readdirSync(root + folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length));
}

test("every error has its section, with its cause and its mend", () => {
  const files = ["src/errors.ts", ...filesOf("src/errors")].map((path) => readFileSync(root + path, "utf8"));
  const errors = [...files.join("\n").matchAll(/^export class (\w+) extends (?:BloopError|ConstraintViolation)/gm)];
  const page = readFileSync(`${root}docs/errors.md`, "utf8");
  const sections = new Map(page.split(/^## /m).map((section) => [section.split("\n")[0], section]));
  expect(errors.length).toBeGreaterThan(15);
  const lacking = errors.filter(([, name]) => !/\*\*Cause\.\*\*/.test(sections.get(name) ?? ""));
  expect(lacking.map(([, name]) => name)).toEqual([]);
});

describe("licences", () => {
  const allowed = ["MIT", "Apache-2.0", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause"];

  test("LICENSE is what package.json names", () => {
    expect(manifest.license).toBe("MIT");
    expect(readFileSync(`${root}LICENSE`, "utf8")).toMatch(/^MIT License\n\nCopyright \(c\) \d{4}/);
  });

  test("all that is installed with the package allows its use in closed programs", () => {
    const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8"));
    const installed = Object.entries<{ dev?: boolean; license?: string }>(packages).filter(
      ([path, { dev }]) => path !== "" && dev !== true,
    );
    expect(installed.length).toBeGreaterThan(0);
    const others = installed.filter(([, { license = "none" }]) => !allowed.includes(license));
    expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  });
});
