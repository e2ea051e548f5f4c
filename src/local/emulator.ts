/** The properties of an engine before it runs. */

import type { Installable } from "./cache.js";
import type { LocalEngine } from "./options.js";

export interface Emulator {
  readonly engine: LocalEngine;
  /** Such as "Dynoxide 1.2.1". */
  readonly title: string;
  readonly package: Installable;
  /** Whether it finds a free port by itself, if its port is 0. */
  readonly findsPort: boolean;
  /** Matches the line that it prints once its port is open; the port is the first group. */
  readonly listening: RegExp;
  /** The command that runs it from the folder of its package. */
  command(
    folder: string,
    settings: { readonly port: number; readonly dbPath: string | undefined },
  ): { readonly command: string; readonly args: readonly string[] };
}
