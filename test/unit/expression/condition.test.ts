/** Conditions: how they are joined, and which columns they name. */

import { always, and, type Condition, InvalidCondition, model, number, or, string } from "bloop-dynamodb";
import { expect, test } from "vitest";
import { allOf, assertOwner, conditionNodeOf, pathsOf } from "../../../src/expression/condition.js";
import { metaOf } from "../../../src/model/registry.js";

const Thing = model("Thing", { id: string().hashKey(), a: number(), b: number(), c: number() });
const Other = model("Other", { id: string().hashKey() });
const { a, b, c } = Thing;
const [one, two, three] = [a.eq(1), b.eq(2), c.eq(3)];

/** `(a and b)`: the operations by the first column of each. */
function shape(condition: Condition): string {
  const print = (node: ReturnType<typeof conditionNodeOf>): string => {
    if (node.kind === "and" || node.kind === "or") return `(${node.parts.map(print).join(` ${node.kind} `)})`;
    return node.kind === "not" ? `not ${print(node.inner)}` : String(pathsOf(node)[0]?.local[0] ?? node.kind);
  };
  return print(conditionNodeOf(condition));
}

test.each<[Condition, string]>([
  [one.and(two), "(a and b)"],
  [one.and(two).and(three), "(a and b and c)"],
  [one.and(two.and(three)), "(a and b and c)"],
  [one.or(two).and(three), "((a or b) and c)"],
  [one.and(two).or(three), "((a and b) or c)"],
  [one.not(), "not a"],
  [one.not().not(), "a"],
  [one.and(two).not(), "not (a and b)"],
  [and(one, two, three), "(a and b and c)"],
  [or(one, or(two, three)), "(a or b or c)"],
  [and(one), "a"],
  [and(), "always"],
  [or(), "always"],
  [always(), "always"],
  [always().and(one), "a"],
  [one.or(always()), "a"],
  [and(always(), one, always(), two), "(a and b)"],
])("%#: %s", (condition, text) => {
  expect(shape(condition)).toBe(text);
});

test("joining makes a new condition", () => {
  expect(shape(one)).toBe("a");
  expect(Object.isFrozen(one)).toBe(true);
});

test("always() has no opposite", () => {
  expect(() => always().not()).toThrow(InvalidCondition);
});

test.each([[undefined], [{}], ["a = 1"]])("%j is no condition", (value) => {
  expect(() => conditionNodeOf(value as never)).toThrow("Expected a condition");
});

test("every column that a condition names is found, in its order", () => {
  const all = and(
    a.gt(b),
    c.between(a, 1),
    b.in([1, c]),
    a.exists().not(),
    Thing.id.beginsWith(Thing.id.eq("x") ? "x" : "y"),
    or(b.hasType("N"), always()),
  );
  expect(pathsOf(conditionNodeOf(all)).map(({ local }) => local[0])).toEqual([
    "a",
    "b",
    "c",
    "a",
    "b",
    "c",
    "a",
    "id",
    "b",
  ]);
  expect(pathsOf(conditionNodeOf(always()))).toEqual([]);
});

test("a column of another model is refused", () => {
  expect(() => assertOwner(conditionNodeOf(one), metaOf(Thing))).not.toThrow();
  expect(() => assertOwner(conditionNodeOf(one.and(Other.id.eq("x") as never)), metaOf(Thing))).toThrow(
    "A condition for Thing uses a column of Other: id.",
  );
});

test("all of a list hold: of none, always()", () => {
  expect(allOf([]).kind).toBe("always");
  expect(allOf([conditionNodeOf(one)])).toBe(conditionNodeOf(one));
});
