/**
 * A megabyte of nonsense costs no more than its length: under 10 ms of CPU, or, on a machine that is slow or busy, no more
 * than in proportion to a quarter of it. What grows with the square of the length takes sixteen times as long.
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
import { recordingClient } from "../../support/recording-client.js";

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

/** The least CPU of some runs, in milliseconds, and whether each was refused. */
async function costOf(run: () => unknown): Promise<{ least: number; refused: boolean }> {
  let least = Number.POSITIVE_INFINITY;
  let refused = true;
  for (let round = 0; round < 4; round++) {
    const before = process.cpuUsage();
    try {
      await run();
      refused = false;
    } catch {
      // As it should be.
    }
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return { least, refused };
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
  test.each(Object.entries(texts))("of %s", async (name, textOf) => {
    const [small, large] = [textOf(megabyte / 4), textOf(megabyte)];
    const whole = await costOf(() => place(large));
    expect(whole.refused).toBe(true);
    if (whole.least < allowed) return;
    const part = await costOf(() => place(small));
    expect(whole.least, `${name}: ${part.least} ms for a quarter`).toBeLessThan(10 * part.least);
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
    const whole = await costOf(() => run(40_000));
    expect(whole.refused).toBe(true);
    const part = await costOf(() => run(10_000));
    expect(whole.least).toBeLessThan(Math.max(allowed, 10 * part.least));
  }
});
