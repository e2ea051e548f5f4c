import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (file: string) => fileURLToPath(new URL(`./src/${file}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^bloop-dynamodb$/, replacement: source("index.ts") },
      { find: /^bloop-dynamodb\/local$/, replacement: source("local/index.ts") },
      { find: /^bloop-dynamodb\/testing$/, replacement: source("testing/index.ts") },
      { find: /^bloop-dynamodb\/ext\/(.*)$/, replacement: `${source("ext")}/$1.ts` },
    ],
  },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          pool: "threads",
          include: ["test/**/*.test.ts"],
          exclude: ["test/live/**", "test/compile/**", "test/environments/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "compile",
          include: ["test/compile/**/*.test.ts"],
          globalSetup: ["test/support/declarations.ts"],
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: { name: "live", include: ["test/live/**/*.test.ts"], globalSetup: ["test/support/dynamodb-local.ts"] },
      },
      {
        extends: true,
        test: {
          name: "live sdk",
          include: ["test/live/**/*.test.ts"],
          // They take minutes, make their own engines, or compare the roads themselves.
          exclude: ["test/live/{faults,linearizability,roads,local,docs,stream-clock,stream-simulator}.test.ts"],
          globalSetup: ["test/support/dynamodb-local.ts"],
          env: { BLOOP_ROAD: "sdk" },
        },
      },
    ],
  },
});
