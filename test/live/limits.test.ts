/** Items and names at DynamoDB's limits make the round trip. */

import {
  bigint,
  binary,
  dynamicMap,
  integer,
  list,
  map,
  model,
  number,
  record,
  StoredNumber,
  set,
  string,
  type Type,
} from "bloop-dynamodb";
import { beforeAll, expect, inject, test } from "vitest";
import { canonicalNumber } from "../../src/wire/decimal.js";
import { live } from "../support/live.js";

const { engine } = live("limits");
const awkward = [
  "SELECT",
  "a.b",
  "#hash",
  "a[0]",
  ":colon",
  "with space",
  "🦜",
  "é",
  "constructor",
  "toString",
  "valueOf",
  "0",
  "length",
  '"quoted"',
  "\n",
] as const;

const Limit = model("Limit", {
  id: string().hashKey(),
  text: string(),
  bytes: binary(),
  big: bigint(),
  bigs: set(bigint()),
  any: dynamicMap(),
  texts: list(string()),
  map: map({ a: string() }),
  numbers: record(number()),
});

beforeAll(() => engine.bind(Limit));

async function roundTrip(object: InstanceType<typeof Limit>) {
  await engine.save(object);
  const found = await engine.get(Limit, { id: object.id }, { consistent: true });
  expect(found).toEqual(object);
  if (found === undefined) throw new Error("gone");
  found.numbers = { ...found.numbers, changed: 1 };
  await engine.save(found, { atomic: true });
}

test("an item of exactly 400 KB; one byte more is refused before a request", async () => {
  const id = "size";
  const room = 409_600 - "id".length - id.length - "text".length;
  const object = new Limit({ id, text: "é".repeat(room / 2) + "x".repeat(room % 2) });
  // Dynoxide refuses it: see test/support/differences.ts.
  if (inject("engine") === "dynoxide")
    await expect(engine.save(object)).rejects.toThrow("exceeded the maximum allowed");
  else {
    await engine.save(object);
    expect((await engine.get(Limit, { id }))?.text).toHaveLength(room / 2 + (room % 2) / 2);
  }
  await expect(engine.save(new Limit({ id, text: "x".repeat(room + 1) }))).rejects.toThrow(
    "has 409601 bytes; DynamoDB takes items of 409600",
  );
});

test("32 levels of nesting; 33 are refused before a request", async () => {
  const nested = (levels: number): { [key: string]: never } =>
    levels === 1 ? ("leaf" as never) : { a: nested(levels - 1) as never };
  await roundTrip(new Limit({ id: "depth", any: nested(32) }));
  await expect(engine.save(new Limit({ id: "depth", any: nested(33) }))).rejects.toThrow(
    "nested deeper than DynamoDB's 32 levels",
  );
});

test("numbers of 38 digits, and exponents from -130 to 125", async () => {
  const digits = 12345678901234567890123456789012345678n;
  const texts = [
    "0.12345678901234567890123456789012345678",
    "-9.9999999999999999999999999999999999999E+125",
    "1.2345678901234567890123456789012345678E-130",
  ];
  const object = new Limit({
    id: "digits",
    big: -digits,
    bigs: new Set([digits, 0n]),
    any: { exact: texts.map((text) => new StoredNumber(text)) },
  });
  await engine.save(object);
  const found = await engine.get(Limit, { id: "digits" });
  expect([found?.big, found?.bigs]).toEqual([-digits, new Set([digits, 0n])]);
  const { exact } = found?.any ?? {};
  if (!Array.isArray(exact)) throw new Error("no list");
  // What is whole is a bigint, also with 125 zeros.
  expect(exact.map((one) => typeof one)).toEqual(["object", "bigint", "object"]);
  expect(exact.map((one) => canonicalNumber(String(one)))).toEqual(texts.map(canonicalNumber));
  await engine.save(Object.assign(new Limit({ id: "digits" }), { any: found?.any }), {
    condition: Limit.any.eq(object.any ?? {}),
  });
});

test("an IN of 100 values", async () => {
  await engine.save(new Limit({ id: "in", text: "99" }));
  const values = Array.from({ length: 100 }, (_, index) => `${index}`);
  expect(await engine.scan(Limit, { filter: Limit.text.in(values) }).count()).toBe(1);
});

test("keys of 2,048 and 1,024 bytes, of text and of bytes", async () => {
  const Texts = model("Texts", { hash: string().hashKey(), range: string().rangeKey(), name: string() });
  const Bytes = model("Bytes", { hash: binary().hashKey(), range: binary().rangeKey(), name: string() });
  await engine.bind([Texts, Bytes]);
  const text = new Texts({ hash: "é".repeat(1024), range: "x".repeat(1024), name: "longest" });
  const bytes = new Bytes({ hash: new Uint8Array(2048).fill(255), range: new Uint8Array(1024), name: "longest" });
  await engine.save([text, bytes]);
  expect(await engine.query(Texts, { key: Texts.hash.eq(text.hash).and(Texts.range.beginsWith("x")) }).one()).toEqual(
    text,
  );
  expect(await engine.query(Bytes, { key: Bytes.hash.eq(bytes.hash).and(Bytes.range.eq(bytes.range)) }).one()).toEqual(
    bytes,
  );
  await engine.load([
    new Texts({ hash: text.hash, range: text.range }),
    new Bytes({ hash: bytes.hash, range: bytes.range }),
  ]);
});

test("names that are reserved words, or hold what expressions are made of", async () => {
  const columns = Object.fromEntries(awkward.map((name) => [name, string()])) as Record<
    (typeof awkward)[number],
    Type<string, "S">
  >;
  const Awkward = model(
    "Awkward",
    { "key.of #all": string().hashKey(), ...columns, nested: map(columns), any: record(string()) },
    { indexes: { byWord: { hashKey: "SELECT", projection: ["a.b"] } } },
  );
  await engine.bind(Awkward);
  const values = Object.fromEntries(awkward.map((name) => [name, `the value of ${name}`])) as Record<
    (typeof awkward)[number],
    string
  >;
  const object = new Awkward({
    "key.of #all": "1",
    ...values,
    nested: values,
    any: { ...values, ["__proto__"]: "p" },
  });
  await engine.save(object, { condition: Awkward["key.of #all"].notExists() });
  const found = await engine.query(Awkward.byWord, { key: Awkward.SELECT.eq("the value of SELECT") }).one();
  await engine.load(found);
  expect({ ...found }).toEqual({ ...object });
  for (const name of awkward) {
    const filter = Awkward.nested.at(name).eq(`the value of ${name}`).and(Awkward.any.at(name).exists());
    expect(await engine.scan(Awkward, { filter, projection: [name] }).count()).toBe(1);
    Object.assign(object.nested ?? {}, { [name]: "changed" });
    delete object.any?.[name];
  }
  await engine.save(object);
  expect({ ...(await engine.get(Awkward, { "key.of #all": "1" })) }).toEqual({ ...object });
});

test("empty texts, bytes, lists and maps are values; an empty set is none", async () => {
  const object = new Limit({
    id: "empty",
    text: "",
    bytes: new Uint8Array(),
    texts: [],
    map: {},
    any: { a: "", b: [], c: {}, d: null },
    numbers: {},
  });
  await roundTrip(object);
  await engine.save(new Limit({ id: "no set", bigs: new Set() }));
  expect(await engine.get(Limit, { id: "no set" })).toEqual(new Limit({ id: "no set" }));
});

test("a version of the wire that JavaScript would shorten is refused, and never written back", async () => {
  const Narrow = model("Narrow", { id: string().hashKey(), any: integer() }, { tableName: "Limit" });
  await engine.save(new Limit({ id: "narrow", any: { a: 1 } }));
  await expect(engine.get(Narrow, { id: "narrow" })).rejects.toThrow(
    'Narrow.any (id "narrow"): the stored value has DynamoDB\'s type M, not N',
  );
});
