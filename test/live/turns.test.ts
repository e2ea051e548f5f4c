/** Operations on one object run one after the other: each with the values of its call, onto what the ones before it left. */

import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import {
  add,
  addTo,
  append,
  type BulkReport,
  ConstraintViolation,
  changes,
  Engine,
  integer,
  list,
  map,
  model,
  set,
  string,
  WriteFailures,
} from "bloop-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { effort } from "../support/effort.js";
import { type Held, holdingClient, quiet, slowed } from "../support/held-client.js";
import { live } from "../support/live.js";

const { client, sent, tableName } = live("turns");
const dynamodb = holdingClient(client);
const engine = new Engine({ dynamodb, tableName: "turns-{tableName}" });
const Note = model("Note", {
  id: string().hashKey(),
  a: integer(),
  b: integer(),
  text: string(),
  tags: set(string()),
  place: map({ city: string(), zip: string() }),
  log: list(string()),
});
const Counted = model("Counted", { id: string().hashKey(), a: integer(), version: integer().version() });

beforeAll(() => engine.bind([Note, Counted]));

type Thing = InstanceType<typeof Note>;
let made = 0;
const newId = () => `n${made++}`;
const note = async (values: Partial<ConstructorParameters<typeof Note>[0]> = {}) => {
  const one = new Note({ id: newId(), a: 0, b: 0, tags: new Set(["x"]), place: { city: "Oslo" }, ...values });
  await engine.save(one);
  return one;
};
const keysOf = (all: readonly { id: string }[]) => all.map(({ id }) => ({ id }));
const stored = async ({ id }: { id: string }) => engine.get(Note, { id }, { consistent: true });

/** An engine whose requests and answers wait for the test. */
function slowly(): { slow: Engine; held: Held[] } {
  const held: Held[] = [];
  return { slow: slowed(engine, held), held };
}

/** Lets everything through, the latest first. */
async function letGo(held: readonly Held[], calls: readonly Promise<unknown>[]) {
  let isOver = false;
  const over = Promise.allSettled(calls).then((outcomes) => {
    isOver = true;
    return outcomes;
  });
  await quiet();
  while (!isOver) {
    await held.at(-1)?.release();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return over;
}

const settled = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
  outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason : "done"));

describe("a load beside a write does not bring back what the write replaced (D1)", () => {
  test.each<[string, (slow: Engine, one: Thing) => Promise<unknown>[]]>([
    ["save and load", (slow, one) => [slow.save(one), slow.load(one, { consistent: true })]],
    [
      "save and the load of a read transaction",
      (slow, one) => [slow.save(one), slow.readTransaction().load(one).commit()],
    ],
    [
      "a transaction and a load of many",
      (slow, one) => [
        slow.transaction((transaction) => transaction.save(one)),
        slow.load([one, new Note({ id: "none" })], { consistent: true }),
      ],
    ],
    ["load and save", (slow, one) => [slow.load(one, { consistent: true }), slow.save(one)]],
  ])("%s", async (_, calls) => {
    const { slow, held } = slowly();
    const one = await note();
    one.a = 1;
    one.tags?.add("y");
    one.place = { ...one.place, zip: "0001" };
    await letGo(held, calls(slow, one));
    one.b = 9;
    expect(changes(one).map(({ path }) => path)).toEqual([["b"]]);
    await engine.save(one);
    const expected = { a: 1, b: 9, tags: new Set(["x", "y"]), place: { city: "Oslo", zip: "0001" } };
    expect(await stored(one)).toMatchObject(expected);
    expect(one).toMatchObject(expected);
  });

  test.each(["load", "readTransaction", "sync"] as const)("%s between prepare() and commit()", async (how) => {
    const one = await note();
    one.a = 1;
    one.tags?.add("y");
    one.text = "new";
    const prepared = engine.transaction().save(one).prepare();
    if (how === "load") await engine.load(one, { consistent: true });
    else if (how === "readTransaction") await engine.readTransaction().load(one).commit();
    else {
      Object.assign(one, { a: 0, text: undefined }).tags?.delete("y");
      await engine.save(one, { sync: "new" });
    }
    expect(one).toMatchObject({ a: 0, tags: new Set(["x"]) });
    one.place = { city: "Rome" };
    await prepared.commit();
    expect(changes(one).map(({ path }) => path)).toEqual([["place", "city"]]);
    one.b = 9;
    await engine.save(one);
    const expected = { a: 1, b: 9, text: "new", tags: new Set(["x", "y"]), place: { city: "Rome" } };
    expect(await stored(one)).toMatchObject(expected);
    expect(one).toMatchObject(expected);
  });

  test("what was assigned between the two stays a change, and an object that was deleted counts as new", async () => {
    const one = await note();
    one.a = 1;
    const prepared = engine.transaction().save(one).prepare();
    one.a = 0;
    await prepared.commit();
    expect(changes(one)).toEqual([{ path: ["a"], before: 1, after: 0 }]);
    const two = await note({ text: "t" });
    two.a = 1;
    const other = engine.transaction().save(two).prepare();
    await engine.delete(two);
    await other.commit();
    expect(await stored(two)).toEqual(new Note({ id: two.id, a: 1 }));
    await engine.save(two);
    expect(await stored(two)).toEqual(two);
  });
});

describe("the last call is what is stored (D2)", () => {
  test.each<[string, (slow: Engine, one: Thing) => Promise<unknown>]>([
    ["two saves", (slow, one) => slow.save(one)],
    ["a save of many", (slow, one) => slow.save([one])],
    ["a save once", (slow, one) => slow.save(one, { once: true })],
    ["a transaction", (slow, one) => slow.transaction((transaction) => transaction.save(one))],
    ["putAll", (slow, one) => slow.putAll([one])],
  ])("%s", async (_, write) => {
    const { slow, held } = slowly();
    const one = await note({ text: "x".repeat(50_000) });
    one.a = 1;
    const first = slow.save(one);
    one.a = 2;
    await letGo(held, [first, write(slow, one)]);
    expect((await stored(one))?.a).toBe(2);
    expect(changes(one)).toEqual([]);
  });

  const rounds = effort(15, 50);
  test(`${8 * rounds} times, as fast as they can, on engines of their own`, async () => {
    const other = new Engine({ dynamodb, road: "sdk", tableName: "turns-{tableName}" });
    const wrong: unknown[] = [];
    for (let round = 0; round < rounds; round++) {
      const all = await Promise.all(Array.from({ length: 8 }, () => note({ text: "x".repeat(50_000) })));
      await Promise.all(
        all.flatMap((one) => {
          one.a = 1;
          one.text = "y".repeat(50_000);
          const first = engine.save(one);
          one.a = 2;
          one.text = undefined;
          return [first, other.save(one)];
        }),
      );
      for (const one of all) if ((await stored(one))?.a !== 2) wrong.push(one);
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});

describe("a value that was stored before, and assigned again, is sent (D3)", () => {
  test.each<[string, (one: Thing, step: 0 | 1) => void]>([
    ["a column", (one, step) => Object.assign(one, { a: [1, 2][step] })],
    ["an element of a set", (one, step) => void (step === 0 ? one.tags?.delete("x") : one.tags?.add("x"))],
    ["a key of a map", (one, step) => Object.assign(one, { place: { city: ["Rome", "Bern"][step] } })],
    ["a removal", (one, step) => Object.assign(one, { b: step === 0 ? undefined : 5 })],
  ])("%s", async (_, assign) => {
    const { slow, held } = slowly();
    const one = await note();
    assign(one, 0);
    const first = slow.save(one);
    assign(one, 1);
    await letGo(held, [first, slow.save(one)]);
    assign(one, 0);
    await engine.save(one);
    // An empty set is stored as none.
    const tags = one.tags?.size === 0 ? undefined : one.tags;
    expect(await stored(one)).toEqual(Object.assign(one, { tags }));
  });
});

describe("what is deleted counts as new for what comes after (D4)", () => {
  test.each<[string, (slow: Engine, one: Thing) => Promise<unknown>]>([
    ["delete", (slow, one) => slow.delete(one)],
    ["delete of many", (slow, one) => slow.delete([one])],
    ["a transaction", (slow, one) => slow.transaction((transaction) => transaction.delete(one))],
    ["deleteAll", (slow, one) => slow.deleteAll([one])],
  ])("%s", async (_, remove) => {
    const { slow, held } = slowly();
    const one = await note();
    one.a = 1;
    await letGo(held, [slow.save(one), remove(slow, one)]);
    expect(await stored(one)).toBeUndefined();
    await engine.save(one);
    expect(await stored(one)).toEqual(one);
    one.a = 2;
    await letGo(held, [remove(slow, one), slow.save(one)]);
    expect(await stored(one)).toEqual(one);
    expect(changes(one)).toEqual([]);
  });

  test("with a version, which begins anew", async () => {
    const { slow, held } = slowly();
    const one = new Counted({ id: newId(), a: 1 });
    await engine.save(one);
    one.a = 2;
    const calls = [slow.save(one), slow.delete(one), slow.save(one), slow.save(Object.assign(one, { a: 3 }))];
    expect(settled(await letGo(held, calls))).toEqual(["done", "done", "done", "done"]);
    expect(one).toMatchObject({ a: 3, version: 2 });
    expect(await engine.get(Counted, { id: one.id }, { consistent: true })).toEqual(one);
  });
});

describe("what is assigned while an operation is under way stays a change (D5)", () => {
  test.each<[string, (slow: Engine, one: Thing) => Promise<unknown>]>([
    ["save with sync", (slow, one) => slow.save(one, { sync: "new" })],
    ["save once with sync", (slow, one) => slow.save(one, { sync: "new", once: true })],
    [
      "save with actions",
      (slow, one) => slow.save(one, { actions: { a: add(1), tags: addTo("z"), log: append("l") } }),
    ],
    ["load", (slow, one) => slow.load(one, { consistent: true })],
    ["putAll", (slow, one) => slow.putAll([one])],
  ])("%s", async (_, operate) => {
    const { slow, held } = slowly();
    const one = await note();
    await engine.update(Note, { id: one.id }, { tags: addTo("rival"), text: "rival" });
    const call = operate(slow, one);
    one.a = 7;
    one.tags?.add("mine");
    one.log = ["mine"];
    one.place = { ...one.place, zip: "0001" };
    await letGo(held, [call]);
    expect(new Set(changes(one).map(({ path }) => path[0]))).toEqual(new Set(["a", "tags", "log", "place"]));
    const before = await stored(one);
    await engine.save(one);
    const after = await stored(one);
    expect(after).toMatchObject({ a: 7, log: ["mine"], place: { city: "Oslo", zip: "0001" } });
    expect(after?.tags).toEqual(new Set([...(before?.tags ?? []), "mine"]));
  });

  test("a version that was assigned, too, and a value that can't be stored", async () => {
    const { slow, held } = slowly();
    const one = new Counted({ id: newId(), a: 1 });
    const call = slow.save(one);
    one.version = 7;
    await letGo(held, [call]);
    expect(one.version).toBe(7);
    await expect(engine.save(Object.assign(one, { a: 2 }))).rejects.toThrow(ConstraintViolation);
    const two = await note();
    const load = slow.load(two, { consistent: true });
    Object.assign(two, { a: "no number" });
    await letGo(held, [load]);
    expect(two.a).toBe("no number");
    await expect(engine.save(two)).rejects.toThrow("expected a whole number");
    await engine.load(two, { consistent: true });
    expect(two.a).toBe(0);
  });
});

describe("a call of many takes all values at the call (D6)", () => {
  const many = (count: number) => Promise.all(Array.from({ length: count }, () => note()));

  test.each<[string, (slow: Engine, all: readonly Thing[]) => Promise<unknown>]>([
    ["save", (slow, all) => slow.save(all)],
    ["save with actions", (slow, all) => slow.save(all, { actions: { b: add(1) } as never })],
    [
      "a transaction",
      (slow, all) =>
        slow.transaction((transaction) => all.reduce<typeof transaction>((one, o) => one.save(o), transaction)),
    ],
    ["putAll", (slow, all) => slow.putAll(all)],
  ])("%s of 40, some of which are being saved", async (_, write) => {
    const { slow, held } = slowly();
    const all = await many(40);
    for (const one of all) one.a = 1;
    const earlier = [...all.slice(3, 4), ...all.slice(30, 31)].map((one) => slow.save(one));
    for (const one of all) one.a = 2;
    const call = write(slow, all);
    for (const one of all) one.a = 3;
    await letGo(held, [...earlier, call]);
    expect((await engine.getMany(Note, keysOf(all), { consistent: true })).map((one) => one?.a)).toEqual(
      all.map(() => 2),
    );
    expect(all.map((one) => changes(one).map(({ path }) => path))).toEqual(all.map(() => [["a"]]));
  });

  test("delete: of 40 objects, it checks the versions that they have at the call", async () => {
    const { slow, held } = slowly();
    const all = Array.from({ length: 40 }, () => new Counted({ id: newId(), a: 1 }));
    await engine.save(all);
    const call = slow.delete(all);
    for (const one of all) one.version = 7;
    expect(settled(await letGo(held, [call]))).toEqual(["done"]);
  });

  test("the actions, too, and one that can't be stored fails by itself", async () => {
    const { slow, held } = slowly();
    const all = await many(20);
    const tags = new Set(["y"]);
    Object.assign(all[18] ?? {}, { a: "no number" });
    const call = slow.save(all, { actions: { tags: addTo(...tags), b: add(1) } });
    tags.add("z");
    Object.assign(all[18] ?? {}, { a: 1 });
    const [error] = settled(await letGo(held, [call]));
    expect(error).toMatchObject({ name: "WriteFailures", written: 19, failures: [{ object: all[18] }] });
  });
});

describe("an operation that waits", () => {
  test("and is aborted rejects at once, sends nothing, and leaves the object to the next one", async () => {
    const { slow, held } = slowly();
    const one = await note();
    one.a = 1;
    const first = slow.save(one);
    await quiet();
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = [
      slow.save(Object.assign(one, { a: 2 }), { signal }),
      slow.delete(one, { signal }),
      slow.load(one, { signal }),
      slow.save([one], { signal }),
      slow.transaction((transaction) => transaction.save(one), { signal }),
      slow.putAll([one], { signal }),
    ];
    one.a = 3;
    const last = slow.save(one);
    controller.abort(new Error("enough"));
    const outcomes = settled(await Promise.allSettled(waiting));
    expect(outcomes.map(String)).toEqual(
      outcomes.map((error) => (error instanceof WriteFailures ? String(error) : "Error: enough")),
    );
    expect(String(outcomes[3])).toContain("enough");
    sent();
    await letGo(held, [first, last]);
    expect(sent().map(({ name }) => name)).toEqual(["UpdateItem", "UpdateItem"]);
    expect((await stored(one))?.a).toBe(3);
  });

  test("sends what the one before it failed to write, as a save after it would", async () => {
    const { slow, held } = slowly();
    const one = await note();
    one.a = 1;
    const refused = slow.save(one, { condition: Note.b.eq(100) });
    one.text = "text";
    const [error, done] = settled(await letGo(held, [refused, slow.save(one)]));
    expect(error).toBeInstanceOf(ConstraintViolation);
    expect(done).toBe("done");
    expect(await stored(one)).toEqual(one);
  });

  test("finds the version that the one before it gave, or left", async () => {
    const { slow, held } = slowly();
    const one = new Counted({ id: newId(), a: 1 });
    const calls = [slow.save(one)];
    for (const a of [2, 3, 4]) calls.push(slow.save(Object.assign(one, { a })));
    calls.push(slow.save(Object.assign(one, { a: 5 }), { condition: Counted.a.eq(100) }));
    calls.push(slow.save(Object.assign(one, { a: 6 })));
    const outcomes = settled(await letGo(held, calls));
    expect(outcomes.map((outcome) => outcome instanceof ConstraintViolation)).toEqual([0, 0, 0, 0, 1, 0].map(Boolean));
    expect(await engine.get(Counted, { id: one.id }, { consistent: true })).toMatchObject({ a: 6, version: 5 });
  });

  test("refuses a key that was changed, and what can't be stored, with the error of a save by itself", async () => {
    const { slow, held } = slowly();
    const one = new Note({ id: newId() });
    const first = slow.save(one);
    await expect(slow.save(Object.assign(one, { a: "no number" }))).rejects.toThrow("expected a whole number");
    Object.assign(one, { id: "another", a: 1 });
    const [, error] = settled(await letGo(held, [first, slow.save(one)]));
    expect(String(error)).toContain("is a key column, and was changed");
  });
});

describe("none waits for ever", () => {
  test("calls of many and transactions over the same objects in all orders", async () => {
    const all = await Promise.all(Array.from({ length: 30 }, () => note()));
    const backwards = [...all].reverse();
    const calls = Array.from({ length: 6 }, (_, round) => {
      for (const one of all) one.a = round;
      return [
        engine.save(all),
        engine.load(backwards),
        engine.putAll(backwards, { concurrency: 1 }),
        engine.transaction((transaction) => backwards.reduce<typeof transaction>((t, o) => t.save(o), transaction)),
        engine.putAll(all, { concurrency: 1 }),
        engine.save(backwards),
        engine.transaction((transaction) => all.reduce<typeof transaction>((t, o) => t.save(o), transaction)),
        engine
          .readTransaction()
          .load(...all, ...backwards)
          .commit(),
      ];
    }).flat();
    expect(settled(await Promise.allSettled(calls))).toEqual(calls.map(() => "done"));
    expect((await engine.getMany(Note, keysOf(all), { consistent: true })).map((one) => one?.a)).toEqual(
      all.map(() => 5),
    );
  });

  test("putAll of two sources that give the same objects in turn, in two orders", async () => {
    const all = await Promise.all(Array.from({ length: 60 }, () => note()));
    async function* slowSource(objects: readonly Thing[]) {
      for (const one of objects) {
        await quiet();
        yield one;
      }
    }
    const puts = [all, [...all].reverse()].map((objects) => engine.putAll(slowSource(objects), { concurrency: 1 }));
    expect(await Promise.all(puts)).toEqual([60, 60]);
  });

  test("a source that waits for a save of what it gave", async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => note()));
    async function* source() {
      for (const one of all) {
        yield one;
        one.a = 5;
        await engine.save(one);
      }
    }
    expect(await engine.putAll(source())).toBe(5);
    expect((await engine.getMany(Note, keysOf(all), { consistent: true })).map((one) => one?.a)).toEqual([
      5, 5, 5, 5, 5,
    ]);
  });

  test("a source that gives one object again and again: the last values count", async () => {
    const one = await note();
    function* source() {
      for (let a = 1; a <= 60; a++) yield Object.assign(one, { a });
    }
    expect(await engine.putAll(source())).toBe(60);
    expect((await stored(one))?.a).toBe(60);
    expect(changes(one)).toEqual([]);
  });

  test("a listener that saves the object that it hears of, and one that is loaded again", async () => {
    const own = new Engine({ dynamodb, tableName: "turns-{tableName}" });
    const one = await note();
    const later: Promise<unknown>[] = [];
    own.on("objectSaved", ({ object }) => {
      if (object === one && one.b === 0) later.push(own.save(Object.assign(one, { b: 1 })));
    });
    own.on("objectLoaded", ({ object }) => later.push(own.save(Object.assign(object, { text: "heard" }))));
    one.a = 1;
    await own.save(one, { sync: "new" });
    await own.load(one, { consistent: true });
    await Promise.all(later);
    expect(await stored(one)).toMatchObject({ a: 1, b: 1, text: "heard" });
    expect(changes(one)).toEqual([]);
  });

  test("a function of modify() that saves, loads and modifies its own object, and one that it does not wait for", async () => {
    const { id } = await note();
    const later: Promise<unknown>[] = [];
    const modified = await engine.modify(Note, { id }, async (found) => {
      found.a = 1;
      await engine.save(found);
      await engine.load(found, { consistent: true });
      found.b = 2;
      later.push(engine.save(Object.assign(found, { text: "beside" })));
      found.tags = new Set(["y"]);
    });
    await Promise.all(later);
    expect(await stored(modified)).toEqual(modified);
    expect(modified).toMatchObject({ a: 1, b: 2, text: "beside", tags: new Set(["y"]) });
  });

  test("the builder of a transaction that saves what it puts in", async () => {
    const one = await note();
    await engine.transaction(async (transaction) => {
      one.a = 1;
      transaction.save(one);
      await engine.save(one);
      await engine.transaction((inner) => inner.save(Object.assign(one, { b: 2 })));
      one.text = "last";
    });
    expect(await stored(one)).toEqual(one);
  });

  test("one object twice in a call", async () => {
    const one = await note();
    one.a = 1;
    const first = engine.save(one);
    await engine.save([one, one]);
    await engine.load([one, one], { consistent: true });
    await engine.readTransaction().load(one, one).commit();
    await expect(engine.transaction((transaction) => transaction.save(one).delete(one))).rejects.toThrow("two actions");
    const saving = engine.save(Object.assign(one, { a: 2 }));
    await expect(engine.transaction((transaction) => transaction.save(one).delete(one))).rejects.toThrow("two actions");
    await Promise.all([first, saving]);
    await engine.save(Object.assign(one, { a: 3 }));
    expect((await stored(one))?.a).toBe(3);
  });
});

test("two objects of one item do not wait for each other", async () => {
  const { slow, held } = slowly();
  const one = await note();
  const two = await stored(one);
  if (two === undefined) throw new Error("gone");
  const first = slow.save(Object.assign(one, { a: 1 }));
  await engine.save(Object.assign(two, { b: 2 }));
  await letGo(held, [first]);
  expect(await stored(one)).toMatchObject({ a: 1, b: 2 });
});

test("prepare() beside an operation takes the values of its call, and decides when that has ended", async () => {
  const { slow, held } = slowly();
  const one = new Counted({ id: newId(), a: 1 });
  const first = slow.save(one);
  one.a = 2;
  const prepared = slow.transaction().save(one).prepare();
  expect(prepared.id).toMatch(/^[0-9a-f-]{36}$/);
  one.a = 3;
  const outcomes = await letGo(held, [first, prepared.commit(), prepared.commit()]);
  expect(settled(outcomes)).toEqual(["done", "done", "done"]);
  expect(await engine.get(Counted, { id: one.id }, { consistent: true })).toMatchObject({ a: 2, version: 2 });
  expect(changes(one)).toEqual([{ path: ["a"], before: 2, after: 3 }]);
  const bad = slow.save(Object.assign(one, { a: 4 }));
  expect(() =>
    slow
      .transaction()
      .save(Object.assign(one, { a: "no number" }))
      .prepare(),
  ).toThrow("expected a whole number");
  one.a = 5;
  const [, refused] = settled(await letGo(held, [bad, slow.transaction().check(one, Counted.a.gt(100)).commit()]));
  expect(refused).toMatchObject({ name: "TransactionCanceled" });
});

describe("an aborted putAll() and deleteAll() (D31)", () => {
  const rows = (count: number) => Array.from({ length: count }, () => new Note({ id: newId(), a: 1 }));

  test.each(["putAll", "deleteAll"] as const)(
    "%s rejects with the reason, and reports how far it came",
    async (name) => {
      const all = rows(200);
      if (name === "deleteAll") await engine.putAll(all);
      const controller = new AbortController();
      const reason = new Error("enough");
      const reports: BulkReport[] = [];
      const call = engine[name](all, {
        signal: controller.signal,
        concurrency: 1,
        progress: ({ written }) => void (written >= 50 && controller.abort(reason)),
        report: (report) => void reports.push(report),
      });
      await expect(call).rejects.toBe(reason);
      const [{ written, taken, failures } = { written: 0, taken: 0, failures: [] }] = reports;
      expect(reports).toHaveLength(1);
      expect(written).toBeGreaterThanOrEqual(50);
      expect(written).toBeLessThan(200);
      expect(written + failures.length).toBe(taken);
      expect(new Set(failures.map(({ error }) => error))).toEqual(new Set([reason]));
      const rest = [...failures.map(({ object }) => object), ...all.slice(taken)];
      expect(rest).toHaveLength(200 - written);
      expect(await engine[name](rest)).toBe(rest.length);
    },
  );

  test("a source that gives nothing any more does not hold the abort up, and is told to end", async () => {
    const controller = new AbortController();
    const first = new Note({ id: newId() });
    let isEnded = false;
    const source = {
      [Symbol.asyncIterator]: () => ({
        count: 0,
        next() {
          return this.count++ === 0 ? Promise.resolve({ value: first, done: false }) : new Promise<never>(() => {});
        },
        async return() {
          isEnded = true;
          return { value: undefined, done: true as const };
        },
      }),
    };
    const reports: BulkReport[] = [];
    const { signal } = controller;
    const call = engine.putAll(source, { signal, report: (report) => void reports.push(report) });
    await quiet();
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    expect(reports).toMatchObject([{ written: 0, taken: 1, failures: [{ object: first }] }]);
    expect(isEnded).toBe(true);
    await engine.save(first);
  });

  test("a signal that is aborted beforehand, one that comes late, failures, and an end without any", async () => {
    const reports: BulkReport[] = [];
    const report = (one: BulkReport) => void reports.push(one);
    await expect(engine.putAll(rows(3), { signal: AbortSignal.abort(new Error("no")), report })).rejects.toThrow("no");
    expect(await engine.putAll(rows(3), { signal: new AbortController().signal, report })).toBe(3);
    const bad = new Note({ id: newId() });
    Object.assign(bad, { a: "no number" });
    await expect(engine.putAll([...rows(2), bad], { report })).rejects.toThrow(WriteFailures);
    function* broken() {
      yield* rows(2);
      throw new Error("the file is broken");
    }
    await expect(engine.putAll(broken(), { report })).rejects.toThrow("the file is broken");
    expect(reports.map(({ written, taken, failures }) => [written, taken, failures.length])).toEqual([
      [0, 0, 0],
      [3, 3, 0],
      [2, 3, 1],
      [0, 2, 2],
    ]);
  });
});

test("an attribute that the model does not know survives what waits", async () => {
  const { slow, held } = slowly();
  const one = await note();
  const Other = model("Note", { id: string().hashKey(), unknown: string() });
  await engine.update(Other, { id: one.id }, { unknown: "kept" });
  await letGo(held, [
    slow.load(one, { consistent: true }),
    slow.putAll([Object.assign(one, { a: 1 })]),
    slow.save(Object.assign(one, { b: 2 })),
  ]);
  const key = { TableName: tableName("Note"), Key: { id: { S: one.id } }, ConsistentRead: true };
  expect((await client.send(new GetItemCommand(key))).Item).toMatchObject({
    unknown: { S: "kept" },
    a: { N: "1" },
    b: { N: "2" },
  });
});
