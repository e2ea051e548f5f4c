import { test } from "vitest";
import { makeCore } from "../support/stream/core.js";
import { Run } from "../support/stream/run.js";
test("x", () => {
  const run = new Run({ seed: 1, make: makeCore, start: "latest", maxBufferedRecords: 2, traced: true });
  for (let i = 0; i < 6; i++) run.simulator.table.write(`k${i}`, run.now);
  run.now += 120000; run.restart("latest"); run.work(60); run.now += 16 * 60000;
  for (let i = 0; i < 6; i++) run.simulator.table.write(`k${i}`, run.now);
  run.drain(1000);
  console.log(run.trace.join("\n"));
});
