/** Small applications that use bloop, each in a folder of its own, and what they have to print. */

import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { root } from "../support/packed.js";
import { answer } from "./fixtures/answers.js";

const fixtures = fileURLToPath(new URL("./fixtures/", import.meta.url));

/** Where the tools are installed. */
export const tools: string = `${root}.build/environments`;

/** What every environment has to make of fixtures/scenario.js. */
export const right: object = {
  packed: true,
  bind: "bound",
  load: ["ada", 0],
  save: [1, 0],
  query: 1,
  getMany: ["1", "2"],
  modify: 2,
  putAll: 1,
  transaction: "committed",
  delete: [true, true, "1"],
  stream: ["insert", "ada"],
};

export interface ProjectOptions {
  /** Of its package.json. Default: "module". */
  readonly type?: "module" | "commonjs";
  /** Whether the fixtures are TypeScript, as far as their names go. */
  readonly typescript?: boolean;
}

/** A folder with the fixtures, from which the tools and bloop can be found. */
export function makeProject(name: string, { type = "module", typescript = false }: ProjectOptions = {}): string {
  const folder = `${tools}/${name.replaceAll(/[^\w]+/g, "-")}`;
  rmSync(folder, { recursive: true, force: true });
  cpSync(fixtures, folder, { recursive: true });
  writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, type }));
  // The nearest one counts: that of this repository leads `bloop-dynamodb` to its source.
  writeFileSync(`${folder}/tsconfig.json`, "{}");
  if (typescript) {
    for (const file of readdirSync(folder).filter((path) => path.endsWith(".js"))) {
      renameSync(`${folder}/${file}`, `${folder}/${file.replace(/js$/, "ts")}`);
    }
  }
  return folder;
}

/** A folder of no project: nothing can be found from it that is not in it. */
export function makeBareFolder(name: string): string {
  const folder = `${process.env["TMPDIR"] ?? "/tmp"}/bloop-environments/${name.replaceAll(/[^\w]+/g, "-")}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Runs a program and returns what it printed. Its environment is bare: none of Vitest's, and no AWS account. */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { PATH = "", HOME = "" } = process.env;
  return promisify(execFile)(command, [...args], { cwd, env: { PATH, HOME, NO_COLOR: "1", ...env }, timeout: 600_000 });
}

/** The last line of what was printed, as JSON. */
export function printed({ stdout }: { readonly stdout: string }): unknown {
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

/** The program of a package: what its script would have linked from elsewhere is here in a package of its own. */
export function binary(...paths: readonly string[]): string {
  const found = paths.map((path) => `${tools}/node_modules/${path}`).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`none of ${paths.join(", ")} is installed for this platform`);
  return found;
}

/** DynamoDB on this machine, for the engine's own client: answers as fixtures/answers.js does. */
export async function startServer(): Promise<{ readonly env: Record<string, string>; close(): void }> {
  const server: Server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { statusCode, body } = answer(String(incoming.headers["x-amz-target"]), Buffer.concat(chunks).toString());
    outgoing.writeHead(statusCode, { "content-type": "application/x-amz-json-1.0" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "secret",
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
