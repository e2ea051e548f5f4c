/** The example of the page on Lambda: a function that is fed with what a table's stream has. */

import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { expect, inject, test } from "vitest";
import { Counted, Customer, makeHandler, Order } from "../../examples/lambda.js";
import { follow, recordsOfTable } from "../../examples/lambda-local.js";
import { live } from "../support/live.js";

const { engine, tableName } = live("lambda");
const streams = new DynamoDBStreamsClient({
  endpoint: inject("endpoint"),
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

test("a function that is fed by the local event source counts each order once, also if all records come again", async () => {
  await engine.bind([Order, Customer, Counted]);
  for (let order = 0; order < 25; order += 1)
    await engine.save(new Order({ id: `o${order}`, customer: `c${order % 3}`, total: order }));
  const records = await recordsOfTable(streams, tableName("Order"));
  expect(records).toHaveLength(25);
  const { invocations, discarded } = await follow(makeHandler(engine), records);
  expect([invocations.map(({ outcome }) => outcome), discarded]).toEqual([["success", "success", "success"], []]);
  expect((await follow(makeHandler(engine), records)).discarded).toEqual([]);
  const customers = await engine.getMany(Customer, [{ id: "c0" }, { id: "c1" }, { id: "c2" }]);
  expect(customers.map((customer) => customer?.orders)).toEqual([9, 8, 8]);
});
