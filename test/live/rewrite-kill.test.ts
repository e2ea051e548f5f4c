/**
 * Moves and rewritings whose process is killed, with SIGKILL, at a step: before a request is sent, while it is under way, or
 * after its answer. The next process comes to the end, and nothing is lost. BLOOP_KILLS says at how many steps.
 */

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type AttributeValue, DeleteItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { integer, key, string, table } from "bloop-dynamodb";
import { checkKeys } from "bloop-dynamodb/rewrite";
import { beforeAll, beforeEach, expect, inject, test } from "vitest";
import { effort } from "../support/effort.js";
import { live } from "../support/live.js";
import { pick, seededRandom } from "../support/random.js";

const seed = Number(process.env["BLOOP_SEED"] ?? 1);
const kills = Number(process.env["BLOOP_KILLS"] ?? effort(2, 20));
const root = fileURLToPath(new URL("../..", import.meta.url));
const { client, engine, tableName } = live("rewrite-kill");

/** The models of both programs, for this one and for its children. */
const models = `
  const declared = () => table("shop", {
    hashKey: "pk", rangeKey: "sk", kind: "_type", indexes: { gsi1: { hashKey: "g", projection: "all" } },
  });
  const shape = { id: string(), status: string(), email: string(), version: integer().version() };
  const Old = declared().model("Order", shape, {
    key: { pk: key\`ORDER#\${"id"}\`, sk: key\`ORDER\` },
    indexes: { byStatus: { on: "gsi1", g: key\`OLD#\${"status"}\` } },
  });
  const New = declared().model("Order", shape, {
    key: { pk: key\`O#\${"id"}\`, sk: key\`ORDER\` },
    indexes: { byStatus: { on: "gsi1", g: key\`NEW#\${"status"}\` } },
    unique: ["email"],
  });`;
const shape = () => ({ id: string(), status: string(), email: string(), version: integer().version() });
const declared = () =>
  table("shop", {
    hashKey: "pk",
    rangeKey: "sk",
    kind: "_type",
    indexes: { gsi1: { hashKey: "g", projection: "all" } },
  });
const Old = declared().model("Order", shape(), {
  key: { pk: key`ORDER#${"id"}`, sk: key`ORDER` },
  indexes: { byStatus: { on: "gsi1", g: key`OLD#${"status"}` } },
});
const New = declared().model("Order", shape(), {
  key: { pk: key`O#${"id"}`, sk: key`ORDER` },
  indexes: { byStatus: { on: "gsi1", g: key`NEW#${"status"}` } },
  unique: ["email"],
});

const moments = ["before", "during", "after"] as const;

interface Step {
  /** The number of the request: from 0. */
  readonly request: number;
  readonly moment: (typeof moments)[number];
}

/** A process that does something, and kills itself at a step. Without one, it comes to its end. */
function run(work: string, step: Step = { request: -1, moment: "before" }): Promise<NodeJS.Signals | number | null> {
  const program = `
    import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
    import { Engine, integer, key, string, table } from "bloop-dynamodb";
    import { rewriteKeys } from "bloop-dynamodb/rewrite";
    ${models}
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const dynamodb = new DynamoDBClient({ endpoint: "${inject("endpoint")}", region: "us-east-1", credentials });
    const die = () => process.kill(process.pid, "SIGKILL");
    const { requestHandler } = dynamodb.config;
    const handle = requestHandler.handle.bind(requestHandler);
    let count = 0;
    requestHandler.handle = async (request, options) => {
      const isIt = count++ === ${step.request};
      if (isIt && "${step.moment}" === "before") die();
      const answering = handle(request, options);
      if (isIt && "${step.moment}" === "during") setTimeout(die, 2);
      const answer = await answering;
      if (isIt) die();
      return answer;
    };
    const engine = new Engine({ dynamodb, tableName: "rewrite-kill-{tableName}" });
    ${work}`;
  const env = { ...process.env, NODE_NO_WARNINGS: "1" };
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: root,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
}

async function items(): Promise<Record<string, AttributeValue>[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName("shop"), ConsistentRead: true }));
  return Items;
}
const orders = async () => (await items()).filter(({ _type }) => _type?.S === "Order");

beforeAll(() => engine.bind(Old));
beforeEach(async () => {
  for (const { pk, sk } of await items()) {
    if (pk === undefined || sk === undefined) continue;
    await client.send(new DeleteItemCommand({ TableName: tableName("shop"), Key: { pk, sk } }));
  }
});

const random = seededRandom(seed);

/** So many steps of work that takes so many requests; the first ones are at each moment of the last request. */
const stepsOf = (requests: number): Step[] => [
  ...moments.map((moment) => ({ request: requests - 1, moment })),
  ...Array.from({ length: kills }, () => ({ request: Math.floor(random() * requests), moment: pick(random, moments) })),
];

test(`a move that is killed has moved the whole item, or nothing of it (seed ${seed})`, {
  timeout: 600_000,
}, async () => {
  await engine.save(new New({ id: "0", status: "open", email: "a@x" }));
  const steps = stepsOf(2);
  for (const [index, step] of steps.entries()) {
    const move = `
      const order = await engine.get(New, { id: "${index}" });
      await engine.move(order, { id: "${index + 1}", status: "${index + 1}" });`;
    // The load is a request, too.
    const ended = await run(move, { ...step, request: step.request + 1 });
    expect(ended).toBe("SIGKILL");
    const [found, ...others] = await orders();
    expect(others).toEqual([]);
    const isMoved = found?.["id"]?.S === String(index + 1);
    if (step.moment === "after" && step.request === 1) expect(isMoved).toBe(true);
    if (step.moment === "before") expect(isMoved).toBe(false);
    if (!isMoved) expect(await run(move)).toBe(0);
    const id = String(index + 1);
    const pk = { S: `O#${id}#` };
    expect(await orders()).toMatchObject([
      {
        pk,
        id: { S: id },
        status: { S: id },
        g: { S: `NEW#${id}#` },
        email: { S: "a@x" },
        version: { N: String(index + 2) },
      },
    ]);
    const [marker, ...stale] = (await items()).filter(({ _type }) => _type?.S === "bloop:unique");
    expect(stale).toEqual([]);
    expect(marker?.["bloop_owner"]?.M?.["pk"]).toEqual(pk);
  }
});

test(`rewritings that are killed come to their end, and lose nothing (seed ${seed})`, {
  timeout: 600_000,
}, async () => {
  const ids = ["1", "2", "3", "4", "5", "6"];
  await engine.save(ids.map((id) => new Old({ id, status: `s${id}`, email: `${id}@x` })));
  const work = "await rewriteKeys(engine, New, { pageSize: 2, concurrency: 2 });";
  const ends: unknown[] = [];
  for (const step of stepsOf(8)) {
    ends.push(await run(work, step));
    const found = await orders();
    expect(found.map(({ id }) => id?.S).sort()).toEqual(ids);
    expect(found.map(({ status }) => status?.S).sort()).toEqual(ids.map((id) => `s${id}`));
  }
  expect(ends).toContain("SIGKILL");
  expect(await run(work)).toBe(0);
  expect(await checkKeys(engine, New)).toMatchObject({ items: 6, right: 6 });
  expect((await orders()).map(({ version }) => version?.N)).toEqual(ids.map(() => "2"));
  expect((await items()).length).toBe(12);
});
