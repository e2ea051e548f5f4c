/** Lambda's event source mapping on a local machine: calls a function with the records of a shard as Lambda does. */

import { setImmediate } from "node:timers/promises";
import { InvalidOption } from "../errors.js";
import { describeValue, didYouMean, print } from "../util/print.js";
import { type Answered, invoke } from "./invocation.js";
import type { EventRecord } from "./lambda-record.js";

/** The settings of an event source mapping, with Lambda's names and defaults. */
export interface EventSourceOptions {
  /** How many records an event has at most. Default: 100. */
  batchSize?: number;
  /** Whether FunctionResponseTypes has ReportBatchItemFailures. Without it, any answer counts as success. Default: false. */
  reportBatchItemFailures?: boolean;
  /** A batch that failed is tried again in two halves. Default: false. */
  bisectBatchOnFunctionError?: boolean;
  /** How often a batch is tried again before it is given up. Lambda's default is without end; here it is 10,000. */
  maximumRetryAttempts?: number;
  /** How many batches of a shard are under way at once; the records of one item stay in their order. Default: 1. */
  parallelizationFactor?: number;
  /** The function's time, in milliseconds. Default: 3000. */
  timeout?: number;
  /** Ends the run: it rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** One call of the function. */
export interface SourceInvocation {
  readonly sequenceNumbers: readonly string[];
  /** "partial": the answer named a record, `from` which the batch was tried again. */
  readonly outcome: "success" | "partial" | "error" | "timeout";
  readonly from: string | undefined;
  /** The error of the function, or the problem of its answer. */
  readonly error: unknown;
}

export interface EventSourceRun {
  /** In the order in which they ended. */
  readonly invocations: readonly SourceInvocation[];
  /** Given up after the last attempt: on AWS they go to the failure destination, or are lost. */
  readonly discarded: readonly EventRecord[];
}

type Settings = Required<Omit<EventSourceOptions, "signal">> & Pick<EventSourceOptions, "signal">;

const defaults = {
  batchSize: 100,
  reportBatchItemFailures: false,
  bisectBatchOnFunctionError: false,
  maximumRetryAttempts: 10_000,
  parallelizationFactor: 1,
  timeout: 3000,
} satisfies EventSourceOptions;

/**
 * Calls a function with the records of one shard as Lambda's event source mapping does: in batches, each of which has to
 * succeed before the next one. A batch that fails as a whole (the function throws, times out, or answers something
 * malformed) is tried again, in halves if it is bisected; one whose answer names records is tried again from the lowest of
 * their numbers on; after the last attempt it is given up. A function that times out is left alone: unlike on Lambda, its
 * process goes on.
 *
 * Times do not pass between attempts, and records do not get too old. Throws InvalidOption for options that can't be.
 *
 * @example
 * const handler = streamHandler(engine, Account, (record) => console.log(record.key.id));
 * const { invocations, discarded } = await runEventSource(handler, [], { reportBatchItemFailures: true });
 */
export async function runEventSource(
  handler: (event: never, context: never, callback: never) => unknown,
  records: Iterable<EventRecord> | AsyncIterable<EventRecord>,
  options: EventSourceOptions = {},
): Promise<EventSourceRun> {
  const settings = settingsOf(options);
  if (typeof handler !== "function")
    throw new InvalidOption(`The handler of runEventSource() is a function, got ${describeValue(handler)}.`);
  const source = new Source(handler, settings);
  let batch: EventRecord[] = [];
  for await (const record of records) {
    batch.push(record);
    if (batch.length < settings.batchSize * settings.parallelizationFactor) continue;
    await source.handle(batch);
    batch = [];
  }
  await source.handle(batch);
  return source;
}

class Source implements EventSourceRun {
  readonly invocations: SourceInvocation[] = [];
  readonly discarded: EventRecord[] = [];
  readonly #handler: (event: never, context: never, callback: never) => unknown;
  readonly #settings: Settings;

  constructor(handler: (event: never, context: never, callback: never) => unknown, settings: Settings) {
    this.#handler = handler;
    this.#settings = settings;
  }

  /** Some records of the shard: one batch in each lane at a time. */
  async handle(records: readonly EventRecord[]): Promise<void> {
    const { parallelizationFactor: lanes } = this.#settings;
    const parts = Array.from({ length: lanes }, (): EventRecord[] => []);
    for (const record of records) parts[laneOf(record, lanes)]?.push(record);
    await Promise.all(parts.map((part) => this.#handleLane(part)));
  }

  async #handleLane(records: readonly EventRecord[]): Promise<void> {
    const { batchSize } = this.#settings;
    for (let start = 0; start < records.length; start += batchSize) {
      await this.#handleBatch(records.slice(start, start + batchSize));
    }
  }

  async #handleBatch(batch: readonly EventRecord[], attempt = 0): Promise<void> {
    const { bisectBatchOnFunctionError: bisect, maximumRetryAttempts } = this.#settings;
    let tried = attempt;
    for (let left = batch; left.length > 0; ) {
      const answered = await this.#invoke(left);
      const rest = left.slice(answered.from);
      if (rest.length === 0) return;
      const isSame = rest.length === left.length;
      left = rest;
      // A batch that became shorter is another one. Splitting does not count as an attempt either.
      if (!isSame) tried = 0;
      else if (bisect && left.length > 1) {
        const middle = Math.ceil(left.length / 2);
        await this.#handleBatch(left.slice(0, middle), tried);
        left = left.slice(middle);
      } else if (tried >= maximumRetryAttempts) {
        this.discarded.push(...left);
        return;
      } else tried += 1;
      // Timers run between attempts: a handler that fails at once would keep what aborts the signal from running.
      await setImmediate();
    }
  }

  async #invoke(records: readonly EventRecord[]): Promise<Answered> {
    const { timeout, reportBatchItemFailures, signal } = this.#settings;
    signal?.throwIfAborted();
    const answered = await invoke(this.#handler, records, { timeout, isReporting: reportBatchItemFailures, signal });
    const { outcome, error, from } = answered;
    const numbers = records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? "");
    this.invocations.push({
      sequenceNumbers: numbers,
      outcome,
      from: outcome === "partial" ? numbers[from] : undefined,
      error,
    });
    return answered;
  }
}

/** The same for all records of an item. */
function laneOf({ dynamodb }: EventRecord, lanes: number): number {
  let hash = 0;
  for (const char of JSON.stringify(dynamodb?.Keys ?? {})) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return hash % lanes;
}

function settingsOf(options: EventSourceOptions): Settings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (name === "signal") continue;
    const known: unknown = Reflect.get(defaults, name);
    if (known === undefined) {
      const hint = didYouMean(name, [...Object.keys(defaults), "signal"]);
      throw new InvalidOption(`runEventSource() has no option ${print(name)}${hint || "."}`);
    }
    const least = name === "maximumRetryAttempts" ? 0 : 1;
    if (typeof value !== typeof known || (typeof value === "number" && !(value >= least)))
      throw new InvalidOption(
        `${name} is ${typeof known === "number" ? `a number from ${least}` : "true or false"}, got ${describeValue(value)}.`,
      );
  }
  return { ...defaults, ...Object.fromEntries(given) };
}
