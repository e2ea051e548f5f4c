/** A small stream in memory for hand-written scenarios, and a driver that steps a core through it by its own clock. */

import type {
  DescribeStreamCall,
  StreamAnswer,
  StreamCall,
  StreamDescription,
  WireRecord,
} from "../../../src/session/stream-session.js";
import type { CoreOptions } from "../../../src/stream/core.js";
import type { StreamSignals } from "../../../src/stream/signals.js";
import { seededRandom } from "../../support/random.js";
import { SteppedCore } from "../../support/stream/core.js";

export const arn = (label = "1") => `arn:aws:dynamodb:us-east-1:1:table/tab/stream/${label}`;
export const t0 = Date.UTC(2026, 0, 1);

/** An error as the SDK throws it. */
export function failure(name: string, message = ""): Error {
  return Object.assign(new Error(message), { name });
}

export function shardId(created: number, tail = "00000000"): string {
  return `shardId-${String(created).padStart(20, "0")}-${tail}`;
}

export interface SourceShard {
  readonly id: string;
  readonly parent: string | undefined;
  records: WireRecord[];
  closed: boolean;
  isListed: boolean;
  /** Answered with ResourceNotFoundException. */
  isGone: boolean;
}

let counter = 0;

export class Source {
  readonly shards: SourceShard[] = [];
  status: "ENABLING" | "ENABLED" | "DISABLED" = "ENABLED";
  pageSize = 1000;
  /** Shards a page of a listing. */
  listingPage = 100;
  /** Whether a listing always begins at its beginning, and never comes to an end. */
  isPageStuck = false;
  hasStream = true;
  /** How many empty pages are to name no next one. */
  spuriousEnds = 0;
  /** Called before a call is answered: throw to make it fail. */
  onCall: (call: StreamCall) => void = () => {};
  readonly calls: StreamCall[] = [];

  shard(id: string, parent?: string): SourceShard {
    const shard = { id, parent, records: [], closed: false, isListed: true, isGone: false };
    this.shards.push(shard);
    return shard;
  }

  answer(call: StreamCall): StreamAnswer {
    this.calls.push(call);
    this.onCall(call);
    switch (call.kind) {
      case "listStreams":
        return { streams: this.hasStream ? [{ streamArn: arn(), label: "1" }] : [], lastStreamArn: undefined };
      case "describeStream":
        return this.#describe(call);
      case "getShardIterator": {
        const { records } = this.#find(call.shardId);
        const after = call.sequenceNumber;
        const index =
          call.type === "LATEST"
            ? records.length
            : after === undefined
              ? 0
              : records.findIndex(({ sequenceNumber }) => BigInt(sequenceNumber) > BigInt(after));
        return `${call.shardId}/${index < 0 ? records.length : index}`;
      }
      case "getRecords": {
        const [id = "", from = "0"] = call.iterator.split("/");
        const { records, closed } = this.#find(id);
        const page = records.slice(Number(from), Number(from) + Math.min(this.pageSize, call.limit));
        const next = Number(from) + page.length;
        if (page.length === 0 && this.spuriousEnds > 0) {
          this.spuriousEnds -= 1;
          return { records: [], nextIterator: undefined };
        }
        return { records: page, nextIterator: closed && next === records.length ? undefined : `${id}/${next}` };
      }
    }
  }

  #describe({ afterShardId, childrenOf }: DescribeStreamCall): StreamDescription {
    const listed = this.shards
      .filter(({ isListed, parent }) => isListed && (childrenOf === undefined || parent === childrenOf))
      .sort((left, right) => (left.id < right.id ? -1 : 1))
      .filter(({ id }) => this.isPageStuck || afterShardId === undefined || id > afterShardId);
    const page = listed.slice(0, this.listingPage);
    return {
      streamArn: arn(),
      tableName: "tab",
      status: this.status,
      lastShardId: this.isPageStuck || page.length < listed.length ? page.at(-1)?.id : undefined,
      shards: page.map(({ id, parent, closed }) => ({
        shardId: id,
        parentShardId: parent,
        startingSequenceNumber: "1",
        endingSequenceNumber: closed ? "9" : undefined,
      })),
    };
  }

  #find(id: string): SourceShard {
    const shard = this.shards.find((candidate) => candidate.id === id);
    if (shard === undefined || shard.isGone) throw failure("ResourceNotFoundException");
    return shard;
  }
}

/** Adds records to a shard. Returns their sequence numbers. */
export function write(shard: SourceShard, count: number, createdAt: number = t0): string[] {
  const records = recordsOf(
    Array.from({ length: count }, () => {
      counter += 1;
      return [String(counter).padStart(21, "0"), createdAt] as const;
    }),
  );
  shard.records.push(...records);
  return records.map(({ sequenceNumber }) => sequenceNumber);
}

/** Records of given sequence numbers and times. */
export function recordsOf(records: readonly (readonly [sequenceNumber: string, createdAt: number])[]): WireRecord[] {
  return records.map(([sequenceNumber, createdAt]) => ({
    eventId: sequenceNumber,
    eventName: "INSERT",
    createdAt,
    sequenceNumber,
    sizeBytes: 100,
    keys: { id: { S: sequenceNumber } },
    newImage: undefined,
    oldImage: undefined,
    userIdentity: undefined,
  }));
}

export interface Driven {
  readonly core: SteppedCore;
  readonly events: [keyof StreamSignals, StreamSignals[keyof StreamSignals]][];
  /** How far it said it was behind. */
  readonly lags: [keyof StreamSignals, StreamSignals[keyof StreamSignals]][];
  now: number;
  /** Makes every call that is due, and moves the clock on until a time. */
  run(milliseconds: number): void;
  /** The sequence numbers that are delivered until there is nothing more within a time. */
  drain(milliseconds?: number): string[];
}

export function drive(source: Source, options: Partial<CoreOptions> = {}): Driven {
  const events: Driven["events"] = [];
  const lags: Driven["lags"] = [];
  const now = options.now ?? t0;
  const core = new SteppedCore({
    tableName: "tab",
    position: "trim_horizon",
    random: seededRandom(1),
    now,
    emit: (name, event) => void (name === "lag" ? lags : events).push([name, event]),
    ...options,
  });
  const step = (): void => {
    for (let calls = core.plan(driven.now); calls.length > 0; calls = core.plan(driven.now)) {
      for (const call of calls) core.settle(call, outcomeOf(source, call), driven.now);
    }
  };
  const driven: Driven = {
    core,
    events,
    lags,
    now,
    run(milliseconds) {
      const until = driven.now + milliseconds;
      for (step(); core.wakeAt !== undefined && core.wakeAt <= until; step()) {
        driven.now = Math.max(driven.now, core.wakeAt);
      }
      driven.now = until;
    },
    drain(milliseconds = 5000) {
      const taken: string[] = [];
      let count: number;
      do {
        count = taken.length;
        driven.run(milliseconds);
        for (let next = core.next(driven.now); next !== undefined; next = core.next(driven.now)) {
          taken.push(next.record.sequenceNumber);
          if (taken.length % 100 === 0) step();
        }
      } while (taken.length > count);
      return taken;
    },
  };
  return driven;
}

function outcomeOf(source: Source, call: StreamCall): { answer: StreamAnswer } | { error: unknown } {
  try {
    return { answer: source.answer(call) };
  } catch (error) {
    return { error };
  }
}
