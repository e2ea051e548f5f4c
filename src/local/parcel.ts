/** Fetches a package of the npm registry and unpacks it, with the user's own npm and its settings. */

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { DownloadFailed } from "./errors.js";
import { runWatched } from "./watchdog.js";

export interface Parcel {
  /** Such as "Dynoxide 1.2.1". */
  readonly title: string;
  /** Such as "@dynoxide/linux-x64". */
  readonly name: string;
  readonly version: string;
  /** The size of the download. */
  readonly bytes: number;
  /** The checksum of the download, as npm writes it: "sha512-...". Undefined: that of the registry. */
  readonly integrity: string | undefined;
}

/** Throws the signal's reason, or DownloadFailed. The caller removes the folder. */
export async function fetchParcel(parcel: Parcel, folder: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    const tarball = await readTarball(parcel, folder, signal);
    if (parcel.integrity !== undefined) assertIntegrity(tarball, parcel.integrity);
    await unpack(tarball, folder, signal);
  } catch (cause) {
    signal?.throwIfAborted();
    const { title, name, version } = parcel;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DownloadFailed(
      `${title} could not be fetched from the npm registry (${name}@${version}) into ${dirname(folder)}: ${reason}. Check the network and npm's settings, or set BLOOP_ENDPOINT to the address of a DynamoDB that runs already, such as http://localhost:8000.`,
      { cause },
    );
  }
}

async function readTarball(parcel: Parcel, folder: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const npm = npmCommand();
  if (npm === undefined) return fetchDirectly(parcel, signal);
  await pack(npm, parcel, { folder, signal });
  const [tarball = ""] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
  return readFile(join(folder, tarball));
}

interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** The npm of this Node.js, else that of the PATH; undefined if there is none. */
export function npmCommand(
  environment: NodeJS.ProcessEnv = process.env,
  { platform, execPath }: Pick<NodeJS.Process, "platform" | "execPath"> = process,
): Command | undefined {
  const script = join("node_modules", "npm", "bin", "npm-cli.js");
  const beside = [join(dirname(execPath), script), join(dirname(execPath), "..", "lib", script)];
  const found = beside.find((path) => existsSync(path));
  if (found !== undefined) return { command: execPath, args: [found] };
  // On Windows npm is a batch file, which can't be run without a shell.
  if (platform === "win32") return undefined;
  const folders = (environment.PATH ?? "").split(":");
  return folders.some((path) => existsSync(join(path, "npm"))) ? { command: "npm", args: [] } : undefined;
}

/** `npm pack` knows registries, proxies, certificates and tokens. It retries, and verifies the download. */
async function pack(
  { command, args }: Command,
  { name, version }: Parcel,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const running = runWatched({
    command,
    args: [...args, "pack", `${name}@${version}`, "--ignore-scripts", "--loglevel=error"],
    // As environment variables, since a path may contain spaces; and since a surrounding `npm publish --dry-run` would
    // apply.
    env: { npm_config_pack_destination: folder, npm_config_dry_run: "false", npm_config_json: "false" },
  });
  const stop = () => void running.stop();
  signal?.addEventListener("abort", stop, { once: true });
  const code = await running.exit;
  signal?.removeEventListener("abort", stop);
  if (code !== 0) throw new Error(`npm pack ended with ${code}: ${running.output.join("\n")}`);
}

/** For a Node.js without npm: from the public registry, or the one that npm_config_registry names. */
async function fetchDirectly({ name, version }: Parcel, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const registry = (process.env.npm_config_registry ?? "https://registry.npmjs.org").replace(/\/$/, "");
  const get = async (url: string) => {
    const response = await fetch(url, signal === undefined ? {} : { signal });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return response;
  };
  const { dist }: { dist: { tarball: string; integrity: string } } = JSON.parse(
    await (await get(`${registry}/${name}/${version}`)).text(),
  );
  const tarball = Buffer.from(await (await get(dist.tarball)).arrayBuffer());
  assertIntegrity(tarball, dist.integrity);
  return tarball;
}

function assertIntegrity(tarball: Uint8Array, integrity: string): void {
  const found = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  if (found !== integrity) throw new Error(`its checksum is ${found} instead of ${integrity}`);
}

/** Uses the `tar` of the system: Linux, macOS and Windows 10 each have one. That of Windows needs relative names. */
async function unpack(tarball: Uint8Array, folder: string, signal: AbortSignal | undefined): Promise<void> {
  await writeFile(join(folder, "parcel.tar"), await promisify(gunzip)(tarball), signal === undefined ? {} : { signal });
  const options = { cwd: folder, windowsHide: true, ...(signal === undefined ? {} : { signal }) };
  await promisify(execFile)("tar", ["-xof", "parcel.tar"], options);
}
