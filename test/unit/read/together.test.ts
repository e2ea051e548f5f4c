/** query() and scan() of several kinds: items of a kind that no model of the table knows, key conditions and filters. */

import {
  always,
  datetime,
  Engine,
  InvalidSearch,
  InvalidValue,
  integer,
  key,
  string,
  table,
  template,
} from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { recordingClient } from "../../support/recording-client.js";

const Shop = table("shop", { hashKey: "pk", rangeKey: "sk", kind: "_type" });
const columns = { group: string(), id: string() };
const Customer = Shop.model("Customer", columns, { key: { pk: key`G#${"group"}`, sk: key`C#${"id"}` } });
const Order = Shop.model("Order", columns, { key: { pk: key`G#${"group"}`, sk: key`O#${"id"}` } });

const customer = {
  ...{ pk: { S: "G#g#" }, sk: { S: "C#1#" }, _type: { S: "Customer" } },
  ...{ group: { S: "g" }, id: { S: "1" } },
};
const later = { pk: { S: "G#g#" }, sk: { S: "L#1#" }, _type: { S: "Later" } };
const engine = () =>
  new Engine({ dynamodb: recordingClient(() => ({ Items: [customer, later], Count: 2, ScannedCount: 2 })) });
const searches = {
  "a query": (one: Engine, options: object) =>
    one.query([Customer, Order], { key: Customer.group.eq("g"), ...options }),
  "a scan": (one: Engine, options: object) => one.scan([Customer, Order], options),
};

describe.each(Object.entries(searches))("%s", (_, search) => {
  test("skips an unknown kind, and tells of it", async () => {
    const one = engine();
    const told: unknown[] = [];
    one.on("unknownItem", ({ item }) => told.push(item));
    expect(await search(one, {}).all()).toMatchObject([{ group: "g", id: "1" }]);
    expect(told).toEqual([later]);
  });

  test('yields it in DynamoDB\'s form with onUnknown: "raw"', async () => {
    const found = await search(engine(), { onUnknown: "raw" }).all();
    expect(found[0]).toBeInstanceOf(Customer);
    expect(found[1]).toEqual(later);
  });

  test('throws with onUnknown: "error"', async () => {
    const error = await search(engine(), { onUnknown: "error" })
      .all()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidValue);
    expect(error).toMatchObject({ item: later });
  });
});

test.each(["skip", "raw", "error"] as const)(
  "an item of a known kind that can't be read is an error all the same (onUnknown: %s)",
  async (onUnknown) => {
    const broken = { ...customer, sk: { S: "C#2#" }, id: { N: "2" } };
    const Items = [customer, broken];
    const one = new Engine({ dynamodb: recordingClient(() => ({ Items, Count: 2, ScannedCount: 2 })) });
    for (const search of Object.values(searches)) {
      const error = await search(one, { onUnknown })
        .all()
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InvalidValue);
      expect(String(error)).toContain("Customer.id");
    }
  },
);

test("a key that another program has written in lower case is told as such", async () => {
  const Old = table("old", { hashKey: "pk", kind: "_type" });
  const User = Old.model("User", { id: string() }, { key: { pk: template`USER#${"id"}` } });
  const scanned = (pk: string) => {
    const Items = [{ pk: { S: pk }, _type: { S: "User" }, id: { S: "Ada" } }];
    const one = new Engine({ dynamodb: recordingClient(() => ({ Items, Count: 1, ScannedCount: 1 })) });
    return one.scan(User).all();
  };
  expect(await scanned("USER#Ada")).toHaveLength(1);
  await expect(scanned("user#ada")).rejects.toThrow(
    'the item\'s key "pk" is in lower case; give its parts as { column, case:',
  );
  await expect(scanned("USER#ada")).rejects.toThrow('the item\'s key "pk" was made of another value');
  await expect(scanned("U#Ada")).rejects.toThrow('the item\'s key "pk" is none that this model makes');
});

test("models that the engine's tableName puts into several tables are refused", () => {
  const dynamodb = recordingClient();
  const split = new Engine({ dynamodb, tableName: ({ name }) => (name === "Customer" ? "customers" : "others") });
  expect(() => split.scan([Customer, Order])).toThrow(
    new InvalidSearch("A search of several models: the engine's tableName puts Customer, Order into several tables."),
  );
});

describe("a key condition on the models' common key", () => {
  const Chat = table("chat", {
    ...{ hashKey: "pk", rangeKey: "sk", kind: "_type" },
    indexes: { events: { hashKey: "e", rangeKey: "f", projection: "all" } },
  });
  const each = { room: string(), id: string(), at: datetime(), n: integer() };
  const Note = Chat.model("Note", each, {
    key: { pk: template`room_${"room"}`, sk: template`${"id"}` },
    indexes: { byDate: { on: "events", e: "room", f: template`at_${"at"}` } },
  });
  const File = Chat.model("File", each, {
    key: { pk: template`room_${"room"}`, sk: template`${"id"}_${"n"}` },
    indexes: { byDate: { on: "events", e: "room", f: template`at_${"at"}_${"id"}` } },
  });
  const Call = Chat.model("Call", each, {
    key: { pk: template`room_${"room"}`, sk: "id" },
    indexes: { byDate: { on: "events", e: "room", f: "id" } },
  });
  const client = recordingClient();
  const one = new Engine({ dynamodb: client });
  const search = (targets: readonly unknown[], key: unknown) => () => one.query(targets as [], { key } as never);
  const room = Note.room.eq("r");

  test.each([
    ["a whole text that begins others", [Note, File], room.and(Note.id.eq("1"))],
    ["a range of texts of which other models' keys go on", [Note, File], room.and(Note.id.gt("1"))],
    [
      "a range whose end a filter would have to leave out",
      [Note.byDate, File.byDate],
      room.and(Note.at.lt(new Date(0))),
    ],
  ] as const)("is refused for %s", (_, targets, on) => {
    expect(search(targets, on)).toThrow(InvalidSearch);
    const names = targets[0] === Note ? "Note, File" : "Note.byDate, File.byDate";
    expect(search(targets, on)).toThrow(
      `A search of several models: no one range of keys holds these items of ${names} alone; search them one by one, or compare other parts.`,
    );
  });

  test("is refused for a value that its key can't have", () => {
    const bound = room.and(Note.id.eq("\u{10ffff}"));
    expect(search([Note, File], bound)).toThrow(InvalidValue);
    expect(search([Note, File], bound)).toThrow("Note.id: a part of the key has the code point U+10FFFF");
  });

  test("is refused for range keys of which one is composed, and another is a column", () => {
    expect(search([Note, Call], room.and(Note.id.beginsWith("1")))).toThrow(
      "the key condition is on the range key of Note, and that of Call does not begin in the same way",
    );
    expect(search([Call, Note], Call.room.eq("r").and(Call.id.beginsWith("1")))).toThrow("that of Note does not begin");
    expect(search([Note, Call], room)).not.toThrow();
  });

  test("may be of any of the models, with a hash key that is longer than a range key can be", async () => {
    const long = "x".repeat(1500);
    for (const model of [Customer, Order]) {
      await one.query([Customer, Order], { key: model.group.eq(long) }).all();
      expect(client.sent.pop()?.input).toMatchObject({ ExpressionAttributeValues: { ":0": { S: `G#${long}#` } } });
    }
    expect(() => one.query([Customer, Order], { key: Order.group.eq("x".repeat(2049)) })).toThrow(
      'Order.group: "pk" of the table\'s key is composed of it, and has 2052 bytes; DynamoDB takes 2048 for it.',
    );
  });
});

describe("without an attribute of kinds, a filter is decided by bloop alone:", () => {
  const Plain = table("plain", { hashKey: "pk", rangeKey: "sk" });
  const each = { group: string(), id: string(), n: integer() };
  const First = Plain.model("First", each, { key: { pk: key`G#${"group"}`, sk: key`F#${"id"}` } });
  const Second = Plain.model("Second", each, { key: { pk: key`G#${"group"}`, sk: key`S#${"id"}` } });
  const item = (sk: string, more: object) => ({ pk: { S: "G#g#" }, sk: { S: sk }, ...more });
  const Items = [item("F#1#", { n: { N: "1" } }), item("F#2#", { n: { N: "2" } }), item("S#1#", { n: { N: "1" } })];
  const one = new Engine({ dynamodb: recordingClient(() => ({ Items, Count: 3, ScannedCount: 3 })) });

  test.each([
    ["of always()", always(), ["First 1", "First 2", "Second 1"]],
    ["of a column", First.n.gt(1), ["First 2", "Second 1"]],
    ["of a part that the key alone tells", First.id.eq("1"), ["First 1", "Second 1"]],
  ] as const)("one %s", async (_, filter, wanted) => {
    const found = await one.query([First, Second], { key: First.group.eq("g"), filter: filter as never }).all();
    expect(found.map((thing) => `${thing.constructor.name} ${thing.id}`)).toEqual(wanted);
  });
});
