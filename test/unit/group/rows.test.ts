/** The writes of a group, on a map: what each demands, and that it is refused without. */

import { beforeEach, describe, expect, test } from "vitest";
import {
  acquire,
  checkpoint,
  createShard,
  deletePlace,
  end,
  giveUp,
  type Holding,
  type Lease,
  type Place,
  positionOf,
  renew,
  repairShard,
  want,
  withdraw,
} from "../../../src/group/rows.js";
import { World } from "../../support/group/world.js";

let world: World;
const settings = { lease: 1000, idle: 100, every: 1 };
const leaseOf = (shardId = "s") => world.leases.get(shardId) as Lease;
const held = (owner: string, epoch: number): Holding => ({ shardId: "s", owner, epoch });
const shard = (shardId: string) => ({ shardId, parents: [], since: 0, from: undefined });
const ended = (shardId: string, epoch: number): Place => ({
  ...shard(shardId),
  epoch,
  position: undefined,
  readTo: undefined,
  isEnded: true,
});
const times = { since: 2, readTo: 1 };
const [low, high] = ["9", "10"].map(positionOf) as [string, string];

beforeEach(() => {
  world = new World({ random: Math.random, shards: [], settings });
  expect(world.apply(createShard(shard("s"), []))).toBe(true);
});

test("a shard is created once, in epoch 1 or above its parents", () => {
  expect(world.apply(createShard(shard("s"), []))).toBe(false);
  world.leases.delete("s");
  expect(world.apply(createShard(shard("s"), []))).toBe(false);
  const parents = [3, 5].map((epoch) => ended(`p${epoch}`, epoch));
  expect(world.apply(createShard(shard("child"), parents))).toBe(true);
  expect([leaseOf("child").epoch, world.places.get("child")?.epoch]).toEqual([6, 6]);
});

describe("a lease is taken", () => {
  test("by one of two that saw the same", () => {
    const seen = leaseOf();
    expect([world.apply(acquire(seen, "a")), world.apply(acquire(seen, "b"))]).toEqual([true, false]);
    expect(leaseOf()).toMatchObject({ owner: "a", epoch: 2 });
    expect(world.places.get("s")?.epoch).toBe(2);
  });

  test("not if it was renewed since it was looked at", () => {
    world.apply(acquire(leaseOf(), "a"));
    const seen = leaseOf();
    expect([world.apply(renew(held("a", 2))), world.apply(acquire(seen, "b"))]).toEqual([true, false]);
  });

  test("not if it is of another epoch, though its beat is the same", () => {
    expect(world.apply(acquire({ ...leaseOf(), epoch: 7 }, "a"))).toBe(false);
  });

  test("not of a shard that has ended", () => {
    const seen = leaseOf();
    world.places.set("s", ended("s", 1));
    expect(world.apply(acquire(seen, "a"))).toBe(false);
  });
});

describe("who has lost a lease", () => {
  beforeEach(() => {
    world.apply(acquire(leaseOf(), "a"));
    world.apply(acquire(leaseOf(), "b"));
  });

  test.each([
    ["renews it", () => renew(held("a", 2))],
    ["renews it, with the epoch of its new owner", () => renew(held("a", 3))],
    ["moves its place", () => checkpoint(held("a", 2), high)],
    ["ends it", () => end(held("a", 2), times, [])],
    ["ends it, with the epoch of its new owner", () => end(held("a", 3), times, [])],
    ["gives it away", () => giveUp(held("a", 2), "c")],
    ["gives it away, with the epoch of its new owner", () => giveUp(held("a", 3), "c")],
  ])("no longer %s", (_, write) => {
    const before = world.rows;
    expect(world.apply(write())).toBe(false);
    expect(world.rows).toEqual(before);
  });
});

describe("who holds a lease", () => {
  beforeEach(() => expect(world.apply(acquire(leaseOf(), "a"))).toBe(true));

  test("moves its place forward, or to where it is, and not back: numbers are compared as numbers", () => {
    expect([low, high, high, low].map((position) => world.apply(checkpoint(held("a", 2), position)))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(world.places.get("s")?.position).toBe(high);
  });

  test("ends its shard once, with its children, after which no place is moved", () => {
    const children = createShard(shard("child"), []);
    expect([world.apply(end(held("a", 2), times, children)), world.apply(end(held("a", 2), times, []))]).toEqual([
      true,
      false,
    ]);
    expect([world.leases.has("s"), world.places.has("child")]).toEqual([false, true]);
    expect(world.apply(checkpoint(held("a", 2), high))).toBe(false);
  });

  test("does not end its shard if a child is there already: all, or nothing", () => {
    world.apply(createShard(shard("child"), []));
    expect(world.apply(end(held("a", 2), times, createShard(shard("child"), [])))).toBe(false);
    expect(world.leases.has("s")).toBe(true);
  });

  test("gives it to who asked for it, in a new epoch, and to nobody", () => {
    expect(world.apply(want(leaseOf(), "b"))).toBe(true);
    expect(leaseOf().want).toBe("b");
    expect(world.apply(giveUp(held("a", 2), "b"))).toBe(true);
    expect(leaseOf()).toMatchObject({ owner: "b", epoch: 3, want: undefined });
    expect(world.places.get("s")?.epoch).toBe(3);
    expect(world.apply(giveUp(held("b", 3), undefined))).toBe(true);
    expect(leaseOf()).toMatchObject({ owner: undefined, epoch: 4 });
  });

  test("is not asked for by who has not seen that another one asked; and gives it to who asked last", () => {
    const seen = leaseOf();
    expect([world.apply(want(seen, "b")), world.apply(want(seen, "c"))]).toEqual([true, false]);
    expect(world.apply(want(leaseOf(), "c"))).toBe(true);
    expect(world.apply(giveUp(held("a", 2), "b"))).toBe(false);
    expect([world.apply(withdraw(leaseOf(), "b")), world.apply(withdraw(leaseOf(), "c"))]).toEqual([false, true]);
    expect(world.apply(giveUp(held("a", 2), "c"))).toBe(false);
    expect(leaseOf()).toMatchObject({ owner: "a", epoch: 2, want: undefined });
  });

  test("is not asked under an epoch that is over", () => {
    const seen = leaseOf();
    world.apply(giveUp(held("a", 2), undefined));
    expect(world.apply(want(seen, "c"))).toBe(false);
  });
});

test("a place is deleted once its shard has ended, and only as it was looked at", () => {
  const place = world.places.get("s") as Place;
  expect(world.apply(deletePlace(place))).toBe(false);
  world.places.set("s", ended("s", 2));
  expect([world.apply(deletePlace(place)), world.apply(deletePlace(ended("s", 2)))]).toEqual([false, true]);
});

test("rows that were deleted by hand are made again: a lease that nobody has is not free before its time", () => {
  world.apply(acquire(leaseOf(), "a"));
  const lease = leaseOf();
  const from = 12;
  const place = world.places.get("s");
  expect(repairShard("s", { lease, place, from })).toEqual([]);
  world.leases.delete("s");
  expect(world.apply(repairShard("s", { lease: undefined, place, from }))).toBe(true);
  expect(leaseOf()).toMatchObject({ epoch: 2, owner: "#gone" });
  expect(world.apply(renew(held("a", 2)))).toBe(false);
  world.places.delete("s");
  expect(world.apply(repairShard("s", { lease, place: undefined, from }))).toBe(true);
  expect(world.places.get("s")).toMatchObject({ epoch: 2, position: undefined, from });
  expect(repairShard("s", { lease: undefined, place: ended("s", 2), from })).toEqual([]);
});
