/** What DescribeStream says of the shards that workers read on a simulated stream: what it lacks is not gone. */

import { expect, test } from "vitest";
import { seededRandom } from "../../../src/testing/random.js";
import { Streamed } from "../../support/group/streamed.js";
import { awsError } from "../../support/stream/faults.js";
import { minute } from "../../support/stream/shards.js";

const random = seededRandom(3);
const lists = {
  empty: () => [],
  partial: <Shard>(shards: readonly Shard[]) => shards.filter(() => random() < 0.5),
  failing: () => {
    throw awsError("ThrottlingException", "Rate exceeded");
  },
};

test.each(Object.entries(lists))("a DescribeStream that is %s deletes no lease, and ends none", async (_, list) => {
  // Pages of open shards that name no next one look like their ends.
  const streamed = new Streamed({ seed: 3, random, plainRoots: 5, habits: { spuriousEnds: 0.5, shardsAPage: 2 } });
  const { world, simulator } = streamed;
  const keys = Array.from({ length: 40 }, (_, index) => `key ${index}`);
  const write = () => {
    for (const key of keys) simulator.table.write(key, streamed.time);
  };
  for (const name of ["a", "b"]) world.worker(name);
  write();
  await world.runUntil(minute);
  expect(world.leases.size).toBe(6);
  const { length } = world.writes;
  streamed.listed = (page) => ({ ...page, shards: list(page.shards) });
  for (let turn = 0; turn < 20; turn++) {
    write();
    await world.runUntil(world.now + minute);
  }
  const later = world.writes.slice(length).flat();
  expect(later.filter(({ kind }) => kind.startsWith("delete") || kind.startsWith("create"))).toEqual([]);
  expect(later.filter((part) => part.kind === "setPlace" && part.set.isEnded === true)).toEqual([]);
  expect([streamed.isComplete, streamed.gaps, streamed.problems, world.problems]).toEqual([true, [], [], []]);
});
