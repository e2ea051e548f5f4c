/**
 * Indexes with keys of several attributes: made and compared on an engine that knows them, and queried on one that can. A
 * bare request finds out which, so that a fault of bloop's is none of the engine's.
 */

import { CreateTableCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { integer, key, model, string, TableMismatch, table } from "bloop-dynamodb";
import { beforeAll, expect, type TestContext, test } from "vitest";
import { live } from "../support/live.js";

const { client, engine, tableName } = live("native-keys");

const columns = { id: string().hashKey(), tenant: string(), region: string(), round: integer(), score: integer() };
const Match = model("Match", columns, {
  indexes: { byRegion: { hashKey: ["tenant", "region"], rangeKey: ["round", "score"], projection: "all" } },
});
const Turned = model("Turned", columns, {
  tableName: "Match",
  indexes: { byRegion: { hashKey: ["region", "tenant"], rangeKey: ["round", "score"], projection: "all" } },
});
const Games = table("games", {
  hashKey: "pk",
  kind: "_type",
  indexes: { byRegion: { hashKey: ["_type", "region"], rangeKey: ["place", "score"], projection: "all" } },
});
const Play = Games.model(
  "Play",
  { id: string(), region: string(), round: integer(), score: integer() },
  { key: { pk: key`PLAY#${"id"}` }, indexes: { byRegion: { on: "byRegion", place: key`R#${"round"}` } } },
);

/** Why the engine can't make such a table, or query it; undefined if it can. */
const cannot: { make: string | undefined; query: string | undefined } = { make: undefined, query: undefined };

beforeAll(async () => {
  const TableName = tableName("probe");
  const S = "S" as const;
  const keys = ["id", "a", "b", "c"].map((AttributeName) => ({ AttributeName, AttributeType: S }));
  const both = [
    { AttributeName: "a", KeyType: "HASH" },
    { AttributeName: "b", KeyType: "HASH" },
    { AttributeName: "c", KeyType: "RANGE" },
  ] as const;
  const Projection = { ProjectionType: "ALL" } as const;
  const made = client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: keys,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [{ IndexName: "both", KeySchema: [...both], Projection }],
    }),
  );
  const refusal = (error: unknown) => (error instanceof Error ? error.message : String(error));
  cannot.make = await made.then(
    () => undefined,
    (error) => `this engine does not make such an index: ${refusal(error)}`,
  );
  if (cannot.make !== undefined) return;
  await client.send(
    new PutItemCommand({ TableName, Item: { id: { S: "1" }, a: { S: "x" }, b: { S: "y" }, c: { S: "z" } } }),
  );
  const query = new QueryCommand({
    TableName,
    IndexName: "both",
    KeyConditionExpression: "a = :a AND b = :b",
    ExpressionAttributeValues: { ":a": { S: "x" }, ":b": { S: "y" } },
  });
  cannot.query = await client.send(query).then(
    () => undefined,
    (error) => `this engine does not query such an index: ${refusal(error)}`,
  );
});

function needs({ skip }: TestContext, ...abilities: readonly (keyof typeof cannot)[]): void {
  const reason = abilities.map((ability) => cannot[ability]).find((found) => found !== undefined);
  if (reason !== undefined) skip(reason);
}

test("bind() makes the table, and finds no difference the second time", async (context) => {
  needs(context, "make");
  await engine.bind([Match, Play]);
  await engine.bind([Match, Play], { tables: "validate" });
});

test("bind() tells a key of the same attributes in another order", async (context) => {
  needs(context, "make");
  await engine.bind(Match);
  const bound = engine.bind(Turned, { tables: "validate" });
  await expect(bound).rejects.toBeInstanceOf(TableMismatch);
  await expect(bound).rejects.toThrow(
    'The global index "byRegion" has the key (region HASH, tenant HASH, round RANGE, score RANGE) in the model, and (tenant HASH, region HASH, round RANGE, score RANGE) in the table.',
  );
});

test("an item is saved with some of the attributes, and loaded as it was", async (context) => {
  needs(context, "make");
  await engine.bind(Match);
  await engine.save([
    new Match({ id: "whole", tenant: "t", region: "r", round: 1, score: 2 }),
    new Match({ id: "part", tenant: "t", round: 1 }),
  ]);
  expect(await engine.get(Match, { id: "part" })).toEqual(new Match({ id: "part", tenant: "t", round: 1 }));
  expect(await engine.scan(Match).count()).toBe(2);
});

test("a query finds what the parts say, in their order, page by page", async (context) => {
  needs(context, "make", "query");
  await engine.bind(Match);
  const rounds = [1, 2, 10].flatMap((round) => [3, -1].map((score) => ({ round, score })));
  await engine.save(
    rounds.map(({ round, score }) => new Match({ id: `${round}/${score}`, tenant: "q", region: "r", round, score })),
  );
  await engine.save(new Match({ id: "sparse", tenant: "q", region: "r", round: 1 }));
  const both = Match.tenant.eq("q").and(Match.region.eq("r"));
  const idsOf = async (key: typeof both, pageSize = 2) =>
    (await engine.query(Match.byRegion, { key, pageSize }).all()).map(({ id }) => id);
  await expect.poll(() => idsOf(both)).toEqual(["1/-1", "1/3", "2/-1", "2/3", "10/-1", "10/3"]);
  expect(await idsOf(both.and(Match.round.gt(1)) as never)).toEqual(["2/-1", "2/3", "10/-1", "10/3"]);
  expect(await idsOf(both.and(Match.round.eq(1)).and(Match.score.ge(0)) as never)).toEqual(["1/3"]);
});

test("a query of a kind finds none of another one's items", async (context) => {
  needs(context, "make", "query");
  await engine.bind(Play);
  await engine.save(new Play({ id: "1", region: "r", round: 1, score: 5 }));
  const condition = Play.region.eq("r").and(Play.round.eq(1)).and(Play.score.gt(1));
  await expect.poll(() => engine.query(Play.byRegion, { key: condition }).count()).toBe(1);
});
