/**
 * Streams over virtual hours and days on DynamoDB Local, whose clock libfaketime moves: shards roll over, iterators
 * expire and records are trimmed as they do in production. What the simulator makes of the same writes has to be the same.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DescribeStreamCommand, DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { Engine, integer, model, type StreamToken, string } from "bloop-dynamodb";
import type { Local } from "bloop-dynamodb/local";
import { expect, test, vi } from "vitest";
import type { WireRecord } from "../../src/session/stream-session.js";
import { dynamoDBLocal } from "../support/stream/behaviour.js";
import { libfaketime, startClocked } from "../support/stream/clocked-local.js";
import { makeCore } from "../support/stream/core.js";
import { Run } from "../support/stream/run.js";
import { hour } from "../support/stream/shards.js";

if (libfaketime === undefined) console.warn("Skipped for want of libfaketime: streams with a fast clock.");
const clocked = test.skipIf(libfaketime === undefined);

const Entry = model("Entry", { id: string().hashKey(), version: integer() }, { stream: { include: ["new", "old"] } });

function connect({ endpoint }: Local) {
  const settings = {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 12,
  };
  const streams = new DynamoDBStreamsClient(settings);
  const dynamodb = new DynamoDBClient(settings);
  const engine = new Engine({ dynamodb, streams });
  const versions = new Map<string, number>();
  return {
    engine,
    streams,
    /** Puts the next version of an item. */
    put: async (id: string) => {
      const version = (versions.get(id) ?? 0) + 1;
      versions.set(id, version);
      await dynamodb.send(
        new PutItemCommand({ TableName: "Entry", Item: { id: { S: id }, version: { N: String(version) } } }),
      );
    },
  };
}

/** One round of the script: as many puts as keys, from one on, and a rest of seconds; then perhaps a restart. */
interface Round {
  readonly first: number;
  readonly count: number;
  readonly rest: number;
  readonly restart: boolean;
}

const keys = 15;
const speed = 600;
const script: readonly Round[] = Array.from({ length: 26 }, (_, index) => ({
  first: index * 7,
  count: 5 + ((index * 5) % 11),
  rest: index % 8 === 5 ? 4 : 2.5,
  restart: index % 6 === 3,
}));
const keyOf = (index: number): string => `key-${index % keys}`;

/** Each life's deliveries, in order, as key and version. */
function check(lives: readonly (readonly string[])[]): string[] {
  for (const life of lives) {
    expect(new Set(life).size, "nothing comes twice within a life").toBe(life.length);
    const last = new Map<string, number>();
    for (const entry of life) {
      const [id = "", version = ""] = entry.split(":");
      expect(Number(version)).toBeGreaterThan(last.get(id) ?? 0);
      last.set(id, Number(version));
    }
  }
  return [...new Set(lives.flat())].sort();
}

async function playOnLocal(local: Local): Promise<{ lives: string[][]; gaps: number; rotations: number }> {
  const { engine, streams, put } = connect(local);
  await engine.bind(Entry);
  const lives: string[][] = [[]];
  let gaps = 0;
  const begin = (position: "trim_horizon" | StreamToken) => {
    const begun = engine.stream(Entry, position);
    begun.on("gap", () => {
      gaps++;
    });
    return begun;
  };
  let stream = begin("trim_horizon");
  const drain = async (): Promise<void> => {
    for (let record = await stream.poll(); record !== undefined; record = await stream.poll()) {
      lives.at(-1)?.push(`${record.key.id}:${record.new?.version}`);
    }
  };
  for (const { first, count, rest, restart } of script) {
    for (let index = 0; index < count; index++) await put(keyOf(first + index));
    if (restart) {
      const token: StreamToken = JSON.parse(JSON.stringify(stream.token));
      await stream.close();
      await wait(rest * 1000);
      stream = begin(token);
      lives.push([]);
    } else await wait(rest * 1000);
    await drain();
  }
  const written = script.reduce((sum, { count }) => sum + count, 0);
  // A poll may come to the tip of a parent whose child is not found yet.
  for (let turn = 0; turn < 40 && new Set(lives.flat()).size < written; turn++) {
    await wait(250);
    await drain();
  }
  const { streamArn } = stream.token;
  await stream.close();
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  return { lives, gaps, rotations: (StreamDescription?.Shards?.length ?? 0) - 1 };
}

function entryOf({ keys: { id }, newImage }: WireRecord): string {
  const version = newImage?.version;
  return `${id !== undefined && "S" in id ? id.S : ""}:${version !== undefined && "N" in version ? version.N : ""}`;
}

function playOnSimulator(): { lives: string[][]; gaps: number } {
  const run = new Run({ seed: 1, make: makeCore, behaviour: dynamoDBLocal });
  const lives: string[][] = [];
  const begun = run.now;
  let rotated = 0;
  const rest = (seconds: number): void => {
    run.pass(seconds * 1000 * speed);
    while (run.now - begun > (rotated + 1) * 4 * hour) {
      rotated++;
      run.simulator.table.rotate(0, 1, run.now);
    }
  };
  const take = (): void => {
    lives.push(run.delivered.map(({ record }) => entryOf(record)));
  };
  for (const round of script) {
    for (let index = 0; index < round.count; index++) run.simulator.table.write(keyOf(round.first + index), run.now);
    if (round.restart) {
      run.save();
      take();
      run.crash();
    }
    rest(round.rest);
  }
  run.drain(10_000);
  take();
  return { lives, gaps: run.gaps().length };
}

clocked("a fast clock: rotations, expired iterators and restarts lose nothing", { timeout: 300_000 }, async () => {
  await using local = await startClocked(`+0 x${speed}`);
  const real = await playOnLocal(local);
  expect(real.rotations).toBeGreaterThanOrEqual(2);
  const written: string[] = [];
  const versions = new Map<string, number>();
  for (const { first, count } of script) {
    for (let index = 0; index < count; index++) {
      const id = keyOf(first + index);
      versions.set(id, (versions.get(id) ?? 0) + 1);
      written.push(`${id}:${versions.get(id)}`);
    }
  }
  const simulated = playOnSimulator();
  expect([real.gaps, simulated.gaps]).toEqual([0, 0]);
  expect(check(real.lives)).toEqual(written.sort());
  expect(check(simulated.lives)).toEqual(written);
});

clocked(
  "hours left out: a shard rolls over, and after a day the token's shards are gone",
  { timeout: 300_000 },
  async () => {
    const dbPath = mkdtempSync(join(tmpdir(), "bloop-clock-data-"));
    try {
      const read = async (local: Local, position: "trim_horizon" | StreamToken, ...written: string[]) => {
        const { engine, put } = connect(local);
        await engine.bind(Entry);
        for (const id of written) await put(id);
        const gaps: boolean[] = [];
        const stream = engine.stream(Entry, position);
        stream.on("gap", ({ certain }) => gaps.push(certain));
        const ids: string[] = [];
        for (let quiet = 0; quiet < 3; ) {
          const record = await stream.poll();
          if (record !== undefined) ids.push(record.key.id);
          else {
            quiet++;
            await wait(500);
          }
        }
        const { token } = stream;
        await stream.close();
        return { ids, gaps, token };
      };
      const begun = await hoursLater(0, dbPath, (local) => read(local, "trim_horizon", "a", "b", "c"));
      expect(begun).toMatchObject({ ids: ["a", "b", "c"], gaps: [] });
      const later = await hoursLater(5, dbPath, (local) => read(local, begun.token, "d", "e"));
      expect(later).toMatchObject({ ids: ["d", "e"], gaps: [] });
      const fresh = await hoursLater(10, dbPath, (local) => read(local, "trim_horizon", "f"));
      expect(fresh).toMatchObject({ ids: ["a", "b", "c", "d", "e", "f"], gaps: [] });
      const days = await hoursLater(31, dbPath, (local) => read(local, begun.token, "g"));
      expect(days.ids).toEqual(["f", "g"]);
      expect(days.gaps).toContain(true);
    } finally {
      rmSync(dbPath, { recursive: true });
    }
  },
);

/** An emulator, and a clock of this process, that are so many hours ahead. Ended, so that the next can have its data. */
async function hoursLater<Result>(
  hours: number,
  dbPath: string,
  use: (local: Local) => Promise<Result>,
): Promise<Result> {
  const local = await startClocked(`+${hours}h`, dbPath);
  const actual = Date.now;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => actual() + hours * hour);
  try {
    return await use(local);
  } finally {
    clock.mockRestore();
    await local.stop();
  }
}
