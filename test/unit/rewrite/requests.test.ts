/** The requests of checks and rewritings: consistent reads, and writes that are held to what was read. */

import { key, string, table } from "bloop-dynamodb";
import { checkKeys, type KeyFinding, rewriteKeys } from "bloop-dynamodb/rewrite";
import { expect, test } from "vitest";
import { scriptedEngine } from "../../support/requests.js";

const Shop = table("shop", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: "_type",
  indexes: { gsi1: { hashKey: "g", projection: "all" } },
});
const User = Shop.model(
  "User",
  { id: string(), status: string(), email: string() },
  {
    key: { pk: key`USER#${"id"}`, sk: key`PROFILE` },
    indexes: { byStatus: { on: "gsi1", g: key`S#${"status"}` } },
    unique: ["email"],
  },
);
const keyOf = (id: string) => ({ pk: { S: `USER#${id}#` }, sk: { S: "PROFILE#" } });
const marker = { pk: { S: "UNIQUE#User#email#a@x#" }, sk: { S: "UNIQUE#" } };
const stale = {
  ...keyOf("1"),
  _type: { S: "User" },
  id: { S: "1" },
  status: { S: "open" },
  email: { S: "a@x" },
  g: { S: "OLD#open#" },
};
const page = { Items: [stale], Count: 1, ScannedCount: 1 };

test("a check reads the table, the markers and their owners consistently", async () => {
  const owned = { ...marker, _type: { S: "bloop:unique" }, bloop_owner: { M: keyOf("2") } };
  const { engine, requests } = scriptedEngine([
    page,
    { Responses: { shop: [owned] } },
    { Responses: { shop: [{ ...stale, ...keyOf("2"), id: { S: "2" } }] } },
  ]);
  const report = await checkKeys(engine, User, { segments: 1, pageSize: 7 });
  expect(report.problems).toMatchObject({ attributes: 1, duplicate: 1 });
  expect(requests()).toEqual([
    { operation: "Scan", TableName: "shop", ConsistentRead: true, Limit: 7 },
    { operation: "BatchGetItem", RequestItems: { shop: { Keys: [marker], ConsistentRead: true } } },
    { operation: "BatchGetItem", RequestItems: { shop: { Keys: [keyOf("2")], ConsistentRead: true } } },
  ]);
});

test("an update of attributes is held to them and to the parts of their keys, and to the item being there", async () => {
  const { email: _, ...withoutEmail } = stale;
  const { engine, requests } = scriptedEngine([{ ...page, Items: [withoutEmail] }]);
  await rewriteKeys(engine, User, { consistent: false });
  const [scan, update, ...others] = requests();
  expect(scan).toEqual({ operation: "Scan", TableName: "shop" });
  expect(update).toMatchSnapshot();
  expect(others).toEqual([]);
});

test("a marker is written in one transaction with the update, which is held to the value", async () => {
  const { engine, requests } = scriptedEngine([page, { Responses: { shop: [] } }]);
  await rewriteKeys(engine, User);
  const [{ ClientRequestToken: _, ...transaction } = { operation: "none" }, ...others] = requests().slice(2);
  expect(transaction).toMatchSnapshot();
  expect(others).toEqual([]);
});

test("the range key of an index that an item is not in may be missing, as other programs leave it", async () => {
  const Works = table("works", {
    hashKey: "pk",
    kind: "_type",
    indexes: { gsi1: { hashKey: "g", rangeKey: "r", projection: "all" } },
  });
  const Task = Works.model(
    "Task",
    { id: string(), status: string(), due: string() },
    { key: { pk: key`T#${"id"}` }, indexes: { byStatus: { on: "gsi1", g: key`S#${"status"}`, r: key`D#${"due"}` } } },
  );
  const found = async (more: object) => {
    const Items = [{ pk: { S: "T#1#" }, _type: { S: "Task" }, id: { S: "1" }, ...more }];
    const { engine } = scriptedEngine([{ Items, Count: 1, ScannedCount: 1 }]);
    const findings: string[] = [];
    const finding = (one: KeyFinding) => {
      if (one.problem === "attributes") findings.push(...one.attributes.map(({ attribute }) => attribute));
    };
    await checkKeys(engine, Task, { finding });
    return findings;
  };
  expect(await found({ due: { S: "d" } })).toEqual([]);
  expect(await found({ due: { S: "d" }, r: { S: "D#d#" } })).toEqual([]);
  expect(await found({ due: { S: "d" }, r: { S: "D#e#" } })).toEqual(["r"]);
  expect(await found({ due: { S: "d" }, status: { S: "s" }, g: { S: "S#s#" } })).toEqual(["r"]);
  expect(await found({ due: { S: "d" }, status: { S: "s" } })).toEqual(["g", "r"]);
});
