/** A function of AWS Lambda on one's own machine, fed with what a local DynamoDB has: what the page on Lambda shows. */

// #region local
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from "@aws-sdk/client-dynamodb-streams";
import type { BatchResponse, LambdaEvent } from "bloop-dynamodb/lambda";
import { type EventRecord, type EventSourceRun, eventRecord, runEventSource } from "bloop-dynamodb/testing";

/** All records that a local DynamoDB has of a table: it has one shard for each table. */
export async function recordsOfTable(streams: DynamoDBStreamsClient, TableName: string): Promise<EventRecord[]> {
  const { Streams: [{ StreamArn = "" } = {}] = [] } = await streams.send(new ListStreamsCommand({ TableName }));
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const records: EventRecord[] = [];
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const position = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
    let { ShardIterator } = await streams.send(new GetShardIteratorCommand(position));
    while (ShardIterator !== undefined) {
      const page = await streams.send(new GetRecordsCommand({ ShardIterator }));
      const { Records = [] } = page;
      records.push(...Records.map((record) => eventRecord(record, StreamArn)));
      ShardIterator = Records.length === 0 ? undefined : page.NextShardIterator;
    }
  }
  return records;
}

/** Runs a function on them as Lambda's event source mapping would. */
export function follow(
  handle: (event: LambdaEvent) => Promise<BatchResponse>,
  records: readonly EventRecord[],
): Promise<EventSourceRun> {
  return runEventSource(handle, records, { batchSize: 10, reportBatchItemFailures: true, maximumRetryAttempts: 3 });
}
// #endregion
