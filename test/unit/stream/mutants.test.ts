/** Each mutant changes words of the source that are there, once: the long form plays them. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { mutants, outsideMutants } from "../../support/stream/mutants.js";
import { histories } from "../../support/stream/outside-histories.js";

const source = fileURLToPath(new URL("../../../src/stream/", import.meta.url));

test.each([...mutants, ...outsideMutants])("$name", (mutant) => {
  for (const { file, find } of mutant.and === undefined ? [mutant] : [mutant, mutant.and]) {
    expect(readFileSync(source + file, "utf8").split(find)).toHaveLength(2);
  }
});

test.each(outsideMutants)("there is a history for: $name", ({ history }) => {
  expect(Object.keys(histories).filter((name) => history.test(name))).not.toEqual([]);
});
