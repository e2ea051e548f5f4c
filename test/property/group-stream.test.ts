/**
 * Groups of workers on a simulated stream with DynamoDB's habits: 1 to 8 workers that come, go, pause and are killed, over
 * shards that split, end and are trimmed. Nothing is lost without a word, the order of each key is kept, no child is read
 * before its parent, and the shares are fair within two lease times.
 *
 * BLOOP_GROUP_RUNS says how many histories, BLOOP_SEED which.
 */

import { expect, test, vi } from "vitest";
import { StreamSource } from "../../src/group/source.js";
import { Horizon } from "../../src/stream/shard/horizon.js";
import { seededRandom } from "../../src/testing/random.js";
import { effort } from "../support/effort.js";
import { unfair } from "../support/group/shares.js";
import { Streamed } from "../support/group/streamed.js";
import type { Member } from "../support/group/world.js";
import { pick } from "../support/random.js";
import { randomFaults } from "../support/stream/faults.js";

const runs = Number(process.env["BLOOP_GROUP_RUNS"] ?? effort(40, 3000));
const seed = Number(process.env["BLOOP_SEED"] ?? 31_001);
const lease = 10_000;
const hour = 3_600_000;

async function play(one: number): Promise<readonly string[]> {
  const random = seededRandom(one);
  const plainRoots = random() < 0.3 ? 2 : undefined;
  // The table may be older than the group: by hours, in which it is written to and its shards change.
  const age = random() < 0.4 ? random() * 20 * hour : 0;
  const start = random() < 0.4 ? age * random() * 1.1 : undefined;
  const streamed = new Streamed({ seed: one, random, plainRoots, start });
  const { world, simulator } = streamed;
  const { table } = simulator;
  const alive = new Set<Member>();
  let joined = 0;
  const join = () => {
    if (alive.size >= 8) return;
    const member = world.worker(`w${joined++}`);
    member.isExact = random() < 0.3;
    alive.add(member);
  };
  const some = () => [...alive][Math.floor(random() * alive.size)];
  const leave = (member: Member | undefined, how: "kill" | "stop") => {
    if (member === undefined) return;
    alive.delete(member);
    if (how === "kill") member.kill();
    else member.worker.stop();
  };
  const pass = async (milliseconds: number) => {
    await world.runUntil(world.now + milliseconds);
    streamed.note();
  };
  const write = () => {
    for (let count = Math.floor(random() * 12); count > 0; count--)
      table.write(`key ${Math.floor(random() * 9)}`, streamed.time);
  };
  const rotate = () => {
    const count = random() < 0.5 || table.current.open.length > 6 ? 1 : 2;
    table.rotate(Math.floor(random() * 8), count, streamed.time);
  };
  for (const until = age; world.now < until; world.now += random() * hour) {
    write();
    if (random() < 0.3) rotate();
    table.tick(streamed.time);
  }
  join();
  const problems: string[] = [];
  for (let deeds = 10 + Math.floor(random() * 30); deeds > 0 && streamed.problems.length === 0; deeds--) {
    const deed = random();
    if (deed < 0.2) join();
    else if (deed < 0.28) leave(some(), "kill");
    else if (deed < 0.36) leave(some(), "stop");
    else if (deed < 0.46) some()?.pause(random() * 3 * lease);
    else if (deed < 0.62) rotate();
    else if (deed < 0.7) simulator.faults = random() < 0.6 ? {} : randomFaults(random);
    else if (deed < 0.73) {
      // Nobody is there for hours.
      for (const member of alive) leave(member, "kill");
      write();
      world.now += pick(random, [4, 16, 25, 30]) * hour;
      table.tick(streamed.time);
    } else if (deed < 0.78 && alive.size > 0) {
      simulator.faults = {};
      // Whoever was paused is back, and the leases of the dead are over.
      await pass(4 * lease);
      const shards = () => [...world.leases.keys()].sort().join();
      for (let before = ""; before !== shards(); ) {
        before = shards();
        await pass(2 * lease);
      }
      const found = unfair(world, [...alive]);
      if (found !== undefined) problems.push(`${found}, ${alive.size} workers`);
    }
    write();
    await pass(random() * 8000);
  }
  simulator.faults = {};
  join();
  const isDone = () => streamed.problems.length > 0 || (streamed.isComplete && streamed.silentLosses.length === 0);
  for (let turn = 0; turn < 60 && !isDone(); turn++) await pass(lease);
  problems.push(...world.problems, ...streamed.problems);
  if (!streamed.isComplete) problems.push("not all was handled");
  problems.push(...streamed.silentLosses.map((event) => `${event} was lost without a word`));
  return problems.slice(0, 3);
}

test(`${runs} histories from the seed ${seed} on lose nothing`, { timeout: 3_600_000 }, async () => {
  for (let run = 0; run < runs; run++) {
    expect({ seed: seed + run, problems: await play(seed + run) }).toEqual({ seed: seed + run, problems: [] });
  }
});

const { read } = StreamSource.prototype;

test.each([
  [
    "records from before the beginning are handled",
    () =>
      vi.spyOn(StreamSource.prototype, "read").mockImplementation(function (this: StreamSource, shardId, place) {
        return read.call(this, shardId, { ...place, from: undefined });
      }),
  ],
  [
    "a shard is taken for one from before the beginning",
    () => vi.spyOn(StreamSource.prototype, "follows").mockReturnValue(true),
  ],
  [
    "a parent that is not listed is taken for gone",
    () => vi.spyOn(StreamSource.prototype, "lookFor").mockResolvedValue("gone"),
  ],
  [
    "nobody is told of records that were trimmed unread",
    () => vi.spyOn(Horizon.prototype, "gapBefore").mockReturnValue(undefined),
  ],
])("is caught: %s", { timeout: 120_000 }, async (_, spoil) => {
  const spoiled = spoil();
  try {
    let isCaught = false;
    for (let run = 0; run < 200 && !isCaught; run++) isCaught = (await play(seed + run)).length > 0;
    expect(isCaught).toBe(true);
  } finally {
    spoiled.mockRestore();
  }
});
