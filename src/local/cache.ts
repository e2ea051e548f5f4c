/** The user's cache of engines. Each is fetched once, is moved into place as a whole, and is verified at each start. */

import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { runBounded } from "../util/async.js";
import { DownloadFailed } from "./errors.js";
import { fetchParcel, type Parcel } from "./parcel.js";
import type { Progress } from "./progress.js";

export interface Installable extends Parcel {
  /** The part of the package to keep, such as "package/emulator". */
  readonly part: string;
  /** Files to add to it: their names and texts. */
  readonly additions: { readonly [name: string]: string };
  /** Files that the engine writes into its folder; they are not part of its digest. */
  readonly writes: readonly string[];
  /** The digest of all other files. Undefined: the digest at the time of the download. */
  readonly digest: string | undefined;
}

interface InstallOptions {
  onProgress(progress: Progress): void;
  readonly signal: AbortSignal | undefined;
}

/**
 * The folder of an engine: the intact one, or else a fresh download. A folder that is incomplete, empty or changed is
 * replaced. Throws the signal's reason, or DownloadFailed.
 */
export async function install(engine: Installable, options: InstallOptions): Promise<string> {
  const parent = cacheFolder();
  const folder = join(parent, folderName(engine));
  if (await isWhole(folder, engine)) {
    // The cache may be another user's, and read-only.
    await removeLeftovers(parent).catch(() => {});
    return folder;
  }
  const temporary = await makeTemporary(parent);
  try {
    options.onProgress({ received: 0, total: engine.bytes });
    await fetchParcel(engine, temporary, options.signal);
    await complete(join(temporary, engine.part), engine);
    await moveIntoPlace(temporary, folder, engine);
    options.onProgress({ received: engine.bytes, total: engine.bytes });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** `BLOOP_CACHE`, or the folder of the system's convention. */
function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { BLOOP_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (BLOOP_CACHE) return BLOOP_CACHE;
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, "bloop");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "bloop");
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "bloop", "Cache");
  return join(homedir(), ".cache", "bloop");
}

/** Versions of bloop that need other files have folders of their own, and never replace each other's. */
function folderName({ name, version, digest }: Installable): string {
  const plain = `${name.replace(/^@/, "").replace("/", "-")}-${version}`;
  return digest === undefined ? plain : `${plain}-${digest.slice(0, 8)}`;
}

const seal = "digest.txt";

async function isWhole(folder: string, { digest, writes }: Installable): Promise<boolean> {
  try {
    const expected = digest ?? (await readFile(join(folder, seal), "utf8"));
    return (await digestOf(folder, writes)) === expected;
  } catch {
    // Missing, incomplete, or being replaced by another process.
    return false;
  }
}

/**
 * The digest of the names and contents of the files in a folder, except its seal and some others: SHA-256 in
 * hexadecimal digits.
 */
async function digestOf(folder: string, without: readonly string[]): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => path !== seal && !without.includes(path))
    .sort();
  const digests = await runBounded(paths, 8, async (path) => {
    const content = await crypto.subtle.digest("SHA-256", await readFile(join(folder, path)));
    return `${path.replaceAll("\\", "/")} ${Buffer.from(content).toString("hex")}\n`;
  });
  const whole = createHash("sha256");
  for (const outcome of digests) {
    if (outcome.status === "rejected") throw outcome.reason;
    whole.update(outcome.value);
  }
  return whole.digest("hex");
}

const temporaryPrefix = "fetching-";

async function makeTemporary(parent: string): Promise<string> {
  try {
    await mkdir(parent, { recursive: true });
    await removeLeftovers(parent);
    return await mkdtemp(join(parent, `${temporaryPrefix}${process.pid}-`));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DownloadFailed(
      `The cache folder ${parent} can't be written: ${reason}. Set BLOOP_CACHE to a folder that can, or make it so.`,
      { cause },
    );
  }
}

const longestDownload = 24 * 60 * 60 * 1000;

/** Removes the leftovers of processes that ended during a download. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(temporaryPrefix)) continue;
    const path = join(parent, name);
    const pid = Number(name.slice(temporaryPrefix.length).split("-")[0]);
    // Its process number may belong to another process by now.
    const isOld = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs > longestDownload,
      () => false,
    );
    if (isOld || !isRunning(pid)) await rm(path, { recursive: true, force: true });
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

async function complete(folder: string, engine: Installable): Promise<void> {
  const { additions, writes, digest, title, name, version } = engine;
  for (const [file, text] of Object.entries(additions)) await writeFile(join(folder, file), text);
  const found = await digestOf(folder, writes);
  if (digest === undefined) await writeFile(join(folder, seal), found);
  else if (found !== digest) {
    throw new DownloadFailed(
      `${title} was fetched (${name}@${version}) and is not the one that bloop knows: its files have the digest ${found} instead of ${digest}. Another registry than npm's may have answered; nothing of it was kept.`,
    );
  }
}

/** The rename is atomic. A process that comes second finds the same folder in place. */
async function moveIntoPlace(temporary: string, folder: string, engine: Installable): Promise<void> {
  if (await isWhole(folder, engine)) return;
  // A broken folder is moved away first, also in one step, so that nobody sees half of it.
  await rename(folder, join(temporary, "broken")).catch(() => {});
  try {
    await rename(join(temporary, engine.part), folder);
  } catch (cause) {
    if (await isWhole(folder, engine)) return;
    throw new DownloadFailed(`${engine.title} could not be moved to ${folder}: ${String(cause)}.`, { cause });
  }
}
