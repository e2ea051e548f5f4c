import { expect, test } from "vitest";
import * as limits from "../../../src/wire/limits.js";

test("are those of AWS's page", () => {
  expect(limits).toMatchObject({
    maxDigits: 38,
    maxExponent: 125,
    minExponent: -130,
    maxHashKeyBytes: 2048,
    maxRangeKeyBytes: 1024,
    maxItemBytes: 400 * 1024,
    maxDepth: 32,
    maxInOperands: 100,
    maxExpressionBytes: 4096,
    maxOperators: 300,
    maxBatchGetKeys: 100,
  });
});
