/** A process that scans a large table of a stub server in one way, and says how fast, and with how much memory. */

import { Engine } from "bloop-dynamodb";
import { Person } from "../adapters/bloop.js";
import { networkPost } from "../adapters/floor.js";
import { tableName } from "./item.js";
import { median } from "./statistics.js";

export interface Scanned {
  readonly items: number;
  readonly seconds: number;
  readonly cpu: number;
  /** Bytes held after a collection: in the middle of all looks, and at most, which is what sockets have just brought. */
  readonly held: number;
  readonly most: number;
  readonly peak: number;
}

const [, , way = "", segments = "8", size = "0"] = process.argv;
/** How many items lie between two looks at the memory. */
const interval = Number(size) / 40;

async function scanByEngine(): Promise<number> {
  let found = 0;
  for await (const _ of new Engine().scan(Person, { segments: Number(segments) })) {
    found++;
    if (found % interval === 0) sample();
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
  let next = interval;
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
      next += interval;
      sample();
    } while (ExclusiveStartKey !== undefined);
  };
  await Promise.all(Array.from({ length: Number(segments) }, (_, segment) => lane(segment)));
  return found;
}

const looks: number[] = [];
let peak = 0;
let pausedFor = 0;
let pausedCpu = 0;

function sample(): void {
  const begin = performance.now();
  const before = process.cpuUsage();
  peak = Math.max(peak, process.memoryUsage().rss);
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  looks.push(heapUsed + arrayBuffers);
  pausedFor += performance.now() - begin;
  const { user, system } = process.cpuUsage(before);
  pausedCpu += user + system;
}

// What is made once, such as the client, is made before anything counts.
await new Engine().scan(Person, { limit: 2000 }).all();
const begin = performance.now();
const before = process.cpuUsage();
const items = await (way === "bloop" ? scanByEngine() : scanByPost());
const { user, system } = process.cpuUsage(before);
const seconds = (performance.now() - begin - pausedFor) / 1000;
const scanned: Scanned = {
  items,
  seconds,
  cpu: user + system - pausedCpu,
  held: median(looks),
  most: Math.max(...looks),
  peak,
};
process.send?.(scanned);
process.exit();
