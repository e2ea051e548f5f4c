/** The stream of a table of several kinds, on a real engine. */

import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { key, string, table } from "bloop-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { live } from "../support/live.js";

const { client, engine, tableName } = live("stream-kinds");

const Pets = table("pets", { hashKey: "pk", rangeKey: "sk", kind: "_type", stream: { include: ["new", "old"] } });
const Owner = Pets.model("Owner", { id: string(), called: string() }, { key: { pk: key`OWNER#${"id"}`, sk: key`O` } });
const Cat = Pets.model("Cat", { id: string(), called: string() }, { key: { pk: key`PET#${"id"}`, sk: key`PET` } });
/** Has the same keys as cats. */
const Dog = Pets.model("Dog", { id: string(), called: string() }, { key: { pk: key`PET#${"id"}`, sk: key`PET` } });
const at = { pk: { S: "PET#1#" }, sk: { S: "PET#" } };

beforeAll(async () => {
  await engine.bind([Owner, Cat, Dog]);
  await engine.save(new Owner({ id: "1", called: "Ada" }));
  const cat = new Cat({ id: "1", called: "Tom" });
  await engine.save(cat);
  cat.called = "Kit";
  await engine.save(cat);
  const Item = { ...at, _type: { S: "Dog" }, id: { S: "1" }, called: { S: "Rex" } };
  await client.send(new PutItemCommand({ TableName: tableName("pets"), Item }));
  await client.send(new PutItemCommand({ TableName: tableName("pets"), Item: { ...Item, _type: { S: "Newer" } } }));
  await engine.delete(Owner, { id: "1" });
});

interface Image {
  readonly called?: string | undefined;
}

interface Polled {
  poll(): Promise<
    { readonly model: string; readonly old?: Image | undefined; readonly new?: Image | undefined } | undefined
  >;
  close(): Promise<void>;
}

async function all(stream: Polled): Promise<string[]> {
  const records: string[] = [];
  for (let one = await stream.poll(); one !== undefined; one = await stream.poll())
    records.push(`${one.model} ${one.old?.called ?? "-"} ${one.new?.called ?? "-"}`);
  await stream.close();
  return records;
}

test("of several kinds has the records of each, and a put of one over another as a removal and an insertion", async () => {
  const told: object[] = [];
  const stop = engine.on("unknownItem", ({ item }) => void told.push(item));
  const pets = await all(engine.stream([Cat, Dog], "trim_horizon"));
  expect(pets).toEqual(["Cat - Tom", "Cat Tom Kit", "Cat Kit -", "Dog - Rex", "Dog Rex -"]);
  const everything = await all(engine.stream([Owner, Cat, Dog], "trim_horizon"));
  stop();
  expect(everything.filter((one) => !one.startsWith("Owner"))).toEqual(pets);
  expect(everything.filter((one) => one.startsWith("Owner"))).toEqual(["Owner - Ada", "Owner Ada -"]);
  // The dog's removal is known, so that the new item that nobody knows is no record of its own.
  expect(told).toEqual([]);
});

test("of one kind has its records alone", async () => {
  expect(await all(engine.stream(Owner, "trim_horizon"))).toEqual(["Owner - Ada", "Owner Ada -"]);
  expect(await all(engine.stream(Cat, "trim_horizon"))).toEqual(["Cat - Tom", "Cat Tom Kit", "Cat Kit -"]);
  expect(await all(engine.stream(Dog, "trim_horizon"))).toEqual(["Dog - Rex", "Dog Rex -"]);
});
