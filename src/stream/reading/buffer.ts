/** What was fetched and not delivered: the order across shards, and the room that is left. */

import type { WireRecord } from "../../session/stream-session.js";
import { Heap } from "../../util/heap.js";
import { compareSequence } from "../sequence.js";
import type { Shard } from "../shard/shard.js";

export interface Room {
  readonly records: number;
  readonly bytes: number;
}

/** DynamoDB's limits for one page. */
const maxPage = { records: 1000, bytes: 1_048_576 };

/**
 * Merges the shards by their heads alone: records of one shard stay in their order, whatever their times. Only shards
 * whose parents are done have records here, so that a full buffer can always be emptied.
 */
export class Buffer {
  readonly #room: Room;
  readonly #heads = new Heap<Shard>(comesBefore);
  /** Of a page. Smaller reads are not worth a call where the buffer can hold more. */
  readonly #page: Room;
  #records = 0;
  #bytes = 0;
  #reservedRecords = 0;
  #reservedBytes = 0;

  constructor(room: Room) {
    this.#room = room;
    this.#page = { records: Math.min(maxPage.records, room.records), bytes: Math.min(maxPage.bytes, room.bytes) };
  }

  get content(): Room {
    return { records: this.#records, bytes: this.#bytes };
  }

  /** Takes room for a page before it is asked for. Returns how many records it may have; 0 where there is no room. */
  reserve(): number {
    if (!this.hasRoom) return 0;
    const free = this.#room.records - this.#records - this.#reservedRecords;
    const limit = Math.min(this.#page.records, free);
    this.#reservedRecords += limit;
    this.#reservedBytes += this.#page.bytes;
    return limit;
  }

  /** Whether there is room for a page, or for a good part of one. */
  get hasRoom(): boolean {
    const records = this.#room.records - this.#records - this.#reservedRecords;
    const bytes = this.#room.bytes - this.#bytes - this.#reservedBytes;
    return records >= Math.ceil(this.#page.records / 4) && bytes >= this.#page.bytes;
  }

  release(limit: number): void {
    this.#reservedRecords -= limit;
    this.#reservedBytes -= this.#page.bytes;
  }

  add(shard: Shard, records: readonly WireRecord[]): void {
    const { size, bytes } = shard.queue;
    shard.queue.add(records);
    this.#records += shard.queue.size - size;
    this.#bytes += shard.queue.bytes - bytes;
    if (size === 0 && shard.queue.size > 0) this.#heads.add(shard);
  }

  /** The shard whose head is next. */
  get least(): Shard | undefined {
    return this.#heads.least;
  }

  /** Takes the head of a shard; of the least one, in the logarithm of their number. */
  take(shard: Shard): WireRecord | undefined {
    const { head } = shard.queue;
    if (head === undefined) return undefined;
    const isLeast = shard === this.#heads.least;
    if (!isLeast) this.#heads.remove(shard);
    shard.queue.shift();
    this.#records -= 1;
    this.#bytes -= head.sizeBytes;
    const more = shard.queue.size > 0;
    if (!isLeast && more) this.#heads.add(shard);
    else if (more) this.#heads.settleLeast();
    else if (isLeast) this.#heads.removeLeast();
    return head;
  }

  /** Forgets what a shard has here. */
  drop(shard: Shard): void {
    if (shard.queue.size === 0) return;
    this.#heads.remove(shard);
    this.#records -= shard.queue.size;
    this.#bytes -= shard.queue.bytes;
    shard.queue.clear();
  }
}

function comesBefore({ queue: left, id: leftId }: Shard, { queue: right, id: rightId }: Shard): boolean {
  const first = left.head;
  const second = right.head;
  if (first === undefined || second === undefined) return second === undefined;
  if (first.createdAt !== second.createdAt) return first.createdAt < second.createdAt;
  const order = compareSequence(first.sequenceNumber, second.sequenceNumber);
  return order === 0 ? leftId < rightId : order < 0;
}
