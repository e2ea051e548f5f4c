/** A StreamSession on the AWS SDK's own client for DynamoDB Streams, which is loaded when it is first needed. */

import type * as Sdk from "@aws-sdk/client-dynamodb-streams";
import { once } from "../util/async.js";
import type { Item } from "../wire/attribute.js";
import { present } from "./answers.js";
import { checked } from "./body.js";
import type {
  RecordsPage,
  StreamAnswer,
  StreamAnswers,
  StreamCall,
  StreamDescription,
  StreamSession,
  StreamShard,
  WireRecord,
} from "./stream-session.js";
import { loadStreamsSdk, makeStreamsClient } from "./streams-client.js";
import { watchCommand } from "./watch.js";

/**
 * A DynamoDBStreamsClient of @aws-sdk/client-dynamodb-streams. The type names only the members that bloop uses, so that
 * it accepts a client of another SDK version than the one that bloop was compiled with.
 */
export interface DynamoDBStreamsClientLike {
  send(command: never, options: never): unknown;
}

/** Milliseconds. After this time a call counts as failed: a client with the SDK's defaults would wait for ever. */
const defaultLongestCall = 30_000;

interface Loaded {
  readonly commands: ReturnType<typeof commandsOf>;
  readonly client: Sdk.DynamoDBStreamsClient;
}

/** If an answer lost its body, or was changed on the way, the client's own retries try again. */
function commandsOf(sdk: typeof Sdk) {
  return {
    ListStreams: checked(sdk.ListStreamsCommand),
    DescribeStream: checked(sdk.DescribeStreamCommand),
    GetShardIterator: checked(sdk.GetShardIteratorCommand),
    GetRecords: checked(sdk.GetRecordsCommand),
  };
}

/** Makes a session on a client for streams. Without one, makes a client that is configured like the one for items. */
export function makeStreamSession(
  given: DynamoDBStreamsClientLike | undefined,
  items: () => object | Promise<object>,
  longestCall: number = defaultLongestCall,
): StreamSession {
  const load = once(async (): Promise<Loaded> => {
    const sdk = await loadStreamsSdk();
    const client = (given as Sdk.DynamoDBStreamsClient | undefined) ?? (await makeStreamsClient(sdk, await items()));
    return { commands: commandsOf(sdk), client };
  });
  return {
    async send(call, signal) {
      signal?.throwIfAborted();
      const loaded = await load();
      const answer = withinTime(longestCall, signal, call, (abortSignal) => send(loaded, call, { abortSignal }));
      return (await answer) as StreamAnswer<typeof call>;
    },
  };
}

/** Not by AbortSignal.any(): some versions of Node keep its signals for as long as the stream lives. */
async function withinTime<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  { kind }: StreamCall,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, milliseconds);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await run(controller.signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (!controller.signal.aborted) throw error;
    const message = `DynamoDB Streams did not answer to ${kind} within ${milliseconds} ms.`;
    throw Object.assign(new Error(message, { cause: error }), { name: "TimeoutError" });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

type Options = { readonly abortSignal: AbortSignal };

function send(
  { commands, client }: Loaded,
  call: StreamCall,
  options: Options,
): Promise<StreamAnswers[StreamCall["kind"]]> {
  switch (call.kind) {
    case "listStreams": {
      const input = { TableName: call.tableName, ExclusiveStartStreamArn: call.afterStreamArn };
      return client.send(watched(client, new commands.ListStreams(input), "ListStreams"), options).then(streamsOf);
    }
    case "describeStream": {
      const { streamArn, afterShardId, childrenOf } = call;
      const filter = childrenOf === undefined ? undefined : ({ Type: "CHILD_SHARDS", ShardId: childrenOf } as const);
      const input = { StreamArn: streamArn, ExclusiveStartShardId: afterShardId, ShardFilter: filter };
      return client
        .send(watched(client, new commands.DescribeStream(input), "DescribeStream"), options)
        .then(descriptionOf);
    }
    case "getShardIterator": {
      const { streamArn, shardId, type, sequenceNumber } = call;
      const input = {
        StreamArn: streamArn,
        ShardId: shardId,
        ShardIteratorType: type,
        SequenceNumber: sequenceNumber,
      };
      return client
        .send(watched(client, new commands.GetShardIterator(input), "GetShardIterator"), options)
        .then(iteratorOf);
    }
    case "getRecords": {
      const input = { ShardIterator: call.iterator, Limit: call.limit };
      return client.send(watched(client, new commands.GetRecords(input), "GetRecords"), options).then(pageOf);
    }
  }
}

/** A call always has options of its own, as watchCommand needs it. */
function watched<Command extends { readonly input: object }>(
  client: object,
  command: Command,
  operation: string,
): Command {
  watchCommand(client, command, operation, command.input);
  return command;
}

function streamsOf({ Streams, LastEvaluatedStreamArn }: Sdk.ListStreamsOutput): StreamAnswers["listStreams"] {
  const streams = present(Streams, "Streams").map(({ StreamArn, StreamLabel = "" }) => ({
    streamArn: present(StreamArn, "StreamArn"),
    label: StreamLabel,
  }));
  return { streams, lastStreamArn: LastEvaluatedStreamArn };
}

function descriptionOf({ StreamDescription: stream }: Sdk.DescribeStreamOutput): StreamDescription {
  const { StreamArn = "", TableName = "", ...listed } = present(stream, "StreamDescription");
  return {
    streamArn: StreamArn,
    tableName: TableName,
    status: present(listed.StreamStatus, "StreamStatus"),
    viewType: listed.StreamViewType,
    shards: present(listed.Shards, "Shards").map(shardOf),
    lastShardId: listed.LastEvaluatedShardId,
  };
}

function shardOf({ ShardId, ParentShardId, SequenceNumberRange: range }: Sdk.Shard): StreamShard {
  return {
    shardId: present(ShardId, "ShardId"),
    parentShardId: ParentShardId,
    startingSequenceNumber: range?.StartingSequenceNumber,
    endingSequenceNumber: range?.EndingSequenceNumber,
  };
}

function iteratorOf({ ShardIterator }: Sdk.GetShardIteratorOutput): string {
  return present(ShardIterator, "ShardIterator");
}

function pageOf({ Records, NextShardIterator }: Sdk.GetRecordsOutput): RecordsPage {
  return { records: present(Records, "Records").map(recordOf), nextIterator: NextShardIterator };
}

/**
 * The casts concern attributes: the SDK's allow for future types, which are refused when a value is loaded. No spread:
 * it would make a loop over a stream take an eighth more time.
 */
function recordOf({ eventID = "", eventName, userIdentity, dynamodb = {} }: Sdk._Record): WireRecord {
  const { ApproximateCreationDateTime, SequenceNumber, SizeBytes = 0, Keys, NewImage, OldImage } = dynamodb;
  const { Type = "", PrincipalId = "" } = userIdentity ?? {};
  return {
    eventId: eventID,
    eventName: present(eventName, "eventName"),
    createdAt: ApproximateCreationDateTime?.getTime() ?? Date.now(),
    sequenceNumber: present(SequenceNumber, "SequenceNumber"),
    sizeBytes: SizeBytes,
    keys: present(Keys, "Keys") as Item,
    newImage: NewImage as Item | undefined,
    oldImage: OldImage as Item | undefined,
    userIdentity: userIdentity === undefined ? undefined : { type: Type, principalId: PrincipalId },
  };
}
