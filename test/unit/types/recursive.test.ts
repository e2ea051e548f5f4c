import { expect, test } from "vitest";
import { list } from "../../../src/types/list.js";
import { map, record } from "../../../src/types/map.js";
import { integer } from "../../../src/types/number.js";
import { recursive } from "../../../src/types/recursive.js";
import { string } from "../../../src/types/string.js";
import { definitionOf, type Type } from "../../../src/types/type.js";
import { union } from "../../../src/types/union.js";
import type { Attribute } from "../../../src/wire/attribute.js";
import { dump, load, misfit, table } from "../codec.js";

test("has the sums of the type that it stands for", () => {
  const whole = integer();
  const { sums } = definitionOf(recursive(() => whole)).codec;
  expect(sums?.most).toBe(Number.MAX_SAFE_INTEGER);
});

test("refuses anything but a type, at its first use", () => {
  const { codec } = definitionOf(recursive(() => "string" as never));
  expect(() => codec.load({ S: "a" })).toThrow("Expected a type such as string()");
});

interface Tree {
  name: string;
  children?: Tree[] | undefined;
}
const tree: Type<Tree, "M"> = map({ name: string().required(), children: list(recursive(() => tree)) });

const leaf: Attribute = { M: { name: { S: "leaf" } } };

table("recursive", tree, {
  both: [
    [{ name: "leaf" }, leaf],
    [
      { name: "root", children: [{ name: "leaf" }, { name: "leaf", children: [] }] },
      { M: { name: { S: "root" }, children: { L: [leaf, { M: { name: { S: "leaf" }, children: { L: [] } } }] } } },
    ],
  ],
  refusesToLoad: [
    [{ M: { name: { S: "a" }, children: { L: [{ M: {} }] } } }, "a required value is missing", ["children", 0, "name"]],
  ],
  refusesToDump: [
    [
      { name: "a", children: [{ name: "b", children: [{ name: 1 }] }] },
      "expected a string, got a number",
      ["children", 0, "children", 0, "name"],
    ],
  ],
});

test("undeclared keys survive at every level", () => {
  const wire: Attribute = {
    M: { name: { S: "a" }, x: { N: "1" }, children: { L: [{ M: { name: { S: "b" }, y: { N: "2" } } }] } },
  };
  expect(dump(tree, load(tree, wire))).toEqual(wire);
});

test("a tree that holds itself is refused for its depth, and not by a stack overflow", () => {
  const root: Tree = { name: "root", children: [] };
  root.children?.push(root);
  const error = misfit(() => dump(tree, root));
  expect(error.message).toBe("lists and maps are nested deeper than DynamoDB's 32 levels");
});

test("a tree of 15 generations is stored, and of 16 refused", () => {
  const generations = (count: number): Tree =>
    count === 0 ? { name: "x" } : { name: "x", children: [generations(count - 1)] };
  expect(dump(tree, generations(15))).toBeDefined();
  expect(() => dump(tree, generations(16))).toThrow("32 levels");
});

test("is looked up once, when it is first used, with the modifiers of its own", () => {
  let lookups = 0;
  const lazy = recursive(() => {
    lookups++;
    return tree;
  });
  const nullable = lazy.nullable();
  const named = lazy.storedAs("t");
  expect(lookups).toBe(0);
  expect(load(nullable, { NULL: true })).toBe(null);
  expect(load(named, leaf)).toEqual({ name: "leaf" });
  expect(definitionOf(lazy).codec).toMatchObject({ name: "map", wire: "M" });
  expect(definitionOf(lazy).codec.inside?.kind).toBe("map");
  expect(definitionOf(nullable).codec.name).toBe("map");
  expect(lookups).toBe(1);
});

test("records and unions may hold themselves too", () => {
  type Menu = { [key: string]: Menu };
  const menu: Type<Menu, "M"> = record(recursive(() => menu));
  const wire: Attribute = { M: { file: { M: { open: { M: {} } } } } };
  expect(load(menu, wire)).toEqual({ file: { open: {} } });
  expect(dump(menu, { file: { open: {} } })).toEqual(wire);

  type Expression = { kind: "name"; name: string } | { kind: "not"; of: Expression };
  const expression: Type<Expression, "M"> = union("kind", {
    name: { name: string().required() },
    not: { of: recursive(() => expression).required() },
  });
  const not: Expression = { kind: "not", of: { kind: "name", name: "x" } };
  const dumped = dump(expression, not);
  expect(dumped && load(expression, dumped)).toEqual(not);
});

test("whether a value is as it is stored is found at any depth", () => {
  const { codec } = definitionOf(recursive(() => tree));
  const stored: Attribute = { M: { name: { S: "root" }, children: { L: [leaf] } } };
  expect(codec.isStored?.({ name: "root", children: [{ name: "leaf" }] }, stored)).toBe(true);
  expect(codec.isStored?.({ name: "root", children: [{ name: "other" }] }, stored)).toBe(false);
});
