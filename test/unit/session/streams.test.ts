/** The session of streams: what the SDK's client is asked, and how long it is waited for. */

import { expect, test } from "vitest";
import { makeStreamSession } from "../../../src/session/streams.js";
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

test("calls and answers are the SDK's, in other words", async () => {
  const client = recordingClient(({ name }) => (name === "GetShardIterator" ? {} : undefined));
  const session = makeStreamSession(client, () => ({}));
  expect(await session.send(call, undefined)).toEqual({ streams: [], lastStreamArn: undefined });
  const describe = { kind: "describeStream", streamArn: "s", afterShardId: "a", childrenOf: "p" } as const;
  expect(await session.send(describe, undefined)).toMatchObject({ shards: [], lastShardId: undefined });
  const iterator = { kind: "getShardIterator", streamArn: "s", shardId: "a", type: "LATEST" } as const;
  await expect(session.send({ ...iterator, sequenceNumber: undefined }, undefined)).rejects.toThrow("no iterator");
  const records = { kind: "getRecords", shardId: "a", iterator: "i", limit: 7 } as const;
  expect(await session.send(records, undefined)).toEqual({ records: [], nextIterator: undefined });
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
