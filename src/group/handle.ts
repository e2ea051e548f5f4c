/** Has a record handled: by the user's handler, again if it fails, and by a checkpoint in the user's transaction. */

import { isSkipped, type OnError } from "../operation/rule.js";
import type { WireRecord } from "../session/stream-session.js";
import { backoff } from "../util/async.js";
import type { WriteTransaction } from "../write/transaction.js";
import type { GroupStore, Handling } from "./ports.js";
import { checkpointOnce, positionOf, stillBefore } from "./rows.js";
import { addPart } from "./store.js";

/** The second argument of a handler. */
export interface GroupContext {
  /** Is aborted when the worker has lost the shard, or stops without waiting any longer. */
  readonly signal: AbortSignal;
  readonly shardId: string;
  /** Grows with each owner of a shard, and from a shard to those that follow it. */
  readonly epoch: number;
  /**
   * Adds to a transaction that the group's place moves behind this record. The transaction is done only if this worker
   * still has the shard and the record was not handled before: what it writes is written exactly once. A change from one
   * kind of a table to another is two records: the place moves with the second.
   */
  readonly checkpoint: (transaction: WriteTransaction) => void;
}

export interface HandleSettings {
  readonly name: string;
  readonly store: GroupStore;
  /** None for a record of another kind of items, two for a change of kind. Throws for one that can't be loaded. */
  load(record: WireRecord, shardId: string): readonly object[];
  readonly handler: (record: object, context: GroupContext) => unknown;
  readonly onError: OnError<object, number>;
}

/** Returns a function that handles a record until it is done or skipped. It rejects if the shard is to be left. */
export function makeHandle(settings: HandleSettings): (raw: WireRecord, handling: Handling) => Promise<void> {
  return async (raw, handling) => {
    let records: readonly object[] | undefined;
    for (let attempts = 1, done = 0; records === undefined || done < records.length; attempts++) {
      try {
        records ??= settings.load(raw, handling.shardId);
        await handleOne(settings, raw, handling, { record: records[done], isLast: done === records.length - 1 });
      } catch (error) {
        if (!(await isLeft(settings, handling, error, { record: records?.[done], attempts }))) {
          // Loaded again for the next attempt: the handler may have changed the objects.
          records = undefined;
          continue;
        }
        if (records === undefined) return;
      }
      // The next part of it.
      attempts = 0;
      done += 1;
    }
  };
}

/** Whether a record that failed is skipped. If not, its time to be tried again has come; or it rejects with the error. */
async function isLeft(
  { onError }: HandleSettings,
  handling: Handling,
  error: unknown,
  { record, attempts }: { readonly record: object | undefined; readonly attempts: number },
): Promise<boolean> {
  if (handling.isLeaving()) throw error;
  if (await isSkipped(onError, { error, record, facts: attempts })) return true;
  handling.failed(error);
  await handling.sleep(backoff(attempts, 100, 10_000));
  if (handling.isLeaving()) throw error;
  return false;
}

interface Part {
  readonly record: object | undefined;
  /** The place moves with the last one of a change. */
  readonly isLast: boolean;
}

async function handleOne(
  { name, store, handler }: HandleSettings,
  raw: WireRecord,
  handling: Handling,
  { record, isLast }: Part,
): Promise<void> {
  if (record === undefined) return;
  const { shardId, epoch, signal } = handling;
  const position = positionOf(raw.sequenceNumber);
  let isCheckpointed = false;
  const checkpoint = (transaction: WriteTransaction) => {
    addPart(transaction, name, isLast ? checkpointOnce(handling, position) : stillBefore(handling, position));
    isCheckpointed = isLast;
  };
  try {
    await handler(record, { signal, shardId, epoch, checkpoint });
  } catch (error) {
    // A transaction that failed may have been done all the same: then the place is behind the record, by our own hand.
    if (!isCheckpointed) throw error;
    const place = (await store.rows()).places.get(shardId);
    if (place?.epoch !== epoch || (place.position ?? "") < position) throw error;
  }
  if (isCheckpointed) handling.moved();
}
