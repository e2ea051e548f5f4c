/** Dynoxide (https://github.com/nubo-db/dynoxide): its packages by platform, and its command. */

import { join, resolve } from "node:path";
import type { Emulator } from "./emulator.js";

const version = "1.2.1";

interface Build {
  readonly bytes: number;
  readonly integrity?: string;
  readonly digest?: string;
}

/**
 * The platforms with packages. A build that was reviewed has a digest here. For the others, the download is compared
 * with the registry's checksum, and the files with their digest at the time of the download.
 */
const builds: { readonly [platform: string]: Build } = {
  "linux-x64": {
    bytes: 3_500_767,
    integrity: "sha512-sBHqlxJ9ANkLluFkYRfd5r8Y0ApFew4FhOrlhgRAgD4XzEoFOukEo1nuBTQ1+jTtofqwn4NWQ2k0Tn5mNTjgUg==",
    digest: "9cc7f03a2eb11c3aafb2df37068bdf61eb80e320921f6c82ca1753b5e38f3074",
  },
  "linux-arm64": { bytes: 3_500_000 },
  "darwin-x64": { bytes: 3_500_000 },
  "darwin-arm64": { bytes: 3_500_000 },
  "win32-x64": { bytes: 3_500_000 },
};

export const dynoxidePlatforms: readonly string[] = Object.keys(builds);

/** Dynoxide for a platform such as "linux-x64", or undefined if there is none. */
export function dynoxideFor(platform: string): Emulator | undefined {
  const build = builds[platform];
  if (build === undefined) return undefined;
  const title = `Dynoxide ${version}`;
  const file = platform.startsWith("win32") ? "dynoxide.exe" : "dynoxide";
  return {
    engine: "dynoxide",
    title,
    package: {
      title,
      name: `@dynoxide/${platform}`,
      version,
      part: "package",
      additions: {},
      writes: [],
      integrity: undefined,
      digest: undefined,
      ...build,
    },
    findsPort: false,
    listening: /Dynoxide listening on http:\/\/127\.0\.0\.1:(\d+)/,
    command: (folder, { port, dbPath }) => ({
      command: join(folder, file),
      args: [
        ...["--host", "127.0.0.1", "--port", String(port)],
        ...(dbPath === undefined ? [] : ["--db-path", join(resolve(dbPath), "dynoxide.db")]),
      ],
    }),
  };
}
