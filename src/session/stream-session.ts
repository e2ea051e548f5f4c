/** The port to DynamoDB Streams: its four calls as data, so that a test can answer them. Never meets a model. */

import type { Item } from "../wire/attribute.js";

/**
 * How reading a shard starts or continues. AT_SEQUENCE_NUMBER is left out on purpose: see docs/streams-internals.md.
 */
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
  /** For messages and limits only: the iterator alone decides where reading goes on. */
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
  /** Closed shards only. */
  readonly endingSequenceNumber: string | undefined;
}

export interface StreamDescription {
  readonly streamArn: string;
  readonly tableName: string;
  readonly status: "ENABLING" | "ENABLED" | "DISABLING" | "DISABLED";
  /** The images in its records: "NEW_AND_OLD_IMAGES". */
  readonly viewType?: string | undefined;
  readonly shards: readonly StreamShard[];
  /** The place of the next page; undefined on the last one. */
  readonly lastShardId: string | undefined;
}

/** A record as DynamoDB sends it, with its items in their wire form. */
export interface WireRecord {
  readonly eventId: string;
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  /** Milliseconds since the epoch, in DynamoDB's coarse resolution. */
  readonly createdAt: number;
  readonly sequenceNumber: string;
  readonly sizeBytes: number;
  readonly keys: Item;
  readonly newImage: Item | undefined;
  readonly oldImage: Item | undefined;
  /** The author of the change if it was a service: DynamoDB itself, for an item whose time to live had passed. */
  readonly userIdentity: { readonly type: string; readonly principalId: string } | undefined;
}

export interface RecordsPage {
  readonly records: readonly WireRecord[];
  /** Undefined if the shard is closed and was read to its end. DynamoDB may also omit it once without reason. */
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

/** Makes one call. Rejects with the SDK's error unchanged: the caller decides by its name. */
export interface StreamSession {
  send<Call extends StreamCall>(call: Call, signal: AbortSignal | undefined): Promise<StreamAnswer<Call>>;
}
