/** Queries and scans on a real DynamoDB: pages, positions, tokens, segments. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  binary,
  datetime,
  InvalidPosition,
  type Item,
  model,
  number,
  type SearchToken,
  string,
  UnexpectedCount,
} from "bloop-dynamodb";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { live } from "../support/live.js";

const { engine, sent } = live("search");
const Receipt = model(
  "Receipt",
  {
    store: string().hashKey(),
    no: number().rangeKey(),
    kind: string(),
    total: number(),
    note: string(),
    bytes: binary(),
    at: datetime(),
  },
  {
    indexes: {
      byKind: { hashKey: "kind", rangeKey: "total", projection: ["note"] },
      byTotal: { rangeKey: "total", projection: "keys" },
      loose: { rangeKey: "kind", projection: "keys", strict: false },
      byBytes: { hashKey: "bytes", projection: "keys" },
    },
  },
);
type Receipt = Item<typeof Receipt>;
const all = Array.from({ length: 130 }, (_, no) => no);

beforeAll(async () => {
  await engine.bind(Receipt);
  const receipts = all.map(
    (no) =>
      new Receipt({
        store: "s",
        no,
        kind: no % 2 ? "odd" : "even",
        total: 1000 - no,
        note: "x".repeat(100),
        bytes: new Uint8Array([no % 3]),
      }),
  );
  await engine.save([...receipts, new Receipt({ store: "t", no: 0 })]);
}, 60_000);

const key = Receipt.store.eq("s");
const numbers = (found: readonly { readonly no: number }[]) => found.map(({ no }) => no);

describe("a query", () => {
  test("yields in the order of the range key, forwards and backwards, within its key", async () => {
    expect(numbers(await engine.query(Receipt, { key }).all())).toEqual(all);
    expect(numbers(await engine.query(Receipt, { key, forward: false, limit: 3 }).all())).toEqual([129, 128, 127]);
    expect(numbers(await engine.query(Receipt, { key: key.and(Receipt.no.between(5, 7)) }).all())).toEqual([5, 6, 7]);
    expect(numbers(await engine.query(Receipt, { key: Receipt.no.lt(2).and(key) }).all())).toEqual([0, 1]);
  });

  test("requests a page when it is needed, and no more than its limit", async () => {
    sent();
    const search = engine.query(Receipt, { key, pageSize: 10 });
    expect(sent()).toEqual([]);
    for await (const { no } of search) if (no === 14) break;
    expect(sent()).toHaveLength(2);
    await engine.query(Receipt, { key, limit: 7 }).all();
    expect(sent()).toMatchObject([{ input: { Limit: 7 } }]);
    expect((await engine.query(Receipt, { key }).first()).no).toBe(0);
    expect(sent()).toMatchObject([{ input: { Limit: 1 } }]);
  });

  test("gives the first, the only one, or says that there is none or more", async () => {
    expect((await engine.query(Receipt, { key: key.and(Receipt.no.eq(3)) }).one()).total).toBe(997);
    await expect(engine.query(Receipt, { key }).one()).rejects.toMatchObject({ name: "UnexpectedCount", found: 2 });
    const nothing = engine.query(Receipt, { key: Receipt.store.eq("nowhere") });
    await expect(nothing.one()).rejects.toThrow("The search of Receipt found nothing, and one() expects exactly one.");
    await expect(nothing.first()).rejects.toThrow(UnexpectedCount);
    expect(await nothing.all()).toEqual([]);
  });

  test("counts without items, up to its limit, whatever it projects", async () => {
    sent();
    expect(await engine.query(Receipt, { key, pageSize: 50, projection: ["note"] }).count()).toBe(130);
    expect(sent().map(({ input }) => input.Select)).toEqual(["COUNT", "COUNT", "COUNT"]);
    expect(await engine.query(Receipt, { key, limit: 60 }).count()).toBe(60);
    expect(await engine.query(Receipt, { key, filter: Receipt.kind.eq("odd") }).count()).toBe(65);
  });

  test("goes on over pages that its filter leaves empty", async () => {
    const search = engine.query(Receipt, { key, filter: Receipt.total.le(873), pageSize: 10 });
    expect(numbers(await search.all())).toEqual([127, 128, 129]);
    expect([search.scanned, search.exhausted]).toEqual([130, true]);
    const pages: number[] = [];
    for await (const page of search.pages()) pages.push(page.length);
    expect(pages.slice(0, 13)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
    const limited: number[][] = [];
    for await (const page of engine.query(Receipt, { key, limit: 15, pageSize: 10 }).pages())
      limited.push(numbers(page));
    expect(limited.map((page) => page.length)).toEqual([10, 5]);
  });

  test("of an index has its columns, and no others", async () => {
    const [first] = await engine
      .query(Receipt.byKind, { key: Receipt.kind.eq("odd").and(Receipt.total.ge(990)), forward: false })
      .all();
    expect(first).toEqual(new Receipt({ store: "s", no: 1, kind: "odd", total: 999, note: "x".repeat(100) }));
    const [least] = await engine.query(Receipt.byTotal, { key, limit: 1 }).all();
    expect({ ...least }).toEqual({ store: "s", no: 129, total: 871 });
    const [loose] = await engine
      .query(Receipt.loose, { key: key.and(Receipt.kind.eq("odd")), limit: 1, consistent: true })
      .all();
    expect(loose?.note).toBe("x".repeat(100));
    if (first === undefined) throw new Error("gone");
    sent();
    await engine.save(first as Receipt);
    expect(sent()).toEqual([]);
  });

  test("with a projection has those columns and the key, and a save touches no others", async () => {
    const found = await engine
      .query(Receipt, { key: Receipt.store.eq("s").and(Receipt.no.eq(9)), projection: ["kind"] })
      .one();
    expect({ ...found }).toEqual({ store: "s", no: 9, kind: "odd" });
    sent();
    await engine.save(found);
    Object.assign(found, { kind: "nine" });
    await engine.save(found);
    expect(sent()).toMatchObject([{ input: { UpdateExpression: "SET #0 = :0" } }]);
    Object.assign(found, { kind: "odd" });
    await engine.save(found);
  });
});

describe("a position", () => {
  test("is each iteration's own", async () => {
    const search = engine.query(Receipt, { key, pageSize: 7 });
    const [one, two] = [search[Symbol.asyncIterator](), search[Symbol.asyncIterator]()];
    const seen: number[][] = [[], []];
    for (let step = 0; step < 130; step++) {
      seen[0]?.push((await one.next()).value.no);
      if (step % 2) seen[1]?.push((await two.next()).value.no);
    }
    expect(seen).toEqual([all, all.slice(0, 65)]);
    expect(numbers(await search.all())).toEqual(all);
  });

  test.each([
    ["a table", () => engine.query(Receipt, { key, pageSize: 7 })],
    ["a projection without the keys", () => engine.query(Receipt, { key, pageSize: 7, projection: ["note"] })],
    ["a global index", () => engine.scan(Receipt.byKind, { pageSize: 7 })],
    ["a local index, backwards", () => engine.query(Receipt.byTotal, { key, pageSize: 7, forward: false })],
    ["an index by bytes", () => engine.scan(Receipt.byBytes, { pageSize: 7 })],
    ["segments", () => engine.scan(Receipt, { segments: 8, pageSize: 3, filter: key })],
  ] as const)("of %s is exact to the last object, and JSON", async (_, search) => {
    const seen: number[] = [];
    let token: SearchToken | undefined;
    for (let stops = 0; seen.length < 130 && stops < 20; stops++) {
      const rest = search();
      if (token !== undefined) rest.moveTo(JSON.parse(JSON.stringify(token)));
      let left = 17;
      for await (const { no } of rest) {
        seen.push(no);
        token = rest.token;
        left -= 1;
        if (left === 0) break;
      }
    }
    expect(seen.sort((left, right) => left - right)).toEqual(all);
  });

  test("goes on from pages, and back to the start by reset()", async () => {
    const search = engine.query(Receipt, { key, pageSize: 10 });
    const pages = search.pages();
    const [first, second] = [await pages.next(), await pages.next()];
    expect([first.value?.length, second.value?.length]).toEqual([10, 10]);
    search.moveTo(search.token);
    expect((await search.first()).no).toBe(20);
    search.reset();
    expect((await search.first()).no).toBe(0);
    expect(search.exhausted).toBe(false);
  });

  test("is continued in another process, with nothing missing or twice, over more than 50 pages", async () => {
    const search = engine.query(Receipt, { key, pageSize: 2 });
    const seen: number[] = [];
    for await (const { no } of search) if (seen.push(no) === 31) break;
    const library = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
    const sdk = import.meta.resolve("@aws-sdk/client-dynamodb");
    const program = `
      import { DynamoDBClient } from ${JSON.stringify(sdk)};
      import { Engine, model, number, string } from ${JSON.stringify(library)};
      const Receipt = model("Receipt", { store: string().hashKey(), no: number().rangeKey() });
      const dynamodb = new DynamoDBClient({ endpoint: process.env.ENDPOINT, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } });
      const search = new Engine({ dynamodb, tableName: "search-{tableName}" }).query(Receipt, { key: Receipt.store.eq("s"), pageSize: 2 });
      search.moveTo(JSON.parse(process.env.TOKEN));
      const seen = [];
      for await (const { no } of search) seen.push(no);
      console.log(JSON.stringify(seen));`;
    const env = { ...process.env, ENDPOINT: inject("endpoint"), TOKEN: JSON.stringify(search.token) };
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { env });
    expect([...seen, ...JSON.parse(stdout)]).toEqual(all);
  });

  test.each([true, false])("goes on if the range moves between pages, forward: %s", async (forward) => {
    const at = [0, 3, 3, 20, 21, 21, 60, 70, 129, 131];
    const seen: number[] = [];
    const expected: number[] = [];
    let token: SearchToken | undefined;
    for (const step of at) {
      const end = forward ? step : 130 - step;
      const search = engine.query(Receipt, {
        key: key.and(forward ? Receipt.no.gt(end) : Receipt.no.between(0, Math.max(0, end))),
        forward,
        limit: 7,
      });
      if (token !== undefined) search.moveTo(token);
      const found = numbers(await search.all());
      const last = expected.at(-1) ?? (forward ? -1 : 131);
      const left = (forward ? all : [...all].reverse()).filter((no) =>
        forward ? no > end && no > last : no <= Math.max(0, end) && no < last,
      );
      expect(found).toEqual(left.slice(0, 7));
      expected.push(...left.slice(0, 7));
      seen.push(...found);
      token = search.token;
    }
    expect(seen).toEqual(expected);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test("of another search is refused", () => {
    const { token } = engine.query(Receipt, { key });
    expect(() => engine.scan(Receipt.byKind).moveTo(token)).toThrow(InvalidPosition);
    expect(() => engine.scan(Receipt, { segments: 2 }).moveTo(token)).toThrow(InvalidPosition);
  });
});

describe("a scan", () => {
  test("reads its segments side by side, each once", async () => {
    sent();
    const found = await engine.scan(Receipt, { segments: 8 }).all();
    expect(found).toHaveLength(131);
    const segments = sent().map(({ input }) => Number(input.Segment));
    expect(segments.sort((left, right) => left - right)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await engine.scan(Receipt, { segments: 8, limit: 5 }).all()).toHaveLength(5);
  });

  test("in many segments, with a signal of the user's, warns of nothing", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on("warning", listen);
    const { signal } = new AbortController();
    expect(await engine.scan(Receipt, { segments: 40, signal }).all()).toHaveLength(131);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    expect(warnings.filter(({ name }) => name === "MaxListenersExceededWarning")).toEqual([]);
  });

  test("shares its segments with other processes", async () => {
    const parts = await Promise.all(
      [0, 1, 2].map((segment) => engine.scan(Receipt, { parallel: { segment, total: 3 } }).all()),
    );
    expect(parts.flat()).toHaveLength(131);
  });

  test("stops in the middle, and leaves no request behind", async () => {
    for await (const _ of engine.scan(Receipt, { segments: 8, pageSize: 1 })) break;
    const reason = new Error("enough");
    const controller = new AbortController();
    const read = async () => {
      for await (const _ of engine.scan(Receipt, { segments: 4, pageSize: 1, signal: controller.signal }))
        controller.abort(reason);
    };
    await expect(read()).rejects.toBe(reason);
  });
});
