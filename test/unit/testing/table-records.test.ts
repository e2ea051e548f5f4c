/** eventRecordsOf(): the calls that it makes, and what it refuses. What real engines have is in test/live/lambda.test.ts. */

import { Engine, InvalidOption, InvalidStream, model, string } from "bloop-dynamodb";
import { type EventRecordsOptions, eventRecordsOf } from "bloop-dynamodb/testing";
import { expect, test } from "vitest";
import { recordingClient, type Sent } from "../../support/recording-client.js";

const Thing = model("Thing", { id: string().hashKey() }, { stream: { include: ["new"] } });
const Silent = model("Silent", { id: string().hashKey() });
const streamArn = (account: string, region: string, label = "2") =>
  `arn:aws:dynamodb:${region}:${account}:table/Thing/stream/${label}`;
const local = streamArn("000000000000", "ddblocal");

function engineOn(answer: (command: Sent) => object | undefined): { readonly engine: Engine; readonly sent: Sent[] } {
  const streams = recordingClient(answer);
  return { engine: new Engine({ dynamodb: recordingClient(), streams }), sent: streams.sent };
}

const recordOf = (sequenceNumber: string) => ({
  eventID: `e${sequenceNumber}`,
  eventName: "INSERT",
  dynamodb: {
    Keys: { id: { S: sequenceNumber } },
    NewImage: { id: { S: sequenceNumber } },
    SequenceNumber: sequenceNumber,
    SizeBytes: 3,
    ApproximateCreationDateTime: new Date(1_700_000_000_999),
  },
});

/** A stream of three shards, listed in two pages with the children first; each shard has a page of records and an empty one. */
function answerAll({ name, input }: Sent): object | undefined {
  const after = String(input["ExclusiveStartShardId"] ?? input["ExclusiveStartStreamArn"] ?? "");
  switch (name) {
    case "ListStreams":
      return after === ""
        ? { Streams: [{ StreamArn: `${local}-old`, StreamLabel: "1" }], LastEvaluatedStreamArn: `${local}-old` }
        : { Streams: [{ StreamArn: local, StreamLabel: "2" }] };
    case "DescribeStream":
      return {
        StreamDescription: {
          ...{ StreamArn: local, TableName: "Thing", StreamStatus: "ENABLED", StreamViewType: "NEW_IMAGE" },
          ...(after === ""
            ? { Shards: [{ ShardId: "c", ParentShardId: "b" }], LastEvaluatedShardId: "c" }
            : { Shards: [{ ShardId: "b", ParentShardId: "a" }, { ShardId: "a" }] }),
        },
      };
    case "GetShardIterator":
      return { ShardIterator: `${input["ShardId"]}1` };
    default: {
      const [shard = "", page] = String(input["ShardIterator"]);
      return page === "1"
        ? { Records: [recordOf(`${shard}1`), recordOf(`${shard}2`)], NextShardIterator: `${shard}2` }
        : { Records: [], NextShardIterator: `${shard}3` };
    }
  }
}

test("all pages of all shards are read, those of a parent before its children's, from the newest stream", async () => {
  const { engine, sent } = engineOn(answerAll);
  const records = await eventRecordsOf(engine, Thing);
  expect(records.map(({ dynamodb }) => dynamodb?.SequenceNumber)).toEqual(["a1", "a2", "b1", "b2", "c1", "c2"]);
  expect(records[0]).toEqual({
    eventID: "ea1",
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    eventSourceARN: local,
    awsRegion: "ddblocal",
    dynamodb: {
      ApproximateCreationDateTime: 1_700_000_000,
      Keys: { id: { S: "a1" } },
      NewImage: { id: { S: "a1" } },
      SequenceNumber: "a1",
      SizeBytes: 3,
      StreamViewType: "NEW_IMAGE",
    },
  });
  expect(sent.filter(({ name }) => name === "GetRecords").map(({ input }) => input["ShardIterator"])).toEqual([
    "a1",
    "a2",
    "b1",
    "b2",
    "c1",
    "c2",
  ]);
  const behind = await eventRecordsOf(engine, Thing, { after: records[3] });
  expect(behind.map(({ dynamodb }) => dynamodb?.SequenceNumber)).toEqual(["c1", "c2"]);
});

test.each([
  ["123456789012", "eu-west-1"],
  ["000000000001", "us-gov-west-1"],
])("a stream of AWS's, of the account %s in %s, is refused: its end can't be told", async (account, region) => {
  const { engine, sent } = engineOn(({ name }) =>
    name === "ListStreams" ? { Streams: [{ StreamArn: streamArn(account, region), StreamLabel: "2" }] } : undefined,
  );
  const refused = eventRecordsOf(engine, Thing);
  await expect(refused).rejects.toThrow(InvalidStream);
  await expect(refused).rejects.toThrow(`of the account ${account} in ${region}. Read that with engine.stream().`);
  expect(sent.map(({ name }) => name)).toEqual(["ListStreams"]);
});

test("a table without a stream, and a model that declares none, are refused", async () => {
  const { engine } = engineOn(() => undefined);
  await expect(eventRecordsOf(engine, Thing)).rejects.toThrow(
    new InvalidStream('The table "Thing" has no stream: does it exist, and was it bound?'),
  );
  // @ts-expect-error The compiler refuses it as well.
  await expect(eventRecordsOf(engine, Silent)).rejects.toThrow("Silent declares no stream");
});

test.each([
  [{ afer: {} }, 'eventRecordsOf() has no option "afer"; did you mean "after"?'],
  [{ after: "1" }, "after is a record of an event, got a text of 1 character."],
  [{ signal: 1 }, "signal is an AbortSignal, got 1."],
])("the options %o are refused", async (options, message) => {
  const { engine, sent } = engineOn(answerAll);
  const refused = eventRecordsOf(engine, Thing, options as EventRecordsOptions);
  await expect(refused).rejects.toThrow(InvalidOption);
  await expect(refused).rejects.toThrow(message);
  expect(sent).toEqual([]);
});

test("a signal ends it", async () => {
  const { engine } = engineOn(answerAll);
  const reason = new Error("enough");
  await expect(eventRecordsOf(engine, Thing, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
