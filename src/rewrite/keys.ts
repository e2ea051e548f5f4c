/** `checkKeys()` and `rewriteKeys()`: keys and other attributes that bloop makes, compared with a table's items. */

import type { Engine } from "../engine/engine.js";
import { InvalidOption } from "../errors.js";
import type { AnyModel } from "../model/infer.js";
import type { SearchTarget } from "../model/meta.js";
import { searchTargetOf } from "../model/registry.js";
import { checkOptions, checkSegments } from "../operation/check.js";
import { type Context, contextOf } from "../operation/context.js";
import { scanRules } from "../operation/option-rules.js";
import { byDefault, callback, flag, plainObject, type Rules, signal, wholeNumber } from "../operation/rule.js";
import { planTogether } from "../read/search-together.js";
import { positionsOf, type SearchToken } from "../read/search-token.js";
import type { KeyFinding, KeyReport } from "./finding.js";
import { makePace, type Pace } from "./pace.js";
import type { Rewriting } from "./rewrite-item.js";
import { runKeys } from "./run.js";

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

const checkRules: Rules<KeyCheckOptions> = {
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

const rewriteRules: Rules<KeyRewriteOptions, "concurrency"> = {
  ...checkRules,
  accept: /* @__PURE__ */ callback(),
  quiet: flag,
  concurrency: /* @__PURE__ */ byDefault(4, wholeNumber),
  writeUnits: wholeNumber,
};

/**
 * Compares the items of models with what the models make of their columns: the table's keys, the keys of indexes, computed
 * columns, the kind, and the markers of unique values. Writes nothing, and resolves with the counts. The models are on one
 * declared table. It keeps the unique values without a marker in memory, so that two items with one value are found.
 *
 * Throws InvalidOption for options and models that can't be, InvalidPosition for a token of another check, and the errors
 * of requests: then the last report has the position to go on from.
 *
 * @example
 * const report = await checkKeys(engine, Order, { finding: ({ key, problem }) => console.log(key, problem) });
 * console.log(report.right, report.problems);
 */
export async function checkKeys(
  engine: Engine,
  models: AnyModel | readonly AnyModel[],
  options: KeyCheckOptions = {},
): Promise<KeyReport> {
  checkOptions(options, checkRules, "checkKeys()");
  return run(engine, models, options, "checkKeys()");
}

/**
 * Writes what checkKeys() finds: the attributes by an update under the conditions that nobody changes them or their parts
 * meanwhile, another key of the table by a move, and the markers of unique values. What other writers change in between
 * stays, and is taken into account. It can be ended at any moment and run again, from the start or from the position of a
 * report: what is right by then is not written again.
 *
 * Throws as checkKeys() does. What can't be written because of an item is a finding with the outcome "left", and its reason.
 *
 * @example
 * const { outcomes } = await rewriteKeys(engine, Order, { writeUnits: 100, progress: ({ token }) => console.log(token) });
 * console.log(outcomes.rewritten, outcomes.left);
 */
export async function rewriteKeys(
  engine: Engine,
  models: AnyModel | readonly AnyModel[],
  options: KeyRewriteOptions = {},
): Promise<KeyReport> {
  checkOptions(options, rewriteRules, "rewriteKeys()");
  return run(engine, models, options, "rewriteKeys()");
}

function run(
  engine: Engine,
  models: AnyModel | readonly AnyModel[],
  options: KeyRewriteOptions,
  operation: "checkKeys()" | "rewriteKeys()",
): Promise<KeyReport> {
  checkSegments(options, operation);
  const pace = makePace(options);
  const context = measured(contextOf(engine), pace, options);
  const all: readonly unknown[] = Array.isArray(models) ? [...models] : [models];
  const targets = all.map(searchTargetOf);
  for (const target of targets) assertKind(target, operation);
  const { segments = 1, parallel, consistent = true, signal: aborted, token } = options;
  const { plan } = planTogether(context, targets, { consistent, parallel });
  const positions =
    token === undefined ? Array.from({ length: segments }, () => "start" as const) : positionsOf(plan, token, segments);
  const { accept = isPlain, quiet, concurrency = rewriteRules.concurrency.default } = options;
  const rewriting: Rewriting | undefined =
    operation === "checkKeys()" ? undefined : { context, pace, accept, quiet, signal: aborted };
  const homes = targets.map(({ meta }) => context.homeOf(meta));
  return runKeys({
    context,
    plan: { ...plan, holds: undefined },
    homes,
    positions,
    options,
    concurrency,
    pace,
    rewriting,
  });
}

function isPlain({ problem }: KeyFinding): boolean {
  return problem !== "disagreement";
}

function assertKind({ meta, index }: SearchTarget, operation: string): void {
  const problem =
    index !== undefined
      ? "is searched by an index here: give the model itself"
      : meta.shared === undefined
        ? "is on no table that table() declares, and has no composed keys"
        : meta.shared.isView
          ? "is a view, which composes no keys: give the models of the items"
          : undefined;
  if (problem !== undefined) throw new InvalidOption(`${operation}: ${meta.name} ${problem}.`);
}

/** The context, with the capacity of its requests noted, if there is a limit. */
function measured(context: Context, pace: Pace, { readUnits, writeUnits }: KeyRewriteOptions): Context {
  if (readUnits === undefined && writeUnits === undefined) return context;
  return { ...context, session: context.session.measuring("total", (operation, told) => pace.note(operation, told)) };
}
