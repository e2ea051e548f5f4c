/** Saving: only what changed since the snapshot, as one UpdateItem that keeps what others wrote meanwhile. */

import { InvalidOption, InvalidValue } from "../errors.js";
import { allOf, type Condition, type ConditionNode } from "../expression/condition.js";
import { renderCondition, renderUpdate } from "../expression/render.js";
import { makeSlots } from "../expression/slots.js";
import { changes } from "../model/changes.js";
import { diffObject } from "../model/diff.js";
import { applyEdits, type Edit } from "../model/edit.js";
import { assertSize, type Dumped, dumpObject, fillObject } from "../model/hydrate.js";
import { printKey } from "../model/invalid.js";
import { keyOfObject } from "../model/key.js";
import { type Meta, metaOfObject } from "../model/meta.js";
import { guardsHold, planUpdate, type UpdatePlan } from "../model/plan.js";
import { remember, type Snapshot, snapshotOf } from "../model/snapshot.js";
import { ConditionFailed, isStaleUpdate } from "../session/failure.js";
import type { UpdateItemRequest } from "../session/session.js";
import { backoff, pause } from "../util/async.js";
import { type Item, newAttributes } from "../wire/attribute.js";
import { maxExpressionBytes } from "../wire/limits.js";
import { conditionsOf, guardConditions, writeErrorOf } from "./condition.js";
import { type Context, hydrate, load, makeCall } from "./context.js";

export interface SaveSettings {
  readonly condition?: Condition | undefined;
  readonly atomic?: boolean | undefined;
  readonly returning?: "old" | undefined;
  readonly sync?: "new" | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A save, decided: nothing of it depends on DynamoDB's answers yet. */
interface SavePlan {
  readonly meta: Meta;
  readonly object: object;
  readonly key: Item;
  readonly snapshot: Snapshot | undefined;
  readonly edits: readonly Edit[];
  readonly conditions: readonly ConditionNode[];
  /** The snapshot after the write. */
  readonly saved: Snapshot;
  /** Edits made to what another writer left are worth trying again; with atomic they are not. */
  readonly rebases: boolean;
}

/** Resolves with the values from before, as an object of their own, where they were asked for. */
export async function save(context: Context, object: object, settings: SaveSettings): Promise<object | undefined> {
  const plan = planSave(object, settings);
  if (!needsRequest(plan, settings)) return undefined;
  const changed = context.hasListeners("objectModified") ? changes(object) : [];
  const returned = await write(context, plan, settings);
  remember(object, plan.saved);
  if (changed.length > 0) context.emit("objectModified", { object, changes: changed });
  context.emit("objectSaved", { object });
  if (settings.sync === "new" && returned !== undefined) {
    fillObject(plan.meta, object, load(context, plan.meta, returned, plan.meta.columns));
  }
  if (settings.returning !== "old" || returned === undefined) return undefined;
  return hydrate(context, plan.meta, Object.getPrototypeOf(object), returned);
}

function planSave(object: object, settings: SaveSettings): SavePlan {
  if (settings.sync !== undefined && settings.returning !== undefined) {
    throw new InvalidOption('save() takes either sync: "new" or returning: "old": DynamoDB returns one of the two.');
  }
  const meta = metaOfObject(object);
  const key = keyOfObject(meta, object);
  const snapshot = snapshotOf(object);
  const dumped = dumpObject(meta, object);
  const edits = diffObject(meta, snapshot, dumped);
  const conditions = conditionsOf(meta, snapshot, settings);
  const saved = snapshotAfter(snapshot, dumped, edits);
  assertSize(meta, applyEdits(key, edits));
  return { meta, object, key, snapshot, edits, conditions, saved, rebases: settings.atomic !== true };
}

function needsRequest({ snapshot, edits, conditions }: SavePlan, { sync, returning }: SaveSettings): boolean {
  return (
    snapshot === undefined || edits.length > 0 || conditions.length > 0 || sync !== undefined || returning !== undefined
  );
}

function snapshotAfter(snapshot: Snapshot | undefined, dumped: Dumped, edits: readonly Edit[]): Snapshot {
  if (snapshot === undefined) return { item: dumped.item, known: dumped.stated };
  return { item: applyEdits(snapshot.item, edits), known: new Set([...snapshot.known, ...dumped.stated]) };
}

const attempts = 100;

/**
 * Sends the update. Where it fails only because somebody changed what it builds on (the map that it writes into is
 * gone, say), it is planned again onto the item as it is now.
 */
async function write(context: Context, plan: SavePlan, settings: SaveSettings): Promise<Item | undefined> {
  const { meta, object, key } = plan;
  const call = makeCall(meta, key, settings.signal);
  let base: Item = plan.snapshot?.item ?? newAttributes();
  for (let attempt = 0; ; attempt++) {
    const { update, request } = requestOf(context, plan, base, settings);
    try {
      return await context.session.updateItem(request, call);
    } catch (error) {
      const now = await baseAfter(context, plan, update, error, settings);
      if (now === undefined || attempt === attempts) throw writeErrorOf(context, meta, object, key, error);
      base = now;
    }
    await pause(backoff(attempt, 5, 200), settings.signal);
  }
}

/** What the item is now, where that explains the failure; undefined where planning again would not help. */
async function baseAfter(
  context: Context,
  { meta, key, rebases }: SavePlan,
  update: UpdatePlan,
  error: unknown,
  { signal }: SaveSettings,
): Promise<Item | undefined> {
  if (!rebases) return undefined;
  if (error instanceof ConditionFailed) {
    const item = error.item ?? newAttributes();
    return guardsHold(update.guards, item) ? undefined : item;
  }
  if (!isStaleUpdate(error)) return undefined;
  const request = { TableName: context.tableNameOf(meta), Key: key, ConsistentRead: true };
  return (await context.session.getItem(request, makeCall(meta, key, signal))) ?? newAttributes();
}

function requestOf(context: Context, plan: SavePlan, base: Item, settings: SaveSettings) {
  const { meta, key, conditions, rebases } = plan;
  const { update, text, slots } = fittingUpdate(plan, base);
  const guards = rebases ? guardConditions(meta, update.guards) : [];
  const condition = renderCondition(allOf([...conditions, ...guards]), slots);
  const { names, values } = slots.placeholders();
  const request: UpdateItemRequest = {
    TableName: context.tableNameOf(meta),
    Key: key,
    ...(text !== undefined && { UpdateExpression: text }),
    ...(condition !== undefined && { ConditionExpression: condition, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }),
    ...(names !== undefined && { ExpressionAttributeNames: names }),
    ...(values !== undefined && { ExpressionAttributeValues: values }),
    ...(settings.sync !== undefined && { ReturnValues: "ALL_NEW" }),
    ...(settings.returning !== undefined && { ReturnValues: "ALL_OLD" }),
  };
  return { update, request };
}

/** Past the limit of one expression, the columns with the most changes are sent as one value each. */
function fittingUpdate({ meta, key, edits }: SavePlan, base: Item) {
  const whole = new Set<string>();
  for (;;) {
    const update = planUpdate(edits, base, whole);
    const slots = makeSlots();
    const text = renderUpdate(update.changes, slots);
    const length = text?.length ?? 0;
    if (length <= maxExpressionBytes) return { update, text, slots };
    const busiest = busiestColumn(update, whole);
    if (busiest !== undefined) whole.add(busiest);
    else {
      throw new InvalidValue(
        `${meta.name}${printKey(meta, key)}: ${update.changes.length} columns changed, which make an expression of ${length} bytes; DynamoDB takes ${maxExpressionBytes}. Save some of them first.`,
        { model: meta.name, path: [] },
      );
    }
  }
}

/** The column with the most changes beyond one. */
function busiestColumn({ changes }: UpdatePlan, whole: ReadonlySet<string>): string | undefined {
  const counts = new Map<string, number>();
  for (const { path } of changes) {
    const column = String(path[0]);
    if (path.length > 1 && !whole.has(column)) counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  return [...counts].sort(([, left], [, right]) => right - left)[0]?.[0];
}
