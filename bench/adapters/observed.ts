/** bloop while somebody listens: to each channel, doing nothing; and by OpenTelemetry's SDK, which keeps what it is told. */

import { channel, tracingChannel } from "node:diagnostics_channel";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import { instrument } from "bloop-dynamodb/otel";
import type { Adapter } from "../support/adapter.js";
import { bloop } from "./bloop.js";

export const bloopHeard: Adapter = {
  ...bloop,
  name: "bloop, listeners that do nothing",
  open(connection) {
    const nothing = () => undefined;
    const all = { start: nothing, end: nothing, asyncStart: nothing, asyncEnd: nothing, error: nothing };
    for (const name of ["operation", "request"]) tracingChannel(`bloop-dynamodb:${name}`).subscribe(all);
    channel("bloop-dynamodb:retry").subscribe(nothing);
    return bloop.open(connection);
  },
};

/** As in production: spans are handed over in batches. Where to is not measured. */
const nowhere: SpanExporter = {
  export: (_, done) => done({ code: 0 }),
  shutdown: async () => undefined,
};

export const bloopTraced: Adapter = {
  ...bloop,
  name: "bloop, with instrument()",
  open(connection) {
    const tracer = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(nowhere)] }).getTracer("bench");
    const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    instrument({ tracer, meter: new MeterProvider({ readers: [reader] }).getMeter("bench") });
    return bloop.open(connection);
  },
};
