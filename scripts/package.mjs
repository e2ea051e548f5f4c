// Checks the package in its published form: with publint, and whether its types resolve as its code does for those who
// import ES modules (attw's profile esm-only). Needs `npm run build`.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const folder = await mkdtemp(join(tmpdir(), "bloop-package-"));
try {
  const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await promisify(execFile)("npm", pack, { shell: process.platform === "win32" });
  const [{ filename }] = JSON.parse(stdout);
  const { buffer } = await readFile(join(folder, filename));
  const [{ messages, pkg }, { problems }] = await Promise.all([
    publint({ pack: { tarball: buffer.slice(0) }, strict: true }),
    checkPackage(createPackageFromTarballData(new Uint8Array(buffer))),
  ]);
  // Node 10 and require() are not supported: `engines` names the Node versions, and there are ES modules only.
  const ignored = ["node10", "node16-cjs"];
  const found = [
    ...messages.map((message) => formatMessage(message, pkg)),
    ...problems.filter(({ resolutionKind }) => !ignored.includes(resolutionKind)).map((one) => JSON.stringify(one)),
  ];
  for (const line of found) console.error(line);
  process.exitCode = found.length > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}
