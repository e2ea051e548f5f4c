/** Items of kinds that other programs have in the same table, and that this one does not know. */

import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { InvalidValue, key, string, table } from "bloop-dynamodb";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { live } from "../support/live.js";

const { client, engine, tableName } = live("unknown-kind");

describe("of a kind that this program does not know, an item", () => {
  const Sole = table("sole", { hashKey: "pk", rangeKey: "sk", kind: "_k" });
  const A = Sole.model(
    "A",
    { h: string(), id: string(), z: string() },
    { key: { pk: key`P#${"h"}`, sk: key`A#${"id"}` } },
  );
  const B = Sole.model(
    "B",
    { h: string(), id: string() },
    { key: { pk: key`P#${"h"}`, sk: key`B#${"id"}` }, missing: true },
  );
  const stranger = { pk: { S: "P#1#" }, sk: { S: "A#1#" }, _k: { S: "Newer" }, data: { S: "precious" } };
  const put = (Item: Record<string, { S: string }>) =>
    client.send(new PutItemCommand({ TableName: tableName("sole"), Item }));
  const stored = async () => {
    const Key = { pk: stranger.pk, sk: stranger.sk };
    return (await client.send(new GetItemCommand({ TableName: tableName("sole"), Key, ConsistentRead: true }))).Item;
  };

  beforeAll(() => engine.bind([A, B]));
  beforeEach(() => put(stranger));

  test("is not overwritten, changed or deleted by writes that can have conditions", async () => {
    const one = { h: "1", id: "1" };
    const writes = [
      () => engine.save(new A({ ...one, z: "z" })),
      () => engine.save(new A({ ...one, z: "z" }), { once: true }),
      () => engine.delete(new A(one)),
      () => engine.update(A, one, { z: "z" }),
      () => engine.transaction((transaction) => transaction.save(new A({ ...one, z: "z" }))),
      () => engine.transaction((transaction) => transaction.delete(new A(one))),
    ];
    for (const write of writes) {
      await expect(write()).rejects.toThrow(/ConstraintViolation|canceled|written|kind/);
      expect(await stored()).toEqual(stranger);
    }
  });

  test("without a kind is only that model's which says so, and only under a key of its own", async () => {
    const longer = { pk: { S: "P#1#" }, sk: { S: "B#1#LINE#2#" } };
    await put(longer);
    await engine.save(new B({ h: "1", id: "1" }));
    const omitting = engine.with({ onInvalid: "omit" });
    expect(await omitting.get(B, { h: "1", id: "1" })).toEqual(new B({ h: "1", id: "1" }));
    await expect(omitting.query(B, { key: B.h.eq("1") }).all()).rejects.toThrow(InvalidValue);
  });

  test("a scan's token is of its own kind", async () => {
    await engine.save([new B({ h: "t", id: "1" }), new B({ h: "t", id: "2" })]);
    const scan = engine.scan(B, { limit: 1 });
    await scan.all();
    const { token } = scan;
    expect(() => engine.scan(A).moveTo(token)).toThrow("The token does not fit this search");
  });
});
