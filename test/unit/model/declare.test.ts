/** Bad declarations, each with its sentence; and what a good one tells. */

import { inspect } from "node:util";
import {
  boolean,
  datetime,
  InvalidModel,
  InvalidOption,
  integer,
  list,
  map,
  metadataOf,
  model,
  number,
  onModelCreated,
  set,
  string,
  timestamp,
  union,
  uuid,
} from "bloop-dynamodb";
import { describe, expect, test } from "vitest";

const id = string().hashKey();
const ranged = { id, at: number().rangeKey() };
/** What the compiler would refuse, said by somebody who does not have one. */
const declare = (columns: unknown, options: unknown = {}) => model("Bad", columns as never, options as never);
const index = (declared: object) => ({ indexes: { byName: { projection: "keys", ...declared } } });

const declarations: readonly [attempt: () => unknown, says: string][] = [
  [
    () => declare({ id }, { billing: { mode: "on_demand" } }),
    'its billing is {"mode":"on_demand"}, not "on_demand" or',
  ],
  [
    () => declare({ id }, { encryption: { enabled: false } }),
    'its encryption is {"enabled":false}, not true or false.',
  ],
  [() => declare({ id }, { backups: "yes" }), 'its backups is "yes", not true or false.'],
  [() => declare({ id }, { stream: { include: ["what"] } }), 'a part of its stream is "what", not "keys" or "new"'],
  [() => declare({ id }, { stream: { include: ["keys", "new"] } }), "keys stand alone"],
  [() => declare({ id }, { stream: "new" }), 'its stream is "new", not an object.'],
  [() => declare({ id }, { stream: { include: ["new"], view: 1 } }), 'no option of its stream called "view"'],
  [() => declare({ id }, { ttl: "at" }), 'its ttl is "at", not an object.'],
  [() => declare({ id, at: number() }, { ttl: { column: "at", name: 1 } }), 'no option of its ttl called "name"'],
  [() => declare({ id }, { tableName: 3 }), "its tableName is 3, not a text."],
  [() => declare({ id }, { readUnits: 0 }), "it has readUnits 0, which is a whole number from 1."],
  [() => declare({ id }, { writeUnits: "5" }), 'it has writeUnits "5", which is a whole number from 1.'],
  [
    () => declare({ ...ranged, a: string() }, index({ rangeKey: "a", readUnits: 1 })),
    "is local, which shares the table's read and write units.",
  ],
  [() => declare({ id, a: string() }, index({ hashKey: "a", writeUnits: -1 })), "has writeUnits -1"],
  [() => declare({ id, a: string() }, index({ hashKey: "a", strict: "no" })), 'strict of the index "byName" is "no"'],
  [
    () => declare({ id, a: string().storedAs("x".repeat(256)) }, index({ hashKey: "a" })),
    "is stored under a name of 256 bytes; DynamoDB takes 255.",
  ],
  [
    () =>
      declare({ id, a: string(), b: string().storedAs("x".repeat(256)) }, index({ hashKey: "a", projection: ["b"] })),
    'the column "b", which the index "byName" has by name, is stored under a name of 256 bytes',
  ],
  [() => declare({ name: string() }), "it has no hash key; call hashKey() on the type of one column."],
  [() => declare({ id, other: string().hashKey() }), 'it has 2 hash keys, "id" and "other"; a table has one.'],
  [() => declare({ ...ranged, to: number().rangeKey() }), 'it has 2 range keys, "at" and "to"; a table has one.'],
  [() => declare({ id: boolean().hashKey() }), 'the hash key "id" is stored as BOOL; a key is stored as S, N or B.'],
  [
    () => declare({ id: string().hashKey().default("a", { onLoad: true }) }),
    'the key column "id" has a default with onLoad; a key is always stored',
  ],
  [() => declare({ id: string().nullable().hashKey() }), 'the hash key "id" is nullable; a key can\'t be NULL.'],
  [
    () => declare({ id, a: string().storedAs("x"), b: string().storedAs("x") }),
    'the columns "a" and "b" are both stored as "x".',
  ],
  [() => declare({ id, a: string().storedAs("id") }), 'the columns "id" and "a" are both stored as "id".'],
  [
    () => declare({ id, prototype: string() }),
    'a column can\'t be called "prototype"; give it another name, and the stored one with storedAs("prototype").',
  ],
  [() => declare({ id, ["__proto__"]: string() }), 'a column can\'t be called "__proto__"'],
  [
    () => declare({ id, a: string().storedAs("") }),
    'the column "a" is stored under a name of 0 bytes; DynamoDB takes 1 to 65535.',
  ],
  [
    () => declare({ id: string().hashKey().storedAs("x".repeat(256)) }),
    "a name of 256 bytes; DynamoDB takes 1 to 255.",
  ],
  [() => declare({ id, a: "string" }), 'the column "a" is "string", not a type such as string().'],
  [() => declare({ id, a: string }), 'the column "a" is the function string, not a type such as string().'],
  [
    () => declare({ id, a: integer().version(), b: integer().version() }),
    'it has 2 versions, "a" and "b"; a model has one.',
  ],
  [
    () => declare({ id: integer().version().hashKey() }),
    'the version column "id" is a key, which a version can\'t be.',
  ],
  [() => declare({ id, v: integer().version().nullable() }), 'the version column "v" is nullable, which a version'],
  [() => declare({ id, v: integer().version().default(1) }), 'the version column "v" is given a default, which'],
  [
    () => declare({ id, a: string() }, { indexes: { prototype: { hashKey: "a", projection: "keys" } } }),
    'an index can\'t be called "prototype".',
  ],
  [() => declare(undefined), "its columns are undefined, not an object."],
  [() => declare([id]), "its columns are [{}], not an object."],
  [() => declare({ id }, []), "its options are [], not an object."],
  [() => declare({ id }, { indexes: "byName" }), 'its indexes are "byName", not an object.'],
  [() => declare({ id }, { indexes: { byName: "id" } }), 'the index "byName" is "id", not an object.'],
  [
    () => declare({ id, a: number().default("1" as never) }),
    "the default of a does not fit: expected a finite number, got a text of 1 character.",
  ],
  [() => declare({ id, a: list(number()).default([1, "2"] as never) }), "the default of a[1] does not fit"],
  [() => declare({ id }, { tablename: "x" }), 'there is no option called "tablename"; did you mean "tableName"?'],
  [() => declare({ id }, index({ hashKey: "nam" })), 'the index "byName" names a column "nam" that is not there.'],
  [() => declare({ id, name: string() }, index({ hashKey: "nam" })), 'that is not there; did you mean "name"?'],
  [
    () => declare({ id, name: map({}) }, index({ hashKey: "name" })),
    'the column "name", a key of the index "byName", is stored as M',
  ],
  [
    () => declare({ id, name: string() }, index({ hashKey: "name", projection: ["x"] })),
    'the index "byName" names a column "x"',
  ],
  [
    () => declare({ id, name: string() }, index({ hashKey: "name", projection: "some" })),
    'the projection of the index "byName" is "some", not "all", "keys" or columns.',
  ],
  [
    () => declare({ id, name: string() }, index({ hashKey: "name", rangeKey: "name" })),
    'the index "byName" has "name" as both of its keys.',
  ],
  [
    () => declare({ id, name: string() }, index({ rangeKey: "name" })),
    'the index "byName" is local, which needs a table with a range key; give it a hashKey.',
  ],
  [
    () => declare({ id, a: string() }, index({ hashKey: [] })),
    'the hashKey of the index "byName" has 0 attributes; DynamoDB takes 1 to 4.',
  ],
  [
    () => declare({ id, a: string() }, index({ hashKey: "a", rangeKey: ["a", "b", "c", "d", "e"] })),
    'the rangeKey of the index "byName" has 5 attributes; DynamoDB takes 1 to 4.',
  ],
  [
    () => declare({ id, a: string(), b: string() }, index({ hashKey: ["a", "b"], rangeKey: ["b"] })),
    'the index "byName" has "b" twice in its key.',
  ],
  [
    () => declare({ ...ranged, a: string(), b: string() }, index({ rangeKey: ["a", "b"] })),
    'the index "byName" is local, and has 2 range keys; several are for a global index.',
  ],
  [
    () => declare({ id, a: string(), b: set(string()) }, index({ hashKey: ["a", "b"] })),
    'the column "b", a key of the index "byName", is stored as SS; a key is stored as S, N or B',
  ],
  [
    () => declare({ id, a: string(), b: string().nullable() }, index({ hashKey: ["a", "c"] })),
    'the index "byName" names a column "c" that is not there',
  ],
  [() => declare({ ...ranged }, index({})), 'the index "byName" has neither hashKey nor rangeKey.'],
  [
    () => declare({ id, name: string() }, index({ hashKey: "name", hashkey: "x" })),
    'there is no option of the index "byName" called "hashkey"',
  ],
  [
    () => declare({ id, name: string() }, { indexes: { by: { hashKey: "name", projection: "keys" } } }),
    'the index "by" is stored as "by"; DynamoDB takes 3 to 255 letters',
  ],
  [() => declare({ id, byName: string() }, index({ hashKey: "byName" })), '"byName" is both a column and an index.'],
  [
    () =>
      declare(
        { id, a: string() },
        {
          indexes: {
            one: { hashKey: "a", projection: "keys", storedAs: "two" },
            two: { hashKey: "a", projection: "keys" },
          },
        },
      ),
    'the indexes "two" and "one" are both stored as "two".',
  ],
  [
    () =>
      declare(
        { ...ranged, ...Object.fromEntries("abcdef".split("").map((name) => [name, string()])) },
        {
          indexes: Object.fromEntries(
            "abcdef".split("").map((name) => [`by-${name}`, { rangeKey: name, projection: "keys" }]),
          ),
        },
      ),
    "it has 6 local indexes; DynamoDB takes 5.",
  ],
  [
    () => declare({ id, at: datetime() }, { ttl: { column: "at" } }),
    'its ttl column "at" is stored as S; DynamoDB takes seconds as N; use timestamp().',
  ],
  [() => declare({ id, at: timestamp() }, { ttl: { column: "to" } }), 'its ttl names a column "to" that is not there'],
  [() => declare({ id }, { stream: { include: [] } }), 'its stream includes nothing; include "keys", "new" or "old".'],
  [
    () => declare({ id }, { billing: "on_demand", readUnits: 1 }),
    "it is billed on demand, and yet has read or write units.",
  ],
];

describe("a bad declaration", () => {
  test.each(declarations)("%#: %s", (attempt, says) => {
    expect(attempt).toThrow(InvalidModel);
    expect(attempt).toThrow(says);
    expect(attempt).toThrow('The model "Bad" can\'t be: ');
  });

  test.each<[name: unknown, sentence: string]>([
    [7, "The model 7 can't be: its name is not a text."],
    ["", 'The model "" can\'t be: its name is empty.'],
  ])("with the name %j", (name, sentence) => {
    expect(() => model(name as string, { id })).toThrow(new InvalidModel(sentence));
  });

  test.each([
    [() => map({ a: string().hashKey() }), "Only a column can be a key, and here a type inside of a map is."],
    [() => list(string().default("x")), "Only a column can have a default, and here a type inside of a list has one."],
    [() => list(string().storedAs("x")), 'An element of a list has no name, and here it has storedAs("x").'],
    [() => map({ a: string().storedAs("x"), b: string().storedAs("x") }), 'Two keys of a map are both stored as "x".'],
    [() => set(map({}) as never), "set() holds types stored as S, N or B, and map() is stored as M."],
    [() => set(string().nullable()), "A set can't hold NULL"],
    [() => union("kind", { a: { kind: string() } }), 'The variant "a" of a union declares the key "kind"'],
  ])("of a type is found when it is made: %#", (attempt, says) => {
    expect(attempt).toThrow(InvalidModel);
    expect(attempt).toThrow(says);
  });
});

describe("a model", () => {
  const Account = model(
    "Account",
    {
      id: uuid().hashKey().storedAs("pk"),
      name: string(),
      length: number(),
      caller: string(),
    },
    {
      tableName: "accounts",
      indexes: { byName: { hashKey: "name", rangeKey: "length", projection: ["caller"], storedAs: "by-name" } },
    },
  );

  test("tells what it declares", () => {
    const {
      name,
      tableName,
      model: declared,
      columns,
      columnsByStoredName,
      hashKey,
      rangeKey,
      indexes,
    } = metadataOf(Account);
    expect({ name, tableName, rangeKey }).toEqual({ name: "Account", tableName: "accounts", rangeKey: undefined });
    expect(declared).toBe(Account);
    expect(hashKey).toMatchObject({
      property: "id",
      storedName: "pk",
      type: "uuid",
      wire: "S",
      key: "hash",
      required: true,
    });
    expect([...columns.keys()]).toEqual(["id", "name", "length", "caller"]);
    expect(columnsByStoredName.get("pk")).toBe(columns.get("id"));
    expect(indexes.get("byName")).toMatchObject({
      storedName: "by-name",
      kind: "global",
      hashKeys: [{ property: "name" }],
      rangeKeys: [{ property: "length" }],
      projection: [{ property: "caller" }],
    });
    expect(metadataOf(class extends Account {}).model).toBe(Account);
    expect(() => metadataOf(class {} as never)).toThrow(InvalidOption);
  });

  test("has its columns in the place of a function's own properties", () => {
    expect([String(Account.name), String(Account.length), String(Account.caller)]).toEqual([
      "Account.name",
      "Account.length",
      "Account.caller",
    ]);
    expect(Account.prototype).toBe(Object.getPrototypeOf(new Account({ id: "x" })));
  });

  test("prints its objects under its name, or that of a subclass", () => {
    class Person extends Account {}
    expect(inspect(new Account({ id: "x", name: "Ada" }))).toBe("Account { id: 'x', name: 'Ada' }");
    expect(inspect(new Person({ id: "x" }))).toBe("Person { id: 'x' }");
  });

  test("is announced", () => {
    const heard: unknown[] = [];
    const stop = onModelCreated(({ model: created }) => heard.push(created));
    const First = model("First", { id });
    stop();
    model("Second", { id });
    expect(heard).toEqual([First]);
  });

  test("shares columns with others, and each has its own", () => {
    const shared = { id, name: string() };
    const [One, Two] = [model("One", shared), model("Two", shared)];
    expect([String(One.name), String(Two.name)]).toEqual(["One.name", "Two.name"]);
  });
});

test.each<[() => unknown, string]>([
  [() => set(undefined as never), "Expected a type such as string(), got undefined."],
  [() => list(3 as never), "Expected a type such as string(), got 3."],
  [() => map(undefined as never), "The keys of a map are an object of types, got undefined."],
  [() => map({ a: "string" as never }), 'Expected a type such as string(), got "string".'],
  [() => union("kind", undefined as never), "The variants of a union are an object of kinds, got undefined."],
])("a type of nothing is refused: %s", (attempt, says) => {
  expect(attempt).toThrow(InvalidModel);
  expect(attempt).toThrow(says);
});
