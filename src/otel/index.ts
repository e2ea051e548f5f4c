/** The entry point `bloop-dynamodb/otel`: spans and metrics for OpenTelemetry, of what the channels of bloop tell. */

export { type Instrumentation, type InstrumentOptions, instrument } from "./instrument.js";
