/** Runs the compiler on a text that imports bloop, and reads what it says. */

import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Compiled {
  readonly messages: readonly { readonly line: number; readonly text: string }[];
  readonly instantiations: number;
}

export async function compile(name: string, text: string): Promise<Compiled> {
  const folder = `${root}.build/compile/${name}`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // `declaration`: what inferred types need must have a public name, or libraries of our users can't export them.
  const compilerOptions = { paths: {}, noUnusedLocals: false, declaration: true, noEmit: false, outDir: "emitted" };
  await writeFile(`${folder}/code.ts`, text);
  await writeFile(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: "../../../tsconfig.json", compilerOptions, include: [], files: ["code.ts"] }),
  );
  return read(await runCompiler(folder));
}

async function runCompiler(folder: string): Promise<string> {
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", folder, "--extendedDiagnostics"]);
    return stdout;
  } catch (error) {
    if (error instanceof Error && "stdout" in error && typeof error.stdout === "string") return error.stdout;
    throw error;
  }
}

function read(output: string): Compiled {
  const messages: { line: number; text: string }[] = [];
  for (const line of output.split("\n")) {
    const [, at, text] = /^\S*code\.ts\((\d+),\d+\): error TS\d+: (.*)$/.exec(line) ?? [];
    const last = messages.at(-1);
    if (at !== undefined && text !== undefined) messages.push({ line: Number(at), text });
    else if (/^ +\S/.test(line) && last !== undefined && !/^[A-Z][\w ]*:/.test(line)) last.text += `\n${line}`;
    else if (/^Files:/.test(line)) break;
  }
  return { messages, instantiations: Number(/^Instantiations:\s+(\d+)/m.exec(output)?.[1]) };
}
