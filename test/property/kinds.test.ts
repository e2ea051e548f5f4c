import { expect, test } from "vitest";
import { effort } from "../support/effort.js";
import { runKinds, wayNames } from "../support/kinds.js";
import { seededRandom } from "../support/random.js";

const seed = Number(process.env.BLOOP_SEED ?? 1707);

test("no sequence of writes by several writers leaves a key that differs from its parts, or changes another kind's item", async () => {
  const random = seededRandom(seed);
  const [done, refused]: [string[], string[]] = [[], []];
  for (let run = 0; run < effort(60, 400); run++) {
    const counts = await runKinds(random, 12).catch((error) => {
      throw new Error(`seed ${seed}, run ${run}: ${String(error)} ${String(error?.cause ?? "")}`, { cause: error });
    });
    done.push(...counts.done);
    refused.push(...counts.refused);
  }
  // Enough of them come through, of each way to write, and enough of them meet each other.
  expect(done.length).toBeGreaterThan(refused.length / 2);
  expect(refused.length).toBeGreaterThan(done.length / 50);
  for (const way of wayNames) expect(done.filter((one) => one === way).length, way).toBeGreaterThan(0);
});
