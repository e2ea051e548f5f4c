/** Asks the compiler how it prints types, by its own interface: as a hover shows them. */

import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { API } from "typescript/unstable/sync";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}.build/compile/printed`;

/** The types of expressions behind a head, by the same names. Throws if the compiler refuses one. */
export async function printTypes(
  head: string,
  expressions: { readonly [name: string]: string },
): Promise<{ readonly [name: string]: string }> {
  const names = Object.keys(expressions);
  const lines = names.map((name, index) => `const hover${index} = ${expressions[name]};`);
  const text = `${head}\n${lines.join("\n")}\nexport {};\n`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/code.ts`, text);
  const compilerOptions = { paths: {}, noUnusedLocals: false };
  await writeFile(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: "../../../tsconfig.json", compilerOptions, include: [], files: ["code.ts"] }),
  );
  const api = new API({ cwd: root });
  try {
    const project = api.updateSnapshot({ openProjects: [`${folder}/tsconfig.json`] }).getProjects()[0];
    if (project === undefined) throw new Error("The compiler opened no project.");
    const refused = project.program.getSemanticDiagnostics(`${folder}/code.ts`);
    if (refused.length > 0) throw new Error(`The compiler refuses: ${JSON.stringify(refused)}`);
    const positions = names.map((_, index) => text.indexOf(`hover${index} =`));
    return Object.fromEntries(
      names.map((name, index) => {
        const type = project.checker.getTypeAtPosition(`${folder}/code.ts`, positions[index] ?? 0);
        return [name, type === undefined ? "nothing" : project.checker.typeToString(type)];
      }),
    );
  } finally {
    api.close();
  }
}
