/** Conditions and updates as text. */

import {
  always,
  and,
  binary,
  boolean,
  type Condition,
  InvalidCondition,
  list,
  map,
  model,
  number,
  or,
  set,
  string,
} from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { type ConditionNode, conditionNodeOf } from "../../../src/expression/condition.js";
import {
  fittingCondition,
  makeSlots,
  renderCondition,
  renderProjection,
  renderUpdate,
} from "../../../src/expression/render.js";
import type { Change } from "../../../src/expression/update.js";

const Thing = model("Thing", {
  id: string().hashKey(),
  name: string().storedAs("n"),
  count: number(),
  flag: boolean(),
  bytes: binary(),
  tags: set(string()),
  numbers: set(number()),
  items: list(map({ price: number().storedAs("p"), "odd.key": string() })),
  place: map({ city: string() }),
});

function render(condition: Condition) {
  const slots = makeSlots();
  return { text: renderCondition(conditionNodeOf(condition), slots), ...slots.placeholders() };
}

const name = { names: { "#0": "n" } };
const cases: readonly [condition: Condition, text: string, placeholders: object][] = [
  [Thing.name.eq("a"), "#0 = :0", { ...name, values: { ":0": { S: "a" } } }],
  [Thing.name.ne("a"), "#0 <> :0", { ...name, values: { ":0": { S: "a" } } }],
  [Thing.name.lt("a"), "#0 < :0", { ...name, values: { ":0": { S: "a" } } }],
  [Thing.name.le("a"), "#0 <= :0", { ...name, values: { ":0": { S: "a" } } }],
  [Thing.name.gt("a"), "#0 > :0", { ...name, values: { ":0": { S: "a" } } }],
  [Thing.name.ge("a"), "#0 >= :0", { ...name, values: { ":0": { S: "a" } } }],
  [Thing.name.eq(""), "#0 = :0", { ...name, values: { ":0": { S: "" } } }],
  [Thing.name.between("a", "b"), "#0 BETWEEN :0 AND :1", { ...name, values: { ":0": { S: "a" }, ":1": { S: "b" } } }],
  [Thing.name.in(["a", "b", "a"]), "#0 IN (:0, :1, :0)", { ...name, values: { ":0": { S: "a" }, ":1": { S: "b" } } }],
  [Thing.name.exists(), "attribute_exists(#0)", name],
  [Thing.name.notExists(), "attribute_not_exists(#0)", name],
  [Thing.name.hasType("NULL"), "attribute_type(#0, :0)", { ...name, values: { ":0": { S: "NULL" } } }],
  [Thing.name.beginsWith("a"), "begins_with(#0, :0)", { ...name, values: { ":0": { S: "a" } } }],
  [Thing.name.contains("a"), "contains(#0, :0)", { ...name, values: { ":0": { S: "a" } } }],
  [Thing.name.size.gt(3), "size(#0) > :0", { ...name, values: { ":0": { N: "3" } } }],
  [Thing.tags.contains("a"), "contains(#0, :0)", { names: { "#0": "tags" }, values: { ":0": { S: "a" } } }],
  [Thing.numbers.contains(3), "contains(#0, :0)", { names: { "#0": "numbers" }, values: { ":0": { N: "3" } } }],
  [Thing.flag.eq(true), "#0 = :0", { names: { "#0": "flag" }, values: { ":0": { BOOL: true } } }],
  [Thing.count.eq(Thing.name.size), "#0 = size(#1)", { names: { "#0": "count", "#1": "n" } }],
  [
    Thing.items.at(2).at("price").lt(Thing.count),
    "#0[2].#1 < #2",
    { names: { "#0": "items", "#1": "p", "#2": "count" } },
  ],
  [
    Thing.items.at(0).at("odd.key").exists(),
    "attribute_exists(#0[0].#1)",
    { names: { "#0": "items", "#1": "odd.key" } },
  ],
  [
    Thing.name.eq("a").and(Thing.count.gt(1)).and(Thing.flag.eq(true)),
    "(#0 = :0) AND (#1 > :1) AND (#2 = :2)",
    {
      names: { "#0": "n", "#1": "count", "#2": "flag" },
      values: { ":0": { S: "a" }, ":1": { N: "1" }, ":2": { BOOL: true } },
    },
  ],
  [
    or(Thing.name.eq("a"), and(Thing.name.eq("b"), Thing.count.eq(1)).not()),
    "(#0 = :0) OR (NOT ((#0 = :1) AND (#1 = :2)))",
    { names: { "#0": "n", "#1": "count" }, values: { ":0": { S: "a" }, ":1": { S: "b" }, ":2": { N: "1" } } },
  ],
  [Thing.name.eq("a").not().not(), "#0 = :0", { ...name, values: { ":0": { S: "a" } } }],
  [always().and(Thing.name.exists()).or(always()), "attribute_exists(#0)", name],
];

describe("a condition", () => {
  test.each(cases)("%# renders as %s", (condition, text, placeholders) => {
    expect(render(condition)).toEqual({ text, ...placeholders });
    expect(render(condition)).toEqual(render(condition));
  });

  test("of nothing has no text", () => {
    expect(render(always())).toEqual({ text: undefined });
    expect(render(and(always(), or()))).toEqual({ text: undefined });
  });

  test("shares equal values of any type", () => {
    const item = { price: 1 };
    const twice = and(
      Thing.items.eq([item]),
      Thing.items.ne([{ ...item }]),
      Thing.bytes.eq(new Uint8Array([1])),
      Thing.bytes.ne(new Uint8Array([1])),
    );
    expect(Object.keys(render(twice).values ?? {})).toEqual([":0", ":1"]);
  });

  test("keeps the values that it was built with", () => {
    const bytes = new Uint8Array([1]);
    const condition = Thing.bytes.eq(bytes);
    bytes[0] = 2;
    expect(render(condition).values).toEqual({ ":0": { B: new Uint8Array([1]) } });
  });

  test("is refused past DynamoDB's limits", () => {
    const operators = () => or(...Array.from({ length: 151 }, (_, index) => Thing.count.eq(index)));
    expect(operators).toThrow(InvalidCondition);
    expect(operators).toThrow("The condition has 301 operators; DynamoDB takes 300.");
    const long = or(
      ...Array.from({ length: 6 }, (_, part) =>
        Thing.count.in(Array.from({ length: 100 }, (_, index) => part * 1000 + index)),
      ),
    );
    expect(() => render(long.and(long.not()))).toThrow(
      /The condition is \d+ bytes long as an expression; DynamoDB takes 4096/,
    );
  });
});

test("an update has one clause for each kind of change", () => {
  const changes: Change[] = [
    { kind: "add", path: ["tags"], value: { SS: ["a"] } },
    { kind: "set", path: ["place", "city"], value: { S: "Oslo" } },
    { kind: "remove", path: ["n"] },
    { kind: "delete", path: ["numbers"], value: { NS: ["1"] } },
    { kind: "set", path: ["count"], value: { N: "1" } },
    { kind: "remove", path: ["place", "x"] },
  ];
  const slots = makeSlots();
  expect(renderUpdate(changes, slots)).toBe("SET #0.#1 = :0, #2 = :1 REMOVE #3, #0.#4 ADD #5 :2 DELETE #6 :3");
  expect(slots.placeholders().names).toEqual({
    "#0": "place",
    "#1": "city",
    "#2": "count",
    "#3": "n",
    "#4": "x",
    "#5": "tags",
    "#6": "numbers",
  });
  expect(renderUpdate([], makeSlots())).toBeUndefined();
});

test("a projection names each attribute once", () => {
  const slots = makeSlots();
  expect(renderProjection(["id", "n"], slots)).toBe("#0, #1");
  expect(slots.placeholders()).toEqual({ names: { "#0": "id", "#1": "n" } });
});

test("a condition fits until it has 300 operators, or 4 KB of text", () => {
  const fits = (node: ConditionNode) => fittingCondition(node, makeSlots()) !== undefined;
  const exists = conditionNodeOf(Thing.name.exists());
  expect(fits({ kind: "always" })).toBe(true);
  expect(fits({ kind: "and", parts: Array.from({ length: 101 }, () => exists) })).toBe(true);
  expect(fits({ kind: "and", parts: Array.from({ length: 302 }, () => exists) })).toBe(false);
});
