/** `bloop-dynamodb/group`: the records of a stream, shared by the workers of a group. */

export type { LeaseMessage } from "./channels.js";
export { type ConsumeOptions, consume } from "./consume.js";
export { GroupConsumer } from "./consumer.js";
export type { GroupContext } from "./handle.js";
export { GroupRow } from "./model.js";
export type { GroupSignals } from "./ports.js";
