/**
 * No error shows a value: random secrets are put into each place where input goes, and into the items that DynamoDB
 * answers. Names (of columns, options and keys of maps) and the keys of items are printed, and are no secrets here.
 * BLOOP_SEED says which secrets.
 */

import { inspect } from "node:util";
import {
  add,
  addTo,
  append,
  bigint,
  binary,
  boolean,
  type Condition,
  datetime,
  deleteFrom,
  dynamicList,
  dynamicMap,
  Engine,
  type Item,
  integer,
  json,
  list,
  makeCursors,
  map,
  merge,
  model,
  number,
  oneOf,
  prepend,
  record,
  set,
  setIfMissing,
  string,
  table,
  key as tag,
  timestamp,
  union,
  uuid,
} from "bloop-dynamodb";
import * as dayjs from "bloop-dynamodb/ext/dayjs";
import { decimal } from "bloop-dynamodb/ext/decimal";
import * as luxon from "bloop-dynamodb/ext/luxon";
import { instant, plainDate, plainTime, zonedDateTime } from "bloop-dynamodb/ext/temporal";
import { fromJson } from "bloop-dynamodb/json";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { recordingClient } from "../support/recording-client.js";
import { conditionFailed, transactionCanceled } from "../support/requests.js";

const seed = Number(process.env["BLOOP_SEED"] ?? 20_293);
/** For each place. BLOOP_SECRETS_RUNS=60 takes minutes, and finds what is rarer. */
const numRuns = Number(process.env["BLOOP_SECRETS_RUNS"] ?? 6);

const columns = {
  name: string(),
  kind: string("sale", "refund"),
  unique: uuid(),
  count: integer(),
  amount: number(),
  exact: number({ inexact: "error" }),
  big: bigint(),
  flag: boolean(),
  bytes: binary(),
  when: datetime(),
  expires: timestamp(),
  tags: set(string()),
  numbers: set(number()),
  texts: list(string()),
  items: list(map({ name: string().required(), price: number() })),
  address: map({ city: string(), geo: map({ lat: number() }) }),
  scores: record(number()),
  shape: union("kind", { circle: { radius: number().required() } }),
  any: dynamicMap(),
  anyList: dynamicList(),
  data: json(),
  checked: json(v.object({ theme: v.picklist(["dark", "light"]), size: v.number() })),
  either: oneOf(number(), boolean()),
  total: decimal(),
  day: plainDate(),
  time: plainTime(),
  moment: instant(),
  zoned: zonedDateTime(),
  luxon: luxon.datetime(),
  dayjs: dayjs.datetime(),
  must: string().required().default("yes"),
} as const;
const Thing = model(
  "Thing",
  { id: string().hashKey(), at: integer().rangeKey(), ...columns },
  { indexes: { byName: { hashKey: "name", projection: "keys" } }, stream: { include: ["new", "old"] } },
);
const key = { id: "1", at: 1 };
const untyped = (value: unknown) => value as never;

interface Secret {
  readonly text: string;
  readonly number: number;
}
const letters = fc.stringMatching(/^[a-z]{14}$/).map((text) => `zq${text}`);
const secrets: fc.Arbitrary<Secret> = fc.record({ text: letters, number: fc.integer({ min: 1e12, max: 9e15 }) });

/** Values that hold a secret, by the way in which they hold it. */
const holders: { readonly [way: string]: (secret: Secret) => unknown } = {
  text: ({ text }) => text,
  "long text": ({ text }) => `${text} `.repeat(50),
  "text of a number": (secret) => `${secret.number}`,
  "text with half a surrogate pair": ({ text }) => `${text}\ud800`,
  "text that is nearly a date": ({ text }) => `2026-13-45T${text}`,
  number: (secret) => secret.number,
  fraction: (secret) => Number(`0.${secret.number}`),
  "large number": (secret) => Number(`${secret.number}e200`),
  bigint: (secret) => BigInt(`${secret.number}${"0".repeat(30)}1`),
  bytes: ({ text }) => Buffer.from(text),
  array: ({ text }) => [text],
  "nested array": ({ text, number }) => [[text, { a: number }]],
  object: ({ text, number }) => ({ name: text, city: text, kind: text, theme: text, size: text, price: number }),
  "nested object": ({ text }) => ({ geo: { lat: text }, a: { b: [text, () => text] } }),
  set: ({ text, number }) => new Set<unknown>([text, number, null]),
  map: ({ text }) => new Map([["a", text]]),
  date: (secret) => new Date(secret.number + 8e15),
  "boxed text": ({ text }) => new String(text),
  error: ({ text }) => new Error(text),
  "object of a class": ({ text }) => Object.assign(new (class Account {})(), { name: text }),
  "object that prints itself": ({ text }) => ({ toString: () => text, toJSON: () => text }),
  cycle: ({ text }) => {
    const holder: Record<string, unknown> = { text };
    holder["self"] = holder;
    return holder;
  },
};

/** What no error may show of a secret. */
function shownOf({ text, number }: Secret): string[] {
  const whole = String(number);
  return [
    text,
    whole,
    whole.slice(0, 10),
    Buffer.from(text).toString("base64").slice(0, 12),
    inspect(Buffer.from(text)).slice(8, 25),
  ];
}

function printed(error: unknown): string {
  const lines = [String(error), inspect(error, { depth: 20 })];
  for (let one = error; one instanceof Error; one = one.cause) lines.push(JSON.stringify(one) ?? "");
  return lines.join("\n");
}

/** What an attempt throws; undefined if it throws nothing. */
async function thrownBy(attempt: () => unknown): Promise<unknown> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Puts each kind of secret into a place, and reads all that is thrown. Returns how many errors there were. */
async function errorsOf(
  place: (value: unknown) => unknown,
  ways: readonly string[] = Object.keys(holders),
  runs = numRuns,
) {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(secrets, fc.constantFrom(...ways), async (secret, way) => {
      const error = await thrownBy(() => place(holders[way]?.(secret)));
      if (error === undefined) return;
      count++;
      const text = printed(error);
      for (const shown of shownOf(secret)) {
        if (text.includes(shown)) throw new Error(`${way}: "${shown}" is shown:\n${text.slice(0, 1500)}`);
      }
    }),
    { seed, numRuns: runs },
  );
  return count;
}

const engine = () => new Engine({ dynamodb: recordingClient() });
const withColumn = (column: string, value: unknown) => Object.assign(new Thing(key), { [column]: value });

describe.each(Object.keys(columns))("the column %s", (column) => {
  test.each<[name: string, place: (value: unknown) => unknown]>([
    ["of a save", (value) => engine().save(withColumn(column, value))],
    ["of many saves", (value) => engine().save([new Thing({ ...key, id: "2" }), withColumn(column, value)])],
    ["of an atomic save", (value) => engine().save(withColumn(column, value), { atomic: true })],
    ["of putAll()", (value) => engine().putAll([withColumn(column, value)])],
    ["of a transaction", (value) => engine().transaction((tx) => tx.save(withColumn(column, value)))],
    ["of an update", (value) => engine().update(Thing, key, untyped({ [column]: value }))],
    ["of JSON", (value) => fromJson(Thing, { ...key, [column]: value })],
    ...[add, addTo, deleteFrom, append, prepend, setIfMissing, merge].map(
      (action: (value: never) => unknown): [string, (value: unknown) => unknown] => [
        `of ${action.name}()`,
        (value) => engine().update(Thing, key, untyped({ [column]: action(untyped(value)) })),
      ],
    ),
  ])("%s", async (_, place) => {
    await errorsOf(place);
  });

  // at() takes a name or an index, which is printed.
  const operations = Object.entries(Reflect.get(Thing, column)).filter(
    ([name, operation]) => typeof operation === "function" && name !== "at",
  );
  test.each(operations.map(([name]) => name))("compared by %s()", async (operation) => {
    const call = (...values: readonly unknown[]) => Reflect.get(Reflect.get(Thing, column), operation)(...values);
    await errorsOf((value) => call(value));
    await errorsOf((value) => call([value]));
    await errorsOf((value) => call(value, value));
  });

  test("as it is stored", async () => {
    const attributes: { readonly [way: string]: (secret: Secret) => unknown } = {
      text: ({ text }) => ({ S: text }),
      "JSON that is none": ({ text }) => ({ S: `{"a": ${text}` }),
      "JSON of it": ({ text, number }) => ({ S: JSON.stringify({ theme: text, size: text, n: number }) }),
      "long number": (secret) => ({ N: `0.${secret.number}${secret.number}` }),
      number: (secret) => ({ N: `${secret.number}${secret.number}` }),
      "no number": ({ text }) => ({ N: text }),
      bytes: ({ text }) => ({ B: Buffer.from(text) }),
      list: ({ text }) => ({ L: [{ S: text }, { M: { name: { S: text }, price: { S: text } } }] }),
      map: ({ text }) => ({ M: { city: { N: text }, kind: { S: text }, a: { X: text }, geo: { S: text } } }),
      set: ({ text }) => ({ SS: [text, text.toUpperCase()] }),
      "set of numbers": (secret) => ({ NS: [`${secret.number}`, `${secret.number}.0`] }),
      "unknown type": ({ text }) => ({ X: text }),
    };
    let count = 0;
    await fc.assert(
      fc.asyncProperty(secrets, fc.constantFrom(...Object.keys(attributes)), async (secret, way) => {
        const Item = { id: { S: "1" }, at: { N: "1" }, must: { S: "x" }, [column]: attributes[way]?.(secret) };
        const client = recordingClient(({ name }) =>
          name === "GetItem" ? { Item } : { Items: [Item], Count: 1, ScannedCount: 1, Attributes: Item },
        );
        const reader = new Engine({ dynamodb: client });
        const reads = [
          () => reader.get(Thing, key),
          () => reader.load(new Thing(key)),
          () => reader.scan(Thing).all(),
          () => reader.update(Thing, key, { flag: true }),
          () => reader.modify(Thing, key, () => {}),
          () => reader.save(Object.assign(new Thing(key), { flag: true }), { sync: "new" }),
        ];
        for (const read of reads) {
          const error = await thrownBy(read);
          if (error === undefined) continue;
          count++;
          const text = printed(error);
          for (const shown of shownOf(secret)) {
            if (text.includes(shown)) throw new Error(`${way}: "${shown}" is shown:\n${text.slice(0, 1500)}`);
          }
        }
      }),
      { seed, numRuns: 2 * numRuns },
    );
    expect(count).toBeGreaterThan(6);
  });
});

describe("the item that stood in the way of", () => {
  const Shop = table("shop", { hashKey: "pk", kind: "_type" });
  const User = Shop.model(
    "User",
    { id: string(), email: string() },
    { key: { pk: tag`U#${"id"}` }, unique: ["email"] },
  );
  const fails = { condition: Thing.name.eq("x") };
  const thing = () => new Thing(key);
  const user = () => new User({ id: "1", email: "e" });
  const writes: readonly [name: string, write: (engine: Engine) => unknown][] = [
    ["a save", (writer) => writer.save(thing(), fails)],
    ["a save that is sent once", (writer) => writer.save(thing(), { ...fails, once: true })],
    ["a save of several", (writer) => writer.save([thing()], { ...fails, once: true })],
    ["an atomic save", (writer) => writer.save(thing(), { atomic: true })],
    ["an update", (writer) => writer.update(Thing, key, { flag: true }, fails)],
    ["an update that is sent once", (writer) => writer.update(Thing, key, { flag: true }, { ...fails, once: true })],
    ["a deletion", (writer) => writer.delete(thing(), fails)],
    ["a deletion by key", (writer) => writer.delete(Thing, key, fails)],
    [
      "modify()",
      (writer) => writer.modify(Thing, key, (one) => void Object.assign(one, { flag: true }), { attempts: 1 }),
    ],
    [
      "a transaction",
      (writer) => writer.transaction((tx) => tx.save(thing(), fails).check(Thing, { ...key, at: 2 }, fails.condition)),
    ],
    ["a unique value", (writer) => writer.save(user())],
    ["a unique value of an update", (writer) => writer.update(User, { id: "1" }, { email: "f" })],
    ["a move", async (writer) => writer.move(await loadedThing(writer), { at: 2 }, { quiet: true })],
  ];
  const loadedThing = async (reader: Engine) => (await reader.get(Thing, key)) as Item<typeof Thing>;

  test.each(writes)("%s", async (_, write) => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(secrets, async ({ text }) => {
        const Item = { id: { S: "1" }, at: { N: "1" }, must: { S: text }, name: { S: text }, _type: { S: text } };
        const reason = { Code: "ConditionalCheckFailed", Item };
        const client = recordingClient(({ name }) => {
          if (name === "GetItem") return { Item };
          throw name === "TransactWriteItems" ? transactionCanceled(reason, reason, reason) : conditionFailed(Item);
        });
        const error = await thrownBy(() => write(new Engine({ dynamodb: client })));
        if (error === undefined) return;
        count++;
        expect(printed(error)).not.toContain(text);
      }),
      { seed, numRuns: 2 },
    );
    expect(count).toBeGreaterThan(0);
  });
});

const condition = (): Condition<"Thing"> => Thing.name.exists();
const cursors = makeCursors(new Uint8Array(32).fill(1));
type Place = [name: string, place: (value: unknown) => unknown, ways?: readonly string[]];
/** Never right: a stream would begin to read. */
const streamToken = { version: 1, tableName: "Thing", streamArn: "", shards: [undefined] };
const streamAt = (position: unknown) => engine().stream(Thing, untyped(position));
const places: readonly Place[] = [
  ["new", (value) => new Thing(untyped(value)), ["text", "number", "bigint", "bytes", "date", "boxed text"]],
  [
    "the key of get()",
    (value) => engine().get(Thing, untyped(value)),
    ["text", "number", "bigint", "bytes", "date", "map"],
  ],
  [
    "a hash key of get()",
    (value) => engine().get(Thing, untyped({ id: value })),
    ["number", "array", "object", "bytes"],
  ],
  ["a range key of get()", (value) => engine().get(Thing, untyped({ id: "1", at: value }))],
  ["a range key of getMany()", (value) => engine().getMany(Thing, [untyped({ id: "1", at: value })])],
  ["keys of getMany()", (value) => engine().getMany(Thing, untyped(value)), ["text", "number", "map", "object"]],
  ["the model of get()", (value) => engine().get(untyped(value), untyped(key))],
  ["the model of query()", (value) => engine().query(untyped(value), untyped({ key: condition() }))],
  ["the model of bind()", (value) => engine().bind(untyped(value))],
  ["the model of stream()", (value) => engine().stream(untyped(value), untyped("latest"))],
  ["a position of a stream", (value) => streamAt(value), Object.keys(holders).filter((way) => way !== "date")],
  ...["version", "streamArn", "since", "listed"].map(
    (field): Place => [`${field} of a stream's token`, (value) => streamAt({ ...streamToken, [field]: value })],
  ),
  ["the shards of a stream's token", (value) => streamAt({ ...streamToken, shards: value })],
  ...["id", "parents", "after", "since", "ended", "held", "unread"].map(
    (field): Place => [
      `${field} of a shard in a stream's token`,
      (value) => streamAt({ ...streamToken, shards: [{ id: "a", parents: [], [field]: value }, undefined] }),
    ],
  ),
  ["the object of save()", (value) => engine().save(untyped(value))],
  ["one object of save()", (value) => engine().save([untyped(value)])],
  ["the object of delete()", (value) => engine().delete(untyped(value))],
  ["the object of load()", (value) => engine().load(untyped(value))],
  ["the source of putAll()", (value) => engine().putAll(untyped(value))],
  ["one object of putAll()", (value) => engine().putAll([untyped(value)])],
  ["an object of a transaction", (value) => engine().transaction().save(untyped(value))],
  ["what modify() creates", (value) => engine().modify(Thing, key, () => {}, { create: () => untyped(value) })],
  ["the function of modify()", (value) => engine().modify(Thing, key, untyped(value))],
  ["changes of update()", (value) => engine().update(Thing, key, untyped(value)), ["text", "number", "array", "bytes"]],
  ["and() of a condition", (value) => condition().and(untyped(value))],
  ["a token", (value) => engine().scan(Thing).moveTo(untyped(value))],
  [
    "a position of a token",
    (value) => {
      const search = engine().scan(Thing);
      search.moveTo({ ...search.token, positions: [untyped(value)] });
    },
  ],
  [
    "a key of a token",
    (value) => {
      const search = engine().scan(Thing);
      search.moveTo({ ...search.token, positions: [{ id: { S: untyped(value) }, at: { N: untyped(value) } }] });
    },
  ],
  ["a cursor", (value) => cursors.open(untyped(value))],
  ["a key of cursors", (value) => makeCursors(untyped(value))],
  ["the owner of a cursor", (value) => cursors.seal("e30", untyped(value)), ["number", "array", "object", "bytes"]],
];

test.each(places)("%s", async (_, place, ways) => {
  expect(await errorsOf(place, ways, 4 * numRuns)).toBeGreaterThan(10);
});

const noNumbers = Object.keys(holders).filter((way) => !/number|fraction/.test(way));
const options: readonly [name: string, place: (options: object) => unknown, names: readonly string[]][] = [
  [
    "save()",
    (given) => engine().save(new Thing(key), untyped(given)),
    ["condition", "atomic", "once", "sync", "actions"],
  ],
  ["get()", (given) => engine().get(Thing, key, untyped(given)), ["consistent", "onInvalid", "signal"]],
  ["scan()", (given) => engine().scan(Thing, untyped(given)), ["filter", "limit", "segments", "parallel", "pageSize"]],
  ["query()", (given) => engine().query(Thing, untyped(given)), ["key", "forward"]],
  ["bind()", (given) => engine().bind(Thing, untyped(given)), ["tables", "timeout", "turnOnTtl"]],
  ["new Engine()", (given) => new Engine(untyped(given)), ["dynamodb", "streams", "road", "onInvalid"]],
];
// A number that an option is given is the program's own, and is printed.
test.each(options)("options of %s", async (_, place, names) => {
  for (const name of names)
    expect(await errorsOf((value) => place({ [name]: value }), noNumbers, 2 * numRuns)).toBeGreaterThan(5);
  const whole = ["text", "array", "set", "map", "bytes", "boxed text", "bigint"];
  expect(await errorsOf((value) => place(untyped(value)), whole, 2 * numRuns)).toBeGreaterThan(5);
});
