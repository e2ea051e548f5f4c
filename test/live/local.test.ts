/** DynamoDB Local as a library: it starts, answers, keeps its data where asked, and is never left behind. */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { DownloadFailed, EmulatorFailed, JavaMissing, startDynamoDBLocal } from "bloop-dynamodb/local";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

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

describe("an emulator", () => {
  test("starts on a free port, answers, and ends with stop()", async () => {
    const [first, second] = await Promise.all([startDynamoDBLocal(), startDynamoDBLocal()]);
    expect(first.endpoint).toBe(`http://127.0.0.1:${first.port}`);
    expect(first.port).not.toBe(second.port);
    await expect(clientOf(first.endpoint).send(new ListTablesCommand({}))).resolves.toMatchObject({ TableNames: [] });
    await first.stop();
    await first.stop();
    expect(await answers(first.endpoint)).toBe(false);
    expect(await answers(second.endpoint)).toBe(true);
    await second[Symbol.asyncDispose]();
    expect(await answers(second.endpoint)).toBe(false);
  });

  test("keeps its data in dbPath", async () => {
    const dbPath = join(folder, "made", "here");
    const first = await startDynamoDBLocal({ dbPath });
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
    await first.stop();
    const second = await startDynamoDBLocal({ dbPath });
    const { TableNames } = await clientOf(second.endpoint).send(new ListTablesCommand({}));
    await second.stop();
    expect(TableNames).toEqual([TableName]);
  });

  test("says that a port is taken", async () => {
    const local = await startDynamoDBLocal();
    const taken = startDynamoDBLocal({ port: local.port });
    await expect(taken).rejects.toThrow(EmulatorFailed);
    await expect(taken).rejects.toThrow(`Port ${local.port} is taken. Leave the port out`);
    await local.stop();
  });

  test("stops with its signal, during the start and after it", async () => {
    const early = new AbortController();
    const starting = startDynamoDBLocal({ signal: early.signal });
    setTimeout(() => early.abort(new Error("changed my mind")), 300);
    await expect(starting).rejects.toThrow("changed my mind");
    const late = new AbortController();
    const local = await startDynamoDBLocal({ signal: late.signal });
    late.abort();
    expect(await goneWithin(local.endpoint, 10_000)).toBe(true);
  });

  test("is not started where BLOOP_ENDPOINT is set", async () => {
    vi.stubEnv("BLOOP_ENDPOINT", "http://dynamodb.test:8123");
    vi.stubEnv("PATH", folder);
    const { endpoint, port, stop } = await startDynamoDBLocal();
    await stop();
    expect({ endpoint, port }).toEqual({ endpoint: "http://dynamodb.test:8123", port: 8123 });
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

describe("the process that started it", () => {
  /** Starts an emulator in a process of its own, and resolves when it answers. */
  async function startElsewhere(
    then: string,
  ): Promise<{ child: ChildProcess; endpoint: string; exit: Promise<unknown> }> {
    const script = join(folder, "script.mjs");
    await writeFile(
      script,
      `import { startDynamoDBLocal } from ${JSON.stringify(entry)};
const local = await startDynamoDBLocal();
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

  test("takes it along where it throws", async () => {
    const { endpoint, exit } = await startElsewhere('setTimeout(() => { throw new Error("crash"); }, 50);');
    expect(await exit).toBe(1);
    expect(await goneWithin(endpoint, 10_000)).toBe(true);
  });

  test.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)("takes it along where it is ended by %s", async (signal) => {
    const { child, endpoint, exit } = await startElsewhere("setInterval(() => {}, 1000);");
    child.kill(signal);
    expect(await exit).toBe(signal);
    expect(await goneWithin(endpoint, 10_000)).toBe(true);
  });
});

describe("the cache", () => {
  const fetching = `import { startDynamoDBLocal } from ${JSON.stringify(entry)}; await (await startDynamoDBLocal()).stop();`;
  const run = (environment: NodeJS.ProcessEnv) =>
    promisify(execFile)(process.execPath, ["--input-type=module", "-e", fetching], {
      env: { ...process.env, BLOOP_CACHE: folder, BLOOP_ENDPOINT: "", ...environment },
    });

  test("is filled by two processes at once, left whole, and then used without a network", async () => {
    await mkdir(join(folder, "dynamodb-local-2.9.30"));
    await mkdir(join(folder, "fetching-999999999-abc"));
    const outputs = await Promise.all([run({}), run({})]);
    for (const { stderr } of outputs) expect(stderr).toContain("Fetching DynamoDB Local: done.");
    expect(await readdir(folder)).toEqual(["dynamodb-local-2.9.30"]);
    const { stderr } = await run({ npm_config_registry: "http://127.0.0.1:9" });
    expect(stderr).not.toContain("Fetching");
  }, 120_000);

  test("is not filled by what the network does not give", async () => {
    vi.stubEnv("BLOOP_CACHE", folder);
    vi.stubEnv("npm_config_registry", "http://127.0.0.1:9");
    vi.stubEnv("npm_config_fetch_retries", "0");
    const error: unknown = await startDynamoDBLocal({ onProgress: () => {} }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DownloadFailed);
    expect(String(error)).toContain("Check the network and npm's settings, or set BLOOP_ENDPOINT");
    expect(await readdir(folder)).toEqual([]);
  }, 120_000);
});
