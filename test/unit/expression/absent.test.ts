/** What a condition says of no item, against an evaluator that has an item without attributes. */

import fc, { type Arbitrary } from "fast-check";
import { describe, expect, test } from "vitest";
import { holdsWithoutItem } from "../../../src/expression/absent.js";
import type { ConditionNode, Operand } from "../../../src/expression/condition.js";
import type { Path } from "../../../src/expression/path.js";
import { evaluate } from "../../support/evaluate.js";

const path: Path = { owner: { name: "Thing" }, stored: ["a"], local: ["a"] };
const value: Operand = { kind: "value", value: { N: "1" } };
const text: Operand = { kind: "value", value: { S: "S" } };
const subject: Operand = { kind: "path", path };
const size: Operand = { kind: "size", path };

const leaves: readonly ConditionNode[] = [
  { kind: "always" },
  { kind: "exists", path },
  { kind: "notExists", path },
  { kind: "hasType", path, argument: text },
  { kind: "beginsWith", path, argument: text },
  { kind: "contains", path, argument: text },
  { kind: "between", subject, low: value, high: value },
  { kind: "in", subject, values: [value] },
  ...(["=", "<>", "<", "<=", ">", ">="] as const).flatMap((comparator): ConditionNode[] =>
    [subject, size].map((left) => ({ kind: "compare", comparator, left, right: value })),
  ),
];
const { node } = fc.letrec<{ node: ConditionNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(...leaves),
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      parts: fc.array(tie("node"), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant("not" as const), inner: tie("node") }),
  ) as Arbitrary<ConditionNode>,
}));

describe("a condition on no item", () => {
  test.each(leaves.map((leaf) => [JSON.stringify(leaf), leaf] as const))("%s", (_, leaf) => {
    expect([undefined, evaluate(leaf, {})]).toContain(holdsWithoutItem(leaf));
  });

  test("says what it says of an item without attributes, or nothing", () => {
    let plain = 0;
    fc.assert(
      fc.property(node, (one) => {
        const holds = holdsWithoutItem(one);
        if (holds === undefined) return;
        plain++;
        expect(holds).toBe(evaluate(one, {}));
      }),
      { numRuns: 2000 },
    );
    expect(plain).toBeGreaterThan(1000);
  });

  test("of `<>` nothing is said, since DynamoDB compares a value with none", () => {
    const unlike: ConditionNode = { kind: "compare", comparator: "<>", left: subject, right: value };
    expect(holdsWithoutItem(unlike)).toBeUndefined();
    expect(holdsWithoutItem({ kind: "not", inner: unlike })).toBeUndefined();
    expect(holdsWithoutItem({ kind: "and", parts: [unlike, { kind: "exists", path }] })).toBe(false);
    expect(holdsWithoutItem({ kind: "or", parts: [unlike, { kind: "exists", path }] })).toBeUndefined();
  });
});
