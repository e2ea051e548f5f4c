import { describe, expect, test } from "vitest";
import { backoff, once, pause, runBounded } from "../../../src/util/async.js";

describe("pause", () => {
  test("waits", async () => {
    const begin = performance.now();
    await pause(20);
    expect(performance.now() - begin).toBeGreaterThan(15);
  });

  test("is ended by the signal, with the signal's own reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const waiting = pause(60_000, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(pause(60_000, controller.signal)).rejects.toBe(reason);
    await expect(pause(1, AbortSignal.timeout(60_000))).resolves.toBe(undefined);
  });
});

test("once() runs a function once for all callers, and again only where it failed", async () => {
  let runs = 0;
  const load = once(async () => {
    runs++;
    if (runs === 1) throw new Error("not yet");
    return runs;
  });
  const [first, second] = await Promise.allSettled([load(), load()]);
  expect([first?.status, second?.status, runs]).toEqual(["rejected", "rejected", 1]);
  expect(await Promise.all([load(), load()])).toEqual([2, 2]);
  expect(await load()).toBe(2);
});

test.each([
  [0, 0.5, 50],
  [1, 0.5, 100],
  [3, 1, 800],
  [20, 0.5, 500],
  [5, 0, 0],
])("backoff of attempt %i at %d is %d ms", (attempt, random, milliseconds) => {
  expect(backoff(attempt, 100, 1000, () => random)).toBe(milliseconds);
});

test("backoff is random by itself", () => {
  const all = Array.from({ length: 20 }, () => backoff(0, 1000, 1000));
  expect(new Set(all).size).toBeGreaterThan(1);
  expect(all.every((milliseconds) => milliseconds >= 0 && milliseconds < 1000)).toBe(true);
});

describe("runBounded", () => {
  test("runs at most so many at once, finishes all, and keeps the order", async () => {
    let running = 0;
    let most = 0;
    const outcomes = await runBounded([30, 1, 10, 5, 1], 2, async (milliseconds) => {
      most = Math.max(most, ++running);
      await pause(milliseconds);
      running--;
      if (milliseconds === 10) throw new Error("ten");
      return milliseconds * 2;
    });
    expect(most).toBe(2);
    expect(outcomes).toEqual([
      { status: "fulfilled", value: 60 },
      { status: "fulfilled", value: 2 },
      { status: "rejected", reason: new Error("ten") },
      { status: "fulfilled", value: 10 },
      { status: "fulfilled", value: 2 },
    ]);
  });

  test("takes none, and functions that throw at once", async () => {
    expect(await runBounded([], 3, async () => 1)).toEqual([]);
    const outcomes = await runBounded([1], 3, () => {
      throw new Error("at once");
    });
    expect(outcomes).toEqual([{ status: "rejected", reason: new Error("at once") }]);
  });
});
