/**
 * All types of Python's Bloop, nested too, and its empty values: what its version 2.4 sends is recorded here as its types make
 * it (bloop/types.py), and read by an oracle of its own. Empty texts, bytes, sets, lists and maps are not stored by Python.
 */

import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  boolean,
  changes,
  dynamicList,
  dynamicMap,
  integer,
  list,
  map,
  model,
  type Item as ObjectOf,
  set,
  string,
  uuid,
} from "bloop-dynamodb";
import { decimal } from "bloop-dynamodb/ext/decimal";
import { binary, datetime, timestamp } from "bloop-dynamodb/ext/python";
import { Decimal } from "decimal.js";
import { Temporal } from "temporal-polyfill";
import { beforeAll, expect, test } from "vitest";
import type { Attribute, Item } from "../../src/wire/attribute.js";
import { live } from "../support/live.js";

const { client, engine, tableName, sent } = live("python-types");

const Everything = model("Everything", {
  id: uuid().hashKey(),
  name: string(),
  price: decimal(),
  count: integer(),
  open: boolean(),
  data: binary(),
  at: datetime(),
  ends: timestamp(),
  names: set(string()),
  owners: set(uuid()),
  counts: set(integer()),
  prices: set(decimal()),
  blobs: set(binary()),
  times: set(datetime()),
  lines: list(map({ product: uuid(), price: decimal(), at: datetime(), data: binary(), tags: set(string()) })),
  grid: list(list(integer())),
  meta: map({ created: datetime(), deep: map({ open: boolean(), ends: timestamp() }) }),
  any: dynamicMap(),
  all: dynamicList(),
});

const id = "6f1c2b34-8f0a-4d6e-9b1a-0c2d3e4f5a6b";
const other = "00000000-0000-4000-8000-000000000001";
/** The base64 text of the bytes, as the bytes that are stored. */
const text = (base64: string) => new Uint8Array(Buffer.from(base64));
const first = "2026-01-31T12:34:56.789012+00:00";
const second = "1969-12-31T23:59:59.000000+00:00";

const recorded: Item = {
  id: { S: id },
  name: { S: "ü\n" },
  price: { N: "0.10000000000000000000000000000000000001" },
  count: { N: "-7" },
  open: { BOOL: false },
  data: { B: text("AAH/") },
  at: { S: first },
  ends: { N: "1769862896" },
  names: { SS: ["a", "ü"] },
  owners: { SS: [other, id] },
  counts: { NS: ["-1", "0", "9007199254740991"] },
  prices: { NS: ["0.1", "1E+30"] },
  blobs: { BS: [text("AAE="), text("/w==")] },
  times: { SS: [second, first] },
  lines: {
    L: [
      {
        M: {
          product: { S: other },
          price: { N: "12.34" },
          at: { S: second },
          data: { B: text("/w==") },
          tags: { SS: ["x"] },
        },
      },
      { M: { product: { S: id } } },
    ],
  },
  grid: { L: [{ L: [{ N: "1" }, { N: "2" }] }, { L: [{ N: "3" }] }] },
  meta: { M: { created: { S: first }, deep: { M: { open: { BOOL: true }, ends: { N: "0" } } } } },
  // Dynamic values are of DynamoDB's own types: texts for dates, and bytes as their base64 text.
  any: {
    M: { when: { S: first }, raw: { B: text("AAH/") }, list: { L: [{ N: "0.5" }, { M: { b: { BOOL: true } } }] } },
  },
  all: { L: [{ N: "1" }, { BOOL: true }, { S: "f" }, { SS: ["a"] }, { M: { x: { L: [{ N: "2" }] } } }] },
};

/** What a type of Python's makes of an attribute. A missing one is an empty value of its kind. */
type Load = (attribute: Attribute | undefined) => unknown;
const only = (tag: string, load: (value: never) => unknown): Load => {
  return (attribute) => {
    if (attribute === undefined) return undefined;
    const [[found, value] = []] = Object.entries(attribute);
    if (found !== tag) throw new Error(`Python's type is for ${tag}, and ${found} is stored`);
    return load(value as never);
  };
};
const S = only("S", (value: string) => value);
const N = only("N", (value: string) => new Decimal(value).toString());
const B = only("B", (value: Uint8Array) => [...Buffer.from(Buffer.from(value).toString("latin1"), "base64")]);
const D = only("S", (value: string) => {
  // Python's strptime takes this format alone.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/.test(value)) throw new Error(`strptime refuses ${value}`);
  return String(Temporal.Instant.from(value));
});
const setOf = (tag: "SS" | "NS" | "BS", load: Load): Load =>
  only(tag, (values: never[]) =>
    values.map((value) => JSON.stringify(load({ [tag[0] ?? ""]: value } as never))).sort(),
  );
const listOf = (load: Load): Load => only("L", (values: Attribute[]) => values.map(load));
const mapOf = (types: Record<string, Load>): Load =>
  only("M", (values: Item) =>
    Object.fromEntries(Object.entries(types).map(([name, load]) => [name, load(values[name])])),
  );
const anything: Load = (attribute) => attribute;

const python: Record<string, Load> = {
  id: S,
  name: S,
  price: N,
  count: N,
  open: only("BOOL", (value) => value),
  data: B,
  at: D,
  ends: N,
  names: setOf("SS", S),
  owners: setOf("SS", S),
  counts: setOf("NS", N),
  prices: setOf("NS", N),
  blobs: setOf("BS", B),
  times: setOf("SS", D),
  lines: listOf(mapOf({ product: S, price: N, at: D, data: B, tags: setOf("SS", S) })),
  grid: listOf(listOf(N)),
  meta: mapOf({ created: D, deep: mapOf({ open: only("BOOL", (value) => value), ends: N }) }),
  any: anything,
  all: anything,
};
const readByPython = (item: Item) =>
  Object.fromEntries(Object.entries(python).map(([name, load]) => [name, load(item[name])]));

async function raw(of = id): Promise<Item> {
  const request = { TableName: tableName("Everything"), Key: { id: { S: of } }, ConsistentRead: true };
  return ((await client.send(new GetItemCommand(request))).Item ?? {}) as Item;
}
async function loaded(of = id): Promise<ObjectOf<typeof Everything>> {
  const found = await engine.get(Everything, { id: of }, { consistent: true });
  if (found === undefined) throw new Error("it is there");
  return found;
}

beforeAll(async () => {
  await engine.bind(Everything);
  await client.send(new PutItemCommand({ TableName: tableName("Everything"), Item: recorded as never }));
});

test("every type loads, nested ones too, and an unchanged object has no changes", async () => {
  const found = await loaded();
  const at = Temporal.Instant.from("2026-01-31T12:34:56.789012Z");
  expect(found.price?.toFixed()).toBe("0.10000000000000000000000000000000000001");
  expect(found).toMatchObject({
    name: "ü\n",
    count: -7,
    open: false,
    data: Uint8Array.of(0, 1, 255),
    ends: new Date(1_769_862_896_000),
    names: new Set(["a", "ü"]),
    owners: new Set([other, id]),
    counts: new Set([-1, 0, 9_007_199_254_740_991]),
    grid: [[1, 2], [3]],
    all: [1, true, "f", new Set(["a"]), { x: [2] }],
  });
  expect([...(found.times ?? [])].map(String).sort()).toEqual(["1969-12-31T23:59:59Z", String(at)]);
  expect([...(found.blobs ?? [])].map((bytes) => [...bytes]).sort()).toEqual([[0, 1], [255]]);
  expect(
    found.lines?.map((line) => [line.product, line.price && String(line.price), line.data && [...line.data]]),
  ).toEqual([
    [other, "12.34", [255]],
    [id, undefined, undefined],
  ]);
  expect(found.meta?.deep?.ends?.getTime()).toBe(0);
  expect(changes(found)).toEqual([]);
});

test("a save of changes deep inside leaves all else to the letter, and Python reads it", async () => {
  const before = await raw();
  const found = await loaded();
  const [line] = found.lines ?? [];
  if (line === undefined || found.meta?.deep === undefined) throw new Error("it is there");
  line.data = new Uint8Array(Buffer.from("hi"));
  line.at = Temporal.Instant.from("2026-05-01T10:00:00.5Z");
  found.meta.deep.ends = new Date(1000);
  found.times?.add(Temporal.Instant.from("2026-02-01T00:00:00Z"));
  await engine.save(found);
  const after = await raw();
  const { lines, meta, times, ...same } = after;
  const { lines: _lines, meta: _meta, times: _times, ...rest } = before;
  expect(same).toEqual(rest);
  expect(readByPython(after)).toMatchObject({
    lines: [{ product: other, price: "12.34", at: "2026-05-01T10:00:00.5Z", data: [104, 105] }, { product: id }],
    meta: { created: "2026-01-31T12:34:56.789012Z", deep: { open: true, ends: "1" } },
    times: ["1969-12-31T23:59:59Z", "2026-01-31T12:34:56.789012Z", "2026-02-01T00:00:00Z"].map((one) =>
      JSON.stringify(one),
    ),
  });
});

test("a whole copy that is saved here is what Python had stored", async () => {
  await client.send(new PutItemCommand({ TableName: tableName("Everything"), Item: recorded as never }));
  const copy = "00000000-0000-4000-8000-000000000002";
  await engine.save(new Everything({ ...(await loaded()), id: copy }));
  const [theirs, ours] = [await raw(), await raw(copy)];
  expect(readByPython(ours)).toEqual({ ...readByPython(theirs), id: copy });
});

test("an item with nothing but its key, as Python stores empty values, loads and is filled", async () => {
  const bare = "00000000-0000-4000-8000-000000000003";
  await client.send(new PutItemCommand({ TableName: tableName("Everything"), Item: { id: { S: bare } } }));
  const found = await loaded(bare);
  expect({ ...found }).toEqual({ id: bare });
  sent();
  await engine.save(found);
  expect(sent()).toEqual([]);
  Object.assign(found, { name: "", lines: [], names: new Set(), any: {}, grid: [[]] });
  await engine.save(found);
  // Python loads what is missing, and what is empty, as empty.
  expect(await raw(bare)).toEqual({
    id: { S: bare },
    name: { S: "" },
    lines: { L: [] },
    any: { M: {} },
    grid: { L: [{ L: [] }] },
  });
  expect(readByPython(await raw(bare))).toMatchObject({ name: "", lines: [], grid: [[]], names: undefined });
});
