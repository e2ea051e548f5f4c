/** metadataOf(): what a model declares, as plain, frozen data. */

import { InvalidOption, integer, metadataOf, model, number, string } from "bloop-dynamodb";
import { expect, test } from "vitest";

const Thing = model(
  "Thing",
  {
    id: string().hashKey().storedAs("i"),
    at: number().rangeKey(),
    kind: string().required(),
    version: integer().version(),
  },
  {
    tableName: "things",
    indexes: {
      byKind: { hashKey: "kind", rangeKey: "at", projection: ["version"], storedAs: "kinds" },
      byVersion: { rangeKey: "version", projection: "all" },
    },
  },
);

test("columns, keys and the version", () => {
  const { name, model: declared, hashKey, rangeKey, version, columns, columnsByStoredName } = metadataOf(Thing);
  expect([name, declared]).toEqual(["Thing", Thing]);
  expect([hashKey.property, hashKey.storedName, rangeKey?.property, version?.property]).toEqual([
    "id",
    "i",
    "at",
    "version",
  ]);
  expect(
    [...columns.values()].map(({ property, type, wire, key, required }) => [property, type, wire, key, required]),
  ).toEqual([
    ["id", "string", "S", "hash", true],
    ["at", "number", "N", "range", true],
    ["kind", "string", "S", undefined, true],
    ["version", "integer", "N", undefined, false],
  ]);
  expect(columnsByStoredName.get("i")?.property).toBe("id");
});

test("indexes", () => {
  const { indexes } = metadataOf(Thing);
  const byKind = indexes.get("byKind");
  expect([byKind?.kind, byKind?.storedName, byKind?.hashKey.property, byKind?.rangeKey?.property]).toEqual([
    "global",
    "kinds",
    "kind",
    "at",
  ]);
  expect(byKind?.projection).toMatchObject([{ property: "version" }]);
  expect([indexes.get("byVersion")?.kind, indexes.get("byVersion")?.projection]).toEqual(["local", "all"]);
});

test("a model without a range key, a version or indexes has none", () => {
  const Plain = model("Plain", { id: string().hashKey() });
  const { rangeKey, version, indexes } = metadataOf(Plain);
  expect([rangeKey, version, indexes.size]).toEqual([undefined, undefined, 0]);
});

test("what is no model has none", () => {
  expect(() => metadataOf({} as never)).toThrow(InvalidOption);
});
