import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import root from "../../vitest.config.js";
import { hasJava } from "../support/engines.js";

/** Tables that other libraries write, on each engine that this machine has: `npm run test:interop`. */
const engines = ["dynoxide", ...(hasJava ? ["dynamodb-local"] : [])];

export default defineConfig({
  resolve: root.resolve ?? {},
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: engines.map((engine) => ({
      extends: true as const,
      test: {
        name: engine,
        root: fileURLToPath(new URL("./", import.meta.url)),
        include: ["*.test.ts"],
        globalSetup: ["../support/local-engine.ts"],
        env: { BLOOP_ENGINE: engine, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
      },
    })),
  },
});
