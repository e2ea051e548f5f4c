/** streamHandler() and recordsOf() on a table of several kinds. */

import { Engine, InvalidRecord, integer, key, string, table } from "bloop-dynamodb";
import { recordsOf, streamHandler } from "bloop-dynamodb/lambda";
import type { EventRecord } from "bloop-dynamodb/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { arnOf, numberOf } from "../../support/lambda-events.js";
import { recordingClient } from "../../support/recording-client.js";

const Shop = table("shop", { hashKey: "pk", rangeKey: "sk", kind: "_type", stream: { include: ["new", "old"] } });
const Customer = Shop.model("Customer", { id: string(), name: string() }, { key: { pk: key`${"id"}`, sk: key`IT` } });
const Order = Shop.model("Order", { id: string(), total: integer() }, { key: { pk: key`${"id"}`, sk: key`IT` } });
const engine = new Engine({ dynamodb: recordingClient() });

const keys = (id: string) => ({ pk: { S: `${id}#` }, sk: { S: "IT#" } });
const customer = (id: string) => ({ ...keys(id), _type: { S: "Customer" }, id: { S: id }, name: { S: "Ada" } });
const order = (id: string, total = 1) => ({
  ...keys(id),
  _type: { S: "Order" },
  id: { S: id },
  total: { N: `${total}` },
});
const later = (id: string) => ({ ...keys(id), _type: { S: "Later" }, id: { S: id } });

/** A record of what an item was and is. */
function record(number: number, id: string, images: { old?: object; new?: object }): EventRecord {
  const eventName = images.old === undefined ? "INSERT" : images.new === undefined ? "REMOVE" : "MODIFY";
  return {
    eventName,
    eventSourceARN: arnOf("shop"),
    dynamodb: { Keys: keys(id), OldImage: images.old, NewImage: images.new, SequenceNumber: numberOf(number) },
  } as EventRecord;
}

const failed = (number: number) => ({ batchItemFailures: [{ itemIdentifier: numberOf(number) }] });
const succeeded = { batchItemFailures: [] };

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

describe("several kinds of one table", () => {
  test("each record is of its kind, told apart by the model's name, for the compiler too", async () => {
    const seen: unknown[] = [];
    const handle = streamHandler(engine, [Customer, Order], (one) => {
      if (one.model === "Customer" && one.type === "insert") seen.push(one.new.name, one.new instanceof Customer);
      if (one.model === "Order" && one.type === "modify") seen.push(one.old.total, one.new.total);
    });
    const Records = [
      record(0, "c", { new: customer("c") }),
      record(1, "o", { old: order("o", 1), new: order("o", 2) }),
    ];
    expect(await handle({ Records })).toEqual(succeeded);
    expect(seen).toEqual(["Ada", true, 1, 2]);
  });

  test("an order put over a customer is a removal and an insertion, in this order", async () => {
    const seen: string[] = [];
    const handle = streamHandler(engine, [Customer, Order], ({ model, type }) => void seen.push(`${type} ${model}`));
    expect(await handle({ Records: [record(0, "x", { old: customer("x"), new: order("x") })] })).toEqual(succeeded);
    expect(seen).toEqual(["remove Customer", "insert Order"]);
  });

  test("if the second half of such a record fails, the record is not handled", async () => {
    const handle = streamHandler(engine, [Customer, Order], ({ model }) => {
      if (model === "Order") throw new Error("no");
    });
    const Records = [record(0, "a", { new: customer("a") }), record(1, "x", { old: customer("x"), new: order("x") })];
    expect(await handle({ Records })).toEqual(failed(1));
  });

  test("records of an item of both kinds are handled in their order", async () => {
    const seen: string[] = [];
    const handle = streamHandler(
      engine,
      [Customer, Order],
      async ({ model, type }) => {
        if (model === "Customer") await new Promise((resolve) => setTimeout(resolve, 10));
        seen.push(`${type} ${model}`);
      },
      { concurrency: 5 },
    );
    const Records = [
      record(0, "x", { new: customer("x") }),
      record(1, "x", { old: customer("x"), new: order("x") }),
      record(2, "x", { old: order("x") }),
    ];
    expect(await handle({ Records })).toEqual(succeeded);
    expect(seen).toEqual(["insert Customer", "remove Customer", "insert Order", "remove Order"]);
  });
});

describe("an item of a kind that no model of the table knows", () => {
  const Records = [record(0, "l", { new: later("l") }), record(1, "o", { new: order("o") })];

  test("counts as handled, with the signal unknownItem", async () => {
    const telling = new Engine({ dynamodb: recordingClient() });
    const told: unknown[] = [];
    telling.on("unknownItem", ({ item }) => void told.push(item["_type"]));
    const seen: string[] = [];
    const handle = streamHandler(telling, [Customer, Order], ({ model }) => void seen.push(model));
    expect(await handle({ Records })).toEqual(succeeded);
    expect([told, seen]).toEqual([[{ S: "Later" }], ["Order"]]);
  });

  test('fails with onUnknown: "error"', async () => {
    const errors: unknown[] = [];
    const handle = streamHandler(engine, [Customer, Order], () => {}, {
      onUnknown: "error",
      onError(error) {
        errors.push(error);
        return "retry";
      },
    });
    expect(await handle({ Records })).toEqual(failed(0));
    expect(errors[0]).toBeInstanceOf(InvalidRecord);
    expect(String(errors[0])).toContain("no model of the table knows");
  });

  test('is handed over in DynamoDB\'s form with onUnknown: "raw", without a model', async () => {
    const seen: unknown[] = [];
    const handle = streamHandler(engine, [Customer, Order], (one) => void seen.push(one.model, one.new), {
      onUnknown: "raw",
    });
    expect(await handle({ Records: Records.slice(0, 1) })).toEqual(succeeded);
    expect(seen).toEqual([undefined, later("l")]);
  });
});

test("of one model, records of other kinds count as handled", async () => {
  const seen: string[] = [];
  const handle = streamHandler(engine, Order, ({ model }) => void seen.push(model));
  const Records = [record(0, "c", { new: customer("c") }), record(1, "o", { new: order("o") })];
  expect(await handle({ Records })).toEqual(succeeded);
  expect(seen).toEqual(["Order"]);
  expect(recordsOf(Order, { Records }, { engine }).map(({ key }) => key)).toEqual([{ id: "o" }]);
});

test("a record without an eventID is told from others by its sequence number", async () => {
  const seen: string[] = [];
  const handle = streamHandler(engine, Order, ({ meta }) => void seen.push(meta.eventId));
  const Records = [record(0, "o", { new: order("o") }), record(1, "p", { new: order("p") })];
  expect(await handle({ Records })).toEqual(succeeded);
  expect(seen).toEqual([numberOf(0), numberOf(1)]);
  const { SequenceNumber: _, ...unnamed } = Records[0]?.dynamodb ?? {};
  await expect(handle({ Records: [{ ...Records[0], dynamodb: unnamed }] })).rejects.toThrow("neither an eventID");
});
