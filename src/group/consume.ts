/** `consume()`: the records of a model's table, shared by all workers of a group. */

import type { Engine } from "../engine/engine.js";
import { makeRecordSource, streamedTable } from "../engine/stream.js";
import { InvalidOption, InvalidRecord, InvalidStream } from "../errors.js";
import type { AnyModel, IncludeOf, StreamCheck } from "../model/infer.js";
import { checkOptions } from "../operation/check.js";
import { contextOf, type InvalidPolicy } from "../operation/context.js";
import {
  byDefault,
  callback,
  either,
  milliseconds,
  oneOf,
  type Rules,
  signal,
  text,
  wholeNumber,
} from "../operation/rule.js";
import type { WireRecord } from "../session/stream-session.js";
import type { RecordOf } from "../stream/infer.js";
import { backoff } from "../util/async.js";
import { describeValue } from "../util/print.js";
import type { WriteTransaction } from "../write/transaction.js";
import { GroupConsumer } from "./consumer.js";
import type { GroupStore, Handling } from "./ports.js";
import { checkpointOnce, positionOf } from "./rows.js";
import { streamArnOf } from "./source.js";
import { addPart, makeGroupStore } from "./store.js";

/** The second argument of a handler. */
export interface GroupContext {
  /** Is aborted when the worker has lost the shard, or stops without waiting any longer. */
  readonly signal: AbortSignal;
  readonly shardId: string;
  /** Grows with each owner of a shard, and from a shard to those that follow it. */
  readonly epoch: number;
  /**
   * Adds to a transaction that the group's place moves behind this record. The transaction is done only if this worker
   * still has the shard and the record was not handled before: what it writes is written exactly once.
   */
  readonly checkpoint: (transaction: WriteTransaction) => void;
}

export interface ConsumeOptions<R extends object> {
  /** All workers of a group share the shards; each group has all records. Any text. */
  group: string;
  /** The name of this worker, for messages and its rows. Each process is another one, also of the same name. Default: "worker". */
  worker?: string | undefined;
  handler: (record: R, context: GroupContext) => unknown;
  /** Milliseconds after which a worker that is not heard of has lost its shards. Default: 10,000; 1000 or more. */
  lease?: number | undefined;
  /** Milliseconds between two reads of a shard that has nothing new. Default: 1000. */
  idle?: number | undefined;
  /** How many records are handled between two checkpoints, at most. Default: 100. */
  checkpointEvery?: number | undefined;
  /**
   * What becomes of a record whose handler fails, or that can't be loaded. "retry": it is tried again, after growing
   * pauses, and its shard waits for it. "skip": it counts as handled. A function decides for each failure, and is told how
   * often it was tried. Default: "retry".
   */
  onError?: GroupOnError<R> | undefined;
  onInvalid?: InvalidPolicy | undefined;
  /** Ends it, as close() does. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that handlers have to end, once it is closed. Default: 10,000. */
  closeWithin?: number | undefined;
}

type Decision = "retry" | "skip";
type GroupOnError<R> =
  | Decision
  | ((error: unknown, record: R | undefined, attempts: number) => Decision | Promise<Decision>);

const rules: Rules<
  ConsumeOptions<object>,
  "worker" | "lease" | "idle" | "checkpointEvery" | "onError" | "closeWithin"
> = {
  group: text,
  worker: /* @__PURE__ */ byDefault("worker", text),
  handler: /* @__PURE__ */ callback<ConsumeOptions<object>["handler"]>(),
  lease: /* @__PURE__ */ byDefault(10_000, milliseconds),
  idle: /* @__PURE__ */ byDefault(1000, milliseconds),
  checkpointEvery: /* @__PURE__ */ byDefault(100, wholeNumber),
  onError: /* @__PURE__ */ byDefault(
    "retry",
    either(oneOf("retry", "skip"), callback<Exclude<GroupOnError<object>, string>>()),
  ),
  onInvalid: /* @__PURE__ */ oneOf("throw", "omit"),
  signal,
  closeWithin: /* @__PURE__ */ byDefault(10_000, milliseconds),
};

/**
 * Has the records of a model's table handled, from the oldest that there is, by all workers that call this with the same
 * group, in one process or many. Each shard is read by one worker at a time, its records are handled one by one in their
 * order, and each at least once. Who reads what is in the table of GroupRow, which has to be bound.
 *
 * Throws InvalidOption for options that can't be, InvalidStream for a model that declares no stream.
 *
 * @example
 * const consumer = consume(engine, Account, {
 *   group: "welcome",
 *   handler: (record) => console.log(record.key.id),
 * });
 * process.once("SIGTERM", () => consumer.close());
 * await consumer.done;
 */
export function consume<T extends AnyModel>(
  engine: Engine,
  model: T & StreamCheck<IncludeOf<T>>,
  options: ConsumeOptions<RecordOf<T>>,
): GroupConsumer {
  checkOptions(options, rules, "consume()");
  const { group, worker = rules.worker.default, lease = rules.lease.default, handler } = options;
  if (typeof group !== "string" || group === "")
    throw new InvalidOption(
      `consume() needs the name of a group, such as { group: "mails" }, got ${describeValue(group)}.`,
    );
  if (typeof handler !== "function")
    throw new InvalidOption(`consume() needs a handler, got ${describeValue(handler)}.`);
  if (lease < 1000)
    throw new InvalidOption("lease is 1000 milliseconds or more: a call may take longer than a lesser one.");
  const context = contextOf(engine);
  const tableName = streamedTable(context, model);
  const { read } = makeRecordSource(context, [model], { onInvalid: options.onInvalid });
  const handling = {
    ...options,
    handler: options.handler as ConsumeOptions<object>["handler"],
  } as ConsumeOptions<object>;
  return new GroupConsumer({
    settings: {
      worker: `${worker} ${crypto.randomUUID()}`,
      lease,
      idle: options.idle ?? rules.idle.default,
      every: options.checkpointEvery ?? rules.checkpointEvery.default,
    },
    closeWithin: options.closeWithin ?? rules.closeWithin.default,
    signal: options.signal,
    async connect() {
      const session = await context.session.streams();
      const streamArn = await streamArnOf(session, tableName);
      if (streamArn === undefined)
        throw new InvalidStream(`The table ${tableName} has no stream: bind() says how it differs from its model.`);
      const name = `${group} ${streamArn}`;
      const store = makeGroupStore(engine, name);
      const load = (record: WireRecord, shardId: string) => loaded(() => read({ shardId, record })[0], record, shardId);
      return { session, streamArn, store, handle: makeHandle({ name, store, load, options: handling }) };
    },
  });
}

/** Throws InvalidRecord for one that can't be loaded. */
function loaded<R>(load: () => R, record: WireRecord, shardId: string): R {
  const { sequenceNumber } = record;
  try {
    return load();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidRecord(`The record ${sequenceNumber} of ${shardId} can't be loaded: ${message}`, {
      shardId,
      sequenceNumber,
      record,
      cause,
    });
  }
}

interface HandleSettings {
  readonly name: string;
  readonly store: GroupStore;
  /** Undefined for a record of another kind of items. */
  load(record: WireRecord, shardId: string): object | undefined;
  readonly options: ConsumeOptions<object>;
}

/** Handles a record until it is done, skipped, or the shard is to be left: then it rejects. */
function makeHandle({ name, store, load, options }: HandleSettings) {
  return async (raw: WireRecord, handling: Handling): Promise<void> => {
    for (let attempts = 1; ; attempts++) {
      const attempt = makeAttempt(name, raw, handling);
      let record: object | undefined;
      try {
        record = load(raw, handling.shardId);
        if (record === undefined) return;
        await options.handler(record, attempt.context);
        if (attempt.isCheckpointed()) handling.moved();
        return;
      } catch (error) {
        if (attempt.isCheckpointed() && (await isMoved(store, raw, handling))) return handling.moved();
        if (handling.isLeaving()) throw error;
        const onError = options.onError ?? rules.onError.default;
        if (onError === "skip") return;
        if (typeof onError === "function" && (await onError(error, record, attempts)) === "skip") return;
        handling.failed(error);
        await handling.sleep(backoff(attempts, 100, 10_000));
        if (handling.isLeaving()) throw error;
      }
    }
  };
}

/** Whether a transaction that failed was done all the same: the place is behind the record, by our own hand. */
async function isMoved(store: GroupStore, raw: WireRecord, { shardId, epoch }: Handling): Promise<boolean> {
  const place = (await store.rows()).places.get(shardId);
  return place?.epoch === epoch && (place.position ?? "") >= positionOf(raw.sequenceNumber);
}

interface Attempt {
  readonly context: GroupContext;
  /** Whether the record's place was put into a transaction. */
  isCheckpointed(): boolean;
}

function makeAttempt(name: string, raw: WireRecord, handling: Handling): Attempt {
  const { shardId, epoch, signal } = handling;
  let isCheckpointed = false;
  const checkpoint = (transaction: WriteTransaction) => {
    addPart(transaction, name, checkpointOnce(handling, positionOf(raw.sequenceNumber)));
    isCheckpointed = true;
  };
  return { context: { signal, shardId, epoch, checkpoint }, isCheckpointed: () => isCheckpointed };
}
