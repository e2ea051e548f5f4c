/** `consume()`: the records of a model's table, shared by all workers of a group. */

import type { Engine } from "../engine/engine.js";
import { makeRecordSource, streamArnOf, streamedTable } from "../engine/stream.js";
import { InvalidStream } from "../errors.js";
import type { AnyModel, IncludeOf, StreamCheck, UnknownPolicy } from "../model/infer.js";
import { checkOptions } from "../operation/check.js";
import { contextOf } from "../operation/context.js";
import { recordRules } from "../operation/option-rules.js";
import type { RecordOptions } from "../operation/options.js";
import {
  byDefault,
  callback,
  date,
  either,
  milliseconds,
  type OnError,
  onErrorRule,
  oneOf,
  type Rules,
  signal,
  text,
  wholeNumber,
} from "../operation/rule.js";
import type { WireRecord } from "../session/stream-session.js";
import { telling } from "../stream/channels.js";
import type { EachOf, OneOrSeveral, RecordsOf } from "../stream/infer.js";
import { refusalOf } from "../stream/record.js";
import { startOf } from "../stream/token.js";
import { GroupConsumer } from "./consumer.js";
import { type GroupContext, type HandleSettings, makeHandle } from "./handle.js";
import type { WorkerSettings } from "./ports.js";
import { makeGroupStore } from "./store.js";

export interface ConsumeOptions<R extends object, U extends UnknownPolicy = UnknownPolicy> extends RecordOptions<U> {
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
   * Where the group begins, if it is new: at the oldest record that there is; at what is written from this call on; or at a
   * time. It is up to the worker that comes first; afterwards the group goes on where it is. Times are those of the worker's
   * clock, and records of the minute before may come too. Default: "trim_horizon".
   */
  start?: "trim_horizon" | "latest" | Date | undefined;
  /**
   * How many shards this worker reads at the same time, at most. If all workers together may read fewer than there are, some
   * shards wait: the signal `full` tells so. Default: no limit.
   */
  maxShards?: number | undefined;
  /**
   * What becomes of a record whose handler fails, or that can't be loaded. "retry": it is tried again, after growing
   * pauses, and its shard waits for it. "skip": it counts as handled. A function decides for each failure, and is told how
   * often it was tried. Default: "retry".
   */
  onError?: OnError<R, number> | undefined;
  /** Ends it, as close() does. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that handlers have to end, once it is closed. Default: 10,000. */
  closeWithin?: number | undefined;
}

const rules: Rules<
  ConsumeOptions<object>,
  "worker" | "lease" | "idle" | "checkpointEvery" | "maxShards" | "onError" | "closeWithin"
> = {
  group: {
    expects: 'the name of a group, such as "mails"',
    fits: (value) => typeof value === "string" && value !== "",
  },
  worker: /* @__PURE__ */ byDefault("worker", text),
  handler: /* @__PURE__ */ callback<ConsumeOptions<object>["handler"]>(),
  // A call may take longer than a shorter time.
  lease: /* @__PURE__ */ byDefault(10_000, {
    expects: "a number of milliseconds from 1000",
    fits: (value) => typeof value === "number" && value >= 1000,
  }),
  idle: /* @__PURE__ */ byDefault(1000, milliseconds),
  checkpointEvery: /* @__PURE__ */ byDefault(100, wholeNumber),
  start: /* @__PURE__ */ either(oneOf("trim_horizon", "latest"), date),
  maxShards: /* @__PURE__ */ byDefault(Number.POSITIVE_INFINITY, wholeNumber),
  onError: /* @__PURE__ */ onErrorRule<number>(),
  ...recordRules,
  signal,
  closeWithin: /* @__PURE__ */ byDefault(10_000, milliseconds),
};

/**
 * Has the records of a model's table handled, or of several models that are kinds of one table, by all workers that call
 * this with the same group, in one process or many: from the oldest that there is, unless `start` says otherwise. Each shard is read by one worker at a time, its records are handled one by one in their
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
export function consume<const P extends OneOrSeveral, U extends UnknownPolicy = "skip">(
  engine: Engine,
  models: P & StreamCheck<IncludeOf<EachOf<P>>>,
  options: ConsumeOptions<RecordsOf<P, U>, U>,
): GroupConsumer {
  checkOptions(options, rules, "consume()", ["group", "handler"]);
  const { group } = options;
  const context = contextOf(engine);
  const all: readonly AnyModel[] = Array.isArray(models) ? [...models] : [models];
  const { onInvalid, onUnknown } = options;
  const { modelName, read } = makeRecordSource(context, all, { onInvalid, onUnknown });
  const tableName = streamedTable(context, all[0] as AnyModel);
  const { onError = rules.onError.default, handler } = options;
  const handling = { handler, onError } as Pick<HandleSettings, "handler" | "onError">;
  const load = (record: WireRecord, shardId: string) => {
    try {
      return read({ shardId, record });
    } catch (cause) {
      throw refusalOf(cause, { modelName, shardId, sequenceNumber: record.sequenceNumber, record });
    }
  };
  return new GroupConsumer({
    settings: settingsOf(options, tableName),
    group,
    table: tableName,
    closeWithin: options.closeWithin ?? rules.closeWithin.default,
    signal: options.signal,
    async connect() {
      const session = telling(await context.session.streams(), tableName);
      const streamArn = await streamArnOf(session, tableName);
      if (streamArn === undefined)
        throw new InvalidStream(`The table ${tableName} has no stream: bind() says how it differs from its model.`);
      const name = `${group} ${streamArn}`;
      const store = makeGroupStore(engine, name);
      return { session, streamArn, store, handle: makeHandle({ name, store, load, ...handling }) };
    },
  });
}

/** What a worker is told of its call alone. */
type Given = Omit<ConsumeOptions<object>, "handler" | "onError">;

function settingsOf(options: Given, tableName: string): WorkerSettings {
  const { worker = rules.worker.default, start = "trim_horizon" } = options;
  return {
    worker: `${worker} ${crypto.randomUUID()}`,
    lease: options.lease ?? rules.lease.default,
    idle: options.idle ?? rules.idle.default,
    every: options.checkpointEvery ?? rules.checkpointEvery.default,
    most: options.maxShards ?? rules.maxShards.default,
    start: startOf(start, tableName, Date.now()).since,
  };
}
