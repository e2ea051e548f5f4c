/**
 * Loads by key: into objects, or as new ones; one by one, or all at one moment. target.ts has already found the keys.
 */

import {
  type BloopError,
  InvalidOption,
  InvalidTransaction,
  InvalidValue,
  MissingObjects,
  RequestFailed,
} from "../errors.js";
import { loadValues } from "../model/hydrate.js";
import { printKey } from "../model/invalid.js";
import { ownItem } from "../model/kinds/asked.js";
import { fillLoaded } from "../model/object/land.js";
import { checkOptions } from "../operation/check.js";
import { type Context, readItem, readingOf } from "../operation/context.js";
import { readRules } from "../operation/option-rules.js";
import type { ReadOptions } from "../operation/options.js";
import { retryConflicts } from "../operation/retry.js";
import { contextOf, isOperationHeard, type OperationContext, tell } from "../operation/trace.js";
import type { Wanted } from "../operation/wanted.js";
import { TransactionFailed } from "../session/failure.js";
import type { Call } from "../session/session.js";
import { invariant } from "../util/assert.js";
import type { Item } from "../wire/attribute.js";
import { maxTransactionItems } from "../wire/limits.js";
import { readMany } from "./batch.js";
import { type Asked, hydrateAsked } from "./get.js";
import { inTurns, type TakenTarget, type Target, takeTargets, targetOf } from "./target.js";

/** Fills objects, each once, at their turn. */
export async function load(context: Context, objects: readonly object[], settings: ReadOptions): Promise<void> {
  checkOptions(settings, readRules, "load()");
  const targets = takeTargets(objects.map((object) => targetOf(context, object)));
  await inTurns(targets, settings.signal, () => loadTargets(context, targets, settings));
}

function loadTargets(context: Context, targets: readonly TakenTarget[], settings: ReadOptions): Promise<void> {
  if (!isOperationHeard()) return fillWanted(context, targets, settings);
  return tell(wantedContext("load", targets, settings), fillWanted, [context, targets, settings]);
}

export function wantedContext(
  operation: string,
  targets: readonly { readonly wanted: Wanted }[],
  { consistent }: ReadOptions,
): OperationContext {
  const [first] = targets;
  const { meta, tableName: table } = first?.wanted.home ?? {};
  return contextOf(operation, { model: meta?.name, table, consistent, batchSize: targets.length });
}

async function fillWanted(context: Context, targets: readonly TakenTarget[], settings: ReadOptions): Promise<void> {
  fillTargets(context, targets, await readWanted(context, targets, settings), settings);
}

/**
 * Fills objects in place. Existing ones are filled even if others are missing, invalid or were frozen meanwhile; then
 * the error is thrown.
 */
function fillTargets(
  context: Context,
  targets: readonly TakenTarget[],
  items: ReadonlyMap<string, Item>,
  { onInvalid }: ReadOptions,
): void {
  const missing = targets.filter(({ meta, wanted }) => ownItem(meta, items.get(wanted.id)) === undefined);
  const failures: BloopError[] = [];
  for (const { meta, object, wanted, turn, called } of targets) {
    const item = ownItem(meta, items.get(wanted.id));
    if (item === undefined) continue;
    try {
      const loaded = loadValues(item, readingOf(context, wanted.home, undefined, onInvalid));
      fillLoaded(meta, object, loaded, turn?.image ?? called);
    } catch (error) {
      if (!(error instanceof InvalidValue || error instanceof InvalidOption)) throw error;
      failures.push(error);
      continue;
    }
    context.emit("objectLoaded", { object });
  }
  const [first] = failures;
  if (first !== undefined) throw first;
  if (missing.length > 0) throw missingObjects(missing);
}

function missingObjects(missing: readonly Target[]): MissingObjects {
  const shown = missing.slice(0, 3).map(({ meta, wanted }) => `${meta.name}${printKey(meta, wanted.key)}`);
  const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : "";
  return new MissingObjects(
    `Not found: ${shown.join(", ")}${more}.`,
    missing.map(({ object }) => object),
  );
}

/** One item is read by GetItem, several by BatchGetItem. */
export async function readWanted(
  context: Context,
  targets: readonly { readonly wanted: Wanted }[],
  settings: ReadOptions,
): Promise<Map<string, Item>> {
  const [first] = targets;
  if (targets.length === 0 || first === undefined) return new Map();
  const wanted = targets.map((target) => target.wanted);
  if (wanted.length > 1) return readMany(context, wanted, settings);
  const item = await readItem(context, first.wanted.home, first.wanted.key, settings);
  return new Map(item === undefined ? [] : [[first.wanted.id, item]]);
}

interface Together {
  readonly asked: readonly Asked[];
  readonly targets: readonly TakenTarget[];
}

/** Objects to make and objects to fill, from items at one moment. */
export function readTogether(
  context: Context,
  reads: Together,
  settings: ReadOptions,
): Promise<(object | undefined)[]> {
  if (!isOperationHeard()) return makeTogether(context, reads, settings);
  const targets = [...reads.asked, ...reads.targets];
  return tell(wantedContext("readTransaction", targets, settings), makeTogether, [context, reads, settings]);
}

async function makeTogether(
  context: Context,
  { asked, targets }: Together,
  settings: ReadOptions,
): Promise<(object | undefined)[]> {
  const items = await readTransaction(context, [...asked, ...targets], settings.signal);
  const found = hydrateAsked(context, asked, items, settings);
  fillTargets(context, targets, items, settings);
  return found;
}

async function readTransaction(
  context: Context,
  all: readonly { readonly wanted: Wanted }[],
  signal: AbortSignal | undefined,
): Promise<Map<string, Item>> {
  const wanted = [...new Map(all.map((one) => [one.wanted.id, one.wanted])).values()];
  if (wanted.length > maxTransactionItems) {
    throw new InvalidTransaction(
      `The transaction reads ${wanted.length} items; DynamoDB takes ${maxTransactionItems}. Split it, or use getMany().`,
    );
  }
  if (wanted.length === 0) return new Map();
  const call: Call = { signal, subject: () => `A read transaction of ${wanted.length} items` };
  const TransactItems = wanted.map(({ home, key }) => ({ Get: { TableName: home.tableName, Key: key } }));
  try {
    const read = () => context.session.transactGetItems({ TransactItems }, call);
    const items = await retryConflicts(
      { operation: "TransactGetItems", table: wanted[0]?.home.tableName },
      read,
      signal,
    );
    return new Map(wanted.flatMap(({ id }, index) => (items[index] === undefined ? [] : [[id, items[index]]])));
  } catch (error) {
    throw error instanceof TransactionFailed ? readFailure(error, call) : error;
  }
}

/** Reads have no conditions: the remaining reasons are a conflict that lasted, or a request that DynamoDB refuses. */
function readFailure({ reasons, cause }: TransactionFailed, call: Call): RequestFailed {
  const reason = reasons.find(({ code }) => code !== "None");
  invariant(reason !== undefined, "a canceled transaction has a reason");
  return new RequestFailed(`${call.subject()}: it was canceled. ${reason.code}: ${reason.message}`, {
    operation: "TransactGetItems",
    code: reason.code,
    requestId: undefined,
    cause,
  });
}
