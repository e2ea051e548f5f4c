/** What is loaded with the first stream, or the first worker of a group: one file of the package. */

export { failureKindOf } from "../session/stream-failure.js";
export { Streak } from "./call/streak.js";
export { Pump } from "./pump.js";
export { Shard } from "./shard/shard.js";
export { createdAt, earlyChildSlack, listingDelay, patienceFor } from "./time.js";
