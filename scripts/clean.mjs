// Removes the folders named on the command line, so that a build holds no file whose source is gone.
import { rm } from "node:fs/promises";

for (const folder of process.argv.slice(2)) await rm(folder, { recursive: true, force: true });
