/** A write that is planned again, because another writer came between, loses nothing of what it promised. */

import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  add,
  addTo,
  ConstraintViolation,
  changes,
  deleteFrom,
  dynamicMap,
  type Item,
  list,
  map,
  merge,
  model,
  number,
  type ObjectChange,
  record,
  remove,
  set,
  string,
  TransactionCanceled,
  union,
} from "bloop-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { live } from "../support/live.js";
import { interruptedEngine } from "../support/rivals.js";

const { client, engine, tableName, sent } = live("plan");
const { engine: slow, interrupt } = interruptedEngine("plan");

const Thing = model("Thing", {
  id: string().hashKey(),
  n: number(),
  s: set(string()),
  m: map({ q: set(string()), s: set(string()), x: number(), deep: map({ s: set(string()) }) }),
  r: record(set(string())),
  any: dynamicMap(),
});
type Thing = Item<typeof Thing>;

const shape = union("kind", {
  circle: { size: number().required(), note: string() },
  square: { size: number().required(), corners: list(string()) },
  label: { size: string().required() },
  point: {},
});
const Drawing = model("Drawing", {
  id: string().hashKey(),
  shape,
  all: record(shape),
  inner: map({ shape, title: string() }),
});

beforeAll(() => engine.bind([Thing, Drawing]));

let ids = 0;
const fresh = () => `p${ids++}`;

async function put(Model: string, id: string, item: object): Promise<void> {
  const Item = { id: { S: id }, ...item } as never;
  await client.send(new PutItemCommand({ TableName: tableName(Model), Item }));
}

/** The item without its key, as DynamoDB has it. */
async function raw(Model: string, id: string): Promise<object | undefined> {
  const Key = { id: { S: id } };
  const { Item } = await client.send(new GetItemCommand({ TableName: tableName(Model), Key, ConsistentRead: true }));
  if (Item === undefined) return undefined;
  const { id: _, ...rest } = Item;
  return rest;
}

async function loaded<O>(Model: new (values: { id: string }) => O, id: string, by = engine): Promise<O> {
  const found = await by.get(Model as never, { id } as never, { consistent: true });
  if (found === undefined) throw new Error("gone");
  return found as O;
}

describe("an edit that changes nothing of the item as it is now keeps its guard (D7)", () => {
  const elements = (...SS: string[]) => ({ SS });
  /** Puts "d" into m.q, so that the first request's guard fails and the plan made again has nothing to add. */
  const start = { n: { N: "0" }, m: { M: { q: elements("d") } } };
  const takeOut = (id: string) => () => engine.update(Thing, { id }, { m: merge({ q: deleteFrom("d") }) });

  test("an element that a rival takes out before the second request is in again", async () => {
    const id = fresh();
    await put("Thing", id, start);
    interrupt(undefined, takeOut(id));
    const updated = await slow.update(Thing, { id }, { n: add(1), m: merge({ q: addTo("d") }) });
    expect(updated).toEqual(new Thing({ id, n: 1, m: { q: new Set(["d"]) } }));
    expect(await raw("Thing", id)).toEqual({ n: { N: "1" }, m: { M: { q: elements("d") } } });
  });

  test("by a save, whose set has elements that came and elements that left", async () => {
    const id = fresh();
    await put("Thing", id, { n: { N: "0" }, s: elements("y", "z") });
    const mine = await loaded(Thing, id, slow);
    mine.s?.add("x");
    mine.s?.delete("y");
    mine.n = 5;
    await engine.update(Thing, { id }, { s: new Set(["x", "z"]) });
    interrupt(undefined, () => engine.update(Thing, { id }, { s: new Set(["y"]) }));
    await slow.save(mine);
    expect(await raw("Thing", id)).toEqual({ n: { N: "5" }, s: elements("x") });
  });

  // Dynoxide takes a removal from a map that is not there, so no request of it fails.
  test.runIf(process.env["BLOOP_ENGINE"] !== "dynoxide")(
    "by a removal from a map that was not there, and is there by now",
    async () => {
      const id = fresh();
      await put("Thing", id, { n: { N: "0" } });
      interrupt(undefined, () => engine.update(Thing, { id }, { m: { x: 1, s: new Set(["kept"]) } }));
      await slow.update(Thing, { id }, { n: add(1), m: merge({ x: remove() }) });
      expect(await raw("Thing", id)).toEqual({ n: { N: "1" }, m: { M: { s: elements("kept") } } });
    },
  );

  test("by an empty map that was there, and is gone by now", async () => {
    const id = fresh();
    await put("Thing", id, { n: { N: "0" } });
    const mine = await loaded(Thing, id, slow);
    Object.assign(mine, { n: 5, r: {} });
    await engine.update(Thing, { id }, { r: { theirs: new Set(["kept"]) } });
    interrupt(undefined, () => engine.update(Thing, { id }, { r: remove() }));
    await slow.save(mine);
    expect(await raw("Thing", id)).toEqual({ n: { N: "5" }, r: { M: {} } });
  });

  test("in a transaction, for the item that has nothing else to write", async () => {
    const [id, other] = [fresh(), fresh()];
    await put("Thing", id, { m: start.m });
    await put("Thing", other, { n: { N: "0" } });
    interrupt(undefined, takeOut(id));
    await slow.transaction((transaction) => {
      transaction.update(Thing, { id }, { m: merge({ q: addTo("d") }) }).update(Thing, { id: other }, { n: add(1) });
    });
    expect(await raw("Thing", id)).toEqual({ m: { M: { q: elements("d") } } });
    expect(await raw("Thing", other)).toEqual({ n: { N: "1" } });
  });

  test("with once, and with a condition of the caller's", async () => {
    const id = fresh();
    await put("Thing", id, start);
    interrupt(undefined, takeOut(id));
    const condition = Thing.n.eq(0);
    await slow.update(Thing, { id }, { m: merge({ q: addTo("d") }) }, { once: true, condition });
    expect(await raw("Thing", id)).toEqual(start);
  });

  test("NULL stays where elements were only taken out", async () => {
    const id = fresh();
    await put("Thing", id, { s: { NULL: true }, n: { N: "0" } });
    await engine.update(Thing, { id }, { s: deleteFrom("a"), n: add(1) }).catch(() => undefined);
    expect(await raw("Thing", id)).toEqual({ s: { NULL: true }, n: { N: "1" } });
  });
});

describe("sets inside of maps and records are changed element by element, as those of columns are (D8)", () => {
  const places: readonly (readonly [string, (thing: Thing) => Set<string> | undefined])[] = [
    ["a column", (thing) => thing.s],
    ["a map", (thing) => thing.m?.s],
    ["a map in a map", (thing) => thing.m?.deep?.s],
    ["a record", (thing) => thing.r?.["k"]],
    ["a dynamic map", (thing) => thing.any?.["k"] as Set<string> | undefined],
  ];
  const start = (id: string) => {
    const one = () => new Set(["a"]);
    return new Thing({ id, s: one(), m: { s: one(), deep: { s: one() } }, r: { k: one() }, any: { k: one() } });
  };

  test.each(places)("the last element of a stale set leaves what others added, in %s", async (_, setOf) => {
    const id = fresh();
    await engine.save(start(id));
    const [first, second] = [await loaded(Thing, id), await loaded(Thing, id)];
    setOf(first)?.add("b");
    setOf(second)?.delete("a");
    await engine.save(first);
    await engine.save(second);
    expect(setOf(await loaded(Thing, id))).toEqual(new Set(["b"]));
    expect(changes(second)).toEqual([]);
  });

  test("sets that two writers make in one new map come together", async () => {
    const id = fresh();
    await engine.save(new Thing({ id }));
    const [first, second] = [await loaded(Thing, id), await loaded(Thing, id)];
    first.m = { s: new Set(["a"]), deep: { s: new Set(["b"]) } };
    second.m = { s: new Set(["c"]), deep: { s: new Set(["d"]) } };
    await engine.save([first, second]);
    expect((await loaded(Thing, id)).m).toEqual({ s: new Set(["a", "c"]), deep: { s: new Set(["b", "d"]) } });
  });

  test("a set that was assigned undefined is removed, whatever others added", async () => {
    const id = fresh();
    await engine.save(start(id));
    const [first, second] = [await loaded(Thing, id), await loaded(Thing, id)];
    first.m?.s?.add("b");
    delete second.m?.s;
    await engine.save(first);
    await engine.save(second);
    expect((await loaded(Thing, id)).m).toEqual({ deep: { s: new Set(["a"]) } });
  });

  test("a key that was taken out of a map in a dynamic map is gone", async () => {
    const id = fresh();
    await engine.save(new Thing({ id, any: { inner: { x: 1, y: 1 } } }));
    const mine = await loaded(Thing, id);
    mine.any = { inner: { x: 1 } };
    await engine.save(mine);
    expect(await raw("Thing", id)).toEqual({ any: { M: { inner: { M: { x: { N: "1" } } } } } });
    expect(changes(mine)).toEqual([]);
  });
});

type Shape = NonNullable<Item<typeof Drawing>["shape"]>;

describe("a change inside of a union is for the kind that it was made for (D9, D10)", () => {
  const wire = {
    circle: { M: { kind: { S: "circle" }, size: { N: "1" }, unknown: { S: "kept" } } },
    point: { M: { kind: { S: "point" }, unknown: { S: "kept" } } },
    square: { M: { kind: { S: "square" }, size: { N: "1" }, unknown: { S: "kept" } } },
    label: { M: { kind: { S: "label" }, size: { S: "one" }, unknown: { S: "kept" } } },
  };
  type Place = readonly [
    name: string,
    around: (stored: object) => object,
    write: (drawing: Item<typeof Drawing>, change: (before: Shape | undefined) => Shape | undefined) => void,
    path: readonly string[],
  ];
  const places: readonly Place[] = [
    [
      "a column",
      (stored) => ({ shape: stored }),
      (drawing, change) => Object.assign(drawing, { shape: change(drawing.shape) }),
      ["shape"],
    ],
    [
      "a record",
      (stored) => ({ all: { M: { k: stored } } }),
      (drawing, change) => Object.assign(drawing, { all: { ...drawing.all, k: change(drawing.all?.["k"]) } }),
      ["all", "k"],
    ],
    [
      "a map",
      (stored) => ({ inner: { M: { shape: stored, title: { S: "t" } } } }),
      (drawing, change) => Object.assign(drawing, { inner: { ...drawing.inner, shape: change(drawing.inner?.shape) } }),
      ["inner", "shape"],
    ],
  ];

  describe.each(places)("in %s", (_, around, write, path) => {
    async function twoWriters(id: string) {
      await put("Drawing", id, around(wire.circle));
      return [await loaded(Drawing, id), await loaded(Drawing, id)] as const;
    }

    test("a stale change of the kind sends the value as one", async () => {
      const id = fresh();
      const [first, second] = await twoWriters(id);
      write(first, () => ({ kind: "point" }));
      write(second, () => ({ kind: "square", size: 1 }));
      await engine.save(first);
      expect(await raw("Drawing", id)).toEqual(around(wire.point));
      await engine.save(second);
      expect(await raw("Drawing", id)).toEqual(around(wire.square));
      expect(changes(second)).toEqual([]);
      await loaded(Drawing, id);
    });

    test("a stale change of a key is refused where the kind has changed, and nothing is written", async () => {
      const id = fresh();
      const [first, second] = await twoWriters(id);
      write(first, () => ({ kind: "label", size: "one" }));
      write(second, (before) => ({ ...before, size: 5 }) as Shape);
      await engine.save(first);
      const refused = engine.save(second);
      await expect(refused).rejects.toBeInstanceOf(ConstraintViolation);
      await expect(refused).rejects.toThrow("is not of the kind any more that the change was made for");
      const inTransaction = engine.transaction((transaction) => transaction.save(second));
      await expect(inTransaction).rejects.toBeInstanceOf(TransactionCanceled);
      expect(await raw("Drawing", id)).toEqual(around(wire.label));
    });

    test("it is refused where the union is gone too, and by the plan made again", async () => {
      const id = fresh();
      const [first, second] = await twoWriters(id);
      write(first, () => undefined);
      write(second, (before) => ({ ...before, size: 5 }) as Shape);
      await engine.save(first);
      await expect(engine.save(second)).rejects.toBeInstanceOf(ConstraintViolation);
      await loaded(Drawing, id);
    });

    test("changes of other keys of one kind come together", async () => {
      const id = fresh();
      const [first, second] = await twoWriters(id);
      write(first, (before) => ({ ...before, note: "n" }) as Shape);
      write(second, (before) => ({ ...before, size: 5 }) as Shape);
      await engine.save(first);
      await engine.save(second);
      const { M } = wire.circle;
      expect(await raw("Drawing", id)).toEqual(around({ M: { ...M, note: { S: "n" }, size: { N: "5" } } }));
    });

    test("changes() and objectModified show a change of the kind as one", async () => {
      const id = fresh();
      const [mine] = await twoWriters(id);
      write(mine, () => ({ kind: "label", size: "one" }));
      const expected = [{ path, before: { kind: "circle", size: 1 }, after: { kind: "label", size: "one" } }];
      expect(plain(changes(mine))).toEqual(expected);
      const heard: ObjectChange[] = [];
      const stop = engine.on("objectModified", ({ changes: written }) => heard.push(...written));
      await engine.save(mine);
      write(mine, () => ({ kind: "point" }));
      await engine.transaction((transaction) => transaction.save(mine));
      await engine.modify(Drawing, { id }, (object) => write(object, () => ({ kind: "square", size: 2 })));
      stop();
      expect(plain(heard)).toEqual([
        ...expected,
        { path, before: { kind: "label", size: "one" }, after: { kind: "point" } },
        { path, before: { kind: "point" }, after: { kind: "square", size: 2 } },
      ]);
    });

    test("of two kinds put where there was none, the later one is there, whole", async () => {
      const id = fresh();
      await engine.save(new Drawing({ id }));
      const [first, second] = [await loaded(Drawing, id), await loaded(Drawing, id)];
      write(first, () => ({ kind: "label", size: "one" }));
      write(second, () => ({ kind: "square", size: 2, corners: [] }));
      await engine.save(first);
      await engine.save(second);
      const now = await loaded(Drawing, id);
      let found: Shape | undefined;
      write(now, (before) => {
        found = before;
        return before;
      });
      expect(found).toEqual({ kind: "square", size: 2, corners: [] });
    });
  });

  test("hundreds of unions of one record are changed at once, each by its kind", async () => {
    const id = fresh();
    const of = (size: number) =>
      Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${index}`, { kind: "circle" as const, size }]));
    await engine.save(new Drawing({ id, all: of(1) }));
    const [first, second] = [await loaded(Drawing, id), await loaded(Drawing, id)];
    first.all = { ...first.all, k7: { kind: "point" } };
    second.all = of(2);
    await engine.save(first);
    await expect(engine.save(second)).rejects.toBeInstanceOf(ConstraintViolation);
    const third = await loaded(Drawing, id);
    third.all = { ...of(3), k7: { kind: "point" } };
    await engine.update(Drawing, { id }, { all: merge({ more: { kind: "point" } }) });
    await engine.save(third);
    expect((await loaded(Drawing, id)).all).toEqual({ ...of(3), k7: { kind: "point" }, more: { kind: "point" } });
  });
});

/** Without what only the symbols of a loaded map carry. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe("an update that changes nothing touches nothing (D11)", () => {
  const unusual = { "bloop: no such attribute": { S: "kept" }, n: { N: "1" } };
  const cases: readonly (readonly [string, (id: string) => Promise<unknown>])[] = [
    ["update(A, key, {})", (id) => engine.update(Thing, { id }, {})],
    ["with once", (id) => engine.update(Thing, { id }, {}, { once: true })],
    ["of a transaction", (id) => engine.transaction((transaction) => transaction.update(Thing, { id }, {}))],
    [
      "of a transaction, with a condition",
      (id) =>
        engine.transaction((transaction) => transaction.update(Thing, { id }, {}, { condition: Thing.s.notExists() })),
    ],
    ["with no elements to add", (id) => engine.update(Thing, { id }, { s: addTo<string>() }, { once: true })],
  ];

  test.each(cases)("an item stays as it is, and a missing one is made: %s", async (_, run) => {
    const [id, missing] = [fresh(), fresh()];
    await put("Thing", id, unusual);
    await run(id);
    expect(await raw("Thing", id)).toEqual(unusual);
    expect(await raw("Thing", missing)).toBeUndefined();
    await run(missing);
    expect(await raw("Thing", missing)).toEqual({});
  });

  test.each(["atomic", "condition", "sync", "transaction"])("a save without a change: %s", async (how) => {
    const id = fresh();
    await put("Thing", id, unusual);
    const mine = await loaded(Thing, id);
    sent();
    if (how === "atomic") await engine.save(mine, { atomic: true, once: true });
    else if (how === "condition") await engine.save(mine, { condition: Thing.n.eq(1), once: true });
    else if (how === "sync") await engine.save(mine, { sync: "new", once: true });
    else await engine.transaction((transaction) => transaction.save(mine, { atomic: true }));
    expect(sent().map(({ name }) => name)).toContain("TransactWriteItems");
    expect(await raw("Thing", id)).toEqual(unusual);
  });
});
