/** A process that scans a large table of a stub server in one way, and says how fast, and with how much memory. */

import { Engine } from "bloop";
import { Person } from "../adapters/bloop.js";
import { networkPost } from "../adapters/floor.js";
import { tableName } from "./item.js";

export interface Scanned {
  readonly items: number;
  readonly seconds: number;
  readonly cpu: number;
  /** Bytes: the most that was held at once after a collection, beyond what was held before. */
  readonly held: number;
  readonly peak: number;
}

const [, , way = "", segments = "8"] = process.argv;

async function scanByEngine(): Promise<number> {
  let found = 0;
  for await (const _ of new Engine().scan(Person, { segments: Number(segments) })) {
    found++;
    if (found % 20_000 === 0) sample();
  }
  return found;
}

interface Page {
  readonly Items: readonly object[];
  readonly LastEvaluatedKey?: object;
}

/** What a bare lean command does: each segment's pages one after the other, parsed, and dropped. */
async function scanByPost(): Promise<number> {
  const post = networkPost();
  let found = 0;
  let next = 20_000;
  const lane = async (Segment: number) => {
    let ExclusiveStartKey: object | undefined;
    do {
      const body = JSON.stringify({
        TableName: tableName,
        Segment,
        TotalSegments: Number(segments),
        ExclusiveStartKey,
      });
      const page = (await post("Scan", body)) as Page;
      found += page.Items.length;
      ExclusiveStartKey = page.LastEvaluatedKey;
      if (found < next) continue;
      next += 20_000;
      sample();
    } while (ExclusiveStartKey !== undefined);
  };
  await Promise.all(Array.from({ length: Number(segments) }, (_, segment) => lane(segment)));
  return found;
}

let held = 0;
let peak = 0;
let pausedFor = 0;

function sample(): void {
  const begin = performance.now();
  peak = Math.max(peak, process.memoryUsage().rss);
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  held = Math.max(held, heapUsed + arrayBuffers);
  pausedFor += performance.now() - begin;
}

// What is made once, such as the client, is made before anything counts.
await new Engine().scan(Person, { limit: 2000 }).all();
sample();
const base = held;
held = 0;
const begin = performance.now();
const before = process.cpuUsage();
const items = await (way === "bloop" ? scanByEngine() : scanByPost());
const { user, system } = process.cpuUsage(before);
const seconds = (performance.now() - begin - pausedFor) / 1000;
const scanned: Scanned = { items, seconds, cpu: user + system, held: held - base, peak };
process.send?.(scanned);
process.exit();
