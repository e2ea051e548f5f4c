/** `checkKeys()` and `rewriteKeys()`: keys and other attributes that bloop makes, compared with a table's items. */

import type { Engine } from "../engine/engine.js";
import { InvalidOption } from "../errors.js";
import type { AnyModel } from "../model/infer.js";
import type { SearchTarget } from "../model/meta.js";
import { searchTargetOf } from "../model/registry.js";
import { checkOptions, checkSegments } from "../operation/check.js";
import { type Context, contextOf } from "../operation/context.js";
import { planTogether } from "../read/search-together.js";
import { positionsOf } from "../read/search-token.js";
import type { KeyFinding, KeyReport } from "./finding.js";
import { checkRules, type KeyCheckOptions, type KeyRewriteOptions, rewriteRules } from "./options.js";
import { makePace, type Pace } from "./pace.js";
import type { Rewriting } from "./rewrite-item.js";
import { runKeys } from "./run.js";

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
