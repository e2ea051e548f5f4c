/** The entry point `bloop-dynamodb/testing`. */

export type { FaultKind } from "./fault.js";
export { type FaultOptions, type Faults, type FaultyClient, type InjectedFault, injectFaults } from "./inject.js";
