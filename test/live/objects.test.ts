/** Objects that are not as bloop made them: with properties that are no columns, behind proxies, frozen, or loaded in part. */

import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { add, changes, InvalidOption, integer, model, number, set, string, WriteFailures } from "bloop-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { live } from "../support/live.js";

const { client, engine, sent, tableName } = live("objects");

const Account = model(
  "Account",
  { id: string().hashKey(), name: string(), email: string(), logins: number(), tags: set(string()) },
  {
    indexes: {
      byName: { hashKey: "name", projection: ["email", "logins", "tags"] },
      byEmail: { hashKey: "email", projection: "all" },
    },
  },
);
const Counted = model("Counted", { id: string().hashKey(), name: string(), version: integer().version() });

beforeAll(() => engine.bind([Account, Counted]));

let last = 0;
const newId = () => `o${++last}`;

const whole = (id: string) => ({
  id: { S: id },
  name: { S: "Ada" },
  email: { S: "ada@example.org" },
  logins: { N: "1" },
  tags: { SS: ["a", "b"] },
  foreign: { S: "of another model" },
});

async function stored(id: string, model = "Account") {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName(model), Key: { id: { S: id } }, ConsistentRead: true }),
  );
  return Item;
}

async function put(id: string) {
  await client.send(new PutItemCommand({ TableName: tableName("Account"), Item: whole(id) }));
  const account = await engine.get(Account, { id }, { consistent: true });
  if (account === undefined) throw new Error("gone");
  sent();
  return account;
}

/** What an operation rejects with. It must have sent nothing. */
async function refused(run: () => unknown): Promise<Error> {
  sent();
  const error: unknown = await (async () => run())().then(
    () => new Error("it was not refused"),
    (thrown: unknown) => thrown,
  );
  expect(sent()).toEqual([]);
  return error as Error;
}

describe("a property that is no column (D14)", () => {
  const misspelt = JSON.parse('{"nmae":"b"}') as object;
  const message = /^Account \(id "o\d+"\) has no column "nmae"; did you mean "name"\?$/;

  test.each<[string, (account: InstanceType<typeof Account>) => unknown]>([
    ["save", (account) => engine.save(account)],
    ["save of many", (account) => engine.save([account])],
    ["a transaction", (account) => engine.transaction((transaction) => transaction.save(account))],
    ["changes()", (account) => changes(account)],
    ["putAll", (account) => engine.putAll([account])],
  ])("is an error of %s, on a loaded object and on a new one", async (_, run) => {
    for (const account of [await put(newId()), new Account({ id: newId(), name: "Ada" })]) {
      const error = await refused(() => run(Object.assign(account, misspelt)));
      expect(error instanceof WriteFailures ? error.failures[0]?.error : error).toMatchObject({
        name: "InvalidValue",
        message: expect.stringMatching(message),
        path: ["nmae"],
      });
      const names = Object.keys((await stored(account.id)) ?? {});
      expect(names).not.toContain("nmae");
    }
  });

  test("is an error of modify, which then writes nothing", async () => {
    const { id } = await put(newId());
    const modifying = engine.modify(Account, { id }, (account) => {
      Object.assign(account, { name: "Bob" }, misspelt);
    });
    await expect(modifying).rejects.toThrow(message);
    expect(await stored(id)).toEqual(whole(id));
  });

  test("is found where it stands between columns, and beside a column that came later", async () => {
    const account = new Account({ id: newId() });
    Object.assign(account, { nmae: "b", email: "e", name: "n" });
    await expect(engine.save(account)).rejects.toThrow(message);
    Reflect.deleteProperty(account, "nmae");
    Object.defineProperty(account, "hidden", { value: 1, enumerable: false });
    Object.assign(account, { [Symbol("own")]: 1 });
    await engine.save(account);
    expect(await stored(account.id)).toEqual({ id: { S: account.id }, name: { S: "n" }, email: { S: "e" } });
  });
});

describe("a proxy or copy of an object (D17)", () => {
  type Copy = (account: InstanceType<typeof Account>) => InstanceType<typeof Account>;
  const copies: [string, Copy][] = [
    ["a proxy", (account) => new Proxy(account, {})],
    ["a proxy of a proxy", (account) => new Proxy(new Proxy(account, {}), {})],
    ["a proxy with traps", (account) => new Proxy(account, { get: (target, name) => Reflect.get(target, name) })],
    [
      "a copy with the same prototype",
      (account) => Object.assign(Object.create(Object.getPrototypeOf(account)), account),
    ],
    ["plain values with the prototype", (account) => Object.setPrototypeOf({ ...account }, Account.prototype)],
  ];

  test.each(copies)("%s is refused by everything that takes an object", async (_, copy) => {
    const account = await put(newId());
    const other = copy(account);
    other.logins = 9;
    Reflect.deleteProperty(other, "email");
    const uses: (() => unknown)[] = [
      () => engine.save(other),
      () => engine.save(other, { atomic: true }),
      () => engine.delete(other),
      () => engine.load(other),
      () => engine.transaction((transaction) => transaction.save(other)),
      () => engine.transaction((transaction) => transaction.delete(other)),
      () => engine.transaction((transaction) => transaction.check(other, "unchanged")),
      () => engine.readTransaction().load(other).commit(),
      () => changes(other),
    ];
    for (const use of uses) {
      const error = await refused(use);
      expect(error).toBeInstanceOf(InvalidOption);
      expect(error.message).toMatch(/^This object of Account was not made by its constructor, and not loaded/);
    }
    for (const bulk of [engine.putAll([other]), engine.deleteAll([other])]) {
      const failures = await bulk.catch((error: WriteFailures) => error.failures);
      expect(failures).toMatchObject([{ error: { name: "InvalidOption" } }]);
    }
    expect(await stored(account.id)).toEqual(whole(account.id));
  });

  test("the object behind it is saved with what was changed by way of the proxy", async () => {
    const account = await put(newId());
    const proxy = new Proxy(account, {});
    proxy.logins = 9;
    delete proxy.email;
    await client.send(
      new PutItemCommand({ TableName: tableName("Account"), Item: { ...whole(account.id), name: { S: "a rival's" } } }),
    );
    await engine.save(account);
    const { email: _, ...rest } = whole(account.id);
    expect(await stored(account.id)).toEqual({ ...rest, logins: { N: "9" }, name: { S: "a rival's" } });
  });
});

describe("an object that can't be changed (D18)", () => {
  const fixed: [string, <T extends object>(object: T) => T, string][] = [
    ["frozen", (object) => Object.freeze(object) && object, "the object is frozen"],
    ["sealed", (object) => Object.seal(object), "the object is sealed"],
    ["read-only", (object) => Object.defineProperty(object, "name", { writable: false }), "it is read-only"],
    ["of a getter alone", (object) => Object.defineProperty(object, "name", { get: () => "Ada" }), "it is read-only"],
    [
      "not to be deleted from",
      (object) => Object.defineProperty(object, "name", { configurable: false }),
      "it can't be deleted",
    ],
  ];

  test.each(fixed)("is refused by all that puts values onto it, before a request: %s", async (_, fix, why) => {
    const account = fix(await put(newId()));
    const uses: (() => unknown)[] = [
      () => engine.load(account),
      () => engine.load([account]),
      () => engine.readTransaction().load(account).commit(),
      () => engine.save(account, { sync: "new" }),
      () => engine.save(account, { actions: { name: "Bob" } as object }),
    ];
    for (const use of uses) {
      const error = await refused(use);
      expect(error).toBeInstanceOf(InvalidOption);
      expect(error.message).toContain(why);
    }
    expect(account.name).toBe("Ada");
    expect(await stored(account.id)).toEqual(whole(account.id));
  });

  test("an object that takes no more properties is refused if it lacks a column", async () => {
    const account = new Account({ id: newId(), name: "Ada" });
    await engine.save(account);
    Object.preventExtensions(account);
    const error = await refused(() => engine.load(account));
    expect(error.message).toContain('its column "email", since the object is not extensible');
  });

  test("an action on a frozen object is not sent, so that no save undoes it", async () => {
    const account = await put(newId());
    Object.freeze(account);
    await refused(() => engine.save(account, { actions: { logins: add(100) } }));
    await engine.save(account);
    expect((await stored(account.id))?.["logins"]).toEqual({ N: "1" });
  });

  test("a version that can't be raised or taken away on the object is not written", async () => {
    const counted = new Counted({ id: newId(), name: "Ada" });
    await engine.save(counted);
    Object.freeze(counted);
    const uses: (() => unknown)[] = [
      () => engine.save(counted, { condition: Counted.name.exists() }),
      () => engine.delete(counted),
      () => engine.transaction((transaction) => transaction.save(counted, { atomic: true })),
      () => engine.transaction((transaction) => transaction.delete(counted)),
    ];
    for (const use of uses) expect((await refused(use)).message).toContain('its column "version"');
    for (const bulk of [engine.putAll([counted]), engine.deleteAll([counted])]) {
      const failures = await bulk.catch((error: WriteFailures) => error.failures);
      expect(failures).toMatchObject([{ error: { name: "InvalidOption" } }]);
    }
    expect(await stored(counted.id, "Counted")).toMatchObject({ version: { N: "1" } });
  });

  test("saves and deletes as any other where nothing has to be put onto it", async () => {
    const account = await put(newId());
    account.name = "Bob";
    account.tags?.add("c");
    Object.freeze(account);
    await engine.save(account);
    expect(await stored(account.id)).toEqual({
      ...whole(account.id),
      name: { S: "Bob" },
      tags: { SS: ["a", "b", "c"] },
    });
    expect(changes(account)).toEqual([]);
    await engine.delete(account);
    expect(await stored(account.id)).toBeUndefined();
  });

  test("frozen while a load is under way, stays as it was, and the others are filled", async () => {
    const [first, second] = [await put(newId()), await put(newId())];
    for (const { id } of [first, second]) {
      await client.send(
        new PutItemCommand({ TableName: tableName("Account"), Item: { ...whole(id), logins: { N: "2" } } }),
      );
    }
    const loading = engine.load([first, second]);
    Object.freeze(first);
    await expect(loading).rejects.toThrow("since the object is frozen");
    expect([first.logins, second.logins]).toEqual([1, 2]);
    await engine.save(first);
    expect((await stored(first.id))?.["logins"]).toEqual({ N: "2" });
  });

  test("frozen while an action is under way, does not undo it with its next save", async () => {
    const account = await put(newId());
    const saving = engine.save(account, { actions: { logins: add(100) } });
    Object.freeze(account);
    await expect(saving).rejects.toThrow(/since the object is frozen.* The write before it is done\./);
    expect(changes(account)).toEqual([]);
    await engine.save(account);
    expect((await stored(account.id))?.["logins"]).toEqual({ N: "101" });
  });
});

describe("undefined, and what is not there (D19)", () => {
  test("given to the constructor removes the attribute, as one that is assigned does", async () => {
    const [given, assigned] = [newId(), newId()];
    await put(given);
    await put(assigned);
    const made = new Account({ id: given, name: undefined, tags: undefined });
    expect(Object.keys(made)).toEqual(["id", "name", "tags"]);
    expect(changes(made).map(({ path, after }) => [path, after])).toEqual([
      [["name"], undefined],
      [["tags"], undefined],
    ]);
    await engine.save(made);
    await engine.save(Object.assign(new Account({ id: assigned }), { name: undefined, tags: undefined }));
    for (const id of [given, assigned]) {
      const { name: _, tags: __, ...rest } = whole(id);
      expect(await stored(id)).toEqual(rest);
    }
  });

  test("given for a column with a default means the default, and for a required one is refused", () => {
    const Strict = model("Strict", { id: string().hashKey(), kind: string().default("a"), must: string().required() });
    expect({ ...new Strict({ id: "1", kind: undefined, must: "x" }) }).toEqual({ id: "1", kind: "a", must: "x" });
    expect(() => new Strict({ id: "1", must: undefined as never })).toThrow("Strict.must is required.");
  });

  test("a deletion of what an object does not hold leaves no trace, as the manual says", async () => {
    const { id } = await put(newId());
    const partial = await engine.scan(Account, { filter: Account.email.exists(), projection: ["name"] }).all();
    const account = partial.find((one) => one.id === id);
    if (account === undefined) throw new Error("gone");
    Reflect.deleteProperty(account, "logins");
    await engine.save(account);
    expect(await stored(id)).toEqual(whole(id));
    delete account.name;
    Object.assign(account, { logins: undefined });
    await engine.save(account);
    const { name: _, logins: __, ...rest } = whole(id);
    expect(await stored(id)).toEqual(rest);
  });
});

describe("putAll of an object that was loaded in part (D20)", () => {
  const all = ["id", "name", "email", "logins", "tags"] as const;
  const message =
    /the object was loaded without the attributes that its model does not know, and a put of it would remove/;

  async function failureOf(object: object): Promise<string> {
    const failures = await engine.putAll([object as never]).then(
      () => [],
      (error: WriteFailures) => error.failures,
    );
    return String(failures[0]?.error);
  }

  test("is refused, though all other columns were assigned", async () => {
    const { id } = await put(newId());
    const found = await engine.scan(Account, { projection: ["name"] }).all();
    const account = found.find((one) => one.id === id);
    if (account === undefined) throw new Error("gone");
    Object.assign(account, { email: "e", logins: 2, tags: new Set(["c"]) });
    expect(await failureOf(account)).toMatch(message);
    await engine.save(account);
    expect(await failureOf(account)).toMatch(message);
    expect(await stored(id)).toMatchObject({ foreign: { S: "of another model" }, email: { S: "e" } });
  });

  test("is refused for a projection of all columns, and for an index that projects them", async () => {
    const { id } = await put(newId());
    const projected = await engine.scan(Account, { projection: all }).all();
    const indexed = await engine.query(Account.byName, { key: Account.name.eq("Ada") }).all();
    for (const found of [projected, indexed])
      expect(await failureOf(found.find((one) => one.id === id) ?? {})).toMatch(message);
    expect(await stored(id)).toEqual(whole(id));
  });

  test("is taken once the object was loaded whole, of the table, an index with all attributes or by a sync", async () => {
    const { id } = await put(newId());
    const partial = (await engine.scan(Account, { projection: all }).all()).find((one) => one.id === id);
    const synced = (await engine.scan(Account, { projection: all }).all()).find((one) => one.id === id);
    const indexed = (await engine.query(Account.byEmail, { key: Account.email.eq("ada@example.org") }).all()).find(
      (one) => one.id === id,
    );
    if (partial === undefined || synced === undefined || indexed === undefined) throw new Error("gone");
    await engine.load(partial);
    await engine.save(synced, { sync: "new" });
    for (const account of [partial, synced, indexed]) {
      await engine.putAll([account]);
      expect(await stored(id)).toEqual(whole(id));
    }
  });

  test("is taken of an object that was made, saved and put again", async () => {
    const account = new Account({ id: newId(), name: "Ada" });
    await engine.save(account);
    account.logins = 2;
    await engine.putAll([account]);
    expect(await stored(account.id)).toEqual({ id: { S: account.id }, name: { S: "Ada" }, logins: { N: "2" } });
  });
});
