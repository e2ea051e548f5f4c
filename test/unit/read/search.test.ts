/** query() and scan(): the requests of each option, and how pages are read one after the other. */

import {
  InvalidPosition,
  InvalidSearch,
  InvalidValue,
  model,
  number,
  set,
  string,
  UnexpectedCount,
} from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { type Scripted, scriptedEngine } from "../../support/requests.js";

const Receipt = model(
  "Receipt",
  {
    store: string().hashKey(),
    at: number().rangeKey(),
    total: number().storedAs("t"),
    kind: string(),
    tags: set(string()),
  },
  {
    indexes: {
      byKind: { hashKey: "kind", rangeKey: "total", projection: ["tags"] },
      byTotal: { rangeKey: "total", projection: "keys", storedAs: "local-total" },
      loose: { rangeKey: "kind", projection: "keys", strict: false },
    },
  },
);
const keyOf = (at: number) => ({ store: { S: "s" }, at: { N: String(at) } });
const page = (ats: readonly number[], more = false) => ({
  Items: ats.map(keyOf),
  Count: ats.length,
  ScannedCount: ats.length,
  ...(more && { LastEvaluatedKey: keyOf(ats.at(-1) ?? 0) }),
});
const key = Receipt.store.eq("s");
const query = { operation: "Query", TableName: "Receipt", KeyConditionExpression: 'store = "s"' };
const scan = { operation: "Scan", TableName: "Receipt" };

describe("query() with", () => {
  test.each([
    ["a key", { key }, {}],
    ["a range key", { key: key.and(Receipt.at.gt(3)) }, { KeyConditionExpression: '(store = "s") AND (at > 3)' }],
    [
      "the range key first",
      { key: Receipt.at.between(1, 3).and(key) },
      { KeyConditionExpression: '(store = "s") AND (at BETWEEN 1 AND 3)' },
    ],
    ["consistent: true", { key, consistent: true }, { ConsistentRead: true }],
    ["consistent: false", { key, consistent: false }, {}],
    ["forward: false", { key, forward: false }, { ScanIndexForward: false }],
    ["forward: true", { key, forward: true }, {}],
    ["a filter", { key, filter: Receipt.total.ge(10) }, { FilterExpression: "t >= 10" }],
    ["a projection", { key, projection: ["total"] as const }, { ProjectionExpression: "store, at, t" }],
    ["a page size", { key, pageSize: 5 }, { Limit: 5 }],
    ["a limit, which no page needs to exceed", { key, limit: 5 }, { Limit: 5 }],
    ["a limit and a page size", { key, limit: 5, pageSize: 2 }, { Limit: 2 }],
    [
      "a limit and a filter, which may leave nothing of a page",
      { key, limit: 5, filter: Receipt.total.ge(10) },
      { FilterExpression: "t >= 10" },
    ],
    ["onInvalid", { key, onInvalid: "omit" as const }, {}],
  ])("%s", async (_, options, parameters) => {
    const { engine, requests } = scriptedEngine([page([1, 2])]);
    const found = await engine.query(Receipt, options).all();
    expect(found.map(({ at }) => at)).toEqual([1, 2]);
    expect(requests()).toEqual([{ ...query, ...parameters }]);
  });
});

describe("scan() with", () => {
  test.each([
    ["no options", {}, {}],
    ["consistent: true", { consistent: true }, { ConsistentRead: true }],
    ["a filter", { filter: Receipt.tags.contains("x") }, { FilterExpression: 'contains(tags, "x")' }],
    ["a projection", { projection: ["kind"] as const }, { ProjectionExpression: "store, at, kind" }],
    ["a page size", { pageSize: 7 }, { Limit: 7 }],
    ["a limit", { limit: 7 }, { Limit: 7 }],
    ["one segment of several", { parallel: { segment: 2, total: 3 } }, { Segment: 2, TotalSegments: 3 }],
  ])("%s", async (_, options, parameters) => {
    const { engine, requests } = scriptedEngine([page([1])]);
    await engine.scan(Receipt, options).all();
    expect(requests()).toEqual([{ ...scan, ...parameters }]);
  });

  test("segments: a request for each", async () => {
    const { engine, requests } = scriptedEngine([page([1]), page([2]), page([3])]);
    const found = await engine.scan(Receipt, { segments: 3, consistent: true }).all();
    expect(found.map(({ at }) => at).sort()).toEqual([1, 2, 3]);
    const segment = (Segment: number) => ({ ...scan, ConsistentRead: true, Segment, TotalSegments: 3 });
    expect(requests()).toEqual([segment(0), segment(1), segment(2)]);
  });
});

describe("of an index", () => {
  const byKind = { ...query, IndexName: "byKind", KeyConditionExpression: 'kind = "sale"' };

  test("a global one", async () => {
    const { engine, requests } = scriptedEngine([page([1]), page([1])]);
    const keyOfKind = Receipt.kind.eq("sale");
    await engine.query(Receipt.byKind, { key: keyOfKind }).all();
    await engine.query(Receipt.byKind, { key: keyOfKind.and(Receipt.total.lt(3)), projection: ["tags"] }).all();
    expect(requests()).toEqual([
      byKind,
      {
        ...byKind,
        KeyConditionExpression: '(kind = "sale") AND (t < 3)',
        // The index's keys too: they say where an item stands.
        ProjectionExpression: "store, at, tags, kind, t",
      },
    ]);
  });

  test("a global one refuses consistent reads", () => {
    const { engine } = scriptedEngine();
    const options = { key: Receipt.kind.eq("sale"), consistent: true } as never;
    expect(() => engine.query(Receipt.byKind, options)).toThrow(InvalidSearch);
  });

  test("a local one, by its name in DynamoDB, consistently", async () => {
    const { engine, requests } = scriptedEngine([page([1])]);
    await engine.query(Receipt.byTotal, { key, consistent: true }).all();
    expect(requests()).toEqual([{ ...query, IndexName: "local-total", ConsistentRead: true }]);
  });

  test("a local one that is not strict requests the attributes that it does not hold", async () => {
    const { engine, requests } = scriptedEngine([page([1])]);
    await engine.query(Receipt.loose, { key }).all();
    expect(requests()).toEqual([{ ...query, IndexName: "loose", Select: "ALL_ATTRIBUTES" }]);
  });
});

describe("pages", () => {
  test("the next request begins after the last page, and has the same options", async () => {
    const { engine, requests } = scriptedEngine([page([1, 2], true), page([], true), page([3])]);
    const options = { key, consistent: true, forward: false, filter: Receipt.total.ge(1), pageSize: 2 };
    const found = await engine.query(Receipt, options).all();
    expect(found.map(({ at }) => at)).toEqual([1, 2, 3]);
    const first = { ...query, ConsistentRead: true, ScanIndexForward: false, FilterExpression: "t >= 1", Limit: 2 };
    expect(requests()).toEqual([
      first,
      { ...first, ExclusiveStartKey: keyOf(2) },
      // Of an empty page, there is only DynamoDB's own position.
      { ...first, ExclusiveStartKey: keyOf(0) },
    ]);
  });

  test("are requested one at a time, as they are needed", async () => {
    const { engine, requests } = scriptedEngine([page([1, 2], true), page([3])]);
    for await (const { at } of engine.scan(Receipt)) if (at === 2) break;
    expect(requests()).toHaveLength(1);
  });

  test("are not requested beyond the limit", async () => {
    const { engine, requests } = scriptedEngine([page([1, 2], true), page([3, 4], true)]);
    const found = await engine.scan(Receipt, { limit: 3, pageSize: 2 }).all();
    expect(found.map(({ at }) => at)).toEqual([1, 2, 3]);
    expect(requests()).toHaveLength(2);
  });

  test("pages() yields them as arrays", async () => {
    const { engine } = scriptedEngine([page([1, 2], true), page([3])]);
    const sizes: number[] = [];
    for await (const objects of engine.scan(Receipt).pages()) sizes.push(objects.length);
    expect(sizes).toEqual([2, 1]);
  });

  test("a segment's next page names the segment again", async () => {
    const answer: Scripted = ({ input }) =>
      input["ExclusiveStartKey"] === undefined && input["Segment"] === 1 ? page([5], true) : page([6]);
    const { engine, requests } = scriptedEngine([answer, answer, answer]);
    await engine.scan(Receipt, { segments: 2 }).all();
    expect(requests().at(-1)).toEqual({ ...scan, ExclusiveStartKey: keyOf(5), Segment: 1, TotalSegments: 2 });
  });
});

describe("count()", () => {
  test("has DynamoDB count, without a projection", async () => {
    const { engine, requests } = scriptedEngine([{ Count: 3, LastEvaluatedKey: keyOf(3) }, { Count: 2 }]);
    const search = engine.query(Receipt, { key, filter: Receipt.total.ge(1), projection: ["kind"], consistent: true });
    expect(await search.count()).toBe(5);
    const first = { ...query, FilterExpression: "t >= 1", Select: "COUNT", ConsistentRead: true };
    expect(requests()).toEqual([first, { ...first, ExclusiveStartKey: keyOf(3) }]);
  });

  test("counts no more than the limit", async () => {
    expect(
      await scriptedEngine([{ Count: 9 }])
        .engine.scan(Receipt, { limit: 4 })
        .count(),
    ).toBe(4);
  });
});

describe("first() and one()", () => {
  test("ask for one item, and for two, unless a filter may leave them out", async () => {
    const { engine, requests } = scriptedEngine([page([1]), page([1]), page([1]), page([1])]);
    const filter = Receipt.total.ge(1);
    await engine.query(Receipt, { key }).first();
    await engine.query(Receipt, { key }).one();
    await engine.query(Receipt, { key, filter }).first();
    await engine.query(Receipt, { key, filter }).one();
    expect(requests().map((request) => request["Limit"])).toEqual([1, 2, undefined, undefined]);
  });

  test("throw if there is none, and one() if there are more", async () => {
    const search = (ats: number[]) => scriptedEngine([page(ats)]).engine.query(Receipt, { key });
    await expect(search([]).first()).rejects.toThrow(UnexpectedCount);
    await expect(search([]).one()).rejects.toThrow(UnexpectedCount);
    await expect(search([1, 2]).one()).rejects.toThrow(UnexpectedCount);
    expect((await search([1, 2]).first()).at).toBe(1);
    expect((await search([1]).one()).at).toBe(1);
  });
});

describe("token and moveTo()", () => {
  test("go on after the last object that was yielded, in the middle of a page", async () => {
    const { engine, requests } = scriptedEngine([page([1, 2, 3]), page([2, 3])]);
    const search = engine.query(Receipt, { key });
    for await (const _ of search) break;
    const token = JSON.parse(JSON.stringify(search.token));
    requests();
    const rest = engine.query(Receipt, { key });
    rest.moveTo(token);
    expect((await rest.all()).map(({ at }) => at)).toEqual([2, 3]);
    expect(requests()).toEqual([{ ...query, ExclusiveStartKey: keyOf(1) }]);
  });

  test("refuse a token of another search, and anything but a token", async () => {
    const { engine } = scriptedEngine([page([1, 2])]);
    const search = engine.query(Receipt, { key });
    await search.first();
    const refused = [
      engine.query(Receipt.byTotal, { key }),
      engine.scan(Receipt, { segments: 2 }),
      scriptedEngine([], { tableName: "other-{tableName}" }).engine.query(Receipt, { key }),
    ];
    for (const other of refused) expect(() => other.moveTo(search.token)).toThrow(InvalidPosition);
    const broken: unknown[] = [undefined, {}, { ...search.token, version: 2 }, { ...search.token, positions: [{}] }];
    for (const token of broken) expect(() => search.moveTo(token as never)).toThrow(InvalidPosition);
  });

  test("reset() begins at the start again", async () => {
    const { engine, requests } = scriptedEngine([page([1]), page([1])]);
    const search = engine.scan(Receipt);
    await search.all();
    search.moveTo(search.token);
    search.reset();
    await search.all();
    expect(requests()).toEqual([scan, scan]);
  });
});

const searches = [
  [
    "query()",
    (options: object, answers: Scripted[]) => scriptedEngine(answers).engine.query(Receipt, { key, ...options }),
  ],
  ["scan()", (options: object, answers: Scripted[]) => scriptedEngine(answers).engine.scan(Receipt, options)],
] as const;

test.each(searches)("%s: a value that does not fit is an error, or left off the object", async (_, search) => {
  const wrong = { Items: [{ ...keyOf(1), t: { S: "much" } }], Count: 1, ScannedCount: 1 };
  await expect(search({}, [wrong]).all()).rejects.toThrow(InvalidValue);
  const found = await search({ onInvalid: "omit" }, [wrong]).all();
  expect(found.map((receipt) => ({ ...receipt }))).toEqual([{ store: "s", at: 1 }]);
});

test.each(searches)("%s: a signal ends it with its reason", async (_, search) => {
  const stop = new AbortController();
  const aborted = () => {
    throw new Error("aborted");
  };
  const reading = (async () => {
    for await (const _ of search({ signal: stop.signal }, [page([1], true), aborted])) stop.abort(new Error("enough"));
  })();
  await expect(reading).rejects.toThrow("enough");
});
