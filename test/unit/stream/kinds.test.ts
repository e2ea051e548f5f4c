/** The stream of a table of several kinds, of which a later version of the program writes another one. */

import { Engine, InvalidRecord, key, string, table } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { recordingClient } from "../../support/recording-client.js";
import { arn, shardId } from "./source.js";

const Shop = table("shop", { hashKey: "pk", kind: "_type", stream: { include: ["new", "old"] } });
const Customer = Shop.model("Customer", { id: string() }, { key: { pk: key`C#${"id"}` } });
const Order = Shop.model("Order", { id: string() }, { key: { pk: key`O#${"id"}` } });

const customer = { pk: { S: "C#1#" }, _type: { S: "Customer" }, id: { S: "1" } };
const later = { pk: { S: "L#2#" }, _type: { S: "Later" }, id: { S: "2" } };

function insert(number: string, item: { readonly pk: object }) {
  const images = { Keys: { pk: item.pk }, NewImage: item };
  const dynamodb = { ApproximateCreationDateTime: new Date(), SequenceNumber: number, SizeBytes: 10, ...images };
  return { eventID: number, eventName: "INSERT", dynamodb };
}

/** An engine on a stream of one shard with an item of an unknown kind, and a customer after it. */
function engine() {
  const streams = recordingClient(({ name, input }) => {
    if (name === "ListStreams") return { Streams: [{ StreamArn: arn(), StreamLabel: "1" }] };
    if (name === "DescribeStream") {
      const Shards = [{ ShardId: shardId(Date.now() - 1000) }];
      return { StreamDescription: { StreamArn: arn(), StreamStatus: "ENABLED", Shards } };
    }
    if (name === "GetShardIterator") return { ShardIterator: "0" };
    const Records = input.ShardIterator === "0" ? [insert("1", later), insert("2", customer)] : [];
    return { Records, NextShardIterator: "1" };
  });
  return new Engine({ streams });
}

describe("an item of a kind that no model of the table knows", () => {
  test("is skipped, and told of", async () => {
    const told: unknown[] = [];
    const telling = engine();
    telling.on("unknownItem", ({ item }) => told.push(item));
    const stream = telling.stream([Customer, Order], "trim_horizon");
    expect(await stream.poll()).toMatchObject({ model: "Customer", key: { id: "1" } });
    expect(told).toEqual([later]);
    await stream.close();
  });

  test('can\'t be loaded with onUnknown: "error", and the stream goes on behind it', async () => {
    const stream = engine().stream([Customer, Order], "trim_horizon", { onUnknown: "error" });
    const error = await stream.poll().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidRecord);
    expect(String(error)).toContain("no model of the table knows");
    stream.skip();
    expect(await stream.poll()).toMatchObject({ model: "Customer" });
    await stream.close();
  });

  test('is handed over in DynamoDB\'s form with onUnknown: "raw", without a model', async () => {
    const stream = engine().stream([Customer, Order], "trim_horizon", { onUnknown: "raw" });
    expect(await stream.poll()).toMatchObject({ model: undefined, key: { pk: later.pk }, new: later, old: undefined });
    await stream.close();
  });

  test("is of no interest to the stream of one model", async () => {
    const stream = engine().stream(Customer, "trim_horizon", { onUnknown: "error" });
    expect(await stream.poll()).toMatchObject({ model: "Customer" });
    await stream.close();
  });
});
