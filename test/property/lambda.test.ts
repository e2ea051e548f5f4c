/**
 * streamHandler() on the local event source, with failures, time-outs and hanging handlers at random: every record is
 * handled, a record of an item only after those before it, and none is dropped. The oracle knows nothing but the records
 * that there were and which handler ended well.
 *
 * BLOOP_LAMBDA_RUNS says how many runs, BLOOP_SEED which.
 */

import { Engine, model, number, string } from "bloop-dynamodb";
import { streamHandler } from "bloop-dynamodb/lambda";
import { runEventSource } from "bloop-dynamodb/testing";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { effort } from "../support/effort.js";
import { changeOf } from "../support/lambda-events.js";
import { recordingClient } from "../support/recording-client.js";

const numRuns = Number(process.env["BLOOP_LAMBDA_RUNS"] ?? effort(150, 5000));
const seed = Number(process.env["BLOOP_SEED"] ?? 20_262);

const Order = model("Order", { id: string().hashKey(), total: number() }, { stream: { include: ["new", "old"] } });
const engine = new Engine({ dynamodb: recordingClient() });

/** What a handler does with a record at an attempt: it ends after some time, fails, or hangs. */
const deed = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("ends"), after: fc.constantFrom(0, 1, 40, 120) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("fails"), after: fc.constantFrom(0, 1, 40) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("hangs"), after: fc.constant(0) }) },
);

const schedule = fc.record({
  keys: fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 25 }),
  /** Of the attempts of all records, in the order in which they begin; when they are over, all end well. */
  deeds: fc.array(deed, { maxLength: 40 }),
  concurrency: fc.integer({ min: 1, max: 5 }),
  mode: fc.constantFrom("report" as const, "throw" as const),
  margin: fc.constantFrom(10, 50),
  source: fc.record({
    batchSize: fc.integer({ min: 1, max: 10 }),
    bisectBatchOnFunctionError: fc.boolean(),
    parallelizationFactor: fc.integer({ min: 1, max: 3 }),
  }),
});
type Schedule = typeof schedule extends fc.Arbitrary<infer One> ? One : never;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function play({ keys, deeds, concurrency, mode, margin, source }: Schedule) {
  const left = [...deeds];
  const handled = new Set<number>();
  /** Of each item, the handlers that are under way in the invocation that is. */
  const running = new Map<string, AbortSignal>();
  let starts = 0;
  const handler = streamHandler(
    engine,
    Order,
    async ({ key: { id }, new: order }, { signal }) => {
      const number = order?.total ?? -1;
      starts += 1;
      // The oracle: all records of the item before this one were handled, and none is under way beside it.
      for (const [index, key] of keys.entries()) if (key === id && index < number) expect(handled).toContain(index);
      const other = running.get(id);
      if (other !== undefined) expect(other.aborted).toBe(true);
      running.set(id, signal);
      const { kind, after } = left.shift() ?? { kind: "ends", after: 0 };
      if (kind === "hangs")
        await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      if (after > 0) await new Promise((resolve) => setTimeout(resolve, after));
      if (running.get(id) === signal) running.delete(id);
      if (kind === "fails") throw new Error("no");
      handled.add(number);
    },
    { concurrency, mode, margin },
  );
  const records = keys.map((key, number) => changeOf({ key, number }));
  const running_ = runEventSource(handler, records, {
    ...source,
    timeout: 200,
    reportBatchItemFailures: mode === "report",
  });
  const settled = running_.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  let outcome: Awaited<typeof settled> | undefined;
  void settled.then((one) => {
    outcome = one;
  });
  while (outcome === undefined) await vi.advanceTimersByTimeAsync(200);
  if ("error" in outcome) throw outcome.error;
  return { ...outcome.value, handled, starts };
}

test(`${numRuns} random runs of seed ${seed}: every record is handled, in the order of its item, and none is dropped`, {
  timeout: 3_600_000,
}, async () => {
  const counts = { success: 0, partial: 0, error: 0, timeout: 0 };
  await fc.assert(
    fc.asyncProperty(schedule, async (one) => {
      const { handled, discarded, invocations } = await play(one);
      expect([...handled].sort((left, right) => left - right)).toEqual([...one.keys.keys()]);
      expect(discarded).toEqual([]);
      for (const { outcome } of invocations) counts[outcome] += 1;
    }),
    { numRuns, seed },
  );
  expect(counts.partial).toBeGreaterThan(numRuns / 4);
  expect(counts.error).toBeGreaterThan(numRuns / 4);
  // The margin ends an invocation before its time is over.
  expect(counts.timeout).toBe(0);
});

test("a handler that never fails makes no failure list, and handles each record once", async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (one) => {
      const { invocations, starts } = await play({ ...one, deeds: [] });
      expect(new Set(invocations.map(({ outcome }) => outcome))).toEqual(new Set(["success"]));
      expect(starts).toBe(one.keys.length);
    }),
    { numRuns: 30, seed },
  );
});
