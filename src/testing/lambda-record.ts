/** Records of DynamoDB Streams as Lambda sends them, for tests. */

/** A record as GetRecords of the SDK's DynamoDBStreamsClient gives it. */
export interface StreamsRecord {
  readonly eventID?: string | undefined;
  readonly eventName?: string | undefined;
  readonly eventVersion?: string | undefined;
  readonly awsRegion?: string | undefined;
  readonly dynamodb?: object | undefined;
  readonly userIdentity?: { readonly Type?: string | undefined; readonly PrincipalId?: string | undefined } | undefined;
}

/** A record as Lambda sends it. `DynamoDBRecord` of @types/aws-lambda. */
export interface EventRecord {
  eventID?: string;
  eventName?: "INSERT" | "MODIFY" | "REMOVE";
  eventVersion?: string;
  eventSource?: string;
  eventSourceARN?: string;
  awsRegion?: string;
  dynamodb?: EventChange;
  userIdentity?: { type: string; principalId: string };
}

/** A value in DynamoDB's JSON. Binary values are in base64. */
export type EventValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: boolean }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] }
  | { L: EventValue[] }
  | { M: { [name: string]: EventValue } };

export interface EventChange {
  /** In seconds. */
  ApproximateCreationDateTime?: number;
  Keys?: { [name: string]: EventValue };
  NewImage?: { [name: string]: EventValue };
  OldImage?: { [name: string]: EventValue };
  SequenceNumber?: string;
  SizeBytes?: number;
  StreamViewType?: "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";
}

/**
 * A record of GetRecords as Lambda would send it: binary values in base64, the time in seconds, the names of who made
 * the change in lower case. `streamArn` is that of the table's stream.
 *
 * @example
 * async function eventsOf(streams: DynamoDBStreamsClient, ShardIterator: string, streamArn: string) {
 *   const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }));
 *   return Records.map((record) => eventRecord(record, streamArn));
 * }
 */
export function eventRecord(record: StreamsRecord, streamArn: string): EventRecord {
  const { userIdentity, dynamodb, ...rest } = record;
  const { Type: type = "", PrincipalId: principalId = "" } = userIdentity ?? {};
  const made = {
    ...rest,
    eventSource: "aws:dynamodb",
    eventSourceARN: streamArn,
    dynamodb: jsonOf(dynamodb ?? {}),
    ...(userIdentity === undefined ? {} : { userIdentity: { type, principalId } }),
  };
  return made as EventRecord;
}

function jsonOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Date) return Math.floor(value.getTime() / 1000);
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value !== "object" || value === null) return value;
  // Not by Object.fromEntries() of all: what is undefined is not in JSON.
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => (one === undefined ? [] : [[name, jsonOf(one)]])),
  );
}
