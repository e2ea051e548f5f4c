import { describe, expect, test } from "vitest";
import { closedFormat } from "../../../src/key/closed.js";
import { mayBegin, mayEqual, sameFormat } from "../../../src/key/format.js";
import { decodeKey, encodeKey, type PartRange, selectKeys } from "../../../src/key/key.js";
import { decodeNumber, encodeNumber, plainNumber } from "../../../src/key/number.js";
import { openFormat } from "../../../src/key/open.js";
import { constant, part } from "../../support/keys.js";

const order = closedFormat([constant("ORDER"), part("at", "S"), part("n", "N")]);

describe("the stored format, version 1", () => {
  test.each([
    ["0", "2"],
    ["-0.0", "2"],
    ["9", "31319"],
    ["10", "31321"],
    ["-9", "18680~"],
    ["1.50", "313115"],
    ["0.001", "31281"],
    ["-120", "186687~"],
    ["1E-130", "30011"],
    ["9.9E125", "325699"],
  ])("the number %s is %s", (text, encoded) => {
    expect(encodeNumber(text)).toBe(encoded);
    expect(encodeNumber(decodeNumber(encoded) ?? "")).toBe(encoded);
  });

  test.each([
    ["", "#"],
    ["plain é 😀", "plain$20é$20😀#"],
    ["a#b", "a$23b#"],
    ["$23", "$2423#"],
    ["\u0000\n!", "$00$0a$21#"],
    ["%~", "%~#"],
  ])("the text %j is %s", (S, encoded) => {
    const format = closedFormat([part("a", "S")]);
    expect(encodeKey(format, [{ S }])).toBe(encoded);
    expect(decodeKey(format, encoded)).toEqual([{ S }]);
  });

  test("bytes, booleans, numbers with a width, and constants", () => {
    const format = closedFormat([constant("A B"), part("b", "B"), part("c", "BOOL"), part("n", "N", { width: 6 })]);
    const values = [{ B: Uint8Array.of(0, 171) }, { BOOL: true }, { N: "42" }] as const;
    expect(encodeKey(format, values)).toBe("A$20B#00ab#1#000042#");
    expect(decodeKey(format, "A$20B#00ab#1#000042#")).toEqual(values);
    expect(decodeKey(format, "A$20B#00AB#1#000042#")).toBeUndefined();
    expect(decodeKey(format, "A$20B#00ab#2#000042#")).toBeUndefined();
    expect(decodeKey(format, "A$20B#00ab#1#42#")).toBeUndefined();
    expect(decodeKey(format, "A B#00ab#1#000042#")).toBeUndefined();
  });

  test.each(["1000000", "-1", "0.5"])("the number %s does not fit a width", (N) => {
    const format = closedFormat([part("n", "N", { width: 6 })]);
    expect(() => encodeKey(format, [{ N }])).toThrow("a whole number from 0 to 999999");
  });

  test("half of a surrogate pair, a value of another type, and no number are refused", () => {
    expect(() => encodeKey(order, [{ S: "\ud800" }])).toThrow("surrogate");
    expect(() => encodeKey(order, [{ N: "1" }])).toThrow("another type than S");
    expect(() => encodeKey(order, [{ S: "" }, { N: "x" }])).toThrow("no decimal number");
    expect(decodeKey(order, "ORDER#\ud800#2#")).toBeUndefined();
  });
});

describe("ranges", () => {
  const S = (text: string) => ({ S: text });
  test.each<[string, PartRange | undefined, unknown]>([
    ["lt", { kind: "lt", value: S("m") }, { kind: "between", low: "ORDER#", high: "ORDER#m" }],
    ["le", { kind: "le", value: S("m") }, { kind: "between", low: "ORDER#", high: "ORDER#m$" }],
    ["gt", { kind: "gt", value: S("m") }, { kind: "between", low: "ORDER#m$", high: "ORDER$" }],
    ["ge", { kind: "ge", value: S("m") }, { kind: "between", low: "ORDER#m#", high: "ORDER$" }],
    ["between", { kind: "between", low: S("a"), high: S("m") }, { kind: "between", low: "ORDER#a#", high: "ORDER#m$" }],
    ["beginsWith", { kind: "beginsWith", value: S("m ") }, { kind: "beginsWith", text: "ORDER#m$20" }],
    ["none", undefined, { kind: "beginsWith", text: "ORDER#" }],
  ])("%s stays inside of the kind", (_, range, expected) => {
    expect(selectKeys(order, [], range).range).toEqual(expected);
  });

  test("all parts by eq() are one key", () => {
    expect(selectKeys(order, [S("m"), { N: "9" }]).range).toEqual({
      kind: "compare",
      comparator: "=",
      text: "ORDER#m#31319#",
    });
  });

  test("without a constant in front, a bound is never empty", () => {
    const bare = closedFormat([part("a", "S")]);
    const one = (kind: "lt" | "le" | "gt" | "ge" | "beginsWith") => selectKeys(bare, [], { kind, value: S("") }).range;
    expect(one("lt")).toEqual({ kind: "compare", comparator: "<", text: "#" });
    expect(one("le")).toEqual({ kind: "compare", comparator: "<", text: "$" });
    expect(one("gt")).toEqual({ kind: "compare", comparator: ">", text: "$" });
    expect(one("ge")).toEqual({ kind: "compare", comparator: ">=", text: "#" });
    expect(one("beginsWith")).toEqual({ kind: "all" });
    expect(selectKeys(bare, []).range).toEqual({ kind: "all" });
  });
});

describe("keys that could be taken for each other", () => {
  const ord = closedFormat([constant("ORD"), part("id", "S")]);
  const plain = closedFormat([constant("ORDER"), part("id", "S")]);
  const line = closedFormat([constant("ORDER"), part("id", "S"), constant("LINE"), part("n", "N")]);
  const bare = closedFormat([part("id", "S")]);

  test("ORD and ORDER are apart, ORDER and ORDER...LINE begin alike and are never equal", () => {
    expect([mayBegin(ord, plain), mayEqual(ord, plain)]).toEqual([false, false]);
    expect([mayBegin(plain, line), mayBegin(line, plain), mayEqual(plain, line)]).toEqual([true, true, false]);
    expect([mayBegin(plain, bare), mayBegin(bare, plain), mayEqual(bare, plain)]).toEqual([true, true, false]);
  });

  test("formats are the same if they make the same keys", () => {
    expect(sameFormat(plain, closedFormat([constant("ORDER"), part("other", "S")]))).toBe(true);
    expect(sameFormat(plain, closedFormat([constant("ORDER"), part("id", "N")]))).toBe(false);
  });
});

describe("keys of tables that exist", () => {
  const post = openFormat([constant("USER#"), part("id", "S"), constant("#POST#"), part("post", "S")]);

  test("are pasted together, and read back", () => {
    expect(encodeKey(post, [{ S: "a#1" }, { S: "b" }])).toBe("USER#a#1#POST#b");
    expect(decodeKey(post, "USER#a#1#POST#b")).toEqual([{ S: "a#1" }, { S: "b" }]);
    expect(decodeKey(post, "POST#b")).toBeUndefined();
  });

  test.each(["1#POST#2", "1#POST"])("the value %s, which would be read as another key, is refused", (S) => {
    expect(() => encodeKey(post, [{ S }, { S: "POST#3" }])).toThrow("would be read as another one");
  });

  test("parts that nothing holds apart are refused", () => {
    expect(() => openFormat([part("a", "S"), part("b", "S")])).toThrow("put a constant between them");
    expect(() => openFormat([part("a", "B")])).toThrow("stored as B");
  });

  test("do not keep the order of a part in the middle, nor of a number without a width", () => {
    expect(() => selectKeys(post, [], { kind: "gt", value: { S: "a" } })).toThrow("does not keep its order");
    const date = openFormat([constant("D#"), part("date", "S", { isFixed: true, padding: { length: 30, fill: "0" } })]);
    expect(() => selectKeys(date, [], { kind: "gt", value: { S: "a" } })).toThrow("does not keep its order");
    const count = openFormat([constant("N#"), part("n", "N")]);
    expect(() => selectKeys(count, [], { kind: "gt", value: { N: "9" } })).toThrow("does not keep its order");
  });

  test.each([
    ["1.50", "1.5"],
    ["1E3", "1000"],
    ["-0.0", "0"],
    ["-1.5E-3", "-0.0015"],
  ])("the number %s is written as %s", (text, plain) => {
    expect(plainNumber(text)).toBe(plain);
  });
});
