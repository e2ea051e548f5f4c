/** What is loaded with the first stream, or the first worker of a group: one file of the package. */

export { failureKindOf } from "./failure.js";
export { Pump } from "./pump.js";
export { Shard } from "./shard.js";
export { Streak } from "./streak.js";
export { createdAt, listingDelay, patienceFor } from "./time.js";
