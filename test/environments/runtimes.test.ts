/** Runtimes besides Node: what docs/environments.md says of each. */

import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { binary, makeProject, printed, right, run, startServer } from "./projects.js";

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const arch = process.arch === "arm64" ? "aarch64" : process.arch;

describe("Bun", () => {
  const bun = () =>
    binary(`@oven/bun-${process.platform}-${arch}/bin/bun`, `@oven/bun-${process.platform}-${process.arch}/bin/bun`);

  test("with a client of the application's", async () => {
    expect(printed(await run(bun(), ["run", "given.js"], makeProject("bun given")))).toEqual(right);
  });

  test("with a DynamoDB that it starts, and that ends with stop()", async () => {
    expect(printed(await run(bun(), ["run", "local.js"], makeProject("bun local")))).toEqual(started);
  });

  test("with the engine's own client, by the SDK's HTTP client and without a warning", async () => {
    const result = await run(bun(), ["run", "own.js"], makeProject("bun own"), server.env);
    expect(printed(result)).toEqual(right);
    expect(result.stderr).not.toContain("BloopUndiciMissing");
  });
});

const started = { name: "ada", gone: true };

describe("Deno", () => {
  const deno = () =>
    binary(`@deno/${process.platform}-${process.arch}-glibc/deno`, `@deno/${process.platform}-${process.arch}/deno`);
  const args = ["run", "--allow-all", "--node-modules-dir=manual"];

  test("with a client of the application's", async () => {
    expect(printed(await run(deno(), [...args, "given.js"], makeProject("deno given")))).toEqual(right);
  });

  test("with a DynamoDB that it starts, and that ends with stop()", async () => {
    expect(printed(await run(deno(), [...args, "local.js"], makeProject("deno local")))).toEqual(started);
  });

  test("with the engine's own client", async () => {
    expect(printed(await run(deno(), [...args, "own.js"], makeProject("deno own"), server.env))).toEqual(right);
  });
});

/** Of workerd: one service, which is the bundle. */
const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = ( services = [ ( name = "main", worker = .worker ) ] );
const worker :Workerd.Worker = (
  modules = [ ( name = "worker", esModule = embed "app.mjs" ) ],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["nodejs_compat"],
);
`;

test("Cloudflare's workerd, with a client of the application's and undici left out", async () => {
  const workerd = binary(
    `@cloudflare/workerd-${process.platform}-${process.arch === "x64" ? "64" : "arm64"}/bin/workerd`,
  );
  const project = makeProject("workerd");
  await run(process.execPath, ["bundle.mjs", "workerd", "worker.js", project], project);
  writeFileSync(`${project}/config.capnp`, config);
  const { stdout } = await run(workerd, ["test", "config.capnp"], project);
  expect(JSON.parse(stdout.split("\n").find((line) => line.startsWith("{")) ?? "")).toEqual(right);
});
