/**
 * Groups of workers on a real engine: three processes, killed and stopped at random, lose nothing, and count each record
 * exactly once by a checkpoint in the transaction. BLOOP_GROUP_SECONDS says how long, BLOOP_SEED at which moments.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { integer, key, model, string, table } from "bloop-dynamodb";
import { consume, GroupRow } from "bloop-dynamodb/group";
import { expect, inject, test } from "vitest";
import { effort } from "../support/effort.js";
import { listen } from "../support/heard.js";
import { live } from "../support/live.js";
import { seededRandom } from "../support/random.js";

const seconds = Number(process.env["BLOOP_GROUP_SECONDS"] ?? effort(12, 180));
const seed = Number(process.env["BLOOP_SEED"] ?? 1);
const root = fileURLToPath(new URL("../..", import.meta.url));
const { engine } = live("group");

const Note = model("Note", { id: string().hashKey(), version: integer() }, { stream: { include: ["new"] } });
const Count = model("Count", { id: string().hashKey(), count: integer(), total: integer() });

const until = async (isSo: () => boolean | Promise<boolean>, milliseconds = 60_000) => {
  for (const end = Date.now() + milliseconds; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50)))
    if (await isSo()) return;
  throw new Error("it did not come to be so in time");
};

const program = () => `
  import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
  import { add, Engine, integer, model, string } from "bloop-dynamodb";
  import { consume } from "bloop-dynamodb/group";
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const dynamodb = new DynamoDBClient({ endpoint: "${inject("endpoint")}", region: "us-east-1", credentials });
  const Note = model("Note", { id: string().hashKey(), version: integer() }, { stream: { include: ["new"] } });
  const Count = model("Count", { id: string().hashKey(), count: integer(), total: integer() });
  const engine = new Engine({ dynamodb, tableName: "group-{tableName}" });
  const consumer = consume(engine, Note, {
    group: "counted",
    lease: 1500,
    idle: 50,
    async handler(record, { checkpoint }) {
      await engine.transaction((transaction) => {
        transaction.update(Count, { id: record.key.id }, { count: add(1), total: add(record.new.version) });
        checkpoint(transaction);
      });
    },
  });
  console.log("begin");
  process.once("SIGTERM", () => consumer.close());
  await consumer.done;`;

function start(): ChildProcess {
  const env = { ...process.env, NODE_NO_WARNINGS: "1" };
  return spawn(process.execPath, ["--input-type=module", "-e", program()], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

test(`three processes, killed and stopped for ${seconds} s (seed ${seed}), count each record once`, {
  timeout: (seconds + 120) * 1000,
}, async () => {
  await engine.bind([Note, Count, GroupRow]);
  const random = seededRandom(seed);
  const workers = [start(), start(), start()];
  const versions = new Map<string, number>();
  const totals = new Map<string, number>();
  let isOver = false;
  const writing = (async () => {
    for (let turn = 0; !isOver; turn++) {
      const id = `item ${turn % 10}`;
      const version = (versions.get(id) ?? 0) + 1;
      await engine.save(new Note({ id, version }));
      versions.set(id, version);
      totals.set(id, (totals.get(id) ?? 0) + version);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  let [kills, stops] = [0, 0];
  try {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, 500 + random() * 2000));
      const index = Math.floor(random() * workers.length);
      if (random() < 0.5) {
        workers[index]?.kill("SIGKILL");
        workers[index] = start();
        kills += 1;
      } else {
        const worker = workers[index];
        worker?.kill("SIGSTOP");
        setTimeout(() => worker?.kill("SIGCONT"), random() * 4000);
        stops += 1;
      }
    }
    isOver = true;
    await writing;
    const counts = async () => {
      const found = new Map<string, [number, number]>();
      for await (const { id, count = 0, total = 0 } of engine.scan(Count, { consistent: true }))
        found.set(id, [count, total]);
      return found;
    };
    const expected = new Map(
      [...versions].map(([id, version]) => [id, [version, totals.get(id) ?? 0] as [number, number]]),
    );
    const sum = (all: Map<string, [number, number]>) => [...all.values()].reduce((total, [count]) => total + count, 0);
    await until(async () => sum(await counts()) >= sum(expected));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await counts()).toEqual(expected);
    if (seconds > 60) console.log({ seed, kills, stops, records: sum(expected) });
  } finally {
    isOver = true;
    for (const worker of workers) worker.kill("SIGKILL");
  }
});

test("records are handled in the order of their items, a failed one is tried again, and close() gives the shards up", async () => {
  const Job = model("Job", { id: string().hashKey(), version: integer() }, { stream: { include: ["new"] } });
  await engine.bind([Job, GroupRow]);
  for (let version = 1; version <= 60; version++) await engine.save(new Job({ id: `j${version % 3}`, version }));
  const seen = new Map<string, number[]>();
  let failures = 0;
  const options = {
    group: "jobs",
    lease: 2000,
    idle: 20,
    checkpointEvery: 10,
    handler({ key, new: job }: { key: { id: string }; new: { version?: number | undefined } | undefined }) {
      if (job?.version === 7 && failures++ < 2) throw new Error("not yet");
      seen.set(key.id, [...(seen.get(key.id) ?? []), job?.version ?? 0]);
    },
  };
  const first = consume(engine, Job, options);
  const retries: unknown[] = [];
  first.on("retry", ({ error }) => retries.push(error));
  await until(() => [...seen.values()].flat().length >= 60);
  await first.close();
  for (const versions of seen.values()) expect(versions).toEqual([...versions].sort((left, right) => left - right));
  expect(retries.map(String)).toEqual(["Error: not yet", "Error: not yet"]);
  // The next one begins at once behind what was handled.
  await engine.save(new Job({ id: "j0", version: 61 }));
  const begun = Date.now();
  const second = consume(engine, Job, options);
  await until(() => seen.get("j0")?.includes(61) === true);
  expect(Date.now() - begun).toBeLessThan(10_000);
  await second.close();
  expect([...seen.values()].flat()).toHaveLength(61);
});

test("a group begins where it says, and its leases are told on the channel", async () => {
  const Event = model("Event", { id: string().hashKey() }, { stream: { include: ["new"] } });
  await engine.bind([Event, GroupRow]);
  await engine.save(new Event({ id: "early" }));
  const seen: string[] = [];
  const consumeFrom = (start: "trim_horizon" | "latest" | Date, group: string) =>
    consume(engine, Event, {
      group,
      start,
      lease: 2000,
      idle: 20,
      handler: ({ key }) => void seen.push(`${group} ${key.id}`),
    });
  const heard = await listen([], ["stream:lease"], async () => {
    const consumers = [
      consumeFrom("trim_horizon", "all"),
      consumeFrom("latest", "new"),
      consumeFrom(new Date(Date.now() + 600_000), "later"),
    ];
    await engine.save(new Event({ id: "late" }));
    await until(() => seen.includes("all early") && seen.includes("all late") && seen.includes("new late"));
    // Time for a record that is not wanted.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await Promise.all(consumers.map((consumer) => consumer.close()));
  });
  expect(seen.filter((event) => event.startsWith("later"))).toEqual([]);
  const events = heard.flatMap(({ context: { group, event } }) => (group === "all" ? [event] : []));
  expect(events).toEqual(["taken", "given"]);
  expect(heard[0]?.context).toMatchObject({
    table: "group-Event",
    shardId: expect.any(String),
    epoch: expect.any(Number),
  });
});

test("several kinds of one table are told apart by the model's name, in the order of their changes", async () => {
  const Shop = table("group-shop", { hashKey: "pk", kind: "_type", stream: { include: ["new", "old"] } });
  const Customer = Shop.model("Customer", { id: string(), name: string() }, { key: { pk: key`C#${"id"}` } });
  const Order = Shop.model("Order", { id: string(), total: integer() }, { key: { pk: key`O#${"id"}` } });
  const Note = Shop.model("Note", { id: string() }, { key: { pk: key`N#${"id"}` } });
  await engine.bind([Customer, Order, Note, GroupRow]);
  await engine.save(new Customer({ id: "1", name: "Ada" }));
  await engine.save(new Note({ id: "1" }));
  await engine.save(new Order({ id: "1", total: 12 }));
  const seen: unknown[] = [];
  const consumer = consume(engine, [Customer, Order], {
    group: "kinds",
    idle: 50,
    handler(record) {
      if (record.model === "Customer" && record.type === "insert")
        seen.push(record.new.name, record.new instanceof Customer);
      if (record.model === "Order" && record.type === "insert")
        seen.push(record.new.total, record.new instanceof Order);
    },
  });
  await until(() => seen.length === 4);
  await consumer.close();
  expect(seen).toEqual(["Ada", true, 12, true]);
});
