/**
 * What loads is found by its own value: for each type that a key can have, and whatever another program stored under it,
 * get(), a query and update() by the loaded value reach that very item, or the load says why not (D25).
 */

import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { bigint, binary, datetime, integer, json, model, number, string, timestamp, uuid } from "bloop-dynamodb";
import * as dayjs from "bloop-dynamodb/ext/dayjs";
import { decimal } from "bloop-dynamodb/ext/decimal";
import * as luxon from "bloop-dynamodb/ext/luxon";
import * as python from "bloop-dynamodb/ext/python";
import * as temporal from "bloop-dynamodb/ext/temporal";
import fc, { type Arbitrary } from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Attribute, Item } from "../../src/wire/attribute.js";
import { sameAttribute } from "../../src/wire/same.js";
import { key as anyText, storedNumber } from "../property/arbitraries.js";
import { effort } from "../support/effort.js";
import { live } from "../support/live.js";

const seed = Number(process.env["BLOOP_SEED"] ?? Date.now() % 1_000_000);
const { client, engine, tableName } = live(`found-${seed}`);

const pad = (value: number, width = 2) => String(value).padStart(width, "0");

/** Dates and times as programs write them. */
const isoText = fc
  .record({
    date: fc.tuple(
      fc.constantFrom("2026-01-31", "0001-01-01", "1969-12-31", "9999-12-30"),
      fc.constantFrom("T", "T", "T", "t", " "),
    ),
    time: fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59)).map((all) => all.map((one) => pad(one)).join(":")),
    fraction: fc.oneof(
      fc.constant(""),
      fc
        .tuple(fc.constantFrom(3, 3, 6, 9, 1, 12), fc.constantFrom("789", "000", "120", "789012", "789012345"))
        .map(([digits, text]) => `.${text.padEnd(digits, "0").slice(0, digits)}`),
    ),
    zone: fc.constantFrom("Z", "Z", "Z", "z", "+00:00", "+00:00", "+01:00", "-0530", "+02"),
  })
  .map(({ date, time, fraction, zone }) => `${date.join("")}${time}${fraction}${zone}`);

const uuidText = fc
  .tuple(fc.uuid(), fc.constantFrom("lower", "upper", "mixed"))
  .map(([text, letters]) =>
    letters === "lower"
      ? text
      : letters === "upper"
        ? text.toUpperCase()
        : text.slice(0, 9) + text.slice(9).toUpperCase(),
  );

/** Each type finds something in these, and something to refuse. */
const otherTexts = [
  "6f1c2b34-8f0a-4d6e-9b1a-0c2d3e4f5a6b",
  "6F1C2B34-8F0A-4D6E-9B1A-0C2D3E4F5A6C",
  "2026-01-31T12:34:56Z",
  "2026-01-31T12:34:57.7Z",
  "2026-01-31T12:34:58.789Z",
  "2026-01-31T12:34:59.789012+00:00",
  "2026-01-31T12:34:58.789000+00:00",
  "2026-01-31T12:34:58.789012345Z",
  "http://a.example/x",
  "http://a.example",
  "2026-01-31",
  "09:30",
  "09:30:00",
  "09:30:00.000000000",
  "2026-01-31T09:30:00",
  "2026-01-31T09:30:00.000000000",
  "2026-01-31T09:30:00+01:00[Europe/Oslo]",
  "2026-01-31T09:30+01:00[Europe/Oslo]",
  "P1Y2M3DT4H5M6.007S",
  "PT1.500S",
  "pt1s",
  "a",
  "A",
  " a ",
  '{"a":1}',
  '{ "a": 1 }',
  '{"b":1,"a":2}',
  "1.50",
  "1e3",
  "[1,2]",
  "null",
];

const otherText = fc.oneof(anyText, fc.constantFrom(...otherTexts));

const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 8 }),
  fc
    .uint8Array({ minLength: 1, maxLength: 8 })
    .map((some) => new Uint8Array(Buffer.from(Buffer.from(some).toString("base64")))),
  fc.constantFrom("AQ=", "AQ", "AB==", "A-_=", "AQ==\n").map((some) => new Uint8Array(Buffer.from(some))),
);

const otherNumbers = ["1.5", "1.0", "1E3", "0.1234567890123456789", "12345678901234567890"];
const examples: { readonly [tag in "S" | "N" | "B"]: readonly Attribute[] } = {
  S: otherTexts.map((S) => ({ S })),
  N: otherNumbers.map((N) => ({ N })),
  B: [{ B: Uint8Array.of(1, 2) }, { B: new Uint8Array(Buffer.from("AQI=")) }],
};

const stored: { readonly [tag in "S" | "N" | "B"]: Arbitrary<Attribute> } = {
  S: fc.oneof(isoText, uuidText, otherText).map((S) => ({ S })),
  N: fc
    .oneof(storedNumber, fc.integer().map(String), fc.constantFrom("1.5", "1.0", "1E3", "0.1234567890123456789"))
    .map((N) => ({ N })),
  B: bytes.map((B) => ({ B })),
};

const types = {
  string: string(),
  oneOf: string("a", "A"),
  uuid: uuid(),
  upperUuid: uuid({ case: "upper" }),
  datetime: datetime(),
  seconds: datetime({ digits: 0 }),
  micros: datetime({ digits: 6, utc: "+00:00" }),
  floored: datetime({ fractions: "floor" }),
  rounded: datetime({ digits: 1, fractions: "round" }),
  json: json(),
  trimmed: string().transform({ load: (text) => text.trim(), dump: (text: string) => text }),
  url: string().transform({ load: (text) => new URL(text, "http://a.example/"), dump: (url: URL) => url.href }),
  luxonDatetime: luxon.datetime(),
  luxonZoned: luxon.datetime({ zone: "Europe/Oslo", digits: 0 }),
  dayjsDatetime: dayjs.datetime(),
  instant: temporal.instant(),
  millis: temporal.instant({ digits: 3, fractions: "round" }),
  pythonDatetime: python.datetime(),
  plainDate: temporal.plainDate(),
  plainTime: temporal.plainTime(),
  plainDateTime: temporal.plainDateTime(),
  zonedDateTime: temporal.zonedDateTime(),
  duration: temporal.duration(),
  number: number(),
  integer: integer(),
  bigint: bigint(),
  timestamp: timestamp(),
  flooredTimestamp: timestamp({ fractions: "floor" }),
  halved: number().transform({ load: (value) => value / 2, dump: (value: number) => value * 2 }),
  decimal: decimal(),
  luxonTimestamp: luxon.timestamp(),
  dayjsTimestamp: dayjs.timestamp({ fractions: "round" }),
  temporalTimestamp: temporal.timestamp({ fractions: "floor" }),
  binary: binary(),
  pythonBinary: python.binary(),
};

const tags = Object.fromEntries(Object.keys(types).map((name) => [name, tagFor(name)]));
function tagFor(name: string): "S" | "N" | "B" {
  if (/inary/.test(name)) return "B";
  return /number|integer|bigint|imestamp|halved|decimal/.test(name) ? "N" : "S";
}

/** The type as a hash key, as a range key, and as the key of an index. */
function modelsOf(name: keyof typeof types) {
  const type = types[name];
  return {
    hash: model(`${name}Hash`, { key: type.hashKey(), note: string() }),
    range: model(`${name}Range`, { id: string().hashKey(), key: type.rangeKey(), note: string() }),
    index: model(
      `${name}Index`,
      { id: string().hashKey(), key: type, note: string() },
      { indexes: { byKey: { hashKey: "key", projection: "all" } } },
    ),
  };
}

const models = Object.fromEntries(Object.keys(types).map((name) => [name, modelsOf(name as keyof typeof types)]));
const problems: string[] = [];
const listen = () => engine.on("invalidValue", ({ error }) => void problems.push(error.message));

beforeAll(async () => {
  listen();
  await engine.bind(Object.values(models).flatMap(({ hash, range, index }) => [hash, range, index]));
}, 240_000);
afterAll(() => console.log(`seed ${seed}`));

/** Distinct for DynamoDB. */
function samples(tag: "S" | "N" | "B"): Attribute[] {
  const all = [...examples[tag], ...fc.sample(stored[tag], { numRuns: effort(8, 60), seed })];
  return all.filter((one, index) => all.findIndex((other) => sameAttribute(one, other)) === index);
}

async function rawItems(table: string): Promise<Item[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName(table), ConsistentRead: true }));
  return Items as Item[];
}

const noteOf = (item: Item | undefined) => (item?.["note"] as { S?: string } | undefined)?.S;

describe(`seed ${seed}`, () => {
  test.each(Object.keys(types))(
    "%s",
    async (name) => {
      const { hash, range, index } = models[name] as ReturnType<typeof modelsOf>;
      const attributes = samples(tags[name] ?? "S");
      for (const [number, key] of attributes.entries()) {
        const note = { S: `note ${number}` };
        for (const { name: table } of [hash, range, index]) {
          const id = table.endsWith("Hash") ? {} : { id: { S: table.endsWith("Range") ? "all" : `${number}` } };
          await client.send(new PutItemCommand({ TableName: tableName(table), Item: { ...id, key, note } as never }));
        }
      }
      problems.length = 0;
      const options = { onInvalid: "omit" } as const;
      let found = 0;
      for (const object of await engine.scan(hash, options).all()) {
        if (object.key === undefined) continue;
        found++;
        const key = { key: object.key } as never;
        expect(await engine.get(hash, key)).toMatchObject({ note: object.note });
        expect(
          (await engine.query(hash, { key: hash.key.eq(object.key as never) }).all()).map(({ note }) => note),
        ).toEqual([object.note]);
        await engine.update(hash, key, { note: `${object.note}, updated` } as never);
      }
      const updated = (await rawItems(hash.name)).filter((item) => noteOf(item)?.endsWith("updated"));
      expect(updated).toHaveLength(found);
      expect(found).toBeGreaterThan(0);
      expect(await rawItems(hash.name)).toHaveLength(attributes.length);
      expect(problems).toHaveLength(attributes.length - found);

      for (const object of await engine.query(range, { key: range.id.eq("all"), ...options }).all()) {
        if (object.key === undefined) continue;
        const key = { id: "all", key: object.key } as never;
        expect(await engine.get(range, key)).toMatchObject({ note: object.note });
        const condition = range.id.eq("all").and(range.key.eq(object.key as never));
        expect((await engine.query(range, { key: condition }).all()).map(({ note }) => note)).toEqual([object.note]);
        await engine.update(range, key, { note: "updated" } as never);
      }
      expect(await rawItems(range.name)).toHaveLength(attributes.length);

      for (const object of await engine.scan(index, options).all()) {
        if (object.key === undefined) continue;
        const search = engine.query(index.byKey, { key: index.key.eq(object.key as never) });
        expect((await search.all()).map(({ note }) => note)).toEqual([object.note]);
      }
    },
    120_000,
  );
});
