/** Key values that no item has are refused before a request, in searches as in writes (T3). */

import {
  binary,
  type Condition,
  datetime,
  Engine,
  InvalidSearch,
  InvalidValue,
  integer,
  key,
  model,
  string,
  table,
  template,
} from "bloop-dynamodb";
import { beforeEach, describe, expect, test } from "vitest";
import { recordingClient } from "../../support/recording-client.js";

const Entry = model(
  "Entry",
  { id: string().hashKey(), at: string().rangeKey(), bytes: binary(), kind: string() },
  { indexes: { byBytes: { hashKey: "bytes", rangeKey: "kind", projection: "all" } } },
);

const id = Entry.id.eq("1");
const bytes = Entry.bytes.eq(Uint8Array.of(1));
const empty = "is empty, which DynamoDB refuses for keys";
const long = "x".repeat(1025);

const keys = [
  ["an empty hash key", Entry, Entry.id.eq(""), "Entry.id", empty],
  ["a hash key that is too long", Entry, Entry.id.eq("x".repeat(2049)), "Entry.id", "has 2049 bytes"],
  ["an empty range key", Entry, id.and(Entry.at.eq("")), "Entry.at", empty],
  ["an empty beginning", Entry, id.and(Entry.at.beginsWith("")), "Entry.at", empty],
  ["an empty bound", Entry, id.and(Entry.at.gt("")), "Entry.at", empty],
  ["an empty lower bound", Entry, id.and(Entry.at.between("", "z")), "Entry.at", empty],
  ["an upper bound that is too long", Entry, id.and(Entry.at.between("a", long)), "Entry.at", "has 1025 bytes"],
  ["the range key first", Entry, Entry.at.eq("").and(id), "Entry.at", empty],
  ["an empty hash key of an index", Entry.byBytes, Entry.bytes.eq(new Uint8Array()), "Entry.bytes", empty],
  ["an empty range key of an index", Entry.byBytes, bytes.and(Entry.kind.lt("")), "Entry.kind", empty],
] as const;

test.each(keys)("%s", (_, target, key, place, problem) => {
  const client = recordingClient();
  const search = () => new Engine({ dynamodb: client }).query(target as typeof Entry, { key: key as never });
  expect(search).toThrow(expect.objectContaining({ name: "InvalidValue" }));
  expect(search).toThrow(`${place}: the key of a search ${problem}`);
  expect(client.sent).toEqual([]);
});

test("keys that items can have are searched for", async () => {
  const client = recordingClient();
  const engine = new Engine({ dynamodb: client });
  const longest = Entry.id.eq("x".repeat(2048)).and(Entry.at.beginsWith("x".repeat(1024)));
  expect(await engine.query(Entry, { key: longest }).all()).toEqual([]);
  expect(await engine.scan(Entry, { filter: Entry.kind.eq("") }).all()).toEqual([]);
  expect(client.sent).toHaveLength(2);
});

describe("of composed keys,", () => {
  const columns = { group: string(), id: string(), day: integer(), note: string(), status: string(), at: datetime() };
  const Shop = table("shop", {
    ...{ hashKey: "pk", rangeKey: "sk", kind: "_type" },
    indexes: {
      copies: { hashKey: "c", rangeKey: "d", projection: "all" },
      texts: { hashKey: "t", rangeKey: "u", projection: ["_type"] },
    },
  });
  const Order = Shop.model("Order", columns, {
    key: { pk: key`G#${"group"}`, sk: key`O#${"day"}#${"id"}` },
    indexes: {
      byStatus: { on: "copies", c: "status", d: "note" },
      byText: { on: "texts", t: key`T`, u: template`u_${"note"}` },
    },
  });
  const Old = Shop.model("Old", columns, {
    key: { pk: template`g_${"group"}`, sk: template`o_${"day"}_${"id"}` },
    indexes: {
      byStatus: { on: "copies", c: "status", d: template`d_${"at"}` },
      byText: { on: "texts", t: key`T`, u: template`u_${{ column: "note", case: "lower" }}` },
    },
  });
  const [one, old] = [Order.group.eq("a"), Old.group.eq("a")];
  const client = recordingClient();
  const engine = new Engine({ dynamodb: client });
  const search = (target: unknown, key: unknown) => () =>
    engine.query(target as typeof Order, { key: key as typeof one });
  beforeEach(() => void client.sent.splice(0));

  test.each([
    [
      "a hash key that is too long",
      Order,
      Order.group.eq("x".repeat(2049)),
      'Order.group: "pk" of the table\'s key is composed of it, and has 2052 bytes; DynamoDB takes 2048 for it.',
    ],
    [
      "a range key that is too long",
      Order,
      one.and(Order.day.eq(1)).and(Order.id.eq("x".repeat(1024))),
      'Order.day: "sk" of the table\'s key is composed of the columns "day" and "id", and has 1033 bytes',
    ],
    [
      "an empty copy",
      Order.byStatus,
      Order.status.eq(""),
      'Order.status: "c" of the index "byStatus" is composed of it, and is empty, which DynamoDB refuses for keys.',
    ],
    [
      "a value that bounds the ranges of an existing table",
      Old,
      Old.group.eq("\u{10ffff}"),
      "Old.group: a part of the key has the code point U+10FFFF, which bounds its ranges.",
    ],
    [
      "a value with the text that divides the parts of an existing table",
      Old,
      old.and(Old.day.eq(1)).and(Old.id.eq("a\u{10ffff}")),
      "Old.id: a part of the key has the code point U+10FFFF, which bounds its ranges.",
    ],
    [
      "a range of a part in the middle of an existing table's key",
      Old,
      old.and(Old.day.gt(1)),
      'Old.day: "day" does not keep its order in this key: of template(), a text at its end does',
    ],
    [
      "a range without its end in the letters of another case",
      Old.byText,
      Old.note.lt("m"),
      'Old.note: "note" is in lower case in this key, which can\'t leave out its own end; use le().',
    ],
  ] as const)("%s is refused", (_, target, key, sentence) => {
    expect(search(target, key)).toThrow(InvalidValue);
    expect(search(target, key)).toThrow(sentence);
    expect(client.sent).toEqual([]);
  });

  test.each([
    ["no part of the hash key", Order, Order.note.eq("a")],
    ["a gap", Order, one.and(Order.id.eq("1"))],
    ["a part by ne()", Order, one.and(Order.day.ne(1))],
    ["a part by in()", Order, one.and(Order.day.in([1]))],
    ["the size of a part", Order, one.and(Order.day.eq(1)).and(Order.id.size.gt(1))],
    ["a part compared with a column", Order, one.and(Order.day.eq(1)).and(Order.id.lt(Order.note))],
    ["a part twice", Order, one.and(Order.group.eq("b"))],
    ["a copy by ne()", Order.byStatus, Order.status.eq("a").and(Order.note.ne("b"))],
    ["an or()", Order, one.or(Order.group.eq("b"))],
  ] as const)("a key with %s is refused", (_, target, key) => {
    expect(search(target, key)).toThrow(InvalidSearch);
    expect(search(target, key)).toThrow(
      /^The key of a query of Order(?:\.byStatus)? is .* by eq\(\), and from left to/,
    );
    expect(client.sent).toEqual([]);
  });

  test("an index that always has one hash key names always()", () => {
    expect(search(Order.byText, Order.day.eq(1))).toThrow("The key of a query of Order.byText is always(), and from");
  });

  test("a range whose end a filter has to leave out needs the part in the index", () => {
    expect(search(Order.byText, Order.note.lt("m"))).toThrow(
      new InvalidSearch(
        'Order.byText does not project "note", which lt() and gt() on it need here; use le(), ge() or between().',
      ),
    );
    expect(search(Order.byText, Order.note.le("m"))).not.toThrow();
  });

  test.each([
    ["a copy by eq()", Order.byStatus, Order.note.eq("n"), "(c = a) AND (d = n)"],
    ["a copy by a comparison", Order.byStatus, Order.note.ge("n"), "(c = a) AND (d >= n)"],
    ["a copy by between()", Order.byStatus, Order.note.between("m", "n"), "(c = a) AND (d BETWEEN m AND n)"],
    ["a copy by beginsWith()", Order.byStatus, Order.note.beginsWith("n"), "(c = a) AND (begins_with(d, n))"],
    [
      "a date and time without its end",
      Old.byStatus,
      Old.at.lt(new Date(0)),
      "(c = a) AND (d BETWEEN d_ AND d_1970-01-01T00:00:00.000Z\u{10ffff})",
    ],
  ] as const)("%s becomes a condition on the key attribute", async (_, target, range, text) => {
    const { status } = target === Old.byStatus ? Old : Order;
    await search(target, (status as typeof Order.status).eq("a").and(range as Condition<"Order">))().all();
    expect(keyConditionOf(client.sent[0]?.input)).toBe(text);
  });
});

/** With its names and texts in place of its placeholders. */
function keyConditionOf(input: object | undefined): string {
  const {
    KeyConditionExpression: text,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  } = input as {
    readonly KeyConditionExpression: string;
    readonly ExpressionAttributeNames: Readonly<Record<string, string>>;
    readonly ExpressionAttributeValues: Readonly<Record<string, { readonly S: string }>>;
  };
  return text.replaceAll(/[#:]\d+/g, (slot) => names[slot] ?? values[slot]?.S ?? slot);
}
