/** The next record of a core, loaded: whole, or part by part, if it is several for its stream. */

import type { WireRecord } from "../session/stream-session.js";
import type { StreamCore } from "./core.js";
import type { Delivery } from "./reading/reading.js";
import { type LoadedPart, type LoadedRecord, loadRecord, type RecordLoader } from "./record.js";

interface Parts {
  readonly core: StreamCore;
  readonly loader: RecordLoader;
  readonly clock: () => number;
  /** Is called when taking a record has made calls possible. */
  readonly onRoom: () => void;
}

const nothing = { record: undefined, index: 0, length: 0 };

export class NextRecord<R extends object> {
  readonly #parts: Parts;
  /** Which part of the record is the next one: a record of two kinds is several. */
  #part: { readonly record: object | undefined; readonly index: number; readonly length: number } = nothing;
  /** Whether it is one that could not be loaded. */
  isStuck = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Loads and takes the next record that is not skipped; undefined if there is none. Throws InvalidRecord, and what only
   * the user can mend. The casts are where the model meets the type inferred from it.
   */
  take(): R | undefined {
    const { core, loader, clock } = this.#parts;
    for (;;) {
      const shard = core.peek(clock);
      const record = shard?.queue.head;
      if (shard === undefined || record === undefined) return undefined;
      if (loader.split === undefined) {
        const loaded = loadRecord(loader, shard.id, record);
        this.#leave();
        return loaded as object as R;
      }
      const loaded = this.#takePart(loader.split(record), shard.id, record);
      if (loaded !== undefined) return loaded as object as R;
    }
  }

  /** Goes on without the one that could not be loaded. Returns the record that is left with it, if it was the last part. */
  skip(): Delivery | undefined {
    this.isStuck = false;
    if (this.#hasMore()) return undefined;
    const { core, clock } = this.#parts;
    const skipped = core.reading.peek();
    core.take(clock);
    return skipped;
  }

  /** Of a record that is several, or none: undefined for none, which is skipped. */
  #takePart(parts: readonly LoadedPart[], shardId: string, record: WireRecord): LoadedRecord | undefined {
    const index = this.#part.record === record ? this.#part.index : 0;
    this.#part = { record, index, length: parts.length };
    const part = parts[index];
    const loaded = part && loadRecord(part.loader, shardId, part.record);
    if (this.#hasMore()) this.isStuck = false;
    else this.#leave();
    if (part === undefined) this.#parts.core.reading.acknowledgeOne(shardId, record.sequenceNumber);
    return loaded;
  }

  /** Goes on to the next part of a record that is several. False if it has no more. */
  #hasMore(): boolean {
    const { record, index, length } = this.#part;
    if (index + 1 >= length) return false;
    this.#part = { record, index: index + 1, length };
    return true;
  }

  #leave(): void {
    this.isStuck = false;
    const { core, clock, onRoom } = this.#parts;
    if (core.take(clock)) onRoom();
  }
}
