/**
 * Readers of a stream that are killed at any moment, with SIGKILL, while another process writes: the next one goes on
 * from the stored token, and nothing is missing. BLOOP_KILLS says how many are killed, BLOOP_SEED at which moments.
 */

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkpointModel, integer, model, string } from "bloop-dynamodb";
import { expect, inject, test } from "vitest";
import { effort } from "../support/effort.js";
import { live } from "../support/live.js";
import { seededRandom } from "../support/random.js";

const kills = Number(process.env["BLOOP_KILLS"] ?? effort(4, 20));
const seed = Number(process.env["BLOOP_SEED"] ?? 1);
const root = fileURLToPath(new URL("../..", import.meta.url));
const { engine } = live("kill");

/** Notes each record in a file, and stores the token in another each seven records. */
const reader = (folder: string, last: number) => `
  import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
  import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
  import { Engine, integer, model, string } from "bloop-dynamodb";
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const dynamodb = new DynamoDBClient({ endpoint: "${inject("endpoint")}", region: "us-east-1", credentials });
  const Note = model("Note", { id: string().hashKey(), version: integer() }, { stream: { include: ["new"] } });
  const engine = new Engine({ dynamodb, tableName: "kill-{tableName}" });
  const [seen, stored] = ["${join(folder, "seen")}", "${join(folder, "token")}"];
  appendFileSync(seen, "begin\\n");
  console.log("begin");
  const stream = engine.stream(Note, existsSync(stored) ? JSON.parse(readFileSync(stored, "utf8")) : "trim_horizon");
  stream.on("gap", (gap) => appendFileSync(seen, "gap " + JSON.stringify(gap) + "\\n"));
  let count = 0;
  for await (const { key, new: { version } } of stream) {
    appendFileSync(seen, key.id + " " + version + "\\n");
    if (++count % 7 === 0) {
      writeFileSync(stored + ".new", JSON.stringify(stream.token));
      renameSync(stored + ".new", stored);
    }
    if (version === ${last}) break;
  }
  await stream.close();`;

/** Runs a reader; one that is to be killed reads for so many milliseconds. Returns how it ended. */
function run(program: string, life?: number): Promise<NodeJS.Signals | number | null> {
  const env = { ...process.env, NODE_NO_WARNINGS: "1" };
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: root, env, stdio: [...stdio] });
  if (life !== undefined) child.stdout?.once("data", () => setTimeout(() => child.kill("SIGKILL"), life));
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
}

test(`nothing is missing after ${kills} readers were killed (seed ${seed})`, { timeout: 300_000 }, async () => {
  const Note = model("Note", { id: string().hashKey(), version: integer() }, { stream: { include: ["new"] } });
  await engine.bind(Note);
  const folder = mkdtempSync(join(tmpdir(), "bloop-kill-"));
  const random = seededRandom(seed);
  const last = 1_000_000;
  const written: string[] = [];
  let isOver = false;
  const writing = (async () => {
    for (let version = 1; !isOver; version++) {
      const id = `item ${version % 20}`;
      await engine.save(new Note({ id, version }));
      written.push(`${id} ${version}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await engine.save(new Note({ id: "last", version: last }));
    written.push(`last ${last}`);
  })();
  const ends: unknown[] = [];
  for (let killed = 0; killed < kills; killed++) ends.push(await run(reader(folder, last), random() * 1200));
  isOver = true;
  await writing;
  const end = await run(reader(folder, last));
  const seen = readFileSync(join(folder, "seen"), "utf8").trim().split("\n");
  rmSync(folder, { recursive: true });

  expect(ends).toEqual(Array.from({ length: kills }, () => "SIGKILL"));
  expect(end).toBe(0);
  expect(written.length).toBeGreaterThan(kills);
  const found = new Set(seen);
  expect(written.filter((record) => !found.has(record))).toEqual([]);
  expect(seen.filter((line) => line.startsWith("gap"))).toEqual([]);
  // In each life the versions of an item grow, and no record comes twice.
  for (const life of seen.join("\n").split("begin\n")) {
    const versions = new Map<string, number>();
    for (const line of life.split("\n").filter(Boolean)) {
      const [, id = "", version] = /^(.*) (\d+)$/.exec(line) ?? [];
      expect(Number(version)).toBeGreaterThan(versions.get(id) ?? 0);
      versions.set(id, Number(version));
    }
  }
});

/** Adds each record to a sum in the transaction with its checkpoint, and stops at the last one. */
const counter = (last: number) => `
  import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
  import { add, checkpointModel, Engine, integer, model, string } from "bloop-dynamodb";
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const dynamodb = new DynamoDBClient({ endpoint: "${inject("endpoint")}", region: "us-east-1", credentials });
  const Entry = model("Entry", { id: string().hashKey(), amount: integer() }, { stream: { include: ["new"] } });
  const Sum = model("Sum", { id: string().hashKey(), total: integer(), records: integer() });
  const engine = new Engine({ dynamodb, tableName: "kill-{tableName}" });
  const stream = engine.stream(Entry, { checkpoints: checkpointModel("Place"), name: "sum" });
  console.log("begin");
  for await (const record of stream) {
    await engine.transaction((transaction) => {
      transaction.update(Sum, { id: "all" }, { total: add(record.new.amount), records: add(1) });
      stream.checkpoint(transaction, record);
    });
    if (record.new.amount === ${last}) break;
  }
  await stream.close();`;

test(`each record counts exactly once after ${kills} readers with checkpoints were killed (seed ${seed})`, {
  timeout: 300_000,
}, async () => {
  const Entry = model("Entry", { id: string().hashKey(), amount: integer() }, { stream: { include: ["new"] } });
  const Sum = model("Sum", { id: string().hashKey(), total: integer(), records: integer() });
  await engine.bind([Entry, Sum, checkpointModel("Place")]);
  const random = seededRandom(seed ^ 0x5e9);
  const last = 1_000_000;
  let [isOver, total, records] = [false, 0, 0];
  const write = async (amount: number) => {
    await engine.save(new Entry({ id: `entry ${amount}`, amount }));
    total += amount;
    records += 1;
  };
  const writing = (async () => {
    for (let amount = 1; !isOver; amount++) {
      await write(amount);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await write(last);
  })();
  for (let killed = 0; killed < kills; killed++) expect(await run(counter(last), random() * 1500)).toBe("SIGKILL");
  isOver = true;
  await writing;
  expect(await run(counter(last))).toBe(0);
  expect(records).toBeGreaterThan(kills);
  expect(await engine.get(Sum, { id: "all" }, { consistent: true })).toMatchObject({ total, records });
});
