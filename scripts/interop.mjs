// Tests on tables that other libraries write, which it installs first: `npm run test:interop`.
import { install, run } from "./packages.mjs";

install("test/interop", "--ignore-scripts");
run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "test/interop"]);
run(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--config", "test/interop/vitest.config.ts"]);
