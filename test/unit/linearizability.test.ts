/** The checker of histories is checked itself, by histories whose answer is known. */

import { expect, test } from "vitest";
import { isLinearizable, type Operation, type Step } from "../support/linearizability.js";

type Input = { readonly write: number } | "read";
type Of = Operation<Input, number | "done">;

const step: Step<number, Input, number | "done"> = (state, { input, output }) => {
  if (input === "read") return output === undefined || output === state ? { state } : undefined;
  return { state: input.write };
};
const operation = (called: number, returned: number, input: Input, output: Of["output"]): Of => ({
  called,
  returned,
  input,
  output,
});

test.each<[string, boolean, Of[]]>([
  ["nothing at all", true, []],
  ["a read of what was written before", true, [operation(1, 2, { write: 7 }, "done"), operation(3, 4, "read", 7)]],
  ["a read of what was written over", false, [operation(1, 2, { write: 7 }, "done"), operation(3, 4, "read", 0)]],
  ["a read beside a write, before it", true, [operation(1, 4, { write: 7 }, "done"), operation(2, 3, "read", 0)]],
  ["a read beside a write, after it", true, [operation(1, 4, { write: 7 }, "done"), operation(2, 3, "read", 7)]],
  [
    "two reads beside a write, the second of which goes back",
    false,
    [operation(1, 6, { write: 7 }, "done"), operation(2, 3, "read", 7), operation(4, 5, "read", 0)],
  ],
  ["an unclear write that was done late", true, [operation(1, 2, { write: 7 }, undefined), operation(8, 9, "read", 7)]],
  [
    "an unclear write that was never done",
    true,
    [operation(1, 2, { write: 7 }, undefined), operation(8, 9, "read", 0)],
  ],
  ["a read of what nobody wrote", false, [operation(1, 2, { write: 7 }, "done"), operation(3, 4, "read", 8)]],
  [
    "two writes and reads that see them in two orders",
    false,
    [
      operation(1, 2, { write: 7 }, "done"),
      operation(1, 2, { write: 8 }, "done"),
      operation(3, 4, "read", 7),
      operation(5, 6, "read", 8),
    ],
  ],
])("%s", (_, expected, history) => {
  expect(isLinearizable(history, 0, step)).toBe(expected);
});
