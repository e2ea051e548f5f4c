/** The stream consumer against a source in its own process: records a second, bytes held, calls while nothing happens. */

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Consumed, Wanted } from "../support/consumer.js";
import { atLeast, count, type Mode, type Report } from "../support/report.js";
import { stubEnvironment } from "../support/rounds.js";
import { median } from "../support/statistics.js";

const file = fileURLToPath(new URL("../support/consumer.js", import.meta.url));
const shardCounts = [1, 16, 256];
const kinds = [3, 17] as const;

interface Found {
  readonly attributes: 3 | 17;
  readonly shards: number;
  /** For one second of CPU. */
  readonly perSecond: number;
  readonly elapsed: number;
  readonly held: number;
  readonly calls: number;
}

export async function run(mode: Mode): Promise<Report> {
  const failures: string[] = [];
  const found: Found[] = [];
  const attempt = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const attributes of kinds) {
    for (const shards of shardCounts) {
      await attempt(`${shards} shards`, async () => void found.push(await measure({ attributes, shards }, mode)));
    }
  }
  // Nothing is timed here, so that they may wait side by side.
  const idle: { shards: number; calls: number }[] = [];
  const waiting = shardCounts.map((shards) =>
    attempt(`${shards} idle shards`, async () => {
      const waited = await consume({ attributes: 3, shards, records: 0, idle: mode.full ? 40_000 : 8000 });
      idle.push({ shards, calls: (total(waited) * 3600) / waited.seconds });
    }),
  );
  await Promise.all(waiting);
  idle.sort((a, b) => a.shards - b.shards);
  return reportOf(found, idle, failures);
}

async function measure({ attributes, shards }: Pick<Wanted, "attributes" | "shards">, mode: Mode): Promise<Found> {
  const records = shards === 1 ? (mode.full ? 40_000 : 4000) : mode.full ? 512_000 : 64_000;
  const rounds: Consumed[] = [];
  for (let round = 0; round < (mode.full ? 2 : 1); round++) {
    rounds.push(await consume({ attributes, shards, records, idle: 0 }));
  }
  const middle = (of: (consumed: Consumed) => number) => median(rounds.map(of));
  return {
    attributes,
    shards,
    perSecond: middle(({ cpu }) => 1e6 / cpu),
    elapsed: middle(({ records, seconds }) => records / seconds),
    held: middle(({ held }) => held),
    calls: middle(total),
  };
}

function total({ calls }: Consumed): number {
  return Object.values(calls).reduce((sum, many) => sum + many, 0);
}

function reportOf(
  found: readonly Found[],
  idle: readonly { shards: number; calls: number }[],
  failures: string[],
): Report {
  const goal = found.find(({ attributes, shards }) => attributes === 3 && shards === 16)?.perSecond;
  return {
    question: "streams",
    title: "Streams",
    how: "A source in the process itself answers as a DynamoDBStreamsClient does; records of 1 KB, a loop over engine.stream(), objects out, after an eighth as many that do not count. Each shard is asked at most four times a second, as DynamoDB wants it, which bounds the records by the clock: what the consumer itself can do is its records for a second of CPU.",
    tables: [
      {
        title: "records",
        columns: ["attributes", "shards", "a second of CPU", "a second by the clock", "MB held at most", "calls"],
        rows: found.map(({ attributes, shards, perSecond, elapsed, held, calls }) => [
          String(attributes),
          String(shards),
          count(perSecond),
          count(elapsed),
          (held / 2 ** 20).toFixed(1),
          count(calls),
        ]),
      },
      {
        title: "nothing written",
        columns: ["shards", "calls in an hour"],
        rows: idle.map(({ shards, calls }) => [String(shards), count(calls)]),
      },
    ],
    goals: [atLeast("16 shards, records for a second of CPU, in objects", 400_000, goal, count)],
    charts: [
      {
        file: "streams",
        kind: "bars",
        bars: {
          title: "Stream consumer, records of 1 KB",
          axis: "records for a second of CPU (longer is better)",
          logarithmic: false,
          groups: kinds.map((kind) => ({
            name: `${kind} attributes`,
            bars: found
              .filter(({ attributes }) => attributes === kind)
              .map(({ shards, perSecond }) => ({
                label: `${shards} shards`,
                value: perSecond,
                text: count(perSecond),
                own: true,
              })),
          })),
        },
      },
    ],
    failures,
  };
}

function consume(wanted: Wanted): Promise<Consumed> {
  const options = { env: { ...process.env, ...stubEnvironment }, execArgv: ["--expose-gc"] };
  const child = fork(file, [JSON.stringify(wanted)], options);
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the consumer's process ended with code ${code}.`)));
    child.once("message", (consumed: Consumed) => resolve(consumed));
  });
}
