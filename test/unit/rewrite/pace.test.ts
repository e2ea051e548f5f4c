/** The limit of capacity of checks and rewritings. */

import { expect, test } from "vitest";
import { makePace } from "../../../src/rewrite/pace.js";

const consumed = (units: number) => [
  { tableName: "t", units, readUnits: undefined, writeUnits: undefined, indexes: {} },
];

/** Whether a promise is settled after a turn. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => true), new Promise<boolean>((done) => setImmediate(done, false))]);
}

test("reads and writes wait for their own units, until the average is within the limit", async () => {
  let now = 0;
  const pace = makePace({ readUnits: 1000, writeUnits: 500 }, () => now);
  pace.note("Scan", consumed(10));
  pace.note("UpdateItem", consumed(2));
  pace.note("TransactWriteItems", consumed(8));
  now = 10;
  expect(await isDone(pace.reads(undefined))).toBe(true);
  const waiting = pace.writes(undefined);
  expect(await isDone(waiting)).toBe(false);
  now = 20;
  await waiting;
});

test("without a limit nobody waits, and time that has passed is not saved up", async () => {
  let now = 0;
  const pace = makePace({ readUnits: 10 }, () => now);
  pace.note("UpdateItem", consumed(1000));
  expect(await isDone(pace.writes(undefined))).toBe(true);
  now = 60_000;
  pace.note("Scan", consumed(100));
  const stop = new AbortController();
  const waiting = pace.reads(stop.signal);
  stop.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
});
