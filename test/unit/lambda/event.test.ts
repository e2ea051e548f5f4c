/** The shapes of events, as AWS documents them: what recordsOf(), objectOf() and streamHandler() make of them. */

import {
  binary,
  Engine,
  InvalidOption,
  InvalidRecord,
  InvalidValue,
  list,
  map,
  model,
  number,
  set,
  string,
} from "bloop-dynamodb";
import { type LambdaEvent, objectOf, recordsOf, streamHandler } from "bloop-dynamodb/lambda";
import { eventRecord } from "bloop-dynamodb/testing";
import { describe, expect, test } from "vitest";
import { arnOf, changeOf, changesOf } from "../../support/lambda-events.js";
import { recordingClient } from "../../support/recording-client.js";

const stream = { include: ["new", "old"] } as const;
const Order = model("Order", { id: string().hashKey(), total: number() }, { stream });

/** From https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html: no times, no identity, an ARN that is none. */
const awsSample: LambdaEvent = {
  Records: [
    {
      eventID: "1",
      dynamodb: {
        Keys: { Id: { N: "101" } },
        NewImage: { Message: { S: "New item!" }, Id: { N: "101" } },
        StreamViewType: "NEW_AND_OLD_IMAGES",
        SequenceNumber: "111",
        SizeBytes: 26,
      },
      awsRegion: "us-west-2",
      eventName: "INSERT",
      eventSourceARN: "eventsourcearn",
      eventSource: "aws:dynamodb",
    },
    {
      eventID: "2",
      dynamodb: {
        OldImage: { Message: { S: "New item!" }, Id: { N: "101" } },
        SequenceNumber: "222",
        Keys: { Id: { N: "101" } },
        SizeBytes: 59,
        NewImage: { Message: { S: "This item has changed" }, Id: { N: "101" } },
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
      awsRegion: "us-west-2",
      eventName: "MODIFY",
      eventSourceARN: "sourcearn",
      eventSource: "aws:dynamodb",
    },
    {
      eventID: "3",
      dynamodb: {
        Keys: { Id: { N: "101" } },
        SizeBytes: 38,
        SequenceNumber: "333",
        OldImage: { Message: { S: "This item has changed" }, Id: { N: "101" } },
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
      awsRegion: "us-west-2",
      eventName: "REMOVE",
      eventSourceARN: "sourcearn",
      eventSource: "aws:dynamodb",
    },
  ],
};

const Example = model(
  "Example",
  { id: number().hashKey().storedAs("Id"), message: string().storedAs("Message") },
  { stream },
);

describe("recordsOf()", () => {
  test("AWS's own sample", () => {
    const records = recordsOf(Example, awsSample);
    expect(records.map(({ type, key, new: after, old }) => [type, key.id, after?.message, old?.message])).toEqual([
      ["insert", 101, "New item!", undefined],
      ["modify", 101, "This item has changed", "New item!"],
      ["remove", 101, undefined, "This item has changed"],
    ]);
    expect(
      records.map(({ model, meta }) => [model, meta.sequenceNumber, meta.sizeBytes, meta.eventId, meta.expired]),
    ).toEqual([
      ["Example", "111", 26, "1", false],
      ["Example", "222", 59, "2", false],
      ["Example", "333", 38, "3", false],
    ]);
  });

  test.each([
    ["seconds", 1678831218, 1678831218000],
    ["seconds with a fraction", 1678831218.25, 1678831218250],
    ["a text, as in AWS's sample of a deletion by time to live", "1678831218.0", 1678831218000],
    ["a Date, as the SDK has it", new Date(1678831218000), 1678831218000],
  ])("a time in %s", (_, ApproximateCreationDateTime, expected) => {
    const record = changeOf({ key: "a", number: 1 });
    Object.assign(record.dynamodb ?? {}, { ApproximateCreationDateTime });
    const [loaded] = recordsOf(Order, { Records: [record] });
    expect(loaded?.meta.createdAt.getTime()).toBe(expected);
  });

  test.each([
    ["lower case, as Lambda has it", { type: "Service", principalId: "dynamodb.amazonaws.com" }, true],
    ["upper case, as the API of streams has it", { Type: "Service", PrincipalId: "dynamodb.amazonaws.com" }, true],
    ["another service", { type: "Service", principalId: "other.amazonaws.com" }, false],
    ["null", null, false],
  ])("an identity in %s", (_, userIdentity, expected) => {
    const [loaded] = recordsOf(Order, { Records: [{ ...changeOf({ key: "a", number: 1 }), userIdentity }] });
    expect(loaded?.meta.expired).toBe(expected);
  });

  test("keys only, new or old images only, by what the model's stream includes", () => {
    const of = (include: ("keys" | "new" | "old")[]) =>
      model("Order", { id: string().hashKey(), total: number() }, { stream: { include } as never });
    const [change] = changesOf("a");
    const { NewImage: _, OldImage: __, ...keys } = change?.dynamodb ?? {};
    const [loaded] = recordsOf(of(["keys"]) as unknown as typeof Order, { Records: [{ ...change, dynamodb: keys }] });
    expect([loaded?.key, loaded?.new, loaded?.old]).toEqual([{ id: "a" }, undefined, undefined]);
    expect(() => recordsOf(Order, { Records: [{ ...change, dynamodb: keys }] })).toThrow(/has none: bind\(\) says/);
  });

  test("a record without keys, or of a kind that there is not, is InvalidRecord, which carries it", () => {
    const { dynamodb, ...rest } = changeOf({ key: "a", number: 1 });
    const without = { ...rest, dynamodb: { SequenceNumber: "5" } };
    const error = caught(() => recordsOf(Order, { Records: [without] }));
    expect(error).toBeInstanceOf(InvalidRecord);
    expect(error).toMatchObject({
      sequenceNumber: "5",
      record: without,
      message: expect.stringContaining("no dynamodb.Keys"),
    });
    expect(() => recordsOf(Order, { Records: [{ ...rest, dynamodb, eventName: "MERGE" }] })).toThrow(
      /eventName is "MERGE"/,
    );
    expect(() => recordsOf(Order, { Records: [{ dynamodb }] })).toThrow(/eventName is missing/);
  });

  test("with an engine, records of other tables are refused; without one, any table will do", () => {
    const engine = new Engine({ dynamodb: recordingClient() });
    const event = { Records: [changeOf({ table: "Other", key: "a", number: 1 })] };
    expect(recordsOf(Order, event)).toHaveLength(1);
    expect(() => recordsOf(Order, event, { engine })).toThrow(/table "Other"/);
    expect(() => recordsOf(Order, event, { engine: {} as never })).toThrow(InvalidOption);
  });
});

describe("objectOf()", () => {
  const client = recordingClient();
  const engine = new Engine({ dynamodb: client });
  const All = model("All", {
    id: string().hashKey(),
    bytes: binary(),
    parts: set(binary()),
    numbers: set(number()),
    place: map({ city: string().required() }),
    steps: list(string()),
  });
  const image = {
    id: { S: "1" },
    bytes: { B: "AQID" },
    parts: { BS: ["AQ==", "Ag=="] },
    numbers: { NS: ["1", "2"] },
    place: { M: { city: { S: "Paris" }, unknown: { BOOL: true } } },
    steps: { L: [{ S: "a" }] },
    other: { NULL: true },
  };

  test("binary values are base64 texts, and bytes in the object", () => {
    const object = objectOf(All, image, { engine });
    expect(object).toBeInstanceOf(All);
    expect(object).toEqual(
      expect.objectContaining({
        bytes: new Uint8Array([1, 2, 3]),
        parts: new Set([new Uint8Array([1]), new Uint8Array([2])]),
        numbers: new Set([1, 2]),
        steps: ["a"],
      }),
    );
    expect(object.place?.city).toBe("Paris");
  });

  test("a save sends only what was changed since", async () => {
    const object = objectOf(All, image, { engine });
    await engine.save(object);
    expect(client.sent).toEqual([]);
    object.steps = ["b"];
    await engine.save(object);
    expect(client.sent.map(({ name, input }) => [name, input["UpdateExpression"]])).toEqual([
      ["UpdateItem", "SET #0 = :0"],
    ]);
    client.sent.length = 0;
  });

  test("what the caller does with the event afterwards changes nothing", async () => {
    const changing = structuredClone(image);
    const object = objectOf(All, changing, { engine });
    changing.steps.L.push({ S: "later" });
    await engine.save(object);
    expect(client.sent).toEqual([]);
  });

  test("without an engine, an object is saved by way of adopt()", async () => {
    const object = objectOf(All, image);
    await expect(engine.save(object)).rejects.toThrow(/adopt/);
    await engine.save(engine.adopt(object));
    expect(client.sent).toHaveLength(1);
    client.sent.length = 0;
  });

  test("refuses what is no image, and values that do not fit", () => {
    expect(() => objectOf(All, undefined as never)).toThrow(/takes an image/);
    expect(() => objectOf(All, { ...image, id: { N: "1" } })).toThrow(InvalidValue);
    expect(objectOf(All, { ...image, bytes: { S: "1" } }, { engine, onInvalid: "omit" })).not.toHaveProperty("bytes");
    expect(() => objectOf(All, image, { onInvalid: "ignore" as never })).toThrow(/onInvalid is "throw" or "omit"/);
  });
});

test("what the SDK gives is as Lambda sends it, by eventRecord()", async () => {
  const record = {
    eventID: "e",
    eventName: "REMOVE" as const,
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-west-1",
    dynamodb: {
      ApproximateCreationDateTime: new Date(1_700_000_000_500),
      Keys: { id: { S: "a" } },
      OldImage: {
        id: { S: "a" },
        bytes: { B: new Uint8Array([1]) },
        parts: { BS: [Buffer.from([2])] },
        gone: undefined,
      },
      SequenceNumber: "123",
      SizeBytes: 3,
      StreamViewType: "OLD_IMAGE" as const,
    },
    userIdentity: { Type: "Service", PrincipalId: "dynamodb.amazonaws.com" },
  };
  const expected = {
    eventID: "e",
    eventName: "REMOVE",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-west-1",
    eventSourceARN: arnOf("Order"),
    dynamodb: {
      ApproximateCreationDateTime: 1_700_000_000,
      Keys: { id: { S: "a" } },
      OldImage: { id: { S: "a" }, bytes: { B: "AQ==" }, parts: { BS: ["Ag=="] } },
      SequenceNumber: "123",
      SizeBytes: 3,
      StreamViewType: "OLD_IMAGE",
    },
    userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
  };
  expect(eventRecord(record, arnOf("Order"))).toEqual(expected);
  let seen = false;
  const engine = new Engine({ dynamodb: recordingClient() });
  await streamHandler(engine, Order, ({ meta }) => {
    seen = meta.expired;
  })({ Records: [eventRecord(record, arnOf("Order"))] });
  expect(seen).toBe(true);
});

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
