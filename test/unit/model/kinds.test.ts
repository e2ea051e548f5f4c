/** What tells kinds apart: attributes, several of them, none, or keys alone. */

import { Engine, integer, key, keyOf, metadataOf, number, string, table, template } from "bloop-dynamodb";
import { fromJson, toJson } from "bloop-dynamodb/json";
import { describe, expect, test } from "vitest";
import type { RecordImages } from "../../../src/model/meta.js";
import { metaOf as recordOf } from "../../../src/model/registry.js";
import type { Item } from "../../../src/wire/attribute.js";
import { MemoryTable, memoryClient } from "../../support/memory-dynamodb.js";

const keys = { hashKey: "pk", rangeKey: "sk" } as const;

/** A table in memory with some items, and an engine of it. */
function stored(...items: Item[]) {
  const memory = new MemoryTable(["pk", "sk"]);
  for (const item of items) memory.put(item, { pk: item["pk"], sk: item["sk"] } as Item);
  return { memory, engine: new Engine({ dynamodb: memoryClient(memory) as never }) };
}
const S = (text: string) => ({ S: text });

describe("of several attributes, each has to match", () => {
  const Electro = table("electro", { ...keys, kind: ["__e", "__v"] });
  const kind = { __e: "task", __v: "1" };
  const Task = Electro.model(
    "Task",
    { id: string(), n: number() },
    { kind, key: { pk: template`$t#id_${"id"}`, sk: template`$task` } },
  );
  const at = { pk: S("$t#id_1"), sk: S("$task") };
  const own = { ...at, __e: S("task"), __v: S("1"), id: S("1") };

  test.each<[string, Item, boolean]>([
    ["both", own, true],
    ["one, and another version", { ...own, __v: S("2") }, false],
    ["one alone", { ...at, __e: S("task"), id: S("1") }, false],
    ["none", { ...at, id: S("1") }, false],
  ])("an item with %s", async (_, item, isOwn) => {
    const { memory, engine } = stored(item);
    expect((await engine.get(Task, { id: "1" })) !== undefined).toBe(isOwn);
    const update = engine.update(Task, { id: "1" }, { n: 1 });
    if (isOwn) await update;
    else await expect(update).rejects.toThrow("an item of another kind");
    expect(memory.get(at)?.["n"]).toEqual(isOwn ? { N: "1" } : undefined);
  });

  test("and a new item has all of them", async () => {
    const { memory, engine } = stored();
    await engine.save(new Task({ id: "1" }));
    expect(memory.get(at)).toEqual(own);
  });
});

test("items from before there was an attribute are of the model that says missing, and its writes give it them", async () => {
  const Grown = table("grown", { ...keys, kind: "_k" });
  const Old = Grown.model(
    "Old",
    { id: string(), n: number() },
    { missing: true, key: { pk: key`O#${"id"}`, sk: key`O` } },
  );
  const New = Grown.model("New", { id: string() }, { key: { pk: key`O#${"id"}`, sk: key`O` } });
  const at = { pk: S("O#1#"), sk: S("O#") };
  const { memory, engine } = stored({ ...at, id: S("1") });
  expect(await engine.get(New, { id: "1" })).toBeUndefined();
  await expect(engine.save(new New({ id: "1" }))).rejects.toThrow("an item of another kind");
  await engine.update(Old, { id: "1" }, { n: 1 });
  expect(memory.get(at)).toEqual({ ...at, id: S("1"), n: { N: "1" }, _k: S("Old") });
  const again = () => Grown.model("More", { id: string() }, { missing: true, key: { pk: key`M#${"id"}`, sk: key`O` } });
  expect(again).toThrow("it says missing: true, and so does");
});

describe("without an attribute, keys tell kinds", () => {
  const Plain = table("plain", keys);
  const User = Plain.model("User", { id: string() }, { key: { pk: key`U#${"id"}`, sk: key`PROFILE` } });
  const Post = Plain.model(
    "Post",
    { id: string(), n: integer() },
    { key: { pk: key`U#${"id"}`, sk: key`POST#${"n"}` } },
  );
  const metas = [recordOf(User), recordOf(Post)];
  const { does } = recordOf(User).shared ?? {};
  const user = { pk: S("U#1#"), sk: S("PROFILE#"), id: S("1") };
  const post = { pk: S("U#1#"), sk: S("POST#31311#"), id: S("1"), n: { N: "1" } };
  const record = (eventName: RecordImages["eventName"], keysOnly: Item): RecordImages => {
    return { eventName, keys: keysOnly, newImage: undefined, oldImage: undefined };
  };

  test("of records that hold keys alone, removals too", () => {
    for (const eventName of ["INSERT", "MODIFY", "REMOVE"] as const) {
      const parts = [user, post].map(({ pk, sk }) => does?.splitRecord(metas, record(eventName, { pk, sk })));
      expect(parts.map((part) => part?.map(({ meta, record: one }) => [meta.name, one.eventName]))).toEqual([
        [["User", eventName]],
        [["Post", eventName]],
      ]);
    }
    expect(does?.splitRecord(metas, record("INSERT", { pk: S("U#1#"), sk: S("ELSE#") }))).toEqual([]);
  });
});

describe("of a stream with images", () => {
  const Pets = table("pets", { ...keys, kind: "_k", stream: { include: ["new", "old"] } });
  const Cat = Pets.model("Cat", { id: string() }, { key: { pk: key`P#${"id"}`, sk: key`P` } });
  const Dog = Pets.model("Dog", { id: string() }, { key: { pk: key`P#${"id"}`, sk: key`P` } });
  const at = { pk: S("P#1#"), sk: S("P#") };
  const [cat, dog, newer] = ["Cat", "Dog", "Newer"].map((name) => ({ ...at, id: S("1"), _k: S(name) }));
  const { does, table: record } = recordOf(Cat).shared ?? {};
  const split = (oldImage: Item | undefined, newImage: Item | undefined) => {
    const eventName = oldImage === undefined ? "INSERT" : newImage === undefined ? "REMOVE" : "MODIFY";
    const parts = does?.splitRecord([recordOf(Cat), recordOf(Dog)], { eventName, keys: at, oldImage, newImage });
    return parts?.map(({ meta, record: one }) => [meta.name, one.eventName]);
  };

  test("a put of one kind over another is a removal and an insertion", () => {
    expect(split(cat, dog)).toEqual([
      ["Cat", "REMOVE"],
      ["Dog", "INSERT"],
    ]);
    expect(split(cat, cat)).toEqual([["Cat", "MODIFY"]]);
    expect(split(newer, dog)).toEqual([["Dog", "INSERT"]]);
    expect(split(cat, newer)).toEqual([["Cat", "REMOVE"]]);
    expect(split(newer, newer)).toEqual([]);
  });

  test("an item is known if any model of the table has its kind", () => {
    const isKnown = (newImage: Item | undefined) =>
      record && does?.isKnownRecord(record, { eventName: "INSERT", keys: at, oldImage: undefined, newImage });
    expect([isKnown(cat), isKnown(newer)]).toEqual([true, false]);
  });

  test("one that does not include old images is refused, since a removal would not tell its kind", () => {
    expect(does?.streamProblem(recordOf(Cat), ["new"])).toContain("its keys do not tell it");
    expect(does?.streamProblem(recordOf(Cat), ["new", "old"])).toBeUndefined();
  });
});

describe("a kind is told of", () => {
  const Shop = table("told-shop", { ...keys, kind: "_k", indexes: { local: { rangeKey: "l", projection: "all" } } });
  const Order = Shop.model(
    "Order",
    { customer: string(), id: string(), total: number() },
    {
      key: { pk: key`C#${"customer"}`, sk: key`O#${"id"}` },
      indexes: { byTotal: { on: "local", l: key`O#${"total"}` } },
    },
  );

  test("by metadataOf(), with its columns and none of its keys' attributes", () => {
    const { columns, hashKey, indexes } = metadataOf(Order);
    expect([...columns.keys()]).toEqual(["customer", "id", "total"]);
    expect(hashKey.storedName).toBe("pk");
    expect(indexes.get("byTotal")).toMatchObject({ kind: "local", storedName: "local" });
  });

  test("by JSON, which holds columns alone, and comes back as the same object", () => {
    const order = new Order({ customer: "a", id: "1", total: 3 });
    const text = JSON.stringify(toJson(Order, order));
    expect(JSON.parse(text)).toEqual({ customer: "a", id: "1", total: 3 });
    expect(fromJson(Order, JSON.parse(text))).toEqual(order);
    expect(keyOf(Order, { customer: "a", id: "1" })).toEqual({ pk: "C#a#", sk: "O#1#" });
  });

  test("a copy of it for another table has its kind and its keys", async () => {
    const { memory, engine } = stored();
    await engine.save(new Order({ customer: "a", id: "1", total: 3 }));
    const other = stored();
    const loaded = await engine.get(Order, { customer: "a", id: "1" });
    if (loaded === undefined) throw new Error("gone");
    await other.engine.save(other.engine.adopt(loaded));
    expect(other.memory.items).toEqual(memory.items);
    expect(memory.items[0]).toMatchObject({ _k: S("Order"), l: S("O#31313#") });
  });
});
