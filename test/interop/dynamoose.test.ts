/** A table that Dynamoose 4.2 and bloop both write: each reads, queries and changes what the other wrote. */

import { type AttributeValue, DynamoDB, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { add, changes, setIfMissing } from "bloop-dynamodb";
import { beforeEach, describe, expect, inject, test } from "vitest";
import { check, User } from "../../examples/coming-from/dynamoose.js";
import { live } from "../support/live.js";
import { client } from "./clients.js";
import { makeUser } from "./libraries/dynamoose.js";

const { engine } = live("interop");
const tableName = "interop-docs-from-dynamoose";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const theirs = makeUser(new DynamoDB({ endpoint: inject("endpoint"), region: "us-east-1", credentials }), tableName);
const strong = { consistent: true } as const;

const born = new Date("1815-12-10T00:00:00.123Z");
const seenAt = new Date("2026-01-31T12:34:56.789Z");
const ada = {
  id: "ada",
  email: "ada@example.org",
  level: "high",
  logins: 0.1,
  tags: new Set(["a", "b"]),
  phones: ["1", ""],
  address: { city: "London", since: new Date(5) },
  born,
  seenAt,
  expires: new Date("2030-01-01"),
} as const;
const ours = { ...ada, phones: [...ada.phones] };

beforeEach(async () => {
  await engine.bind(User);
  await engine.deleteAll(engine.with({ onInvalid: "omit" }).scan(User, { projection: "keys", ...strong }));
});

const writeTheirs = () => theirs.create({ ...ours, tags: new Set(ada.tags) });
const writeOurs = () => engine.save(new User(ours));

async function stored(id: string): Promise<Record<string, AttributeValue>> {
  const request = { TableName: tableName, Key: { id: { S: id } }, ConsistentRead: true };
  const { Item = {} } = await client.send(new GetItemCommand(request));
  Item["tags"]?.SS?.sort();
  return Item;
}
const timeless = (item: object | undefined): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item ?? {}).filter(([name]) => !/^(created|updated)At$/.test(name)));
const plain = async (id: string): Promise<object> => ({ ...(await theirs.get(id, { ...strong })) });

test("both store the same item, to the letter", async () => {
  await writeTheirs();
  const theirItem = await stored("ada");
  expect(theirItem).toMatchObject({ born: { N: String(born.getTime()) }, address: { M: { since: { N: "5" } } } });
  await engine.delete(User, { id: "ada" });
  await writeOurs();
  const ourItem = await stored("ada");
  expect(timeless(ourItem)).toEqual(timeless(theirItem));
  expect(Object.keys(ourItem).sort()).toEqual(Object.keys(theirItem).sort());
});

describe.each([
  ["Dynamoose's items", writeTheirs],
  ["bloop's items", writeOurs],
])("%s", (_, write) => {
  beforeEach(async () => void (await write()));

  test("have all of their values in both, and are found by the index", async () => {
    const user = await engine.get(User, { id: "ada" }, strong);
    expect(timeless(user)).toEqual(ours);
    expect([user?.createdAt, user?.updatedAt]).toEqual([expect.any(Date), expect.any(Date)]);
    expect(user && changes(user)).toEqual([]);
    expect(timeless(await plain("ada"))).toEqual(ours);
    expect(await engine.query(User.byEmail, { key: User.email.eq(ada.email) }).count()).toBe(1);
    expect((await theirs.query("email").eq(ada.email).using("byEmail").exec()).count).toBe(1);
    expect(await check(engine)).toBe(0);
  });

  test("changed by one are the other's as before", async () => {
    const user = await engine.get(User, { id: "ada" }, strong);
    if (user === undefined) throw new Error("it is there");
    await theirs.update({ id: "ada" }, { $ADD: { logins: 1 } });
    user.level = "low";
    await engine.save(user);
    await engine.update(User, { id: "ada" }, { logins: add(1) });
    expect(timeless(await plain("ada"))).toEqual({ ...ours, level: "low", logins: 2.1 });
  });
});

test("an upsert by update keeps the time of creation; a save by Dynamoose replaces the item", async () => {
  await writeTheirs();
  const { createdAt } = await stored("ada");
  const ifMissing = { level: setIfMissing("low"), createdAt: setIfMissing(new Date()) };
  for (const id of ["ada", "bob"]) await engine.update(User, { id }, { email: "new@x", ...ifMissing });
  expect(await stored("ada")).toMatchObject({ createdAt, email: { S: "new@x" }, level: { S: "high" } });
  expect(await plain("bob")).toMatchObject({ id: "bob", email: "new@x", level: "low" });
  await new theirs({ id: "ada", email: "saved@x" }).save();
  const replaced = await stored("ada");
  expect(timeless(replaced)).toEqual({ id: { S: "ada" }, email: { S: "saved@x" }, level: { S: "low" } });
});

test("an update by Dynamoose makes an item without what is required, which a scan finds", async () => {
  await theirs.update({ id: "half" }, { logins: 1 });
  expect(await check(engine)).toBe(1);
  await expect(engine.get(User, { id: "half" }, strong)).rejects.toThrow("a required value is missing");
});
