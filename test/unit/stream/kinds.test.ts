/** The stream of a table of several kinds, of which a later version of the program writes another one. */

import { Engine, InvalidOption, InvalidRecord, InvalidStream, key, string, table, template } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { recordingClient } from "../../support/recording-client.js";
import { arn, shardId } from "./source.js";

const Shop = table("tab", { hashKey: "pk", kind: "_type", stream: { include: ["new", "old"] } });
const Customer = Shop.model("Customer", { id: string() }, { key: { pk: key`C#${"id"}` } });
const Order = Shop.model("Order", { id: string() }, { key: { pk: key`O#${"id"}` } });

const customer = { pk: { S: "C#1#" }, _type: { S: "Customer" }, id: { S: "1" } };
const later = { pk: { S: "L#2#" }, _type: { S: "Later" }, id: { S: "2" } };

function insert(number: string, item: { readonly pk: object }) {
  return record(number, "INSERT", { Keys: { pk: item.pk }, NewImage: item });
}

function record(number: string, eventName: "INSERT" | "REMOVE", images: object) {
  const dynamodb = { ApproximateCreationDateTime: new Date(), SequenceNumber: number, SizeBytes: 10, ...images };
  return { eventID: number, eventName, dynamodb };
}

/** A client of a stream of one shard with these records: their numbers are 1, 2 and so on. */
function clientOf(records: readonly object[]) {
  const ShardId = shardId(Date.now() - 1000);
  return recordingClient(({ name, input }) => {
    if (name === "ListStreams") return { Streams: [{ StreamArn: arn(), StreamLabel: "1" }] };
    if (name === "DescribeStream") {
      const Shards = [{ ShardId }];
      return { StreamDescription: { StreamArn: arn(), StreamStatus: "ENABLED", Shards } };
    }
    if (name === "GetShardIterator") return { ShardIterator: input.SequenceNumber ?? "0" };
    const from = Number(input.ShardIterator);
    return { Records: records.slice(from), NextShardIterator: String(records.length) };
  });
}

/** An engine on a stream with an item of an unknown kind, and a customer after it. */
function engine() {
  return new Engine({ streams: clientOf([insert("1", later), insert("2", customer)]) });
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

test.each(["skip", "raw", "error"] as const)(
  "an item of a known kind that can't be read is an error all the same (onUnknown: %s)",
  async (onUnknown) => {
    const records = [insert("1", { ...customer, id: { N: "1" } } as never), insert("2", customer)];
    const options = { onUnknown } as const;
    const stream = new Engine({ streams: clientOf(records) }).stream([Customer, Order], "trim_horizon", options);
    const error = await stream.poll().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidRecord);
    expect(String(error)).toContain("Customer.id");
    await stream.close();
  },
);

describe("of a stream with records of other kinds", () => {
  const customers = ["1", "2", "3"].map((number) => insert(number, customer));
  const order = { pk: { S: "O#1#" }, _type: { S: "Order" }, id: { S: "1" } };

  test.each(["pull", "manual"] as const)("those that are skipped count as acknowledged (%s)", async (acknowledge) => {
    const streams = clientOf(customers);
    const stream = new Engine({ streams }).stream(Order, "trim_horizon", { acknowledge });
    expect(await stream.poll()).toBeUndefined();
    const { token } = stream;
    await stream.close();
    streams.sent.splice(0);
    const after = new Engine({ streams }).stream(Order, token, { acknowledge });
    expect(await after.poll()).toBeUndefined();
    await after.close();
    const asked = streams.sent.filter(({ name }) => name === "GetShardIterator").map(({ input }) => input);
    expect(asked).toMatchObject([{ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: "3" }]);
  });

  test("those that are skipped behind a record that is not acknowledged come again with it", async () => {
    const records = [insert("1", customer), insert("2", order), insert("3", customer), insert("4", customer)];
    const stream = new Engine({ streams: clientOf(records) }).stream(Order, "trim_horizon", { acknowledge: "manual" });
    expect(await stream.poll()).toMatchObject({ model: "Order" });
    expect(await stream.poll()).toBeUndefined();
    const { token } = stream;
    await stream.close();
    const again = new Engine({ streams: clientOf(records) }).stream(Order, token);
    expect(await again.poll()).toMatchObject({ model: "Order" });
    await again.close();
  });
});

describe("of a stream of kinds that have the same keys", () => {
  const Pets = table("tab", { hashKey: "pk", kind: "_type", stream: { include: ["new", "old"] } });
  const Cat = Pets.model("Cat", { id: string() }, { key: { pk: key`P#${"id"}` } });
  const Dog = Pets.model("Dog", { id: string() }, { key: { pk: key`P#${"id"}` } });
  const pet = (_type: string) => ({ pk: { S: "P#1#" }, _type: { S: _type }, id: { S: "1" } });
  const { dynamodb, ...inserted } = insert("1", pet("Cat"));
  const replaced = { ...inserted, eventName: "MODIFY", dynamodb: { ...dynamodb, OldImage: pet("Dog") } };
  const streamOf = (models: readonly (typeof Cat | typeof Dog)[]) =>
    new Engine({ streams: clientOf([replaced]) }).stream(models as [typeof Cat, typeof Dog], "trim_horizon");
  async function all(stream: ReturnType<typeof streamOf>) {
    const records: unknown[] = [];
    for (let one = await stream.poll(); one !== undefined; one = await stream.poll())
      records.push([one.model, one.old !== undefined, one.new !== undefined]);
    await stream.close();
    return records;
  }

  test("a put of one over another is a removal and an insertion, and each kind's stream has its own", async () => {
    expect(await all(streamOf([Cat, Dog]))).toEqual([
      ["Dog", true, false],
      ["Cat", false, true],
    ]);
    expect(await all(streamOf([Cat]))).toEqual([["Cat", false, true]]);
    expect(await all(streamOf([Dog]))).toEqual([["Dog", true, false]]);
  });

  test("the first of the two is not acknowledged by itself: both come again", async () => {
    const stream = streamOf([Cat, Dog]);
    expect(await stream.poll()).toMatchObject({ model: "Dog" });
    const { token } = stream;
    await stream.close();
    const again = new Engine({ streams: clientOf([replaced]) }).stream([Cat, Dog], token);
    expect(await again.poll()).toMatchObject({ model: "Dog" });
    expect(await again.poll()).toMatchObject({ model: "Cat" });
    await again.close();
  });
});

describe("a stream is refused when it is made", () => {
  const columns = () => ({ id: string() });
  test("if its records do not tell the kind", () => {
    const Pets = table("pets", { hashKey: "pk", kind: "_type", stream: { include: ["new"] } });
    const Cat = Pets.model("Cat", columns(), { key: { pk: key`P#${"id"}` } });
    Pets.model("Dog", columns(), { key: { pk: key`P#${"id"}` } });
    const stream = () => new Engine({ streams: clientOf([]) }).stream(Cat, "latest");
    expect(stream).toThrow(InvalidStream);
    expect(stream).toThrow("a removal has no attribute then that tells its kind, and its keys do not tell it");
  });

  test("if they hold keys alone, which do not tell the letters of a part", () => {
    const Old = table("old", { hashKey: "pk", kind: "_type", stream: { include: ["keys"] } });
    const User = Old.model("User", columns(), { key: { pk: template`user#${{ column: "id", case: "lower" }}` } });
    const stream = () => new Engine({ streams: clientOf([]) }).stream(User, "latest");
    expect(stream).toThrow(InvalidStream);
    expect(stream).toThrow("holds keys alone, and its keys do not tell the columns that they are made of");
  });
});

describe("of several models, is refused with", () => {
  const All = Shop.model("All", { pk: string().hashKey() }, { view: true });
  const Elsewhere = table("elsewhere", { hashKey: "pk", kind: "_type", stream: { include: ["new", "old"] } });
  const Other = Elsewhere.model("Other", { id: string() }, { key: { pk: key`X#${"id"}` } });
  const streamOf = (models: readonly unknown[]) => () =>
    new Engine({ streams: clientOf([]) }).stream(models as [typeof Customer], "latest");

  test("none", () => {
    expect(streamOf([])).toThrow(new InvalidOption("A stream is of a model or several, got an array of none."));
  });

  test("a view", () => {
    expect(streamOf([Customer, All])).toThrow(
      new InvalidStream("All is a view of all items, which a stream of several models can't tell from the others."),
    );
  });

  test("models of two tables", () => {
    expect(streamOf([Customer, Other])).toThrow(
      new InvalidStream(
        'A stream of several models is of one table that table() declares; "Customer" and "Other" are not declared on one.',
      ),
    );
  });
});

test("records can't be checkpointed of a stream that has delivered none", () => {
  const stream = new Engine({ streams: clientOf([]) }).stream(Customer, "latest");
  const transaction = new Engine({ dynamodb: recordingClient() }).transaction();
  expect(() => stream.checkpoint(transaction, [])).toThrow(
    new InvalidStream("The stream of Customer has not delivered anything yet."),
  );
});

describe("of records that hold keys alone", () => {
  const Keyed = table("keyed", { hashKey: "pk", kind: "_type", stream: { include: ["keys"] } });
  const User = Keyed.model(
    "User",
    { id: string(), email: string() },
    { key: { pk: key`U#${"id"}` }, unique: ["email"] },
  );
  const Group = Keyed.model("Group", { id: string() }, { key: { pk: key`G#${"id"}` } });
  const keysOf = (pk: string) => ({ Keys: { pk: { S: pk } } });

  test("those of markers of unique values are of no model, and no unknown items; others are unknown", async () => {
    const told: unknown[] = [];
    const marker = "UNIQUE#User#email#ada@example.com#";
    const streams = clientOf([
      record("1", "INSERT", keysOf(marker)),
      record("2", "REMOVE", keysOf(marker)),
      record("3", "INSERT", keysOf("L#1#")),
      record("4", "REMOVE", keysOf("U#1#")),
    ]);
    const telling = new Engine({ streams });
    telling.on("unknownItem", ({ item }) => told.push(item));
    const stream = telling.stream([User, Group], "trim_horizon");
    expect(await stream.poll()).toMatchObject({ model: "User", type: "remove", key: { id: "1" } });
    expect(told).toEqual([{ pk: { S: "L#1#" } }]);
    await stream.close();
  });

  test("a stream of a model whose keys do not tell its columns is refused", () => {
    const Lower = table("lower", { hashKey: "pk", kind: "_type", stream: { include: ["keys"] } });
    const Name = Lower.model("Name", { id: string() }, { key: { pk: template`n_${{ column: "id", case: "lower" }}` } });
    expect(() => new Engine({ streams: clientOf([]) }).stream(Name, "latest")).toThrow(
      new InvalidStream(
        'The stream of Name holds keys alone, and its keys do not tell the columns that they are made of. Give the table stream: { include: ["new", "old"] }.',
      ),
    );
  });
});
