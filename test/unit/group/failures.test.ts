/** What broke in AWS's consumer library for Kinesis, each as a scenario: here it must not. */

import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../src/testing/random.js";
import { type Options, type Shard, World } from "../../support/group/world.js";

const lease = 1000;
const settings = { lease, idle: 100, every: 2 };

function worldOf(shards: Shard[], more: Partial<Options> = {}): World {
  return new World({ random: seededRandom(7), shards, settings, ...more });
}

/** Shards without parents, with some records each. */
function roots(count: number, records = 3): Shard[] {
  return Array.from({ length: count }, (_, index) => ({
    shardId: `s${index}`,
    parentShardId: undefined,
    records: Array.from({ length: records }, (_, record) => 1000 * (index + 1) + record),
  }));
}

/** Open shards: their end never comes. */
function open(count: number, records = 20): Shard[] {
  return roots(count, records).map((shard) => ({ ...shard, isOpen: true }));
}

const ownersOf = ({ leases }: World) =>
  [...leases.values()].filter(({ shardId }) => shardId !== "#discovery").map(({ owner }) => owner);
const countOf = (world: World, name: string) => ownersOf(world).filter((owner) => owner === name).length;

test("the old owner dies after it was asked for a lease: it is taken by its time", async () => {
  const world = worldOf(open(2));
  const old = world.worker("old");
  await world.runUntil(3000);
  expect(countOf(world, "old")).toBe(2);
  world.worker("new");
  await world.runUntil(10_000, () => [...world.leases.values()].some(({ want }) => want === "new"));
  old.kill();
  await world.runUntil(world.now + 3 * lease);
  expect(countOf(world, "new")).toBe(2);
});

test.each([0, 50, 100, 200, 400, 700])(
  "a worker that is restarted %i ms after a hand-over began: no lease is stuck",
  async (after) => {
    const world = worldOf(open(2));
    world.worker("one");
    await world.runUntil(3000);
    const two = world.worker("two");
    await world.runUntil(10_000, () => [...world.leases.values()].some(({ want }) => want === "two"));
    await world.runUntil(world.now + after);
    two.kill();
    // A process of the same name has another id.
    world.worker("two, again");
    await world.runUntil(world.now + 6 * lease);
    expect([countOf(world, "one"), countOf(world, "two, again")]).toEqual([1, 1]);
    expect(world.problems).toEqual([]);
  },
);

test("renewals end with the shard: its lease goes, and nobody writes it any more", async () => {
  const world = worldOf(roots(1));
  world.worker("one");
  await world.runUntil(10 * lease);
  expect(world.places.get("s0")?.isEnded).toBe(true);
  const { length } = world.writes;
  await world.runUntil(20 * lease);
  const later = world.writes
    .slice(length)
    .flat()
    .map((part) => ("shardId" in part ? part.shardId : part.row.shardId));
  expect(new Set(later)).toEqual(new Set(["#discovery"]));
});

test("a worker that can't reach the table stops, says so, and the others go on", async () => {
  const world = worldOf(open(2));
  const one = world.worker("one");
  world.worker("two");
  await world.runUntil(5 * lease);
  expect([countOf(world, "one"), countOf(world, "two")]).toEqual([1, 1]);
  one.isCut = true;
  await world.runUntil(world.now + 2.5 * lease);
  expect(countOf(world, "two")).toBe(2);
  expect(one.events.map(([name]) => name)).toContain("leaseLost");
  expect(one.events.map(([name]) => name)).toContain("retry");
  one.isCut = false;
  await world.runUntil(world.now + 3 * lease);
  expect([countOf(world, "one"), countOf(world, "two")]).toEqual([1, 1]);
  expect(world.problems).toEqual([]);
});

test("a worker with a loop that ends by an error gives up its leases and says so, and the others go on", async () => {
  const world = worldOf(open(4));
  const one = world.worker("one");
  world.worker("two");
  await world.runUntil(6 * lease);
  expect([countOf(world, "one"), countOf(world, "two")]).toEqual([2, 2]);
  one.isBroken = true;
  const ended = expect(one.ended).rejects.toThrow("broken");
  await world.runUntil(world.now + 2.5 * lease);
  await ended;
  expect(one.events.filter(([name]) => name === "leaseLost")).toHaveLength(2);
  expect(countOf(world, "two")).toBe(4);
  expect(world.problems).toEqual([]);
});

test("a lease that was made again by hand when its shard ended goes", async () => {
  const world = worldOf(roots(1));
  world.worker("one");
  await world.runUntil(10 * lease);
  world.leases.set("s0", { shardId: "s0", owner: undefined, epoch: 9, beat: 0, want: undefined });
  await world.runUntil(12 * lease);
  expect(world.leases.has("s0")).toBe(false);
  expect(world.places.get("s0")?.epoch).toBe(2);
});

test("a shard ends and its children begin to exist in one write", async () => {
  const [parent] = roots(1);
  const children = ["a", "b"].map((name, index) => ({ shardId: name, parentShardId: "s0", records: [5000 + index] }));
  const world = worldOf([...(parent === undefined ? [] : [parent]), ...children]);
  world.worker("one");
  await world.runUntil(10 * lease);
  const ending = world.writes.find((write) =>
    write.some((part) => part.kind === "setPlace" && part.set.isEnded === true && part.shardId === "s0"),
  );
  expect(ending?.filter(({ kind }) => kind === "createPlace")).toHaveLength(2);
  const shards = [...world.places.values()].filter(({ shardId }) => !shardId.startsWith("#"));
  expect(shards.map(({ epoch, isEnded }) => [epoch, isEnded])).toEqual([
    [2, true],
    [4, true],
    [4, true],
  ]);
});

test("a child that is listed late is found and read", async () => {
  const shards = roots(1);
  const world = worldOf(shards);
  world.worker("one");
  await world.runUntil(20 * lease);
  shards.push({ shardId: "late", parentShardId: "s0", records: [9000] });
  await world.runUntil(23 * lease);
  expect(world.handled.get("late")).toEqual([9000]);
});

test("leases do not go back and forth: once the shares are fair, none changes its owner", async () => {
  const world = worldOf(open(7));
  for (const name of ["a", "b", "c"]) world.worker(name);
  await world.runUntil(8 * lease);
  expect(["a", "b", "c"].map((name) => countOf(world, name)).sort()).toEqual([2, 2, 3]);
  const before = ownersOf(world);
  await world.runUntil(30 * lease);
  expect(ownersOf(world)).toEqual(before);
});

test("a new worker asks for no more than its share of a hundred leases", async () => {
  const world = worldOf(open(100));
  world.worker("a");
  await world.runUntil(6 * lease);
  expect(countOf(world, "a")).toBe(100);
  world.worker("b");
  await world.runUntil(world.now + 4 * lease);
  const asked = world.writes.flat().filter((part) => part.kind === "setLease" && part.set.want === "b");
  expect([asked.length, countOf(world, "b")]).toEqual([50, 50]);
});

test("checkpoints that take very long make no renewal late", async () => {
  const world = worldOf(open(3, 200));
  const slow = world.worker("slow");
  slow.slowPlaces = 5 * lease;
  await world.runUntil(30 * lease);
  expect(slow.events.map(([name]) => name)).not.toContain("leaseLost");
  expect([...world.leases.values()].map(({ owner }) => owner)).toEqual(["slow", "slow", "slow", "slow"]);
});

describe("a cap on the shards of a worker", () => {
  test("there is none by default: one worker reads all shards that there are", async () => {
    const world = worldOf(roots(60));
    world.worker("one");
    await world.runUntil(30 * lease);
    expect(world.handled.size).toBe(60);
  });

  test("that is exactly full when a shard ends: its children wait, and the worker says so", async () => {
    const [parent, ...others] = open(2);
    const children = ["a", "b"].map((shardId, index) => ({
      shardId,
      parentShardId: "s0",
      records: [5000 + index],
      isOpen: true,
    }));
    const world = worldOf([...(parent === undefined ? [] : [{ ...parent, isOpen: false }]), ...others, ...children]);
    const one = world.worker("one", { most: 2 });
    await world.runUntil(15 * lease);
    expect(countOf(world, "one")).toBe(2);
    const told = () => one.events.filter(([name]) => name === "full").map(([, event]) => event);
    expect(told()).toEqual([{ shards: 2, waiting: 1 }]);
    expect(world.handled.size).toBe(3);
    // Somebody comes.
    world.worker("two", { most: 2 });
    await world.runUntil(world.now + 3 * lease);
    expect(world.handled.size).toBe(4);
    expect(told()).toEqual([
      { shards: 2, waiting: 1 },
      { shards: 2, waiting: 0 },
    ]);
  });

  test("what is beyond the caps of some is read by others, beyond their share, and nobody asks for it back and forth", async () => {
    const world = worldOf(open(10));
    world.worker("small", { most: 2 });
    await world.runUntil(4 * lease);
    const large = world.worker("large");
    await world.runUntil(world.now + 3 * lease);
    expect([countOf(world, "small"), countOf(world, "large")]).toEqual([2, 8]);
    const before = ownersOf(world);
    await world.runUntil(world.now + 10 * lease);
    expect(ownersOf(world)).toEqual(before);
    expect(large.events.map(([name]) => name)).not.toContain("full");
    expect(world.problems).toEqual([]);
  });
});

test.each(["lease", "place"] as const)(
  "a %s that is deleted by hand is made again, and nothing is lost",
  async (row) => {
    const world = worldOf(open(1, 900));
    world.worker("one");
    await world.runUntil(5 * lease);
    if (row === "lease") world.leases.delete("s0");
    else world.places.delete("s0");
    await world.runUntil(12 * lease);
    expect([world.leases.get("s0")?.owner, world.places.get("s0")?.isEnded]).toEqual(["one", false]);
    const numbers = world.handled.get("s0") ?? [];
    const first = [...new Set(numbers)];
    expect(first).toEqual(first.map((_, index) => 1000 + index));
    const { length } = numbers;
    await world.runUntil(14 * lease);
    expect(world.handled.get("s0")?.length).toBeGreaterThan(length);
    expect(world.problems).toEqual([]);
  },
);

test("a new worker has its fair share within two lease times", async () => {
  const world = worldOf(open(12));
  world.worker("a");
  await world.runUntil(6 * lease);
  world.worker("b");
  world.worker("c");
  await world.runUntil(world.now + 2 * lease);
  expect(["a", "b", "c"].map((name) => countOf(world, name))).toEqual([4, 4, 4]);
});

test("each shard tells its lag, and when it is at its tip", async () => {
  const world = worldOf(open(1));
  const one = world.worker("one");
  await world.runUntil(5 * lease);
  const lags = one.events.filter(([name]) => name === "lag").map(([, event]) => event);
  expect(lags[0]).toEqual({ shardId: "s0", lag: expect.any(Number), isAtTip: false });
  expect(lags.at(-1)).toEqual({ shardId: "s0", lag: 0, isAtTip: true });
});

test("a worker whose shards have all ended goes on looking, and reads what is made hours later", async () => {
  const shards = roots(1);
  const world = worldOf(shards);
  const one = world.worker("one");
  await world.runUntil(10 * lease);
  expect(ownersOf(world)).toEqual([]);
  const { listings } = one;
  await world.runUntil(1000 * lease);
  expect(one.listings).toBeGreaterThan(listings + 900);
  shards.push({ shardId: "next", parentShardId: "s0", records: [9000], isOpen: true });
  await world.runUntil(1003 * lease);
  expect(world.handled.get("next")).toEqual([9000]);
  expect(one.events.at(-1)).toEqual(["lag", { shardId: "next", lag: 0, isAtTip: true }]);
});

test("one worker looks for shards, and another one when it is gone", async () => {
  const world = worldOf(open(4));
  const members = ["a", "b", "c"].map((name) => world.worker(name));
  await world.runUntil(10 * lease);
  expect(members.filter(({ listings }) => listings > 0)).toHaveLength(1);
  members.find(({ listings }) => listings > 0)?.kill();
  await world.runUntil(13 * lease);
  expect(members.filter(({ listings }) => listings > 0)).toHaveLength(2);
});

describe("a listing of shards that is", () => {
  test.each(["empty", "partial", "failing"] as const)("%s deletes no lease, and ends none", async (listing) => {
    const world = worldOf(open(3));
    world.worker("one");
    await world.runUntil(5 * lease);
    const { length } = world.writes;
    world.listing = listing;
    await world.runUntil(60 * lease);
    expect(countOf(world, "one")).toBe(3);
    const later = world.writes.slice(length).flat();
    expect(later.filter((part) => part.kind !== "setLease" && part.kind !== "setPlace")).toEqual([]);
    expect(later.filter((part) => part.kind === "setPlace" && part.set.isEnded === true)).toEqual([]);
  });
});

test("a worker that stops while leases come to it gives them to the others at once", async () => {
  const world = worldOf(open(4));
  world.worker("one");
  await world.runUntil(4 * lease);
  const two = world.worker("two");
  await world.runUntil(world.now + 3 * lease, () => countOf(world, "two") > 0);
  two.worker.stop();
  await world.runUntil(world.now + 0.9 * lease);
  await two.ended;
  expect(countOf(world, "one")).toBe(4);
  expect(world.problems).toEqual([]);
});

test("a worker that has nothing to end stops at once, and not with its next look", async () => {
  const world = worldOf(open(2), { settings: { lease: 60_000, idle: 100, every: 2 } });
  const one = world.worker("one");
  await world.runUntil(90_000);
  expect(countOf(world, "one")).toBe(2);
  one.worker.stop();
  await world.runUntil(world.now + 1000);
  await one.ended;
  expect(ownersOf(world)).toEqual([undefined, undefined]);
  expect(world.leases.get("#discovery")?.owner).toBeUndefined();
});

test("a worker that stops ends what it handles, and leaves its leases to the others at once", async () => {
  const world = worldOf(open(4));
  const one = world.worker("one");
  world.worker("two");
  await world.runUntil(6 * lease);
  one.worker.stop();
  await world.runUntil(world.now + 0.5 * lease);
  await one.ended;
  await world.runUntil(world.now + 0.5 * lease);
  expect(countOf(world, "two")).toBe(4);
  expect(world.problems).toEqual([]);
});

test("a new group begins within a second or two, however long its lease is", async () => {
  const world = worldOf(open(2), { settings: { ...settings, lease: 600_000 } });
  world.worker("one");
  await world.runUntil(2000);
  expect(countOf(world, "one")).toBe(2);
});

test("a lease that is given up is not told of as lost, whatever renewal is under way at that moment", async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const events: string[] = [];
    const random = seededRandom(seed);
    const onEvent: Options["onEvent"] = (name) => void (name.startsWith("lease") && events.push(name));
    const world = worldOf(open(1), { random, onEvent });
    const worker = world.worker("one");
    await world.runUntil(3000 + 400 * random());
    worker.worker.stop();
    await world.runUntil(world.now + 2 * lease);
    expect([seed, ...events]).toEqual([seed, "leaseTaken", "leaseGiven"]);
  }
});
