/** The progress of a download, for people and for logs. */

import { expect, test } from "vitest";
import { printProgress } from "../../../src/local/progress.js";

function shown(total: number): string {
  let written = "";
  const show = printProgress("Dynoxide 1.2.1", {
    write(text) {
      written += text;
      return true;
    },
  });
  for (const received of [0, total]) show({ received, total });
  return written;
}

test("a line when it starts, with its size, and one when it is done", () => {
  expect(shown(3_500_767)).toBe("Fetching Dynoxide 1.2.1 (3.5 MB), once...\nFetching Dynoxide 1.2.1: done.\n");
  expect(shown(56_573_501)).toContain("(57 MB), once...");
});
