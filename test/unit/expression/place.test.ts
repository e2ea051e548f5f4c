/** What columns and places inside of them offer: each operation's condition as text, and what is refused in words. */

import {
  binary,
  boolean,
  type Condition,
  dynamicMap,
  InvalidCondition,
  InvalidValue,
  list,
  map,
  model,
  number,
  record,
  set,
  string,
  uuid,
} from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { conditionNodeOf } from "../../../src/expression/condition.js";
import { makeSlots, renderCondition } from "../../../src/expression/render.js";
import { plainText } from "../../support/requests.js";

const Thing = model("Thing", {
  id: string().hashKey(),
  name: string().storedAs("n"),
  code: uuid(),
  maybe: number().nullable(),
  kind: string("sale", "refund"),
  total: number(),
  other: number(),
  open: boolean(),
  bytes: binary(),
  tags: set(string()),
  numbers: set(number()),
  blobs: set(binary()),
  texts: list(string()),
  rows: list(map({ price: number() })),
  place: map({ city: string().storedAs("c"), geo: map({ lat: number() }) }),
  notes: record(string()),
  any: dynamicMap(),
});

function textOf(condition: Condition): string {
  const slots = makeSlots();
  const text = renderCondition(conditionNodeOf(condition), slots);
  const { names, values } = slots.placeholders();
  return plainText(String(text), names ?? {}, values ?? {});
}

test.each<[Condition, string]>([
  [Thing.name.eq("x"), 'n = "x"'],
  [Thing.name.ne(""), 'n <> ""'],
  [Thing.name.in(["x", "y"]), 'n IN ("x", "y")'],
  [Thing.total.lt(1), "total < 1"],
  [Thing.total.le(1), "total <= 1"],
  [Thing.total.gt(1), "total > 1"],
  [Thing.total.ge(1), "total >= 1"],
  [Thing.total.between(1, 2), "total BETWEEN 1 AND 2"],
  [Thing.total.between(Thing.other, 2), "total BETWEEN other AND 2"],
  [Thing.total.eq(Thing.other), "total = other"],
  [Thing.total.in([1, Thing.other]), "total IN (1, other)"],
  [Thing.maybe.between(null, 1), 'maybe BETWEEN {"NULL":true} AND 1'],
  [Thing.name.between("a", "b"), 'n BETWEEN "a" AND "b"'],
  [
    Thing.bytes.between(new Uint8Array([1]), new Uint8Array([1, 0])),
    'bytes BETWEEN {"B":{"0":1}} AND {"B":{"0":1,"1":0}}',
  ],
  [Thing.open.eq(true), 'open = {"BOOL":true}'],
  [Thing.name.exists(), "attribute_exists(n)"],
  [Thing.name.notExists(), "attribute_not_exists(n)"],
  [Thing.name.hasType("NULL"), 'attribute_type(n, "NULL")'],
  [Thing.name.beginsWith("x"), 'begins_with(n, "x")'],
  [Thing.code.beginsWith("6ec0"), 'begins_with(code, "6ec0")'],
  [Thing.kind.beginsWith("re" as never), 'begins_with(kind, "re")'],
  [Thing.name.contains("x"), 'contains(n, "x")'],
  [Thing.bytes.beginsWith(new Uint8Array([1])), 'begins_with(bytes, {"B":{"0":1}})'],
  [Thing.tags.contains("x"), 'contains(tags, "x")'],
  [Thing.numbers.contains(1), "contains(numbers, 1)"],
  [Thing.blobs.contains(new Uint8Array([1])), 'contains(blobs, {"B":{"0":1}})'],
  [Thing.texts.contains("x"), 'contains(texts, "x")'],
  [Thing.tags.size.gt(3), "size(tags) > 3"],
  [Thing.name.size.eq(Thing.texts.size), "size(n) = size(texts)"],
  [Thing.name.size.in([1, 2]), "size(n) IN (1, 2)"],
  [Thing.texts.at(0).eq("x"), 'texts[0] = "x"'],
  [Thing.rows.at(2).at("price").lt(3), "rows[2].price < 3"],
  [Thing.place.at("city").eq("Oslo"), 'place.c = "Oslo"'],
  [Thing.place.at("geo").at("lat").exists(), "attribute_exists(place.geo.lat)"],
  [Thing.place.size.ge(1), "size(place) >= 1"],
  [Thing.notes.at("a.b").eq("x"), 'notes.a.b = "x"'],
  [Thing.place.eq({ city: "Oslo" }), 'place = {"M":{"c":{"S":"Oslo"}}}'],
])("%#: %s", (condition, text) => {
  expect(textOf(condition)).toBe(text);
});

test("a place is printed as users write it", () => {
  expect(String(Thing.name)).toBe("Thing.name");
  expect(String(Thing.rows.at(1).at("price"))).toBe("Thing.rows[1].price");
});

describe("refused is", () => {
  /** What the compiler would refuse. */
  const wrong = Thing as unknown as Record<string, Record<string, (...values: unknown[]) => unknown>>;
  const call = (column: string, operation: string, ...values: unknown[]) => wrong[column]?.[operation]?.(...values);

  test.each<[string, () => unknown, new (...rest: never[]) => Error, string]>([
    ["undefined", () => call("name", "eq", undefined), InvalidCondition, "use notExists() or exists()"],
    ["a value of another type", () => call("total", "eq", "1"), InvalidValue, "A condition on Thing.total: expected"],
    ["a value inside of a map", () => call("place", "eq", { geo: { lat: "1" } }), InvalidValue, "Thing.place"],
    ["an empty set", () => call("tags", "eq", new Set()), InvalidCondition, "an empty set, which DynamoDB can't store"],
    ["a place with itself", () => Thing.total.eq(Thing.total), InvalidCondition, "is compared with itself"],
    ["a size with itself", () => Thing.tags.size.gt(Thing.tags.size), InvalidCondition, "is compared with itself"],
    ["ends in the wrong order", () => Thing.total.between(2, 1), InvalidCondition, "its low end above its high end"],
    ["texts in the wrong order", () => Thing.name.between("b", "a"), InvalidCondition, "its low end above"],
    [
      "bytes in the wrong order",
      () => Thing.bytes.between(new Uint8Array([2]), new Uint8Array([1])),
      InvalidCondition,
      "its low end above",
    ],
    ["no value of in()", () => Thing.name.in([]), InvalidCondition, "takes an array of 1 to 100 values, got 0"],
    ["too many", () => Thing.total.in(Array(101).fill(1)), InvalidCondition, "1 to 100 values, got 101"],
    ["no array", () => call("name", "in", "x"), InvalidCondition, "1 to 100 values, got a text of 1 character"],
    ["no type", () => call("name", "hasType", "X"), InvalidCondition, 'hasType() takes "S"'],
    ["an index below 0", () => Thing.texts.at(-1), InvalidCondition, "takes an index from 0, got -1"],
    [
      "an index that is none",
      () => call("texts", "at", "0"),
      InvalidCondition,
      "takes an index from 0, got a text of 1 character",
    ],
    ["a key that is not there", () => call("place", "at", "ctiy"), InvalidCondition, 'Thing.place has no key "ctiy"'],
    ["a key that is no text", () => call("place", "at", 1), InvalidCondition, "Thing.place has no key a number"],
    [
      "a size that is no number",
      () => Thing.tags.size.gt("3" as never),
      InvalidValue,
      "a size is compared with a number",
    ],
    ["a part of another type", () => call("name", "contains", 1), InvalidValue, "Thing.name"],
    ["an element of another type", () => call("tags", "contains", 1), InvalidValue, "Thing.tags"],
  ])("%s", (_, attempt, type, message) => {
    expect(attempt).toThrow(type);
    expect(attempt).toThrow(message);
  });
});
