/** Composed keys of items: those that can't be made, those that do not agree with their parts, and keys as plain values. */

import {
  add,
  bigint,
  binary,
  Engine,
  InvalidValue,
  integer,
  key,
  keyOf,
  set,
  string,
  table,
  template,
} from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import type { Item } from "../../../../src/wire/attribute.js";
import { MemoryTable, memoryClient } from "../../../support/memory-dynamodb.js";
import { recordingClient } from "../../../support/recording-client.js";

const Shop = table("shop", {
  ...{ hashKey: "pk", kind: "_type" },
  indexes: {
    composed: { hashKey: "g", rangeKey: "h", projection: "all" },
    texts: { hashKey: "t", projection: "all" },
    bytes: { hashKey: "b", projection: "all" },
  },
});
const Order = Shop.model(
  "Order",
  {
    id: string(),
    status: string(),
    day: integer(),
    note: string(),
    bytes: binary(),
  },
  {
    key: { pk: key`O#${"id"}` },
    indexes: {
      byStatus: { on: "composed", g: key`S#${"status"}#${"day"}`, h: key`N#${"note"}` },
      byNote: { on: "texts", t: "note" },
      byBytes: { on: "bytes", b: "bytes" },
    },
  },
);

describe("a key of an index that can't be made refuses the write:", () => {
  const memory = new MemoryTable(["pk"]);
  const engine = new Engine({ dynamodb: memoryClient(memory) as never });

  test.each([
    [
      "it is too long",
      { status: "x".repeat(2048), day: 1 },
      'Order.status (id "1"): "g" of the index "byStatus" is composed of the columns "status" and "day", and has 2057 bytes; DynamoDB takes 2048 for it.',
    ],
    [
      "a copy is too long",
      { note: "x".repeat(2049) },
      'Order.note (id "1"): "h" of the index "byStatus" is composed of it, and has 2052 bytes; DynamoDB takes 1024 for it.',
    ],
    [
      "a copy is empty",
      { note: "" },
      'Order.note (id "1"): "t" of the index "byNote" is composed of it, and is empty, which DynamoDB refuses for keys.',
    ],
    [
      "a copy has no bytes",
      { bytes: new Uint8Array() },
      'Order.bytes (id "1"): "b" of the index "byBytes" is composed of it, and is empty, which DynamoDB refuses for keys.',
    ],
  ])("%s", async (_, values, sentence) => {
    const error = await engine.save(new Order({ id: "1", ...values })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidValue);
    expect(error).toMatchObject({ message: sentence, model: "Order", path: [Object.keys(values)[0]] });
    expect(memory.items).toEqual([]);
  });

  test("an action on a part", async () => {
    await expect(engine.update(Order, { id: "1" }, { day: add(1) as never })).rejects.toThrow(
      'Order.day (id "1"): the key of the index "byStatus" is composed of it, so that it takes a value, and no action.',
    );
  });

  test("parts that an update does not know", async () => {
    await expect(engine.update(Order, { id: "1" }, { status: "open" })).rejects.toThrow(
      'the key of the index "byStatus" is composed of the columns "status" and "day", and the column "day" is not known. Load the object with it, or tell update() what is stored: given: { day }.',
    );
  });

  test("a given part of another type", async () => {
    const given = { day: "Monday" } as never;
    await expect(engine.update(Order, { id: "1" }, { status: "open" }, { given })).rejects.toThrow(
      'Order.day (id "1"): expected a whole number, got a text of 6 characters.',
    );
    expect(memory.items).toEqual([]);
  });

  test("constants that are too long for a key are refused when they are declared", () => {
    const texts = ["x".repeat(2048)] as never as TemplateStringsArray;
    const long = key(Object.assign(texts, { raw: texts }));
    expect(() => Shop.model("Long", { id: string() }, { key: { pk: long } })).toThrow(
      '"pk" of the table\'s key begins with 2049 bytes of constants; DynamoDB takes 2048 for it',
    );
  });
});

test("a given empty set is stored as nothing, so that nothing is computed from it", async () => {
  const memory = new MemoryTable(["pk"]);
  const engine = new Engine({ dynamodb: memoryClient(memory) as never });
  const Tagged = Shop.model(
    "Tagged",
    {
      ...{ id: string(), day: integer(), tags: set(string()) },
      text: string().from(
        ["day", "tags"],
        ({ day, tags }: { day: number; tags: Set<string> }) => `${day} ${tags.size}`,
      ),
    },
    { key: { pk: key`T#${"id"}` } },
  );
  const given = { tags: new Set<string>() };
  await engine.update(Tagged, { id: "1" }, { day: 1 }, { given });
  const pk = { S: "T#1#" };
  expect(memory.items).toEqual([{ pk, _type: { S: "Tagged" }, id: { S: "1" }, day: { N: "1" } }]);
  memory.put({ ...memory.items[0], tags: { SS: ["a"] } }, { pk });
  await expect(engine.update(Tagged, { id: "1" }, { day: 2 }, { given })).rejects.toThrow(
    'Tagged (id "1"): the column "tags" is not as "given" says',
  );
});

describe("of an item whose key does not agree with its parts, the error names the part:", () => {
  const Names = table("names", { hashKey: "pk", kind: "_type" });
  const columns = { name: string(), n: integer() };
  const Lower = Names.model("Lower", columns, { key: { pk: template`l_${{ column: "name", case: "lower" }}_${"n"}` } });
  const Upper = Names.model("Upper", columns, { key: { pk: template`U_${{ column: "name", case: "upper" }}_${"n"}` } });
  const other = "was made of another value; the key says which item it is, and a save would write into another one.";
  const scan = (model: typeof Lower | typeof Upper, stored: Item) => {
    const Items = [{ ...stored, _type: { S: model === Lower ? "Lower" : "Upper" } }];
    const engine = new Engine({ dynamodb: recordingClient(() => ({ Items, Count: 1, ScannedCount: 1 })) });
    return engine.scan(model as typeof Lower).all();
  };

  test.each<[what: string, model: typeof Lower | typeof Upper, item: Item, sentence: string]>([
    [
      "another number, and a name in lower case",
      ...([Lower, { pk: { S: "l_ada_1" }, name: { S: "Ada" }, n: { N: "2" } }] as const),
      `Lower.n (name "Ada", n 2): the item's key "pk" ${other}`,
    ],
    [
      "another number, and a name in upper case",
      ...([Upper, { pk: { S: "U_ADA_1" }, name: { S: "Ada" }, n: { N: "2" } }] as const),
      `Upper.n (name "Ada", n 2): the item's key "pk" ${other}`,
    ],
    [
      "another name",
      ...([Lower, { pk: { S: "l_ada_1" }, name: { S: "Bob" }, n: { N: "1" } }] as const),
      `Lower.name (name "Bob", n 1): the item's key "pk" ${other}`,
    ],
    [
      "a name of another type",
      ...([Lower, { pk: { S: "l_ada_1" }, name: { N: "1" }, n: { N: "1" } }] as const),
      `Lower.name (name 1, n 1): the item's key "pk" ${other}`,
    ],
    [
      "a key of another form",
      ...([Lower, { pk: { S: "x_ada_1" }, name: { S: "Ada" }, n: { N: "1" } }] as const),
      'Lower.name (name "Ada", n 1): the item\'s key "pk" is none that this model makes.',
    ],
  ])("%s", async (_, model, item, sentence) => {
    const error = await scan(model, item).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidValue);
    expect(String(error)).toBe(`InvalidValue: ${sentence}`);
  });

  test("none of it for a name in other letters than its key has", async () => {
    expect(await scan(Lower, { pk: { S: "l_ada_1" }, name: { S: "Ada" }, n: { N: "1" } })).toHaveLength(1);
  });
});

test("a long value that is no key is cut in messages", () => {
  expect(() => keyOf(Order, { id: "x".repeat(3000) })).toThrow(
    `Order.id (id "${"x".repeat(78)}…): "pk" of the table's key`,
  );
});

describe("keyOf() has", () => {
  const Native = table("native", { hashKey: "n", rangeKey: "b" });
  const One = Native.model("One", { n: bigint().hashKey(), b: binary().rangeKey() }, {});

  test("texts and numbers, and bytes of its own", () => {
    const b = new Uint8Array([1, 2]);
    const made = keyOf(One, { n: 12n, b });
    expect(made).toEqual({ n: 12, b: new Uint8Array([1, 2]) });
    b[0] = 9;
    expect(made["b"]).toEqual(new Uint8Array([1, 2]));
  });

  test("a text for a number that a double can't hold", () => {
    expect(keyOf(One, { n: 12345678901234567890n, b: new Uint8Array([1]) })).toMatchObject({
      n: "12345678901234567890",
    });
  });
});
