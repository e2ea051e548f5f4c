import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { hasJava } from "./test/support/engines.js";
import { Summary } from "./test/support/summary.js";

const source = (file: string) => fileURLToPath(new URL(`./src/${file}`, import.meta.url));
const isLong = process.env.BLOOP_LONG === "1";

/** Tests that are no part of a project for one engine: each says why. */
const notOnEachEngine = {
  /** Starts both engines by itself. */
  local: "test/live/local.test.ts",
  /** Moves the clock of DynamoDB Local, by libfaketime. */
  clock: "test/live/stream-clock.test.ts",
  /** Runs the manual's snippets, which one engine is enough for. */
  docs: "test/live/docs.test.ts",
  /** Compares the simulator of streams with DynamoDB Local, whose habits it has. */
  simulator: "test/live/stream-simulator.test.ts",
};
/** They compare the roads themselves, or are about neither. */
const notOnEachRoad = "test/live/{faults,linearizability,roads,docs}.test.ts";
const everywhere = "test/live/**/*.test.ts";

interface Live {
  readonly engine: "dynoxide" | "dynamodb-local";
  readonly road: "lean" | "sdk";
  readonly exclude: readonly string[];
}

function live({ engine, road, exclude }: Live): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name: `live ${engine}${road === "sdk" ? " sdk" : ""}`,
      include: [everywhere],
      exclude: [...exclude, ...(road === "sdk" ? [clock, simulator, notOnEachRoad] : [])],
      globalSetup: ["test/support/local-engine.ts"],
      env: { BLOOP_ENGINE: engine, BLOOP_ROAD: road },
    },
  };
}

const { local, clock, docs, simulator } = notOnEachEngine;
const hasDynamoDBLocal = hasJava || Boolean(process.env.BLOOP_ENDPOINT);

/** The long form goes by the SDK's road, too. */
function lives(): TestProjectInlineConfiguration[] {
  const onDynoxide = { engine: "dynoxide", exclude: [local, clock, simulator] } as const;
  const onDynamoDBLocal = { engine: "dynamodb-local", exclude: isLong ? [local] : [local, clock, docs] } as const;
  return [onDynoxide, ...(hasDynamoDBLocal ? [onDynamoDBLocal] : [])].flatMap((one) => [
    live({ ...one, road: "lean" }),
    ...(isLong ? [live({ ...one, road: "sdk" })] : []),
  ]);
}

export default defineConfig({
  resolve: {
    alias: [
      { find: /^bloop-dynamodb$/, replacement: source("index.ts") },
      { find: /^bloop-dynamodb\/local$/, replacement: source("local/index.ts") },
      { find: /^bloop-dynamodb\/testing$/, replacement: source("testing/index.ts") },
      { find: /^bloop-dynamodb\/json$/, replacement: source("json/index.ts") },
      { find: /^bloop-dynamodb\/otel$/, replacement: source("otel/index.ts") },
      { find: /^bloop-dynamodb\/group$/, replacement: source("group/index.ts") },
      { find: /^bloop-dynamodb\/lambda$/, replacement: source("lambda/index.ts") },
      { find: /^bloop-dynamodb\/ext\/(.*)$/, replacement: `${source("ext")}/$1.ts` },
    ],
  },
  test: {
    // Live tests wait for their engine half of the time: two workers, also on a machine of 2 cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A third of the time went into loading bloop anew for each file. Tests leave nothing behind that others would see.
    isolate: false,
    setupFiles: [fileURLToPath(new URL("./test/support/loaded.ts", import.meta.url))],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ["default", ...(process.env.BLOOP_SUMMARY ? [new Summary()] : [])],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          pool: "threads",
          include: ["test/**/*.test.ts"],
          exclude: ["test/live/**", "test/compile/**", "test/environments/**", "test/long/**"],
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
      { extends: true, test: { name: "local", include: [local], testTimeout: 60_000 } },
      ...lives(),
      ...(isLong ? [{ extends: true as const, test: { name: "long", include: ["test/long/**/*.test.ts"] } }] : []),
    ],
  },
});
