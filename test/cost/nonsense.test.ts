/** Nonsense costs no more time than its length: no pattern that goes back over it, again and again (T11). */

import { describe, expect, test } from "vitest";
import { json } from "../../src/types/json.js";
import { number } from "../../src/types/number.js";
import { datetime } from "../../src/types/time.js";
import { parseDecimal } from "../../src/wire/decimal.js";
import { load, misfit } from "../unit/codec.js";

/** Milliseconds of CPU. A quadratic pattern takes seconds for these. */
const most = 400;

function costOf(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const nonsense: { readonly [name: string]: string } = {
  "an open string of escaped quotes": `"${'\\"'.repeat(200_000)}`,
  "open quotes": '"\\'.repeat(200_000),
  "open braces": "[".repeat(400_000),
  "zeros with a digit behind": `0.1${"0".repeat(300_000)}1`,
  digits: "1".repeat(400_000),
  points: "1.".repeat(200_000),
  exponents: "1e".repeat(200_000),
  signs: "-".repeat(400_000),
};

describe.each(Object.entries(nonsense))("%s", (_, text) => {
  test("as JSON", () => {
    expect(costOf(() => misfit(() => load(json(), { S: text })))).toBeLessThan(most);
  });
  test("as a string in JSON", () => {
    expect(costOf(() => load(json(), { S: JSON.stringify([text]) }))).toBeLessThan(most);
  });
  test("as a number, a time and a decimal", () => {
    expect(costOf(() => misfit(() => load(number(), { N: text })))).toBeLessThan(most);
    expect(costOf(() => misfit(() => load(datetime(), { S: text })))).toBeLessThan(most);
    expect(costOf(() => parseDecimal(text))).toBeLessThan(most);
  });
});
