/** `bloop-dynamodb/otel`: spans and metrics for OpenTelemetry, from the channels of bloop. */

export { type Instrumentation, type InstrumentOptions, instrument } from "./instrument.js";
