/** The records of a local table's stream as Lambda sends them. Reads the stream to its end; follows nothing. */

import type { Engine } from "../engine/engine.js";
import { makeRecordSource, streamArnOf, streamedTable } from "../engine/stream.js";
import { InvalidOption, InvalidStream } from "../errors.js";
import type { AnyModel, IncludeOf, StreamCheck } from "../model/infer.js";
import { checkOptions } from "../operation/check.js";
import { contextOf } from "../operation/context.js";
import { plainObject, type Rules, signal as signalRule } from "../operation/rule.js";
import type {
  GetRecordsCall,
  RecordsPage,
  StreamDescription,
  StreamSession,
  StreamShard,
  WireRecord,
} from "../session/stream-session.js";
import { print } from "../util/print.js";
import { type EventRecord, eventRecord } from "./lambda-record.js";

export interface EventRecordsOptions {
  /** Only the records behind this one, such as the last of an earlier call. Default: all that the stream has. */
  readonly after?: EventRecord | undefined;
  readonly signal?: AbortSignal | undefined;
}

const rules: Rules<EventRecordsOptions> = { after: plainObject("a record of an event"), signal: signalRule };

/** GetRecords' own limit for one page. */
const recordsAPage = 1000;

/**
 * All records that the stream of a model's table has, as Lambda would send them, in their order: write with an engine,
 * and give a function its records. They are of all kinds of items in the table. For a DynamoDB on your own machine: a stream of
 * AWS's has no end that could be read to.
 *
 * Rejects with InvalidStream if the model declares no stream, or its table has none, or if the stream is AWS's; with
 * InvalidOption if the stream does not have the record `after`.
 *
 * @example
 * await engine.save(new Account({ id: crypto.randomUUID(), email: "ann@example.org" }));
 * const records = await eventRecordsOf(engine, Account);
 * await runEventSource(streamHandler(engine, Account, (record) => console.log(record.type)), records);
 */
export async function eventRecordsOf<T extends AnyModel>(
  engine: Engine,
  model: T & StreamCheck<IncludeOf<T>>,
  options: EventRecordsOptions = {},
): Promise<EventRecord[]> {
  const context = contextOf(engine);
  checkOptions(options, rules, "eventRecordsOf()");
  // Refuses a model that declares no stream.
  const { modelName } = makeRecordSource(context, [model], {});
  const { after, signal } = options;
  const reader = new Reader(await context.session.streams(), signal);
  const records = await reader.recordsOf(streamedTable(context, model));
  return after === undefined ? records : behind(records, after, modelName);
}

class Reader {
  readonly #session: StreamSession;
  readonly #signal: AbortSignal | undefined;

  constructor(session: StreamSession, signal: AbortSignal | undefined) {
    this.#session = session;
    this.#signal = signal;
  }

  async recordsOf(tableName: string): Promise<EventRecord[]> {
    const streamArn = await streamArnOf(this.#session, tableName, this.#signal);
    if (streamArn === undefined)
      throw new InvalidStream(`The table ${print(tableName)} has no stream: does it exist, and was it bound?`);
    assertLocal(streamArn, tableName);
    const { viewType, shards } = await this.#describe(streamArn);
    const records: EventRecord[] = [];
    for (const { shardId } of parentsFirst(shards)) {
      for await (const record of this.#read(streamArn, shardId)) records.push(sent(record, streamArn, viewType));
    }
    return records;
  }

  async #describe(streamArn: string): Promise<Pick<StreamDescription, "shards" | "viewType">> {
    const shards: StreamShard[] = [];
    for (let afterShardId: string | undefined; ; ) {
      const call = { kind: "describeStream", streamArn, afterShardId, childrenOf: undefined } as const;
      const page = await this.#session.send(call, this.#signal);
      shards.push(...page.shards);
      afterShardId = page.lastShardId;
      if (afterShardId === undefined) return { shards, viewType: page.viewType };
    }
  }

  /** Until a page is empty: a local DynamoDB has everything at hand, and its open shards never end. */
  async *#read(streamArn: string, shardId: string): AsyncGenerator<WireRecord> {
    const type = "TRIM_HORIZON";
    const start = { kind: "getShardIterator", streamArn, shardId, type, sequenceNumber: undefined } as const;
    let iterator: string | undefined = await this.#session.send(start, this.#signal);
    while (iterator !== undefined) {
      const call: GetRecordsCall = { kind: "getRecords", shardId, iterator, limit: recordsAPage };
      const page: RecordsPage = await this.#session.send(call, this.#signal);
      yield* page.records;
      iterator = page.records.length === 0 ? undefined : page.nextIterator;
    }
  }
}

/** AWS's pages can be empty although others follow, so that the end of what there is can't be told. */
function assertLocal(streamArn: string, tableName: string): void {
  const [, , , region = "", account = ""] = streamArn.split(":");
  if (!/^\d{12}$/.test(account) || Number(account) === 0 || !/^[a-z]+(-[a-z]+)+-\d+$/.test(region)) return;
  throw new InvalidStream(
    `eventRecordsOf() reads a DynamoDB on your own machine, and the stream of ${print(tableName)} is of the account ${account} in ${region}. Read that with engine.stream().`,
  );
}

function parentsFirst(shards: readonly StreamShard[]): StreamShard[] {
  const left = new Map(shards.map((shard) => [shard.shardId, shard]));
  const ordered: StreamShard[] = [];
  const take = (shard: StreamShard): void => {
    if (!left.delete(shard.shardId)) return;
    const parent = left.get(shard.parentShardId ?? "");
    if (parent !== undefined) take(parent);
    ordered.push(shard);
  };
  for (const shard of shards) take(shard);
  return ordered;
}

function sent(record: WireRecord, streamArn: string, viewType: string | undefined): EventRecord {
  const { eventId, eventName, createdAt, userIdentity } = record;
  const { type = "", principalId = "" } = userIdentity ?? {};
  const made = {
    eventID: eventId,
    eventName,
    eventVersion: "1.1",
    awsRegion: streamArn.split(":")[3],
    dynamodb: {
      ApproximateCreationDateTime: new Date(createdAt),
      Keys: record.keys,
      NewImage: record.newImage,
      OldImage: record.oldImage,
      SequenceNumber: record.sequenceNumber,
      SizeBytes: record.sizeBytes,
      StreamViewType: viewType,
    },
    ...(userIdentity !== undefined && { userIdentity: { Type: type, PrincipalId: principalId } }),
  };
  return eventRecord(made, streamArn);
}

function behind(records: EventRecord[], after: EventRecord, name: string): EventRecord[] {
  const number = after.dynamodb?.SequenceNumber;
  const index = records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === number);
  if (index === -1)
    throw new InvalidOption(
      `The stream of ${name} has no record ${print(number ?? "")}, which "after" names: was its table made anew?`,
    );
  return records.slice(index + 1);
}
