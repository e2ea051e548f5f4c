/** The session of streams: what the SDK's client is asked, and how long it is waited for. */

import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { expect, test } from "vitest";
import type { StreamCall } from "../../../src/session/stream-session.js";
import { makeStreamSession } from "../../../src/session/streams.js";
import { emptyAnswer } from "../../support/empty-answers.js";
import { quickRetries } from "../../support/quick-retries.js";
import { recordingClient, sdkError } from "../../support/recording-client.js";

const call = { kind: "listStreams", tableName: "tab", afterStreamArn: undefined } as const;

/** A client that answers when it is aborted, and only then. */
const silent = {
  send: (_: never, { abortSignal }: { readonly abortSignal: AbortSignal }) =>
    new Promise((_resolve, reject) => {
      abortSignal.addEventListener("abort", () => reject(sdkError("AbortError")));
    }),
};

test("a call without an answer is given up", async () => {
  const session = makeStreamSession(silent, () => ({}), 20);
  await expect(session.send(call, undefined)).rejects.toThrow(
    expect.objectContaining({ name: "TimeoutError", message: expect.stringContaining("listStreams within 20 ms") }),
  );
});

test("an abort rejects with the signal's reason", async () => {
  const controller = new AbortController();
  const answer = makeStreamSession(silent, () => ({})).send(call, controller.signal);
  setTimeout(() => controller.abort(new Error("enough")), 5);
  await expect(answer).rejects.toThrow("enough");
  await expect(makeStreamSession(silent, () => ({})).send(call, controller.signal)).rejects.toThrow("enough");
});

const describeStream = { kind: "describeStream", streamArn: "s", afterShardId: "a", childrenOf: "p" } as const;
const getShardIterator = { kind: "getShardIterator", streamArn: "s", shardId: "a", type: "LATEST" } as const;
const calls = {
  ListStreams: call,
  DescribeStream: describeStream,
  GetShardIterator: { ...getShardIterator, sequenceNumber: undefined },
  GetRecords: { kind: "getRecords", shardId: "a", iterator: "i", limit: 7 },
} as const satisfies { [name: string]: StreamCall };
type Operation = keyof typeof calls;

test("calls and answers are the SDK's, in other words", async () => {
  const client = recordingClient(({ name }) => (name === "GetShardIterator" ? { ShardIterator: "i" } : undefined));
  const session = makeStreamSession(client, () => ({}));
  expect(await session.send(call, undefined)).toEqual({ streams: [], lastStreamArn: undefined });
  expect(await session.send(describeStream, undefined)).toMatchObject({ shards: [], lastShardId: undefined });
  expect(await session.send(calls.GetShardIterator, undefined)).toBe("i");
  expect(await session.send(calls.GetRecords, undefined)).toEqual({ records: [], nextIterator: undefined });
  expect(client.sent).toMatchObject([
    { name: "ListStreams", input: { TableName: "tab" } },
    {
      name: "DescribeStream",
      input: { StreamArn: "s", ExclusiveStartShardId: "a", ShardFilter: { Type: "CHILD_SHARDS", ShardId: "p" } },
    },
    { name: "GetShardIterator", input: { StreamArn: "s", ShardId: "a", ShardIteratorType: "LATEST" } },
    { name: "GetRecords", input: { ShardIterator: "i", Limit: 7 } },
  ]);
});

const described = { StreamStatus: "ENABLED", Shards: [] };
const record = { eventName: "INSERT", dynamodb: { SequenceNumber: "1", Keys: { id: { S: "1" } } } };
const without = (name: string) => ({ ...record, dynamodb: { ...record.dynamodb, [name]: undefined } });

/** Taken for "nothing", each would be a stream without shards, a shard without records, or one that is passed over. */
const broken: readonly (readonly [Operation, object, string])[] = [
  ["ListStreams", { Streams: undefined }, "Streams"],
  ["ListStreams", { Streams: [{}] }, "StreamArn"],
  ["DescribeStream", { StreamDescription: undefined }, "StreamDescription"],
  ["DescribeStream", { StreamDescription: { ...described, Shards: undefined } }, "Shards"],
  ["DescribeStream", { StreamDescription: { ...described, StreamStatus: undefined } }, "StreamStatus"],
  ["DescribeStream", { StreamDescription: { ...described, Shards: [{}] } }, "ShardId"],
  ["GetShardIterator", {}, "ShardIterator"],
  ["GetRecords", { Records: undefined }, "Records"],
  ["GetRecords", { Records: [{ ...record, eventName: undefined }] }, "eventName"],
  ["GetRecords", { Records: [without("SequenceNumber")] }, "SequenceNumber"],
  ["GetRecords", { Records: [without("Keys")] }, "Keys"],
];

test.each(broken)("an answer to %s that lacks what it must hold is an error: %j", async (name, answer, place) => {
  const session = makeStreamSession(
    recordingClient(() => answer),
    () => ({}),
  );
  await expect(session.send(calls[name], undefined)).rejects.toMatchObject({
    name: "BrokenAnswer",
    message: `${place} is missing`,
  });
});

test.each(Object.entries(calls))("a body of %s that is lost on the way is asked for again", async (name, each) => {
  const whole = { ...emptyAnswer(name, {}), ShardIterator: "i" };
  let requests = 0;
  const handle = async () => {
    requests += 1;
    return { response: { statusCode: 200, headers: {}, body: Buffer.from(requests < 3 ? "" : JSON.stringify(whole)) } };
  };
  const client = new DynamoDBStreamsClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
    requestHandler: { handle } as never,
    retryStrategy: quickRetries(3),
  });
  const session = makeStreamSession(client, () => ({}));
  await session.send(each, undefined);
  expect(requests).toBe(3);
});
