/** The build refuses a file that is loaded later and shares a module with another entry point. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The outcome of linking some files of a package. */
function link(files: { readonly [path: string]: string }): string {
  const script = `
    import { linkLater } from "./scripts/link.mjs";
    import { resolve } from "node:path";
    const texts = new Map(Object.entries(${JSON.stringify(files)}).map(([path, text]) => [resolve(path), text]));
    try {
      console.log([...linkLater(texts, () => ["src/a.ts", "src/b.ts"]).values()].join("\\n"));
    } catch (error) {
      console.log(String(error));
    }`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return stdout;
}

const core = 'const load = () => import("./later.js");\nexport { load, helper };\n';

test("a later file gets the parts of the core that it imports", () => {
  const later = 'import { helper } from "./core.js";\nconst run = () => helper();\nexport { run };\n';
  const linked = link({ "dist/core.js": core, "dist/later.js": later });
  expect(linked).toContain('import("./later.js").then(({ link }) => link({ helper }))');
  expect(linked).toContain("function make({ helper })");
});

test("a later file that shares modules with another entry point is refused, by the names of the modules", () => {
  const later = 'import { shared } from "./shared/chunk.js";\nconst run = () => shared();\nexport { run };\n';
  expect(link({ "dist/core.js": core, "dist/later.js": later })).toBe(
    "Error: dist/later.js is loaded at its first use, and shares src/a.ts, src/b.ts with another entry point or another such file, but not with dist/core.js, which loads it. Have the core import them too, or move the shared part to a module of the core.\n",
  );
});
