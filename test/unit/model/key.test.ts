/** The key of an item: from values, from objects, and what DynamoDB would refuse of it. */

import { binary, datetime, InvalidOption, InvalidValue, MissingKey, model, number, string } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { keyOfItem, keyOfObject, keyOfValues } from "../../../src/model/key.js";
import { metaOf } from "../../../src/model/registry.js";
import { loadedFrom } from "../../support/model.js";

const Thing = model("Thing", { id: string().hashKey(), at: datetime().rangeKey().storedAs("t"), name: string() });
const Bytes = model("Bytes", { id: binary().hashKey(), at: number().rangeKey() });
const at = new Date("2020-01-01T00:00:00Z");
const key = { id: { S: "1" }, t: { S: "2020-01-01T00:00:00.000Z" } };
const meta = metaOf(Thing);

test("of values, by its stored names", () => {
  expect(keyOfValues(meta, { at, id: "1" })).toEqual(key);
});

test("of an object that was made, and of one that was loaded: as it is stored", () => {
  expect(keyOfObject(meta, new Thing({ id: "1", at, name: "x" }))).toEqual(key);
  expect(keyOfObject(meta, loadedFrom(Thing, { ...key, name: { S: "x" } }))).toEqual(key);
  const stored = { id: { B: new Uint8Array([1]) }, at: { N: "1.0" } };
  expect(keyOfObject(metaOf(Bytes), loadedFrom(Bytes, stored))).toEqual(stored);
});

test("of an item: the key's attributes that are there", () => {
  expect(keyOfItem(meta.keys, { ...key, name: { S: "x" } })).toEqual(key);
  expect(keyOfItem(meta.keys, { id: { S: "1" } })).toEqual({ id: { S: "1" } });
});

test("a loaded object whose key was changed is refused; the same value again is no change", () => {
  const thing = loadedFrom(Thing, key);
  thing.at = new Date(at);
  expect(keyOfObject(meta, thing)).toEqual(key);
  thing.at = new Date(0);
  expect(() => keyOfObject(meta, thing)).toThrow(InvalidValue);
  expect(() => keyOfObject(meta, thing)).toThrow("Thing.at is a key column, and was changed");
});

describe("of an object of the model, the rest is not looked at", () => {
  test("of one that was made, and of one that was loaded: as it is stored", () => {
    expect(keyOfValues(meta, new Thing({ id: "1", at, name: "x" }))).toEqual(key);
    const stored = { id: { B: new Uint8Array([1]) }, at: { N: "1.0" } };
    expect(keyOfValues(metaOf(Bytes), loadedFrom(Bytes, stored))).toEqual(stored);
    class Sub extends Thing {}
    expect(keyOfValues(meta, new Sub({ id: "1", at }))).toEqual(key);
  });

  test("of another model it is refused, and so is a key that changed", () => {
    const other = new Bytes({ id: new Uint8Array(1), at: 1 });
    expect(() => keyOfValues(meta, other)).toThrow(InvalidOption);
    expect(() => keyOfValues(meta, other)).toThrow('the columns "id" and "at", got an object of Bytes.');
    const changed = Object.assign(loadedFrom(Thing, key), { id: "2" });
    expect(() => keyOfValues(meta, changed)).toThrow("Thing.id is a key column, and was changed");
    expect(() => keyOfValues(meta, Object.assign(new Thing({ id: "1", at }), { id: undefined }))).toThrow(MissingKey);
  });
});

test("a key can't be empty: a type that dumps nothing is refused", () => {
  const [id, range] = meta.keys;
  if (id === undefined || range === undefined) throw new Error("no keys");
  const keys = [{ ...id, codec: { ...id.codec, dump: () => undefined } }, range];
  const silent = { ...meta, keys, identity: keys };
  expect(() => keyOfValues(silent, { id: "1", at })).toThrow(InvalidValue);
  expect(() => keyOfValues(silent, { id: "1", at })).toThrow("Thing.id: a key can't be empty.");
});

describe("refused is", () => {
  test.each<[string, unknown, new (...rest: never[]) => Error, string]>([
    [
      "what is no object",
      "1",
      InvalidOption,
      'A key of Thing is an object with the columns "id" and "at", got a text of 1 character.',
    ],
    ["null", null, InvalidOption, "got null"],
    ["a column that is no key", { id: "1", at, name: "x" }, InvalidValue, 'Thing has no key column "name".'],
    ["a misspelt one", { ids: "1", at }, InvalidValue, 'did you mean "id"?'],
    ["one that lacks a column", { id: "1" }, MissingKey, 'Thing: the column "at" of the key has no value.'],
    ["one that lacks all", {}, MissingKey, 'the columns "id" and "at" of the key have no value.'],
    ["undefined", { id: undefined, at }, MissingKey, '"id"'],
    ["another type", { id: 1, at }, InvalidValue, "Thing.id: expected"],
    ["an empty text", { id: "", at }, InvalidValue, "it is a key of the table, and is empty, which DynamoDB refuses"],
    ["a text of 2,049 bytes", { id: "é".repeat(1025), at }, InvalidValue, "has 2050 bytes; DynamoDB takes 2048 for it"],
  ])("%s", (_, values, type, message) => {
    expect(() => keyOfValues(meta, values)).toThrow(type);
    expect(() => keyOfValues(meta, values)).toThrow(message);
  });

  test("a range key of 1,025 bytes; 1,024 are taken", () => {
    const Ranged = model("Ranged", { id: string().hashKey(), range: string().rangeKey() });
    const of = (length: number) => keyOfValues(metaOf(Ranged), { id: "1", range: "x".repeat(length) });
    expect(of(1024)).toEqual({ id: { S: "1" }, range: { S: "x".repeat(1024) } });
    expect(() => of(1025)).toThrow("has 1025 bytes; DynamoDB takes 1024 for it");
  });

  test("no bytes at all; a number of any size is taken", () => {
    const meta = metaOf(Bytes);
    expect(() => keyOfValues(meta, { id: new Uint8Array(), at: 1 })).toThrow("is empty, which DynamoDB refuses");
    expect(keyOfValues(meta, { id: new Uint8Array([1]), at: 0 })).toEqual({
      id: { B: new Uint8Array([1]) },
      at: { N: "0" },
    });
  });
});
