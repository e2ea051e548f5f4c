/** The port to DynamoDB Streams: its four calls as data, so that a test can answer them. Never meets a model. */

import type { Item } from "../wire/attribute.js";

/** How a shard is begun or gone on with. AT_SEQUENCE_NUMBER is left out on purpose: see docs/streams-internals.md. */
export type IteratorType = "TRIM_HORIZON" | "LATEST" | "AFTER_SEQUENCE_NUMBER";

export interface ListStreamsCall {
  readonly kind: "listStreams";
  readonly tableName: string;
  readonly afterStreamArn: string | undefined;
}

export interface DescribeStreamCall {
  readonly kind: "describeStream";
  readonly streamArn: string;
  readonly afterShardId: string | undefined;
  /** Only the children of this shard: DynamoDB's ShardFilter, which emulators ignore. */
  readonly childrenOf: string | undefined;
}

export interface GetShardIteratorCall {
  readonly kind: "getShardIterator";
  readonly streamArn: string;
  readonly shardId: string;
  readonly type: IteratorType;
  /** With AFTER_SEQUENCE_NUMBER only. */
  readonly sequenceNumber: string | undefined;
}

export interface GetRecordsCall {
  readonly kind: "getRecords";
  /** For messages and limits: the iterator alone says where to read. */
  readonly shardId: string;
  readonly iterator: string;
  /** 1 to 1000. */
  readonly limit: number;
}

export type StreamCall = ListStreamsCall | DescribeStreamCall | GetShardIteratorCall | GetRecordsCall;

export interface ListedStreams {
  readonly streams: readonly { readonly streamArn: string; readonly label: string }[];
  readonly lastStreamArn: string | undefined;
}

export interface StreamShard {
  readonly shardId: string;
  readonly parentShardId: string | undefined;
  readonly startingSequenceNumber: string | undefined;
  /** Only of a closed shard. */
  readonly endingSequenceNumber: string | undefined;
}

export interface StreamDescription {
  readonly streamArn: string;
  readonly tableName: string;
  readonly status: "ENABLING" | "ENABLED" | "DISABLING" | "DISABLED";
  readonly shards: readonly StreamShard[];
  /** Where the next page begins; undefined on the last one. */
  readonly lastShardId: string | undefined;
}

/** A record as DynamoDB sends it, with its items in their wire form. */
export interface WireRecord {
  readonly eventId: string;
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  /** Milliseconds since the epoch; as coarse as DynamoDB gives it. */
  readonly createdAt: number;
  readonly sequenceNumber: string;
  readonly sizeBytes: number;
  readonly keys: Item;
  readonly newImage: Item | undefined;
  readonly oldImage: Item | undefined;
  /** Who made the change where it was a service: DynamoDB itself, for an item whose time to live was over. */
  readonly userIdentity: { readonly type: string; readonly principalId: string } | undefined;
}

export interface RecordsPage {
  readonly records: readonly WireRecord[];
  /** Undefined where the shard is closed and read, or where DynamoDB says so for once. */
  readonly nextIterator: string | undefined;
}

/** The answer to each kind of call. */
export interface StreamAnswers {
  readonly listStreams: ListedStreams;
  readonly describeStream: StreamDescription;
  readonly getShardIterator: string;
  readonly getRecords: RecordsPage;
}

export type StreamAnswer<Call extends StreamCall = StreamCall> = StreamAnswers[Call["kind"]];

/** Makes one call. Rejects with the SDK's error as it is: what it means is decided by its name. */
export interface StreamSession {
  send<Call extends StreamCall>(call: Call, signal: AbortSignal | undefined): Promise<StreamAnswer<Call>>;
}
