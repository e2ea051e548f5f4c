/** DynamoDB Streams without time, network or chance of its own: answers calls of the port from a simulated table. */

import type {
  DescribeStreamCall,
  GetRecordsCall,
  GetShardIteratorCall,
  ListedStreams,
  ListStreamsCall,
  RecordsPage,
  StreamAnswer,
  StreamCall,
  StreamDescription,
} from "../../../src/session/stream-session.js";
import { type Random, seededRandom } from "../random.js";
import { type Behaviour, plain } from "./behaviour.js";
import { awsError, drawFault, type Faults } from "./faults.js";
import {
  indexAfter,
  indexAt,
  isSpent,
  isUnlisted,
  iteratorLife,
  numberOf,
  type SimulatedShard,
  type SimulatedStream,
  textOf,
  trim,
} from "./shards.js";
import { SimulatedTable } from "./writer.js";

export type Outcome = { readonly answer: StreamAnswer } | { readonly error: unknown };

export interface SimulatorOptions {
  readonly seed?: number;
  readonly behaviour?: Partial<Behaviour>;
  readonly now: number;
}

const maxPage = 1000;
const maxBytes = 1_048_576;
const flapFor = 30_000;
const flapPause = 120_000;
const hideFor = 100_000;
const missFor = 8_000;
const youngFor = 20 * 3_600_000;
const hiccupFor = 10_000;
/** Before all others, where a page without shards names the last one that it looked at. */
const firstShardId = "shardId-0";

export class StreamSimulator {
  readonly table: SimulatedTable;
  readonly behaviour: Behaviour;
  faults: Faults = {};
  /** The only shard that faults meet, where there is one. */
  faultyShard: string | undefined;
  /** Empty pages to come, by shard. */
  readonly holes = new Map<string, number>();
  /** Whether a call was denied since the last healing. */
  hasDenied = false;
  readonly #denied = new Set<StreamCall["kind"]>();
  readonly #throttled = new Map<StreamCall["kind"], number>();
  /** Where the last page of a listing began that had no shard: the next one there has some. */
  #lastVain: string | undefined;
  readonly #random: Random;

  constructor({ seed = 1, behaviour, now }: SimulatorOptions) {
    this.behaviour = { ...plain, ...behaviour };
    this.#random = seededRandom(seed);
    this.table = new SimulatedTable("Account", this.behaviour, this.#random, now);
  }

  answer(call: StreamCall, now: number): Outcome {
    this.table.tick(now);
    try {
      this.#refuse(call, now);
      const spared = this.faultyShard !== undefined && (!("shardId" in call) || call.shardId !== this.faultyShard);
      const fault = spared ? undefined : drawFault(this.faults, call.kind, this.#random);
      if (fault !== undefined) throw fault;
      return { answer: this.#answer(call, now) };
    } catch (error) {
      return { error };
    }
  }

  /** The permission for a kind of call is taken away, until all is healed. */
  deny(kind: StreamCall["kind"]): void {
    this.#denied.add(kind);
  }

  throttle(kind: StreamCall["kind"], until: number): void {
    this.#throttled.set(kind, until);
  }

  heal(): void {
    this.#denied.clear();
    this.#throttled.clear();
  }

  #refuse({ kind }: StreamCall, now: number): void {
    if (this.#denied.has(kind)) {
      this.hasDenied = true;
      throw awsError("AccessDeniedException", "You are not authorized");
    }
    if ((this.#throttled.get(kind) ?? now) > now) throw awsError("ThrottlingException", "Rate exceeded");
  }

  #answer(call: StreamCall, now: number): StreamAnswer {
    switch (call.kind) {
      case "listStreams":
        return this.#listStreams(call);
      case "describeStream":
        return this.#describeStream(call, now);
      case "getShardIterator":
        return this.#getShardIterator(call, now);
      case "getRecords":
        return this.#getRecords(call, now);
    }
  }

  #listStreams({ tableName, afterStreamArn }: ListStreamsCall): ListedStreams {
    const all = tableName === this.table.tableName ? this.table.streams : [];
    const begin = afterStreamArn === undefined ? 0 : all.findIndex(({ arn }) => arn === afterStreamArn) + 1;
    const streams = all.slice(begin, begin + this.behaviour.streamsAPage);
    return {
      streams: streams.map(({ arn, label }) => ({ streamArn: arn, label })),
      lastStreamArn: begin + streams.length < all.length ? streams.at(-1)?.arn : undefined,
    };
  }

  #describeStream(call: DescribeStreamCall, now: number): StreamDescription {
    const stream = this.#stream(call.streamArn);
    const { shardsAPage, childFilter } = this.behaviour;
    const status = statusOf(stream, now, this.behaviour);
    const listed = stream.shards
      .filter((shard) => this.#isShown(shard, now))
      .filter(({ parents }) => call.childrenOf === undefined || !childFilter || hasParent(parents, call.childrenOf))
      .filter(({ id }) => call.afterShardId === undefined || id > call.afterShardId)
      .sort((one, other) => (one.id < other.id ? -1 : 1));
    const { emptyListings } = this.behaviour;
    const wantsVain = call.childrenOf === undefined && emptyListings > 0 && this.#random() < emptyListings;
    const isVain = wantsVain && this.#lastVain !== (call.afterShardId ?? firstShardId);
    this.#lastVain = isVain ? (call.afterShardId ?? firstShardId) : undefined;
    const page = isVain ? [] : listed.slice(0, shardsAPage);
    const again = isVain && this.#random() < 0.5 ? stream.shards.filter(({ id }) => id === call.afterShardId) : [];
    return {
      streamArn: stream.arn,
      tableName: this.table.tableName,
      status,
      shards: [...page, ...again].flatMap((shard) => this.#listedAs(shard, now)),
      lastShardId: isVain
        ? (call.afterShardId ?? firstShardId)
        : listed.length > page.length
          ? page.at(-1)?.id
          : undefined,
    };
  }

  /** A shard of two parents is listed once with each. */
  #listedAs(shard: SimulatedShard, now: number): StreamDescription["shards"] {
    const { numbers, openEndings } = this.behaviour;
    const hasEnd = shard.closedAt === undefined ? openEndings : shard.endListedAt <= now;
    const parents = shard.parents.length === 0 ? [undefined] : shard.parents;
    return parents.map((parent) => ({
      shardId: shard.id,
      parentShardId: parent?.id,
      startingSequenceNumber: textOf(shard.start, numbers),
      endingSequenceNumber: hasEnd ? textOf(shard.numbers.at(-1) ?? shard.start, numbers) : undefined,
    }));
  }

  /** None is left out for so long that it could be taken for gone. */
  #isShown(shard: SimulatedShard, now: number): boolean {
    if (shard.listedAt > now || isUnlisted(shard, now)) return false;
    const { flapping, hiding } = this.behaviour;
    if (hiding > 0 && shard.hiddenUntil + flapPause < now && this.#random() < hiding) {
      shard.hiddenUntil = now + Math.floor(this.#random() * hideFor);
    }
    if (shard.hiddenUntil > now) return false;
    if (flapping === 0 || shard.closedAt === undefined || shard.endListedAt > now) return true;
    if (shard.hiddenUntil + flapPause < now && this.#random() < flapping) shard.hiddenUntil = now + flapFor;
    return shard.hiddenUntil <= now;
  }

  #getShardIterator(call: GetShardIteratorCall, now: number): string {
    const stream = this.#stream(call.streamArn);
    const shard = stream.byId.get(call.shardId);
    const { trimmedShard, trimmedFrom } = this.behaviour;
    const gone = shard === undefined || isUnlisted(shard, now) || (trimmedShard === "missing" && isSpent(shard, now));
    if (gone || this.#isMissing(shard, now))
      throw awsError("ResourceNotFoundException", "Requested resource not found: Shard does not exist");
    trim(shard, now);
    const index = this.#position(shard, call, now);
    if (index < shard.trimmed && trimmedFrom === "getShardIterator") throw trimmedData();
    return iteratorText(shard, index, now, index);
  }

  #position(shard: SimulatedShard, { type, sequenceNumber }: GetShardIteratorCall, now: number): number {
    if ((type === "AFTER_SEQUENCE_NUMBER") !== (sequenceNumber !== undefined)) {
      throw awsError("ValidationException", `Invalid SequenceNumber for ShardIteratorType ${type}`);
    }
    if (type === "TRIM_HORIZON") return shard.trimmed;
    if (sequenceNumber === undefined) {
      const { latestSlack } = this.behaviour;
      if (latestSlack === 0 || shard.closedAt !== undefined) return shard.records.length;
      return Math.max(shard.trimmed, indexAt(shard, now - this.#random() * latestSlack));
    }
    const number = numberOf(sequenceNumber, this.behaviour.numbers);
    if (number === undefined || number < shard.start) {
      throw awsError("ValidationException", "Invalid SequenceNumber: it is not of this shard");
    }
    const index = indexAfter(shard, number);
    // A number that was trimmed itself is refused too, though nothing behind it may be missing.
    const before = index - 1;
    return shard.numbers[before] === number && before < shard.trimmed ? before : index;
  }

  #getRecords({ iterator, limit }: GetRecordsCall, now: number): RecordsPage {
    const { shard, index, takenAt, wasEmpty, from } = this.#readIterator(iterator);
    if (!(limit >= 1 && limit <= maxPage)) throw awsError("ValidationException", "Limit must be from 1 to 1000");
    if (now - takenAt >= iteratorLife) throw awsError("ExpiredIteratorException", "Iterator expired");
    trim(shard, now);
    const { trimmedShard, emptiedShard, falseTrims } = this.behaviour;
    if (isUnlisted(shard, now) || this.#isMissing(shard, now) || (trimmedShard !== "empty" && isSpent(shard, now))) {
      throw awsError("ResourceNotFoundException", "Requested resource not found: Invalid ShardId in ShardIterator");
    }
    const isEmptied = shard.closedAt !== undefined && shard.trimmed > 0 && shard.trimmed === shard.records.length;
    if (isEmptied && emptiedShard === "refused") throw trimmedData();
    if (index < shard.trimmed || (falseTrims && wasEmpty && shard.records.length > 0)) throw trimmedData();
    return this.#page(shard, this.#repeated(shard, index, from), { limit, from, asked: index }, now);
  }

  /** A young shard is not found for a while, which says nothing of what is in it. */
  #isMissing(shard: SimulatedShard, now: number): boolean {
    const { vanishing } = this.behaviour;
    if (shard.openedAt < now - youngFor) return false;
    if (vanishing > 0 && shard.missingUntil + flapPause < now && this.#random() < vanishing) {
      shard.missingUntil = now + Math.floor(this.#random() * missFor);
    }
    return shard.missingUntil > now;
  }

  /** Where a page begins that has records of the page before again. */
  #repeated(shard: SimulatedShard, index: number, from: number): number {
    const { repeats } = this.behaviour;
    if (repeats === 0 || this.#random() >= repeats) return index;
    return Math.max(shard.trimmed, Math.min(from, index), index - 1 - Math.floor(this.#random() * 3));
  }

  /** Whether an open shard names no next iterator at the moment. */
  #isEndless(shard: SimulatedShard, now: number): boolean {
    const { hiccups, spuriousEnds } = this.behaviour;
    if (hiccups > 0 && shard.endlessUntil + flapPause < now && this.#random() < hiccups) {
      shard.endlessUntil = now + Math.floor(this.#random() * hiccupFor);
    }
    return shard.endlessUntil > now || (spuriousEnds > 0 && this.#random() < spuriousEnds);
  }

  #page(
    shard: SimulatedShard,
    index: number,
    { limit, from, asked }: { readonly limit: number; readonly from: number; readonly asked: number },
    now: number,
  ): RecordsPage {
    const { emptyPages, shortPages, nextAtEnd } = this.behaviour;
    const left = shard.records.length - index;
    // What comes again does not take the next page back: that would go on for ever where a page has one record.
    if (left > 0 && this.#isHole(shard, emptyPages)) {
      return { records: [], nextIterator: iteratorText(shard, asked, now, from) };
    }
    const room = shortPages > 0 && this.#random() < shortPages ? 1 + Math.floor(this.#random() * limit) : limit;
    const records = withinBytes(shard, index, Math.min(left, room));
    const end = index + records.length;
    const isLast = shard.closedAt !== undefined && end === shard.records.length;
    const nextless = isLast ? records.length === 0 || this.#random() >= nextAtEnd : this.#isEndless(shard, now);
    return { records, nextIterator: nextless ? undefined : iteratorText(shard, Math.max(asked, end), now, from) };
  }

  #isHole(shard: SimulatedShard, chance: number): boolean {
    const left = this.holes.get(shard.id) ?? 0;
    if (left > 0) this.holes.set(shard.id, left - 1);
    return left > 0 || (chance > 0 && this.#random() < chance);
  }

  #stream(streamArn: string): SimulatedStream {
    const stream = this.table.streams.find(({ arn }) => arn === streamArn);
    if (stream !== undefined) return stream;
    throw awsError("ResourceNotFoundException", `Requested resource not found: Stream: ${streamArn} not found`);
  }

  #readIterator(iterator: string) {
    const [, stream, ordinal, index, takenAt, empty, from] =
      /^(\d+)\|(\d+)\|(\d+)\|(\d+)\|(e?)\|(\d+)$/.exec(iterator) ?? [];
    const shard = this.table.streams[Number(stream)]?.shards[Number(ordinal)];
    if (shard === undefined) throw awsError("ValidationException", "Invalid ShardIterator");
    return { shard, index: Number(index), takenAt: Number(takenAt), wasEmpty: empty === "e", from: Number(from) };
  }
}

function hasParent(parents: readonly SimulatedShard[], id: string): boolean {
  return parents.some((parent) => parent.id === id);
}

function statusOf(stream: SimulatedStream, now: number, behaviour: Behaviour): StreamDescription["status"] {
  if (stream.disabledAt !== undefined) return "DISABLED";
  return now < stream.createdAt + behaviour.enablingFor ? "ENABLING" : "ENABLED";
}

/** All that an iterator knows, so that the simulator remembers none. `from`: where the first one of its row began. */
function iteratorText(shard: SimulatedShard, index: number, now: number, from: number): string {
  const empty = shard.records.length === 0 ? "e" : "";
  return `${shard.streamOrdinal}|${shard.ordinal}|${index}|${now}|${empty}|${from}`;
}

function withinBytes(shard: SimulatedShard, index: number, count: number) {
  const records = shard.records.slice(index, index + count);
  let bytes = 0;
  const cut = records.findIndex(({ sizeBytes }, place) => {
    bytes += sizeBytes;
    return bytes > maxBytes && place > 0;
  });
  return cut === -1 ? records : records.slice(0, cut);
}

const trimmedData = () =>
  awsError("TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard.");
