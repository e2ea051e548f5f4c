/**
 * A table of Python's Bloop, used by both. What Python writes is recorded here: the formats are those of its DateTime,
 * Timestamp and Binary (bloop/types.py, of the versions 2 and 3), sent by boto3, which makes base64 of Binary's text.
 */

import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { changes, datetime as coreDatetime, InvalidValue, model, string, uuid } from "bloop-dynamodb";
import { binary, datetime, timestamp } from "bloop-dynamodb/ext/python";
import { Temporal } from "temporal-polyfill";
import { beforeAll, expect, test } from "vitest";
import type { Item } from "../../src/wire/attribute.js";
import { live } from "../support/live.js";

const { client, engine, tableName } = live("python");

const Photo = model("Photo", {
  owner: uuid().hashKey(),
  taken: datetime().rangeKey(),
  edited: datetime(),
  expires: timestamp(),
  data: binary(),
  title: string(),
});

const owner = "6f1c2b34-8f0a-4d6e-9b1a-0c2d3e4f5a6b";
/** The base64 text of the bytes, as the bytes that are stored. */
const text = (base64: string) => ({ B: new Uint8Array(Buffer.from(base64)) });

const recorded: readonly Item[] = [
  {
    owner: { S: owner },
    taken: { S: "2026-01-31T12:34:56.789012+00:00" },
    edited: { S: "2026-01-31T12:00:00.000000+00:00" },
    expires: { N: "1769862896" },
    data: text("AAH/"),
  },
  { owner: { S: owner }, taken: { S: "2026-01-31T12:34:56.789013+00:00" }, data: text("w7w="), title: { S: "ü" } },
  { owner: { S: owner }, taken: { S: "1969-12-31T23:59:59.999999+00:00" }, expires: { N: "-1" } },
];

/** What Python's types make of an item, in its strict way. */
function readByPython(item: Item): object {
  return Object.fromEntries(
    Object.entries(item).map(([name, attribute]) => {
      if ("N" in attribute) return [name, BigInt(attribute.N)];
      if ("B" in attribute) return [name, [...Buffer.from(Buffer.from(attribute.B).toString("ascii"), "base64")]];
      const text = "S" in attribute ? attribute.S : "";
      if (name !== "taken" && name !== "edited") return [name, text];
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/.test(text)) throw new Error(`strptime refuses ${text}`);
      return [name, text];
    }),
  );
}

async function raw(taken: string): Promise<Item | undefined> {
  const Key = { owner: { S: owner }, taken: { S: taken } };
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName("Photo"), Key, ConsistentRead: true }),
  );
  return item as Item | undefined;
}

beforeAll(async () => {
  await engine.bind(Photo);
  for (const Item of recorded) {
    await client.send(new PutItemCommand({ TableName: tableName("Photo"), Item: Item as never }));
  }
});

test("what Python wrote loads to the microsecond and byte, and is found by its own value", async () => {
  const photos = await engine.query(Photo, { key: Photo.owner.eq(owner) }).all();
  expect(photos.map(({ taken }) => String(taken))).toEqual([
    "1969-12-31T23:59:59.999999Z",
    "2026-01-31T12:34:56.789012Z",
    "2026-01-31T12:34:56.789013Z",
  ]);
  expect(photos.map(({ data }) => data && [...data])).toEqual([undefined, [0, 1, 255], [0xc3, 0xbc]]);
  expect(photos.map(({ expires }) => expires?.getTime())).toEqual([-1000, 1_769_862_896_000, undefined]);
  for (const photo of photos) {
    expect(await engine.get(Photo, { owner, taken: photo.taken })).toEqual(photo);
    expect(changes(photo)).toEqual([]);
  }
});

test("what is saved here reads in Python as it reads here", async () => {
  const taken = Temporal.Instant.from("2026-02-01T00:00:00.000001Z");
  const photo = new Photo({
    owner,
    taken,
    edited: Temporal.Instant.from("2026-02-01T01:00:00+01:00"),
    expires: new Date("2026-03-01T00:00:00Z"),
    data: Uint8Array.from({ length: 32 }, (_, index) => index),
  });
  await engine.save(photo);
  const item = await raw("2026-02-01T00:00:00.000001+00:00");
  expect(item).toEqual({
    owner: { S: owner },
    taken: { S: "2026-02-01T00:00:00.000001+00:00" },
    edited: { S: "2026-02-01T00:00:00.000000+00:00" },
    expires: { N: "1772323200" },
    data: text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
  });
  expect(readByPython(item ?? {})).toMatchObject({ expires: 1_772_323_200n, data: [...(photo.data ?? [])] });
});

test("a save sends what changed, in Python's forms, and leaves the rest to the letter", async () => {
  const [item] = recorded;
  const photo = await engine.get(Photo, {
    owner,
    taken: Temporal.Instant.from("2026-01-31T12:34:56.789012Z"),
  });
  if (photo === undefined) throw new Error("it is there");
  photo.edited = Temporal.Instant.from("2026-05-01T10:00:00.5Z");
  photo.data = new Uint8Array(Buffer.from("hi"));
  await engine.save(photo);
  expect(await raw("2026-01-31T12:34:56.789012+00:00")).toEqual({
    ...item,
    edited: { S: "2026-05-01T10:00:00.500000+00:00" },
    data: text("aGk="),
  });
});

test("what Python could not hold is refused before it is sent", () => {
  const taken = Temporal.Instant.from("2026-01-31T12:34:56.789012345Z");
  expect(() => engine.save(new Photo({ owner, taken }))).rejects.toThrow(/finer than the 6 digits/);
  expect(() => engine.update(Photo, { owner, taken }, { title: "x" })).rejects.toThrow(InvalidValue);
});

test("with Dates, microseconds are an error, or dropped where that is asked for", async () => {
  const form = { digits: 6, utc: "+00:00" } as const;
  const options = { tableName: "Photo" };
  const Exact = model(
    "Exact",
    { owner: uuid().hashKey(), taken: string().rangeKey(), edited: coreDatetime(form) },
    options,
  );
  const Keyed = model(
    "Keyed",
    { owner: uuid().hashKey(), taken: coreDatetime({ ...form, fractions: "floor" }).rangeKey() },
    options,
  );
  const found = await engine.query(Exact, { key: Exact.owner.eq(owner) }).all();
  expect(found).toHaveLength(4);
  await expect(engine.query(Keyed, { key: Keyed.owner.eq(owner) }).all()).rejects.toThrow(/another spelling/);
});
