/** Each argument of each operation, given what it is not: the typed error, no request, and no object changed. */

import {
  add,
  BloopError,
  type DynamoDBClientLike,
  Engine,
  InvalidCondition,
  InvalidOption,
  InvalidPosition,
  InvalidStream,
  InvalidValue,
  ifNotExists,
  integer,
  MissingKey,
  metadataOf,
  model,
  set,
  string,
  WriteFailures,
} from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { recordingClient } from "../../support/recording-client.js";

const Thing = model(
  "Thing",
  { id: string().hashKey(), at: integer().rangeKey(), name: string(), count: integer(), tags: set(string()) },
  { indexes: { byName: { hashKey: "name", projection: "keys" } }, stream: { include: ["new"] } },
);
const Plain = model("Plain", { id: string().hashKey() });
const key = { id: "1", at: 1 };
const untyped = (value: unknown) => value as never;
const thing = () => new Thing({ ...key, name: "x" });

type Place = (engine: Engine, value: never) => unknown;
type Failure = new (...given: never[]) => Error;
type Values = readonly (readonly [name: string, value: unknown, failure?: Failure])[];

const nothing: Values = [
  ["undefined", undefined],
  ["null", null],
  ["a number", 5],
  ["a text", "Thing"],
  ["a flag", true],
  ["an empty object", {}],
  ["a Map", new Map()],
  ["a function", () => new Thing(key)],
];

const noObject: Values = [
  ...nothing,
  ["the model itself", Thing],
  ["a copy by spread", { ...thing() }],
  ["a key", key],
  ["JSON of an object", JSON.stringify(thing())],
  ["a copy by structuredClone", structuredClone({ ...thing() })],
  ["a promise of an object", Promise.resolve(thing())],
];
const noModel: Values = [...nothing, ["an object of it", thing()], ["its name", "Thing"], ["a class", class Thing {}]];
const noKey: Values = [
  ["undefined", undefined, InvalidOption],
  ["null", null, InvalidOption],
  ["a text", "1", InvalidOption],
  ["a number", 1, InvalidOption],
  ["an empty object", {}, MissingKey],
  ["an empty array", [], MissingKey],
  ["a part of a key", { id: "1" }, MissingKey],
  ["a key with undefined", { id: "1", at: undefined }, MissingKey],
  ["a key with null", { id: "1", at: null }, InvalidValue],
  ["a key with NaN", { id: "1", at: Number.NaN }, InvalidValue],
  ["a key with half a number", { id: "1", at: 0.5 }, InvalidValue],
  ["a key with a text for a number", { id: "1", at: "1" }, InvalidValue],
  ["a key with a number for a text", { id: 1, at: 1 }, InvalidValue],
  ["an empty hash key", { id: "", at: 1 }, InvalidValue],
  ["a hash key of half a surrogate pair", { id: "\ud800", at: 1 }, InvalidValue],
  ["a hash key of 2,049 bytes", { id: "x".repeat(2049), at: 1 }, InvalidValue],
  ["a misspelt column", { id: "1", att: 1 }, InvalidValue],
  ["more than a key", { ...key, name: "x" }, InvalidValue],
  ["an object of another model", new Plain({ id: "1" }), InvalidOption],
];
const noCondition: Values = [
  ["null", null],
  ["false, as of a comparison by JavaScript", untyped(Thing.name) === "x"],
  ["true", true],
  ["a text", "name = x"],
  ["an object", { name: "x" }],
  ["a place", Thing.name],
  ["a function", () => Thing.name.exists()],
  ["another model's", Plain.id.exists()],
];
const noChanges: Values = [
  ["undefined", undefined, InvalidOption],
  ["null", null, InvalidOption],
  ["a text", "count = 1", InvalidOption],
  ["an array", [{ count: 1 }], InvalidOption],
  ["a misspelt column", { cont: 1 }, InvalidValue],
  ["a key column", { at: 2 }, InvalidValue],
  ["undefined for a column", { count: undefined }, InvalidValue],
  ["another type", { count: "1" }, InvalidValue],
  ["add() to a text", { name: add(1) }, InvalidValue],
  ["add() of a text", { count: add(untyped("1")) }, InvalidValue],
  ["add() of NaN", { count: add(Number.NaN) }, InvalidValue],
  ["an action as a function", { count: add }, InvalidValue],
];

const places: readonly [name: string, failure: Failure, values: Values, places: { readonly [name: string]: Place }][] =
  [
    [
      "an object",
      InvalidOption,
      noObject,
      {
        "save()": (engine, value) => engine.save(value),
        "save() of many": (engine, value) => engine.save([thing(), value]),
        "delete()": (engine, value) => engine.delete(value),
        "load()": (engine, value) => engine.load(value),
        "load() of many": (engine, value) => engine.load([thing(), value]),
        "adopt()": (engine, value) => engine.adopt(value),
        "save() of a transaction": (engine, value) => engine.transaction().save(value),
        "delete() of a transaction": (engine, value) => engine.transaction().delete([value]),
        "check() of a transaction": (engine, value) => engine.transaction().check(value, "unchanged"),
        "load() of a read transaction": (engine, value) => engine.readTransaction().load(value),
      },
    ],
    [
      "a model",
      InvalidOption,
      noModel,
      {
        "get()": (engine, value) => engine.get(value, untyped(key)),
        "getMany()": (engine, value) => engine.getMany(value, untyped([key])),
        "getMany() of several models": (engine, value) => engine.getMany([[value, untyped(key)]]),
        "update()": (engine, value) => engine.update(value, untyped(key), untyped({ count: 1 })),
        "modify()": (engine, value) => engine.modify(value, untyped(key), () => {}),
        "scan()": (engine, value) => engine.scan(value),
        "bind()": (engine, value) => engine.bind(value),
        "stream()": (engine, value) => engine.stream(value, untyped("latest")),
        "get() of a read transaction": (engine, value) => engine.readTransaction().get(value, untyped(key)),
        "update() of a transaction": (engine, value) => engine.transaction().update(value, untyped(key), untyped({})),
        "metadataOf()": (_, value) => metadataOf(value),
        "ifNotExists()": (_, value) => ifNotExists(value),
      },
    ],
    [
      "a key",
      InvalidValue,
      noKey,
      {
        "get()": (engine, value) => engine.get(Thing, value),
        "getMany()": (engine, value) => engine.getMany(Thing, [key, value]),
        "getMany() of several models": (engine, value) => engine.getMany([[Thing, value]]),
        "update()": (engine, value) => engine.update(Thing, value, { count: 1 }),
        "modify()": (engine, value) => engine.modify(Thing, value, () => {}),
        "get() of a read transaction": (engine, value) => engine.readTransaction().get(Thing, value),
        "update() of a transaction": (engine, value) => engine.transaction().update(Thing, value, {}).commit(),
      },
    ],
    [
      "a condition",
      InvalidCondition,
      noCondition,
      {
        "save()": (engine, value) => engine.save(thing(), { condition: value }),
        "delete()": (engine, value) => engine.delete(thing(), { condition: value }),
        "update()": (engine, value) => engine.update(Thing, key, { count: 1 }, { condition: value }),
        "scan(), as its filter": (engine, value) => engine.scan(Thing, { filter: value }),
        "query(), as its key": (engine, value) => engine.query(Thing, { key: value }),
        "check() of a transaction": (engine, value) => engine.transaction().check(thing(), value).commit(),
        "save() of a transaction": (engine, value) => engine.transaction().save(thing(), { condition: value }).commit(),
      },
    ],
    [
      "changes",
      InvalidValue,
      noChanges,
      {
        "update()": (engine, value) => engine.update(Thing, key, value),
        "update() of a transaction": (engine, value) => engine.transaction().update(Thing, key, value).commit(),
      },
    ],
  ];

/** What is thrown, at once or later. */
async function thrownBy(run: () => unknown): Promise<unknown> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error;
  }
}

const cases = places.flatMap(([name, failure, values, ways]) =>
  Object.entries(ways).flatMap(([way, place]) =>
    values.map(([given, value, own = failure]) => ({
      title: `${name} of ${way}: ${given}`,
      place,
      value,
      failure: own,
    })),
  ),
);

test("there are more than 250 of them", () => {
  expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
  expect(cases.length).toBeGreaterThan(250);
});

test.each(cases)("$title", async ({ place, value, failure }) => {
  const client = recordingClient();
  const error = await thrownBy(() => place(new Engine({ dynamodb: client }), untyped(value)));
  expect(error).toBeInstanceOf(BloopError);
  expect(error).toBeInstanceOf(failure);
  expect(client.sent).toEqual([]);
});

describe("of many objects", () => {
  test.each(noObject)("putAll() tells which is none: %s", async (_, value) => {
    const client = recordingClient();
    const error = await thrownBy(() => new Engine({ dynamodb: client }).putAll([untyped(value)]));
    expect(error).toBeInstanceOf(WriteFailures);
    expect(error).toMatchObject({ written: 0, failures: [{ error: expect.any(InvalidOption) }] });
    expect(client.sent).toEqual([]);
  });

  test.each<[name: string, value: unknown]>([
    ["an object that is no source", thing()],
    ["undefined", undefined],
    ["null", null],
    ["a number", 5],
    ["a promise", Promise.resolve([])],
  ])("putAll() takes no %s for its source", async (_, value) => {
    const error = await thrownBy(() => new Engine({ dynamodb: recordingClient() }).putAll(untyped(value)));
    expect(error).toBeInstanceOf(InvalidOption);
  });
});

test.each<[name: string, position: unknown]>([
  ["undefined", undefined],
  ["null", null],
  ["a text", "oldest"],
  ["a number", 0],
  ["an invalid Date", new Date(Number.NaN)],
  ["an empty object", {}],
  ["a token's JSON", '{"version":1}'],
])("a stream has no position %s", async (_, position) => {
  const client = recordingClient() as DynamoDBClientLike;
  const error = await thrownBy(() => new Engine({ dynamodb: client }).stream(Thing, untyped(position)));
  expect(error).toBeInstanceOf(InvalidPosition);
  const none = await thrownBy(() => new Engine({ dynamodb: client }).stream(untyped(Plain), untyped("latest")));
  expect(none).toBeInstanceOf(InvalidStream);
});
