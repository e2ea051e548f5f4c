/** Keys of indexes of several attributes: the requests of queries, their positions, and the writes that such a key refuses. */

import {
  Engine,
  InvalidPosition,
  InvalidSearch,
  InvalidValue,
  integer,
  key,
  model,
  number,
  string,
  table,
} from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { recordingClient } from "../../support/recording-client.js";
import { scriptedEngine } from "../../support/requests.js";

const Match = model(
  "Match",
  {
    id: string().hashKey(),
    day: string().rangeKey(),
    tenant: string(),
    region: string().storedAs("reg"),
    round: integer(),
    score: number(),
    note: string(),
  },
  {
    indexes: {
      byRegion: { hashKey: ["tenant", "region"], rangeKey: ["round", "score"], projection: ["note"] },
      byTenant: { hashKey: "tenant", rangeKey: ["day", "round"], projection: "keys" },
      whole: { hashKey: ["tenant", "region"], projection: "all" },
    },
  },
);
const both = Match.tenant.eq("t").and(Match.region.eq("r"));
const base = { operation: "Query", TableName: "Match", IndexName: "byRegion" };
const empty = { Items: [], Count: 0, ScannedCount: 0 };

describe("a query sends", () => {
  test.each([
    ["the hash key alone", both, '(tenant = "t") AND (reg = "r")'],
    [
      "the first attribute of the range key",
      both.and(Match.round.gt(1)),
      '(tenant = "t") AND (reg = "r") AND (round > 1)',
    ],
    [
      "all attributes",
      both.and(Match.round.eq(1)).and(Match.score.between(1, 2)),
      '(tenant = "t") AND (reg = "r") AND (round = 1) AND (score BETWEEN 1 AND 2)',
    ],
    [
      "all by eq()",
      both.and(Match.round.eq(1)).and(Match.score.eq(2)),
      '(tenant = "t") AND (reg = "r") AND (round = 1) AND (score = 2)',
    ],
  ])("%s", async (_, condition, expression) => {
    const { engine, requests } = scriptedEngine([empty]);
    await engine.query(Match.byRegion, { key: condition }).all();
    expect(requests()).toEqual([{ ...base, KeyConditionExpression: expression }]);
  });

  test("the parts in the index's order, however they were given", async () => {
    const { engine, requests } = scriptedEngine([empty]);
    const turned = Match.score.lt(3).and(Match.round.eq(1)).and(Match.region.eq("r")).and(Match.tenant.eq("t"));
    await engine.query(Match.byRegion, { key: turned as never, forward: false }).all();
    expect(requests()).toEqual([
      {
        ...base,
        KeyConditionExpression: '(tenant = "t") AND (reg = "r") AND (round = 1) AND (score < 3)',
        ScanIndexForward: false,
      },
    ]);
  });

  test("a filter on a key of the table, which is none of the index", async () => {
    const { engine, requests } = scriptedEngine([empty]);
    await engine.query(Match.whole, { key: both, filter: Match.day.gt("d").and(Match.round.gt(1)) }).all();
    expect(requests()).toMatchObject([{ FilterExpression: '(day > "d") AND (round > 1)' }]);
  });
});

describe("a query is refused, before a request,", () => {
  const words = (on: string) =>
    `The key of a query of Match.${on} is "tenant" and "region" by eq(), and from left to right "round" and "score": without a gap, by eq(), the last one by any comparison; joined by and(), with values and no columns.`;

  test.each([
    ["without a part of the hash key", Match.tenant.eq("t")],
    ["by a range of the hash key", Match.tenant.eq("t").and(Match.region.gt("r"))],
    ["with a gap", both.and(Match.score.gt(1))],
    ["by a range that is not the last", both.and(Match.round.gt(1)).and(Match.score.eq(1))],
    ["by ne()", both.and(Match.round.ne(1))],
    ["by two conditions on one attribute", both.and(Match.round.gt(1)).and(Match.round.lt(3))],
    ["by another column", both.and(Match.note.eq("n"))],
    ["by or()", Match.tenant.eq("t").or(Match.region.eq("r"))],
  ])("%s", (_, condition) => {
    const { engine } = scriptedEngine([]);
    const query = () => engine.query(Match.byRegion, { key: condition as never });
    expect(query).toThrow(InvalidSearch);
    expect(query).toThrow(words("byRegion"));
  });

  test.each([
    ["a part of the hash key", Match.region.exists(), "region"],
    ["a part of the range key", Match.score.gt(1), "score"],
  ])("with a filter on %s", (_, filter, column) => {
    const { engine } = scriptedEngine([]);
    expect(() => engine.query(Match.byRegion, { key: both, filter: filter as never })).toThrow(
      `The filter of a query of Match.byRegion can't use its key column "${column}"; put it into the key condition.`,
    );
  });

  test("by a value that no key has", () => {
    const { engine } = scriptedEngine([]);
    const on = (condition: unknown) => () => engine.query(Match.byRegion, { key: condition as never });
    expect(on(Match.tenant.eq("t").and(Match.region.eq("")))).toThrow("Match.region: the key of a search is empty");
    expect(on(Match.tenant.eq("t").and(Match.region.eq("x".repeat(2049))))).toThrow("has 2049 bytes");
    const long = Match.tenant
      .eq("t")
      .and(Match.day.eq("x".repeat(1025)))
      .and(Match.round.eq(1));
    expect(() => engine.query(Match.byTenant, { key: long })).toThrow("Match.day: the key of a search has 1025 bytes");
  });
});

describe("a token", () => {
  const place = {
    id: { S: "1" },
    day: { S: "d" },
    tenant: { S: "t" },
    reg: { S: "r" },
    round: { N: "1" },
    score: { N: "5" },
  };
  const searchAt = (condition: unknown) => {
    const { engine } = scriptedEngine([{ Items: [place], Count: 1, ScannedCount: 1, LastEvaluatedKey: place }]);
    return engine.query(Match.byRegion, { key: condition as never, limit: 1 });
  };

  test("holds the table's key and all attributes of the index, and begins after them", async () => {
    const search = searchAt(both.and(Match.round.eq(1)));
    await search.all();
    expect(search.token.positions).toEqual([place]);
    const { engine, requests } = scriptedEngine([empty]);
    const next = engine.query(Match.byRegion, { key: both.and(Match.round.eq(1)) });
    next.moveTo(search.token);
    await next.all();
    expect(requests()).toMatchObject([{ ExclusiveStartKey: place }]);
  });

  test.each([
    ["another part of the hash key", Match.tenant.eq("t").and(Match.region.eq("s")).and(Match.round.eq(1))],
    ["another value ahead of the range", both.and(Match.round.eq(2)).and(Match.score.gt(1))],
    ["fewer parts", both],
  ])("is not one of a search with %s", async (_, other) => {
    const search = searchAt(both.and(Match.round.eq(1)).and(Match.score.gt(1)));
    await search.all();
    expect(() => searchAt(other).moveTo(search.token)).toThrow(InvalidPosition);
  });

  test.each([
    ["lacks an attribute", { id: place.id, day: place.day, tenant: place.tenant, reg: place.reg, round: place.round }],
    ["has one of another type", { ...place, round: { S: "1" } }],
    ["has another value than the condition", { ...place, round: { N: "2" } }],
    ["has an empty key", { ...place, reg: { S: "" } }],
  ])("that %s is refused", async (_, position) => {
    const condition = both.and(Match.round.eq(1)).and(Match.score.gt(1));
    const search = searchAt(condition);
    await search.all();
    const token = { ...search.token, positions: [position] };
    expect(() => searchAt(condition).moveTo(token)).toThrow(InvalidPosition);
  });

  test("of a range that has moved on begins at its start, by the last attribute", async () => {
    const search = searchAt(both.and(Match.round.eq(1)).and(Match.score.gt(1)));
    await search.all();
    const { engine, requests } = scriptedEngine([empty]);
    const later = engine.query(Match.byRegion, { key: both.and(Match.round.eq(1)).and(Match.score.gt(7)) });
    later.moveTo(search.token);
    await later.all();
    expect(requests()[0]).not.toHaveProperty("ExclusiveStartKey");
  });
});

describe("a write of a part of such a key refuses", () => {
  const { engine, client } = scriptedEngine([]);
  const object = (values: object) => new Match({ id: "1", day: "d", ...values });
  test.each([
    ["an empty text, by save", () => engine.save(object({ region: "" }))],
    ["an empty text, by update", () => engine.update(Match, { id: "1", day: "d" }, { region: "" })],
    ["an empty text, by putAll", () => engine.putAll([object({ region: "" })])],
    [
      "an empty text, by a transaction",
      () =>
        engine
          .transaction()
          .save(object({ region: "" }))
          .commit(),
    ],
    ["a text longer than a hash key", () => engine.save(object({ tenant: "x".repeat(2049) }))],
    ["a wrong type", () => engine.save(object({ round: "1" as never }))],
  ])("%s", async (_, write) => {
    const error = await write().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const found =
      error instanceof Error && "failures" in error ? (error.failures as { error: unknown }[])[0]?.error : error;
    expect(found ?? error).toBeInstanceOf(InvalidValue);
    expect(client.sent).toEqual([]);
  });

  test("nothing of an item that lacks a part: it is not in the index", async () => {
    const writer = scriptedEngine([]);
    await writer.engine.save(object({ tenant: "t", round: 1 }));
    expect(writer.requests()).toMatchObject([{ UpdateExpression: 'SET tenant = "t", round = 1' }]);
  });
});

describe("on a declared table,", () => {
  const Games = table("games", {
    hashKey: "pk",
    rangeKey: "sk",
    kind: "_type",
    indexes: {
      byRegion: { hashKey: ["tenant", "region"], rangeKey: ["round", "score"], projection: "all" },
      byKind: { hashKey: ["_type", "tenant"], rangeKey: ["place", "score"], projection: "all" },
    },
  });
  const columns = { id: string(), tenant: string(), area: string(), round: integer(), score: number() };
  const Play = Games.model("Play", columns, {
    key: { pk: key`PLAY#${"id"}`, sk: key`PLAY` },
    indexes: {
      byRegion: { on: "byRegion", region: "area" },
      byKind: { on: "byKind", place: key`R#${"round"}#${"area"}` },
    },
  });
  const Rest = Games.model("Rest", columns, {
    key: { pk: key`REST#${"id"}`, sk: key`REST` },
    indexes: {
      byRegion: { on: "byRegion", region: "area" },
      byKind: { on: "byKind", place: key`R#${"round"}#${"area"}` },
    },
  });
  test("attributes are columns, composed keys and the kind", async () => {
    const { engine, requests } = scriptedEngine([empty, empty, empty]);
    const tenant = Play.tenant.eq("t");
    await engine
      .query(Play.byRegion, { key: tenant.and(Play.area.eq("a")).and(Play.round.eq(1)).and(Play.score.ge(2)) })
      .all();
    await engine.query(Play.byKind, { key: tenant.and(Play.round.eq(1)) }).all();
    await engine
      .query(Play.byKind, { key: tenant.and(Play.round.eq(1)).and(Play.area.eq("a")).and(Play.score.lt(2)) })
      .all();
    expect(requests()).toEqual([
      {
        operation: "Query",
        TableName: "games",
        IndexName: "byRegion",
        KeyConditionExpression: '(tenant = "t") AND (region = "a") AND (round = 1) AND (score >= 2)',
        FilterExpression: '_type = "Play"',
      },
      {
        operation: "Query",
        TableName: "games",
        IndexName: "byKind",
        KeyConditionExpression: `(_type = "Play") AND (tenant = "t") AND (begins_with(place, "R#31311#"))`,
      },
      {
        operation: "Query",
        TableName: "games",
        IndexName: "byKind",
        KeyConditionExpression: `(_type = "Play") AND (tenant = "t") AND (place = "R#31311#a#") AND (score < 2)`,
      },
    ]);
  });

  test("a gap between attributes is refused, in the words of the parts", () => {
    const { engine } = scriptedEngine([]);
    const gap = Play.tenant.eq("t").and(Play.round.eq(1)).and(Play.score.lt(2));
    expect(() => engine.query(Play.byKind, { key: gap as never })).toThrow(
      'The key of a query of Play.byKind is "tenant" by eq(), and from left to right, without a gap, "round", "area" and "score"',
    );
  });

  test("writes keep composed attributes fresh, and store the others as columns", async () => {
    const client = recordingClient();
    await new Engine({ dynamodb: client }).save(new Play({ id: "1", tenant: "t", area: "a", round: 1, score: 2 }));
    const values = Object.values((client.sent[0]?.input["ExpressionAttributeValues"] ?? {}) as object);
    expect(values).toEqual(
      expect.arrayContaining([{ S: "R#31311#a#" }, { S: "t" }, { S: "a" }, { N: "1" }, { N: "2" }]),
    );
  });

  test("several kinds are searched at once by parts that both keys begin with", async () => {
    const { engine, requests } = scriptedEngine([empty]);
    await engine
      .query([Play.byRegion, Rest.byRegion], { key: Play.tenant.eq("t").and(Play.area.eq("a")).and(Play.round.eq(1)) })
      .all();
    expect(requests()).toMatchObject([{ KeyConditionExpression: '(tenant = "t") AND (region = "a") AND (round = 1)' }]);
  });
});
