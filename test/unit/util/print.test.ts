import { describe, expect, test } from "vitest";
import { didYouMean, print, printList, shorten } from "../../../src/util/print.js";

class Money {
  readonly cents = 5n;
}
const cycle: Record<string, unknown> = {};
cycle.self = cycle;

test.each<[unknown, string]>([
  ["a\n", `"a\\n"`],
  ["x".repeat(100), `"${"x".repeat(78)}…`],
  [1, "1"],
  [-0, "-0"],
  [Number.NaN, "NaN"],
  [1n, "1n"],
  [true, "true"],
  [null, "null"],
  [undefined, "undefined"],
  [Symbol("s"), "Symbol(s)"],
  [() => 1, "a function"],
  [Money, "the function Money"],
  [new Date(0), "1970-01-01T00:00:00.000Z"],
  [new Date(Number.NaN), "an invalid Date"],
  [new Uint8Array(3), "3 bytes"],
  [new Set([1]), "a Set of 1"],
  [new Map(), "a Map of 0"],
  [new Money(), `{"cents":"5n"}`],
  [Object.create(null), "{}"],
  [{ toJSON: () => undefined }, "an object"],
  [cycle, "an object that contains itself"],
  [["a", [1]], `["a",[1]]`],
])("case %# prints as %2$s", (value, text) => {
  expect(print(value)).toBe(text);
});

test("shorten leaves 80 characters", () => {
  expect(shorten("x".repeat(80))).toBe("x".repeat(80));
  expect(shorten("x".repeat(81))).toBe(`${"x".repeat(79)}…`);
});

test.each([
  [[], ""],
  [["a"], `"a"`],
  [["a", "b"], `"a" and "b"`],
  [["a", "b", "c"], `"a", "b" and "c"`],
])("%j as a list", (names, text) => {
  expect(printList(names)).toBe(text);
});

describe("didYouMean", () => {
  const known = ["email", "name", "verified", "__proto__"];
  test.each([
    ["emial", `; did you mean "email"?`],
    ["Email", `; did you mean "email"?`],
    ["names", `; did you mean "name"?`],
    ["verifed", `; did you mean "verified"?`],
    ["_proto__", `; did you mean "__proto__"?`],
    ["zzz", ""],
    ["something else entirely", ""],
  ])("%s%s", (name, hint) => {
    expect(didYouMean(name, known)).toBe(hint);
  });

  test("names up to three, nearest first", () => {
    expect(didYouMean("cat", ["bat", "cart", "cat2", "cats", "dog"])).toBe(`; did you mean "bat", "cart" or "cat2"?`);
    expect(didYouMean("items", ["item", "time"])).toBe(`; did you mean "item"?`);
    expect(printList(["a", "b"], "or")).toBe(`"a" or "b"`);
    expect(didYouMean("x", [])).toBe("");
  });
});

describe("a name from outside", () => {
  test("of a megabyte costs little, and is shortened and escaped in messages", () => {
    const known = Array.from({ length: 30 }, (_, index) => `column${index}`);
    const start = process.cpuUsage();
    for (const name of ["x".repeat(1e6), "\n".repeat(1e6), "column".repeat(2e5)]) {
      expect(didYouMean(name, known)).toBe("");
      expect(print(name).length).toBeLessThanOrEqual(80);
      expect(print(name)).not.toContain("\n");
      expect(printList([name, name]).length).toBeLessThan(200);
    }
    expect(process.cpuUsage(start).user).toBeLessThan(500_000);
  });
});
