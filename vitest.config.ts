import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { hasJava } from "./test/support/engines.js";
import { Summary } from "./test/support/summary.js";

const source = (file: string) => fileURLToPath(new URL(`./src/${file}`, import.meta.url));
const isLong = process.env.BLOOP_LONG === "1";

/** The files of a folder of tests that hold a long search: they ask how much to do. */
function searches(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`);
  return files.filter((file) => file.endsWith(".test.ts") && readFileSync(file, "utf8").includes("support/effort.js"));
}

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
const everywhere = ["test/live/**/*.test.ts"];

interface Live {
  readonly engine: "dynoxide" | "dynamodb-local";
  readonly road: "lean" | "sdk";
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

function live({ engine, road, include, exclude }: Live): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name: `live ${engine}${road === "sdk" ? " sdk" : ""}`,
      include: [...include],
      exclude: [...exclude],
      globalSetup: ["test/support/local-engine.ts"],
      // The SDK's road is slow: it has the short form of each search.
      env: { BLOOP_ENGINE: engine, BLOOP_ROAD: road, ...(road === "sdk" ? { BLOOP_LONG: "" } : {}) },
    },
  };
}

const { local, clock, docs, simulator } = notOnEachEngine;
const hasDynamoDBLocal = hasJava || Boolean(process.env.BLOOP_ENDPOINT);
const engines = hasDynamoDBLocal ? (["dynoxide", "dynamodb-local"] as const) : (["dynoxide"] as const);

/** `npm test`: all tests, with a short form of each search. */
function all(): TestProjectInlineConfiguration[] {
  return [
    {
      extends: true,
      test: {
        name: "unit",
        pool: "threads",
        include: ["test/**/*.test.ts"],
        exclude: ["live", "compile", "cost", "environments", "interop", "long"].map((folder) => `test/${folder}/**`),
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
    // Each file in a process: the processor time of a process is that of all its threads.
    { extends: true, test: { name: "cost", pool: "forks", include: ["test/cost/**/*.test.ts"] } },
    { extends: true, test: { name: "local", include: [local], testTimeout: 60_000 } },
    ...engines.map((engine) => {
      const exclude = engine === "dynoxide" ? [local, clock, simulator] : [local, clock, docs];
      return live({ engine, road: "lean", include: everywhere, exclude });
    }),
  ];
}

/** `npm run test:long`: the searches in their long form, and the tests that `npm test` leaves out for their time. */
function long(): TestProjectInlineConfiguration[] {
  const onDynamoDBLocal = hasDynamoDBLocal ? [docs, clock] : [];
  return [
    {
      extends: true,
      test: { name: "long", include: [...searches("test/property"), "test/long/**/*.test.ts"], testTimeout: 1_800_000 },
    },
    { extends: true, test: { name: "local", include: [local], testTimeout: 60_000 } },
    ...engines.flatMap((engine) => {
      const include = [...searches("test/live"), ...(engine === "dynoxide" ? [] : onDynamoDBLocal)];
      const sdk = {
        engine,
        road: "sdk",
        include: everywhere,
        exclude: [local, clock, simulator, notOnEachRoad],
      } as const;
      return [live({ engine, road: "lean", include, exclude: [local] }), live(sdk)];
    }),
  ];
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
      { find: /^bloop-dynamodb\/rewrite$/, replacement: source("rewrite/index.ts") },
      { find: /^bloop-dynamodb\/ext\/(.*)$/, replacement: `${source("ext")}/$1.ts` },
    ],
  },
  test: {
    // Live tests wait for their engine, and for time, half of the time: five workers, also on a machine of 2 cores.
    maxWorkers: Math.max(5, availableParallelism() - 1),
    // A test that needs it is told of at the end. Only CI asks for it, for the long form.
    retry: Number(process.env.BLOOP_RETRY ?? 0),
    // A third of the time went into loading bloop anew for each file. Tests leave nothing behind that others would see.
    isolate: false,
    setupFiles: [fileURLToPath(new URL("./test/support/loaded.ts", import.meta.url))],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ["default", ...(process.env.BLOOP_SUMMARY ? [new Summary()] : [])],
    projects: isLong ? long() : all(),
  },
});
