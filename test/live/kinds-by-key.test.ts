/** Reads of several kinds by key, in one request, on a real engine. */

import { integer, key, MissingObjects, string, table } from "bloop-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { live } from "../support/live.js";

const { engine, sent } = live("kinds-by-key");

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
