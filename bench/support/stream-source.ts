/** A table's stream in this process: what a DynamoDBStreamsClient would answer, records made when they are asked for. */

import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export interface Source {
  send(command: object): Promise<object>;
  /** How many calls there were, by name. */
  readonly calls: Map<string, number>;
}

export interface Stored {
  readonly tableName: string;
  readonly keys: readonly string[];
  readonly item: Record<string, AttributeValue>;
  readonly shards: number;
  readonly recordsOfShard: number;
}

interface Input {
  readonly ShardId?: string;
  readonly ShardIterator?: string;
  readonly ShardIteratorType?: string;
  readonly SequenceNumber?: string;
  readonly Limit?: number;
}

const StreamArn = "arn:aws:dynamodb:eu-north-1:123456789012:table/bench/stream/2026-01-01T00:00:00.000";
const pageSize = 1000;

export function makeSource(stored: Stored): Source {
  const calls = new Map<string, number>();
  const begin = Date.now() - 3_600_000;
  const answer = (name: string, input: Input): object => {
    switch (name) {
      case "ListStreamsCommand":
        return { Streams: [{ StreamArn, TableName: stored.tableName, StreamLabel: "2026-01-01T00:00:00.000" }] };
      case "DescribeStreamCommand":
        return { StreamDescription: describe(stored, begin) };
      case "GetShardIteratorCommand":
        return { ShardIterator: `${input.ShardId}/${positionOf(input, stored)}` };
      case "GetRecordsCommand":
        return records(stored, begin, input);
      default:
        throw new Error(`The source has no answer to ${name}.`);
    }
  };
  return {
    calls,
    async send(command) {
      const { name } = command.constructor;
      calls.set(name, (calls.get(name) ?? 0) + 1);
      return answer(name, (command as { readonly input: Input }).input);
    },
  };
}

function describe({ tableName, shards }: Stored, begin: number): object {
  return {
    StreamArn,
    TableName: tableName,
    StreamStatus: "ENABLED",
    StreamViewType: "NEW_AND_OLD_IMAGES",
    Shards: Array.from({ length: shards }, (_, shard) => ({
      ShardId: `shardId-${String(begin).padStart(20, "0")}-${String(shard).padStart(8, "0")}`,
      SequenceNumberRange: { StartingSequenceNumber: sequenceNumber(0) },
    })),
  };
}

function positionOf({ ShardIteratorType, SequenceNumber }: Input, { recordsOfShard }: Stored): number {
  if (ShardIteratorType === "TRIM_HORIZON") return 0;
  return SequenceNumber === undefined ? recordsOfShard : Number(BigInt(SequenceNumber) - first);
}

const first = 100_000_000_000_000_000_000n;

/** Of record `at`, counted from 1: 21 digits, as DynamoDB's own. */
function sequenceNumber(at: number): string {
  return `1${String(at).padStart(20, "0")}`;
}

function records({ keys, item, recordsOfShard }: Stored, begin: number, input: Input): object {
  const [shard = "", from = "0"] = input.ShardIterator?.split("/") ?? [];
  const start = Number(from);
  const count = Math.max(0, Math.min(pageSize, input.Limit ?? pageSize, recordsOfShard - start));
  const Keys = Object.fromEntries(keys.map((key) => [key, item[key]]));
  const Records = Array.from({ length: count }, (_, at) => ({
    eventID: `${shard}${start + at}`,
    eventName: "INSERT",
    dynamodb: {
      ApproximateCreationDateTime: new Date(begin + (start + at)),
      Keys,
      NewImage: item,
      SequenceNumber: sequenceNumber(start + at + 1),
      SizeBytes: 1024,
    },
  }));
  return { Records, NextShardIterator: `${shard}/${start + count}` };
}
