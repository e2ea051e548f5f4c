import { expect, test } from "vitest";
import { effort } from "../support/effort.js";
import { runKinds } from "../support/kinds.js";
import { seededRandom } from "../support/random.js";

const seed = Number(process.env.BLOOP_SEED ?? 1707);

test("no sequence of writes by several writers leaves a key that differs from its parts, or changes another kind's item", async () => {
  const random = seededRandom(seed);
  let [done, refused] = [0, 0];
  for (let run = 0; run < effort(60, 1500); run++) {
    const counts = await runKinds(random, 12).catch((error) => {
      throw new Error(`seed ${seed}, run ${run}: ${String(error)} ${String(error?.cause ?? "")}`, { cause: error });
    });
    done += counts.done;
    refused += counts.refused;
  }
  // Enough of them come through, and enough of them meet each other.
  expect(done).toBeGreaterThan(refused);
  expect(refused).toBeGreaterThan(done / 50);
});
