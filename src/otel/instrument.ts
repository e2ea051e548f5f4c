/** Listens on the channels of bloop, and makes spans and measurements. */

import { AsyncLocalStorage } from "node:async_hooks";
import { channel, type TracingChannel, tracingChannel } from "node:diagnostics_channel";
import { type Meter, metrics, type Tracer, trace } from "@opentelemetry/api";
import type { OperationContext, RequestContext } from "./contexts.js";
import { type Instruments, makeInstruments } from "./instruments.js";
import { Operation } from "./operation.js";

export interface InstrumentOptions {
  /** Default: that of the global provider by the name "bloop-dynamodb". */
  readonly tracer?: Tracer | undefined;
  /** Default: that of the global provider by the name "bloop-dynamodb". */
  readonly meter?: Meter | undefined;
  /** Whether spans have the expressions of requests, with the names of attributes and without values. Default: false. */
  readonly captureText?: boolean | undefined;
}

/** The listeners. */
export interface Instrumentation {
  /** Listens no more. Spans that are open end when their operations do. */
  disable(): void;
}

const name = "bloop-dynamodb";

/**
 * Has all engines of the process make a span for each operation, of kind client, in the context of the call; and measure
 * durations, retries, the lag of streams and their gaps. Needs the peer `@opentelemetry/api`.
 *
 * @example
 * const instrumentation = instrument({ captureText: true });
 */
export function instrument(options: InstrumentOptions = {}): Instrumentation {
  const { tracer = trace.getTracer(name), meter = metrics.getMeter(name), captureText = false } = options;
  const current = new AsyncLocalStorage<Operation | undefined>();
  const instruments = makeInstruments(meter);
  const stops = [
    listenToOperations(current, (context) => new Operation({ tracer, instruments, captureText }, context)),
    listenToRequests(current),
    listenToMessages(instruments),
  ];
  return {
    disable() {
      for (const stop of stops) stop();
    },
  };
}

const ignore = (): void => undefined;
const unheard = { start: ignore, end: ignore, asyncStart: ignore, asyncEnd: ignore, error: ignore };

function listenToOperations(
  current: AsyncLocalStorage<Operation | undefined>,
  start: (context: OperationContext) => Operation,
): () => void {
  const channels: TracingChannel<unknown, OperationContext> = tracingChannel(`${name}:operation`);
  const operations = new WeakMap<OperationContext, Operation>();
  channels.start.bindStore(current, (context) => {
    const operation = start(context);
    operations.set(context, operation);
    return operation;
  });
  const subscribers = {
    ...unheard,
    error: (context: OperationContext & { readonly error: unknown }) => operations.get(context)?.fail(context.error),
    asyncEnd: (context: OperationContext) => operations.get(context)?.end(),
  };
  channels.subscribe(subscribers);
  return () => {
    channels.start.unbindStore(current);
    channels.unsubscribe(subscribers);
  };
}

function listenToRequests(current: AsyncLocalStorage<Operation | undefined>): () => void {
  const channels: TracingChannel<unknown, RequestContext> = tracingChannel(`${name}:request`);
  const operations = new WeakMap<RequestContext, Operation>();
  const subscribers = {
    ...unheard,
    start(context: RequestContext) {
      const operation = current.getStore();
      if (operation !== undefined) operations.set(context, operation);
    },
    asyncEnd: (context: RequestContext) => operations.get(context)?.note(context),
  };
  channels.subscribe(subscribers);
  return () => void channels.unsubscribe(subscribers);
}

function listenToMessages({ countRetry, countGap, countLease, measureLag }: Instruments): () => void {
  const listeners: readonly [string, (message: unknown) => void][] = [
    [`${name}:retry`, countRetry],
    [`${name}:stream:gap`, countGap],
    [`${name}:stream:lag`, measureLag],
    [`${name}:stream:lease`, countLease],
  ];
  for (const [topic, listener] of listeners) channel(topic).subscribe(listener);
  return () => {
    for (const [topic, listener] of listeners) channel(topic).unsubscribe(listener);
  };
}
