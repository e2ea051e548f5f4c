/** bloop loaded several times in a process: copies of one build are one, copies of different builds say that they are two. */

import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { recordingClient, type Sent, sdkError } from "../../support/recording-client.js";

type Bloop = typeof import("bloop-dynamodb");

afterEach(() => vi.unstubAllGlobals());

/** Loads bloop anew, as Jest's resetModules does, or tsx for a file that is required and imported. */
async function load(build?: string): Promise<Bloop> {
  vi.resetModules();
  if (build === undefined) vi.unstubAllGlobals();
  else vi.stubGlobal("BLOOP_BUILD", build);
  return import("bloop-dynamodb");
}

const stored = {
  id: { S: "1" },
  name: { S: "ada" },
  logins: { N: "1" },
  exact: { L: [{ N: "0.12345678901234567890123" }] },
  home: { M: { city: { S: "Oslo" }, extra: { S: "kept" } } },
  homes: { L: [{ M: { city: { S: "Rome" }, extra: { S: "kept too" } } }] },
};

function answer({ name, input }: Sent): object {
  if (name === "GetItem") return { Item: stored };
  if (name === "BatchGetItem") return { Responses: { Account: [stored, { id: { S: "2" } }] } };
  if (name === "Query") return { Items: [stored], Count: 1, ScannedCount: 1 };
  if (name === "DeleteItem") throw sdkError("ConditionalCheckFailedException", "no", { Item: stored });
  return name === "UpdateItem" && input["ReturnValues"] === "ALL_NEW" ? { Attributes: stored } : {};
}

/** Which copy does what. */
const roles = ["types", "model", "loads", "writes", "condition", "action", "asks"] as const;
type Cast = Readonly<Record<(typeof roles)[number], Bloop>>;

function accountOf({ types, model: declarer }: Cast) {
  const { dynamicList, integer, list, map, number, string } = types;
  return declarer.model(
    "Account",
    {
      id: string().hashKey(),
      name: string(),
      logins: number(),
      exact: dynamicList(),
      home: map({ city: string(), geo: map({ lat: number() }) }),
      homes: list(map({ city: string() })),
      version: integer().version(),
    },
    { indexes: { byName: { hashKey: "name", projection: "all" } } },
  );
}

function isClass(value: unknown): value is new () => object {
  return typeof value === "function" && /^class\b/.test(String(value));
}

function kindsOf(error: unknown, { asks }: Cast): readonly string[] {
  return Object.entries(asks).flatMap(([name, made]) => (isClass(made) && error instanceof made ? [name] : []));
}

/** All that one copy could know of what another one made: what is sent, what is found, and what went wrong. */
async function play(cast: Cast): Promise<unknown> {
  const created: unknown[] = [];
  const remove = cast.asks.onModelCreated(({ model }) => created.push(cast.asks.metadataOf(model).name));
  const Account = accountOf(cast);
  remove();
  const client = recordingClient(answer);
  const reading = new cast.loads.Engine({ dynamodb: client });
  const writing = new cast.writes.Engine({ dynamodb: client });
  const { and } = cast.condition;
  const condition = and(Account.logins.eq(1), Account.home.at("geo").at("lat").notExists());

  const mine = new Account({ id: "1" });
  await reading.load(mine);
  const found = await reading.query(Account.byName, { key: Account.name.eq("ada"), filter: condition }).first();
  const many = await reading.getMany(Account, [{ id: "1" }, { id: "2" }]);
  const before = [mine, found, ...many].map((object) => object && cast.asks.changes(object));
  mine.logins = 2;
  mine.homes = (mine.homes ?? []).map((home) => ({ ...home, city: "Bergen" }));
  const after = cast.asks.changes(mine);
  await writing.save(mine, { condition, actions: { name: cast.action.setIfMissing("none") } });
  await writing.save(mine);
  await writing.update(Account, { id: "1" }, { home: cast.action.merge({ city: "Oslo" }), logins: cast.action.add(1) });
  await writing.modify(Account, { id: "1" }, (account) => {
    account.exact?.push(1);
  });
  await writing.transaction((transaction) =>
    transaction.save(new Account({ id: "3" })).check(mine, cast.condition.ifNotExists(Account)),
  );
  // The number that putAll() gives is of the time and of chance.
  const fixed = [vi.spyOn(Date, "now").mockReturnValue(1_700_000_000_000), vi.spyOn(Math, "random").mockReturnValue(0)];
  await writing.putAll(many.filter((object) => object !== undefined));
  for (const mock of fixed) mock.mockRestore();
  const violation = await writing.delete(mine, { atomic: true }).catch((error: unknown) => error);
  const invalid = attempt(() => reading.query(Account, { key: Account.id.eq("1"), limit: -1 }));
  const unfit = await writing
    .save(new Account({ id: "1", home: { city: 1 as never } }))
    .catch((error: unknown) => error);
  return {
    created,
    sent: client.sent.map(({ name, input }) => ({ name, input: { ...input, ClientRequestToken: undefined } })),
    loaded: [mine, found, ...many].map((object) => ({ ...object })),
    changes: [before, after],
    errors: [violation, invalid, unfit].map((error) => ({ text: String(error), kinds: kindsOf(error, cast) })),
    stored: kindsOf(mine.exact?.[0], cast),
  };
}

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe("two copies of one build", () => {
  test("are one, whichever of them makes types, model, objects, engines, conditions and actions", async () => {
    const [one, two] = [await load(), await load()];
    expect(one.Engine).not.toBe(two.Engine);
    const cast = (number: number) =>
      Object.fromEntries(roles.map((role, bit) => [role, number & (1 << bit) ? two : one])) as unknown as Cast;
    const alone = await play(cast(0));
    expect(alone).toMatchObject({ created: ["Account"], stored: ["StoredNumber"] });
    for (let number = 1; number < 1 << roles.length; number++) expect(await play(cast(number))).toEqual(alone);
  });

  test("know each other's errors, and neither takes a class of the user's for another", async () => {
    const [one, two] = [await load(), await load()];
    class Mine extends one.InvalidModel {}
    class Yours extends two.InvalidModel {}
    const mine = new Mine("no");
    expect([mine instanceof Mine, mine instanceof two.InvalidModel, mine instanceof two.BloopError]).toEqual([
      true,
      true,
      true,
    ]);
    expect([
      mine instanceof Yours,
      mine instanceof two.InvalidOption,
      new one.BloopError("no") instanceof Mine,
    ]).toEqual([false, false, false]);
    expect(
      [null, undefined, 1, "no", {}, Object.create(null), new Error("no")].filter((it) => it instanceof two.BloopError),
    ).toEqual([]);
  });

  test("leave nothing on an object that shows", async () => {
    const { model, string, Engine } = await load();
    const Account = model("Account", { id: string().hashKey(), name: string() });
    const account = new Account({ id: "1" });
    await new Engine({ dynamodb: recordingClient(answer) }).load(account);
    const plain = { id: "1", name: "ada" };
    expect(Reflect.ownKeys(account)).toEqual(["id", "name"]);
    expect([JSON.stringify(account), { ...account }, structuredClone(account)]).toEqual([
      JSON.stringify(plain),
      plain,
      plain,
    ]);
    expect(inspect(account)).toBe("Account { id: '1', name: 'ada' }");
    const keys: string[] = [];
    for (const key in account) keys.push(key);
    expect(keys).toEqual(["id", "name"]);
  });
});

test("every error class of bloop has its own name for instanceof", async () => {
  const errors = await import("../../../src/errors.js");
  const own = Object.entries(errors).map(([name, made]) => [name, Object.hasOwn(made, "kind") && made.kind]);
  expect(own.length).toBeGreaterThan(19);
  expect(own.filter(([name, kind]) => name !== kind)).toEqual([]);
});

describe("two builds", () => {
  const builds = ["1.2.3+aaaaaaaa", "1.2.4+bbbbbbbb"] as const;
  const sentence =
    /made by another copy of bloop-dynamodb, version 1\.2\.3, build aaaaaaaa, loaded from \/\S+\/src\/util\/core\.ts; this is version 1\.2\.4, build bbbbbbbb, loaded from \/\S+\. .*npm ls bloop-dynamodb/;

  async function two() {
    const one = await load(builds[0]);
    const other = await load(builds[1]);
    const Theirs = one.model(
      "Theirs",
      { id: one.string().hashKey(), home: one.record(one.string()) },
      {
        indexes: { byHome: { hashKey: "id", projection: "all" } },
      },
    );
    const Ours = other.model("Ours", { id: other.string().hashKey(), home: other.record(other.string()) });
    const client = recordingClient(answer);
    const engine = new other.Engine({ dynamodb: client });
    return { one, other, Theirs, Ours, client, engine };
  }

  test("refuse each other's models, objects, indexes, types, conditions and actions in a sentence that names both", async () => {
    const { one, other, Theirs, Ours, client, engine } = await two();
    const object = new Theirs({ id: "1" });
    const key = { id: "1" };
    const uses: Record<string, () => unknown> = {
      get: () => engine.get(Theirs, key),
      getMany: () => engine.getMany(Theirs, [key]),
      update: () => engine.update(Theirs, key, {}),
      modify: () => engine.modify(Theirs, key, () => undefined),
      bind: () => engine.bind(Theirs),
      stream: () => engine.stream(Theirs, "latest" as never),
      query: () => engine.query(Theirs, { key: Theirs.id.eq("1") }),
      "query of an index": () => engine.query(Theirs.byHome, { key: Theirs.id.eq("1") }),
      save: () => engine.save(object),
      load: () => engine.load(object),
      delete: () => engine.delete(object),
      putAll: () => engine.putAll([object]),
      transaction: () => engine.transaction().save(object),
      changes: () => other.changes(object),
      metadata: () => other.metadataOf(Theirs),
      "type of a column": () => other.model("Mixed" as never, { id: one.string().hashKey() as never }),
      "type of an element": () => other.list(one.string() as never),
      condition: () => engine.save(new Ours(key), { condition: Theirs.id.eq("1") as never }),
      "joined condition": () => other.and(Ours.id.eq("1"), Theirs.id.eq("1") as never),
      "column in a condition": () => Ours.id.eq(Theirs.id as never),
      action: () => engine.update(Ours, key, { home: one.merge({ a: "b" }) as never }),
    };
    for (const [name, use] of Object.entries(uses)) {
      const error = await (async () => use())().catch((thrown: unknown) => thrown);
      expect(String(error), name).toMatch(sentence);
      expect(error instanceof other.BloopError, name).toBe(true);
    }
    expect(client.sent).toEqual([]);
  });

  test("keep what the other's object remembers apart from their own", async () => {
    const { one, Theirs, client, engine } = await two();
    const object = new Theirs({ id: "1" });
    await new one.Engine({ dynamodb: client }).load(object);
    await expect(engine.load(object)).rejects.toThrow(sentence);
    expect(one.changes(object)).toEqual([]);
  });

  test("keep undeclared keys of a map that goes from one to the other's object", async () => {
    const [one, other] = [await load(builds[0]), await load(builds[1])];
    const make = ({ model, string, list, map }: Bloop) =>
      model("Account", { id: string().hashKey(), homes: list(map({ city: string() })) });
    const [Theirs, Ours] = [make(one), make(other)];
    const client = recordingClient(answer);
    const theirs = new Theirs({ id: "1" });
    await new one.Engine({ dynamodb: client }).load(theirs);
    const ours = new Ours({ id: "2" });
    if (theirs.homes !== undefined) ours.homes = theirs.homes;
    await new other.Engine({ dynamodb: client }).save(ours);
    expect(JSON.stringify(client.sent.at(-1)?.input)).toContain("kept too");
  });

  test("are told by the errors of neither", async () => {
    const { one, other } = await two();
    expect(new one.InvalidModel("no") instanceof other.InvalidModel).toBe(false);
  });
});
