/** A version column: set, checked and raised by every way to write. Actions on a save: once, however often it is saved. */

import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  add,
  addTo,
  ConstraintViolation,
  changes,
  type DynamoDBClientLike,
  Engine,
  ifNotExists,
  integer,
  map,
  merge,
  metadataOf,
  model,
  number,
  remove,
  set,
  string,
} from "bloop-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { live } from "../support/live.js";

const { client, engine, sent, tableName } = live("version");
const Doc = model(
  "Doc",
  {
    id: string().hashKey(),
    text: string(),
    count: integer(),
    tags: set(string()),
    deep: map({ count: number(), name: string() }),
    version: integer().version().storedAs("v"),
  },
  { indexes: { byText: { hashKey: "text", projection: "keys" } } },
);

beforeAll(() => engine.bind(Doc));

let made = 0;
async function saved(values: object = {}) {
  const doc = new Doc({ id: `${made++}`, text: "first", ...values });
  await engine.save(doc);
  return doc;
}

async function stored(id: string) {
  const { Item } = await client.send(new GetItemCommand({ TableName: tableName("Doc"), Key: { id: { S: id } } }));
  return Item;
}

async function load(id: string) {
  const doc = await engine.get(Doc, { id }, { consistent: true });
  if (doc === undefined) throw new Error("gone");
  return doc;
}

describe("a save", () => {
  test("sets the version to 1, then raises it by one", async () => {
    const doc = await saved();
    expect(doc.version).toBe(1);
    expect(changes(doc)).toEqual([]);
    doc.text = "second";
    await engine.save(doc);
    expect(doc.version).toBe(2);
    expect(await stored(doc.id)).toEqual({ id: { S: doc.id }, text: { S: "second" }, v: { N: "2" } });
  });

  test("without a change makes no request and raises nothing", async () => {
    const doc = await saved();
    sent();
    await engine.save(doc);
    expect(sent()).toEqual([]);
    expect(doc.version).toBe(1);
  });

  test("of an object that is behind is refused, says so, and changes nothing of the object", async () => {
    const doc = await saved();
    const behind = await load(doc.id);
    doc.text = "second";
    await engine.save(doc);
    behind.count = 3;
    const refused = engine.save(behind);
    await expect(refused).rejects.toBeInstanceOf(ConstraintViolation);
    await expect(refused).rejects.toMatchObject({
      version: { expected: 1, stored: 2 },
      current: { text: "second", version: 2 },
      message: `Doc (id "${doc.id}"): its version does not match: the object has version 1, and the stored item has version 2. Nothing was written. The stored item is the error's \`current\`.`,
    });
    expect({ ...behind }).toEqual({ id: doc.id, text: "first", count: 3, version: 1 });
    sent();
    await expect(engine.save(behind)).rejects.toBeInstanceOf(ConstraintViolation);
    expect(sent()).toHaveLength(1);
  });

  test("of a new object is refused where there is an item, with or without a version", async () => {
    const doc = await saved();
    await expect(engine.save(new Doc({ id: doc.id }))).rejects.toMatchObject({
      version: { expected: undefined, stored: 1 },
    });
    await client.send(new PutItemCommand({ TableName: tableName("Doc"), Item: { id: { S: "old" } } }));
    const refused = engine.save(new Doc({ id: "old" }));
    await expect(refused).rejects.toThrow("the object is new, and the stored item has none");
    await expect(refused).rejects.toMatchObject({ version: { expected: undefined, stored: undefined } });
  });

  test("of an item from before there were versions gives it one, unless somebody else did", async () => {
    await client.send(new PutItemCommand({ TableName: tableName("Doc"), Item: { id: { S: "before" } } }));
    const [first, second] = [await load("before"), await load("before")];
    first.text = "mine";
    await engine.save(first);
    expect(first.version).toBe(1);
    second.text = "other";
    await expect(engine.save(second)).rejects.toMatchObject({ version: { expected: undefined, stored: 1 } });
  });

  test("of an object whose item was deleted brings nothing back", async () => {
    const doc = await saved();
    await engine.delete(await load(doc.id));
    doc.text = "second";
    await expect(engine.save(doc)).rejects.toThrow("the object has version 1, and the item is not there");
    expect(await stored(doc.id)).toBeUndefined();
  });

  test("of a version that the user brings, from a form for example, checks that one", async () => {
    const doc = await saved();
    const posted = new Doc({ id: doc.id, text: "posted", version: 1 });
    await engine.save(posted);
    expect(posted.version).toBe(2);
    const late = new Doc({ id: doc.id, text: "late", version: 1 });
    await expect(engine.save(late)).rejects.toMatchObject({ version: { expected: 1, stored: 2 } });
    const loaded = await load(doc.id);
    Object.assign(loaded, { text: "late", version: 1 });
    await expect(engine.save(loaded)).rejects.toMatchObject({ version: { expected: 1, stored: 2 } });
  });

  test("of an object that was loaded without its version is refused before any request", async () => {
    const doc = await saved({ text: "projected" });
    const found = await engine.query(Doc.byText, { key: Doc.text.eq("projected") }).one();
    sent();
    await expect(engine.save(Object.assign(found, { count: 1 }))).rejects.toThrow(
      `Doc.version (id "${doc.id}"): the object was loaded without its version`,
    );
    await expect(engine.delete(found)).rejects.toThrow("without its version");
    expect(sent()).toEqual([]);
    expect(await engine.deleteAll([found])).toBe(1);
  });

  test("with a condition, atomic, and once, goes on raising", async () => {
    const doc = await saved();
    await engine.save(doc, { condition: Doc.text.eq("first") });
    doc.text = "second";
    await engine.save(doc, { atomic: true });
    doc.text = "third";
    await engine.save(doc, { once: true });
    expect(doc.version).toBe(4);
    const behind = Object.assign(await load(doc.id), { version: 2, text: "x" });
    await expect(engine.save(behind, { once: true })).rejects.toMatchObject({ version: { expected: 2, stored: 4 } });
    await expect(engine.save(new Doc({ id: doc.id }), { condition: ifNotExists(Doc) })).rejects.toMatchObject({
      version: { stored: 4 },
    });
  });

  test("into a map that a writer without versions took away makes it again", async () => {
    const doc = await saved({ deep: { count: 1, name: "Ada" } });
    const Item = { id: { S: doc.id }, v: { N: "1" } };
    await client.send(new PutItemCommand({ TableName: tableName("Doc"), Item }));
    doc.deep = { ...doc.deep, count: 2 };
    await engine.save(doc);
    expect(await load(doc.id)).toMatchObject({ deep: { count: 2 }, version: 2 });
  });
});

test("a delete checks the version", async () => {
  const doc = await saved();
  const behind = await load(doc.id);
  doc.text = "second";
  await engine.save(doc);
  await expect(engine.delete(behind)).rejects.toMatchObject({ version: { expected: 1, stored: 2 } });
  await engine.delete(doc);
  expect(doc.version).toBeUndefined();
  await engine.save(doc);
  expect(doc.version).toBe(1);
});

test("a delete of an object that only names a key checks nothing", async () => {
  const doc = await saved();
  await engine.delete(new Doc({ id: doc.id }));
  expect(await stored(doc.id)).toBeUndefined();
});

test("update() raises the version, and makes one", async () => {
  const doc = await saved();
  expect(await engine.update(Doc, { id: doc.id }, { count: add(1) })).toMatchObject({ count: 1, version: 2 });
  expect(await engine.update(Doc, { id: "made" }, { count: add(1) })).toMatchObject({ count: 1, version: 1 });
  doc.text = "second";
  await expect(engine.save(doc)).rejects.toMatchObject({ version: { expected: 1, stored: 2 } });
  const condition = Doc.version.eq(1);
  await expect(engine.update(Doc, { id: doc.id }, { count: 9 }, { condition })).rejects.toMatchObject({
    current: { version: 2 },
  });
});

test("modify() raises it", async () => {
  const doc = await saved();
  const modified = await engine.modify(Doc, { id: doc.id }, (found) => {
    found.count = (found.count ?? 0) + 1;
  });
  expect(modified).toMatchObject({ count: 1, version: 2 });
  expect(await load(doc.id)).toEqual(modified);
});

describe("putAll() (D21)", () => {
  test("gives a number of its own without checking, so that others notice", async () => {
    const doc = await saved();
    const other = await load(doc.id);
    await engine.putAll([doc]);
    expect(doc.version).toBeGreaterThan(2);
    expect(await load(doc.id)).toEqual(doc);
    other.text = "x";
    await expect(engine.save(other)).rejects.toMatchObject({ version: { expected: 1, stored: doc.version } });
    doc.text = "y";
    await engine.save(doc);
    expect((await load(doc.id)).text).toBe("y");
  });

  test("of a stale object does not give the number that another writer has given already", async () => {
    const stale = await saved({ text: "old" });
    const [first, second] = [await load(stale.id), await load(stale.id)];
    first.text = "first";
    await engine.save(first);
    await engine.putAll([stale]);
    first.text = "unseen";
    await expect(engine.save(first)).rejects.toThrow(ConstraintViolation);
    await expect(engine.delete(second)).rejects.toThrow(ConstraintViolation);
    expect(await load(stale.id)).toEqual(stale);
  });

  test("of a new object does not begin at the number of an object from before", async () => {
    const before = await saved({ text: "before" });
    await engine.putAll([new Doc({ id: before.id, text: "put" })]);
    before.text = "unseen";
    await expect(engine.save(before)).rejects.toThrow(ConstraintViolation);
    expect((await load(before.id)).text).toBe("put");
  });

  test("gives each of many puts a number of its own, and higher ones later", async () => {
    const versions: number[] = [];
    const doc = new Doc({ id: "put often" });
    for (let count = 0; count < 50; count++) {
      await engine.putAll([doc]);
      versions.push(doc.version ?? 0);
      expect(Number.isSafeInteger(doc.version)).toBe(true);
    }
    expect([...new Set(versions)].sort((left, right) => left - right)).toEqual(versions);
  });
});

describe("modify() beside a rival that does not know the version (D21)", () => {
  const columns = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`c${index}`, integer()]));
  const Wide = model(
    "Wide",
    { id: string().hashKey(), version: integer().version(), ...columns },
    { tableName: "Doc" },
  );
  const Bare = model("Bare", { id: string().hashKey(), text: string(), count: integer() }, { tableName: "Doc" });

  test("counts on what the rival wrote to a column that it changes", async () => {
    const { id } = await saved({ count: 1 });
    let calls = 0;
    await engine.modify(Doc, { id }, async (doc) => {
      if (calls++ === 0) await engine.update(Bare, { id }, { count: add(10) });
      doc.count = (doc.count ?? 0) + 1;
    });
    expect([calls, (await load(id)).count]).toEqual([2, 12]);
  });

  test("sees what the rival wrote to a column that it only reads", async () => {
    const { id } = await saved({ text: "a", count: 0 });
    await engine.modify(Doc, { id }, async (doc) => {
      if (doc.text === "a") await engine.update(Bare, { id }, { text: "bb" });
      doc.count = doc.text?.length ?? 0;
    });
    expect(await load(id)).toMatchObject({ text: "bb", count: 2 });
  });

  test("sees that the rival removed a column, or put one where there was none", async () => {
    const { id } = await saved({ text: "a" });
    const seen: unknown[] = [];
    await engine.modify(Doc, { id }, async (doc) => {
      seen.push([doc.text, doc.count]);
      if (seen.length === 1) await engine.update(Bare, { id }, { text: remove(), count: 5 });
      doc.tags = new Set([`${doc.count}`]);
    });
    expect(seen).toEqual([
      ["a", undefined],
      [undefined, 5],
    ]);
  });

  test("compares what it changes of 200 columns, more than one condition takes", async () => {
    const wide = new Wide({ id: "wide" });
    for (let index = 0; index < 200; index++) Object.assign(wide, { [`c${index}`]: index });
    await engine.save(wide);
    let calls = 0;
    const Rival = model("Rival", { id: string().hashKey(), c199: integer() }, { tableName: "Doc" });
    await engine.modify(Wide, { id: "wide" }, async (found) => {
      if (calls++ === 0) await engine.update(Rival, { id: "wide" }, { c199: add(1000) });
      Object.assign(found, { c199: Number(Reflect.get(found, "c199")) + 1 });
    });
    expect([calls, (await engine.get(Rival, { id: "wide" }))?.c199]).toEqual([2, 1200]);
  });
});

test("the metadata tells which column it is", () => {
  expect(metadataOf(Doc).version).toEqual(metadataOf(Doc).columns.get("version"));
});

describe("a save with actions", () => {
  test("applies them in the same write, and once, however often the object is saved", async () => {
    const doc = await saved({ count: 1, deep: { count: 1, name: "Ada" } });
    await engine.update(Doc, { id: doc.id }, { count: add(10) });
    const mine = await load(doc.id);
    mine.text = "second";
    sent();
    await engine.save(mine, { actions: { count: add(5), tags: addTo("x"), deep: merge({ count: add(1) }) } });
    await engine.save(mine);
    expect(sent()).toHaveLength(1);
    expect({ ...mine }).toEqual({
      id: doc.id,
      text: "second",
      count: 16,
      tags: new Set(["x"]),
      deep: { count: 2, name: "Ada" },
      version: 3,
    });
    expect(changes(mine)).toEqual([]);
    expect(await load(doc.id)).toEqual(mine);
  });

  test("leaves what was changed meanwhile, and was not acted on, to a later save", async () => {
    const doc = await saved({ count: 1 });
    const saving = engine.save(doc, { actions: { count: add(1) } });
    doc.text = "later";
    await saving;
    expect(doc).toMatchObject({ text: "later", count: 2 });
    expect(changes(doc)).toEqual([{ path: ["text"], before: "first", after: "later" }]);
  });

  test("once: reads what came of them", async () => {
    const doc = await saved({ count: 1 });
    sent();
    await engine.save(doc, { actions: { count: add(1) }, once: true });
    expect(sent().map(({ name }) => name)).toEqual(["TransactWriteItems", "GetItem"]);
    expect(doc).toMatchObject({ count: 2, version: 2 });
  });

  test("refuses an action on a column that was changed too, and on what can't be acted on", async () => {
    const doc = await saved({ count: 1 });
    doc.count = 5;
    sent();
    await expect(engine.save(doc, { actions: { count: add(1) } })).rejects.toThrow("there is an action on it too");
    await expect(engine.save(doc, { actions: { version: add(1) } })).rejects.toThrow("every write raises by itself");
    await expect(engine.save(doc, { actions: {}, returning: "old" } as never)).rejects.toThrow(
      "either actions or returning",
    );
    await expect(engine.save(doc, { once: true, returning: "old" } as never)).rejects.toThrow(
      'either once or returning: "old"',
    );
    expect(sent()).toEqual([]);
  });

  test("that is refused leaves the object as it was", async () => {
    const doc = await saved({ count: 1 });
    const condition = Doc.text.eq("other");
    await expect(engine.save(doc, { actions: { count: add(1) }, condition })).rejects.toBeInstanceOf(
      ConstraintViolation,
    );
    expect({ ...doc }).toEqual({ id: doc.id, text: "first", count: 1, version: 1 });
  });
});

describe("a save with actions whose result is not known", () => {
  /** An engine whose reads fail once it is blind, and whose writes do not. */
  let isBlind = false;
  const dynamodb: DynamoDBClientLike = {
    send: (command: never, options: never) =>
      isBlind && (command as object) instanceof GetItemCommand
        ? Promise.reject(new Error("cut"))
        : client.send(command, options),
  };
  const blind = new Engine({ dynamodb, tableName: "version-{tableName}" });

  test("leaves nothing on the object that the next save would write back", async () => {
    const { id } = await saved({ count: 1 });
    const doc = await blind.get(Doc, { id });
    if (doc === undefined) throw new Error("gone");
    doc.text = "second";
    isBlind = true;
    const unread = blind.save(doc, { actions: { count: add(1) }, once: true });
    await expect(unread).rejects.toThrow("The write before it is done.");
    expect({ ...doc }).toEqual({ id: doc.id, text: "second", version: 2 });
    expect(changes(doc)).toEqual([]);
    doc.text = "third";
    await blind.save(doc);
    expect(await load(doc.id)).toMatchObject({ text: "third", count: 2, version: 3 });
    await expect(blind.putAll([doc])).rejects.toThrow('loaded without the column "count"');
  });
});

test("of two saves called at once, the second begins when the first has ended, and both changes are stored", async () => {
  const Note = model("Note", { id: string().hashKey(), text: string(), count: integer() });
  await engine.bind(Note);
  const note = new Note({ id: "1", text: "a", count: 1 });
  let release = () => {};
  let gate: Promise<void> | undefined;
  const dynamodb: DynamoDBClientLike = {
    send: (command: never, options: never) => {
      const held = gate;
      gate = undefined;
      return client.send(command, options).finally(() => held);
    },
  };
  const slow = new Engine({ dynamodb, tableName: "version-{tableName}" });
  await slow.save(note);
  sent();
  gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  note.text = "b";
  const first = slow.save(note);
  note.count = 2;
  const second = slow.save(note);
  const requests: unknown[] = [];
  await expect.poll(() => requests.push(...sent()), { timeout: 10_000 }).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  // The first alone: the second waits for it.
  requests.push(...sent());
  expect(requests).toHaveLength(1);
  release();
  await Promise.all([first, second]);
  note.count = 1;
  await slow.save(note);
  expect(await engine.get(Note, { id: "1" }, { consistent: true })).toMatchObject({ text: "b", count: 1 });
});
