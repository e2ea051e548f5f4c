/** Runs an engine on a port of 127.0.0.1 and waits until it answers. */

import { mkdir } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:net";
import { pause } from "../util/async.js";
import type { Emulator } from "./emulator.js";
import { EmulatorFailed } from "./errors.js";
import type { LocalOptions } from "./options.js";
import { type Running, runWatched } from "./watchdog.js";

interface Launched {
  readonly port: number;
  readonly running: Running;
}

export const host = "127.0.0.1";

const mostAttempts = 10;

/** Throws the signal's reason, or EmulatorFailed. */
export async function launch(emulator: Emulator, folder: string, options: LocalOptions): Promise<Launched> {
  const { port, dbPath } = options;
  if (port !== undefined) await assertFree(port);
  if (dbPath !== undefined) await makeFolder(dbPath);
  for (let attempt = 1; ; attempt++) {
    const running = run(emulator, folder, { dbPath, port: port ?? (emulator.findsPort ? 0 : await freePort()) });
    try {
      const launched = { port: await answering(running, { emulator, folder, options }), running };
      running.release();
      return launched;
    } catch (error) {
      await running.stop();
      // Another process may have taken the free port first.
      const taken = running.output.some((line) => /in use|failed to bind/i.test(line));
      if (!taken || port !== undefined || attempt === mostAttempts) throw error;
    }
  }
}

async function makeFolder(dbPath: string): Promise<void> {
  try {
    await mkdir(dbPath, { recursive: true });
  } catch (cause) {
    throw new EmulatorFailed(`The folder for the data, ${dbPath}, could not be made: ${String(cause)}.`);
  }
}

function run(emulator: Emulator, folder: string, settings: { port: number; dbPath: string | undefined }): Running {
  return runWatched({ ...emulator.command(folder, settings), cwd: folder });
}

/** Throws EmulatorFailed if a port can't be listened on. */
async function assertFree(port: number): Promise<void> {
  try {
    await listenOnce(port);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const reason = code === "EADDRINUSE" ? "is taken" : `can't be listened on (${code})`;
    throw new EmulatorFailed(`Port ${port} ${reason}. Leave the port out for a free one, or stop what listens there.`);
  }
}

const freePort = (): Promise<number> => listenOnce(0);

/** Resolves with the port. */
function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : port));
    });
  });
}

interface Launching {
  readonly emulator: Emulator;
  readonly folder: string;
  readonly options: LocalOptions;
}

/**
 * Resolves with the port that it listens on. The port comes from its own output: if it failed to get the port, another
 * process's engine might answer there.
 */
async function answering(running: Running, { emulator, folder, options }: Launching): Promise<number> {
  const { signal, timeout = 30_000 } = options;
  const until = performance.now() + timeout;
  const late = new AbortController();
  const fail = (what: string) => new EmulatorFailed(`${emulator.title} ${what}. It is in ${folder}.`, running.output);
  const expiry = pause(Math.min(timeout, longestTimer), anyOf(signal, late.signal)).then(() => {
    throw fail(`did not answer within ${timeout} ms`);
  });
  try {
    const match = await Promise.race([running.printed(emulator.listening), expiry]);
    if (match === undefined) throw fail("ended before it answered");
    const port = Number(match[1]);
    while (!(await answers(port))) {
      if (performance.now() > until) throw fail(`did not answer within ${timeout} ms`);
      await pause(20, signal);
    }
    return port;
  } finally {
    expiry.catch(() => {});
    late.abort();
  }
}

/** A timer's milliseconds have 31 bits. */
const longestTimer = 2 ** 31 - 1;

function anyOf(given: AbortSignal | undefined, own: AbortSignal): AbortSignal {
  return given === undefined ? own : AbortSignal.any([given, own]);
}

/** Asks for the list of tables: a port is open for some time before DynamoDB Local behind it can answer. */
function answers(port: number): Promise<boolean> {
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.ListTables",
    "x-amz-date": "20260101T000000Z",
    authorization:
      "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0",
  };
  return new Promise((resolve) => {
    // A separate agent: without the environment's proxy, and without reused connections.
    request({ host, port, method: "POST", agent: false, headers, timeout: 5000 }, (response) => {
      response.resume().once("close", () => resolve(response.statusCode === 200));
    })
      .on("timeout", function (this: { destroy(): void }) {
        this.destroy();
      })
      .once("error", () => resolve(false))
      .end("{}");
  });
}
