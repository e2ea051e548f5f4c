/**
 * Options of a wrong kind, for every option of every operation: refused before a request, and before an object is changed.
 * The kinds here are written a second time, and their rules too: what the source has in its table is not asked.
 */

import {
  add,
  type BindOptions,
  BloopError,
  type BulkOptions,
  type CommitOptions,
  type Condition,
  type DerivedOptions,
  Engine,
  type EngineOptions,
  InvalidCondition,
  InvalidOption,
  integer,
  type KeyDeleteOptions,
  type ModifyOptions,
  type MoveOptions,
  model,
  type QueryOptions,
  type ReadOptions,
  type ReadTransactionOptions,
  type SaveOptions,
  type ScanOptions,
  type StreamOptions,
  string,
  type TransactedOptions,
  type TransactedUpdateOptions,
  type UpdateOptions,
  type WriteOptions,
} from "bloop-dynamodb";
import { objectOf } from "bloop-dynamodb/lambda";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flag, oneOf, type Rules, signal, wholeNumber } from "../../../src/operation/rule.js";
import { recordingClient } from "../../support/recording-client.js";

const seed = Number(process.env["BLOOP_SEED"] ?? 20_291);

const Thing = model(
  "Thing",
  { id: string().hashKey(), at: integer().rangeKey(), name: string(), count: integer() },
  { indexes: { byName: { hashKey: "name", projection: "keys" } }, stream: { include: ["new", "old"] } },
);
const Versioned = model("Versioned", {
  id: string().hashKey(),
  at: integer().rangeKey(),
  version: integer().version(),
});
const key = { id: "1", at: 1 };
const stored = { id: { S: "1" }, at: { N: "1" }, version: { N: "1" } };
const untyped = (value: unknown) => value as never;

/** What fits an option of a kind. */
const kinds = {
  flag: (value: unknown) => value === true || value === false,
  policy: (value: unknown) => value === "throw" || value === "omit",
  whole: (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1,
  duration: (value: unknown) => typeof value === "number" && value >= 0,
  idle: (value: unknown) => typeof value === "number" && value >= 250 && value <= 60_000,
  signal: (value: unknown) => value instanceof AbortSignal,
  callback: (value: unknown) => typeof value === "function",
  condition: () => false,
  /** Nothing: the option is one of other searches. */
  refused: () => false,
  old: (value: unknown) => value === "old",
  new: (value: unknown) => value === "new",
  actions: (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value),
  models: (value: unknown) => Array.isArray(value),
  unknown: (value: unknown) => ["skip", "error", "raw"].some((one) => one === value),
  projection: (value: unknown) => value === "all" || value === "keys" || Array.isArray(value),
  parallel: () => false,
  tables: (value: unknown) => ["create", "validate", "skip"].some((one) => one === value),
  acknowledge: (value: unknown) => value === "pull" || value === "manual",
  capacity: (value: unknown) => value === "total" || value === "indexes",
  road: (value: unknown) => value === "lean" || value === "sdk",
  client: (value: unknown) => typeof value === "object" && value !== null && "send" in value,
  naming: (value: unknown) => typeof value === "string" || typeof value === "function",
};
type Kind = keyof typeof kinds;
type Options = { readonly [name: string]: Kind };

/** Each option of the type, and no other. */
function of<Declared>(options: { readonly [Name in keyof Declared]-?: Kind }): Options {
  return options;
}

interface Operation {
  readonly options: Options;
  call(engine: Engine, options: never): unknown;
}

const read = of<ReadOptions>({ consistent: "flag", onInvalid: "policy", signal: "signal" });
const write = of<WriteOptions<string>>({
  condition: "condition",
  atomic: "flag",
  returning: "old",
  once: "flag",
  signal: "signal",
});
const bulk = of<BulkOptions>({
  concurrency: "whole",
  progress: "callback",
  report: "callback",
  signal: "signal",
});
const searched = {
  filter: "condition",
  onUnknown: "refused",
  projection: "projection",
  limit: "whole",
  pageSize: "whole",
  consistent: "flag",
  onInvalid: "policy",
  signal: "signal",
} as const;
const transacted = of<TransactedOptions>({ condition: "condition", atomic: "flag" });
const commit = of<CommitOptions>({ signal: "signal" });
const thing = () => new Thing({ ...key, name: "x" });

const operations: { readonly [name: string]: Operation } = {
  "new Engine()": {
    options: of<EngineOptions>({
      dynamodb: "client",
      streams: "client",
      road: "road",
      tableName: "naming",
      onInvalid: "policy",
      capacity: "capacity",
    }),
    call: (_, options) => new Engine(options),
  },
  "with()": {
    options: of<DerivedOptions>({ tableName: "naming", onInvalid: "policy", capacity: "capacity" }),
    call: (engine, options) => engine.with(options),
  },
  "bind()": {
    options: of<BindOptions>({ tables: "tables", timeout: "duration", turnOnTtl: "models", signal: "signal" }),
    call: (engine, options) => engine.bind(Thing, options),
  },
  "get()": { options: read, call: (engine, options) => engine.get(Thing, key, options) },
  "getMany()": { options: read, call: (engine, options) => engine.getMany(Thing, [key], options) },
  "load()": { options: read, call: (engine, options) => engine.load([thing()], options) },
  "save()": {
    options: of<SaveOptions<string>>({
      condition: "condition",
      atomic: "flag",
      returning: "old",
      once: "flag",
      signal: "signal",
      sync: "new",
      actions: "actions",
    }),
    call: (engine, options) => engine.save(thing(), options),
  },
  "delete()": { options: write, call: (engine, options) => engine.delete([thing()], options) },
  "delete() by key": {
    options: of<KeyDeleteOptions<string>>({
      condition: "condition",
      returning: "old",
      once: "flag",
      onInvalid: "policy",
      signal: "signal",
    }),
    call: (engine, options) => engine.delete(Thing, key, options),
  },
  "update()": {
    options: of<UpdateOptions<string>>({
      condition: "condition",
      given: "actions",
      returning: "old",
      once: "flag",
      onInvalid: "policy",
      signal: "signal",
    }),
    call: (engine, options) => engine.update(Thing, key, { count: add(1) }, options),
  },
  "move()": {
    options: of<MoveOptions<string>>({ condition: "condition", quiet: "flag", signal: "signal" }),
    call: (engine, options) => engine.move(objectOf(Versioned, stored, { engine }), { at: 2 }, options),
  },
  "modify()": {
    options: of<ModifyOptions<typeof Thing>>({
      attempts: "whole",
      create: "callback",
      once: "flag",
      onInvalid: "policy",
      signal: "signal",
    }),
    call: (engine, options) => engine.modify(Thing, key, () => {}, options),
  },
  "putAll()": { options: bulk, call: (engine, options) => engine.putAll([thing()], options) },
  "deleteAll()": { options: bulk, call: (engine, options) => engine.deleteAll([thing()], options) },
  "query()": {
    options: of<QueryOptions<string, string, string, string, "all", "table">>({
      ...searched,
      key: "condition",
      forward: "flag",
    }),
    call: (engine, options: object) => engine.query(Thing, untyped({ key: Thing.id.eq("1"), ...options })).all(),
  },
  "scan()": {
    options: of<ScanOptions<string, string, "all", "table">>({ ...searched, segments: "whole", parallel: "parallel" }),
    call: (engine, options) => engine.scan(Thing, options).all(),
  },
  "stream()": {
    options: of<StreamOptions>({
      acknowledge: "acknowledge",
      maxBufferedRecords: "whole",
      maxBufferedBytes: "whole",
      concurrency: "whole",
      idleInterval: "idle",
      onInvalid: "policy",
      onInvalidRecord: "callback",
      onUnknown: "unknown",
      signal: "signal",
    }),
    call: (engine, options) => engine.stream(Thing, "latest", options),
  },
  "transaction()": {
    options: commit,
    call: (engine, options) => engine.transaction((transaction) => transaction.save(thing()), options),
  },
  "commit() of a transaction": {
    options: commit,
    call: (engine, options) => engine.transaction().save(thing()).commit(options),
  },
  "commit() of a prepared transaction": {
    options: commit,
    call: (engine, options) => engine.transaction().save(thing()).prepare().commit(options),
  },
  "save() of a transaction": {
    options: transacted,
    call: (engine, options) => engine.transaction().save(thing(), options),
  },
  "delete() of a transaction": {
    options: transacted,
    call: (engine, options) => engine.transaction().delete(thing(), options),
  },
  "update() of a transaction": {
    options: of<TransactedUpdateOptions>({ condition: "condition", given: "actions" }),
    call: (engine, options) => engine.transaction().update(Thing, key, {}, options),
  },
  "commit() of a read transaction": {
    options: of<ReadTransactionOptions>({ onInvalid: "policy", signal: "signal" }),
    call: (engine, options) => engine.readTransaction().get(Thing, key).commit(options),
  },
};

/** What is thrown, and how many requests were sent. */
async function attempt({ call }: Operation, options: unknown): Promise<{ error: unknown; sent: number }> {
  const client = recordingClient();
  const engine = new Engine({ dynamodb: client });
  try {
    await call(engine, options as never);
    return { error: undefined, sent: client.sent.length };
  } catch (error) {
    return { error, sent: client.sent.length };
  }
}

const nonsense = [null, true, 0, -1, 1.5, Number.NaN, "", "true", "false", "1", 1n, [], {}, [true], Symbol("s")];
const values = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom<unknown>(...nonsense, new Date(0), new Map(), () => true, Thing) },
  { weight: 2, arbitrary: fc.anything() },
);

test("every method of the engine is in the table, or has no options", () => {
  const without = ["constructor", "adopt", "on", "once", "off", "readTransaction"];
  const methods = Object.getOwnPropertyNames(Engine.prototype).filter((name) => !without.includes(name));
  expect(methods.filter((name) => operations[`${name}()`] === undefined)).toEqual([]);
});

describe.each(Object.entries(operations))("%s", (name, operation) => {
  test.each(Object.entries(operation.options))("refuses a %s of another kind than %s", async (option, kind) => {
    const wrong = values.filter((value) => value !== undefined && !kinds[kind](value));
    await fc.assert(
      fc.asyncProperty(wrong, async (value) => {
        const { error, sent } = await attempt(operation, { [option]: value });
        expect(error).toBeInstanceOf(kind === "condition" ? InvalidCondition : InvalidOption);
        expect(sent).toBe(0);
        // `key` is missing where it is no condition; all else is called by its name.
        if (kind !== "condition") expect(String(error)).toContain(`: ${option}`);
      }),
      { seed, numRuns: 60 },
    );
  });

  test("refuses an unknown option, and suggests a similar one", async () => {
    for (const option of Object.keys(operation.options)) {
      const { error, sent } = await attempt(operation, { [`${option}x`]: true });
      expect(error).toBeInstanceOf(InvalidOption);
      expect(String(error)).toContain(`has no option "${option}x"; did you mean "${option}"`);
      expect(sent).toBe(0);
    }
    const { error } = await attempt(operation, { toString: () => "x" });
    expect(String(error)).toContain('has no option "toString"');
    if (!name.includes(" of ")) expect(String(error)).toContain(name);
  });

  test("treats undefined as not given", async () => {
    const options = Object.fromEntries(Object.keys(operation.options).map((option) => [option, undefined]));
    const { error } = await attempt(operation, name === "query()" ? { ...options, key: Thing.id.eq("1") } : options);
    // modify() finds no item, and streams have no client here.
    if (error !== undefined) expect(error).not.toBeInstanceOf(InvalidOption);
  });

  test.each([
    ["a text", "atomic"],
    ["null", null],
    ["a number", 5],
    ["an array", []],
    ["an object of a model", thing()],
    ["a model", Thing],
    ["a signal", new AbortController().signal],
    ["a Map", new Map()],
    ["a condition", Thing.name.exists()],
  ])("refuses %s in the place of options", async (_, options) => {
    const given =
      name === "query()"
        ? { ...operation, call: (engine: Engine) => engine.query(Thing, untyped(options)) }
        : operation;
    const { error, sent } = await attempt(given, options);
    expect(error).toBeInstanceOf(InvalidOption);
    expect(sent).toBe(0);
  });
});

test("options may be held by an object of a class, inherited or by an accessor", async () => {
  const client = recordingClient();
  const engine = new Engine({ dynamodb: client });
  class Options {
    get consistent() {
      return true;
    }
  }
  await engine.get(Thing, key, new Options());
  await engine.get(Thing, key, Object.create({ consistent: true }));
  expect(client.sent.map(({ input }) => input["ConsistentRead"])).toEqual([true, true]);
  await expect(engine.get(Thing, key, Object.create({ consistent: "true" }))).rejects.toThrow(InvalidOption);
});

test("several objects, a signal and a condition are told how they are given", async () => {
  const engine = new Engine({ dynamodb: recordingClient() });
  await expect(engine.save(thing(), untyped(thing()))).rejects.toThrow(
    "The options of save() are an object of Thing. Several objects go in an array: save([a, b]).",
  );
  await expect(engine.get(Thing, key, untyped(AbortSignal.abort()))).rejects.toThrow(
    "Give it by its name: { signal }.",
  );
  expect(() => engine.query(Thing, untyped(Thing.id.eq("1")))).toThrow("Give it by its name: { key: ... }.");
  expect(() => engine.scan(Thing, untyped(Thing.name.eq("1")))).toThrow("Give it by its name: { filter: ... }.");
  expect(() => new Engine(untyped(recordingClient()))).toThrow('has no option "sent"');
  class Client {
    send() {}
  }
  expect(() => new Engine(untyped(new Client()))).toThrow("Give it by its name: { dynamodb: client }.");
});

describe("what is no option is checked, too", () => {
  const engine = new Engine({ dynamodb: recordingClient() });
  test.each<[name: string, run: () => unknown, says: string]>([
    ["the function of modify()", () => engine.modify(Thing, key, untyped({})), "The change of modify() is a function"],
    ["what transaction() is given", () => engine.transaction(untyped("r")), "transaction() is given is a function"],
    ["a signal's name", () => engine.on(untyped("objectSave"), () => {}), 'did you mean "objectSaved"'],
    ["a signal's name that is like none", () => engine.on(untyped(5), () => {}), 'it has "beforeCreateTable", '],
    ["a listener", () => engine.on("objectSaved", untyped(undefined)), "The listener of on() is a function"],
    ["parts of parallel", () => engine.scan(Thing, untyped({ parallel: { segment: 0 } })), "parallel.total is"],
    ["strangers in parallel", () => engine.scan(Thing, untyped({ parallel: { sgment: 0 } })), 'did you mean "segment"'],
    ["a segment", () => engine.scan(Thing, { parallel: { segment: -1, total: 2 } }), "parallel.segment is a whole"],
  ])("%s", async (_, run, says) => {
    const error: unknown = await Promise.resolve()
      .then(run)
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    expect(error).toBeInstanceOf(InvalidOption);
    expect(error).toBeInstanceOf(BloopError);
    expect(String(error)).toContain(says);
  });
});

test("an engine made of another keeps what it is not given, or given as undefined", async () => {
  const client = recordingClient();
  const engine = new Engine({ dynamodb: client, tableName: "dev-{tableName}", onInvalid: "omit" });
  await engine.with({ tableName: undefined, onInvalid: undefined }).get(Thing, key);
  await engine.with({}).get(Thing, key);
  expect(client.sent.map(({ input }) => input["TableName"])).toEqual(["dev-Thing", "dev-Thing"]);
});

test("the options of an engine are those of its call, whatever becomes of the object", async () => {
  const client = recordingClient();
  const options = { dynamodb: client, tableName: "dev-{tableName}" };
  const engine = new Engine(options);
  options.tableName = "{tableName}";
  await engine.with({}).get(Thing, key);
  expect(client.sent[0]?.input["TableName"]).toBe("dev-Thing");
});

test("the table of an operation's options and their types are held together by the compiler", () => {
  const rules = { consistent: flag, onInvalid: oneOf("throw", "omit"), signal };
  expect(Object.keys(rules satisfies Rules<ReadOptions>)).toHaveLength(3);
  // @ts-expect-error an option that is only among the types
  ({ consistent: flag, signal }) satisfies Rules<ReadOptions>;
  // @ts-expect-error an option that is only in the table
  ({ consistent: flag, onInvalid: oneOf("throw", "omit"), signal, cached: flag }) satisfies Rules<ReadOptions>;
  // @ts-expect-error an option of another kind
  ({ consistent: wholeNumber, onInvalid: oneOf("throw", "omit"), signal }) satisfies Rules<ReadOptions>;
  // @ts-expect-error fewer values than the option has
  ({ consistent: flag, onInvalid: oneOf("throw"), signal }) satisfies Rules<ReadOptions>;
  // @ts-expect-error more values than the option has
  ({ consistent: flag, onInvalid: oneOf("throw", "omit", "keep"), signal }) satisfies Rules<ReadOptions>;
});

test("the options' types take undefined", () => {
  const signal: AbortSignal | undefined = undefined;
  const condition: Condition<"Thing"> | undefined = undefined;
  const options: SaveOptions<"Thing"> & ReadOptions = { signal, condition, consistent: undefined, atomic: undefined };
  expect(Object.values(options)).toEqual([undefined, undefined, undefined, undefined]);
});
