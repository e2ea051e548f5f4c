/** The core of streams, step by step on small scripted streams. */

import { expect, test } from "vitest";
import { drive, Source, shardId, t0, write } from "./source.js";

test("everything in the shards is delivered, each shard in its order", () => {
  const source = new Source();
  const shards = ["a", "b", "c"].map((tail) => source.shard(shardId(t0, `0000000${tail}`)));
  const written = shards.map((shard) => write(shard, 2500));
  const { drain, core } = drive(source, { maxBufferedRecords: 1500 });
  const taken = drain();
  expect(taken.length).toBe(7500);
  for (const sequence of written) {
    const own = new Set(sequence);
    expect(taken.filter((number) => own.has(number))).toEqual(sequence);
  }
  expect(core.buffered).toEqual({ records: 0, bytes: 0 });
});

test("a child is read when its parent was delivered", () => {
  const source = new Source();
  const parent = source.shard(shardId(t0));
  const first = write(parent, 10);
  parent.closed = true;
  const child = source.shard(shardId(t0 + 1), parent.id);
  const second = write(child, 10);
  const driven = drive(source);
  expect(driven.drain()).toEqual([...first, ...second]);
  expect(driven.events).toEqual([["shardEnded", { shardId: parent.id }]]);
});
