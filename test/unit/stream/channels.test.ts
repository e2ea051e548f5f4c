/** Streams tell of gaps and of how far they are behind, on channels for all streams of a process. */

import { expect, test } from "vitest";
import type { RecordsPage, StreamAnswer, StreamCall } from "../../../src/session/stream-session.js";
import { tellGap, telling } from "../../../src/stream/channels.js";
import { listen } from "../../support/heard.js";

const plain = ["stream:gap", "stream:lag"];

function record(createdAt: number): RecordsPage["records"][number] {
  return {
    eventId: "1",
    eventName: "INSERT",
    createdAt,
    sequenceNumber: "1",
    sizeBytes: 1,
    keys: { id: { S: "a-secret" } },
    newImage: undefined,
    oldImage: undefined,
    userIdentity: undefined,
  };
}

function sessionOf(page: RecordsPage) {
  return telling({ send: async <Call extends StreamCall>() => page as StreamAnswer<Call> }, "Account");
}

const getRecords = { kind: "getRecords", shardId: "shard-1", iterator: "i", limit: 10 } as const;

test("a page of records tells how old its last one is, and no value", async () => {
  const now = Date.now();
  const page = { records: [record(now - 9000), record(now - 4000)], nextIterator: "j" };
  const heard = await listen([], plain, async () => {
    expect(await sessionOf(page).send(getRecords, undefined)).toBe(page);
  });
  expect(heard).toEqual([
    { name: "stream:lag", context: { table: "Account", shardId: "shard-1", records: 2, lag: expect.any(Number) } },
  ]);
  expect(heard[0]?.context["lag"]).toBeGreaterThanOrEqual(4000);
  expect(heard[0]?.context["lag"]).toBeLessThan(6000);
});

test("a page without records tells nothing, nor does another call", async () => {
  const heard = await listen([], plain, async () => {
    const session = sessionOf({ records: [], nextIterator: "j" });
    await session.send(getRecords, undefined);
    await session.send({ kind: "listStreams", tableName: "Account", afterStreamArn: undefined }, undefined);
  });
  expect(heard).toEqual([]);
});

test("a clock that is behind DynamoDB's makes no negative lag", async () => {
  const page = { records: [record(Date.now() + 60_000)], nextIterator: "j" };
  const heard = await listen([], plain, () => sessionOf(page).send(getRecords, undefined));
  expect(heard[0]?.context["lag"]).toBe(0);
});

test("a gap is told with its table", async () => {
  const gap = { shardId: "shard-1", after: "7", certain: true };
  const heard = await listen([], plain, () => tellGap("Account", gap));
  expect(heard).toEqual([{ name: "stream:gap", context: { ...gap, table: "Account" } }]);
  expect(await listen([], [], () => tellGap("Account", gap))).toEqual([]);
});

test("a call that is made again after a failure is told, of each shard by itself", async () => {
  const answers: (() => object)[] = [];
  const session = telling(
    {
      async send<Call extends StreamCall>() {
        return (answers.shift()?.() ?? { records: [], nextIterator: "j" }) as StreamAnswer<Call>;
      },
    },
    "Account",
  );
  const fails = (name: string) => () => {
    throw Object.assign(new Error("no"), { name });
  };
  const send = (shardId: string) => session.send({ ...getRecords, shardId }, undefined);
  answers.push(fails("LimitExceededException"), () => ({ records: [] }), fails("InternalServerError"));
  const heard = await listen([], ["retry"], async () => {
    await expect(send("a")).rejects.toThrow("no");
    await send("b");
    await expect(send("a")).rejects.toThrow("no");
    await send("a");
    await send("a");
  });
  const told = { operation: "GetRecords", table: "Account", delay: expect.any(Number) };
  expect(heard.map(({ context }) => context)).toEqual([
    { ...told, attempt: 2, reason: "LimitExceededException" },
    { ...told, attempt: 3, reason: "InternalServerError" },
  ]);
});

test("a call that was cut short by its signal is not told, nor one that failed without listeners", async () => {
  const session = telling({ send: () => Promise.reject(new Error("no")) }, "Account");
  await expect(session.send(getRecords, undefined)).rejects.toThrow("no");
  const heard = await listen([], ["retry"], async () => {
    await expect(session.send(getRecords, AbortSignal.abort())).rejects.toThrow("no");
    await expect(session.send(getRecords, undefined)).rejects.toThrow("no");
  });
  expect(heard).toEqual([]);
});
