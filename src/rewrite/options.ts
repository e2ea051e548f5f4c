/** The options of checkKeys() and rewriteKeys(), and their allowed values. */

import { scanRules } from "../operation/option-rules.js";
import { byDefault, callback, flag, plainObject, type Rules, signal, wholeNumber } from "../operation/rule.js";
import type { SearchToken } from "../read/search-token.js";
import type { KeyFinding, KeyReport } from "./finding.js";

/** The options of checkKeys(). */
export interface KeyCheckOptions {
  /** Called with each finding, and awaited. */
  finding?: ((finding: KeyFinding) => unknown) | undefined;
  /** Called after each page of DynamoDB with the counts and the position, and awaited. */
  progress?: ((report: KeyReport) => unknown) | undefined;
  /** The position of an earlier report, to go on from. */
  token?: SearchToken | undefined;
  /** Read this many segments of the table in parallel. Default: 1. */
  segments?: number | undefined;
  /** Read one segment, while other processes read the others. */
  parallel?: { segment: number; total: number } | undefined;
  /** Items that DynamoDB evaluates for one request. Default: as many as 1 MB holds. */
  pageSize?: number | undefined;
  /** false: reads for half of the units, which may see an item as it was a moment ago. Default: true. */
  consistent?: boolean | undefined;
  /** Read units per second to use on average. Default: no limit. */
  readUnits?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** The options of rewriteKeys(). */
export interface KeyRewriteOptions extends KeyCheckOptions {
  /**
   * Decides whether a finding is written, and may be async. Default: all but disagreements, since their keys are keys that
   * the model makes, and say which items they are.
   */
  accept?: ((finding: KeyFinding) => boolean | Promise<boolean>) | undefined;
  /** true: nobody else writes the items that move to another key. Models with a version need no promise. */
  quiet?: boolean | undefined;
  /** Items that are written at the same time. Default: 4. */
  concurrency?: number | undefined;
  /** Write units per second to use on average. Default: no limit. */
  writeUnits?: number | undefined;
}

export const checkRules: Rules<KeyCheckOptions> = {
  finding: /* @__PURE__ */ callback(),
  progress: /* @__PURE__ */ callback(),
  token: /* @__PURE__ */ plainObject("the token of a report"),
  segments: wholeNumber,
  parallel: scanRules.parallel,
  pageSize: wholeNumber,
  consistent: flag,
  readUnits: wholeNumber,
  signal,
};

export const rewriteRules: Rules<KeyRewriteOptions, "concurrency"> = {
  ...checkRules,
  accept: /* @__PURE__ */ callback(),
  quiet: flag,
  concurrency: /* @__PURE__ */ byDefault(4, wholeNumber),
  writeUnits: wholeNumber,
};
