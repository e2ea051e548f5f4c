/** `bloop-dynamodb/testing`: faults by a seed around a client, and the events of a function of Lambda. */

export { type EventSourceOptions, type EventSourceRun, runEventSource, type SourceInvocation } from "./event-source.js";
export type { FaultKind } from "./fault.js";
export { type FaultOptions, type Faults, type FaultyClient, type InjectedFault, injectFaults } from "./inject.js";
export {
  type EventChange,
  type EventRecord,
  type EventValue,
  eventRecord,
  type StreamsRecord,
} from "./lambda-record.js";
export { type EventRecordsOptions, eventRecordsOf } from "./table-records.js";
