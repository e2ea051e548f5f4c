import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Tests on the packed tarball, by tools that the project does without otherwise: `npm run test:environments`. */
export default defineConfig({
  test: {
    name: "environments",
    root: fileURLToPath(new URL("./", import.meta.url)),
    include: ["*.test.ts"],
    globalSetup: ["install.ts"],
    // Each of them starts a compiler, a bundler or another runtime.
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
