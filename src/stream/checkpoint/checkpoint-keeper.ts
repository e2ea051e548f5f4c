/** Keeps the checkpoints of one reading: which records are done is stored, and acknowledged when that is so. */

import { InvalidStream } from "../../errors.js";
import type { Reading } from "../reading/reading.js";
import { placesOf } from "../record.js";
import type { ShardToken } from "../token.js";
import type { Checkpoints } from "./checkpoints.js";

/** What is not stored with a record is stored so often, in milliseconds: ends of shards, and new ones. */
const syncEvery = 60_000;

/** Records of one shard that are done together. */
interface Done {
  readonly place: ShardToken;
  acknowledge(): void;
}

export class CheckpointKeeper {
  readonly #checkpoints: Checkpoints;
  readonly #reading: Reading;
  #syncing: Promise<void> | undefined;
  #syncedAt = Number.NEGATIVE_INFINITY;

  constructor(checkpoints: Checkpoints, reading: Reading) {
    this.#checkpoints = checkpoints;
    this.#reading = reading;
  }

  /** Whether it is stored where the stream was started. */
  get isBegun(): boolean {
    return this.#checkpoints.isBegun;
  }

  begin(): Promise<void> {
    return this.#checkpoints.begin(this.#reading.token);
  }

  /** Stores that records are done. Those of a shard are acknowledged when that is written. */
  async write(records: unknown): Promise<void> {
    const outcomes = await Promise.allSettled(
      this.#doneOf(records).map(async ({ place, acknowledge }) => {
        await this.#checkpoints.write(place);
        acknowledge();
      }),
    );
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  /** Has a transaction store that records are done. They are acknowledged when it is committed. */
  add(transaction: unknown, records: unknown): void {
    for (const { place, acknowledge } of this.#doneOf(records)) {
      this.#checkpoints.add(transaction, place, acknowledge);
    }
  }

  /** Throws InvalidStream where a record would be passed that is not done. */
  #doneOf(records: unknown): readonly Done[] {
    const reading = this.#reading;
    const numbers = new Map<string, Set<string>>();
    const next = reading.peek();
    for (const { shardId, sequenceNumber } of placesOf(records)) {
      // A change from one kind to another is two records: its place is that of the second, which is still to come.
      if (next?.shardId === shardId && next.record.sequenceNumber === sequenceNumber) continue;
      const ofShard = numbers.get(shardId);
      if (ofShard === undefined) numbers.set(shardId, new Set([sequenceNumber]));
      else ofShard.add(sequenceNumber);
    }
    return Array.from(numbers, ([shardId, done]) => {
      const place = reading.placeAfter(shardId, done);
      if (place === undefined) {
        throw new InvalidStream(
          `A record of ${shardId} that was delivered before those is not done: checkpoint it first, or together with them.`,
        );
      }
      const acknowledge = () => {
        for (const sequenceNumber of done) reading.acknowledgeOne(shardId, sequenceNumber);
      };
      return { place, acknowledge };
    });
  }

  /** Stores what else has changed, if that is due. Rejects with what went wrong: it is tried again when it is due. */
  async syncIfDue(now: number): Promise<void> {
    if (!this.isBegun || this.#syncing !== undefined || now - this.#syncedAt < syncEvery) return;
    this.#syncedAt = now;
    this.#syncing = this.#checkpoints.sync(this.#reading.token, "kept");
    try {
      await this.#syncing;
    } finally {
      this.#syncing = undefined;
    }
  }

  /** Stores all that is acknowledged: nothing is under way any more. */
  async finish(): Promise<void> {
    await this.#syncing?.catch(() => {});
    if (this.isBegun) await this.#checkpoints.sync(this.#reading.token, "moved");
  }
}
