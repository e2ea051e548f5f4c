/** The tags key and template: what they refuse, and the keys that their parts make. */

import { InvalidModel, integer, key, keyOf, string, table, template } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";

/** A part as somebody without a compiler writes it. */
const part = (given: unknown) => given as "id";

describe("a part of key`` is refused that is", () => {
  test.each<[given: unknown, problem: string]>([
    [7, "it is a column's name, or an object"],
    [null, "it is a column's name, or an object"],
    [{ width: 3 }, "its column is not a text"],
    [{ column: "id", widht: 3 }, 'it takes "column" and "width", not "widht"'],
    [{ column: "id", case: "lower" }, 'it takes "column" and "width", not "case"'],
    [{ column: "id", fill: "0" }, 'it takes "column" and "width", not "fill"'],
    [{ column: "id", width: 0 }, "its width is not a whole number from 1 to 38"],
    [{ column: "id", width: 39 }, "its width is not a whole number from 1 to 38"],
    [{ column: "id", width: "3" }, "its width is not a whole number from 1 to 38"],
  ])("%j", (given, problem) => {
    const sentence = `The part ${JSON.stringify(given)} of key\`\` can't be: ${problem}.`;
    expect(() => key`A#${part(given)}`).toThrow(new InvalidModel(sentence));
  });
});

describe("a part of template`` is refused that is", () => {
  test.each<[given: unknown, problem: string]>([
    [{ column: "id", case: "middle" }, 'its case is neither "lower" nor "upper"'],
    [{ column: "id", pad: 0 }, "its pad is not a whole number from 1 to 255"],
    [{ column: "id", pad: 256 }, "its pad is not a whole number from 1 to 255"],
    [{ column: "id", pad: 3, fill: "00" }, "its fill is not one character"],
    [{ column: "id", pad: 3, fill: 0 }, "its fill is not one character"],
    [{ column: "id", pad: 3, fill: "\ud800" }, "its fill is not one character"],
    [{ column: "id", fill: "0" }, "it has a fill and no pad, the length to fill it up to"],
    [{ column: "id", pad: 3, width: 3 }, "it has both a width and a pad"],
  ])("%j", (given, problem) => {
    const sentence = `The part ${JSON.stringify(given)} of template\`\` can't be: ${problem}.`;
    expect(() => template`A#${part(given)}`).toThrow(new InvalidModel(sentence));
  });
});

test.each<[what: string, make: () => unknown, sentence: string]>([
  ["an empty key", () => key``, "key`` is empty; it takes constants and columns."],
  ["an empty template", () => template``, "template`` is empty; it takes constants and columns."],
  ["a call of key", () => key("A" as never), "key is a tag of a template, such as key`ORDER#"],
  ["a call of template", () => template(["A"] as never), "template is a tag of a template, such as template`ORDER#"],
  [
    "a column beside its constant",
    () => key`A${"id"}`,
    'The text "A" of a key: its pieces are divided by one "#" each',
  ],
  ["an empty piece", () => key`A##${"id"}`, 'The text "A##" of a key: its pieces are divided by one "#" each'],
  ["a key that closes itself", () => key`A#${"id"}#`, 'The text "#" of a key: its pieces are divided by one "#" each'],
])("%s is refused", (_, make, sentence) => {
  expect(make).toThrow(InvalidModel);
  expect(make).toThrow(sentence);
});

describe("a part of template`` with a format", () => {
  const Old = table("old", { hashKey: "pk", kind: "_k" });
  const columns = { code: string(), n: integer() };
  const Lower = Old.model("Lower", columns, { key: { pk: template`l_${{ column: "code", case: "lower" }}` } });
  const Upper = Old.model("Upper", columns, { key: { pk: template`U_${{ column: "code", case: "upper" }}` } });
  const Filled = Old.model("Filled", columns, { key: { pk: template`f_${{ column: "n", pad: 4 }}` } });
  const Both = Old.model("Both", columns, {
    key: { pk: template`b_${{ column: "code", pad: 6, fill: "-", case: "lower" }}` },
  });

  test.each([
    ["a case", keyOf(Lower, { code: "Ab" }), "l_ab"],
    ["the other case", keyOf(Upper, { code: "Ab" }), "U_AB"],
    ["a length", keyOf(Filled, { n: 42 }), "f_0042"],
    ["a length, a fill and a case", keyOf(Both, { code: "Ab" }), "b_----ab"],
  ])("%s", (_, made, pk) => {
    expect(made).toEqual({ pk });
  });
});
