/**
 * The checkpoints of a stream: one row for each shard, and one for its start, which together make the token that it goes
 * on from. A row says which record of its shard is done last (`after`), and what else is known of the shard (`place`).
 *
 * Rows are written one by one, or with the user's own work, and never all at once. That is safe: a row's `after` moves
 * with the record that it names, and the rest of a row may be older than that of others. A shard of which the row does
 * not say yet that it has ended is read again from its last record; one without a row is found as any other is.
 */

import { InvalidStream } from "../../errors.js";
import { runBounded } from "../../util/async.js";
import type { ShardToken, StreamToken } from "../token.js";

export interface CheckpointRow {
  /** A shard's id, or startRow. */
  readonly shard: string;
  readonly kind: string;
  readonly after: string | undefined;
  readonly place: unknown;
}

/** Where the rows of one name are. Each write demands that the row's `after` is as expected, and rejects if it is not. */
export interface CheckpointStore {
  readonly name: string;
  read(): Promise<readonly CheckpointRow[]>;
  /** Rejects if there is a row already. */
  create(row: CheckpointRow): Promise<void>;
  write(row: CheckpointRow, expected: string | undefined): Promise<void>;
  remove(shard: string, expected: string | undefined): Promise<void>;
  /** Has a transaction of the user's write the row, and calls `done` when it is committed. */
  add(transaction: unknown, row: CheckpointRow, expected: string | undefined, done: () => void): void;
}

/** The id of no shard. */
const startRow = "#start";

/** How old the time of the last listing may be in the start's row, in milliseconds. */
const listedFor = 15 * 60_000;

interface Stored {
  readonly after: string | undefined;
  readonly text: string;
}

type Origin = Omit<StreamToken, "shards">;

export class Checkpoints {
  readonly #store: CheckpointStore;
  readonly #stored = new Map<string, Stored>();
  readonly #token: StreamToken | undefined;
  #origin: Origin | undefined;

  constructor(store: CheckpointStore, rows: readonly CheckpointRow[]) {
    this.#store = store;
    const start = rows.find(({ shard, kind }) => shard === startRow && kind === "start");
    if (start === undefined) return;
    const shards = rows.filter(({ kind }) => kind === "shard");
    for (const { shard, after, place } of shards) this.#stored.set(shard, { after, text: JSON.stringify(place) });
    // Out of our hands meanwhile: what a token has to be is checked when the stream begins with it.
    this.#origin = start.place as Origin;
    this.#token = { ...this.#origin, shards: shards.map(({ place }) => place as ShardToken) };
  }

  /** What the rows say; undefined if there were none. */
  get token(): StreamToken | undefined {
    return this.#token;
  }

  /** Whether it is stored where the stream was started, so that a record may be delivered. */
  get isBegun(): boolean {
    return this.#origin !== undefined;
  }

  /** Stores where the stream is started. Throws InvalidStream if another one began under its name meanwhile. */
  async begin(token: StreamToken): Promise<void> {
    if (this.isBegun) return;
    const { shards: _, ...origin } = token;
    try {
      await this.#store.create({ shard: startRow, kind: "start", after: undefined, place: origin });
    } catch (cause) {
      if (!isRefused(cause)) throw cause;
      throw new InvalidStream(
        `Another stream began under the name of ${this.#store.name} meanwhile: only one may read under a name.`,
        { cause },
      );
    }
    this.#origin = origin;
    await this.sync(token, "moved");
  }

  /**
   * Writes what has changed since. "kept": but for shards of which a record is done that no checkpoint has: a transaction
   * may be under way that expects what is stored.
   */
  async sync({ shards, ...origin }: StreamToken, after: "kept" | "moved"): Promise<void> {
    const known = new Set(shards.map(({ id }) => id));
    const writes = shards.flatMap((place) => {
      const stored = this.#stored.get(place.id);
      if (stored?.text === JSON.stringify(place)) return [];
      if (after === "kept" && place.after !== undefined && place.after !== stored?.after) return [];
      const row = rowOf(place, stored?.after);
      return async () => {
        await this.#store.write(row, stored?.after);
        this.#note(row);
      };
    });
    const removals = [...this.#stored].flatMap(([shard, { after }]) => {
      if (known.has(shard)) return [];
      return async () => {
        await this.#store.remove(shard, after);
        this.#stored.delete(shard);
      };
    });
    const outcomes = await runBounded([...writes, ...removals, ...this.#originWrites(origin)], 8, (write) => write());
    for (const outcome of outcomes) {
      // A checkpoint came first: the rest is written next time.
      if (outcome.status === "rejected" && !isRefused(outcome.reason)) throw outcome.reason;
    }
  }

  #originWrites(origin: Origin): (() => Promise<void>)[] {
    const before = this.#origin;
    const isNew = before?.streamArn !== origin.streamArn || (origin.listed ?? 0) >= (before?.listed ?? 0) + listedFor;
    if (!isNew) return [];
    return [
      async () => {
        await this.#store.write({ shard: startRow, kind: "start", after: undefined, place: origin }, undefined);
        this.#origin = origin;
      },
    ];
  }

  /** Writes one shard's place, when records of it are done. */
  async write(place: ShardToken): Promise<void> {
    const { row, expected } = this.#rowFor(place);
    await this.#store.write(row, expected);
    this.#note(row);
  }

  /** Has a transaction write one shard's place, and calls `done` when it is committed. */
  add(transaction: unknown, place: ShardToken, done: () => void): void {
    const { row, expected } = this.#rowFor(place);
    this.#store.add(transaction, row, expected, () => {
      this.#note(row);
      done();
    });
  }

  #rowFor(place: ShardToken): { readonly row: CheckpointRow; readonly expected: string | undefined } {
    const expected = this.#stored.get(place.id)?.after;
    const row = rowOf(place, expected);
    if (expected !== undefined && row.after === expected) {
      throw new InvalidStream(`The record ${expected} in ${place.id} is checkpointed already, or a later one is.`);
    }
    return { row, expected };
  }

  #note({ shard, after, place }: CheckpointRow): void {
    this.#stored.set(shard, { after, text: JSON.stringify(place) });
  }
}

/** A shard that has ended is told without its last record, which its row goes on to have: writes are compared by it. */
function rowOf(place: ShardToken, before: string | undefined): CheckpointRow {
  return { shard: place.id, kind: "shard", after: place.after ?? before, place };
}

/** Whether a row was not as expected. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && error.name === "ConstraintViolation";
}
