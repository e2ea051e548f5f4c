/**
 * Runs a command that ends with this process, however it ends. Even if we are killed, a pipe closes that a watchdog
 * reads.
 */

import { spawn } from "node:child_process";

/**
 * A small program. It is a text, since it has to run from TypeScript and JavaScript alike. It reads its last argument:
 * Deno puts the name of a file before it.
 */
const watchdog = `
const { spawn } = require("node:child_process");
const { command, args, env } = JSON.parse(process.argv.at(-1));
const options = { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env }, windowsHide: true };
const child = spawn(command, args, options);
child.on("error", (error) => { console.error(error.message); process.exit(127); });
child.on("exit", (code) => process.exit(code ?? 1));
const stop = () => { child.kill(); setTimeout(() => child.kill("SIGKILL"), 3000); };
process.stdin.on("end", stop).on("error", stop).resume();
`;

interface WatchedCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The folder to run in. Default: ours. */
  readonly cwd?: string;
  /** Added to our own variables. */
  readonly env?: { readonly [name: string]: string };
}

export interface Running {
  /** The last lines of its output. */
  readonly output: readonly string[];
  /** The exit code of the command; 127 if it could not be run. */
  readonly exit: Promise<number>;
  /** Resolves with the match of the first matching line, or with undefined if the command ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray | undefined>;
  /** From now on it does not keep our process running. */
  release(): void;
  /** Ends the command, and waits until it has ended. May be called again. */
  stop(): Promise<void>;
}

const linesKept = 20;

export function runWatched({ command, args, cwd, env = {} }: WatchedCommand): Running {
  // The watchdog ignores the settings of our own Node.js for preloading and measuring, which would slow it down.
  const { NODE_OPTIONS, NODE_V8_COVERAGE, ...environment } = process.env;
  const given = { ...(NODE_OPTIONS === undefined ? {} : { NODE_OPTIONS }), ...env };
  const child = spawn(process.execPath, ["-e", watchdog, JSON.stringify({ command, args, env: given })], {
    cwd,
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
    // A process group of its own: we handle Ctrl-C in the terminal.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const { output, keep, listeners } = keepLines();
  child.stdout.on("data", keep());
  child.stderr.on("data", keep());
  child.stdin.on("error", () => {});
  const exit = new Promise<number>((resolve) => {
    child.once("exit", (code) => resolve(code ?? 1)).once("error", () => resolve(127));
  });
  return {
    output,
    exit,
    printed: (pattern) =>
      new Promise((resolve) => {
        listeners.add((line) => {
          const match = pattern.exec(line);
          if (match !== null) resolve(match);
        });
        // Its last lines may arrive after its exit.
        child.once("close", () => resolve(undefined)).once("error", () => resolve(undefined));
      }),
    release() {
      for (const handle of [child, child.stdin, child.stdout, child.stderr]) unref(handle);
    },
    async stop() {
      child.ref();
      child.stdin.end();
      await exit;
    },
  };
}

/** The last lines of several streams. Each stream may split its lines anywhere. */
function keepLines() {
  const output: string[] = [];
  const listeners = new Set<(line: string) => void>();
  const take = (line: string): void => {
    if (line.trim() === "") return;
    output.push(line);
    output.splice(0, output.length - linesKept);
    for (const listener of listeners) listener(line);
  };
  const keep = () => {
    let rest = "";
    return (chunk: Buffer): void => {
      const lines = (rest + chunk.toString()).split(/\r?\n/);
      rest = lines.pop() ?? "";
      lines.forEach(take);
    };
  };
  return { output, keep, listeners };
}

/** A pipe's stream is a socket, which has unref(); its type does not declare it. */
function unref(handle: object): void {
  if ("unref" in handle && typeof handle.unref === "function") handle.unref();
}
