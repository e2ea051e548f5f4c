/** Declared models against tables: what is requested, what differs, what comes next. */

import { type AnyModel, datetime, key, model, number, string, table, timestamp } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import type { Meta } from "../../../src/model/meta.js";
import { metaOf } from "../../../src/model/registry.js";
import { compareModels, compareTable } from "../../../src/table/compare.js";
import { nextStep } from "../../../src/table/plan.js";
import { createTableRequest, type TableModels } from "../../../src/table/request.js";
import type { DescribedTable } from "../../../src/wire/table.js";

const columns = {
  store: string().hashKey(),
  at: datetime().rangeKey().storedAs("t"),
  total: number(),
  kind: string(),
  expires: timestamp(),
};
const Receipt = model("Receipt", columns, {
  indexes: {
    byKind: { hashKey: "kind", rangeKey: "total", projection: ["expires", "kind"] },
    byTotal: { rangeKey: "total", projection: "all", storedAs: "by-total" },
  },
  stream: { include: ["new", "old"] },
  ttl: { column: "expires" },
  billing: "provisioned",
  readUnits: 5,
  encryption: true,
  backups: true,
});
const Plain = model("Plain", { store: string().hashKey(), at: datetime().rangeKey().storedAs("t") });

function sharing(...models: AnyModel[]): TableModels {
  const [first, ...others] = models.map(metaOf);
  const metas: [Meta, ...Meta[]] = [first ?? metaOf(Plain), ...others];
  return { tableName: "shop", metas };
}

const described = (models: TableModels): DescribedTable => {
  const { BillingMode, ...request } = createTableRequest(models);
  return {
    ...request,
    TableStatus: "ACTIVE",
    BillingModeSummary: { BillingMode },
    SSEDescription: { Status: "ENABLED" },
  };
};

describe("a table's request", () => {
  test("has the keys, indexes and options of its model", () => {
    expect(createTableRequest(sharing(Receipt))).toEqual({
      TableName: "shop",
      KeySchema: [
        { AttributeName: "store", KeyType: "HASH" },
        { AttributeName: "t", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "store", AttributeType: "S" },
        { AttributeName: "t", AttributeType: "S" },
        { AttributeName: "kind", AttributeType: "S" },
        { AttributeName: "total", AttributeType: "N" },
      ],
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 1 },
      GlobalSecondaryIndexes: [
        {
          IndexName: "byKind",
          KeySchema: [
            { AttributeName: "kind", KeyType: "HASH" },
            { AttributeName: "total", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["expires"] },
          ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
        },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: "by-total",
          KeySchema: [
            { AttributeName: "store", KeyType: "HASH" },
            { AttributeName: "total", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
      SSESpecification: { Enabled: true },
    });
  });

  test("has keys of several attributes: all of the hash key first, each defined once", () => {
    const Match = model(
      "Match",
      { ...columns, reg: string(), round: number() },
      {
        indexes: {
          byRound: { hashKey: ["kind", "reg"], rangeKey: ["round", "total", "at"], projection: ["reg", "expires"] },
        },
      },
    );
    const request = createTableRequest(sharing(Match));
    expect(request.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: "byRound",
        KeySchema: [
          { AttributeName: "kind", KeyType: "HASH" },
          { AttributeName: "reg", KeyType: "HASH" },
          { AttributeName: "round", KeyType: "RANGE" },
          { AttributeName: "total", KeyType: "RANGE" },
          { AttributeName: "t", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["expires"] },
      },
    ]);
    expect(request.AttributeDefinitions).toEqual([
      { AttributeName: "store", AttributeType: "S" },
      { AttributeName: "t", AttributeType: "S" },
      { AttributeName: "kind", AttributeType: "S" },
      { AttributeName: "reg", AttributeType: "S" },
      { AttributeName: "round", AttributeType: "N" },
      { AttributeName: "total", AttributeType: "N" },
    ]);
  });

  test("of a declared table has the types of keys that its models say, of those that are not bound too", () => {
    const Games = table("games", {
      hashKey: "pk",
      kind: "_k",
      indexes: { byScore: { hashKey: ["_k", "area"], rangeKey: ["score"], projection: "all" } },
    });
    const Player = Games.model("Player", { id: string() }, { key: { pk: key`P#${"id"}` } });
    const shape = { id: string(), area: string(), score: number() };
    Games.model("Play", shape, { key: { pk: key`G#${"id"}` }, indexes: { byScore: { on: "byScore" } } });
    expect(createTableRequest(sharing(Player)).AttributeDefinitions).toContainEqual({
      AttributeName: "score",
      AttributeType: "N",
    });
    const other = { ...shape, score: string() };
    const declare = () =>
      Games.model("Other", other, { key: { pk: key`O#${"id"}` }, indexes: { byScore: { on: "byScore" } } });
    expect(declare).toThrow('"score", a key of its table or of an index, is S, and for "Play" it is N');
  });

  test("is on demand, and bare, where the model says nothing", () => {
    const request = createTableRequest(sharing(Plain));
    expect(Object.keys(request).sort()).toEqual(["AttributeDefinitions", "BillingMode", "KeySchema", "TableName"]);
    expect(request.BillingMode).toBe("PAY_PER_REQUEST");
  });

  test("of several models has the indexes of all, each as wide as any of them needs", () => {
    const byKind = { hashKey: "kind", rangeKey: "total" } as const;
    const Narrow = model("Narrow", columns, {
      indexes: { byKind: { ...byKind, projection: "keys" } },
      stream: { include: ["keys"] },
    });
    const Wide = model("Wide", columns, {
      indexes: { byKind: { ...byKind, projection: "all" } },
      stream: { include: ["new"] },
    });
    const projection = (models: TableModels) => createTableRequest(models).GlobalSecondaryIndexes?.[0]?.Projection;
    expect(projection(sharing(Narrow))).toEqual({ ProjectionType: "KEYS_ONLY" });
    expect(projection(sharing(Narrow, Receipt))).toEqual({ ProjectionType: "INCLUDE", NonKeyAttributes: ["expires"] });
    expect(projection(sharing(Narrow, Receipt, Wide))).toEqual({ ProjectionType: "ALL" });
    expect(createTableRequest(sharing(Narrow)).StreamSpecification?.StreamViewType).toBe("KEYS_ONLY");
    expect(createTableRequest(sharing(Narrow, Wide)).StreamSpecification?.StreamViewType).toBe("NEW_IMAGE");
    expect(createTableRequest(sharing(Plain, Receipt)).LocalSecondaryIndexes).toHaveLength(1);
  });
});

const extras = { ttl: "expires", backups: true };
const differences: readonly [name: string, changed: Partial<DescribedTable>, found: string[]][] = [
  ["the same", {}, []],
  [
    "another range key",
    { KeySchema: [{ AttributeName: "store", KeyType: "HASH" }] },
    ["The model Receipt has the key (store HASH, t RANGE), and the table has (store HASH)."],
  ],
  [
    "another key type",
    { AttributeDefinitions: [{ AttributeName: "store", AttributeType: "N" }] },
    [
      'The key "store" is S in the model, and N in the table.',
      'The key "t" is S in the model, and not defined in the table.',
      'The key "kind" of the index "byKind" is S in the model, and not defined in the table.',
      'The key "total" of the index "byKind" is N in the model, and not defined in the table.',
      'The key "store" of the index "by-total" is S in the model, and N in the table.',
      'The key "total" of the index "by-total" is N in the model, and not defined in the table.',
    ],
  ],
  [
    "no indexes",
    { GlobalSecondaryIndexes: [], LocalSecondaryIndexes: undefined },
    ['The global index "byKind" is not there.', 'The local index "by-total" is not there.'],
  ],
  [
    "no stream",
    { StreamSpecification: undefined },
    ["The model has a stream of NEW_AND_OLD_IMAGES, and the table has no stream."],
  ],
  [
    "a narrower stream",
    { StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" } },
    ["The table's stream holds NEW_IMAGE, and the model needs NEW_AND_OLD_IMAGES."],
  ],
  [
    "no encryption",
    { SSEDescription: undefined },
    ["The table's encryption with KMS is: true in the model, false in the table."],
  ],
  [
    "other billing and units",
    { BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" }, ProvisionedThroughput: { ReadCapacityUnits: 0 } },
    [
      "The table is billed: provisioned in the model, on_demand in the table.",
      "The table has read units: 5 in the model, 0 in the table.",
    ],
  ],
];

describe("a table", () => {
  test.each(differences)("with %s", (_, changed, found) => {
    expect(compareTable(sharing(Receipt), { ...described(sharing(Receipt)), ...changed }, extras)).toEqual(found);
  });

  test("with narrower indexes, other time to live and no backups", () => {
    const table = described(sharing(Receipt));
    const [global] = table.GlobalSecondaryIndexes ?? [];
    const [local] = table.LocalSecondaryIndexes ?? [];
    const narrow = {
      ...table,
      GlobalSecondaryIndexes: [{ ...global, Projection: { ProjectionType: "KEYS_ONLY" } }],
      LocalSecondaryIndexes: [{ ...local, Projection: { ProjectionType: "KEYS_ONLY" } }],
    };
    expect(compareTable(sharing(Receipt), narrow, { ttl: "other", backups: false })).toEqual([
      'The global index "byKind" does not project "expires" in the table.',
      'The local index "by-total" projects all attributes in the model, and KEYS_ONLY in the table.',
      "The table's time to live is in: expires in the model, other in the table.",
      "The table's continuous backups are: true in the model, false in the table.",
    ]);
  });

  test("may have more than its models say", () => {
    expect(compareTable(sharing(Plain), described(sharing(Receipt)), {})).toEqual([]);
  });
});

test("models of one table that contradict each other are found before it is made", () => {
  const Other = model(
    "Other",
    { store: number().hashKey(), kind: number(), total: number() },
    { indexes: { byKind: { hashKey: "kind", projection: "keys" } } },
  );
  expect(compareModels(sharing(Receipt))).toEqual([]);
  expect(compareModels(sharing(Receipt, Other))).toEqual([
    "The model Other has the key (store HASH), and the table has (store HASH, t RANGE).",
    'The global index "byKind" has the key (kind HASH) in the model, and (kind HASH, total RANGE) in the table.',
  ]);
});

test.each([
  [undefined, "create"],
  [{ TableStatus: "CREATING" }, "wait"],
  [{ TableStatus: "DELETING" }, "wait"],
  [{ TableStatus: "ACTIVE" }, "use"],
  [{ TableStatus: "UPDATING" }, "use"],
  [{ TableStatus: "ACTIVE", GlobalSecondaryIndexes: [{ IndexStatus: "CREATING" }] }, "wait"],
  [{ TableStatus: "ACTIVE", GlobalSecondaryIndexes: [{ IndexStatus: "ACTIVE" }, {}] }, "use"],
] as const)("after %j comes %s", (table, step) => {
  expect(nextStep(table)).toBe(step);
});

test.each([
  [["keys"], "KEYS_ONLY"],
  [["new"], "NEW_IMAGE"],
  [["old"], "OLD_IMAGE"],
  [["old", "new"], "NEW_AND_OLD_IMAGES"],
] as const)("a stream that includes %j is of %s", (include, view) => {
  const Streamed = model("Streamed", { id: string().hashKey() }, { stream: { include: include as never } });
  const { StreamSpecification } = createTableRequest({ tableName: "Streamed", metas: [metaOf(Streamed)] });
  expect(StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: view });
});

describe("what a described table leaves out", () => {
  const Indexed = model(
    "Indexed",
    { id: string().hashKey(), kind: string(), total: number() },
    {
      indexes: {
        byKind: { hashKey: "kind", projection: "all", readUnits: 5 },
        byTotal: { hashKey: "kind", rangeKey: "total", projection: ["total"] },
      },
    },
  );
  const meta = metaOf(Indexed);
  const request = createTableRequest({ tableName: "Indexed", metas: [meta] });
  const differences = (table: object) =>
    compareTable({ tableName: "Indexed", metas: [meta] }, { ...request, ...table } as DescribedTable, {
      ttl: undefined,
      backups: undefined,
    });
  const indexes = (change: object) => ({
    GlobalSecondaryIndexes: request.GlobalSecondaryIndexes?.map((index) => ({ ...index, ...change })),
  });

  test("a projection is nothing", () => {
    expect(differences(indexes({ Projection: undefined }))).toEqual(
      expect.arrayContaining([
        'The global index "byKind" projects all attributes in the model, and nothing in the table.',
      ]),
    );
  });

  test("units are nothing", () => {
    expect(differences(indexes({ ProvisionedThroughput: undefined }))).toEqual([
      'The global index "byKind" has read units: 5 in the model, nothing in the table.',
    ]);
  });

  test("a key is none", () => {
    expect(differences({ KeySchema: undefined })).toContain(
      "The model Indexed has the key (id HASH), and the table has ().",
    );
  });
});

test("indexes of one name in two models hold what both need", () => {
  const columns = { id: string().hashKey(), kind: string(), a: string(), b: string() };
  const one = model("One", columns, { indexes: { byKind: { hashKey: "kind", projection: ["a"] } } });
  const two = model("Two", columns, { indexes: { byKind: { hashKey: "kind", projection: ["b"] } } });
  const keys = model("Keys", columns, { indexes: { byKind: { hashKey: "kind", projection: "keys" } } });
  const projection = (...models: AnyModel[]) =>
    createTableRequest({ tableName: "Shared", metas: models.map(metaOf) as [Meta, ...Meta[]] })
      .GlobalSecondaryIndexes?.[0]?.Projection;
  expect(projection(one, two)).toEqual({ ProjectionType: "INCLUDE", NonKeyAttributes: ["a", "b"] });
  expect(projection(keys, two)).toEqual({ ProjectionType: "INCLUDE", NonKeyAttributes: ["b"] });
  expect(projection(one, keys)).toEqual({ ProjectionType: "INCLUDE", NonKeyAttributes: ["a"] });
});
