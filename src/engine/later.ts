/**
 * Operations whose code is loaded with the first use of one of them. One file: to find one takes a millisecond, and to
 * compile all of this less.
 */

export { BulkWriter } from "./bulk-writer.js";
export { commit } from "./commit.js";
export { getWanted, loadTargets, readTogether } from "./load.js";
export { modify } from "./modify.js";
