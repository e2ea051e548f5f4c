/** The option `capacity`: requests ask for what they consume, and a signal tells it. */

import { add, type ConsumedCapacity as Consumed, type EngineOptions, model, number, string } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { consumedOf } from "../../../src/wire/capacity.js";
import { scriptedEngine } from "../../support/requests.js";

const Account = model("Account", { id: string().hashKey(), logins: number() });
const key = { id: "1" };
const ConsumedCapacity = {
  TableName: "Account",
  CapacityUnits: 3,
  GlobalSecondaryIndexes: { byEmail: { CapacityUnits: 1 } },
  LocalSecondaryIndexes: { byTime: { CapacityUnits: 0.5 } },
};
const told: Consumed = {
  tableName: "Account",
  units: 3,
  readUnits: undefined,
  writeUnits: undefined,
  indexes: { byEmail: 1, byTime: 0.5 },
};

function measured(answers: object[], options: EngineOptions = { capacity: "indexes" }) {
  const { engine, requests } = scriptedEngine(answers, options);
  const events: object[] = [];
  engine.on("capacityConsumed", ({ operation, consumed }) => void events.push({ operation, consumed }));
  const asked = () => requests().map(({ ReturnConsumedCapacity }) => ReturnConsumedCapacity);
  return { engine, events, asked };
}

test("each request asks, and what it consumed is told with its operation", async () => {
  const { engine, events, asked } = measured([
    { ConsumedCapacity },
    { ConsumedCapacity },
    { ConsumedCapacity: [ConsumedCapacity] },
  ]);
  await engine.get(Account, key);
  await engine.save(new Account(key));
  await engine.transaction((all) => all.update(Account, { id: "2" }, { logins: add(1) }));
  expect(asked()).toEqual(["INDEXES", "INDEXES", "INDEXES"]);
  expect(events).toEqual([
    { operation: "GetItem", consumed: [told] },
    { operation: "UpdateItem", consumed: [told] },
    { operation: "TransactWriteItems", consumed: [told] },
  ]);
});

test("it is asked for only if an engine says so: with() gives one for some operations", async () => {
  const { engine, events, asked } = measured([{}, { ConsumedCapacity }, {}], {});
  await engine.get(Account, key);
  await engine.with({ capacity: "total" }).get(Account, key);
  await engine.with({}).get(Account, key);
  expect(asked()).toEqual([undefined, "TOTAL", undefined]);
  expect(events).toHaveLength(1);
});

test("an engine that is made of a measured one is measured too, once", async () => {
  const { engine, events, asked } = measured([{ ConsumedCapacity }]);
  await engine.with({ tableName: "other-{tableName}" }).get(Account, key);
  expect(asked()).toEqual(["INDEXES"]);
  expect(events).toHaveLength(1);
});

test("an answer without it tells nothing", async () => {
  const { engine, events } = measured([{}]);
  await engine.get(Account, key);
  expect(events).toEqual([]);
});

describe("what an answer tells", () => {
  test.each([undefined, null, 1, "x", {}, { TableName: "T" }, { CapacityUnits: 1 }, [null, undefined]])(
    "%o is nothing",
    (value) => {
      expect(consumedOf(value)).toEqual([]);
    },
  );

  test("read and write units of a transaction are told apart", () => {
    const table = { TableName: "T", CapacityUnits: 4, ReadCapacityUnits: 0, WriteCapacityUnits: 4 };
    expect(consumedOf([table])).toEqual([{ tableName: "T", units: 4, readUnits: 0, writeUnits: 4, indexes: {} }]);
  });
});
