/** The table's key of a kind as keyOf() tells it, and keys that are too long. */

import { bigint, binary, boolean, type Engine, key, keyOf, MissingKey, number, string, table } from "bloop-dynamodb";
import { instant } from "bloop-dynamodb/ext/temporal";
import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { scriptedEngine } from "../../../support/requests.js";

const keys = { hashKey: "pk", rangeKey: "sk" } as const;

describe("keyOf()", () => {
  const Log = table("log", { ...keys, kind: "_k" });
  const columns = { id: string(), at: instant(), n: number(), big: bigint(), raw: binary(), on: boolean() };
  const Entry = Log.model("Entry", columns, { key: { pk: key`E#${"id"}`, sk: key`${"at"}#${"n"}#${"raw"}#${"on"}` } });
  const Count = table("count", keys).model("Count", { id: binary(), big: bigint() }, { key: { pk: "id", sk: "big" } });
  const at = (text: string) => Temporal.Instant.from(text);
  const entry = (text: string) => ({ id: "a b", at: at(text), n: -1.5, raw: Uint8Array.of(255, 0), on: true });

  test("is made of what each column stores, to the last digit: two instants of one millisecond are two keys", () => {
    expect(keyOf(Entry, entry("2026-01-31T12:34:56.789000001Z"))).toEqual({
      pk: "E#a$20b#",
      sk: "2026-01-31T12:34:56.789000001Z#186884~#ff00#1#",
    });
    const other = keyOf(Entry, entry("2026-01-31T12:34:56.789000002Z"));
    expect(other["sk"]).not.toBe(keyOf(Entry, entry("2026-01-31T12:34:56.789000001Z"))["sk"]);
  });

  test("has bytes and numbers as they are, and a number that no double holds as a text", () => {
    const id = Uint8Array.of(1, 2);
    expect(keyOf(Count, { id, big: 5n })).toEqual({ pk: id, sk: 5 });
    expect(keyOf(Count, { id, big: 2n ** 53n + 1n })).toEqual({ pk: id, sk: "9007199254740993" });
  });

  test("refuses a key that lacks a part, and a property that is none", () => {
    const { on: _, ...less } = entry("2026-01-31T12:34:56Z");
    expect(() => keyOf(Entry, less as never)).toThrow(MissingKey);
    expect(() => keyOf(Entry, { ...less, on: true, big: 1n } as never)).toThrow('has no key column "big"');
  });
});

describe("a key of the table that is too long as encoded is refused before a request", () => {
  const Shop = table("long", { ...keys, kind: "_k" });
  const Order = Shop.model("Order", { a: string(), b: string() }, { key: { pk: key`O#${"a"}`, sk: key`B#${"b"}` } });
  const long = { a: "!".repeat(700), b: "b" };
  const longer = { a: "a", b: "é".repeat(511) };
  test.each<[string, (engine: Engine, at: typeof long) => unknown]>([
    ["get", (engine, at) => engine.get(Order, at)],
    ["save", (engine, at) => engine.save(new Order(at))],
    ["update", (engine, at) => engine.update(Order, at, {})],
    ["delete by key", (engine, at) => engine.delete(Order, at)],
    ["keyOf", (_, at) => keyOf(Order, at)],
  ])("by %s", async (_, run) => {
    const { engine, requests } = scriptedEngine();
    const refused = async (at: typeof long) => run(engine, at);
    await expect(refused(long)).rejects.toThrow(/Order\.a.*has 2103 bytes/);
    await expect(refused(longer)).rejects.toThrow(/Order\.b.*has 1025 bytes/);
    expect(requests()).toEqual([]);
  });
});
