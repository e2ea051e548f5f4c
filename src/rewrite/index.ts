/** `bloop-dynamodb/rewrite`: checks composed keys, computed columns and markers of a table, and writes them anew. */

export type { AttributeDifference, KeyFinding, KeyProblem, KeyReport } from "./finding.js";
export { checkKeys, rewriteKeys } from "./keys.js";
export type { KeyCheckOptions, KeyRewriteOptions } from "./options.js";
