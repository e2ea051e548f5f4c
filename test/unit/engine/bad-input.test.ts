/** Bad input that can be known without DynamoDB: the typed error, what it says, no request, and no object half changed. */

import {
  add,
  always,
  BloopError,
  bigint,
  binary,
  boolean,
  datetime,
  dynamicMap,
  Engine,
  type EngineOptions,
  InvalidCondition,
  InvalidOption,
  InvalidPosition,
  InvalidSearch,
  InvalidValue,
  integer,
  json,
  list,
  MissingKey,
  map,
  merge,
  model,
  number,
  record,
  recursive,
  set,
  string,
  type Type,
  timestamp,
  union,
  uuid,
} from "bloop-dynamodb";
import { beforeEach, describe, expect, test } from "vitest";
import { type RecordingClient, recordingClient } from "../../support/recording-client.js";

interface Tree {
  children?: Tree[] | undefined;
}
const tree: Type<Tree, "M"> = map({ children: list(recursive(() => tree)) });
const Thing = model(
  "Thing",
  {
    id: string().hashKey(),
    at: integer().rangeKey(),
    name: string(),
    kind: string("sale", "refund"),
    unique: uuid(),
    count: integer(),
    amount: number(),
    big: bigint(),
    flag: boolean(),
    bytes: binary(),
    when: datetime(),
    expires: timestamp(),
    tags: set(string()),
    numbers: set(number()),
    texts: list(string()),
    sets: list(set(string())),
    items: list(map({ name: string().required(), price: number() })),
    address: map({ city: string(), geo: map({ lat: number() }) }),
    scores: record(number()),
    shape: union("kind", { circle: { radius: number().required() } }),
    any: dynamicMap(),
    data: json(),
    tree,
    must: string().required().default("yes"),
  },
  {
    indexes: {
      byName: { hashKey: "name", rangeKey: "amount", projection: ["flag"] },
      byCount: { rangeKey: "count", projection: "all" },
    },
  },
);
const Other = model("Other", { id: string().hashKey(), name: string() });
const Short = model("Short", { id: binary().hashKey(), part: string().rangeKey() });

let client: RecordingClient;
let engine: Engine;

beforeEach(() => {
  client = recordingClient();
  engine = new Engine({ dynamodb: client });
});

/** What the compiler would refuse, said by somebody who does not have one. */
const untyped = (value: unknown) => value as never;
const key = { id: "1", at: 1 };
const withColumns = (columns: object) => Object.assign(new Thing(key), columns);
const cyclic: Tree = {};
cyclic.children = [cyclic];
const nested = (levels: number): unknown => (levels === 0 ? "leaf" : { a: nested(levels - 1) });

const badColumns: readonly [columns: object, path: string, says: string][] = [
  [{ name: 3 }, "name", "expected a string, got a number"],
  [{ name: null }, "name", "expected a string, got null; declare the column with nullable() to store NULL"],
  [{ name: "\ud800" }, "name", "half a surrogate pair"],
  [{ kind: "sal" }, "kind", 'expected "sale" or "refund", got a text of 3 characters; did you mean "sale"?'],
  [{ unique: "abc" }, "unique", "expected a UUID"],
  [{ count: 1.5 }, "count", "expected a whole number, got a number with a fraction"],
  [{ count: 2 ** 53 }, "count", "declare the column with bigint()"],
  [{ amount: "3" }, "amount", "expected a finite number, got a text of 1 character"],
  [{ amount: Number.NaN }, "amount", "expected a finite number, got NaN"],
  [{ amount: Number.POSITIVE_INFINITY }, "amount", "got Infinity"],
  [{ amount: 1e126 }, "amount", "its exponent is 126"],
  [{ amount: 1e-131 }, "amount", "its exponent is -131"],
  [{ big: 10n ** 38n + 1n }, "big", "it has 39 significant digits; DynamoDB holds 38"],
  [{ big: 3 }, "big", "expected a bigint, got a number"],
  [{ flag: "true" }, "flag", "expected true or false, got a text of 4 characters"],
  [{ bytes: "abc" }, "bytes", "expected a Uint8Array"],
  [{ when: "2026-01-01" }, "when", "expected a valid Date"],
  [{ when: new Date(Number.NaN) }, "when", "an invalid Date"],
  [{ when: new Date(Date.UTC(12_000, 0)) }, "when", "outside of the years 0000 to 9999"],
  [{ expires: new Date(1500) }, "expires", 'timestamp({ fractions: "floor" })'],
  [{ tags: ["a"] }, "tags", "expected a Set"],
  [{ tags: new Set(["a", 3]) }, "tags[1]", "expected a string, got a number"],
  [{ texts: "a" }, "texts", "expected an array"],
  [{ texts: ["a", undefined] }, "texts[1]", "expected a string, got undefined"],
  [{ texts: Object.assign(["a"], { length: 2 }) }, "texts[1]", "got undefined"],
  [
    { sets: [new Set(["a"]), new Set()] },
    "sets[1]",
    "DynamoDB has no empty sets, and a list can't leave an element out",
  ],
  [{ items: [{ name: "a" }, { price: 1 }] }, "items[1].name", "a required value is missing"],
  [{ items: [{ name: "a", prise: 1 }] }, "items[0]", 'there is no key "prise" in this map; did you mean "price"?'],
  [{ address: { geo: { lat: "1" } } }, "address.geo.lat", "expected a finite number"],
  [{ address: "Oslo" }, "address", "expected an object, got a text of 4 characters"],
  [{ address: new Map() }, "address", "expected an object, got a Map of 0"],
  [{ scores: { chess: "good" } }, "scores.chess", "expected a finite number"],
  [{ scores: { "": 1 } }, "scores", "DynamoDB takes no empty key"],
  [{ shape: { kind: "oval" } }, "shape.kind", 'expected "circle"'],
  [{ shape: { kind: "circle" } }, "shape.radius", "a required value is missing"],
  [{ any: { a: () => 1 } }, "any.a", "expected a value that DynamoDB has a type for"],
  [{ any: { a: new Set(["a", 1]) } }, "any.a", "a set holds only strings, only numbers or only bytes"],
  [{ any: nested(33) }, "any", "nested deeper than DynamoDB's 32 levels"],
  [{ tree: cyclic }, "tree", "nested deeper than DynamoDB's 32 levels"],
  [{ data: { a: Number.NaN } }, "data.a", "expected a JSON value, got NaN"],
  [{ data: new Date(0) }, "data", "expected a JSON value"],
  [{ must: undefined }, "must", "it is required, and has no value"],
  [{ name: "" }, "name", 'it is a key of the index "byName", and is empty, which DynamoDB refuses for keys'],
  [{ name: "x".repeat(2049) }, "name", 'it is a key of the index "byName", and has 2049 bytes; DynamoDB takes 2048'],
];

describe("an object with a value that does not fit is not saved", () => {
  test.each(badColumns)("%o", async (columns, path, says) => {
    const object = withColumns(columns);
    const before = { ...object };
    const error: unknown = await engine.save(object).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidValue);
    expect(String(error)).toContain(`InvalidValue: Thing.${path}`);
    expect(String(error)).toContain('(id "1", at 1)');
    expect(String(error)).toContain(says);
    expect(error).toMatchObject({ model: "Thing" });
    expect(client.sent).toEqual([]);
    expect({ ...object }).toEqual(before);
    await expect(engine.save([object])).rejects.toMatchObject({ failures: [{ object }] });
    expect(client.sent).toEqual([]);
  });
});

type Attempt = () => unknown;
type Case = [name: string, attempt: Attempt, type: new (...all: never[]) => BloopError, says: string];
const cases: readonly Case[] = [
  [
    "new: a misspelt column",
    () => new Thing(untyped({ ...key, nmae: "x" })),
    InvalidValue,
    'Thing has no column "nmae"; did you mean "name"?',
  ],
  ["new: no key", () => new Thing(untyped({ at: 1 })), InvalidValue, "Thing.id is required."],
  ["new: no object", () => new Thing(untyped("x")), InvalidValue, "takes an object of columns"],
  ["save: a plain object", () => engine.save(untyped({ id: "1" })), InvalidOption, "Expected an object of a model"],
  [
    "save: a spread of an object",
    () => engine.save(untyped({ ...new Thing(key) })),
    InvalidOption,
    "made with new Model",
  ],
  ["save: nothing", () => engine.save(untyped(undefined)), InvalidOption, "got undefined"],
  [
    "save: one of many is no object of a model",
    () => engine.save([new Thing(key), untyped({})]),
    InvalidOption,
    "Expected an object of a model",
  ],
  [
    "save: no range key",
    () => engine.save(withColumns({ at: undefined })),
    MissingKey,
    'Thing: the column "at" of the key has no value',
  ],
  [
    "save: no key at all",
    () => engine.save(withColumns({ at: undefined, id: undefined })),
    MissingKey,
    'the columns "id" and "at"',
  ],
  [
    "save: an empty hash key",
    () => engine.save(withColumns({ id: "" })),
    InvalidValue,
    "Thing.id: it is a key of the table, and is empty",
  ],
  [
    "save: a hash key of 2,049 bytes",
    () => engine.save(withColumns({ id: `${"é".repeat(1024)}x` })),
    InvalidValue,
    "has 2049 bytes; DynamoDB takes 2048",
  ],
  [
    "save: a range key of 1,025 bytes",
    () => engine.save(new Short({ id: new Uint8Array(1), part: "x".repeat(1025) })),
    InvalidValue,
    "Short.part",
  ],
  [
    "save: an item over 400 KB",
    () => engine.save(withColumns({ name: "n", texts: ["x".repeat(409_600)] })),
    InvalidValue,
    "DynamoDB takes items of 409600",
  ],
  [
    "save: a misspelt option",
    () => engine.save(new Thing(key), untyped({ conditon: always() })),
    InvalidOption,
    'save() has no option "conditon"; did you mean "condition"?',
  ],
  [
    "save: no condition",
    () => engine.save(new Thing(key), untyped({ condition: "name = x" })),
    InvalidCondition,
    "Expected a condition",
  ],
  [
    "save: another model's condition",
    () => engine.save(new Thing(key), { condition: untyped(Other.name.exists()) }),
    InvalidCondition,
    "A condition for Thing uses a column of Other: name.",
  ],
  [
    "save: old and new at once",
    () => engine.save(new Thing(key), { sync: "new", returning: "old" } as never),
    InvalidOption,
    "DynamoDB returns one of the two",
  ],
  [
    "save: an unknown value of an option",
    () => engine.save(new Thing(key), untyped({ returning: "new" })),
    InvalidOption,
    'returning is "old", got a text of 3 characters',
  ],
  [
    "save: a flag that is none",
    () => engine.save(new Thing(key), untyped({ atomic: 1 })),
    InvalidOption,
    "atomic is true or false, got 1",
  ],
  [
    "update: a flag that is none",
    () => engine.update(Thing, key, {}, untyped({ once: "yes" })),
    InvalidOption,
    "once is true or false, got a text of 3 characters",
  ],
  [
    "transaction: a flag that is none",
    () => engine.transaction().save(new Thing(key), untyped({ atomic: "true" })),
    InvalidOption,
    "atomic is true or false, got a text of 4 characters",
  ],
  [
    "delete: an option of save",
    () => engine.delete(new Thing(key), untyped({ sync: "new" })),
    InvalidOption,
    "delete() has no option",
  ],
  ["delete: no key", () => engine.delete(withColumns({ id: undefined })), MissingKey, "Thing"],
  [
    "load: an object without a key",
    () => engine.load([new Thing(key), withColumns({ id: undefined })]),
    MissingKey,
    "Thing",
  ],
  ["get: no model", () => engine.get(untyped({}), untyped(key)), InvalidOption, "Expected a model"],
  ["get: no range key", () => engine.get(Thing, untyped({ id: "1" })), MissingKey, '"at"'],
  [
    "get: more than the key",
    () => engine.get(Thing, untyped({ ...key, name: "x" })),
    InvalidValue,
    'Thing has no key column "name"',
  ],
  [
    "get: a key of the wrong type",
    () => engine.get(Thing, untyped({ id: 1, at: 1 })),
    InvalidValue,
    "Thing.id: expected a string, got a number",
  ],
  [
    "get: a text for a key",
    () => engine.get(Thing, untyped("1")),
    InvalidOption,
    'an object with the columns "id" and "at"',
  ],
  [
    "getMany: one key and no array",
    () => engine.getMany(Thing, untyped(key)),
    InvalidOption,
    "getMany() takes an array of keys",
  ],
  [
    "getMany: models without keys",
    () => engine.getMany(untyped([Thing, Thing])),
    InvalidOption,
    "getMany() takes pairs such as [Account, { id }], got the function Thing",
  ],
  [
    "getMany: a pair with the options inside",
    () => engine.getMany(untyped([[Thing, key, { consistent: true }]])),
    InvalidOption,
    "getMany() takes pairs such as [Account, { id }], got an array of 3",
  ],
  [
    "getMany: several models with the keys of one",
    () => engine.getMany([[Thing, key]], untyped([key])),
    InvalidOption,
    "The options of getMany() are an array of 1",
  ],
  [
    "getMany: an unknown policy",
    () => engine.getMany(Thing, [key], untyped({ onInvalid: "skip" })),
    InvalidOption,
    'onInvalid is "throw" or "omit"',
  ],
  [
    "condition: undefined",
    () => Thing.name.eq(untyped(undefined)),
    InvalidCondition,
    "Thing.name is compared with undefined",
  ],
  [
    "condition: a wrong value",
    () => Thing.amount.gt(untyped("3")),
    InvalidValue,
    "A condition on Thing.amount: expected a finite number",
  ],
  [
    "condition: an empty set",
    () => Thing.tags.eq(new Set()),
    InvalidCondition,
    "Thing.tags is compared with an empty set",
  ],
  [
    "condition: in of nothing",
    () => Thing.name.in([]),
    InvalidCondition,
    "Thing.name.in() takes an array of 1 to 100 values, got 0",
  ],
  ["condition: in of 101", () => Thing.name.in(Array(101).fill("x")), InvalidCondition, "got 101"],
  [
    "condition: ends swapped",
    () => Thing.amount.between(2, 1),
    InvalidCondition,
    "Thing.amount.between(low, high) has its low end above",
  ],
  [
    "condition: with itself",
    () => Thing.amount.eq(untyped(Thing.amount)),
    InvalidCondition,
    "Thing.amount is compared with itself",
  ],
  [
    "condition: a key that is not there",
    () => Thing.address.at(untyped("citty")),
    InvalidCondition,
    'Thing.address has no key "citty"; did you mean "city"?',
  ],
  [
    "condition: a negative index",
    () => Thing.texts.at(-1),
    InvalidCondition,
    "Thing.texts.at() takes an index from 0, got -1",
  ],
  ["condition: no type", () => Thing.name.hasType(untyped("X")), InvalidCondition, "Thing.name.hasType() takes"],
  [
    "condition: half a surrogate pair",
    () => Thing.name.beginsWith("\ud800"),
    InvalidValue,
    "A condition on Thing.name",
  ],
  [
    "options: a text",
    () => engine.save(new Thing(key), untyped("atomic")),
    InvalidOption,
    "The options of save() are a text of 6 characters, not an object",
  ],
  ["condition: not of nothing", () => always().not(), InvalidCondition, "would never hold"],
  ["condition: and with a text", () => Thing.name.exists().and(untyped("x")), InvalidCondition, "Expected a condition"],
  [
    "condition: a size that is no number",
    () => Thing.tags.size.gt(untyped("3")),
    InvalidValue,
    "a size is compared with a number",
  ],
  ["query: no key", () => engine.query(Thing, untyped({})), InvalidOption, "query() needs a key"],
  [
    "query: a range key alone",
    () => engine.query(Thing, untyped({ key: Thing.at.gt(1) })),
    InvalidSearch,
    'The key of a query of Thing is "id" by eq()',
  ],
  [
    "query: the hash key by another operator",
    () => engine.query(Thing, untyped({ key: Thing.id.beginsWith("x") })),
    InvalidSearch,
    '"id" by eq()',
  ],
  [
    "query: or",
    () => engine.query(Thing, untyped({ key: Thing.id.eq("1").or(Thing.id.eq("2")) })),
    InvalidSearch,
    "joined by and()",
  ],
  [
    "query: two conditions on the range key",
    () => engine.query(Thing, untyped({ key: Thing.id.eq("1").and(Thing.at.gt(1)).and(Thing.at.lt(3)) })),
    InvalidSearch,
    "at most one condition",
  ],
  [
    "query: ne on the range key",
    () => engine.query(Thing, untyped({ key: Thing.id.eq("1").and(Thing.at.ne(1)) })),
    InvalidSearch,
    '"at"',
  ],
  [
    "query: a column that is no key",
    () => engine.query(Thing, untyped({ key: Thing.id.eq("1").and(Thing.name.eq("x")) })),
    InvalidSearch,
    "Thing",
  ],
  [
    "query: another index's key",
    () => engine.query(Thing.byName, untyped({ key: Thing.id.eq("1") })),
    InvalidSearch,
    'Thing.byName is "name" by eq()',
  ],
  [
    "query: another model's key",
    () => engine.query(Thing, untyped({ key: Other.id.eq("1") })),
    InvalidCondition,
    "uses a column of Other",
  ],
  [
    "query: a filter on its key",
    () => engine.query(Thing, untyped({ key: Thing.id.eq("1"), filter: Thing.at.gt(1) })),
    InvalidSearch,
    'can\'t use its key column "at"',
  ],
  [
    "query: a filter that the index can't see",
    () => engine.query(Thing.byName, untyped({ key: Thing.name.eq("1"), filter: Thing.big.gt(1n) })),
    InvalidSearch,
    'The filter uses the column "big", which Thing.byName does not hold',
  ],
  [
    "query: a projection that the index does not hold",
    () => engine.query(Thing.byName, untyped({ key: Thing.name.eq("1"), projection: ["big"] })),
    InvalidSearch,
    'Thing.byName does not hold a column "big"',
  ],
  [
    "query: a misspelt projection",
    () => engine.query(Thing, untyped({ key: Thing.id.eq("1"), projection: ["nmae"] })),
    InvalidSearch,
    'did you mean "name"?',
  ],
  [
    "query: an empty projection",
    () => engine.query(Thing, untyped({ key: Thing.id.eq("1"), projection: [] })),
    InvalidSearch,
    '"all", "keys" or an array of columns',
  ],
  ...[false, 0, "", Number.NaN, null].flatMap((nothing): Case[] => [
    [
      `scan: the filter ${String(nothing)}`,
      () => engine.scan(Thing, untyped({ filter: nothing })),
      InvalidCondition,
      "Expected a condition, got",
    ],
    [
      `query: the key ${String(nothing)}`,
      () => engine.query(Thing, untyped({ key: nothing })),
      InvalidCondition,
      "Expected a condition, got",
    ],
    [
      `update: changes that are ${String(nothing)}`,
      () => engine.update(Thing, key, untyped(nothing)),
      InvalidOption,
      "are an object of values and actions",
    ],
    [`merge: ${String(nothing)}`, async () => merge(untyped(nothing)), InvalidOption, "merge() takes an object"],
  ]),
  [
    "update: an array",
    () => engine.update(Thing, key, untyped([])),
    InvalidOption,
    "are an object of values and actions",
  ],
  ["merge: an array", async () => merge(untyped([])), InvalidOption, "merge() takes an object of changes by key"],
  [
    "save: an action in a column",
    () => engine.save(Object.assign(new Thing(key), { count: add(1) })),
    InvalidValue,
    'got the action add(), which goes with update(), or with the option "actions"',
  ],
  [
    "query: a condition that JavaScript compared",
    () => engine.query(Thing, untyped({ key: (Thing.id as unknown) === "1" })),
    InvalidCondition,
    "Expected a condition, got a boolean",
  ],
  [
    "query: consistent on a global index",
    () => engine.query(Thing.byName, untyped({ key: Thing.name.eq("1"), consistent: true })),
    InvalidSearch,
    "Thing.byName is a global index, which has no consistent reads",
  ],
  [
    "query: nothing that can be searched",
    () => engine.query(untyped({}), untyped({ key: Thing.id.eq("1") })),
    InvalidOption,
    "Expected a model or an index",
  ],
  [
    "scan: a limit of 0",
    () => engine.scan(Thing, { limit: 0 }),
    InvalidOption,
    "limit is a whole number from 1, got 0",
  ],
  ["scan: half a page", () => engine.scan(Thing, { pageSize: 1.5 }), InvalidOption, "pageSize"],
  ["scan: no segments", () => engine.scan(Thing, { segments: 0 }), InvalidOption, "segments"],
  [
    "scan: a segment that is not there",
    () => engine.scan(Thing, { parallel: { segment: 4, total: 4 } }),
    InvalidOption,
    "parallel.segment is a whole number from 0 to 3, got 4",
  ],
  [
    "scan: both kinds of segments",
    () => engine.scan(Thing, { segments: 2, parallel: { segment: 0, total: 4 } }),
    InvalidOption,
    "segments, or parallel",
  ],
  [
    "scan: a key",
    () => engine.scan(Thing, untyped({ key: Thing.id.eq("1") })),
    InvalidOption,
    'scan() has no option "key"',
  ],
  ["token: none", () => engine.scan(Thing).moveTo(untyped({})), InvalidPosition, "it is no search token"],
  [
    "token: another table's",
    () => engine.scan(Thing).moveTo(engine.scan(Other).token),
    InvalidPosition,
    'it is of the table "Other"',
  ],
  [
    "token: another index's",
    () => engine.scan(Thing.byName).moveTo(engine.scan(Thing).token),
    InvalidPosition,
    "it is of the table itself",
  ],
  [
    "token: other segments",
    () => engine.scan(Thing, { segments: 2 }).moveTo(engine.scan(Thing).token),
    InvalidPosition,
    "it is of 1 segments, and the search has 2",
  ],
  [
    "token: a newer one",
    () => engine.scan(Thing).moveTo(untyped({ ...engine.scan(Thing).token, version: 2 })),
    InvalidPosition,
    "its version is 2",
  ],
  [
    "token: a broken key",
    () => engine.scan(Thing).moveTo({ ...engine.scan(Thing).token, positions: [{ id: { S: "1" } }] }),
    InvalidPosition,
    "it holds no key",
  ],
  [
    "engine: a misspelt option",
    () => new Engine(untyped({ tablename: "x" }) as EngineOptions),
    InvalidOption,
    'did you mean "tableName"?',
  ],
  ["engine: one table for all", () => new Engine({ tableName: "shop" }), InvalidOption, "would be every model's table"],
  [
    "engine: a table name that can't be",
    () => new Engine({ dynamodb: client, tableName: "a b {tableName}" }).scan(Thing),
    InvalidOption,
    "Thing's table would be called",
  ],
  ["bind: no model", () => engine.bind(untyped({})), InvalidOption, "Expected a model"],
  [
    "bind: an unknown mode",
    () => engine.bind(Thing, untyped({ tables: "replace" })),
    InvalidOption,
    'tables is "create", "validate" or "skip"',
  ],
];

test.each(cases)("%s", async (_, attempt, type, says) => {
  const error: unknown = await Promise.resolve()
    .then(attempt)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  expect(error).toBeInstanceOf(type);
  expect(error).toBeInstanceOf(BloopError);
  expect(String(error)).toContain(says);
  expect(client.sent).toEqual([]);
});

test("the key of a loaded object can't be changed", async () => {
  const object = new Thing(key);
  await engine.save(object);
  client.sent.length = 0;
  object.at = 2;
  await expect(engine.save(object)).rejects.toThrow("Thing.at is a key column, and was changed from");
  await expect(engine.delete(object)).rejects.toThrow(InvalidValue);
  expect(client.sent).toEqual([]);
});

test("conditions past DynamoDB's limits are refused before a request", async () => {
  expect(() => {
    let many = Thing.amount.eq(0).or(Thing.amount.eq(1));
    for (let index = 2; index < 200; index++) many = many.or(Thing.amount.eq(index));
  }).toThrow("The condition has 301 operators");
  expect(client.sent).toEqual([]);
});
