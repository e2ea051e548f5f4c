/** Nothing of a user's stands in the text of an expression. */

import { type Condition, list, map, model, or, string } from "bloop-dynamodb";
import fc from "fast-check";
import { expect, test } from "vitest";
import { conditionNodeOf } from "../../src/expression/condition.js";
import { makeSlots, renderCondition, renderProjection, renderUpdate } from "../../src/expression/render.js";
import type { Change } from "../../src/expression/update.js";

const word =
  /#[0-9a-z]+|:[0-9a-z]+|\[\d+\]|attribute_exists|attribute_not_exists|attribute_type|begins_with|contains|size|BETWEEN|AND|OR|NOT|IN|SET|REMOVE|ADD|DELETE|[<>=]+|[(),. ]/g;

/** What is left of a text when everything is taken out of it that an expression is made of. */
const rest = (text: string | undefined) => text?.replaceAll(word, "");

const name = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.string({ minLength: 1, unit: "binary" }),
  fc.constantFrom("SELECT", "a.b", "#0", ":0", "x = y OR z", "attribute_exists(id)", "constructor", "💥"),
);

test("no name or value appears in a condition, and the same condition has the same text", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { minLength: 2, maxLength: 4 }),
      name,
      fc.array(fc.string(), { minLength: 1, maxLength: 5 }),
      (names, inner, values) => {
        const [hash = "h", ...others] = names.filter((one) => one !== "prototype" && one !== "__proto__");
        const columns = others.map((one, index) => [`c${index}`, string().storedAs(one)] as const);
        const Thing = model("Thing", {
          hash: string().hashKey().storedAs(hash),
          ...Object.fromEntries(columns),
          deep: list(map({ inner: string().storedAs(inner) })).storedAs(`${names.join()}!`),
        });
        const [first = "", second = first] = values;
        const conditions: Condition<"Thing">[] = [
          Thing.hash.eq(first),
          Thing.hash.in(values),
          Thing.hash.beginsWith(first).and(Thing.hash.contains(second)).not(),
          Thing.deep.at(3).at("inner").ne(Thing.hash),
          Thing.deep.size.gt(1),
          Thing.deep.at(0).at("inner").notExists(),
        ];
        const node = conditionNodeOf(or(...conditions));
        const [slots, again] = [makeSlots(), makeSlots()];
        const text = renderCondition(node, slots);
        expect(rest(text)).toBe("");
        expect(renderCondition(node, again)).toBe(text);
        expect(again.placeholders()).toEqual(slots.placeholders());
        const used = Object.values(slots.placeholders().names ?? {});
        expect(new Set(used).size).toBe(used.length);
      },
    ),
  );
});

test("no name or value appears in an update or a projection", () => {
  const path = fc
    .array(fc.oneof(name, fc.nat(9)), { minLength: 1, maxLength: 3 })
    .map(([first, ...more]) => [String(first), ...more]);
  const value = fc.string().map((S) => ({ S }));
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({ kind: fc.constant("set" as const), path, value }),
    fc.record({ kind: fc.constant("remove" as const), path }),
    fc.record({
      kind: fc.constantFrom("add" as const, "delete" as const),
      path,
      value: fc.string().map((one) => ({ SS: [one] })),
    }),
  );
  fc.assert(
    fc.property(fc.array(change, { minLength: 1 }), fc.array(name), (changes, names) => {
      expect(rest(renderUpdate(changes, makeSlots()))).toBe("");
      expect(rest(renderProjection(names, makeSlots()))).toBe("");
    }),
  );
});
