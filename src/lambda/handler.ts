/** `streamHandler()`: a function for Lambda that handles the records of streams one by one. */

import type { Engine } from "../engine/engine.js";
import { InvalidOption, TimedOut } from "../errors.js";
import type { AnyModel, IncludeOf, StreamCheck, UnknownPolicy } from "../model/infer.js";
import { checkOptions } from "../operation/check.js";
import { type Context, contextOf } from "../operation/context.js";
import { recordRules } from "../operation/option-rules.js";
import { byDefault, isSkipped, milliseconds, onErrorRule, oneOf, type Rules, wholeNumber } from "../operation/rule.js";
import type { EachOf, OneOrSeveral, RecordsOf } from "../stream/infer.js";
import { describeValue } from "../util/print.js";
import { Batch } from "./batch.js";
import { makeDeadline } from "./deadline.js";
import { createdAtOf, recordsIn, sequenceNumberOf } from "./event.js";
import type {
  BatchResponse,
  HandlerContext,
  LambdaContext,
  LambdaEvent,
  LambdaRecord,
  RecordFailure,
  StreamHandlerOptions,
} from "./infer.js";
import { lineOf, loadRouted, makeRoutes, type Routes, routeOf } from "./routes.js";

/** The types of records are known to the caller and the compiler only. */
type AnyHandler = (record: object, context: HandlerContext<LambdaContext>) => unknown;
type AnyOptions = StreamHandlerOptions<object>;

const rules: Rules<AnyOptions, "concurrency" | "margin" | "onError" | "mode"> = {
  concurrency: /* @__PURE__ */ byDefault(1, wholeNumber),
  margin: /* @__PURE__ */ byDefault(1000, milliseconds),
  onError: /* @__PURE__ */ onErrorRule<RecordFailure>(),
  mode: /* @__PURE__ */ byDefault("report", oneOf("report", "throw")),
  ...recordRules,
};

interface Settings {
  readonly context: Context;
  readonly models: readonly AnyModel[];
  readonly handler: AnyHandler;
  readonly options: AnyOptions;
}

/**
 * A function for an event source mapping of Lambda, of the streams of one or more tables. It calls the handler with one
 * record at a time, in their order, and stops at the first that fails: Lambda sends that one and all behind it again.
 * So each record is handled at least once, and records of one item in their order.
 *
 * THE MAPPING MUST HAVE `FunctionResponseTypes: ["ReportBatchItemFailures"]`. Without it, Lambda takes the answer that
 * names a failed record for success, and the record is lost. For a mapping without it, give `mode: "throw"`.
 *
 * Several models are each of a table of its own, or kinds of one that table() declares.
 *
 * Throws InvalidOption for invalid options, InvalidStream for a model that declares no stream. The function rejects
 * with InvalidOption for an event of something else than these models' streams, so that nothing of it counts as handled.
 *
 * @example
 * const handler = streamHandler(engine, Account, async (record, { signal }) => {
 *   if (record.type === "insert") await fetch("https://example.org/welcome", { method: "POST", signal });
 * });
 */
export function streamHandler<
  const P extends OneOrSeveral,
  C extends LambdaContext = LambdaContext,
  U extends UnknownPolicy = "skip",
>(
  engine: Engine,
  models: P & StreamCheck<IncludeOf<EachOf<P>>>,
  handler: (record: RecordsOf<P, U>, context: HandlerContext<C>) => unknown,
  options: StreamHandlerOptions<RecordsOf<P, U>, U> = {},
): (event: LambdaEvent, context?: C) => Promise<BatchResponse> {
  checkOptions(options, rules, "streamHandler()");
  if (typeof handler !== "function")
    throw new InvalidOption(`The handler of streamHandler() is a function, got ${describeValue(handler)}.`);
  const all: readonly AnyModel[] = Array.isArray(models) ? [...models] : [models];
  if (all.length === 0) throw new InvalidOption("streamHandler() takes at least one model.");
  const context = contextOf(engine);
  // Found now rather than with the first event.
  makeRoutes(context, all, options);
  const settings = { context, models: all, handler: handler as AnyHandler, options: { ...options } as AnyOptions };
  return (event, lambda) => handleEvent(settings, event, lambda);
}

/** One invocation: its event, and the signs of its end. */
interface Invocation {
  readonly settings: Settings;
  readonly records: readonly LambdaRecord[];
  readonly routes: Routes;
  readonly handed: HandlerContext<LambdaContext>;
}

async function handleEvent(settings: Settings, event: LambdaEvent, lambda?: LambdaContext): Promise<BatchResponse> {
  const { context, models, options } = settings;
  const { concurrency = rules.concurrency.default, margin = rules.margin.default } = options;
  const records = recordsIn(event);
  const routes = makeRoutes(context, models, options);
  const lines = records.map((record, index) => lineOf(routeOf(routes, record), record) ?? `no key ${index}`);
  const deadline = makeDeadline(lambda, margin);
  const invocation = { settings, records, routes, handed: { signal: deadline.signal, context: lambda } };
  const batch = new Batch({
    size: records.length,
    concurrency,
    lineOf: (index) => lines[index] ?? "",
    handle: (index) => handleRecord(invocation, index),
  });
  deadline.signal.addEventListener("abort", () => batch.stop(), { once: true });
  try {
    await Promise.race([batch.run(), deadline.passed]);
  } finally {
    deadline.clear();
  }
  return answer(batch, invocation);
}

/** Rejects if the record is to be tried again. */
async function handleRecord({ settings, records, routes, handed }: Invocation, index: number): Promise<void> {
  const { handler, options } = settings;
  const raw = records[index] ?? {};
  let record: object | undefined;
  try {
    for (const part of loadRouted(routeOf(routes, raw), raw)) {
      record = part;
      await handler(record, handed);
    }
  } catch (error) {
    // What the end of the time has cut off is no failure of the record: it is never skipped.
    if (handed.signal.aborted || !(await isDecided(options.onError, error, { record, raw }))) throw error;
  }
}

interface Failed {
  readonly record: object | undefined;
  readonly raw: LambdaRecord;
}

/** Whether the record counts as handled. */
async function isDecided(
  onError: AnyOptions["onError"] = rules.onError.default,
  error: unknown,
  { record, raw }: Failed,
): Promise<boolean> {
  // Lambda logs only thrown errors.
  if (typeof onError !== "function")
    console.error(`The record ${sequenceNumberOf(raw) ?? ""} has failed (onError: "${onError}").`, error);
  return isSkipped(onError, { error, record, facts: failureOf(raw) });
}

function failureOf(raw: LambdaRecord): RecordFailure {
  const createdAt = createdAtOf(raw);
  return { raw, age: createdAt === undefined ? undefined : Date.now() - createdAt };
}

/** Throws if the mode says so, or the record has nothing that it could be named by. */
function answer(batch: Batch, { settings, records }: Invocation): BatchResponse {
  const { unfinished } = batch;
  if (unfinished === undefined) return { batchItemFailures: [] };
  const { index, failure } = unfinished;
  const itemIdentifier = sequenceNumberOf(records[index] ?? {});
  if (settings.options.mode !== "throw" && itemIdentifier !== undefined)
    return { batchItemFailures: [{ itemIdentifier }] };
  if (failure !== undefined) throw failure.error;
  throw new TimedOut(
    `The record ${itemIdentifier ?? "without a SequenceNumber"}, ${index + 1} of ${records.length}, was not handled before the function's time was over.`,
  );
}
