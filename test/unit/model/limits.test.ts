/** The limits for the values of a write: keys of indexes, and the size of an item. */

import { model, number, string } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../src/model/change/edit.js";
import { assertIndexKey, assertSize, writtenAtMost } from "../../../src/model/change/limits.js";
import { metaOf } from "../../../src/model/registry.js";
import { sizeOfAttributes } from "../../../src/wire/size.js";

const Thing = model(
  "Thing",
  { id: string().hashKey(), name: string(), sort: number(), sortText: string().nullable() },
  {
    indexes: {
      bySort: { hashKey: "sort", projection: "keys" },
      byText: { hashKey: "id", rangeKey: "sortText", projection: "keys" },
    },
  },
);
const meta = metaOf(Thing);
const item = { id: { S: "1" }, name: { S: "Ada" } };

describe("keys of indexes", () => {
  const column = (name: string) => {
    const found = meta.byProperty.get(name);
    if (found === undefined) throw new Error(name);
    return found;
  };

  test.each([
    ["sortText", { NULL: true } as const, "is NULL, which DynamoDB refuses for keys"],
    ["sortText", { S: "" }, 'it is a key of the index "byText", and is empty'],
    ["sortText", { S: "x".repeat(1025) }, "DynamoDB takes 1024"],
  ])("%s of %j is refused", (name, attribute, message) => {
    expect(() => assertIndexKey(meta, column(name), attribute, item)).toThrow(message);
  });

  test.each([
    ["sortText", { S: "x".repeat(1024) }],
    ["sort", { N: "0" }],
    ["name", { S: "" }],
    ["id", { S: "" }],
  ])(
    "%s takes any value that its index can hold; a column that is not a key of an index takes any value",
    (name, attribute) => {
      expect(() => assertIndexKey(meta, column(name), attribute, item)).not.toThrow();
    },
  );
});

describe("the size of an item", () => {
  const key = { id: { S: "1" } };
  const text = (length: number) => [{ kind: "replace", path: ["name"], value: { S: "x".repeat(length) } } as const];
  const most = 400 * 1024 - sizeOfAttributes({ ...key, name: { S: "" } });

  test("of 400 KB is taken, and one byte more refused", () => {
    expect(() => assertSize(meta, key, text(most))).not.toThrow();
    expect(() => assertSize(meta, key, text(most + 1))).toThrow("has 409601 bytes; DynamoDB takes items of 409600");
  });

  test("is never estimated too low, whatever the edits", () => {
    const edits = [
      { kind: "elements", path: ["tags"], tag: "SS", added: [{ S: "é" }], removed: [] },
      { kind: "increase", path: ["n"], amount: { N: "12345" } },
      { kind: "append", path: ["l"], elements: [{ S: "x" }] },
      { kind: "prepend", path: ["p"], elements: [{ S: "x" }] },
      { kind: "setIfMissing", path: ["a", "b", "c"], value: { S: "x" } },
      { kind: "graft", path: ["g"], value: { M: { x: { S: "y" } } } },
      { kind: "replace", path: ["gone"], value: undefined },
    ] as const;
    expect(writtenAtMost(key, edits)).toBeGreaterThanOrEqual(sizeOfAttributes(applyEdits(key, edits)));
  });
});
