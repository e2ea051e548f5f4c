/** `bloop-dynamodb/group`: the records of a stream, shared by the workers of a group. */

export { type ConsumeOptions, consume, type GroupContext } from "./consume.js";
export { GroupConsumer } from "./consumer.js";
export { GroupRow } from "./model.js";
export type { GroupSignals } from "./ports.js";
