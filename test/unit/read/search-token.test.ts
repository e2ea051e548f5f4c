/** Tokens and cursors of searches: of which searches one is taken, and what is refused before a request. */

import {
  binary,
  type Condition,
  Engine,
  InvalidOption,
  InvalidPosition,
  integer,
  makeCursors,
  model,
  type Search,
  type SearchToken,
  string,
} from "bloop-dynamodb";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordingClient } from "../../support/recording-client.js";
import { scriptedEngine } from "../../support/requests.js";

const seed = Number(process.env["BLOOP_SEED"] ?? 20_292);

const Post = model(
  "Post",
  {
    author: string().hashKey(),
    at: integer().rangeKey(),
    topic: string(),
    likes: integer(),
    digest: binary(),
  },
  {
    indexes: {
      byTopic: { hashKey: "topic", rangeKey: "at", projection: "keys" },
      byLikes: { rangeKey: "likes", projection: "keys" },
      byDigest: { hashKey: "digest", projection: "keys" },
    },
  },
);
const Other = model("Other", { author: string().hashKey(), at: integer().rangeKey(), likes: integer() });
const itemOf = (at: number) => ({
  author: { S: "a" },
  at: { N: String(at) },
  topic: { S: "t" },
  likes: { N: String(at) },
  digest: { B: new Uint8Array([at]) },
});
const page = { Items: [1, 2, 3].map(itemOf), Count: 3, ScannedCount: 3, LastEvaluatedKey: itemOf(3) };
const { engine } = scriptedEngine(Array.from({ length: 4000 }, () => page));
const untyped = (value: unknown) => value as never;

/** A search, and what its token is of: the second is the oracle, by which one token fits another search. */
type Case = readonly [search: () => Search<unknown>, identity: string];

const { author, at, likes, topic, digest } = Post;
const a = author.eq("a");
const cases: readonly Case[] = [
  [() => engine.scan(Post), "scan"],
  [() => engine.scan(Post, { limit: 2, pageSize: 1, projection: ["likes"], consistent: true }), "scan"],
  [() => engine.scan(Post, { filter: likes.gt(1) }), "scan, likes >"],
  [() => engine.scan(Post, { filter: likes.gt(2) }), "scan, likes >"],
  [() => engine.scan(Post, { filter: likes.ge(1) }), "scan, likes >="],
  [() => engine.scan(Post, { filter: at.gt(1) }), "scan, at >"],
  [() => engine.scan(Post, { filter: likes.in([1, 2]) }), "scan, likes in"],
  [() => engine.scan(Post, { filter: likes.in([1, 2, 3]) }), "scan, likes in"],
  [() => engine.scan(Post, { filter: likes.gt(1).and(topic.eq("x")) }), "scan, likes > and topic ="],
  [() => engine.scan(Post, { filter: likes.gt(1).or(topic.eq("x")) }), "scan, likes > or topic ="],
  [() => engine.scan(Post, { filter: likes.gt(1).not() }), "scan, not likes >"],
  [() => engine.scan(Post, { filter: topic.size.gt(1) }), "scan, size of topic >"],
  [() => engine.scan(Post, { filter: topic.contains("x") }), "scan, topic contains"],
  [() => engine.scan(Post, { filter: topic.exists() }), "scan, topic exists"],
  [() => engine.scan(Post, { filter: likes.between(1, 2) }), "scan, likes between"],
  [() => engine.scan(Post, { filter: likes.lt(at) }), "scan, likes < at"],
  [() => engine.scan(Post, { segments: 2 }), "scan of 2 segments"],
  [() => engine.scan(Post, { segments: 3 }), "scan of 3 segments"],
  [() => engine.scan(Post, { parallel: { segment: 0, total: 2 } }), "segment 0 of 2"],
  [() => engine.scan(Post, { parallel: { segment: 1, total: 2 } }), "segment 1 of 2"],
  [() => engine.scan(Post, { parallel: { segment: 0, total: 3 } }), "segment 0 of 3"],
  [() => engine.scan(Other), "scan of another table"],
  [() => engine.scan(Post.byTopic), "scan of byTopic"],
  [() => engine.scan(Post.byLikes), "scan of byLikes"],
  [() => engine.scan(Post.byDigest), "scan of byDigest"],
  [() => engine.query(Post, { key: a }), "query a"],
  [() => engine.query(Post, { key: a, forward: true, limit: 1 }), "query a"],
  [() => engine.query(Post, { key: a, forward: false }), "query a backwards"],
  [() => engine.query(Post, { key: author.eq("b") }), "query b"],
  [() => engine.query(Post, { key: a.and(at.gt(0)) }), "query a, at >"],
  [() => engine.query(Post, { key: a.and(at.gt(2)) }), "query a, at >"],
  [() => engine.query(Post, { key: a.and(at.between(0, 2)) }), "query a, at between"],
  [() => engine.query(Post, { key: a.and(at.eq(1)) }), "query a, at = 1"],
  [() => engine.query(Post, { key: a.and(at.eq(2)) }), "query a, at = 2"],
  [() => engine.query(Post, { key: a, filter: likes.gt(5) }), "query a, likes >"],
  [() => engine.query(Post, { key: a, filter: likes.gt(-5) }), "query a, likes >"],
  [() => engine.query(Post.byLikes, { key: a }), "query a by likes"],
  [() => engine.query(Post.byTopic, { key: topic.eq("t") }), "query byTopic"],
  [() => engine.query(Post.byTopic, { key: topic.eq("u") }), "query another topic"],
  [() => engine.query(Post.byDigest, { key: digest.eq(new Uint8Array([1])) }), "query byDigest 1"],
  [() => engine.query(Post.byDigest, { key: digest.eq(new Uint8Array([2])) }), "query byDigest 2"],
];

/** Their keys are not those of the items that are answered here. */
const others = ["query b", "query another topic", "query byDigest 2"];

/** Tokens of a search where it stands at first, in the middle and at its end. */
async function tokensOf(search: Search<unknown>, identity: string): Promise<SearchToken[]> {
  const start = search.token;
  if (!others.includes(identity)) for await (const _ of search) break;
  return [start, search.token, { ...start, positions: start.positions.map(() => "end" as const) }];
}

test("a token is accepted by searches of its shape, with any values and limits, and by no other", async () => {
  for (const [from, identity] of cases) {
    for (const token of await tokensOf(from(), identity)) {
      for (const [to, other] of cases) {
        const search = to();
        for (const given of [
          JSON.parse(JSON.stringify(token)),
          Buffer.from(JSON.stringify(token)).toString("base64url"),
        ]) {
          const move = () => search.moveTo(given);
          if (other === identity) move();
          else expect(move, `${identity} to ${other}`).toThrow(InvalidPosition);
        }
      }
    }
  }
});

test("the error for a token of another search says how the searches differ", () => {
  const refusal = (from: Search<unknown>, to: Search<unknown>): string => {
    try {
      to.moveTo(from.token);
    } catch (error) {
      return String(error);
    }
    return "taken";
  };
  const query = engine.query(Post, { key: a });
  expect(refusal(engine.scan(Post), query)).toContain("it is of a scan, and this is a query");
  expect(refusal(query, engine.scan(Post))).toContain("it is of a query, and this is a scan");
  expect(refusal(engine.query(Post, { key: a, forward: false }), query)).toContain("it is of a query backwards");
  expect(refusal(engine.query(Post, { key: author.eq("b") }), query)).toContain("another key, or another filter");
  expect(refusal(engine.scan(Post, { parallel: { segment: 0, total: 2 } }), engine.scan(Post))).toContain(
    "it is of another segment",
  );
});

test("a token shows no value of the conditions, besides the keys where the search stands", async () => {
  const search = engine.query(Post, { key: author.eq("a").and(at.gt(-424_242)), filter: topic.eq("secret-topic") });
  for await (const _ of search) break;
  const text = JSON.stringify(search.token);
  expect(text).not.toContain("secret-topic");
  expect(text).not.toContain("424242");
  expect(search.token.positions).toEqual([{ author: { S: "a" }, at: { N: "1" } }]);
});

describe("a position that the table or index can't have is refused", () => {
  const scan = () => engine.scan(Post.byDigest);
  const key = { author: { S: "a" }, at: { N: "1" }, digest: { B: "AQ==" } };
  const moved = (position: unknown) => () => scan().moveTo({ ...scan().token, positions: [untyped(position)] });

  test("what is one is taken", () => {
    expect(moved(key)).not.toThrow();
    expect(moved({ ...key, at: { N: "-1.5E3" } })).not.toThrow();
  });

  test.each<[name: string, position: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", "middle"],
    ["no attribute", {}],
    ["an attribute too few", { author: { S: "a" }, at: { N: "1" } }],
    ["an attribute too many", { ...key, likes: { N: "1" } }],
    ["another attribute", { author: { S: "a" }, at: { N: "1" }, topic: { S: "t" } }],
    ["another type", { ...key, author: { N: "1" } }],
    ["two types", { ...key, author: { S: "a", N: "1" } }],
    ["no type", { ...key, author: "a" }],
    ["no text", { ...key, author: { S: 5 } }],
    ["an empty text", { ...key, author: { S: "" } }],
    ["half a surrogate pair", { ...key, author: { S: "\ud800" } }],
    ["2,049 bytes", { ...key, author: { S: "x".repeat(2049) } }],
    ["2,049 bytes in fewer characters", { ...key, author: { S: "é".repeat(1025) } }],
    ["10 MB of key", { ...key, author: { S: "x".repeat(10_000_000) } }],
    ["no number", { ...key, at: { N: "abc" } }],
    ["no digits", { ...key, at: { N: "" } }],
    ["infinity", { ...key, at: { N: "Infinity" } }],
    ["39 digits", { ...key, at: { N: "1".repeat(39) } }],
    ["a number out of range", { ...key, at: { N: "1E126" } }],
    ["no base64", { ...key, digest: { B: "***" } }],
    ["base64 that is not as it is written", { ...key, digest: { B: "AR=" } }],
    ["no bytes", { ...key, digest: { B: "" } }],
    ["a key of the prototype", Object.create(key)],
  ])("%s", (_, position) => {
    expect(moved(position)).toThrow(InvalidPosition);
  });

  test("of a query, another hash key than the query's", () => {
    const search = engine.query(Post, { key: a });
    const { token } = search;
    expect(() => search.moveTo({ ...token, positions: [{ author: { S: "b" }, at: { N: "1" } }] })).toThrow(
      InvalidPosition,
    );
    expect(() => search.moveTo({ ...token, positions: [{ author: { S: "a" }, at: { N: "1" } }] })).not.toThrow();
  });
});

test("anything but a token or a cursor is refused with InvalidPosition", () => {
  const client = recordingClient();
  const search = new Engine({ dynamodb: client }).scan(Post);
  const nonsense = fc.oneof(
    fc.anything(),
    fc.string(),
    fc.base64String(),
    fc.json().map((text) => Buffer.from(text).toString("base64url")),
    fc.record({ version: fc.constant(1), table: fc.constant("Post"), positions: fc.anything() }),
    fc.anything().map((positions) => ({ ...search.token, positions })),
    fc.anything().map((position) => ({ ...search.token, positions: [position] })),
    fc.anything().map((value) => ({ ...search.token, positions: [{ author: { S: value }, at: value }] })),
  );
  fc.assert(
    fc.property(nonsense, (value) => {
      try {
        search.moveTo(untyped(value));
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidPosition);
        return;
      }
      expect(["start", "end"]).toContain(search.token.positions[0]);
    }),
    { seed, numRuns: 3000 },
  );
  expect(client.sent).toEqual([]);
});

describe("a position outside of a range that has moved", () => {
  const position = { author: { S: "a" }, at: { N: "5" } };
  const ranges: readonly [name: string, Condition<"Post", "at">, inside: (at: number) => boolean][] = [
    ...[3, 4, 5, 6, 7].flatMap((end): [string, Condition<"Post", "at">, (at: number) => boolean][] => [
      [`gt(${end})`, at.gt(end), (one) => one > end],
      [`ge(${end})`, at.ge(end), (one) => one >= end],
      [`lt(${end})`, at.lt(end), (one) => one < end],
      [`le(${end})`, at.le(end), (one) => one <= end],
      ...[3, 4, 5, 6, 7]
        .filter((high) => high >= end)
        .map((high): [string, Condition<"Post", "at">, (at: number) => boolean] => [
          `between(${end}, ${high})`,
          at.between(end, high),
          (one) => one >= end && one <= high,
        ]),
    ]),
  ];
  test.each([true, false])("is where the rest of it begins, forward: %s", (forward) => {
    for (const [name, range, inside] of ranges) {
      const search = engine.query(Post, untyped({ key: a.and(untyped(range)), forward }));
      search.moveTo({ ...search.token, positions: [position] });
      const [moved] = search.token.positions;
      const later = Array.from({ length: 20 }, (_, one) => one).filter((one) => (forward ? one > 5 : one < 5));
      const rest = later.filter(inside);
      const all = Array.from({ length: 20 }, (_, one) => one).filter(inside);
      if (inside(5)) expect(moved, name).toEqual(position);
      else expect(moved, name).toBe(rest.length === 0 ? "end" : "start");
      if (moved === "start") expect(rest, name).toEqual(all);
    }
  });
});

describe("a cursor", () => {
  test("is the token as a text for a URL, until the search is at its end", async () => {
    const { engine: scripted } = scriptedEngine([page, { ...page, LastEvaluatedKey: undefined }]);
    const search = scripted.scan(Post);
    const seen: (string | undefined)[] = [];
    for await (const _ of search) seen.push(search.cursor);
    expect(seen.every((cursor) => cursor !== undefined && encodeURIComponent(cursor) === cursor)).toBe(true);
    expect(search.exhausted).toBe(true);
    expect(search.cursor).toBeUndefined();
    const rest = engine.scan(Post);
    rest.moveTo(seen[0] ?? "");
    expect(rest.token.positions).toEqual([{ author: { S: "a" }, at: { N: "1" } }]);
  });

  test("is undefined if the limit ends with the last object that there is", async () => {
    const last = { ...page, LastEvaluatedKey: undefined };
    for (const read of [
      async (search: Search<unknown>) => {
        for await (const _ of search);
      },
      (search: Search<unknown>) => search.all(),
      async (search: Search<unknown>) => {
        for await (const _ of search.pages());
      },
    ]) {
      const ended = scriptedEngine([last]).engine.scan(Post, { limit: 3 });
      await read(ended);
      expect(ended.cursor).toBeUndefined();
      const before = scriptedEngine([last]).engine.scan(Post, { limit: 2 });
      await read(before);
      expect(before.cursor).toBeDefined();
      const more = scriptedEngine([page]).engine.scan(Post, { limit: 3 });
      await read(more);
      expect(more.cursor).toBeDefined();
    }
  });
});

describe("makeCursors()", () => {
  const key = (fill: number, length = 32) => new Uint8Array(length).fill(fill);
  const cursors = makeCursors(key(1));
  const cursor = () => {
    const search = engine.scan(Post);
    return search.cursor ?? expect.unreachable();
  };

  test("seals a cursor so that it shows nothing, and opens it with each of its keys", async () => {
    const sealed = (await cursors.seal(cursor())) ?? expect.unreachable();
    expect(encodeURIComponent(sealed)).toBe(sealed);
    expect(Buffer.from(sealed, "base64url").toString("latin1")).not.toContain("Post");
    expect(await cursors.seal(cursor())).not.toBe(sealed);
    expect(await cursors.open(sealed)).toBe(cursor());
    expect(await makeCursors(key(2, 16), key(1)).open(sealed)).toBe(cursor());
    engine.scan(Post).moveTo(await cursors.open(sealed));
    expect(await cursors.seal(undefined)).toBeUndefined();
    await expect(cursors.seal(untyped({ cursor: cursor() }))).rejects.toThrow(
      new InvalidOption("seal() takes a cursor, got an object."),
    );
  });

  test("refuses a cursor of another key or owner, and one with any changed character", async () => {
    const sealed = (await cursors.seal(cursor(), "tenant-1")) ?? expect.unreachable();
    expect(sealed).not.toContain("tenant");
    expect(await cursors.open(sealed, "tenant-1")).toBe(cursor());
    await expect(cursors.open(sealed, "tenant-2")).rejects.toThrow(InvalidPosition);
    await expect(cursors.open(sealed)).rejects.toThrow(InvalidPosition);
    await expect(makeCursors(key(2)).open(sealed, "tenant-1")).rejects.toThrow(InvalidPosition);
    const everybodys = (await cursors.seal(cursor())) ?? expect.unreachable();
    await expect(cursors.open(everybodys, "tenant-1")).rejects.toThrow(InvalidPosition);
    const bytes = Buffer.from(sealed, "base64url");
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      await expect(cursors.open(changed.toString("base64url"), "tenant-1")).rejects.toThrow(InvalidPosition);
    }
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length).toString("base64url");
      await expect(cursors.open(cut, "tenant-1")).rejects.toThrow(InvalidPosition);
    }
    for (const more of ["A", "=", "==", " ", "\n", "-"]) {
      await expect(cursors.open(sealed + more, "tenant-1")).rejects.toThrow(InvalidPosition);
      expect(() => engine.scan(Post).moveTo(cursor() + more)).toThrow(InvalidPosition);
    }
  });

  test("refuses anything but a cursor", async () => {
    const nonsense = fc.oneof(fc.anything(), fc.string(), fc.base64String({ minLength: 40 }));
    await fc.assert(
      fc.asyncProperty(nonsense, async (value) => {
        await expect(cursors.open(untyped(value))).rejects.toThrow(InvalidPosition);
      }),
      { seed, numRuns: 500 },
    );
  });

  test.each<[name: string, make: () => unknown]>([
    ["no key", () => makeCursors()],
    ["a text", () => makeCursors(untyped("x".repeat(32)))],
    ["15 bytes", () => makeCursors(key(1, 15))],
    ["no bytes, as of a variable that is not set", () => makeCursors(Buffer.from("", "base64"))],
    ["a second key that can't be", () => makeCursors(key(1), key(1, 31))],
  ])("refuses %s", (_, make) => {
    expect(make).toThrow(InvalidOption);
  });

  test.each([undefined, "", 5, null])(
    "refuses the owner %s, which would make a cursor that is everybody's",
    async (owner) => {
      await expect(cursors.seal(cursor(), untyped(owner))).rejects.toThrow(InvalidOption);
      await expect(cursors.open(cursor(), untyped(owner))).rejects.toThrow(InvalidOption);
    },
  );

  test("a key that is changed after the call stays as it was", async () => {
    const given = key(7);
    const made = makeCursors(given);
    given.fill(8);
    const sealed = (await made.seal(cursor())) ?? expect.unreachable();
    expect(await makeCursors(key(7)).open(sealed)).toBe(cursor());
  });
});
