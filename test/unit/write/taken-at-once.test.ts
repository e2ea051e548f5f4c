/** What an operation is given is taken when it is called: a change after the call does not reach it. */

import { Readable } from "node:stream";
import { Engine, model, string } from "bloop-dynamodb";
import { beforeEach, expect, test, vi } from "vitest";
import { recordingClient, type Sent } from "../../support/recording-client.js";

const item = (id: string) => ({ id: { S: id }, name: { S: `name ${id}` } });

function answer({ name, input }: Sent): object {
  if (name === "GetItem") return { Item: input["Key"] };
  if (name === "BatchGetItem") return { Responses: { Thing: ["1", "2"].map(item) } };
  return {};
}

function fresh() {
  const client = recordingClient(answer);
  const Thing = model("Thing", { id: string().hashKey(), name: string() });
  return { engine: new Engine({ dynamodb: client }), client, Thing };
}

let made: ReturnType<typeof fresh>;
beforeEach(() => {
  made = fresh();
});

test("a stream that fails before its first object is a failure of putAll(), and not of the process", async () => {
  const { engine } = made;
  const source = new Readable({ objectMode: true, read() {} });
  process.nextTick(() => source.destroy(new Error("no such file")));
  await expect(engine.putAll(source)).rejects.toThrow(/no such file/);
});

test("load() reads the items of the keys that it was given", async () => {
  const { engine, client, Thing } = made;
  const [one, two] = [new Thing({ id: "1" }), new Thing({ id: "2" })];
  const objects = [one, two];
  const loading = engine.load(objects);
  one.id = "other";
  objects.pop();
  await loading;
  expect(client.sent[0]?.input["RequestItems"]).toMatchObject({
    Thing: { Keys: [{ id: { S: "1" } }, { id: { S: "2" } }] },
  });
  expect(two.name).toBe("name 2");
});

test("getMany() reads the items of the keys that it was given", async () => {
  const { engine, Thing } = made;
  const keys = [{ id: "1" }, { id: "2" }];
  const getting = engine.getMany(Thing, keys);
  keys.reverse();
  expect((await getting).map((thing) => thing?.id)).toEqual(["1", "2"]);
});

test("modify() reads the item of the key that it was given", async () => {
  const { engine, client, Thing } = made;
  const key = { id: "1" };
  const modifying = engine.modify(Thing, key, () => undefined);
  key.id = "2";
  await modifying;
  expect(client.sent[0]?.input["Key"]).toEqual({ id: { S: "1" } });
});

test("a read transaction reads what was asked for before its commit", async () => {
  const { engine, client, Thing } = made;
  const transaction = engine.readTransaction().get(Thing, { id: "1" });
  const committing = transaction.commit();
  transaction.get(Thing, { id: "2" });
  await committing;
  expect(client.sent[0]?.input["TransactItems"]).toHaveLength(1);
});

test("a transaction writes the values that its objects have at the commit", async () => {
  const { engine, client, Thing } = made;
  const thing = new Thing({ id: "1", name: "as committed" });
  const committing = engine.transaction().save(thing).commit();
  thing.name = "later";
  await committing;
  expect(JSON.stringify(client.sent[0]?.input)).toContain("as committed");
  expect(JSON.stringify(client.sent[0]?.input)).not.toContain("later");
});

test("save() of several objects and update() write the values at the call", async () => {
  const { engine, client, Thing } = made;
  const things = [new Thing({ id: "1", name: "given" }), new Thing({ id: "2", name: "given" })];
  const changes = { name: "given" };
  const writing = [engine.save(things), engine.update(Thing, { id: "3" }, changes)];
  for (const one of [...things, changes]) one.name = "later";
  await Promise.allSettled(writing);
  expect(client.sent).toHaveLength(3);
  expect(JSON.stringify(client.sent)).not.toContain("later");
});

test("invalid options are refused before any request", async () => {
  const { engine, client, Thing } = made;
  const wrong = { sginal: undefined } as object;
  const calls = [
    engine.load(new Thing({ id: "1" }), wrong),
    engine.getMany(Thing, [], wrong),
    engine.putAll([], wrong),
    engine.bind(Thing, wrong),
    engine.modify(Thing, { id: "1" }, () => undefined, wrong),
    engine.readTransaction().commit(wrong),
  ];
  for (const outcome of await Promise.allSettled(calls)) {
    expect(outcome).toMatchObject({ status: "rejected", reason: { name: "InvalidOption" } });
  }
  expect(client.sent).toEqual([]);
});

test("bind() without tables loads nothing, and is done at once", async () => {
  const { engine, Thing } = made;
  const bound = vi.fn();
  engine.on("modelBound", bound);
  const binding = engine.bind([Thing], { tables: "skip" });
  expect(bound).toHaveBeenCalledOnce();
  await binding;
});
