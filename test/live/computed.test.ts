/** Computed columns on a real engine: on each way of writing, and again after another writer. */

import { add, ConstraintViolation, type Item, integer, key, string, table } from "bloop-dynamodb";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { live } from "../support/live.js";
import { interruptedEngine } from "../support/rivals.js";

const { engine, sent } = live("computed");
let calls = 0;

const People = table("people", {
  hashKey: "pk",
  kind: "_type",
  indexes: { gsi: { hashKey: "g", projection: "all" } },
});
const Person = People.model(
  "Person",
  {
    id: string(),
    email: string(),
    name: string(),
    visits: integer(),
    lower: string().from(["email"], ({ email }: { email: string }) => email.toLowerCase()),
    label: string().from(["email", "name"], ({ email, name }: { email: string; name: string }) => `${name} <${email}>`),
    touched: integer().onWrite(() => ++calls),
  },
  { key: { pk: key`PERSON#${"id"}` }, indexes: { byEmail: { on: "gsi", g: key`EMAIL#${"lower"}` } } },
);
type Person = Item<typeof Person>;

let count = 0;
let id = "";
beforeAll(() => engine.bind(Person));
beforeEach(() => {
  calls = 0;
  id = `${++count}`;
});
const made = (values: object = {}): Person => new Person({ id, email: `A${id}@B`, name: "Ada", ...values });
const stored = async () => {
  const found = await engine.get(Person, { id }, { consistent: true });
  return found && [found.lower, found.label, found.touched];
};
const idsBy = async (lower: string) => {
  const found = await engine.query(Person.byEmail, { key: Person.lower.eq(lower) }).all();
  return found.map((one) => one.id);
};

test("a save of a new object, and of its changes: an index of a computed column finds it", async () => {
  const person = made();
  await engine.save(person);
  expect(await stored()).toEqual([`a${id}@b`, `Ada <A${id}@B>`, 1]);
  await expect.poll(() => idsBy(`a${id}@b`)).toEqual([id]);
  person.email = `C${id}@D`;
  await engine.save(person);
  expect(await stored()).toEqual([`c${id}@d`, `Ada <C${id}@D>`, 2]);
  await expect.poll(() => idsBy(`c${id}@d`)).toEqual([id]);
  expect(await idsBy(`a${id}@b`)).toEqual([]);
  person.email = undefined;
  await engine.save(person);
  expect(await stored()).toEqual([undefined, undefined, 3]);
});

test("a save of an unchanged object writes nothing for its sake, with a condition or sync too", async () => {
  const person = made();
  await engine.save(person);
  sent();
  await engine.save(person);
  expect(sent()).toEqual([]);
  await engine.save(person, { condition: Person.name.eq("Ada") });
  await engine.save(person, { sync: "new" });
  await engine.update(Person, { id }, {});
  await expect(engine.save(person, { condition: Person.name.eq("Eve") })).rejects.toBeInstanceOf(ConstraintViolation);
  expect([await stored(), calls]).toEqual([[`a${id}@b`, `Ada <A${id}@B>`, 1], 1]);
});

test("update, with all sources or none", async () => {
  await engine.save(made());
  const updated = await engine.update(Person, { id }, { email: "X@Y", name: "Eve" });
  expect(updated).toMatchObject({ lower: "x@y", label: "Eve <X@Y>", touched: 2 });
  await engine.update(Person, { id }, { visits: add(1) });
  expect(await stored()).toEqual(["x@y", "Eve <X@Y>", 3]);
});

test("modify, of an item that is there and of a new one", async () => {
  const name = (person: Person) => void Object.assign(person, { name: "Bob" });
  await engine.modify(Person, { id }, name, { create: () => made({ name: undefined }) });
  expect(await stored()).toEqual([`a${id}@b`, `Bob <A${id}@B>`, 1]);
  await engine.modify(Person, { id }, (person) => void Object.assign(person, { name: "Eve" }));
  expect((await stored())?.slice(0, 2)).toEqual([`a${id}@b`, `Eve <A${id}@B>`]);
});

test("putAll, of new objects and of loaded ones", async () => {
  const people = [made(), made({ id: `${id}/2`, email: "Two@B" })];
  await engine.putAll(people);
  expect(people.map(({ lower }) => lower)).toEqual([`a${id}@b`, "two@b"]);
  expect(await stored()).toEqual([`a${id}@b`, `Ada <A${id}@B>`, 1]);
  const loaded = await engine.get(Person, { id });
  if (loaded === undefined) throw new Error("gone");
  loaded.name = "Eve";
  await engine.putAll([loaded]);
  expect((await stored())?.slice(0, 2)).toEqual([`a${id}@b`, `Eve <A${id}@B>`]);
});

test("transactions, and a prepared one that is committed twice", async () => {
  const person = made();
  await engine.transaction((transaction) => transaction.save(person));
  expect(await stored()).toEqual([`a${id}@b`, `Ada <A${id}@B>`, 1]);
  person.name = "Eve";
  const prepared = engine.transaction().save(person).prepare();
  await prepared.commit();
  await prepared.commit();
  expect([await stored(), calls]).toEqual([[`a${id}@b`, `Eve <A${id}@B>`, 2], 2]);
  await engine.transaction().update(Person, { id }, { email: "N@N", name: "Nan" }).commit();
  expect(await stored()).toEqual(["n@n", "Nan <N@N>", 3]);
});

test.each(["save", "transaction"] as const)(
  "a source that another writer changed meanwhile is computed with, and onWrite() keeps its value: %s",
  async (way) => {
    await engine.save(made());
    const { engine: slow, interrupt } = interruptedEngine("computed");
    const loaded = await slow.get(Person, { id });
    if (loaded === undefined) throw new Error("gone");
    interrupt(() => engine.update(Person, { id }, { email: "Rival@B", name: "Ada" }));
    loaded.name = "Eve";
    if (way === "save") await slow.save(loaded);
    else await slow.transaction((transaction) => transaction.save(loaded));
    // Once for the first save, the rival and this one.
    expect(calls).toBe(3);
    expect((await stored())?.slice(0, 2)).toEqual(["rival@b", "Eve <Rival@B>"]);
    await expect.poll(() => idsBy("rival@b")).toEqual([id]);
    await engine.delete(Person, { id });
  },
);
