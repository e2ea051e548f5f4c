/** move(): an item under another key, whole, or nothing at all. */

import { DeleteItemCommand, PutItemCommand, ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import {
  ConstraintViolation,
  changes,
  InvalidOption,
  InvalidValue,
  type Item,
  integer,
  key,
  MissingObjects,
  model,
  string,
  table,
  UniqueViolation,
} from "bloop-dynamodb";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { live } from "../support/live.js";
import { interruptedEngine } from "../support/rivals.js";

const { client, engine, tableName, sent } = live("move");

const Shop = table("shop", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: "_type",
  indexes: { gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk", projection: "all" } },
});
const Order = Shop.model(
  "Order",
  {
    customer: string(),
    id: string(),
    status: string("open", "paid"),
    email: string(),
    note: string(),
    version: integer().version(),
  },
  {
    key: { pk: key`CUSTOMER#${"customer"}`, sk: key`ORDER#${"id"}` },
    indexes: { byStatus: { on: "gsi1", gsi1pk: key`STATUS#${"status"}`, gsi1sk: key`${"customer"}#${"id"}` } },
    unique: ["email"],
  },
);
/** Without a version. */
const Note = Shop.model("Note", { id: string(), text: string() }, { key: { pk: key`NOTE#${"id"}`, sk: key`NOTE` } });
const Plain = model("Plain", { id: string().hashKey(), at: integer().rangeKey(), text: string() });

async function items() {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName("shop"), ConsistentRead: true }));
  return Items;
}
const orders = async () => (await items()).filter(({ _type }) => _type?.S === "Order");

async function order(): Promise<Item<typeof Order>> {
  const made = new Order({ customer: "ada", id: "1", status: "open", email: "a@x" });
  await engine.save(made);
  return made;
}

beforeAll(() => engine.bind([Order, Note, Plain]));
beforeEach(async () => {
  for (const { pk, sk } of await items()) {
    if (pk === undefined || sk === undefined) continue;
    await client.send(new DeleteItemCommand({ TableName: tableName("shop"), Key: { pk, sk } }));
  }
  sent();
});

const at = (id: string) => ({ pk: { S: "CUSTOMER#ada#" }, sk: { S: `ORDER#${id}#` } });

/** Another program writes an attribute that the model does not know. */
function rival(id: string, name = "extra") {
  return client.send(
    new UpdateItemCommand({
      TableName: tableName("shop"),
      Key: at(id),
      UpdateExpression: "SET #n = :v",
      ExpressionAttributeNames: { "#n": name },
      ExpressionAttributeValues: { ":v": { M: { deep: { NULL: true } } } },
    }),
  );
}

describe("move()", () => {
  test("puts the whole item under the new key, with its index keys, and deletes the old one", async () => {
    const made = await order();
    await rival("1");
    made.note = "mine";
    await engine.move(made, { id: "2", status: "paid" });
    expect(await orders()).toEqual([
      {
        ...at("2"),
        _type: { S: "Order" },
        customer: { S: "ada" },
        id: { S: "2" },
        status: { S: "paid" },
        email: { S: "a@x" },
        note: { S: "mine" },
        version: { N: "2" },
        extra: { M: { deep: { NULL: true } } },
        gsi1pk: { S: "STATUS#paid#" },
        gsi1sk: { S: "ada#2#" },
      },
    ]);
    expect(made).toMatchObject({ id: "2", status: "paid", note: "mine", version: 2 });
    expect(changes(made)).toEqual([]);
    made.note = "again";
    await engine.save(made);
    expect((await engine.get(Order, { customer: "ada", id: "2" }, { consistent: true }))?.note).toBe("again");
  });

  test("takes its unique values along, and refuses one that is taken", async () => {
    const made = await order();
    await engine.move(made, { id: "2" });
    await expect(engine.save(new Order({ customer: "bob", id: "1", email: "a@x" }))).rejects.toThrow(UniqueViolation);
    const other = new Order({ customer: "bob", id: "1", email: "b@x" });
    await engine.save(other);
    const before = await items();
    await expect(engine.move(other, { id: "2", email: "a@x" })).rejects.toThrow(UniqueViolation);
    expect(await items()).toEqual(before);
    expect(other).toMatchObject({ id: "1", email: "b@x" });
    await engine.move(made, { customer: "eve", email: "c@x" });
    await engine.move(other, { id: "2", email: "a@x" });
    expect(
      (await items())
        .filter(({ _type }) => _type?.S === "bloop:unique")
        .map(({ pk }) => pk?.S)
        .sort(),
    ).toEqual(["UNIQUE#Order#email#a@x#", "UNIQUE#Order#email#c@x#"]);
  });

  test("does not move onto an item, and changes nothing then", async () => {
    const made = await order();
    await engine.save(new Order({ customer: "ada", id: "2", note: "there" }));
    const before = await items();
    const error = await engine.move(made, { id: "2" }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConstraintViolation);
    expect(error).toMatchObject({ current: { note: "there" } });
    expect(await items()).toEqual(before);
    expect(made).toMatchObject({ id: "1", version: 1 });
  });

  test("is refused for an object that is behind, and for a condition that does not hold", async () => {
    const made = await order();
    await engine.update(Order, { customer: "ada", id: "1" }, { note: "rival" });
    await expect(engine.move(made, { id: "2" })).rejects.toThrow("its version does not match");
    await engine.load(made);
    await expect(engine.move(made, { id: "2" }, { condition: Order.note.notExists() })).rejects.toThrow(
      "the condition did not hold",
    );
    await engine.move(made, { id: "2" }, { condition: Order.note.eq("rival") });
    await expect(engine.move(made, { id: "3" }, { signal: AbortSignal.abort() })).rejects.toThrow("abort");
    await engine.delete(Order, { customer: "ada", id: "2" });
    await expect(engine.move(made, { id: "3" })).rejects.toThrow(MissingObjects);
    expect(await orders()).toEqual([]);
  });

  test("without a version needs a promise", async () => {
    const note = new Note({ id: "1", text: "t" });
    await engine.save(note);
    await expect(engine.move(note, { id: "2" })).rejects.toThrow("Note has no version");
    await expect(engine.move(note, { id: "2" }, { quite: true } as never)).rejects.toThrow("quiet");
    await engine.move(note, { id: "2" }, { quiet: true });
    expect((await items()).map(({ pk }) => pk?.S)).toEqual(["NOTE#2#"]);
  });

  test("moves an item of a table of one model, too", async () => {
    const plain = new Plain({ id: "a", at: 1, text: "t" });
    await engine.save(plain);
    await engine.move(plain, { at: 2 }, { quiet: true });
    expect((await engine.query(Plain, { key: Plain.id.eq("a"), consistent: true }).all()).map(({ at }) => at)).toEqual([
      2,
    ]);
  });

  test.each<[Record<string, unknown>, new (...args: never[]) => Error, string]>([
    [{ idd: "2" }, InvalidValue, 'did you mean "id"?'],
    [{ id: undefined }, InvalidValue, "it is required"],
    [{ version: 3 }, InvalidValue, "it is the version"],
    [{ status: "none" }, InvalidValue, "status"],
    [{ id: "1" }, InvalidOption, "changes no column of the key"],
    [{ note: "n" }, InvalidOption, "changes no column of the key"],
  ])("refuses %j before a request", async (given, kind, message) => {
    const made = await order();
    sent();
    const error = await engine.move(made, given).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(String(error)).toContain(message);
    expect(sent()).toEqual([]);
    await expect(engine.move(new Order({ customer: "a", id: "b" }), { id: "c" })).rejects.toThrow("loaded or saved");
  });

  test("a save of a changed key says that move() is the way", async () => {
    const made = await order();
    made.id = "2";
    await expect(engine.save(made)).rejects.toThrow("engine.move(object, { id: ... })");
  });
});

describe("under rivals", () => {
  const { engine: busy, interrupt } = interruptedEngine("move");

  test("a change in between is moved along: an attribute changed or added where the version is not raised", async () => {
    await order();
    await rival("1");
    const made = (await busy.get(Order, { customer: "ada", id: "1" })) as Item<typeof Order>;
    interrupt(async () => {
      const Item = { ...(await orders())[0], extra: { S: "changed" }, more: { S: "added" } };
      await client.send(new PutItemCommand({ TableName: tableName("shop"), Item }));
    });
    await busy.move(made, { id: "2" });
    expect(await orders()).toMatchObject([{ ...at("2"), extra: { S: "changed" }, more: { S: "added" } }]);
  });

  test("a rival that raises the version wins, and one that deletes the item is told", async () => {
    await order();
    const made = (await busy.get(Order, { customer: "ada", id: "1" })) as Item<typeof Order>;
    interrupt(() => engine.update(Order, { customer: "ada", id: "1" }, { note: "rival" }));
    await expect(busy.move(made, { id: "2" })).rejects.toThrow("its version does not match");
    expect(await orders()).toMatchObject([{ ...at("1"), note: { S: "rival" } }]);
    await busy.load(made);
    interrupt(() => engine.delete(Order, { customer: "ada", id: "1" }));
    await expect(busy.move(made, { id: "2" })).rejects.toThrow(MissingObjects);
    expect(await orders()).toEqual([]);
  });

  test("of many moves of one item to several keys, one is done", async () => {
    await order();
    const moves = Array.from({ length: 6 }, async (_, index) => {
      const own = (await engine.get(Order, { customer: "ada", id: "1" }, { consistent: true })) as Item<typeof Order>;
      await engine.move(own, { id: `to ${index}` });
    });
    const outcomes = await Promise.allSettled(moves);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await orders()).toHaveLength(1);
  });

  test("a process that ends after any request leaves the item whole, under one of the keys", async () => {
    for (const requests of [0, 1, 2]) {
      await order();
      let left = 1;
      const { engine: cut } = interruptedEngine("move", () => left-- > 0);
      const made = (await cut.get(Order, { customer: "ada", id: "1" }, { consistent: true })) as Item<typeof Order>;
      left = requests;
      const outcome = await cut.move(made, { id: "2" }).then(
        () => "done",
        () => "ended",
      );
      expect(outcome).toBe(requests === 2 ? "done" : "ended");
      const found = await orders();
      expect(found).toHaveLength(1);
      const id = found[0]?.["id"]?.S ?? "";
      const again = (await engine.get(Order, { customer: "ada", id }, { consistent: true })) as Item<typeof Order>;
      if (id === "1") await engine.move(again, { id: "2" });
      expect(await orders()).toMatchObject([{ ...at("2"), email: { S: "a@x" } }]);
      await engine.delete(Order, { customer: "ada", id: "2" });
    }
  });
});
