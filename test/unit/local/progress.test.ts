/** A download's progress, for people and for logs. */

import { expect, test } from "vitest";
import { printProgress } from "../../../src/local/progress.js";

function shown(isTTY: boolean): string[] {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) > 0 };
  const show = printProgress("Fetching", stream);
  for (const received of [0, 1, 500_000, 1_000_000, 1_000_000]) show({ received, total: 1_000_000 });
  return written;
}

test("a bar on a terminal, drawn anew where it moves", () => {
  expect(shown(true)).toEqual([
    "\rFetching [.........................] 0 %",
    "\rFetching [############.............] 50 %",
    "\rFetching [#########################] 100 %\n",
  ]);
});

test("two lines elsewhere", () => {
  expect(shown(false)).toEqual(["Fetching (1 MB)...\n", "Fetching: done.\n"]);
});
