import { describe, expect, test } from "vitest";
import { InvalidModel } from "../../../src/errors.js";
import { list } from "../../../src/types/list.js";
import { map, record } from "../../../src/types/map.js";
import { integer, number } from "../../../src/types/number.js";
import { set } from "../../../src/types/set.js";
import { string } from "../../../src/types/string.js";
import { datetime } from "../../../src/types/time.js";
import { definitionOf } from "../../../src/types/type.js";
import type { Attribute } from "../../../src/wire/attribute.js";
import { dump, load, misfit, table } from "../codec.js";

const address = map({
  city: string().required(),
  zip: string().storedAs("z"),
  tags: set(string()),
  note: string().nullable(),
  geo: map({ lat: number(), lon: number().required() }),
});

table("map", address, {
  both: [
    [{ city: "Oslo" }, { M: { city: { S: "Oslo" } } }],
    [
      { city: "", zip: "1", tags: new Set(["a"]), note: null, geo: { lon: 1 } },
      {
        M: {
          city: { S: "" },
          z: { S: "1" },
          tags: { SS: ["a"] },
          note: { NULL: true },
          geo: { M: { lon: { N: "1" } } },
        },
      },
    ],
  ],
  dumps: [
    [{ city: "Oslo", zip: undefined, tags: new Set() }, { M: { city: { S: "Oslo" } } }],
    [Object.assign(Object.create(null), { city: "Oslo" }), { M: { city: { S: "Oslo" } } }],
  ],
  refusesToLoad: [
    [{ M: {} }, "a required value is missing", ["city"]],
    [{ M: { city: { S: "Oslo" }, geo: { M: { lat: { N: "1" } } } } }, "a required value is missing", ["geo", "lon"]],
    [{ M: { city: { S: "Oslo" }, z: { N: "1" } } }, "the stored value has DynamoDB's type N, not S: a number", ["zip"]],
    [{ L: [] }, "the stored value has DynamoDB's type L, not M: a list of 0"],
    [{ NULL: true }, "the stored value is NULL; declare the column with nullable() to load it as null"],
  ],
  refusesToDump: [
    [{}, "a required value is missing", ["city"]],
    [{ city: undefined }, "a required value is missing", ["city"]],
    [{ city: 1 }, "expected a string, got a number", ["city"]],
    [{ city: "a", geo: { lat: 1 } }, "a required value is missing", ["geo", "lon"]],
    [{ city: "a", zipp: "1" }, `there is no key "zipp" in this map; did you mean "zip"?`],
    [{ city: "a", z: "1" }, `there is no key "z" in this map`],
    [JSON.parse(`{"city":"a","__proto__":1}`), `there is no key "__proto__" in this map`],
    [null, "expected an object, got null; declare the column with nullable() to store NULL"],
    ["Oslo", "expected an object, got a text of 4 characters"],
    [["Oslo"], "expected an object, got an array of 1"],
    [() => 1, "expected an object, got a function"],
  ],
});

describe("objects that hold their values elsewhere are refused, and not stored empty", () => {
  const lenient = map({ city: string() });
  test.each([
    [new Map([["city", "Oslo"]]), "a Map of 1"],
    [new Set(["city"]), "a Set of 1"],
    [new Date(0), "a Date"],
    [new Uint8Array(2), "2 bytes"],
    [Promise.resolve({ city: "Oslo" }), "an object of Promise"],
    [new Error("no"), "an object of Error"],
  ])("%o", (value, shown) => {
    expect(misfit(() => dump(lenient, value)).message).toBe(`expected an object, got ${shown}`);
    expect(misfit(() => dump(record(string()), value)).message).toBe(`expected an object, got ${shown}`);
  });
});

test("own properties of a class instance are stored, and those of its prototype are not", () => {
  class City {
    city = "Oslo";
    get zip(): string {
      return "0150";
    }
  }
  expect(dump(address, new City())).toEqual({ M: { city: { S: "Oslo" } } });
  expect(() => dump(map({ toString: string().required() }), {})).toThrow("a required value is missing");
});

test("a class instance with other properties is refused by name", () => {
  class Place {
    town = "Oslo";
  }
  expect(misfit(() => dump(address, new Place())).message).toBe(`there is no key "town" in this map`);
});

describe("keys of the prototype's names", () => {
  const odd = map({ ["__proto__"]: string(), constructor: string(), hasOwnProperty: number() });
  const wire: Attribute = {
    M: JSON.parse(`{"__proto__":{"S":"p"},"constructor":{"S":"c"},"hasOwnProperty":{"N":"1"}}`),
  };

  test("load as own properties, and dump again", () => {
    const loaded = load(odd, wire);
    expect(Object.entries(Object(loaded))).toEqual([
      ["__proto__", "p"],
      ["constructor", "c"],
      ["hasOwnProperty", 1],
    ]);
    expect(Object.getPrototypeOf(loaded)).toBe(Object.prototype);
    expect(JSON.stringify(dump(odd, loaded))).toBe(JSON.stringify(wire));
  });

  test("are absent on the object if they are not stored", () => {
    expect(Object.keys(Object(load(odd, { M: {} })))).toEqual([]);
    expect(dump(odd, {})).toEqual({ M: {} });
  });
});

describe("undeclared keys", () => {
  const item = map({ name: string() });
  const wire: Attribute = {
    M: { name: { S: "a" }, extra: { N: "1.50" }, deep: { M: { x: { NULL: true } } } },
  };

  test("survive load and dump, as they were stored", () => {
    expect(dump(item, load(item, wire))).toEqual(wire);
  });

  test("survive a copy by spread, also in a list", () => {
    const items = list(item);
    const loaded = load(items, { L: [wire, { M: {} }] });
    if (!Array.isArray(loaded)) throw new Error("A list loads as an array.");
    const copies = loaded.map((element) => ({ ...element, name: "b" }));
    expect(dump(items, copies)).toEqual({
      L: [{ M: { ...wire.M, name: { S: "b" } } }, { M: { name: { S: "b" } } }],
    });
  });

  test("are hidden from keys and JSON", () => {
    const loaded = load(item, wire);
    expect(Object.keys(Object(loaded))).toEqual(["name"]);
    expect(JSON.stringify(loaded)).toBe(`{"name":"a"}`);
  });

  test("survive with the name __proto__", () => {
    const odd: Attribute = { M: JSON.parse(`{"name":{"S":"a"},"__proto__":{"S":"p"}}`) };
    const dumped = dump(item, load(item, odd));
    expect(JSON.parse(JSON.stringify(dumped))).toEqual(JSON.parse(JSON.stringify(odd)));
    expect(JSON.stringify(dumped)).toContain(`"__proto__":{"S":"p"}`);
  });

  test("a declared key is not taken for an undeclared one that it was in another map", () => {
    const wider = map({ name: string(), extra: string() });
    const loaded = load(item, wire);
    expect(dump(wider, loaded)).toEqual({ M: { name: { S: "a" }, deep: wire.M.deep } });
  });

  test("two loads share nothing", () => {
    const [one, two] = [load(item, wire), load(item, wire)];
    Object.assign(Object(one), { name: "z" });
    expect(dump(item, two)).toEqual(wire);
  });
});

test("a declaration with two keys of one stored name, a key or a default is refused", () => {
  expect(() => map({ a: string().storedAs("x"), x: string() })).toThrow(
    new InvalidModel(`Two keys of a map are both stored as "x".`),
  );
  expect(() => map({ a: string().hashKey() })).toThrow(
    new InvalidModel("Only a column can be a key, and here a type inside of a map is."),
  );
  expect(() => map({ a: string().default("") })).toThrow(
    new InvalidModel("Only a column can have a default, and here a type inside of a map has one."),
  );
});

test("the members of a map are found by key and by stored name", () => {
  const { inside } = definitionOf(address).codec;
  if (inside?.kind !== "map") throw new Error("A map has members.");
  expect(inside.keys()).toEqual(["city", "zip", "tags", "note", "geo"]);
  expect(inside.at("zip")).toMatchObject({ key: "zip", storedName: "z" });
  expect(inside.at("z")).toBe(undefined);
  expect(inside.member("z", {})).toMatchObject({ key: "zip" });
  expect(inside.member("zip", {})).toBe(undefined);
});

test("a map that contains itself is refused for its depth", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  let type = map({ self: string() });
  for (let level = 0; level < 40; level++) type = map({ self: type }) as never;
  expect(misfit(() => dump(type, cycle)).message).toBe("lists and maps are nested deeper than DynamoDB's 32 levels");
});

table("record", record(integer()), {
  both: [
    [{}, { M: {} }],
    [{ a: 1, "b c": 2 }, { M: { a: { N: "1" }, "b c": { N: "2" } } }],
  ],
  dumps: [[{ a: undefined }, { M: {} }]],
  refusesToLoad: [
    [{ M: { a: { S: "1" } } }, "the stored value has DynamoDB's type S, not N: a text of 1 character", ["a"]],
    [{ L: [] }, "the stored value has DynamoDB's type L, not M: a list of 0"],
  ],
  refusesToDump: [
    [{ a: 1.5 }, "expected a whole number, got a number with a fraction", ["a"]],
    [{ a: null }, "expected a whole number, got null; declare the column with nullable() to store NULL", ["a"]],
    [
      { "\ud800": 1 },
      "a text of 1 character holds half a surrogate pair, which UTF-8 can't; repair it with toWellFormed()",
    ],
    [[1], "expected an object, got an array of 1"],
    [undefined, "expected an object, got undefined"],
  ],
});

table("record of sets", record(set(datetime())), {
  dumps: [[{ a: new Set(), b: new Set([new Date(0)]) }, { M: { b: { SS: ["1970-01-01T00:00:00.000Z"] } } }]],
});

test("a record's key may be __proto__", () => {
  const wire: Attribute = { M: JSON.parse(`{"__proto__":{"N":"1"},"a":{"N":"2"}}`) };
  const loaded = load(record(integer()), wire);
  expect(Object.entries(Object(loaded))).toEqual([
    ["__proto__", 1],
    ["a", 2],
  ]);
  expect(JSON.stringify(dump(record(integer()), loaded))).toBe(JSON.stringify(wire));
});

test("any key is inside a record", () => {
  const { inside } = definitionOf(record(integer())).codec;
  if (inside?.kind !== "map") throw new Error("A record has members.");
  expect(inside.keys()).toBe(undefined);
  expect(inside.at("x")).toMatchObject({ key: "x", storedName: "x", codec: { name: "integer" } });
  expect(inside.member("y", {})).toMatchObject({ key: "y" });
});

test("a key that is stored under an empty name is refused", () => {
  expect(() => map({ a: string().storedAs("") })).toThrow(
    new InvalidModel("A key of a map is stored under an empty name, which DynamoDB does not take."),
  );
});
