/** Kinds that share keys, and kinds that keys alone tell apart, on a real engine. */

import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { integer, key, MissingObjects, string, table, template } from "bloop-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { live } from "../support/live.js";

const { client, engine, sent, tableName } = live("kinds-by-key");

const Pets = table("pets", { hashKey: "pk", rangeKey: "sk", kind: "_type" });
const Owner = Pets.model(
  "Owner",
  { id: string(), called: string() },
  { key: { pk: key`OWNER#${"id"}`, sk: key`OWNER` } },
);
const Cat = Pets.model("Cat", { id: string(), lives: integer() }, { key: { pk: key`PET#${"id"}`, sk: key`PET` } });
/** Has the same keys as cats. */
const Dog = Pets.model("Dog", { id: string(), tricks: integer() }, { key: { pk: key`PET#${"id"}`, sk: key`PET` } });

beforeAll(async () => {
  await engine.bind([Owner, Cat, Dog]);
  await engine.save([
    new Owner({ id: "1", called: "Ada" }),
    new Cat({ id: "1", lives: 9 }),
    new Dog({ id: "2", tricks: 3 }),
  ]);
});

test("load() of objects of several kinds is one BatchGetItem, and fills each with its own item", async () => {
  const [owner, cat, dog] = [new Owner({ id: "1" }), new Cat({ id: "1" }), new Dog({ id: "2" })];
  sent();
  await engine.load([owner, cat, dog], { consistent: true });
  expect(sent().map(({ name }) => name)).toEqual(["BatchGetItem"]);
  expect([owner.called, cat.lives, dog.tricks]).toEqual(["Ada", 9, 3]);
});

test("load() of two kinds with one key asks for the item once, and finds it for its kind only", async () => {
  const [cat, dog, owner] = [new Cat({ id: "1" }), new Dog({ id: "1" }), new Owner({ id: "1" })];
  sent();
  const error = await engine.load([dog, cat, owner]).catch((thrown: unknown) => thrown);
  expect(sent()).toHaveLength(1);
  expect(error).toBeInstanceOf(MissingObjects);
  expect((error as MissingObjects).objects).toEqual([dog]);
  expect([cat.lives, dog.tricks, owner.called]).toEqual([9, undefined, "Ada"]);
});

test("getMany() of a kind has undefined in the place of another kind's item", async () => {
  const found = await engine.getMany(Dog, [{ id: "1" }, { id: "2" }]);
  expect(found).toEqual([undefined, new Dog({ id: "2", tricks: 3 })]);
});

test("getMany() of several kinds is one BatchGetItem, and each key finds its own kind's item only", async () => {
  sent();
  const [dog, owner, cat, none] = await engine.getMany(
    [
      [Dog, { id: "2" }],
      [Owner, { id: "1" }],
      [Cat, { id: "1" }],
      [Dog, { id: "1" }],
    ],
    { consistent: true },
  );
  expect(sent().map(({ name }) => name)).toEqual(["BatchGetItem"]);
  expect([dog?.tricks, owner?.called, cat?.lives, none]).toEqual([3, "Ada", 9, undefined]);
  expect([dog, owner, cat].map((one) => one?.constructor)).toEqual([Dog, Owner, Cat]);
});

test("readTransaction() makes objects of several kinds, as they are at one moment", async () => {
  const read = engine.readTransaction().get(Owner, { id: "1" }).get(Cat, { id: "1" }).get(Dog, { id: "1" });
  sent();
  const [owner, cat, dog] = await read.commit();
  expect(sent().map(({ name }) => name)).toEqual(["TransactGetItems"]);
  expect([owner?.called, cat?.lives, dog]).toEqual(["Ada", 9, undefined]);
});

describe("kinds that keys alone tell apart", () => {
  const Plain = table("plain", {
    ...{ hashKey: "pk", rangeKey: "sk" },
    indexes: { recent: { hashKey: "day", projection: "all" } },
  });
  const columns = { id: string(), day: integer() };
  const recent = { recent: { on: "recent" } } as const;
  const User = Plain.model("User", columns, { key: { pk: key`U#${"id"}`, sk: key`PROFILE` }, indexes: recent });
  const Post = Plain.model("Post", columns, { key: { pk: key`U#${"id"}`, sk: key`POST#${"day"}` }, indexes: recent });
  const Old = Plain.model("Old", columns, { key: { pk: template`old_${"id"}`, sk: "id" }, indexes: recent });
  const all = [User, Post, Old] as const;

  beforeAll(async () => {
    await engine.bind([User, Post, Old]);
    for (const id of ["1", "2"]) {
      for (const model of all) await engine.save(new model({ id, day: 7 }));
    }
    const foreign = { pk: { S: "X#1" }, sk: { S: "X" }, id: { S: "1" }, day: { N: "7" } };
    await client.send(new PutItemCommand({ TableName: tableName("plain"), Item: foreign }));
  });

  test.each(all.map((model) => [model.name, model] as const))(
    "a scan and a search of an index find those of %s, by the beginnings of their keys",
    async (_, model) => {
      const wanted = ["1", "2"].map((id) => new model({ id, day: 7 }));
      const byId = (found: readonly { readonly id?: string }[]) => found.map(({ id }) => id).sort();
      sent();
      const scanned = await engine.scan(model).all();
      const queried = await engine.query(model.recent, { key: model.day.eq(7) }).all();
      for (const found of [scanned, queried]) {
        expect(found.every((one) => one instanceof model)).toBe(true);
        expect(byId(found)).toEqual(byId(wanted));
      }
      const filters = sent().map(({ input }) => String(input["FilterExpression"]).match(/begins_with/g)?.length);
      expect(filters).toEqual(model === Old ? [1, 1] : [2, 2]);
    },
  );
});
