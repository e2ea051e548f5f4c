/** putAll() and deleteAll(): any iterable, in bounded memory; nothing forgotten, and a report of what failed. */

import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type BulkProgress, changes, Engine, integer, list, model, string, WriteFailures } from "bloop-dynamodb";
import type { Faults } from "bloop-dynamodb/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { engineWithFaults, live } from "../support/live.js";

const { client, engine, sent, tableName } = live("bulk");
const Row = model(
  "Row",
  { id: string().hashKey(), n: integer().rangeKey(), text: string(), more: list(string()) },
  { indexes: { byText: { hashKey: "text", projection: "keys" } } },
);
const Other = model("Other", { id: string().hashKey(), size: integer().required() });

let faults: Faults;
let shaky: Engine;
beforeAll(async () => {
  await engine.bind([Row, Other]);
  ({ engine: shaky, faults } = engineWithFaults("bulk", { seed: 3, rate: 0 }, 3));
});
afterAll(() => faults.stop());
afterEach(() => {
  faults.rate = 0;
});

let made = 0;
const rows = (count: number, text = "text") => {
  const id = `r${made++}`;
  return Array.from({ length: count }, (_, n) => new Row({ id, n, text: `${text} ${n}` }));
};
const stored = ({ id }: { id: string }) => engine.query(Row, { key: Row.id.eq(id), consistent: true }).all();

async function failuresOf(run: Promise<unknown>): Promise<WriteFailures> {
  const error = await run.catch((thrown: unknown) => thrown);
  if (error instanceof WriteFailures) return error;
  throw error instanceof Error ? error : new Error("it did not fail");
}

describe("putAll", () => {
  test("takes arrays, generators, async generators, of several models; 25 to a request", async () => {
    const [first] = rows(1);
    if (first === undefined) throw new Error("none");
    async function* mixed() {
      for (let n = 0; n < 60; n++) {
        yield new Row({ id: first?.id ?? "", n, text: "x" });
        if (n % 2 === 0) yield new Other({ id: `${first?.id} ${n}`, size: n });
      }
    }
    sent();
    expect(await engine.putAll(mixed())).toBe(90);
    expect(sent().map(({ name }) => name)).toEqual(Array.from({ length: 4 }, () => "BatchWriteItem"));
    expect(await stored(first)).toHaveLength(60);
    expect(await engine.putAll(new Set(rows(3)))).toBe(3);
    expect(await engine.putAll([])).toBe(0);
  });

  test("stores whole objects; what was there before is gone, but for what a loaded object brought along", async () => {
    const [one] = rows(1);
    if (one === undefined) throw new Error("none");
    const key = { id: { S: one.id }, n: { N: "0" } };
    const Item = { ...key, text: { S: "old" }, unknown: { S: "u" } };
    await client.send(new PutItemCommand({ TableName: tableName("Row"), Item }));
    const loaded = await engine.get(Row, { id: one.id, n: 0 });
    if (loaded === undefined) throw new Error("gone");
    loaded.more = ["a"];
    await engine.putAll([loaded]);
    const read = async () => (await client.send(new GetItemCommand({ TableName: tableName("Row"), Key: key }))).Item;
    expect(await read()).toEqual({ ...Item, more: { L: [{ S: "a" }] } });
    await engine.putAll([one]);
    expect(await read()).toEqual({ ...key, text: { S: "text 0" } });
    expect([loaded, one].map(changes)).toEqual([[], []]);
  });

  test("of an object that was loaded in part is refused: it would remove the rest", async () => {
    const [one] = rows(1, "projected");
    if (one === undefined) throw new Error("none");
    one.more = ["a"];
    await engine.save(one);
    const found = await engine.query(Row.byText, { key: Row.text.eq("projected 0") }).one();
    const error = await failuresOf(engine.putAll([found]));
    expect(error.message).toContain('loaded without the column "more"');
    expect(await stored(one)).toEqual([one]);
  });

  test("writes one item's objects in their order: the last one stays", async () => {
    const id = `twice ${made++}`;
    const versions = Array.from({ length: 120 }, (_, index) => new Row({ id, n: index % 3, text: `v${index}` }));
    expect(await engine.putAll(versions, { concurrency: 8 })).toBe(120);
    expect((await stored({ id })).map(({ text }) => text)).toEqual(["v117", "v118", "v119"]);
  });

  test("sends large items in requests that DynamoDB takes", async () => {
    const id = `large ${made++}`;
    const large = Array.from({ length: 30 }, (_, n) => new Row({ id, n, text: `${n}`, more: ["x".repeat(390_000)] }));
    expect(await engine.putAll(large)).toBe(30);
    expect(await engine.query(Row, { key: Row.id.eq(id) }).count()).toBe(30);
  });

  test("holds no more than is under way: a source is asked for more as there is room", async () => {
    const taken: number[] = [];
    let written = 0;
    function* counted() {
      for (const [index, row] of rows(2000).entries()) {
        taken.push(index - written);
        yield row;
      }
    }
    const progress = (state: BulkProgress) => {
      written = state.written;
    };
    await engine.putAll(counted(), { concurrency: 2, progress });
    // Two requests under way, and one that is being filled.
    expect(Math.max(...taken)).toBeLessThanOrEqual(75);
  });

  test("tells its progress, to the last object", async () => {
    const states: BulkProgress[] = [];
    await engine.putAll(rows(60), { concurrency: 1, progress: (state) => states.push(state) });
    expect(states).toEqual([25, 50, 60].map((written) => ({ written, failed: 0 })));
  });

  test("goes on past an object that can't be stored, and reports it", async () => {
    const all = rows(40);
    const bad = all[7];
    if (bad === undefined) throw new Error("none");
    Object.assign(bad, { text: 5 });
    const error = await failuresOf(engine.putAll(all));
    expect(error).toMatchObject({ written: 39, taken: 40 });
    const shown = error.failures.map(({ object, error: why }) => ({ object, why }));
    expect(shown).toEqual([{ object: bad, why: expect.objectContaining({ name: "InvalidValue" }) }]);
    expect(error.message).toContain("Of 40 objects, 39 are written and 1 failed");
    expect(await stored(bad)).toHaveLength(39);
  });

  test("that breaks off says how far it came, and goes on from there", async () => {
    const all = rows(300);
    faults.kinds = ["errorBefore"];
    function* breaking() {
      for (const [index, row] of all.entries()) {
        if (index === 100) faults.rate = 1;
        yield row;
      }
    }
    const error = await failuresOf(shaky.putAll(breaking(), { concurrency: 2 }));
    expect(error.written + error.failures.length).toBe(error.taken);
    expect(error.taken).toBeLessThan(300);
    expect(error.failures.length).toBeGreaterThan(0);
    expect(error.message).toContain("no more were taken");
    faults.rate = 0;
    const rest = [...error.failures.map(({ object }) => object), ...all.slice(error.taken)];
    expect(await shaky.putAll(rest)).toBe(300 - error.written);
    expect(await stored(all[0] ?? { id: "" })).toHaveLength(300);
  });

  test("ends with an error of its source, after what it took is dealt with", async () => {
    const all = rows(30);
    function* failing() {
      yield* all;
      throw new Error("the file is broken");
    }
    const error = await failuresOf(engine.putAll(failing()));
    expect(error.message).toContain("the file is broken");
    expect(error.written + error.failures.length).toBe(30);
    expect(await stored(all[0] ?? { id: "" })).toHaveLength(error.written);
  });

  test("sends unprocessed items again until they are done", async () => {
    const all = rows(100);
    faults.kinds = ["unprocessed"];
    faults.rate = 0.7;
    expect(await shaky.putAll(all)).toBe(100);
    faults.rate = 0;
    expect(await stored(all[0] ?? { id: "" })).toHaveLength(100);
  });

  test("stops with its signal", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const progress = () => controller.abort(new Error("enough"));
    await expect(engine.putAll(rows(200), { signal, progress, concurrency: 1 })).rejects.toThrow("enough");
  });

  test("counts what is written as written, also where a listener throws", async () => {
    const own = new Engine({ dynamodb: client, tableName: "bulk-{tableName}" });
    own.on("objectSaved", () => {
      throw new Error("a listener's own");
    });
    const all = rows(5);
    const error = await failuresOf(own.putAll(all));
    expect(error).toMatchObject({ written: 5, taken: 5, failures: [] });
    expect(error.message).toContain("a listener's own");
    expect(all.flatMap(changes)).toEqual([]);
  });

  test("refuses what is no iterable, and options that are none", async () => {
    await expect(engine.putAll(rows(1)[0] as never)).rejects.toThrow("Expected an iterable of objects");
    await expect(engine.putAll([], { concurrency: 0 })).rejects.toThrow("concurrency is a whole number from 1");
    await expect(engine.putAll([], { paralel: 2 } as never)).rejects.toThrow('no option "paralel"');
    expect((await failuresOf(engine.putAll([{ id: "1" } as never]))).message).toContain(
      "Expected an object of a model",
    );
  });
});

describe("deleteAll", () => {
  test("takes what a scan finds, and objects that only name a key", async () => {
    const all = rows(60);
    await engine.putAll(all);
    const [first] = all;
    if (first === undefined) throw new Error("none");
    expect(await engine.deleteAll(engine.query(Row, { key: Row.id.eq(first.id), limit: 30 }))).toBe(30);
    expect(await stored(first)).toHaveLength(30);
    expect(await engine.deleteAll(all.map(({ id, n }) => new Row({ id, n })))).toBe(60);
    expect(await stored(first)).toEqual([]);
  });

  test("makes its objects count as new", async () => {
    const [one] = rows(1);
    if (one === undefined) throw new Error("none");
    await engine.save(one);
    await engine.deleteAll([one]);
    await engine.save(one, { atomic: true });
    expect(await stored(one)).toEqual([one]);
  });
});
