/** What a place offers when only its value says which attribute type it has. */

import {
  boolean,
  dynamicList,
  dynamicMap,
  InvalidCondition,
  InvalidValue,
  integer,
  list,
  map,
  model,
  oneOf,
  recursive,
  string,
  type Type,
} from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { conditionNodeOf } from "../../../src/expression/condition.js";
import { makeSlots, renderCondition } from "../../../src/expression/render.js";

interface Tree {
  name: string;
  children?: Tree[] | undefined;
}
const tree: Type<Tree, "M"> = map({ name: string().required(), children: list(recursive(() => tree)) });
const old = integer().transform({
  load: (n) => n === 1,
  dump(): number {
    throw new TypeError("not true or false");
  },
});
const Loose = model("Loose", {
  id: string().hashKey(),
  any: dynamicMap(),
  items: dynamicList(),
  tree,
  flag: oneOf(boolean(), old),
});

describe("a place of dynamic data", () => {
  test.each([
    [() => Loose.any.at("n").gt(4), "#0.#1 > :0", { N: "4" }],
    [() => Loose.any.at("a").at("b").at(2).beginsWith("x"), "begins_with(#0.#1.#2[2], :0)", { S: "x" }],
    [() => Loose.any.at("t").contains(null), "contains(#0.#1, :0)", { NULL: true }],
    [() => Loose.any.at("t").size.le(3), "size(#0.#1) <= :0", { N: "3" }],
    [() => Loose.items.at(0).at("x").eq(["y"]), "#0[0].#1 = :0", { L: [{ S: "y" }] }],
    [() => Loose.items.contains(1), "contains(#0, :0)", { N: "1" }],
    [() => Loose.tree.at("children").at(1).at("name").lt("x"), "#0.#1[1].#2 < :0", { S: "x" }],
    [() => Loose.flag.eq(true), "#0 = :0", { BOOL: true }],
    [() => Loose.flag.contains("x"), "contains(#0, :0)", { S: "x" }],
  ])("%s", (make, text, value) => {
    const slots = makeSlots();
    expect(renderCondition(conditionNodeOf(make()), slots)).toBe(text);
    expect(slots.placeholders().values).toEqual({ ":0": value });
  });

  test.each([
    [() => Loose.any.at("n").gt(true), InvalidCondition, "takes a value of type"],
    [() => Loose.any.at("n").between("a", null), InvalidCondition, "this one is of type NULL"],
    [() => Loose.any.at("n").beginsWith(3 as never), InvalidCondition, "asked for its beginning"],
    [() => Loose.items.at(-1), InvalidCondition, "takes an index from 0, got -1"],
    [() => Loose.any.at("n").at(0.5), InvalidCondition, "takes an index from 0, got 0.5"],
    [() => Loose.any.at("n").at(Symbol("x") as never), InvalidCondition, "has no key"],
    [() => Loose.any.at("n").eq(undefined as never), InvalidCondition, "use notExists()"],
    [() => Loose.any.at("n").eq(new Date() as never), InvalidValue, "a value that DynamoDB has a type for"],
    [() => Loose.flag.eq("x" as never), InvalidValue, "none of its types takes"],
  ])("refuses %s", (make, type, message) => {
    expect(make).toThrow(type);
    expect(make).toThrow(message);
  });
});
