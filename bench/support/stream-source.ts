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
  const parsed = parse(stored, begin);
  const answer = (name: string, input: Input): object => {
    switch (name) {
      case "ListStreamsCommand":
        return { Streams: [{ StreamArn, TableName: stored.tableName, StreamLabel: "2026-01-01T00:00:00.000" }] };
      case "DescribeStreamCommand":
        return { StreamDescription: describe(stored, begin, parsed) };
      case "GetShardIteratorCommand":
        return { ShardIterator: `${input.ShardId}/${positionOf(input, stored, parsed)}` };
      case "GetRecordsCommand":
        return records(stored, parsed, input);
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

/** What a client would have parsed for each record, which is no consumer's work: it is there before anything counts. */
interface Parsed {
  /** 21 digits each, as DynamoDB's own; from JSON, since texts joined from parts cost more to read. */
  readonly numbers: readonly string[];
  readonly times: readonly Date[];
}

function parse({ recordsOfShard, shards }: Stored, begin: number): Parsed {
  const numbers = Array.from({ length: recordsOfShard + shards }, (_, at) => `1${String(at).padStart(20, "0")}`);
  const times = Array.from({ length: recordsOfShard }, (_, at) => new Date(begin + at));
  return { numbers: JSON.parse(JSON.stringify(numbers)), times };
}

function shardIdOf(begin: number, shard: number): string {
  return `shardId-${String(begin).padStart(20, "0")}-${String(shard).padStart(8, "0")}`;
}

function describe({ tableName, shards }: Stored, begin: number, { numbers }: Parsed): object {
  return {
    StreamArn,
    TableName: tableName,
    StreamStatus: "ENABLED",
    StreamViewType: "NEW_AND_OLD_IMAGES",
    Shards: Array.from({ length: shards }, (_, shard) => ({
      ShardId: shardIdOf(begin, shard),
      SequenceNumberRange: { StartingSequenceNumber: numbers[shard] },
    })),
  };
}

/** The record of a shard at a place has the number at that place and the shard's: no two of one time have the same. */
function numberOf(shardId: string): number {
  return Number(shardId.slice(-8));
}

function positionOf(
  { ShardId = "", ShardIteratorType, SequenceNumber }: Input,
  { recordsOfShard }: Stored,
  { numbers }: Parsed,
): number {
  if (ShardIteratorType === "TRIM_HORIZON") return 0;
  return SequenceNumber === undefined ? recordsOfShard : numbers.indexOf(SequenceNumber) - numberOf(ShardId) + 1;
}

function records(
  { keys, item, recordsOfShard }: Stored,
  { numbers, times }: Parsed,
  { ShardIterator = "", Limit = pageSize }: Input,
): object {
  const [shardId = "", from = "0"] = ShardIterator.split("/");
  const start = Number(from);
  const end = Math.min(start + pageSize, start + Limit, recordsOfShard);
  const shard = numberOf(shardId);
  const Keys = Object.fromEntries(keys.map((key) => [key, item[key]]));
  const Records: object[] = [];
  for (let at = start; at < end; at++) {
    Records.push({
      eventID: numbers[at],
      eventName: "INSERT",
      dynamodb: {
        ApproximateCreationDateTime: times[at],
        Keys,
        NewImage: item,
        SequenceNumber: numbers[at + shard],
        SizeBytes: 1024,
      },
    });
  }
  return { Records, NextShardIterator: `${shardId}/${Math.max(start, end)}` };
}
