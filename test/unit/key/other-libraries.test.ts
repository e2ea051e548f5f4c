/** The faults that other libraries have with composed keys, each by its name. */

import { describe, expect, test } from "vitest";
import { closedFormat } from "../../../src/key/closed.js";
import type { KeyFormat } from "../../../src/key/format.js";
import { decodeKey, encodeKey, type KeyRange, type PartRange, selectKeys } from "../../../src/key/key.js";
import { openFormat } from "../../../src/key/open.js";
import { compareKeys, constant, part } from "../../support/keys.js";

const N = (value: number) => ({ N: String(value) });
const S = (text: string) => ({ S: text });

function selects(range: KeyRange, text: string): boolean {
  if (range.kind === "all") return true;
  if (range.kind === "beginsWith") return text.startsWith(range.text);
  if (range.kind === "between") return compareKeys(range.low, text) <= 0 && compareKeys(text, range.high) <= 0;
  const order = compareKeys(text, range.text);
  return { "=": order === 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[range.comparator];
}

function found(format: KeyFormat, keys: readonly (readonly [number, string])[], range: PartRange) {
  const { range: selected } = selectKeys(format, [], range);
  return keys.filter(([n, s]) => selects(selected, encodeKey(format, [N(n), S(s)])));
}

describe("ElectroDB", () => {
  const format = closedFormat([constant("ITEM"), part("n", "N"), part("s", "S")]);
  const keys = [
    [1, "a"],
    [1, "b"],
    [2, "a"],
    [9, "a"],
    [10, "a"],
  ] as const;

  test("gt() of the first of two parts yields items that are equal to it", () => {
    expect(found(format, keys, { kind: "gt", value: N(1) })).toEqual(keys.slice(2));
  });

  test("lte() of the first of two parts misses items that are equal to it", () => {
    expect(found(format, keys, { kind: "le", value: N(1) })).toEqual(keys.slice(0, 2));
  });

  test("a number that is not padded sorts as a text: 9 after 10", () => {
    const sorted = [...keys].sort((one, other) =>
      compareKeys(encodeKey(format, [N(one[0]), S(one[1])]), encodeKey(format, [N(other[0]), S(other[1])])),
    );
    expect(sorted).toEqual(keys);
  });

  test("ids that differ in their letters have one key", () => {
    const id = closedFormat([constant("USER"), part("id", "S")]);
    expect(encodeKey(id, [S("Ab")])).not.toBe(encodeKey(id, [S("ab")]));
  });

  test("values that hold the text between two parts have the key of other values", () => {
    const pair = closedFormat([constant("x"), part("p", "S"), constant("a"), part("q", "S")]);
    expect(encodeKey(pair, [S("1#a_2"), S("3")])).not.toBe(encodeKey(pair, [S("1"), S("2#a_3")]));
    const pasted = openFormat([constant("$x#p_"), part("p", "S"), constant("#a_"), part("q", "S")]);
    expect(() => encodeKey(pasted, [S("1#a_2"), S("3")])).toThrow("would be read as another one");
    expect(encodeKey(pasted, [S("1"), S("2#a_3")])).toBe("$x#p_1#a_2#a_3");
  });
});

describe("a number that JavaScript writes with an exponent", () => {
  test("has one key in bloop's own format, whatever its spelling", () => {
    const format = closedFormat([part("n", "N")]);
    const keys = ["1e-7", "1E-7", "0.0000001", "0.00000010"].map((text) => encodeKey(format, [{ N: text }]));
    expect(new Set(keys).size).toBe(1);
  });

  test.each(["1e-7", "-0.0000001", "1e21", "1000000000000000000000"])("%s is refused by template()", (text) => {
    const format = openFormat([constant("N#"), part("n", "N")]);
    expect(() => encodeKey(format, [{ N: text }])).toThrow("no one spelling");
    expect(decodeKey(format, `N#${text.replace("1000000000000000000000", "1e21")}`)).not.toEqual([{ N: "1e-7" }]);
  });

  test.each(["0.000001", "0", "100000000000000000000", "-1.5"])("%s is taken", (text) => {
    const format = openFormat([constant("N#"), part("n", "N")]);
    expect(encodeKey(format, [{ N: text }])).toBe(`N#${text}`);
  });
});

describe("ElectroDB's padding", () => {
  const format = openFormat([
    constant("$n_"),
    part("n", "N", { padding: { length: 4, fill: "0" } }),
    constant("#s_"),
    part("s", "S", { padding: { length: 3, fill: "-" } }),
  ]);

  test.each([
    ["7", "a", "$n_0007#s_--a"],
    ["0", "", "$n_0000#s_---"],
    ["12345", "abcd", "$n_12345#s_abcd"],
    ["-1", "a-", "$n_00-1#s_-a-"],
  ])("of %s and %j is written, and read back", (n, s, key) => {
    expect(encodeKey(format, [{ N: n }, S(s)])).toBe(key);
    expect(decodeKey(format, key)).toEqual([{ N: n }, S(s)]);
  });

  test("refuses a value that it would hide", () => {
    expect(() => encodeKey(format, [{ N: "1" }, S("-a")])).toThrow("would be read as another one");
    expect(decodeKey(format, "$n_007#s_--a")).toBeUndefined();
  });
});

describe("a last text in lower case is compared in lower case", () => {
  const format = openFormat([constant("$mail_"), part("mail", "S", { letters: "lower" })]);
  const mails = ["a", "A0", "B", "b0", "C"];
  test.each<[string, PartRange, string[]]>([
    ["le", { kind: "le", value: S("B") }, ["a", "A0", "B"]],
    ["gt", { kind: "gt", value: S("B") }, ["b0", "C"]],
    ["ge", { kind: "ge", value: S("b") }, ["B", "b0", "C"]],
    ["between", { kind: "between", low: S("A0"), high: S("b") }, ["A0", "B"]],
    ["beginsWith", { kind: "beginsWith", value: S("A") }, ["a", "A0"]],
  ])("by %s", (_, range, expected) => {
    const { range: selected, except } = selectKeys(format, [], range);
    expect(except).toBeUndefined();
    expect(mails.filter((mail) => selects(selected, encodeKey(format, [S(mail)])))).toEqual(expected);
  });

  test("and by lt() not at all, which can't leave out its own end", () => {
    expect(() => selectKeys(format, [], { kind: "lt", value: S("b") })).toThrow("use le()");
  });
});
