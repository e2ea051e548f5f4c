/**
 * The shares of a group's workers on a simulated stream: within two lease times after workers came, stopped or were killed,
 * each shard is read by one of those who are there, and no two of them differ by more than one shard.
 *
 * BLOOP_GROUP_RUNS says how many histories, BLOOP_SEED which.
 */

import { expect, test, vi } from "vitest";
import { Watch } from "../../src/group/share.js";
import { seededRandom } from "../../src/testing/random.js";
import { effort } from "../support/effort.js";
import { unfair, unread } from "../support/group/shares.js";
import { Streamed } from "../support/group/streamed.js";
import type { Member } from "../support/group/world.js";

const runs = Number(process.env["BLOOP_GROUP_RUNS"] ?? effort(15, 300));
const seed = Number(process.env["BLOOP_SEED"] ?? 51_001);
const lease = 10_000;

async function play(one: number): Promise<readonly string[]> {
  const random = seededRandom(one);
  const below = (count: number) => Math.floor(random() * count);
  const { world } = new Streamed({ seed: one, random, plainRoots: 1 + below(30) });
  const alive: Member[] = [];
  let joined = 0;
  const join = () => {
    if (alive.length < 8) alive.push(world.worker(`w${joined++}`));
  };
  const leave = (how: "kill" | "stop") => {
    const [member] = alive.splice(below(alive.length), 1);
    if (how === "kill") member?.kill();
    else member?.worker.stop();
  };
  for (let count = 1 + below(4); count > 0; count--) join();
  // Until the shards are found.
  await world.runUntil(3 * lease);
  if (world.leases.size < 2) return ["no shard was found"];
  for (let change = 0; change < 6; change++) {
    const deed = random();
    const deeds: string[] = [];
    for (let count = 1 + below(3); count > 0; count--) {
      if (deed < 0.5) join();
      else if (alive.length > 1) leave(deed < 0.75 ? "kill" : "stop");
      deeds.push(deed < 0.5 ? "joins" : deed < 0.75 ? "is killed" : "stops");
      // At once, or one after the other: also in the middle of what the one before has led to.
      if (random() < 0.5) await world.runUntil(world.now + random() * lease);
    }
    await world.runUntil(world.now + 2 * lease);
    const lost = unread(world, alive);
    if (lost !== undefined) return [`${lost}: ${alive.length} workers, of whom one ${deeds.join(", then one ")}`];
    const found = unfair(world, alive);
    if (found !== undefined) return [`${found}: ${alive.length} workers, of whom one ${deeds.join(", then one ")}`];
    await world.runUntil(world.now + random() * lease);
  }
  return world.problems;
}

test(`${runs} histories from the seed ${seed} on: the shares are fair within two lease times`, {
  timeout: 3_600_000,
}, async () => {
  for (let run = 0; run < runs; run++) {
    expect({ seed: seed + run, problems: await play(seed + run) }).toEqual({ seed: seed + run, problems: [] });
  }
});

test("is caught: a worker that does not take what the dead had", async () => {
  const spoiled = vi.spyOn(Watch.prototype, "age").mockReturnValue(0);
  try {
    let isCaught = false;
    for (let run = 0; run < 20 && !isCaught; run++) isCaught = (await play(seed + run)).length > 0;
    expect(isCaught).toBe(true);
  } finally {
    spoiled.mockRestore();
  }
});
