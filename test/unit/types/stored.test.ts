/** Values that move within a list stay as they are stored, to the letter: also those inside of elements that changed. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dumpOnto } from "../../../src/types/codec/stored.js";
import { list } from "../../../src/types/list.js";
import { map } from "../../../src/types/map.js";
import { number } from "../../../src/types/number.js";
import { uuid } from "../../../src/types/string.js";
import { definitionOf, type Type } from "../../../src/types/type.js";
import type { Attribute } from "../../../src/wire/attribute.js";

const id = (digit: number) => `0000000a-0000-4000-8000-00000000000${digit}`;
const upper = (digit: number): Attribute => ({ S: id(digit).toUpperCase() });
const lower = (digit: number): Attribute => ({ S: id(digit) });
const L = (...elements: Attribute[]): Attribute => ({ L: elements });
const row = (at: Attribute, count: number): Attribute => ({ M: { at, count: { N: String(count) } } });
const ids = list(uuid());
const rows = list(map({ at: uuid(), count: number() }));

function changed<Local>(type: Type<Local>, stored: Attribute, change: (value: Local) => Local): Attribute | undefined {
  const { codec } = definitionOf(type);
  return dumpOnto(codec, change(codec.load(stored) as Local), 1, stored);
}

describe("what was loaded is stored as it was", () => {
  test.each<[string, Attribute | undefined, Attribute]>([
    ["in its place", changed(ids, L(upper(1), upper(2)), (all) => all), L(upper(1), upper(2))],
    ["elsewhere in the list", changed(ids, L(upper(1), upper(2)), (all) => all.toReversed()), L(upper(2), upper(1))],
    [
      "in a list that moved",
      changed(list(ids), L(L(upper(1)), L(upper(2))), (all) => all.toReversed()),
      L(L(upper(2)), L(upper(1))),
    ],
    [
      "in a list that moved and grew",
      changed(list(ids), L(L(upper(1)), L(upper(2))), ([one = [], two = []]) => [[...two, id(3)], one]),
      L(L(upper(2), lower(3)), L(upper(1))),
    ],
    [
      "in a map that moved, and of which something else changed",
      changed(rows, L(row(upper(1), 1), row(upper(2), 2)), ([one, two]) => [{ ...two, count: 3 }, { ...one }]),
      L(row(upper(2), 3), row(upper(1), 1)),
    ],
    [
      "with keys that the type does not know",
      changed(rows, L({ M: { at: upper(1), other: upper(2) } }), (all) => [{ at: id(3) }, ...all]),
      L({ M: { at: lower(3) } }, { M: { at: upper(1), other: upper(2) } }),
    ],
  ])("%s", (_, dumped, expected) => {
    expect(dumped).toEqual(expected);
  });

  test("unless it does not load: then a value that can't be dumped is an error", () => {
    const { codec } = definitionOf(number());
    expect(() => dumpOnto(codec, "one", 1, { S: "two" })).toThrow("a finite number");
  });

  test("in any order, with any of them left out", () => {
    const digits = fc.uniqueArray(fc.nat(9), { minLength: 1 });
    const two = digits.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all)));
    fc.assert(
      fc.property(two, ([all, some]) => {
        expect(changed(ids, L(...all.map(upper)), () => some.map(id))).toEqual(L(...some.map(upper)));
      }),
    );
  });
});
