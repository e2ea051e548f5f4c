/** A local DynamoDB as a library: each engine starts, answers, keeps its data, and is never left behind. */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import {
  DownloadFailed,
  EmulatorFailed,
  JavaMissing,
  type Local,
  type LocalEngine,
  startDynamoDBLocal,
  startLocal,
} from "bloop-dynamodb/local";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { runBounded } from "../../src/util/async.js";
import { effort, isLong } from "../support/effort.js";
import { hasJava } from "../support/engines.js";
import { seededRandom } from "../support/random.js";

const entry = fileURLToPath(new URL("../../dist/local/index.js", import.meta.url));
const clientOf = (endpoint: string) =>
  new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bloop-local-"));
  vi.stubEnv("BLOOP_ENDPOINT", "");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint, { signal: AbortSignal.timeout(2000) }).then(
    () => true,
    () => false,
  );
}

async function goneWithin(endpoint: string, milliseconds: number): Promise<boolean> {
  const until = performance.now() + milliseconds;
  while (await answers(endpoint)) if (performance.now() > until) return false;
  return true;
}

const engines: readonly LocalEngine[] = hasJava ? ["dynoxide", "dynamodb-local"] : ["dynoxide"];

describe.each(engines)("%s", (engine) => {
  /** DynamoDB Local takes seconds to start: one serves the tests that leave it as it is. */
  let running: Local;

  beforeAll(async () => {
    vi.stubEnv("BLOOP_ENDPOINT", "");
    running = await startLocal({ engine });
  });

  afterAll(() => running.stop());

  test("starts on a free port, answers, and ends with stop()", async () => {
    const other = await startLocal({ engine });
    expect(other).toMatchObject({ engine, endpoint: `http://127.0.0.1:${other.port}` });
    expect(other.description).toMatch(/^(Dynoxide|DynamoDB Local) [\d.]+, since it was asked for$/);
    expect(other.port).not.toBe(running.port);
    await expect(clientOf(other.endpoint).send(new ListTablesCommand({}))).resolves.toMatchObject({ TableNames: [] });
    await other.stop();
    await other.stop();
    expect(await answers(other.endpoint)).toBe(false);
    expect(await answers(running.endpoint)).toBe(true);
  });

  test("listens on 127.0.0.1, and on no other address of this machine (T31)", async () => {
    const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
    const others = addresses.filter(({ family, internal }) => family === "IPv4" && !internal);
    expect(await answers(`http://127.0.0.1:${running.port}`)).toBe(true);
    for (const address of ["[::1]", "127.0.0.2", ...others.map(({ address }) => address)]) {
      expect(await answers(`http://${address}:${running.port}`), address).toBe(false);
    }
  });

  test("takes the port that is asked for, and keeps its data in dbPath", async () => {
    const dbPath = join(folder, "made", "here and there");
    const first = await startLocal({ engine, dbPath });
    const TableName = "Kept";
    const AttributeName = "id";
    await clientOf(first.endpoint).send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName, KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName, AttributeType: "S" }],
      }),
    );
    await first[Symbol.asyncDispose]();
    expect(await answers(first.endpoint)).toBe(false);
    const second = await startLocal({ engine, dbPath, port: first.port });
    expect(second.port).toBe(first.port);
    const { TableNames } = await clientOf(second.endpoint).send(new ListTablesCommand({}));
    await second.stop();
    expect(TableNames).toEqual([TableName]);
  });

  test("says that a port is taken", async () => {
    const taken = startLocal({ engine, port: running.port });
    await expect(taken).rejects.toThrow(EmulatorFailed);
    await expect(taken).rejects.toThrow(`Port ${running.port} is taken. Leave the port out`);
  });

  test("stops with its signal, during the start and after it", async () => {
    const early = new AbortController();
    const starting = startLocal({ engine, signal: early.signal });
    setTimeout(() => early.abort(new Error("enough")), 30);
    await expect(starting).rejects.toThrow("enough");
    const late = new AbortController();
    const local = await startLocal({ engine, signal: late.signal });
    late.abort();
    expect(await goneWithin(local.endpoint, 10_000)).toBe(true);
  });

  test("that does not answer in time is ended, and the error names its folder and what it printed", async () => {
    const error: unknown = await startLocal({ engine, timeout: 1 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EmulatorFailed);
    expect(String(error)).toMatch(/did not answer within 1 ms\. It is in .*(dynoxide|simulator)-/);
  });
});

describe("BLOOP_ENDPOINT", () => {
  test("is taken, and nothing is started, if nothing else is asked for", async () => {
    vi.stubEnv("BLOOP_ENDPOINT", "http://dynamodb.test:8123");
    vi.stubEnv("PATH", folder);
    for (const start of [startDynamoDBLocal, startLocal]) {
      const { endpoint, port, engine, stop } = await start();
      await stop();
      expect({ endpoint, port, engine }).toEqual({
        endpoint: "http://dynamodb.test:8123",
        port: 8123,
        engine: "given",
      });
    }
  });

  test("that is no address is refused", async () => {
    vi.stubEnv("BLOOP_ENDPOINT", "8123");
    await expect(startLocal()).rejects.toThrow('BLOOP_ENDPOINT is "8123", not an address');
  });
});

describe("without a Java", () => {
  test("says what to install, and of BLOOP_ENDPOINT", async () => {
    vi.stubEnv("PATH", folder);
    vi.stubEnv("JAVA_HOME", folder);
    const error: unknown = await startDynamoDBLocal().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(JavaMissing);
    const hints = [
      "java does not run",
      "apt-get install",
      "dnf install",
      "brew install",
      "winget install",
      "BLOOP_ENDPOINT",
    ];
    for (const hint of hints) expect(String(error)).toContain(hint);
  });

  test.skipIf(process.platform === "win32")("that is new enough says which it found", async () => {
    const java = join(folder, "java");
    await writeFile(java, "#!/bin/sh\necho 'openjdk version \"1.8.0_402\"' >&2\n");
    await chmod(java, 0o755);
    vi.stubEnv("PATH", `${folder}:/bin`);
    vi.stubEnv("JAVA_HOME", "");
    await expect(startDynamoDBLocal()).rejects.toThrow("needs Java 11 or newer, and java is version 8");
  });
});

/** DynamoDB Local takes seconds for each. */
const enginesToLose: readonly LocalEngine[] = isLong ? engines : ["dynoxide"];

describe.each(enginesToLose)("the process that started %s", (engine) => {
  /** Starts an emulator in a process of its own, and resolves when it answers. */
  async function startElsewhere(
    then: string,
  ): Promise<{ child: ChildProcess; endpoint: string; exit: Promise<unknown> }> {
    const script = join(folder, "script.mjs");
    await writeFile(
      script,
      `import { startLocal } from ${JSON.stringify(entry)};
const local = await startLocal({ engine: ${JSON.stringify(engine)} });
console.log(local.endpoint);
${then}`,
    );
    const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "ignore"] });
    const exit = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
    const endpoint = await new Promise<string>((resolve) =>
      child.stdout.once("data", (data) => resolve(String(data).trim())),
    );
    return { child, endpoint, exit };
  }

  test("can end by itself, and takes it along", async () => {
    const { endpoint, exit } = await startElsewhere("");
    expect(await exit).toBe(0);
    expect(await goneWithin(endpoint, 10_000)).toBe(true);
  });

  test("takes it along if it throws", async () => {
    const { endpoint, exit } = await startElsewhere('setTimeout(() => { throw new Error("crash"); }, 50);');
    expect(await exit).toBe(1);
    expect(await goneWithin(endpoint, 10_000)).toBe(true);
  });

  test.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)("takes it along if it is ended by %s", async (signal) => {
    const { child, endpoint, exit } = await startElsewhere("setInterval(() => {}, 1000);");
    child.kill(signal);
    expect(await exit).toBe(signal);
    expect(await goneWithin(endpoint, 10_000)).toBe(true);
  });
});

describe("the cache", () => {
  const fetching = `import { startLocal } from ${JSON.stringify(entry)}; await (await startLocal({ engine: "dynoxide" })).stop();`;
  const run = (environment: NodeJS.ProcessEnv = {}) =>
    promisify(execFile)(process.execPath, ["--input-type=module", "-e", fetching], {
      env: { ...process.env, BLOOP_CACHE: folder, BLOOP_ENDPOINT: "", ...environment },
    });
  /** The folder of the engine in it, and the binary. */
  const installed = async () => {
    const [name = "", ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect(name).toMatch(/^dynoxide-linux-x64-1\.2\.1-[0-9a-f]{8}$/);
    return join(folder, name);
  };

  test("is filled by two processes at once, left whole, and then used without a network", async () => {
    await mkdir(join(folder, "fetching-999999999-abc"));
    for (const { stderr } of await Promise.all([run(), run()]))
      expect(stderr).toContain("Fetching Dynoxide 1.2.1: done.");
    await installed();
    const { stderr } = await run({ npm_config_registry: "http://127.0.0.1:9" });
    expect(stderr).toBe("");
  }, 120_000);

  test("mends itself if a file is cut short, changed, added, or missing (T31)", async () => {
    await run();
    const engine = await installed();
    const binary = join(engine, "dynoxide");
    const whole = await readFile(binary);
    const damages = [
      () => truncate(binary, 1000),
      () => appendFile(binary, "more"),
      () => writeFile(join(engine, "added.so"), ""),
      () => rm(binary),
      () => writeFile(binary, "#!/bin/sh\necho another program\n"),
      () => rm(engine, { recursive: true }).then(() => mkdir(engine)),
    ];
    for (const damage of damages.slice(-effort(2, damages.length))) {
      await damage();
      const { stderr } = await run();
      expect(stderr, String(damage)).toContain("Fetching Dynoxide 1.2.1: done.");
      expect((await readFile(binary)).equals(whole), String(damage)).toBe(true);
      expect((await readdir(engine)).sort()).toEqual(["dynoxide", "package.json"]);
    }
  }, 120_000);

  test("is not filled by what the network does not give, and the error names its folder", async () => {
    vi.stubEnv("BLOOP_CACHE", folder);
    vi.stubEnv("npm_config_registry", "http://127.0.0.1:9");
    vi.stubEnv("npm_config_cache", join(folder, "npm"));
    vi.stubEnv("npm_config_fetch_retries", "0");
    const error: unknown = await startLocal({ engine: "dynoxide", onProgress: () => {} }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DownloadFailed);
    expect(String(error)).toContain("Check the network and npm's settings, or set BLOOP_ENDPOINT");
    expect(String(error)).toContain(`(@dynoxide/linux-x64@1.2.1) into ${folder}`);
    expect(await readdir(folder)).toEqual(["npm"]);
  }, 120_000);

  test("that can't be written is an error that names it (T7)", async () => {
    await writeFile(join(folder, "file"), "");
    vi.stubEnv("BLOOP_CACHE", join(folder, "file", "cache"));
    const starting = startLocal({ engine: "dynoxide" });
    await expect(starting).rejects.toThrow(DownloadFailed);
    await expect(starting).rejects.toThrow(`The cache folder ${join(folder, "file", "cache")} can't be written`);
  });

  test("is filled without npm too, from the registry of npm_config_registry", async () => {
    vi.stubEnv("BLOOP_CACHE", folder);
    const copy = join(folder, "node");
    await mkdir(copy);
    await promisify(execFile)("cp", [process.execPath, join(copy, "node")]);
    const tools = join(folder, "tools");
    await mkdir(tools);
    const { stdout } = await promisify(execFile)("sh", ["-c", "command -v tar"]);
    await writeFile(join(tools, "tar"), `#!/bin/sh\nexec ${stdout.trim()} "$@"\n`, { mode: 0o755 });
    const cache = join(folder, "cache");
    const env = { ...process.env, BLOOP_CACHE: cache, BLOOP_ENDPOINT: "", PATH: tools };
    await promisify(execFile)(join(copy, "node"), ["--input-type=module", "-e", fetching], { env });
    expect(await readdir(cache)).toHaveLength(1);
  }, 120_000);
});

describe("processes side by side, most of them killed at any moment", () => {
  const seed = Number(process.env.BLOOP_SEED ?? 9);
  const processes = effort(12, 200);

  test(`${processes} of them leave no process and no half cache (seed ${seed})`, { timeout: 300_000 }, async () => {
    const random = seededRandom(seed);
    const script = join(folder, "script.mjs");
    const code = `import { startLocal } from ${JSON.stringify(entry)};
const local = await startLocal({ engine: "dynoxide" });
const response = await fetch(local.endpoint);
if (!response.ok && response.status >= 500) process.exit(2);
await local.stop();`;
    await writeFile(script, code);
    const cache = join(folder, "cache");
    const env = { ...process.env, BLOOP_CACHE: cache, BLOOP_ENDPOINT: "" };
    const outcomes = await runBounded(Array.from({ length: processes }), 24, async () => {
      const child = spawn(process.execPath, [script], { env, stdio: "ignore" });
      const exit = new Promise<number | null>((resolve) => child.once("exit", (exitCode) => resolve(exitCode)));
      // The first ones find an empty cache; one in four is left to end by itself.
      if (random() < 0.75) setTimeout(() => child.kill("SIGKILL"), random() * 3000);
      return exit;
    });
    const codes = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : outcome.reason));
    expect(codes.filter((exitCode) => exitCode !== null && exitCode !== 0)).toEqual([]);
    // Ours and no other: all of them have the folder in their command.
    const running = async () => (await promisify(execFile)("ps", ["-eo", "args"])).stdout.split(folder).length - 1;
    const until = performance.now() + 20_000;
    while ((await running()) > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await running()).toBe(0);
    await promisify(execFile)(process.execPath, [script], { env });
    expect(await readdir(cache)).toEqual([expect.stringMatching(/^dynoxide-linux-x64-1\.2\.1-[0-9a-f]{8}$/)]);
  });
});
