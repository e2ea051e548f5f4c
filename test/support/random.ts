/** Randomness from a seed, for simulators whose runs can be repeated. */

import { type Random, seededRandom } from "../../src/testing/random.js";

export { type Random, seededRandom };

export function pick<Element>(random: Random, from: readonly Element[]): Element {
  const found = from[Math.floor(random() * from.length)];
  if (found === undefined) throw new Error("nothing to pick from");
  return found;
}
