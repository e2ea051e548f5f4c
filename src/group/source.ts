/** The stream of a table, by the API's four calls, as a worker reads it: shard by shard, from a place on. */

import type { StreamSession, StreamShard } from "../session/stream-session.js";
import type { GroupClock, GroupSignals, GroupSource, ShardPage } from "./ports.js";
import { paddedNumber } from "./rows.js";

type Gap = GroupSignals["gap"];

interface Reading {
  readonly iterator: string;
  /** The record that it is behind. */
  readonly after: string | undefined;
  readonly at: number;
}

/** An iterator lives for 15 minutes. */
const oldest = 14 * 60_000;
/** Milliseconds between two reads of a shard: more than five in a second are throttled. */
const pace = 220;

export class StreamSource implements GroupSource {
  readonly #session: StreamSession;
  readonly #streamArn: string;
  readonly #clock: GroupClock;
  readonly #onGap: (gap: Gap) => void;
  readonly #readings = new Map<string, Reading>();
  readonly #lastRead = new Map<string, number>();

  constructor(session: StreamSession, streamArn: string, clock: GroupClock, onGap: (gap: Gap) => void) {
    this.#session = session;
    this.#streamArn = streamArn;
    this.#clock = clock;
    this.#onGap = onGap;
  }

  async shards(): Promise<readonly StreamShard[]> {
    return (await this.#describe()).shards;
  }

  /** Every page, or an error: a part of the shards would look like shards that are gone. */
  async #describe(): Promise<{ readonly shards: readonly StreamShard[]; readonly isDisabled: boolean }> {
    const shards: StreamShard[] = [];
    for (let afterShardId: string | undefined; ; ) {
      const streamArn = this.#streamArn;
      const page = await this.#session.send(
        { kind: "describeStream", streamArn, afterShardId, childrenOf: undefined },
        undefined,
      );
      shards.push(...page.shards);
      afterShardId = page.lastShardId;
      if (afterShardId === undefined) return { shards, isDisabled: page.status === "DISABLED" };
      await this.#clock.sleep(pace);
    }
  }

  async read(shardId: string, after: string | undefined): Promise<ShardPage> {
    const wait = (this.#lastRead.get(shardId) ?? Number.NEGATIVE_INFINITY) + pace - this.#clock.now();
    if (wait > 0) await this.#clock.sleep(wait);
    this.#lastRead.set(shardId, this.#clock.now());
    try {
      return await this.#page(shardId, after);
    } catch (error) {
      this.#readings.delete(shardId);
      switch (error instanceof Error ? error.name : "") {
        case "ExpiredIteratorException":
          return { records: [], isEnd: false };
        case "TrimmedDataAccessException":
          return this.#afterTrimming(shardId, after);
        case "ResourceNotFoundException":
          return this.#afterLoss(shardId, after, error);
        default:
          throw error;
      }
    }
  }

  async #page(shardId: string, after: string | undefined): Promise<ShardPage> {
    const known = this.#readings.get(shardId);
    const isGood = known !== undefined && known.after === after && this.#clock.now() - known.at < oldest;
    const iterator = isGood ? known.iterator : await this.#iteratorAt(shardId, after);
    const at = this.#clock.now();
    const { records, nextIterator } = await this.#session.send(
      { kind: "getRecords", shardId, iterator, limit: 1000 },
      undefined,
    );
    const last = records.at(-1)?.sequenceNumber ?? after;
    if (nextIterator !== undefined) this.#readings.set(shardId, { iterator: nextIterator, after: last, at });
    else this.#readings.delete(shardId);
    // The last page of a shard names no next one, and neither do some others: the end is one that was asked for afresh.
    const isEnd = nextIterator === undefined && records.length === 0 && !isGood && (await this.#isClosed(shardId));
    return { records, isEnd };
  }

  #iteratorAt(shardId: string, after: string | undefined): Promise<string> {
    const type = after === undefined ? "TRIM_HORIZON" : "AFTER_SEQUENCE_NUMBER";
    const call = {
      kind: "getShardIterator",
      streamArn: this.#streamArn,
      shardId,
      type,
      sequenceNumber: after,
    } as const;
    return this.#session.send(call, undefined);
  }

  async #isClosed(shardId: string): Promise<boolean> {
    const { shards, isDisabled } = await this.#describe();
    const shard = shards.find((one) => one.shardId === shardId);
    if (isDisabled || shard?.endingSequenceNumber !== undefined) return true;
    return shards.some(({ parentShardId }) => parentShardId === shardId);
  }

  /** Records behind the place are gone: it goes on at the oldest that there is, and says so. */
  async #afterTrimming(shardId: string, after: string | undefined): Promise<ShardPage> {
    const iterator = await this.#iteratorAt(shardId, undefined);
    const at = this.#clock.now();
    const { records, nextIterator } = await this.#session.send(
      { kind: "getRecords", shardId, iterator, limit: 1000 },
      undefined,
    );
    // DynamoDB Local says so of records that are there: what was handled is left out, and then nothing is lost.
    const left = records.filter(
      ({ sequenceNumber }) => after === undefined || paddedNumber(sequenceNumber) > paddedNumber(after),
    );
    if (after !== undefined && left.length === records.length) this.#onGap({ shardId, after });
    const last = left.at(-1)?.sequenceNumber ?? after;
    if (nextIterator !== undefined) this.#readings.set(shardId, { iterator: nextIterator, after: last, at });
    return { records: left, isEnd: false };
  }

  /** A shard that is not found has ended if a listing of others does not have it. */
  async #afterLoss(shardId: string, after: string | undefined, error: unknown): Promise<ShardPage> {
    const shards = await this.shards();
    if (
      shards.length === 0 ||
      shards.some((shard) => shard.shardId === shardId && shard.endingSequenceNumber === undefined)
    )
      throw error;
    this.#onGap({ shardId, after });
    return { records: [], isEnd: true };
  }
}

/** The ARN of a table's newest stream. Undefined if it has none. */
export async function streamArnOf(session: StreamSession, tableName: string): Promise<string | undefined> {
  let newest: { readonly streamArn: string; readonly label: string } | undefined;
  for (let afterStreamArn: string | undefined; ; ) {
    const { streams, lastStreamArn } = await session.send(
      { kind: "listStreams", tableName, afterStreamArn },
      undefined,
    );
    for (const stream of streams) if (newest === undefined || stream.label > newest.label) newest = stream;
    afterStreamArn = lastStreamArn;
    if (afterStreamArn === undefined) return newest?.streamArn;
  }
}
