/**
 * A megabyte of nonsense costs no more than its length: under 10 ms of CPU, or, on a machine that is slow or busy, no more
 * than in proportion to a sixteenth of it. What grows with the square of the length takes 256 times as long; other
 * threads, whose CPU is counted too, and the garbage of more objects make a few times of sixteen.
 */

import {
  Engine,
  integer,
  json,
  list,
  makeCursors,
  map,
  model,
  number,
  record,
  set,
  string,
  uuid,
} from "bloop-dynamodb";
import { fromJson } from "bloop-dynamodb/json";
import { describe, expect, test } from "vitest";
import { recordingClient } from "../support/recording-client.js";

const Thing = model("Thing", {
  id: string().hashKey(),
  at: integer().rangeKey(),
  name: string(),
  kind: string("sale", "refund"),
  unique: uuid(),
  amount: number(),
  tags: set(string()),
  texts: list(string()),
  address: map({ city: string() }),
  scores: record(number()),
  data: json(),
});
const key = { id: "1", at: 1 };
const untyped = (value: unknown) => value as never;
const engine = new Engine({ dynamodb: recordingClient() });
const cursors = makeCursors(new Uint8Array(32));

const megabyte = 1_000_000;
const allowed = 10;

/** The CPU of a run in milliseconds, that of other threads included, and whether it was refused. */
async function costOf(run: () => unknown): Promise<{ cost: number; isRefused: boolean }> {
  const before = process.cpuUsage();
  const isRefused = await Promise.resolve()
    .then(run)
    .then(
      () => false,
      () => true,
    );
  const { user, system } = process.cpuUsage(before);
  return { cost: (user + system) / 1000, isRefused };
}

/** Runs both until the least cost of the large one is small, or in proportion to that of a sixteenth of it. */
async function expectInProportion(large: () => unknown, sixteenth: () => unknown): Promise<void> {
  let [whole, part] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 30; round++) {
    const { cost, isRefused } = await costOf(large);
    expect(isRefused).toBe(true);
    whole = Math.min(whole, cost);
    if (whole < allowed) return;
    part = Math.min(part, (await costOf(sixteenth)).cost);
    if (round >= 3 && whole < 64 * part) return;
  }
  expect(whole, `${part} ms for a sixteenth`).toBeLessThan(64 * part);
}

/** Texts of a length, in the forms that cost most if something goes back over them. */
const texts: { readonly [name: string]: (length: number) => string } = {
  letters: (length) => "x".repeat(length),
  quotes: (length) => '"\\'.repeat(length / 2),
  digits: (length) => "1".repeat(length),
  zeros: (length) => `0.1${"0".repeat(length)}1`,
  braces: (length) => "[".repeat(length),
  letterPairs: (length) => "aé".repeat(length / 3),
  surrogates: (length) => "\ud800".repeat(length / 3),
};

const search = () => engine.scan(Thing);
const withColumn = (columns: object) => Object.assign(new Thing(key), columns);
const places: { readonly [name: string]: (text: string) => unknown } = {
  "a column that is misspelt": (text) => new Thing(untyped({ ...key, [text]: 1 })),
  "a property that is no column": (text) => engine.save(withColumn({ [text]: 1 })),
  "a text for a number": (text) => engine.save(withColumn({ amount: text })),
  "one of some texts": (text) => engine.save(withColumn({ kind: text })),
  "a UUID": (text) => engine.save(withColumn({ unique: text })),
  "a text over 400 KB": (text) => engine.save(withColumn({ name: text })),
  "a set of it": (text) => engine.save(withColumn({ tags: new Set([text]) })),
  "a list of it": (text) => engine.save(withColumn({ texts: [text, 5] })),
  "a key of a map": (text) => engine.save(withColumn({ address: { [text]: 1 } })),
  "a key of a record": (text) => engine.save(withColumn({ scores: { [text]: "x" } })),
  "a hash key": (text) => engine.get(Thing, { id: text, at: 1 }),
  "a column of a key": (text) => engine.get(Thing, untyped({ ...key, [text]: 1 })),
  "an option": (text) => engine.get(Thing, key, untyped({ [text]: true })),
  "an option's value": (text) => engine.get(Thing, key, untyped({ onInvalid: text })),
  options: (text) => engine.get(Thing, key, untyped(text)),
  "a column of changes": (text) => engine.update(Thing, key, untyped({ [text]: 1 })),
  "a projected column": (text) => engine.scan(Thing, untyped({ projection: [text] })),
  "a signal": (text) => engine.on(untyped(text), () => {}),
  "a key of a condition": (text) => Thing.address.at(untyped(text)),
  "a condition": (text) => engine.scan(Thing, untyped({ filter: text })),
  "a compared value": (text) => Thing.amount.eq(untyped(text)),
  "a searched key": (text) => engine.query(Thing, { key: Thing.id.eq(text) }),
  "a token": (text) => search().moveTo(untyped({ ...search().token, table: text })),
  "a position": (text) => search().moveTo({ ...search().token, positions: [{ id: { S: text }, at: { N: text } }] }),
  "a name in a position": (text) => search().moveTo({ ...search().token, positions: [{ [text]: { S: "1" } }] }),
  "a cursor": (text) => search().moveTo(text),
  "a cursor in base64": (text) => search().moveTo(Buffer.from(text).toString("base64url")),
  "a sealed cursor": (text) => cursors.open(text),
  "JSON of an object": (text) => fromJson(Thing, untyped({ ...key, [text]: 1 })),
  "a number in JSON": (text) => fromJson(Thing, untyped({ ...key, amount: text })),
};

describe.each(Object.entries(places))("%s", (_, place) => {
  test.each(Object.entries(texts))("of %s", async (_name, textOf) => {
    const [large, small] = [textOf(megabyte), textOf(megabyte / 16)];
    await expectInProportion(
      () => place(large),
      () => place(small),
    );
  });
});

test("many wrong options, columns and elements cost no more than their number", async () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`name${index}`, 1]));
  for (const run of [
    (count: number) => engine.get(Thing, key, untyped(many(count))),
    (count: number) => new Thing(untyped({ ...key, ...many(count) })),
    (count: number) => engine.update(Thing, key, untyped(many(count))),
    (count: number) => search().moveTo({ ...search().token, positions: [untyped(many(count))] }),
    (count: number) => search().moveTo({ ...search().token, positions: Array(count).fill("start") }),
  ]) {
    await expectInProportion(
      () => run(40_000),
      () => run(2500),
    );
  }
});
