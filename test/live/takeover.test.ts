/**
 * A worker that is killed: the others read its shards within two lease times after its last renewal, as the manual
 * promises. BLOOP_GROUP_KILLS says how often.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { integer, model, string } from "bloop-dynamodb";
import { GroupRow } from "bloop-dynamodb/group";
import { expect, inject, test } from "vitest";
import { effort } from "../support/effort.js";
import { live } from "../support/live.js";

const kills = Number(process.env["BLOOP_GROUP_KILLS"] ?? effort(1, 4));
const root = fileURLToPath(new URL("../..", import.meta.url));
const { engine } = live("takeover");
/** Long, so that a busy machine makes no difference: a worker needs 1.67 of it, and some calls. */
const lease = 5000;

const Note = model("Note", { id: string().hashKey(), version: integer() }, { stream: { include: ["new"] } });
const Seen = model("Seen", { id: string().hashKey(), version: integer(), times: integer() });

const program = () => `
  import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
  import { add, Engine, integer, model, string } from "bloop-dynamodb";
  import { consume } from "bloop-dynamodb/group";
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const dynamodb = new DynamoDBClient({ endpoint: "${inject("endpoint")}", region: "us-east-1", credentials });
  const Note = model("Note", { id: string().hashKey(), version: integer() }, { stream: { include: ["new"] } });
  const Seen = model("Seen", { id: string().hashKey(), version: integer(), times: integer() });
  const engine = new Engine({ dynamodb, tableName: "takeover-{tableName}" });
  const consumer = consume(engine, Note, {
    group: "seen",
    worker: process.env.WORKER,
    lease: ${lease},
    idle: 50,
    async handler(record, { checkpoint }) {
      await engine.transaction((transaction) => {
        transaction.update(Seen, { id: record.key.id }, { version: record.new.version, times: add(1) });
        checkpoint(transaction);
      });
    },
  });
  await consumer.done;`;

interface Sight {
  /** When it was asked for, and when it was answered. */
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly owner: string;
  readonly renewal: string;
  /** The version of the note that was handled last. */
  readonly version: number;
}

async function look(): Promise<Sight> {
  const askedAt = Date.now();
  const rows = await engine.scan(GroupRow, { filter: GroupRow.kind.eq("lease"), consistent: true }).all();
  const { owner = "", beat, epoch } = rows.find(({ shard }) => shard?.startsWith("#") === false) ?? {};
  const seen = await engine.get(Seen, { id: "note" }, { consistent: true });
  const [name = ""] = owner.split(" ");
  return { askedAt, answeredAt: Date.now(), owner: name, renewal: `${epoch} ${beat}`, version: seen?.version ?? 0 };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Looks at the lease of the only shard, until a version of the note was handled. */
async function watchUntil(version: number): Promise<[Sight, ...Sight[]]> {
  const sights: [Sight, ...Sight[]] = [await look()];
  for (const end = Date.now() + 60_000; Date.now() < end; await pause(20)) {
    sights.push(await look());
    if (sights.at(-1)?.version === version) return sights;
  }
  throw new Error(`version ${version} was not handled in time`);
}

/**
 * Milliseconds between the last renewal of the first sight's owner and the last moment before the end, at least; and how long
 * the slowest two calls took, which says how busy the machine is.
 */
function timeWithout(sights: readonly [Sight, ...Sight[]]): { readonly time: number; readonly slowest: number } {
  const [{ owner }] = sights;
  const last = sights.findLast((sight) => sight.owner === owner);
  const renewed = sights.find(({ renewal }) => renewal === last?.renewal);
  const time = (sights.at(-2)?.askedAt ?? 0) - (renewed?.answeredAt ?? 0);
  return { time, slowest: Math.max(...sights.map(({ askedAt, answeredAt }) => answeredAt - askedAt)) };
}

test(`a worker is killed ${kills} times: another one reads within two lease times after its last renewal`, {
  timeout: 60_000 + kills * 30_000,
}, async () => {
  await engine.bind([Note, Seen, GroupRow]);
  const workers = new Map<string, ChildProcess>();
  const start = (name: string) => {
    const env = { ...process.env, NODE_NO_WARNINGS: "1", WORKER: name };
    const child = spawn(process.execPath, ["--input-type=module", "-e", program()], {
      cwd: root,
      env,
      stdio: ["ignore", "ignore", "inherit"],
    });
    workers.set(name, child);
  };
  try {
    for (const name of ["a", "b", "c"]) start(name);
    const times: { readonly time: number; readonly slowest: number }[] = [];
    for (let version = 1; times.length < kills; version += 2) {
      await engine.save(new Note({ id: "note", version }));
      await watchUntil(version);
      const watching = watchUntil(version + 1);
      // At any moment between two renewals.
      await pause((Math.random() * lease) / 2);
      const { owner } = await look();
      workers.get(owner)?.kill("SIGKILL");
      await engine.save(new Note({ id: "note", version: version + 1 }));
      const sights = await watching;
      expect(sights.at(-1)?.owner).not.toBe(owner);
      times.push(timeWithout(sights));
      start(owner);
    }
    // A worker makes some calls to take a lease and to read its first record.
    for (const { time, slowest } of times) expect(time).toBeLessThan(2 * lease + 5 * slowest);
    if (kills > 1) console.log({ lease, times });
    const seen = await engine.get(Seen, { id: "note" }, { consistent: true });
    expect(seen?.times).toBe(2 * kills);
  } finally {
    for (const worker of workers.values()) worker.kill("SIGKILL");
  }
});
