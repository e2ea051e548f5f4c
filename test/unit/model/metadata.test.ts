/** metadataOf(): all that a model declares, as plain, frozen data. */

import * as bloop from "bloop-dynamodb";
import {
  type AnyModel,
  binary,
  boolean,
  dynamicList,
  dynamicMap,
  type GlobalIndex,
  InvalidOption,
  type IsoOptions,
  integer,
  type LocalIndex,
  list,
  map,
  metadataOf,
  model,
  number,
  oneOf,
  record,
  recursive,
  type Shape,
  set,
  string,
  type Type,
  timestamp,
  union,
  uuid,
} from "bloop-dynamodb";
import * as dayjs from "bloop-dynamodb/ext/dayjs";
import * as decimal from "bloop-dynamodb/ext/decimal";
import * as luxon from "bloop-dynamodb/ext/luxon";
import * as python from "bloop-dynamodb/ext/python";
import * as temporal from "bloop-dynamodb/ext/temporal";
import { describe, expect, test } from "vitest";
import { optionNames } from "../../../src/model/declaration/declare.js";
import { indexOptionNames } from "../../../src/model/declaration/declare-index.js";
import { type AnyType, definition, plainTraits, type Traits } from "../../../src/types/type.js";

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
  expect(columnsByStoredName.get("i")).toBe(columns.get("id"));
  expect([hashKey, rangeKey, version]).toEqual([columns.get("id"), columns.get("at"), columns.get("version")]);
});

test("indexes", () => {
  const { indexes } = metadataOf(Thing);
  const byKind = indexes.get("byKind");
  expect([byKind?.kind, byKind?.storedName, byKind?.hashKeys[0]?.property, byKind?.rangeKeys[0]?.property]).toEqual([
    "global",
    "kinds",
    "kind",
    "at",
  ]);
  expect(byKind?.projection).toMatchObject([{ property: "version" }]);
  expect(byKind?.columns.map(({ property }) => property)).toEqual(["id", "at", "kind", "version"]);
  expect([indexes.get("byVersion")?.kind, indexes.get("byVersion")?.projection]).toEqual(["local", "all"]);
});

test("a model that says nothing else has nothing else", () => {
  const Plain = model("Plain", { id: string().hashKey() });
  const {
    name,
    model: declared,
    tableName,
    columns,
    columnsByStoredName,
    hashKey,
    indexes,
    ...rest
  } = metadataOf(Plain);
  expect([name, declared, tableName, columns.size, columnsByStoredName.size, hashKey.property, indexes.size]).toEqual([
    "Plain",
    Plain,
    "Plain",
    1,
    1,
    "id",
    0,
  ]);
  expect(new Set(Object.values(rest))).toEqual(new Set([undefined]));
});

test("anything but a model is refused", () => {
  expect(() => metadataOf({} as never)).toThrow(InvalidOption);
});

test("all of it is frozen, and of its own for each call", () => {
  const All = model(
    "All",
    {
      id: uuid().hashKey(),
      one: map({ a: list(set(string("x", "y"))), b: union("kind", { c: { d: number() } }) }),
      several: oneOf(boolean(), binary()).default(true),
    },
    { indexes: { byId: { hashKey: "id", projection: ["one"] } }, stream: { include: ["new"] } },
  );
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const inner = value instanceof Map ? [...value.values()] : Object.values(value);
    // A Map can't be frozen.
    if (!(value instanceof Map)) expect(Object.isFrozen(value), JSON.stringify(value)).toBe(true);
    for (const one of inner) visit(one);
  };
  visit(metadataOf(All));
  (metadataOf(All).columns as Map<string, unknown>).clear();
  expect(metadataOf(All).columns.size).toBe(3);
});

const columnOf = (type: AnyType) =>
  metadataOf(model("Any", { id: string().hashKey(), it: type as Type<unknown> })).columns.get("it");

describe("a type", () => {
  test("of one value tells its options, and the values that are allowed", () => {
    expect(columnOf(string("a", "b"))).toMatchObject({ type: "string", values: ["a", "b"], options: {} });
    expect(columnOf(bloop.datetime({ digits: 6 }))?.options).toEqual({ digits: 6, utc: "Z", fractions: "error" });
    expect(columnOf(luxon.datetime({ zone: "Europe/Oslo" }))?.options["zone"]).toBe("Europe/Oslo");
    expect(columnOf(decimal.decimal())).toMatchObject({ type: "decimal", wire: "N", options: {} });
  });

  test("of several tells what it holds", () => {
    expect(columnOf(list(set(uuid())))).toMatchObject({
      type: "list",
      element: { type: "set", wire: "SS", element: { type: "uuid" } },
    });
    expect(columnOf(record(number().nullable()))).toMatchObject({
      type: "record",
      nullable: false,
      element: { type: "number", nullable: true },
    });
    expect(columnOf(map({ lat: number().required().storedAs("l"), name: string() }))?.members).toMatchObject([
      { property: "lat", storedName: "l", required: true, type: "number" },
      { property: "name", storedName: "name", required: false, type: "string" },
    ]);
    expect(columnOf(union("kind", { circle: { radius: number() } }))).toMatchObject({
      tag: "kind",
      variants: [
        {
          kind: "circle",
          members: [{ property: "kind", values: ["circle"], required: true }, { property: "radius" }],
        },
      ],
    });
    expect(columnOf(oneOf(boolean(), integer()))).toMatchObject({
      wire: "any",
      types: [{ type: "boolean" }, { type: "integer" }],
    });
    expect(columnOf(dynamicMap())).toMatchObject({ type: "dynamicMap", element: { type: "dynamic", wire: "any" } });
    expect(columnOf(dynamicList())).toMatchObject({ type: "dynamicList", element: { type: "dynamic" } });
  });

  test("made by transform() tells what it is made from", () => {
    const custom = string("a")
      .nullable()
      .transform({ load: String, dump: () => "a" as const });
    expect(columnOf(custom)).toMatchObject({ type: "string", values: ["a"], nullable: true, custom: true });
    expect(columnOf(string())).toMatchObject({ nullable: false, custom: false });
  });

  test("that holds itself ends in itself, and can be printed", () => {
    interface Tree {
      children?: (Tree | null)[] | undefined;
    }
    const tree: Type<Tree, "M"> = map({ children: list(recursive(() => tree).nullable()) });
    const column = columnOf(tree);
    const child = column?.members?.[0]?.element;
    expect(child).toMatchObject({ type: "map", wire: "M", nullable: true });
    expect(child?.holds?.members?.[0]?.element?.holds).toBe(child?.holds);
    expect(JSON.stringify(column)).toContain('"children"');
    const endless = (): Type<Tree, "M"> => map({ children: list(recursive(endless)) });
    expect(columnOf(endless())?.members?.[0]?.element?.holds?.members?.[0]?.element?.type).toBe("map");
  });
});

test("a default tells its value, as a copy, or that a function makes it", () => {
  const tags = new Set(["a"]);
  expect(columnOf(set(string()).default(tags, { onLoad: true }))?.default).toEqual({
    isFunction: false,
    value: tags,
    onLoad: true,
  });
  expect(columnOf(set(string()).default(tags))?.default?.value).not.toBe(tags);
  const never = () => {
    throw new Error("it was called");
  };
  expect(columnOf(string().default(never))?.default).toEqual({ isFunction: true, value: undefined, onLoad: false });
  const wrapped = string()
    .default("a")
    .transform({ load: (text) => ({ text }), dump: ({ text }) => text });
  expect(columnOf(wrapped)?.default).toEqual({ isFunction: false, value: { text: "a" }, onLoad: false });
  expect(columnOf(string())?.default).toBeUndefined();
});

/** Two declarations that differ in one option only. */
type Pair = readonly [AnyModel, AnyModel];

const shape = { id: string().hashKey(), at: integer().rangeKey(), name: string(), expires: timestamp() };
const byName = { hashKey: "name", projection: "keys" } as const;
const Usual = model("Usual", shape);
const Indexed = model("Usual", shape, { indexes: { byName } });
const Local = model("Usual", shape, { indexes: { byName: { rangeKey: "name", projection: "keys" } } });

/** Two types that differ in one option only. */
type Types = readonly [AnyType, AnyType];

function differ({ size }: { size: number }, pairs: { readonly [option: string]: Pair }) {
  expect(Object.keys(pairs)).toHaveLength(size);
  for (const [option, [one, other]] of Object.entries(pairs)) {
    const { model: _, ...told } = metadataOf(one);
    expect({ option, ...told }).not.toEqual({ option, ...metadataOf(other), model: undefined });
  }
}

describe("nothing that can be declared is left out:", () => {
  test("options of a model", () => {
    const pairs: { [Option in keyof Required<bloop.ModelOptions<Shape, never, never>>]: Pair } = {
      indexes: [Usual, Indexed],
      tableName: [Usual, model("Usual", shape, { tableName: "t" })],
      stream: [Usual, model("Usual", shape, { stream: { include: ["keys"] } })],
      ttl: [Usual, model("Usual", shape, { ttl: { column: "expires" } })],
      billing: [Usual, model("Usual", shape, { billing: "on_demand" })],
      readUnits: [Usual, model("Usual", shape, { readUnits: 2 })],
      writeUnits: [Usual, model("Usual", shape, { writeUnits: 2 })],
      encryption: [Usual, model("Usual", shape, { encryption: false })],
      backups: [Usual, model("Usual", shape, { backups: false })],
    };
    expect(Object.keys(pairs).sort()).toEqual([...optionNames].sort());
    differ({ size: optionNames.length }, pairs);
  });

  test("options of an index", () => {
    const withIndex = (options: object) =>
      model("Usual", shape, { indexes: { byName: { ...byName, ...options } } }) as AnyModel;
    type Options = keyof Required<GlobalIndex<string, string>> | keyof LocalIndex<string, string>;
    const pairs: { [Option in Options]: Pair } = {
      hashKey: [Indexed, withIndex({ hashKey: "expires" })],
      rangeKey: [Indexed, withIndex({ rangeKey: "at" })],
      projection: [Indexed, withIndex({ projection: ["expires"] })],
      storedAs: [Indexed, withIndex({ storedAs: "names" })],
      readUnits: [Indexed, withIndex({ readUnits: 1 })],
      writeUnits: [Indexed, withIndex({ writeUnits: 1 })],
      strict: [
        Local,
        model("Usual", shape, { indexes: { byName: { rangeKey: "name", projection: "keys", strict: false } } }),
      ],
    };
    expect(Object.keys(pairs).sort()).toEqual([...indexOptionNames].sort());
    differ({ size: indexOptionNames.length }, pairs);
  });

  test("each modifier of a column", () => {
    const withColumn = (it: AnyType) => model("Usual", { id: string().hashKey(), it: it as Type<unknown> });
    const pairs: { [Trait in keyof Traits]: Pair } = {
      key: [withColumn(string().required()), withColumn(string().rangeKey())],
      required: [withColumn(string()), withColumn(string().required())],
      storedName: [withColumn(string()), withColumn(string().storedAs("i"))],
      nullable: [withColumn(string()), withColumn(string().nullable())],
      makeDefault: [withColumn(string()), withColumn(string().default("a"))],
      defaultValue: [withColumn(string().default("a")), withColumn(string().default("b"))],
      isDefaultMade: [withColumn(string().default("a")), withColumn(string().default(() => "a"))],
      onLoad: [withColumn(string().default("a")), withColumn(string().default("a", { onLoad: true }))],
      version: [withColumn(integer()), withColumn(integer().version())],
      computed: [withColumn(integer()), withColumn(integer().onWrite(() => 1))],
    };
    expect(Object.keys(pairs).sort()).toEqual(Object.keys(plainTraits).sort());
    differ({ size: Object.keys(plainTraits).length }, pairs);
  });

  /** By entry point and function; of each option, two types. A type without options has an empty table. */
  type Options<Function> = Function extends (options?: infer O) => AnyType ? OptionsOf<NonNullable<O>> : never;
  type OptionsOf<O> = { readonly [Option in keyof Required<O>]: Types };
  const iso = (datetime: (options: IsoOptions) => AnyType): OptionsOf<IsoOptions> => ({
    digits: [datetime({ digits: 3 }), datetime({ digits: 6 })],
    utc: [datetime({}), datetime({ utc: "+00:00" })],
    fractions: [datetime({}), datetime({ fractions: "floor" })],
  });
  const seconds = (of: (options: bloop.TimestampOptions) => AnyType): OptionsOf<bloop.TimestampOptions> => ({
    unit: [of({}), of({ unit: "milliseconds" })],
    fractions: [of({}), of({ fractions: "floor" })],
  });
  const zones = (of: (options: { zone?: string }) => AnyType): OptionsOf<{ zone?: string }> => ({
    zone: [of({}), of({ zone: "Europe/Oslo" })],
  });
  const text = string();
  const functions = {
    bloop: {
      number: { inexact: [number(), number({ inexact: "error" })] } satisfies Options<typeof number>,
      uuid: { case: [uuid(), uuid({ case: "upper" })] } satisfies Options<typeof uuid>,
      datetime: iso(bloop.datetime) satisfies Options<typeof bloop.datetime>,
      timestamp: seconds(timestamp) satisfies Options<typeof timestamp>,
      string: { values: [string("a"), string("b")] },
      list: { of: [list(text), list(uuid())] },
      set: { of: [set(text), set(uuid())] },
      record: { of: [record(text), record(uuid())] },
      map: { keys: [map({ a: text }), map({ b: text })], required: [map({ a: text }), map({ a: text.required() })] },
      union: { tag: [union("a", {}), union("b", {})], variants: [union("a", { b: {} }), union("a", { c: {} })] },
      oneOf: { types: [oneOf(text, number()), oneOf(text, boolean())] },
      recursive: { of: [recursive(() => text), recursive(() => set(text))] },
      json: { schema: [bloop.json(), bloop.json(standardSchema)] },
      binary: {},
      boolean: {},
      integer: {},
      bigint: {},
      dynamicList: {},
      dynamicMap: {},
      streamToken: {},
    },
    dayjs: {
      datetime: { ...iso(dayjs.datetime), ...zones(dayjs.datetime) } satisfies Options<typeof dayjs.datetime>,
      timestamp: { ...seconds(dayjs.timestamp), ...zones(dayjs.timestamp) } satisfies Options<typeof dayjs.timestamp>,
    },
    luxon: {
      datetime: { ...iso(luxon.datetime), ...zones(luxon.datetime) } satisfies Options<typeof luxon.datetime>,
      timestamp: { ...seconds(luxon.timestamp), ...zones(luxon.timestamp) } satisfies Options<typeof luxon.timestamp>,
    },
    temporal: {
      instant: iso(temporal.instant) satisfies Options<typeof temporal.instant>,
      timestamp: seconds(temporal.timestamp) satisfies Options<typeof temporal.timestamp>,
      zonedDateTime: {
        offset: [temporal.zonedDateTime(), temporal.zonedDateTime({ offset: "use" })],
      } satisfies Options<typeof temporal.zonedDateTime>,
      plainDate: {},
      plainTime: {},
      plainDateTime: {},
      duration: {},
    },
    decimal: { decimal: {} },
    python: {
      datetime: { fractions: [python.datetime(), python.datetime({ fractions: "floor" })] } satisfies Options<
        typeof python.datetime
      >,
      timestamp: seconds(python.timestamp) satisfies Options<typeof python.timestamp>,
      binary: {},
    },
  };
  const entries: { readonly [entry: string]: object } = { bloop, dayjs, decimal, luxon, python, temporal };

  test.each(Object.entries(functions))("types of %s, and their options", (entry, tables) => {
    const exported = Object.entries(entries[entry] ?? {}).filter(([, made]) => makesType(made));
    expect(Object.keys(tables).sort()).toEqual(exported.map(([name]) => name).sort());
    for (const [name, pairs] of Object.entries(tables as { [name: string]: { [option: string]: Types } })) {
      for (const [option, [one, other]] of Object.entries(pairs)) {
        expect({ name, option, ...columnOf(one) }).not.toEqual({ name, option, ...columnOf(other) });
      }
    }
  });
});

const standardSchema = {
  "~standard": { version: 1, vendor: "tests", validate: (value: unknown) => ({ value: value as string }) },
} as const;

/** Of what a module exports, whether it is a function that gives a type, for some arguments. */
function makesType(exported: unknown): boolean {
  // What is called with a listener keeps it.
  if (typeof exported !== "function" || /^(?:[A-Z]|on[A-Z])/.test(exported.name)) return false;
  const inputs = [[], [string()], [{}], ["a", {}], [string(), number()], [() => string()]];
  return inputs.some((input) => {
    try {
      return definition in (exported(...input) as object);
    } catch {
      return false;
    }
  });
}
