/** DynamoDB Local with a clock of its own, by libfaketime: hours pass in seconds, or are left out. */

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Local, startDynamoDBLocal } from "bloop-dynamodb/local";

/** Where Debian's package libfaketime has its library for programs of several threads; undefined where it is not. */
export const libfaketime: string | undefined = (existsSync("/usr/lib") ? readdirSync("/usr/lib") : [])
  .map((folder) => `/usr/lib/${folder}/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));

/** `clock` as in FAKETIME: "+0 x600" is 600 times as fast, "+5h" five hours later. */
export async function startClocked(clock: string, dbPath?: string): Promise<Local> {
  const { JAVA_HOME: home } = process.env;
  const folder = mkdtempSync(join(tmpdir(), "bloop-clock-"));
  try {
    const java = join(folder, "bin", "java");
    mkdirSync(join(folder, "bin"));
    const real = home ? join(home, "bin", "java") : "java";
    writeFileSync(java, `#!/bin/sh\nLD_PRELOAD=${libfaketime} FAKETIME="${clock}" exec ${real} "$@"\n`);
    chmodSync(java, 0o755);
    process.env.JAVA_HOME = folder;
    const timeout = 60_000;
    return await startDynamoDBLocal(dbPath === undefined ? { port: await freePort(), timeout } : { dbPath, timeout });
  } finally {
    if (home === undefined) delete process.env.JAVA_HOME;
    else process.env.JAVA_HOME = home;
    rmSync(folder, { recursive: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
