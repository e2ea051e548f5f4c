/** Where an object belongs: what was last seen of it is of one table, as the engines of one client reach it. */

import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  ConstraintViolation,
  changes,
  Engine,
  InvalidOption,
  InvalidTransaction,
  InvalidValue,
  integer,
  map,
  model,
  number,
  set,
  string,
  WriteFailures,
} from "bloop-dynamodb";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { live } from "../support/live.js";

const { client, engine, sent, tableName } = live("placed");
const replica = engine.with({ tableName: "placed-replica-{tableName}" });

const Account = model("Account", {
  id: string().hashKey(),
  name: string(),
  email: string(),
  logins: number(),
  tags: set(string()),
  home: map({ city: string() }),
});
const Counted = model("Counted", { id: string().hashKey(), name: string(), version: integer().version() });

const regionClient = (region: string, host = inject("endpoint")) =>
  new DynamoDBClient({
    endpoint: host,
    region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 10,
  });
const elsewhereClient = regionClient("eu-west-1");
/** DynamoDB Local has one set of tables for all regions: here, the region shows in the name. */
const elsewhere = new Engine({ dynamodb: elsewhereClient, tableName: "placed-west-{tableName}" });
const west = "placed-west-Account";

beforeAll(async () => {
  await engine.bind([Account, Counted]);
  await replica.bind([Account, Counted]);
  await elsewhere.bind([Account, Counted]);
});

let last = 0;
const newId = () => `p${++last}`;

const whole = (id: string) => ({
  id: { S: id },
  name: { S: "Ada" },
  email: { S: "ada@example.org" },
  logins: { N: "1" },
  tags: { SS: ["a", "b"] },
  home: { M: { city: { S: "Oslo" }, foreign: { S: "of another model" } } },
  foreign: { N: "1.5" },
});

const places = { main: tableName("Account"), replica: "placed-replica-Account" };

async function stored(id: string, TableName = places.main, from = client) {
  const { Item } = await from.send(new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }));
  return Item;
}

async function put(id = newId(), item: object = whole(id), TableName = places.main) {
  await client.send(new PutItemCommand({ TableName, Item: { ...item } as ReturnType<typeof whole> }));
  const account = await engine.get(Account, { id }, { consistent: true });
  if (account === undefined) throw new Error("gone");
  sent();
  return account;
}

async function errorOf(run: () => unknown): Promise<Error> {
  const error: unknown = await (async () => run())().then(
    () => new Error("it was not refused"),
    (thrown: unknown) => thrown,
  );
  return error instanceof WriteFailures ? (error.failures[0]?.error as Error) : (error as Error);
}

describe("an object of one table, saved to another one of the client (D12)", () => {
  test("is written whole, attributes and keys included that the model does not know", async () => {
    const account = await put();
    await replica.save(account);
    expect(await stored(account.id, places.replica)).toEqual(whole(account.id));
    expect(sent().map(({ name }) => name)).toEqual(["UpdateItem", "GetItem"]);
  });

  test("is written with what was changed since, and without what it does not have", async () => {
    const { home: _, ...item } = whole("x");
    const id = newId();
    await client.send(
      new PutItemCommand({ TableName: places.replica, Item: { ...whole(id), others: { S: "stays" } } }),
    );
    const account = await put(id, { ...item, id: { S: id } });
    account.name = "Grace";
    account.tags?.delete("a");
    delete account.email;
    await replica.save(account);
    expect(await stored(id, places.replica)).toEqual({
      id: { S: id },
      name: { S: "Grace" },
      logins: { N: "1" },
      tags: { SS: ["b"] },
      foreign: { N: "1.5" },
      others: { S: "stays" },
    });
    expect(await stored(id)).toEqual({ ...item, id: { S: id } });
  });

  test.each<[string, (account: InstanceType<typeof Account>) => unknown]>([
    ["a transaction", (account) => replica.transaction((transaction) => transaction.save(account))],
    ["a transaction of once", (account) => replica.save(account, { once: true })],
    ["save of many", (account) => replica.save([account])],
    ["putAll", (account) => replica.putAll([account])],
    ["atomic, if it is not there", (account) => replica.save(account, { atomic: true })],
  ])("is whole by each way to write: %s", async (_, write) => {
    const account = await put();
    await write(account);
    expect(await stored(account.id, places.replica)).toEqual(whole(account.id));
  });

  test("as found by a query, a scan, getMany and a read transaction", async () => {
    const { id } = await put();
    const [got] = await engine.getMany(Account, [{ id }]);
    const [together] = await engine.readTransaction().get(Account, { id }).commit();
    const found = await engine.query(Account, { key: Account.id.eq(id) }).one();
    const scanned = (await engine.scan(Account).all()).find((one) => one.id === id);
    const copied = engine.with({ tableName: "placed-replica-{tableName}", onInvalid: "omit" });
    for (const account of [got, together, found, scanned]) {
      if (account === undefined) throw new Error("gone");
      account.logins = (account.logins ?? 0) + 1;
      await copied.save(account);
      expect(await stored(id, places.replica)).toEqual({ ...whole(id), logins: { N: "2" } });
    }
  });

  test("a listener that writes to a replica has both tables in step, and neither write repeats the other's", async () => {
    const stop = engine.on("objectSaved", ({ object }) => void mirrored.push(replica.save(object)));
    const mirrored: Promise<unknown>[] = [];
    const account = await put();
    for (const logins of [2, 3]) {
      account.logins = logins;
      await engine.save(account);
      await Promise.all(mirrored);
      for (const table of [places.main, places.replica])
        expect(await stored(account.id, table)).toEqual({ ...whole(account.id), logins: { N: String(logins) } });
    }
    stop();
    const updates = sent().filter(({ name }) => name === "UpdateItem");
    const columns = updates.map(({ input }) => Object.values(input["ExpressionAttributeNames"] ?? {}).sort());
    expect(columns).toEqual([
      ["logins"],
      ["email", "foreign", "home", "logins", "name", "tags"],
      ["logins"],
      ["logins"],
    ]);
  });

  test("what a rival wrote to a table meanwhile stays there, and what the object holds is sent to each", async () => {
    const account = await put();
    await replica.save(account);
    await client.send(
      new PutItemCommand({ TableName: places.replica, Item: { ...whole(account.id), email: { S: "r" } } }),
    );
    account.name = "Grace";
    await engine.save(account);
    expect(changes(account)).toEqual([]);
    await replica.save(account);
    expect(await stored(account.id, places.replica)).toMatchObject({ name: { S: "Grace" }, email: { S: "r" } });
    await engine.delete(account);
    account.logins = 5;
    await replica.save(account);
    expect(await stored(account.id, places.replica)).toMatchObject({ logins: { N: "5" }, email: { S: "r" } });
    await engine.save(account);
    expect(await stored(account.id)).toMatchObject({
      name: { S: "Grace" },
      logins: { N: "5" },
      foreign: { N: "1.5" },
    });
  });

  test("an object that a projection loaded is refused, and so is one that an action left in part", async () => {
    const { id } = await put();
    const found = (await engine.scan(Account, { projection: ["name"] }).all()).find((one) => one.id === id);
    if (found === undefined) throw new Error("gone");
    Object.assign(found, { email: "e", logins: 1, tags: new Set(["x"]), home: {} });
    for (const write of [
      () => replica.save(found),
      () => replica.putAll([found]),
      () => replica.transaction((transaction) => transaction.save(found)),
      () => replica.adopt(found),
    ]) {
      const error = await errorOf(write);
      expect(error).toBeInstanceOf(InvalidValue);
      expect(error.message).toMatch(
        /^Account \(id "p\d+"\): the object was loaded in part from the table "placed-Account", and what is written to "placed-replica-Account" would lack the rest\. Load it whole first\.$/,
      );
    }
    expect(await stored(id, places.replica)).toBeUndefined();
    await engine.load(found);
    await replica.save(found);
    expect(await stored(id, places.replica)).toEqual(whole(id));
  });

  test("one loaded in part of a table that it was saved to by another engine of it is changed in part", async () => {
    const { id } = await put();
    const found = (await engine.scan(Account, { projection: ["name"] }).all()).find((one) => one.id === id);
    if (found === undefined) throw new Error("gone");
    found.name = "Grace";
    await engine.with({ onInvalid: "omit" }).save(found);
    const other = new Engine({ dynamodb: client, tableName: (one) => `placed-${one.tableName}` });
    Object.assign(found, { logins: 7 });
    await other.save(found);
    expect(await stored(id)).toEqual({ ...whole(id), name: { S: "Grace" }, logins: { N: "7" } });
  });

  test("a check for unchanged says that it was not loaded of that table", async () => {
    const account = await put();
    const error = await errorOf(() => replica.transaction((transaction) => transaction.check(account, "unchanged")));
    expect(error).toBeInstanceOf(InvalidTransaction);
    expect(error.message).toContain('this one was not in the table "placed-replica-Account".');
  });

  test("a new object is new in each table, and keeps to what it was given", async () => {
    const account = new Account({ id: newId(), name: "Ada" });
    await client.send(new PutItemCommand({ TableName: places.replica, Item: whole(account.id) }));
    await engine.save(account);
    await replica.save(account);
    expect(await stored(account.id)).toEqual({ id: { S: account.id }, name: { S: "Ada" } });
    expect(await stored(account.id, places.replica)).toEqual(whole(account.id));
  });

  test("load() of another table makes the object one of that table", async () => {
    const account = await put();
    await client.send(
      new PutItemCommand({ TableName: places.replica, Item: { ...whole(account.id), name: { S: "R" } } }),
    );
    await replica.load(account);
    expect(account.name).toBe("R");
    account.logins = 9;
    await replica.save(account);
    expect(await stored(account.id, places.replica)).toEqual({
      ...whole(account.id),
      name: { S: "R" },
      logins: { N: "9" },
    });
    expect(await stored(account.id)).toEqual(whole(account.id));
  });
});

describe("an object of another client (D12)", () => {
  const loopback = regionClient("us-east-1", inject("endpoint").replace("localhost", "127.0.0.1"));
  const others: [string, Engine][] = [
    ["of another region", elsewhere],
    ["of another host", new Engine({ dynamodb: loopback, tableName: "placed-{tableName}" })],
    ["of the same settings", new Engine({ dynamodb: regionClient("us-east-1"), tableName: "placed-{tableName}" })],
    ["of its ARN", engine.with({ tableName: "arn:aws:dynamodb:us-east-1:000000000000:table/placed-{tableName}" })],
  ];

  test.each(others)("is refused by all that writes, and the error says what to do: %s", async (_, other) => {
    const account = await put();
    account.name = "Grace";
    for (const write of [
      () => other.save(account),
      () => other.save(account, { atomic: true }),
      () => other.delete(account),
      () => other.putAll([account]),
      () => other.deleteAll([account]),
      () => other.transaction((transaction) => transaction.save(account)),
      () => other.transaction((transaction) => transaction.delete(account)),
      () => other.transaction((transaction) => transaction.check(account, "unchanged")),
    ]) {
      const error = await errorOf(write);
      expect(error).toBeInstanceOf(InvalidOption);
      expect(error.message).toMatch(
        /^Account \(id "p\d+"\): the object was loaded from or saved to the table "placed-Account"/,
      );
      expect(error.message).toContain("engine.save(engine.adopt(object))");
    }
    expect(sent()).toEqual([]);
    expect(await stored(account.id)).toEqual(whole(account.id));
  });

  test("is written whole once it was adopted; the copy belongs to the other table then, and the object to its own", async () => {
    const account = await put();
    account.logins = 2;
    const copy = elsewhere.adopt(account);
    expect(copy).toEqual(account);
    expect(copy).not.toBe(account);
    expect(copy.tags).not.toBe(account.tags);
    await elsewhere.save(copy);
    expect(await stored(account.id, west, elsewhereClient)).toEqual({
      ...whole(account.id),
      logins: { N: "2" },
    });
    copy.name = "Grace";
    await elsewhere.save(copy);
    expect(changes(copy)).toEqual([]);
    expect(changes(account).map(({ path }) => path)).toEqual([["logins"]]);
    await engine.save(account);
    expect(await stored(account.id)).toEqual({ ...whole(account.id), logins: { N: "2" } });
    expect(await stored(account.id, west, elsewhereClient)).toMatchObject({ name: { S: "Grace" } });
  });

  test("load() by another client is a load, and the object is of both tables then", async () => {
    const account = await put();
    await elsewhereClient.send(
      new PutItemCommand({ TableName: west, Item: { id: { S: account.id }, name: { S: "E" } } }),
    );
    await elsewhere.load(account);
    expect({ ...account }).toEqual({ id: account.id, name: "E" });
    account.logins = 4;
    await elsewhere.save(account);
    expect(await stored(account.id, west, elsewhereClient)).toEqual({
      id: { S: account.id },
      name: { S: "E" },
      logins: { N: "4" },
    });
    expect(await stored(account.id)).toEqual(whole(account.id));
  });

  test("adopt() of a new object is a new object, of a subclass too", async () => {
    class Person extends Account {
      static override readonly name = Account.name;
    }
    const person = elsewhere.adopt(new Person({ id: newId(), name: "Ada", tags: new Set(["a"]) }));
    expect(person).toBeInstanceOf(Person);
    await elsewhere.save(person, { atomic: true });
    await expect(elsewhere.save(elsewhere.adopt(person), { atomic: true })).rejects.toThrow(ConstraintViolation);
    expect(await stored(person.id, west, elsewhereClient)).toEqual({
      id: { S: person.id },
      name: { S: "Ada" },
      tags: { SS: ["a"] },
    });
  });

  test("what adopt() can't copy is refused", async () => {
    expect(() => elsewhere.adopt({} as never)).toThrow(InvalidOption);
    const account = await put();
    expect(() => elsewhere.adopt(Object.assign(account, { nmae: "x" }))).toThrow(InvalidValue);
  });
});

describe("the version of a copy (D12)", () => {
  const tables = { main: tableName("Counted"), replica: "placed-replica-Counted" };
  const versionIn = async (id: string, table: keyof typeof tables) => (await stored(id, tables[table]))?.["version"]?.N;

  async function saved(times: number) {
    const counted = new Counted({ id: newId(), name: "0" });
    for (let count = 1; count <= times; count++) {
      counted.name = String(count);
      await engine.save(counted);
    }
    return counted;
  }

  test("is the object's number, whether the item is missing, older or as old", async () => {
    const counted = await saved(2);
    const copy = await engine.get(Counted, { id: counted.id });
    if (copy === undefined) throw new Error("gone");
    await replica.save(counted);
    expect([await versionIn(counted.id, "replica"), counted.version]).toEqual(["2", 2]);
    await replica.save(copy);
    counted.name = "3";
    await engine.save(counted);
    const newer = await engine.get(Counted, { id: counted.id });
    if (newer === undefined) throw new Error("gone");
    await replica.putAll([newer]);
    expect(await stored(counted.id, tables.replica)).toEqual(await stored(counted.id, tables.main));
  });

  test("demands that nothing newer is there", async () => {
    const old = await saved(1);
    const copy = await engine.get(Counted, { id: old.id });
    const newer = await engine.get(Counted, { id: old.id });
    if (copy === undefined || newer === undefined) throw new Error("gone");
    newer.name = "newer";
    await engine.save(newer);
    await replica.save(newer);
    for (const write of [
      () => replica.save(copy),
      () => replica.delete(copy),
      () => replica.transaction((transaction) => transaction.save(copy)),
    ]) {
      const error = await errorOf(write);
      expect(error.message).toMatch(/its version does not match|TransactionCanceled|canceled/);
    }
    const error = (await errorOf(() => replica.save(copy))) as ConstraintViolation;
    expect(error.version).toEqual({ expected: 1, stored: 2 });
    expect(await stored(old.id, tables.replica)).toEqual(await stored(old.id, tables.main));
  });

  test("of two tables that an object is written to in turn, each has its own check, and neither goes back", async () => {
    const counted = await saved(1);
    await replica.save(counted);
    for (const [target, table] of [
      [engine, "main"],
      [replica, "replica"],
      [replica, "replica"],
      [engine, "main"],
      [engine, "main"],
      [replica, "replica"],
    ] as const) {
      const before = Number(await versionIn(counted.id, table));
      counted.name = `${table} ${before}`;
      await target.save(counted);
      const after = Number(await versionIn(counted.id, table));
      expect(after).toBeGreaterThan(before);
      expect(counted.version).toBe(after);
    }
    const rival = await replica.get(Counted, { id: counted.id });
    if (rival === undefined) throw new Error("gone");
    rival.name = "rival's";
    await replica.save(rival);
    counted.name = "lost?";
    await engine.save(counted);
    await expect(replica.save(counted)).rejects.toThrow(ConstraintViolation);
    expect(await stored(counted.id, tables.replica)).toMatchObject({ name: { S: "rival's" } });
  });

  test("an item without a number has none in the copy, and gets one with its next save", async () => {
    const id = newId();
    await client.send(new PutItemCommand({ TableName: tables.main, Item: { id: { S: id }, name: { S: "old" } } }));
    const counted = await engine.get(Counted, { id });
    if (counted === undefined) throw new Error("gone");
    await replica.save(counted);
    expect(await stored(id, tables.replica)).toEqual({ id: { S: id }, name: { S: "old" } });
    counted.name = "new";
    await replica.save(counted);
    expect(await versionIn(id, "replica")).toBe("1");
  });
});

describe("a table that a function names (D13)", () => {
  let tenant = "a";
  const tenants = engine.with({ tableName: ({ tableName: name }) => `placed-${tenant}-${name}` });
  const tableOf = (name: string) => `placed-${name}-Account`;

  beforeAll(async () => {
    for (const name of ["a", "b"]) {
      tenant = name;
      await tenants.bind(Account);
    }
  });

  test("is asked for with each operation", async () => {
    const id = newId();
    for (const name of ["a", "b", "a"]) {
      tenant = name;
      await tenants.save(new Account({ id, name }));
      expect((await tenants.get(Account, { id }))?.name).toBe(name);
      expect(await tenants.query(Account, { key: Account.id.eq(id) }).one()).toMatchObject({ name });
      await tenants.update(Account, { id }, { email: name });
      await tenants.modify(Account, { id }, (account) => {
        account.logins = name === "a" ? 1 : 2;
      });
    }
    expect(await stored(id, tableOf("a"))).toMatchObject({ name: { S: "a" }, email: { S: "a" }, logins: { N: "1" } });
    expect(await stored(id, tableOf("b"))).toMatchObject({ name: { S: "b" }, email: { S: "b" }, logins: { N: "2" } });
  });

  test("is asked for at the call: what is under way stays in its table", async () => {
    const id = newId();
    for (const name of ["b", "a"]) {
      tenant = name;
      await tenants.save(new Account({ id, name, logins: 1 }));
    }
    tenant = "a";
    const account = await tenants.get(Account, { id });
    if (account === undefined) throw new Error("gone");
    account.logins = 2;
    const search = tenants.query(Account, { key: Account.id.eq(id) });
    const transaction = tenants.transaction().update(Account, { id }, { email: "t" });
    const read = tenants.readTransaction().get(Account, { id });
    const operations = [
      tenants.modify(Account, { id }, async (one) => {
        tenant = "b";
        one.name = "modified";
      }),
      tenants.save(account),
      tenants.putAll([new Account({ id: `${id} put` })]),
      tenants.save(Array.from({ length: 40 }, (_, index) => new Account({ id: `${id} ${index}` }))),
      tenants.getMany(Account, [{ id }]).then(([one]) => expect(one?.name).not.toBe("b")),
    ];
    tenant = "b";
    await Promise.all(operations);
    await transaction.commit();
    expect((await search.one()).name).not.toBe("b");
    expect((await read.commit())[0]?.name).not.toBe("b");
    expect(await stored(id, tableOf("b"))).toEqual({ id: { S: id }, name: { S: "b" }, logins: { N: "1" } });
    expect(await stored(id, tableOf("a"))).toMatchObject({ name: { S: "modified" }, email: { S: "t" } });
    for (const name of ["put", "0", "39"]) {
      expect(await stored(`${id} ${name}`, tableOf("a"))).toBeDefined();
      expect(await stored(`${id} ${name}`, tableOf("b"))).toBeUndefined();
    }
  });

  test("makes an object of one tenant new in the table of another", async () => {
    tenant = "a";
    const id = newId();
    await client.send(new PutItemCommand({ TableName: tableOf("a"), Item: whole(id) }));
    const account = await tenants.get(Account, { id });
    if (account === undefined) throw new Error("gone");
    tenant = "b";
    account.logins = 2;
    await tenants.save(account);
    expect(await stored(id, tableOf("b"))).toEqual({ ...whole(id), logins: { N: "2" } });
    expect(await stored(id, tableOf("a"))).toEqual(whole(id));
  });

  test.each([[undefined], [Promise.resolve("Account")], ["a b"], [""]])("is refused if it is %s", async (name) => {
    const odd = engine.with({ tableName: (() => name) as () => string });
    await expect(odd.save(new Account({ id: "1" }))).rejects.toThrow(/^Account's table would be called /);
  });
});

describe("engine.with()", () => {
  test("shares the client, and is heard by the listeners of the engine that it is made of", async () => {
    const heard: string[] = [];
    const lenient = engine.with({ onInvalid: "omit" });
    const stops = [
      engine.on("objectSaved", (event) => heard.push(`base ${event.engine === lenient}`)),
      lenient.on("objectSaved", (event) => heard.push(`own ${event.engine === lenient}`)),
    ];
    const account = new Account({ id: newId() });
    await lenient.save(account);
    account.name = "Ada";
    await engine.save(account);
    for (const stop of stops) stop();
    expect(heard).toEqual(["own true", "base true", "base false"]);
  });

  test("takes what can be otherwise, and keeps the rest", async () => {
    expect(() => engine.with({ dynamodb: client } as object)).toThrow('with() has no option "dynamodb"');
    expect(() => engine.with({ onInvalid: "skip" as never })).toThrow(InvalidOption);
    expect(() => engine.with({ tableName: "fixed" })).toThrow(InvalidOption);
    const id = newId();
    await client.send(new PutItemCommand({ TableName: places.main, Item: { id: { S: id }, logins: { S: "x" } } }));
    const lenient = engine.with({ onInvalid: "omit" });
    expect({ ...(await lenient.get(Account, { id })) }).toEqual({ id });
    await expect(lenient.with({ onInvalid: "throw" }).get(Account, { id })).rejects.toThrow(InvalidValue);
    const account = await lenient.get(Account, { id });
    if (account === undefined) throw new Error("gone");
    await replica.save(account);
    expect(await stored(id, places.replica)).toEqual({ id: { S: id }, logins: { S: "x" } });
  });
});
