import { expect, test } from "vitest";
import { assertNever, invariant } from "../../../src/util/assert.js";

test("invariant passes what holds, and blames bloop for the rest", () => {
  invariant(1, "no");
  expect(() => invariant(0, "a page has no items")).toThrow(
    "bloop: a page has no items. This is a mistake in bloop; please report it.",
  );
});

test("assertNever shows what came", () => {
  expect(() => assertNever({ kind: "new" } as never)).toThrow(
    `bloop: unexpected {"kind":"new"}. This is a mistake in bloop; please report it.`,
  );
});
