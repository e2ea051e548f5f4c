/** Saving, deleting and loading on a real DynamoDB. */

import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  ConstraintViolation,
  changes,
  datetime,
  dynamicMap,
  type InvalidValue,
  ifNotExists,
  integer,
  list,
  MissingObjects,
  map,
  model,
  number,
  set,
  string,
  uuid,
  WriteFailures,
} from "bloop-dynamodb";
import { beforeAll, describe, expect, inject, test } from "vitest";
import type { Attributes } from "../../src/wire/attribute.js";
import { sameAttributes } from "../../src/wire/same.js";
import { live } from "../support/live.js";

const { client, engine, sent, tableName } = live("engine");
const Account = model("Account", {
  id: string().hashKey(),
  name: string(),
  email: string().storedAs("e"),
  logins: integer(),
  roles: set(string()),
  address: map({ city: string(), geo: map({ lat: number(), lon: number() }) }),
  items: list(map({ name: string().required(), price: number() })),
  note: string().nullable(),
  when: datetime(),
});
const TableName = tableName("Account");

beforeAll(() => engine.bind(Account));

const put = (Item: Record<string, unknown>) => client.send(new PutItemCommand({ TableName, Item: Item as never }));
const stored = async (id: string) =>
  (await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }))).Item;
const updates = () => sent().filter(({ name }) => name === "UpdateItem");
let last = 0;
const newId = () => `a${last++}`;

async function loaded(id: string) {
  const account = await engine.get(Account, { id }, { consistent: true });
  if (account === undefined) throw new Error(`${id} is not there`);
  return account;
}

describe("save", () => {
  test("sends all of a new object, then only what changed, then nothing", async () => {
    const account = new Account({
      id: newId(),
      name: "Ada",
      email: "a@x",
      address: { city: "Oslo" },
      roles: new Set(["a"]),
    });
    await engine.save(account);
    expect(await stored(account.id)).toMatchObject({
      name: { S: "Ada" },
      e: { S: "a@x" },
      address: { M: { city: { S: "Oslo" } } },
    });
    sent();
    account.email = "b@x";
    await engine.save(account);
    expect(updates()).toMatchObject([
      {
        input: {
          UpdateExpression: "SET #0 = :0",
          ExpressionAttributeNames: { "#0": "e" },
          ExpressionAttributeValues: { ":0": { S: "b@x" } },
        },
      },
    ]);
    await engine.save(account);
    expect(sent()).toEqual([]);
  });

  test("sends a change inside a map as a path, of a set as elements, of a list as a whole", async () => {
    const id = newId();
    await engine.save(
      new Account({
        id,
        address: { city: "Oslo", geo: { lat: 1 } },
        roles: new Set(["a", "b"]),
        items: [{ name: "milk" }],
      }),
    );
    const account = await loaded(id);
    sent();
    account.address = { city: "Rome", geo: { lat: 1, lon: 2 } };
    account.roles?.add("c");
    account.items?.push({ name: "eggs" });
    expect(changes(account)).toEqual([
      { path: ["roles"], before: new Set(["a", "b"]), after: new Set(["a", "b", "c"]) },
      { path: ["address", "city"], before: "Oslo", after: "Rome" },
      { path: ["address", "geo", "lon"], before: undefined, after: 2 },
      { path: ["items"], before: [{ name: "milk" }], after: [{ name: "milk" }, { name: "eggs" }] },
    ]);
    await engine.save(account);
    expect(updates()[0]?.input.UpdateExpression).toBe("SET #0.#1 = :0, #0.#2.#3 = :1, #4 = :2 ADD #5 :3");
    account.roles?.delete("a");
    await engine.save(account);
    expect(updates()[0]?.input.UpdateExpression).toBe("DELETE #0 :0");
    expect((await loaded(id)).roles).toEqual(new Set(["b", "c"]));
  });

  test("removes what is undefined or not there any more", async () => {
    const id = newId();
    await engine.save(new Account({ id, name: "Ada", email: "a@x", logins: 1, roles: new Set(["a"]) }));
    const account = await loaded(id);
    account.name = undefined;
    delete account.email;
    account.roles?.clear();
    await engine.save(account);
    expect(await stored(id)).toEqual({ id: { S: id }, logins: { N: "1" } });
    sent();
    await engine.save(account);
    expect(sent()).toEqual([]);
  });

  test("makes an item of a key alone", async () => {
    const account = new Account({ id: newId() });
    await engine.save(account);
    expect(await stored(account.id)).toEqual({ id: { S: account.id } });
  });

  test("keeps what the model does not know, nested and in lists too", async () => {
    const id = newId();
    const extra = { L: [{ N: "12345678901234567890.5" }, { NULL: true }] };
    await put({
      id: { S: id },
      extra,
      address: { M: { city: { S: "Oslo" }, extra, geo: { M: { lat: { N: "1" }, extra } } } },
      items: { L: [{ M: { name: { S: "milk" }, extra } }, { M: { name: { S: "eggs" }, extra } }] },
    });
    const account = await loaded(id);
    account.address = { city: "Rome" };
    account.items = account.items?.reverse().map((item) => ({ ...item, price: 3 })) ?? [];
    await engine.save(account);
    expect(await stored(id)).toEqual({
      id: { S: id },
      extra,
      address: { M: { city: { S: "Rome" }, extra } },
      items: { L: ["eggs", "milk"].map((name) => ({ M: { name: { S: name }, price: { N: "3" }, extra } })) },
    });
  });

  test("only under its condition; the error has the item as it is", async () => {
    const account = new Account({ id: newId(), name: "Ada", logins: 1 });
    await engine.save(account, { condition: ifNotExists(Account) });
    account.logins = 2;
    const error: unknown = await engine
      .save(account, { condition: Account.name.eq("Grace") })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConstraintViolation);
    expect(error).toMatchObject({ object: account, current: { id: account.id, name: "Ada", logins: 1 } });
    expect((error as ConstraintViolation).current).toBeInstanceOf(Account);
    await expect(engine.save(account, { condition: ifNotExists(Account) })).rejects.toThrow(ConstraintViolation);
    const missing = await engine
      .save(new Account({ id: newId() }), { condition: Account.id.exists() })
      .catch((thrown: unknown) => thrown);
    expect(missing).toMatchObject({ current: undefined });
    await engine.save(account, { condition: Account.name.eq("Ada") });
    expect((await loaded(account.id)).logins).toBe(2);
  });

  test("resolves with the values from before, and never puts them onto the object", async () => {
    const account = new Account({ id: newId(), name: "Ada" });
    const none = inject("engine") === "dynoxide" ? new Account({ id: account.id }) : undefined;
    expect(await engine.save(account, { returning: "old" })).toEqual(none);
    account.name = "Grace";
    const old = await engine.save(account, { returning: "old" });
    expect([old?.name, account.name]).toEqual(["Ada", "Grace"]);
    sent();
    await engine.save(account);
    expect(sent()).toEqual([]);
    expect((await loaded(account.id)).name).toBe("Grace");
  });

  test("fills the object with what is stored after the write", async () => {
    const id = newId();
    await put({ id: { S: id }, name: { S: "Ada" }, logins: { N: "7" } });
    const account = new Account({ id, email: "a@x" });
    await engine.save(account, { sync: "new" });
    expect(account).toEqual(new Account({ id, name: "Ada", email: "a@x", logins: 7 }));
    sent();
    await engine.save(account);
    expect(sent()).toEqual([]);
  });

  test("writes several, and lists those that failed", async () => {
    const [first, second, third] = [newId(), newId(), newId()].map((id) => new Account({ id, name: "x" }));
    if (!first || !second || !third) throw new Error("three");
    await engine.save(second);
    second.name = "y";
    const error: unknown = await engine
      .save([first, second, third, first], { condition: Account.id.notExists() })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WriteFailures);
    expect(error).toMatchObject({ failures: [{ object: second, error: { name: "ConstraintViolation" } }] });
    expect(await engine.getMany(Account, [{ id: first.id }, { id: second.id }, { id: third.id }])).toMatchObject([
      { name: "x" },
      { name: "x" },
      { name: "x" },
    ]);
    const old = await engine.save([first, second], { returning: "old" });
    expect(old.map((one) => one?.name)).toEqual(["x", "x"]);
  });

  test("stops with its signal, by its reason", async () => {
    const reason = new Error("enough");
    const account = new Account({ id: newId() });
    await expect(engine.save(account, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await stored(account.id)).toBeUndefined();
  });

  test("sends whole columns where single changes are too many for an expression, and keeps what others wrote", async () => {
    const Wide = model("Wide", { id: string().hashKey(), many: dynamicMap(), other: string() });
    await engine.bind(Wide);
    const keys = Array.from({ length: 600 }, (_, index) => `key ${index}`);
    const wide = new Wide({ id: "1", many: Object.fromEntries(keys.map((key) => [key, 0])) });
    await engine.save(wide);
    const rival = await engine.get(Wide, { id: "1" });
    if (rival === undefined) throw new Error("gone");
    rival.many = { ...rival.many, theirs: 1 };
    await engine.save(rival);
    wide.many = Object.fromEntries(keys.map((key) => [key, 1]));
    wide.other = "x";
    await engine.save(wide);
    const found = await engine.get(Wide, { id: "1" });
    expect(found).toEqual(new Wide({ id: "1", other: "x", many: { ...wide.many, theirs: 1 } }));
  });

  describe("of more columns than one expression takes", () => {
    const names = Array.from({ length: 700 }, (_, index) => `c${index}`);
    const Huge = model("Huge", {
      id: string().hashKey(),
      c1: string(),
      ...Object.fromEntries(names.map((name) => [name, string()])),
    });
    const make = (id: string, value: string) =>
      new Huge({ id, ...Object.fromEntries(names.map((name) => [name, value])) });
    beforeAll(() => engine.bind(Huge));

    test("stores a new object as a whole, and then what changes", async () => {
      const huge = make("new", "x");
      sent();
      await engine.save(huge);
      expect(sent().map(({ name }) => name)).toEqual(["PutItem"]);
      expect(await engine.get(Huge, { id: "new" })).toEqual(huge);
      Object.assign(huge, { c7: "y", c8: undefined });
      await engine.save(huge, { atomic: false });
      expect(sent().map(({ name }) => name)).toEqual(["GetItem", "UpdateItem"]);
      const found = await engine.get(Huge, { id: "new" });
      expect(found).toMatchObject({ c6: "x", c7: "y" });
      expect(found).not.toHaveProperty("c8");
    });

    test("does so in a transaction and once, under conditions, and with what is stored read back", async () => {
      await engine.transaction((transaction) => transaction.save(make("transaction", "x")));
      await engine.save(make("once", "x"), { once: true, condition: ifNotExists(Huge) });
      const synced = make("sync", "x");
      await engine.save(synced, { sync: "new", atomic: true });
      for (const id of ["transaction", "once", "sync"]) {
        expect(await engine.get(Huge, { id })).toEqual(make(id, "x"));
      }
      await engine.save(synced);
      await expect(engine.save(make("sync", "x"), { atomic: true })).rejects.toThrow(ConstraintViolation);
      const onlyNew = engine.save(make("sync", "x"), { condition: ifNotExists(Huge), once: true });
      await expect(onlyNew).rejects.toThrow(ConstraintViolation);
    });

    test("never overwrites an item that is there", async () => {
      await engine.save(new Huge({ id: "there", c1: "theirs" }));
      const saving = engine.save(make("there", "x"));
      await expect(saving).rejects.toThrow(
        'Huge (id "there"): the object is new and has 700 columns, more than one update takes, so that it is stored only where there is no item, and there is one. Load the item, and save what differs in parts; or replace it by putAll(). Nothing was written.',
      );
      await expect(saving).rejects.toMatchObject({ current: { id: "there", c1: "theirs" } });
      expect(await engine.get(Huge, { id: "there" })).toEqual(new Huge({ id: "there", c1: "theirs" }));
    });

    test("is done where the item is the very one that it puts, as after a lost answer", async () => {
      await engine.save(make("twice", "x"));
      await engine.save(make("twice", "x"));
      await expect(engine.save(make("twice", "y"))).rejects.toThrow(ConstraintViolation);
    });

    test("refuses as many changes of a loaded object, before a request", async () => {
      const huge = make("loaded", "x");
      await engine.save(huge);
      Object.assign(huge, make("loaded", "y"));
      sent();
      await expect(engine.save(huge)).rejects.toThrow(
        /Huge \(id "loaded"\): 700 columns changed, which make an expression of \d+ bytes/,
      );
      expect(sent()).toEqual([]);
    });
  });
});

describe("atomic", () => {
  const values = {
    name: { S: "Ada" },
    logins: { N: "1" },
    note: { NULL: true },
    roles: { SS: ["b", "a"] },
    address: { M: { city: { S: "Oslo" }, extra: { N: "1.50" }, geo: { M: { lat: { N: "1E+3" } } } } },
    items: { L: [{ M: { name: { S: "milk" }, price: { N: "0.10" } } }] },
    when: { S: "2026-01-01T02:00:00+02:00" },
    extra: { N: "1.0" },
  };

  test("saves what nobody changed, whatever it holds", async () => {
    const id = newId();
    await put({ id: { S: id }, ...values });
    const account = await loaded(id);
    account.logins = 2;
    await engine.save(account, { atomic: true });
    account.logins = 3;
    await engine.save(account, { atomic: true });
    const now = { id: { S: id }, ...values, logins: { N: "3" } };
    expect(sameAttributes((await stored(id)) as Attributes, now as Attributes)).toBe(true);
  });

  test.each([
    ["a column", { name: { S: "Eve" } }],
    ["a nested key", { address: { M: { ...values.address.M, city: { S: "Rome" } } } }],
    ["a column that was not there", { e: { S: "eve@x" } }],
    ["NULL", { note: { S: "text" } }],
  ])("refuses where somebody changed %s", async (_, changed) => {
    const id = newId();
    await put({ id: { S: id }, ...values });
    const account = await loaded(id);
    await put({ id: { S: id }, ...values, ...changed });
    account.logins = 2;
    await expect(engine.save(account, { atomic: true })).rejects.toThrow(ConstraintViolation);
    await expect(engine.delete(account, { atomic: true })).rejects.toThrow(ConstraintViolation);
    const item = (await stored(id)) ?? {};
    const found = Object.fromEntries(Object.keys(changed).map((name) => [name, item[name]]));
    expect(sameAttributes(found as Attributes, changed as Attributes)).toBe(true);
  });

  test("refuses a new object that is there, and a loaded one that is not", async () => {
    const id = newId();
    await engine.save(new Account({ id }), { atomic: true });
    await expect(engine.save(new Account({ id }), { atomic: true })).rejects.toThrow(ConstraintViolation);
    const account = await loaded(id);
    await engine.delete(new Account({ id }));
    account.name = "x";
    await expect(engine.save(account, { atomic: true })).rejects.toMatchObject({ current: undefined });
  });
});

describe("delete", () => {
  test("takes the item away, and makes the object count as new", async () => {
    const account = new Account({ id: newId(), name: "Ada", logins: 1 });
    await engine.save(account);
    await expect(engine.delete(account, { condition: Account.logins.gt(1) })).rejects.toThrow(ConstraintViolation);
    const old = await engine.delete(account, { returning: "old" });
    expect(old).toEqual(account);
    expect(await engine.delete(account, { returning: "old" })).toBeUndefined();
    expect(await stored(account.id)).toBeUndefined();
    await engine.save(account, { atomic: true });
    expect((await loaded(account.id)).name).toBe("Ada");
  });
});

describe("load", () => {
  test("fills objects in place, and tells which are missing", async () => {
    const ids = [newId(), newId(), newId()];
    const [there, gone, twice] = ids.map((id) => new Account({ id, email: "mine" }));
    if (!there || !gone || !twice) throw new Error("three");
    await put({ id: { S: there.id }, name: { S: "Ada" } });
    await put({ id: { S: twice.id }, name: { S: "Grace" } });
    const error: unknown = await engine.load([there, gone, twice, twice]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MissingObjects);
    expect(String(error)).toContain(`Not found: Account (id "${gone.id}").`);
    expect(error).toMatchObject({ objects: [gone] });
    expect([there, gone, twice].map(({ name, email }) => [name, email])).toEqual([
      ["Ada", undefined],
      [undefined, "mine"],
      ["Grace", undefined],
    ]);
    await expect(engine.load(gone)).rejects.toThrow(MissingObjects);
  });

  test("refuses a value that does not fit, or leaves it off", async () => {
    const id = newId();
    const others = { icon: { B: Uint8Array.of(1, 2) }, icons: { BS: [Uint8Array.of(3)] } };
    await put({ id: { S: id }, name: { N: "3" }, logins: { N: "1.5" }, roles: { NULL: true }, ...others });
    const error: unknown = await engine.get(Account, { id }).catch((thrown: unknown) => thrown);
    expect(String(error)).toBe(
      `InvalidValue: Account.name (id "${id}"): the stored value has DynamoDB's type N, not S: a number.`,
    );
    expect((error as InvalidValue).item).toMatchObject({ logins: { N: "1.5" }, ...others });
    const heard: string[] = [];
    const stop = engine.on("invalidValue", ({ error: { path } }) => heard.push(path.join()));
    const account = await engine.get(Account, { id }, { onInvalid: "omit" });
    stop();
    expect(heard).toEqual(["name", "logins", "roles"]);
    expect({ ...account }).toEqual({ id });
    if (account === undefined) throw new Error("gone");
    account.email = "y";
    await engine.save(account);
    expect(await stored(id)).toMatchObject({
      name: { N: "3" },
      logins: { N: "1.5" },
      roles: { NULL: true },
      e: { S: "y" },
    });
  });
});

test("a key that is stored otherwise than its column writes it is refused, and its item stays as it is", async () => {
  const Odd = model("Odd", { id: uuid().hashKey(), at: datetime().rangeKey(), name: string() });
  await engine.bind(Odd);
  const Key = { id: { S: "6F1C2B34-8F0A-4D6E-9B1A-0C2D3E4F5A6B" }, at: { S: "2026-01-01T00:00:00Z" } };
  await client.send(new PutItemCommand({ TableName: tableName("Odd"), Item: { ...Key, name: { S: "x" } } }));
  await expect(engine.scan(Odd).all()).rejects.toThrow("the key is stored in another spelling than the column writes");
  expect((await client.send(new GetItemCommand({ TableName: tableName("Odd"), Key }))).Item?.name).toEqual({ S: "x" });
});

test("a subclass gives its objects methods, from wherever they come", async () => {
  class Person extends Account {
    static override readonly name = Account.name;
    greeting() {
      return `Hello ${this.name}`;
    }
  }
  const id = newId();
  await engine.save(new Person({ id, name: "Ada" }), { condition: Person.name.notExists() });
  const person = await engine.get(Person, { id });
  expect(person).toBeInstanceOf(Person);
  expect(person?.greeting()).toBe("Hello Ada");
  const [found] = await engine.query(Person, { key: Person.id.eq(id) }).all();
  expect(found?.greeting()).toBe("Hello Ada");
  const error: unknown = await engine.save(new Person({ id }), { atomic: true }).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConstraintViolation && error.current instanceof Person)) throw error;
  expect(error.current.greeting()).toBe("Hello Ada");
});

test("signals tell what happened, until they are not wanted any more", async () => {
  const heard: string[] = [];
  const names = ["objectLoaded", "objectModified", "objectSaved", "objectDeleted"] as const;
  const stops = names.map((name) => engine.on(name, ({ engine: from }) => heard.push(`${name} ${from === engine}`)));
  const account = new Account({ id: newId(), name: "Ada" });
  await engine.save(account);
  await engine.save(account);
  await engine.load(account);
  await engine.delete(account);
  for (const stop of stops) stop();
  await engine.save(account);
  expect(heard).toEqual(["objectModified true", "objectSaved true", "objectLoaded true", "objectDeleted true"]);
});

test("a table that is not there is a sentence, with what to do", async () => {
  const Nowhere = model("Nowhere", { id: string().hashKey() });
  await expect(engine.save(new Nowhere({ id: "1" }))).rejects.toThrow(
    /^Nowhere \(id "1"\): UpdateItem failed\. ResourceNotFoundException: .* Is the table there\? engine\.bind\(\) creates it\.$/,
  );
});
