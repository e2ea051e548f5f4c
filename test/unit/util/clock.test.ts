import { expect, test } from "vitest";
import { makeClock } from "../../../src/util/clock.js";

test("a clock never goes back, and keeps up with a machine that slept", () => {
  let [wall, steady] = [1_000_000, 0];
  const clock = makeClock(
    () => wall,
    () => steady,
  );
  expect(clock()).toBe(1_000_000);
  [wall, steady] = [500_000, 10];
  expect(clock()).toBe(1_000_010);
  [wall, steady] = [9_000_000, 20];
  expect(clock()).toBe(9_000_000);
  expect(makeClock()()).toBeGreaterThan(Date.UTC(2025, 0));
});
