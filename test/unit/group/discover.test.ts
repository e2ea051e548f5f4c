/** Where a group begins: all of it is decided once, and kept in its rows. */

import { describe, expect, test } from "vitest";
import { discover } from "../../../src/group/discover.js";
import type { GroupSource, Ports } from "../../../src/group/ports.js";
import { beginning, createShard, type Place } from "../../../src/group/rows.js";
import type { StreamShard } from "../../../src/session/stream-session.js";
import { World } from "../../support/group/world.js";

const minute = 60_000;
const hour = 60 * minute;

/** A table whose shards were made at the given hours; each follows the one before. */
class Group {
  readonly world = new World({ random: Math.random, shards: [], settings: { lease: 1000, idle: 100, every: 1 } });
  readonly shards: StreamShard[];
  readonly ports: Ports;
  now = 24 * hour;
  isDated = true;

  constructor(hours: readonly number[]) {
    this.shards = hours.map((made, index) => ({
      shardId: `made at ${made}`,
      parentShardId: index === 0 ? undefined : `made at ${hours[index - 1]}`,
      startingSequenceNumber: "1",
      endingSequenceNumber: index === hours.length - 1 ? undefined : "9",
    }));
    const madeAt = (shardId: string) => Number(shardId.slice("made at ".length)) * hour;
    const source: GroupSource = {
      list: async () => ({ shards: this.shards, isDisabled: false }),
      listRecent: () => source.list(),
      lookFor: async () => "unknown",
      madeAt: (shardId) => (this.isDated ? madeAt(shardId) : undefined),
      follows: (shardId, time) => madeAt(shardId) + 15 * minute < time,
      read: async () => ({ records: [], isEnd: false, isAtTip: true }),
      forget: () => {},
    };
    const store = { rows: async () => this.world.rows, write: async (write: never) => this.world.apply(write) };
    const clock = { now: () => this.now, time: () => this.now, sleep: async () => {} };
    this.ports = { store, source, clock, emit: () => {}, handle: async () => {} };
  }

  /** As often as workers look, until nothing changes. */
  async look(start: number | undefined): Promise<void> {
    for (let before = -1; before < this.world.writes.length; ) {
      before = this.world.writes.length;
      await discover(this.ports, { rows: this.world.rows, asOf: this.now }, start);
    }
  }

  get places(): Record<string, Pick<Place, "from">> {
    const places = [...this.world.places.values()].filter(({ shardId }) => shardId !== beginning);
    return Object.fromEntries(places.map(({ shardId, from }) => [shardId, { from }]));
  }
}

const from = 20 * hour;

describe("a group that is new", () => {
  test("has the oldest shard first, and all of it, unless it begins at a time", async () => {
    const group = new Group([4, 8, 12, 16, 20]);
    await group.look(undefined);
    expect(group.places).toEqual({ "made at 4": { from: undefined } });
    expect(group.world.places.get(beginning)).toMatchObject({ since: 24 * hour, from: undefined });
  });

  test("passes over shards that were closed before it begins, and has the shard of its time at once", async () => {
    const group = new Group([4, 8, 12, 19, 23]);
    await group.look(from);
    // What follows the shard that was made at 12 is a good while older than the beginning.
    expect(group.places).toEqual({ "made at 19": { from } });
  });

  test("passes over none whose end may be later than the time in the id of its child", async () => {
    const group = new Group([4, 8, 12, 19.9, 23]);
    await group.look(from);
    expect(group.places).toEqual({ "made at 12": { from } });
  });

  test("does not look for a parent that is not listed, and older", async () => {
    const group = new Group([12, 19, 23]);
    group.shards.shift();
    await group.look(from);
    expect(group.places).toEqual({ "made at 19": { from } });
    const whole = new Group([12, 19, 23]);
    whole.shards.shift();
    await whole.look(undefined);
    expect(whole.places).toEqual({});
  });

  test("wants all of a shard that was made since, or that follows one of which a record was handled", async () => {
    for (const [made, position, wanted] of [
      [21, undefined, undefined],
      [20, undefined, from],
      [20, "7", undefined],
    ] as const) {
      const group = new Group([19, made]);
      await group.look(from);
      const parent = group.world.places.get("made at 19");
      expect(parent?.from).toBe(from);
      if (parent !== undefined) group.world.places.set("made at 19", { ...parent, position, isEnded: true });
      group.world.leases.delete("made at 19");
      await group.look(from);
      expect(group.places[`made at ${made}`]).toEqual({ from: wanted });
    }
  });
});

test("a shard whose id tells no time may have records as old as its parent was read up to", async () => {
  for (const [readTo, since] of [
    [20 * hour, 20 * hour],
    [undefined, 23 * hour],
  ] as const) {
    const group = new Group([19, 21]);
    group.isDated = false;
    await group.look(undefined);
    const parent = group.world.places.get("made at 19");
    if (parent !== undefined)
      group.world.places.set("made at 19", { ...parent, isEnded: true, since: 23 * hour, readTo });
    group.world.leases.delete("made at 19");
    await group.look(undefined);
    expect(group.world.places.get("made at 21")?.since).toBe(since);
  }
});

describe("a group that is there", () => {
  test("goes on where the first of its workers began it, whatever another one asks for", async () => {
    const group = new Group([19, 23]);
    await group.look(from);
    const before = group.world.rows;
    await group.look(undefined);
    await group.look(23 * hour);
    expect(group.world.rows).toEqual(before);
  });

  test("that another worker has just begun is looked at again first", async () => {
    const group = new Group([19, 23]);
    const seen = group.world.rows;
    await group.look(from);
    const { length } = group.world.writes;
    await discover(group.ports, { rows: seen, asOf: group.now }, undefined);
    expect(group.world.writes).toHaveLength(length);
  });

  test("whose beginning was deleted by hand begins at the earliest time of its shards", async () => {
    const group = new Group([19, 23]);
    await group.look(from);
    group.world.places.delete(beginning);
    await group.look(23 * hour);
    expect(group.world.places.get(beginning)?.from).toBe(from);
    group.world.apply(createShard({ shardId: "whole", parents: [], since: 0, from: undefined }, []));
    group.world.places.delete(beginning);
    await group.look(23 * hour);
    expect(group.world.places.get(beginning)?.from).toBeUndefined();
  });

  test("makes a place again that was deleted by hand: it is read from the beginning on", async () => {
    const group = new Group([19, 23]);
    await group.look(from);
    group.world.places.delete("made at 19");
    await group.look(from);
    expect(group.places["made at 19"]).toEqual({ from });
  });
});
