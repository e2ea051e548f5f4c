/** The requests that write items of a declared table: their kind, their composed keys, and what both are held to. */

import {
  ConstraintViolation,
  Engine,
  type Item,
  key,
  remove,
  string,
  TransactionCanceled,
  table,
  WriteFailures,
} from "bloop-dynamodb";
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryTable, memoryClient } from "../../support/memory-dynamodb.js";
import { Order, storedOrder as stored } from "../../support/order-kind.js";
import { conditionFailed, scriptedEngine, transactionCanceled } from "../../support/requests.js";

const isOrder = '((attribute_not_exists(pk)) OR (_type = "Order"))';
const request = (expressions: object) => ({
  TableName: "shop",
  Key: { pk: { S: "O#1#" } },
  ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  ...expressions,
});
const updated = {
  UpdateExpression:
    'SET id = if_not_exists(id, "1"), _type = if_not_exists(_type, "Order"), status = "paid", g = "S#paid#31317#"',
  ConditionExpression: `(day = 7) AND ${isOrder} AND ((attribute_not_exists(id)) OR (id = "1"))`,
};

describe("no item of another kind is written:", () => {
  test("a new object has its kind and its keys, and goes onto no other kind's item", async () => {
    const { engine, requests } = scriptedEngine();
    await engine.save(new Order({ id: "1", status: "open", day: 7 }));
    expect(requests()).toEqual([
      request({
        operation: "UpdateItem",
        UpdateExpression: 'SET id = "1", status = "open", day = 7, _type = "Order", g = "S#open#31317#"',
        ConditionExpression: isOrder.slice(1, -1),
      }),
    ]);
  });

  test("a deletion by key", async () => {
    const { engine, requests } = scriptedEngine();
    await engine.delete(Order, { id: "1" });
    expect(requests()).toEqual([request({ operation: "DeleteItem", ConditionExpression: isOrder.slice(1, -1) })]);
  });

  test("a check of a transaction", async () => {
    const { engine, requests } = scriptedEngine();
    await engine.transaction((transaction) => {
      transaction.check(Order, { id: "2" }, Order.status.eq("open"));
      transaction.update(Order, { id: "1" }, { status: "paid" }, { given: { day: 7 } });
    });
    expect(requests()).toMatchObject([
      {
        TransactItems: [
          { ConditionCheck: { Key: { pk: { S: "O#2#" } }, ConditionExpression: `(status = "open") AND ${isOrder}` } },
          { Update: request(updated) },
        ],
      },
    ]);
  });
});

describe("no key differs from its parts:", () => {
  test("a change of one part holds the other to the loaded one", async () => {
    const { engine, requests } = scriptedEngine([{ Item: stored }]);
    const order = await engine.get(Order, { id: "1" });
    await engine.save(Object.assign(order ?? {}, { status: "paid" }) as InstanceType<typeof Order>);
    expect(requests().slice(1)).toEqual([
      request({
        operation: "UpdateItem",
        UpdateExpression: 'SET status = "paid", g = "S#paid#31317#"',
        ConditionExpression: `(attribute_exists(pk)) AND ${isOrder} AND (day = 7)`,
      }),
    ]);
  });

  test("a part that is removed takes its key away, and still holds the other part", async () => {
    const { status: _, g: __, ...left } = stored;
    const { engine, requests } = scriptedEngine([{ Attributes: left }]);
    await engine.update(Order, { id: "1" }, { status: remove() }, { given: { day: 7 } });
    const [first] = requests();
    expect(first?.["UpdateExpression"]).toMatch(/REMOVE (?:status, g|g, status)$/);
    expect(first?.["ConditionExpression"]).toContain("day = 7");
  });

  test("an update holds the other to the given one", async () => {
    const { engine, requests } = scriptedEngine([{ Attributes: { ...stored, status: { S: "paid" } } }]);
    await engine.update(Order, { id: "1" }, { status: "paid" }, { given: { day: 7 } });
    expect(requests()).toEqual([request({ operation: "UpdateItem", ReturnValues: "ALL_NEW", ...updated })]);
  });
});

describe("puts and deletions of many", () => {
  const Pets = table("pets", { hashKey: "pk", kind: "_type" });
  const shape = () => ({ id: string() });
  const Cat = Pets.model("Cat", shape(), { key: { pk: key`PET#${"id"}` } });
  const Dog = Pets.model("Dog", shape(), { key: { pk: key`PET#${"id"}` } });
  const Owner = Pets.model("Owner", shape(), { key: { pk: key`OWNER#${"id"}` } });
  const isCat = '(attribute_not_exists(pk)) OR (_type = "Cat")';
  const at = (pk: string) => ({ pk: { S: pk } });

  test("are requests of their own with the kind as condition, if another kind can have the key", async () => {
    const { engine, requests } = scriptedEngine();
    await engine.putAll([new Cat({ id: "1" })]);
    await engine.deleteAll([new Cat({ id: "1" })]);
    expect(requests()).toMatchObject([
      { operation: "PutItem", Item: { ...at("PET#1#"), _type: { S: "Cat" } }, ConditionExpression: isCat },
      { operation: "DeleteItem", Key: at("PET#1#"), ConditionExpression: isCat },
    ]);
  });

  test("of several objects with one key: the last of a kind counts, and one of another kind meets it", async () => {
    const memory = new MemoryTable(["pk"]);
    const engine = new Engine({ dynamodb: memoryClient(memory) as never });
    const [first, last, other] = [new Cat({ id: "1" }), new Cat({ id: "1" }), new Dog({ id: "1" })];
    const error: unknown = await engine.putAll([first, last, other]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WriteFailures);
    expect((error as WriteFailures).failures.map(({ object }) => object)).toContain(other);
    expect(memory.items).toEqual([{ ...at("PET#1#"), _type: { S: "Cat" }, id: { S: "1" } }]);
  });

  test("of a copy for another table meet that table's items as others do", async () => {
    const [from, to] = [new MemoryTable(["pk"]), new MemoryTable(["pk"])];
    const [source, target] = [from, to].map((memory) => new Engine({ dynamodb: memoryClient(memory) as never }));
    if (source === undefined || target === undefined) throw new Error("there are two");
    await source.save(new Cat({ id: "1" }));
    await target.save(new Dog({ id: "1" }));
    const before = to.items;
    const cat = (await source.get(Cat, { id: "1" })) as Item<typeof Cat>;
    await expect(target.save(target.adopt(cat))).rejects.toThrow(ConstraintViolation);
    await expect(target.putAll([target.adopt(cat)])).rejects.toThrow(WriteFailures);
    expect(to.items).toEqual(before);
  });

  test("are batches, if the key decides the kind", async () => {
    const { engine, requests } = scriptedEngine();
    await engine.putAll([new Owner({ id: "1" }), new Owner({ id: "2" })]);
    await engine.deleteAll([new Owner({ id: "1" })]);
    expect(requests().map(({ operation }) => operation)).toEqual(["BatchWriteItem", "BatchWriteItem"]);
  });

  test("know no key of a marker of unique values", async () => {
    const Marked = table("marked", { hashKey: "pk", kind: "_type" });
    Marked.model("User", { id: string(), email: string() }, { key: { pk: key`USER#${"id"}` }, unique: ["email"] });
    const Any = Marked.model("Any", { id: string() }, { key: { pk: "id" } });
    const { engine, requests } = scriptedEngine();
    await engine.putAll([new Any({ id: "bloop" })]);
    expect(requests().map(({ operation }) => operation)).toEqual(["PutItem"]);
  });
});

test("an error shows nothing of another kind's item as `current`, by any write", async () => {
  const foreign = { pk: stored.pk, _type: { S: "Invoice" }, id: { S: "1" }, status: { S: "a-secret" } };
  const at = { id: "1" };
  const made = () => new Order({ ...at, status: "open", day: 7 });
  const writes: ((engine: Engine) => Promise<unknown>)[] = [
    (engine) => engine.save(made()),
    (engine) => engine.save(made(), { once: true }),
    (engine) => engine.save(made(), { atomic: true }),
    (engine) => engine.delete(made()),
    (engine) => engine.delete(Order, at),
    (engine) => engine.update(Order, at, { status: "paid" }, { given: { day: 7 } }),
    (engine) => engine.modify(Order, at, () => {}, { create: made }),
    (engine) => engine.transaction().save(made()).commit(),
    (engine) =>
      engine
        .transaction()
        .update(Order, at, { status: "x" }, { given: { day: 7 } })
        .commit(),
    (engine) => engine.transaction().delete(Order, at).commit(),
    (engine) => engine.transaction().check(Order, at, Order.day.notExists()).commit(),
  ];
  for (const write of writes) {
    const { engine } = scriptedEngine([
      ...Array.from({ length: 3 }, () => ({ name }: { name: string }) => {
        if (name === "GetItem") return { Item: foreign };
        const reason = { Code: "ConditionalCheckFailed", Item: foreign };
        throw name === "TransactWriteItems" ? transactionCanceled(reason) : conditionFailed(foreign);
      }),
    ]);
    const error: unknown = await write(engine).catch((thrown: unknown) => thrown);
    const shown = error instanceof TransactionCanceled ? error.reasons[0] : error;
    if (!(error instanceof TransactionCanceled)) expect(error, String(write)).toBeInstanceOf(ConstraintViolation);
    expect(shown, String(write)).toHaveProperty("current", undefined);
    expect(String(error), String(write)).toContain("an item of another kind");
  }
});

describe("an item of which another program has written neither key of an index, since a part had no value,", () => {
  const Works = table("works", {
    hashKey: "pk",
    kind: "_type",
    indexes: { gsi: { hashKey: "g", rangeKey: "r", projection: "all" } },
  });
  const Task = Works.model(
    "Task",
    { id: string(), email: string(), city: string(), note: string() },
    { key: { pk: key`T#${"id"}` }, indexes: { byEmail: { on: "gsi", g: key`E#${"email"}`, r: key`C#${"city"}` } } },
  );
  const Fixed = Works.model(
    "Fixed",
    { id: string(), email: string() },
    { key: { pk: key`F#${"id"}` }, indexes: { byEmail: { on: "gsi", g: key`F#${"email"}`, r: key`F` } } },
  );
  const bare = { pk: { S: "T#1#" }, _type: { S: "Task" }, id: { S: "1" }, city: { S: "Oslo" } };
  const whole = { ...bare, email: { S: "e" }, g: { S: "E#e#" }, r: { S: "C#Oslo#" } };
  let memory: MemoryTable;
  let engine: Engine;
  beforeEach(() => {
    memory = new MemoryTable(["pk"]);
    engine = new Engine({ dynamodb: memoryClient(memory) as never });
    memory.put(bare, { pk: bare.pk });
  });
  const stored = () => memory.get({ pk: { S: "T#1#" } });

  test("gets both by a save", async () => {
    const task = (await engine.get(Task, { id: "1" })) as Item<typeof Task>;
    task.email = "e";
    await engine.save(task);
    expect(stored()).toEqual(whole);
  });

  test("gets both by modify()", async () => {
    await engine.modify(Task, { id: "1" }, (task) => void Object.assign(task, { email: "e" }));
    expect(stored()).toEqual(whole);
  });

  test("gets both by an update that is told the other part", async () => {
    await engine.update(Task, { id: "1" }, { email: "e" }, { given: { city: "Oslo" } });
    expect(stored()).toEqual(whole);
  });

  test("gets both if the other one is a constant", async () => {
    const pk = { S: "F#1#" };
    memory.put({ pk, _type: { S: "Fixed" }, id: { S: "1" } }, { pk });
    const fixed = (await engine.get(Fixed, { id: "1" })) as Item<typeof Fixed>;
    fixed.email = "e";
    await engine.save(fixed);
    expect(memory.get({ pk: { S: "F#1#" } })).toMatchObject({ g: { S: "F#e#" }, r: { S: "F#" } });
    await engine.update(Fixed, { id: "2" }, { email: "f" });
    expect(memory.get({ pk: { S: "F#2#" } })).toMatchObject({ g: { S: "F#f#" }, r: { S: "F#" } });
  });

  test("gets none by a write of something else", async () => {
    await engine.modify(Task, { id: "1" }, (task) => void Object.assign(task, { note: "n" }));
    expect(stored()).toEqual({ ...bare, note: { S: "n" } });
  });
});
