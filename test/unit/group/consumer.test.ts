/** A worker as its user holds it: what it says if nobody listens, and its end. */

import { expect, test } from "vitest";
import { GroupConsumer } from "../../../src/group/consumer.js";
import type { StreamAnswer, StreamCall, StreamSession } from "../../../src/session/stream-session.js";
import { World } from "../../support/group/world.js";

const shards = ["shard-1", "shard-2"].map((shardId) => ({
  shardId,
  parentShardId: undefined,
  startingSequenceNumber: "1",
  endingSequenceNumber: undefined,
}));

/** A stream of two open shards without records. */
const answers = {
  listStreams: { streams: [], lastStreamArn: undefined },
  describeStream: { status: "ENABLED", shards, lastShardId: undefined },
  getShardIterator: "iterator",
  getRecords: { records: [], nextIterator: "iterator" },
} as const;
const session: StreamSession = {
  send: async <Call extends StreamCall>({ kind }: Call) => answers[kind] as unknown as StreamAnswer<Call>,
};

/** A worker that may read one of the two shards. */
function consumerOfOne(): GroupConsumer {
  const world = new World({ random: Math.random, shards: [], settings: { lease: 1000, idle: 100, every: 1 } });
  const store = { rows: async () => world.rows, write: async (write: never) => world.apply(write) };
  return new GroupConsumer({
    settings: { worker: "a 1", lease: 1000, idle: 50, every: 1, most: 1, start: undefined },
    group: "mails",
    table: "Account",
    closeWithin: 1000,
    signal: undefined,
    connect: async () => ({ session, streamArn: "arn", store, handle: async () => {} }),
  });
}

/** Runs it until it says that it is full. Returns the warnings of the process. */
async function warningsOf(consumer: GroupConsumer, isFull: () => boolean): Promise<readonly string[]> {
  const warnings: string[] = [];
  const note = ({ name, message }: Error) => {
    if (name === "BloopGroupFull") warnings.push(message);
  };
  process.on("warning", note);
  try {
    for (const end = Date.now() + 20_000; Date.now() < end && !isFull() && warnings.length === 0; )
      await new Promise((resolve) => setTimeout(resolve, 20));
    await consumer.close();
    await consumer.done;
  } finally {
    process.off("warning", note);
  }
  return warnings;
}

test("a worker that may read no more shards warns of those that wait, if nobody listens", async () => {
  const warnings = await warningsOf(consumerOfOne(), () => false);
  expect(warnings).toEqual([
    "1 of the shards of Account have no reader: the worker a 1 of the group mails has as many as maxShards allows. Raise it, or start more workers.",
  ]);
});

test("who listens is told, and no warning is made", async () => {
  const consumer = consumerOfOne();
  const told: object[] = [];
  consumer.on("full", (event) => told.push(event));
  expect(await warningsOf(consumer, () => told.length > 0)).toEqual([]);
  expect(told).toEqual([{ shards: 1, waiting: 1 }]);
});
