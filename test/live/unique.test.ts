/** Unique columns: of two items of a kind, one has a value, on every way to write. */

import { DeleteItemCommand, GetItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  ConstraintViolation,
  type Item,
  integer,
  key,
  setIfMissing,
  string,
  TransactionCanceled,
  table,
  UniqueViolation,
  WriteFailures,
  type WriteTransaction,
} from "bloop-dynamodb";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { live } from "../support/live.js";
import { interruptedEngine } from "../support/rivals.js";

const { client, engine, tableName, sent } = live("unique");

const Shop = table("shop", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: "_type",
  stream: { include: ["new", "old"] },
});
const User = Shop.model(
  "User",
  { id: string(), email: string(), tenant: string(), login: string(), number: integer(), note: string() },
  {
    key: { pk: key`USER#${"id"}`, sk: key`PROFILE` },
    unique: ["email", ["tenant", "login"], "number"],
  },
);
const Note = Shop.model("Note", { id: string(), text: string() }, { key: { pk: key`NOTE#${"id"}`, sk: key`NOTE` } });

type User = Item<typeof User>;

async function items() {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName("shop"), ConsistentRead: true }));
  return Items;
}

/** The markers' hash keys, and the hash keys of their owners. */
async function markers(): Promise<Record<string, string | undefined>> {
  const found = (await items()).filter(({ _type }) => _type?.S === "bloop:unique");
  return Object.fromEntries(found.map(({ pk, bloop_owner }) => [pk?.S ?? "", bloop_owner?.M?.["pk"]?.S]));
}

async function removeRaw(pk: string, sk: string): Promise<void> {
  await client.send(new DeleteItemCommand({ TableName: tableName("shop"), Key: { pk: { S: pk }, sk: { S: sk } } }));
}

/** What TTL does: the item is gone, and its marker stays. */
const expire = (id: string) => removeRaw(`USER#${id}#`, "PROFILE#");

const stored = (id: string) => engine.get(User, { id }, { consistent: true });
const emailOf = async (id: string) => (await stored(id))?.email;
const ada = () => engine.save(new User({ id: "ada", email: "a@x", note: "first" }));

beforeAll(() => engine.bind([User, Note]));
beforeEach(async () => {
  for (const { pk, sk } of await items()) await removeRaw(pk?.S ?? "", sk?.S ?? "");
  sent();
});

describe("a save", () => {
  test("of a new object writes its markers in the same transaction", async () => {
    await engine.save(new User({ id: "ada", email: "a@x", tenant: "t", login: "l", number: 7 }));
    expect(await markers()).toEqual({
      "UNIQUE#User#email#a@x#": "USER#ada#",
      "UNIQUE#User#tenant$20login#t#l#": "USER#ada#",
      "UNIQUE#User#number#31317#": "USER#ada#",
    });
    expect(sent().map(({ name }) => name)).toContain("TransactWriteItems");
  });

  test("of a value that another item has is refused, by the column and the owner's key", async () => {
    await ada();
    const bob = new User({ id: "bob", email: "a@x" });
    const error = await engine.save(bob).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UniqueViolation);
    expect(error).toBeInstanceOf(ConstraintViolation);
    expect(error).toMatchObject({ columns: ["email"], owner: { id: "ada" }, object: bob });
    expect(String(error)).toBe(
      'UniqueViolation: User (id "bob"): the column "email" is unique, and another item has the value: User (id "ada"). Nothing was written.',
    );
    expect(await stored("bob")).toBeUndefined();
  });

  test("without a value needs no marker, and any number of items have none", async () => {
    await engine.save([new User({ id: "1", tenant: "t" }), new User({ id: "2", tenant: "t" }), new User({ id: "3" })]);
    expect(await markers()).toEqual({});
  });

  test("of a changed value takes the new one and gives up the old one", async () => {
    await ada();
    const user = (await stored("ada")) as User;
    user.email = "b@x";
    await engine.save(user);
    expect(await markers()).toEqual({ "UNIQUE#User#email#b@x#": "USER#ada#" });
    user.email = undefined;
    await engine.save(user);
    expect(await markers()).toEqual({});
  });

  test("of other columns is one UpdateItem, as of any model", async () => {
    await ada();
    const user = (await stored("ada")) as User;
    sent();
    user.note = "x";
    await engine.save(user);
    expect(sent().map(({ name }) => name)).toEqual(["UpdateItem"]);
  });

  test("of an object that is behind gives up the value that is stored by now", async () => {
    await ada();
    const user = (await stored("ada")) as User;
    await engine.update(User, { id: "ada" }, { email: "b@x" });
    user.email = "c@x";
    await engine.save(user);
    expect(await markers()).toEqual({ "UNIQUE#User#email#c@x#": "USER#ada#" });
  });

  test("of a new object over an item gives up the item's value", async () => {
    await ada();
    await engine.save(new User({ id: "ada", email: "b@x" }));
    expect(await markers()).toEqual({ "UNIQUE#User#email#b@x#": "USER#ada#" });
    expect((await stored("ada"))?.note).toBe("first");
  });

  test("of one of two columns that are unique together uses the stored other one", async () => {
    await engine.save(new User({ id: "ada", tenant: "t", login: "l" }));
    await engine.save(new User({ id: "ada", login: "m" }));
    expect(await markers()).toEqual({ "UNIQUE#User#tenant$20login#t#m#": "USER#ada#" });
    await engine.save(new User({ id: "bob", tenant: "u", login: "m" }));
    await expect(engine.update(User, { id: "bob" }, { tenant: "t" })).rejects.toThrow(
      'the columns "tenant" and "login" are unique',
    );
  });

  test("keeps its options: a condition, atomic, sync and once", async () => {
    await ada();
    const user = (await stored("ada")) as User;
    user.email = "b@x";
    await expect(engine.save(user, { condition: User.note.eq("other") })).rejects.toThrow("the condition did not hold");
    await engine.update(User, { id: "ada" }, { note: "rival" });
    await expect(engine.save(user, { atomic: true })).rejects.toThrow(ConstraintViolation);
    await engine.save(user, { sync: "new", once: true });
    expect(user.note).toBe("rival");
    await expect(engine.save(user, { returning: "old" })).rejects.toThrow("which return no values");
    expect(await markers()).toEqual({ "UNIQUE#User#email#b@x#": "USER#ada#" });
  });

  test("of a value that is too long for a key is refused before a request", async () => {
    await expect(engine.save(new User({ id: "a", email: "x".repeat(2100) }))).rejects.toThrow("it is unique");
    expect(sent()).toEqual([]);
  });
});

describe("an update, a deletion and modify()", () => {
  test("an update by key gives up the stored value, which it reads", async () => {
    await ada();
    const updated = await engine.update(User, { id: "ada" }, { email: "b@x", note: "n" });
    expect(updated).toMatchObject({ email: "b@x", note: "n" });
    expect(await markers()).toEqual({ "UNIQUE#User#email#b@x#": "USER#ada#" });
    await engine.update(User, { id: "ada" }, { email: setIfMissing("c@x") });
    expect(await emailOf("ada")).toBe("b@x");
    await engine.update(User, { id: "new" }, { email: "n@x" });
    expect(Object.keys(await markers())).toEqual(["UNIQUE#User#email#b@x#", "UNIQUE#User#email#n@x#"].sort());
  });

  test("an update of other columns is one request", async () => {
    await ada();
    sent();
    await engine.update(User, { id: "ada" }, { note: "x" });
    expect(sent().map(({ name }) => name)).toEqual(["UpdateItem"]);
  });

  test("a deletion gives all values up: of an object, by key, and of an object that is behind", async () => {
    for (const remove of [
      async () => engine.delete((await stored("ada")) as User),
      async () => engine.delete(User, { id: "ada" }),
      async () => engine.delete(new User({ id: "ada" })),
      async () => {
        const user = (await stored("ada")) as User;
        await engine.update(User, { id: "ada" }, { email: "other@x" });
        await engine.delete(user);
      },
    ]) {
      await ada();
      await remove();
      expect(await items()).toEqual([]);
    }
    await engine.delete(User, { id: "nobody" });
  });

  test("modify() changes a value, and meets one that is taken", async () => {
    await ada();
    await engine.save(new User({ id: "bob", email: "b@x" }));
    await engine.modify(User, { id: "ada" }, (user) => void Object.assign(user, { email: "c@x" }));
    expect(await emailOf("ada")).toBe("c@x");
    await expect(
      engine.modify(User, { id: "ada" }, (user) => void Object.assign(user, { email: "b@x" })),
    ).rejects.toThrow(UniqueViolation);
  });

  test("putAll() and deleteAll() refuse", async () => {
    const failures = await engine.putAll([new User({ id: "a", email: "a@x" })]).catch((error: unknown) => error);
    expect(failures).toBeInstanceOf(WriteFailures);
    expect(String(failures)).toContain("can't keep unique");
    await expect(engine.deleteAll([new User({ id: "a" })])).rejects.toThrow("can't keep unique");
    expect(await items()).toEqual([]);
  });
});

describe("a transaction", () => {
  test("of two that swap their values does so", async () => {
    await engine.save([new User({ id: "ada", email: "a@x" }), new User({ id: "bob", email: "b@x" })]);
    const [one, two] = [(await stored("ada")) as User, (await stored("bob")) as User];
    [one.email, two.email] = [two.email, one.email];
    await engine.transaction().save([one, two]).commit();
    expect(await markers()).toEqual({ "UNIQUE#User#email#a@x#": "USER#bob#", "UNIQUE#User#email#b@x#": "USER#ada#" });
    expect([await emailOf("ada"), await emailOf("bob")]).toEqual(["b@x", "a@x"]);
    await engine
      .transaction()
      .update(User, { id: "ada" }, { email: "a@x" })
      .update(User, { id: "bob" }, { email: "b@x" })
      .commit();
    expect([await emailOf("ada"), await emailOf("bob")]).toEqual(["a@x", "b@x"]);
  });

  test("of two that want one value is refused", async () => {
    const both = engine.transaction().save([new User({ id: "1", email: "e" }), new User({ id: "2", email: "e" })]);
    await expect(both.commit()).rejects.toThrow(
      'User (id "1") and User (id "2") would have the same value of the column "email", which is unique.',
    );
    expect(await items()).toEqual([]);
  });

  test("hands a value over from a deletion, and says which item of it wants a taken one", async () => {
    await ada();
    await engine
      .transaction()
      .delete(User, { id: "ada" })
      .save(new User({ id: "bob", email: "a@x" }))
      .commit();
    expect(await markers()).toEqual({ "UNIQUE#User#email#a@x#": "USER#bob#" });
    const prepared = engine
      .transaction()
      .save(new Note({ id: "n", text: "t" }))
      .save(new User({ id: "eve", email: "a@x" }))
      .prepare();
    const error = await prepared.commit().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TransactionCanceled);
    expect((error as TransactionCanceled).reasons).toMatchObject([
      { code: "None" },
      { code: "ConditionalCheckFailed", taken: { columns: ["email"], owner: { id: "bob" } } },
    ]);
    expect(await engine.get(Note, { id: "n" }, { consistent: true })).toBeUndefined();
    await engine.delete(User, { id: "bob" });
    await prepared.commit();
    expect(await emailOf("eve")).toBe("a@x");
    await prepared.commit();
  });

  test("has room for markers, or is refused", async () => {
    const many = Array.from({ length: 51 }, (_, index) => new User({ id: `u${index}`, email: `${index}@x` }));
    await expect(engine.transaction().save(many).commit()).rejects.toThrow("51 items, and 51 for unique columns");
    await engine.transaction().save(many.slice(0, 50)).commit();
    expect(Object.keys(await markers())).toHaveLength(50);
  });
});

describe("a marker whose owner is gone", () => {
  test("is taken over", async () => {
    await ada();
    await expire("ada");
    await engine.save(new User({ id: "bob", email: "a@x" }));
    expect(await markers()).toEqual({ "UNIQUE#User#email#a@x#": "USER#bob#" });
  });

  test("is taken over from an item that was made again, with another value or as another kind", async () => {
    await ada();
    await expire("ada");
    await engine.save(new User({ id: "ada", email: "new@x" }));
    await engine.save(new User({ id: "bob", email: "a@x" }));
    await expire("bob");
    const Item = { pk: { S: "USER#bob#" }, sk: { S: "PROFILE#" }, _type: { S: "Other" }, email: { S: "a@x" } };
    await client.send(new PutItemCommand({ TableName: tableName("shop"), Item }));
    await engine.save(new User({ id: "eve", email: "a@x" }));
    expect((await markers())["UNIQUE#User#email#a@x#"]).toBe("USER#eve#");
  });

  test("is taken over in a transaction that writes the former owner, too", async () => {
    for (const write of [
      (others: WriteTransaction) => others.update(User, { id: "ada" }, { note: "again" }),
      (others: WriteTransaction) => others.check(User, { id: "ada" }, User.note.notExists()),
      (others: WriteTransaction) => others.save(new User({ id: "ada", email: "new@x" })),
      (others: WriteTransaction) => others.delete(User, { id: "ada" }),
    ]) {
      await ada();
      await expire("ada");
      await write(engine.transaction().save(new User({ id: "bob", email: "a@x" }))).commit();
      expect((await markers())["UNIQUE#User#email#a@x#"]).toBe("USER#bob#");
      await engine.delete(User, { id: "bob" });
      await engine.delete(User, { id: "ada" });
    }
  });

  test("is not taken over if the former owner, written in the same transaction, has it again by then", async () => {
    const { engine: busy, interrupt } = interruptedEngine("unique");
    for (const write of [
      (others: WriteTransaction) => others.update(User, { id: "ada" }, { note: "again" }),
      (others: WriteTransaction) => others.check(User, { id: "ada" }, User.note.notExists()),
    ]) {
      await ada();
      // The marker names an owner that is there, and does not have the value.
      const { email: _, note: _note, ...others } = (await items()).find(({ pk }) => pk?.S === "USER#ada#") ?? {};
      await client.send(new PutItemCommand({ TableName: tableName("shop"), Item: others }));
      interrupt(undefined, () => engine.update(User, { id: "ada" }, { email: "a@x" }));
      const taking = write(busy.transaction().save(new User({ id: "bob", email: "a@x" }))).commit();
      await expect(taking).rejects.toThrow(TransactionCanceled);
      expect([await emailOf("ada"), await emailOf("bob")]).toEqual(["a@x", undefined]);
      expect((await markers())["UNIQUE#User#email#a@x#"]).toBe("USER#ada#");
      await engine.delete(User, { id: "ada" });
    }
  });

  test("that another writer has given to the item in between is released with it", async () => {
    const { engine: busy, interrupt } = interruptedEngine("unique");
    await engine.save([new User({ id: "ada", email: "a@x" }), new User({ id: "bob", email: "b@x" })]);
    const of = (id: string) => busy.get(User, { id }, { consistent: true });
    const [ada, bob] = [(await of("ada")) as User, (await of("bob")) as User];
    ada.email = undefined;
    bob.email = "c@x";
    interrupt(async () => {
      const swapping = [(await stored("ada")) as User, (await stored("bob")) as User] as const;
      [swapping[0].email, swapping[1].email] = ["b@x", "a@x"];
      await engine
        .transaction()
        .save([...swapping])
        .commit();
    });
    await busy.transaction().save([ada, bob]).commit();
    expect(await markers()).toEqual({ "UNIQUE#User#email#c@x#": "USER#bob#" });
  });

  test("of two that want it at the same time, one gets it", async () => {
    await ada();
    await expire("ada");
    const wanting = Array.from({ length: 6 }, (_, id) => engine.save(new User({ id: `u${id}`, email: "a@x" })));
    const outcomes = await Promise.allSettled(wanting);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await engine.scan(User, { consistent: true }).count()).toBe(1);
  });
});

describe("markers", () => {
  test("are no items of a kind, and no unknown ones of a stream", async () => {
    const unknown: unknown[] = [];
    const stream = engine.stream([User, Note], "latest", { onUnknown: "error" });
    engine.on("unknownItem", (event) => void unknown.push(event));
    await stream.ready;
    await ada();
    await engine.save(new Note({ id: "n", text: "t" }));
    const seen: string[] = [];
    for await (const record of stream) {
      seen.push(record.new instanceof User ? record.new.id : record.new instanceof Note ? String(record.new.text) : "");
      if (seen.length === 2) break;
    }
    expect(seen.sort()).toEqual(["ada", "t"]);
    expect(unknown).toEqual([]);
    expect(await engine.scan(Note, { consistent: true }).count()).toBe(1);
  });

  test("of a value that another program gave to two items stays with its owner", async () => {
    await ada();
    const Item = {
      pk: { S: "USER#bob#" },
      sk: { S: "PROFILE#" },
      _type: { S: "User" },
      id: { S: "bob" },
      email: { S: "a@x" },
    };
    await client.send(new PutItemCommand({ TableName: tableName("shop"), Item }));
    await engine.update(User, { id: "bob" }, { email: "b@x" });
    expect(await markers()).toEqual({ "UNIQUE#User#email#a@x#": "USER#ada#", "UNIQUE#User#email#b@x#": "USER#bob#" });
    await client.send(new PutItemCommand({ TableName: tableName("shop"), Item }));
    await engine.delete(User, { id: "bob" });
    expect((await markers())["UNIQUE#User#email#a@x#"]).toBe("USER#ada#");
  });

  test("an item of another kind under a marker's key is not overwritten, and said to be there", async () => {
    const Item = { pk: { S: "UNIQUE#User#email#a@x#" }, sk: { S: "UNIQUE#" }, _type: { S: "Other" } };
    await client.send(new PutItemCommand({ TableName: tableName("shop"), Item }));
    await expect(ada()).rejects.toThrow("an item of another kind has the key of the value's marker");
    const Key = { pk: Item.pk, sk: Item.sk };
    const { Item: there } = await client.send(new GetItemCommand({ TableName: tableName("shop"), Key }));
    expect(there).toEqual(Item);
  });
});
