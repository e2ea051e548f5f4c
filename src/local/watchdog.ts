/** Runs the emulator so that it ends with us, however we end: even killed, we close a pipe that a watchdog reads. */

import { type ChildProcess, spawn } from "node:child_process";

/** A small program of its own, given as text since it has to run from TypeScript and JavaScript alike. */
const watchdog = `
const { spawn } = require("node:child_process");
const child = spawn(process.argv[1], process.argv.slice(2), { stdio: ["ignore", "inherit", "inherit"] });
child.on("error", (error) => { console.error(error.message); process.exit(1); });
child.on("exit", (code) => process.exit(code ?? 1));
const stop = () => { child.kill(); setTimeout(() => child.kill("SIGKILL"), 3000); };
process.stdin.on("end", stop).on("error", stop).resume();
`;

export interface Running {
  /** Of the watchdog; the emulator is its child. */
  readonly process: ChildProcess;
  /** The last lines that were printed. */
  readonly output: readonly string[];
  /** Whether it has ended. */
  ended(): boolean;
  /** Ends it, and waits until it has ended. May be called again. */
  stop(): Promise<void>;
}

const linesKept = 20;

export function runWatched(command: string, args: readonly string[], folder: string): Running {
  const child = spawn(process.execPath, ["-e", watchdog, command, ...args], {
    cwd: folder,
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own: Ctrl-C in the terminal is for us to handle.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const output: string[] = [];
  const keep = (chunk: Buffer): void => {
    output.push(
      ...chunk
        .toString()
        .split("\n")
        .filter((line) => line.trim() !== ""),
    );
    output.splice(0, output.length - linesKept);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.stdin.on("error", () => {});
  const exit = new Promise<void>((resolve) => child.once("exit", () => resolve()).once("error", () => resolve()));
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) unref(handle);
  return {
    process: child,
    output,
    ended: () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined,
    async stop() {
      child.ref();
      child.stdin.end();
      await exit;
    },
  };
}

/** A pipe's stream is a socket, which can be let go of; its type does not say so. */
function unref(handle: object): void {
  if ("unref" in handle && typeof handle.unref === "function") handle.unref();
}
