/** Sends one write: planned again if another writer came between, and exactly once if that is requested. */

import { randomUUID } from "node:crypto";
import { applyEdits } from "../model/edit.js";
import { isOfKind } from "../model/kinds/asked.js";
import { obstacleOf } from "../model/obstacle.js";
import { guardsHold } from "../model/plan.js";
import { versionHolds } from "../model/version.js";
import { type Context, makeCall } from "../operation/context.js";
import { retryConflicts } from "../operation/retry.js";
import { ConditionFailed, failureOfReason, isStaleUpdate, TransactionFailed } from "../session/failure.js";
import type { Call, UpdateItemRequest } from "../session/session.js";
import { backoff, pause } from "../util/async.js";
import { type Item, newAttributes } from "../wire/attribute.js";
import { sameAttributes } from "../wire/same.js";
import { putRequest, type RenderedWrite, renderWrite, transacted, type Write } from "./write.js";

export interface SendSettings {
  readonly once?: boolean | undefined;
  /** The content of the answer: the item before, or after. */
  readonly returns?: "old" | "new" | undefined;
  readonly signal?: AbortSignal | undefined;
}

const replans = 100;

/**
 * Sends a write. If it fails only because the item has changed (a map on its path is gone, for example), it is planned
 * again onto the present item. Rejects with ConditionFailed if its conditions did not hold.
 */
export async function sendWrite(context: Context, write: Write, settings: SendSettings): Promise<Item | undefined> {
  const call = makeCall(write.meta, write.key, settings.signal);
  let rendered = renderWrite(write, write.base, roadOf(settings));
  for (let attempt = 0; ; attempt++) {
    try {
      return await sendOnRoad(context, write, rendered, settings, call);
    } catch (error) {
      if (isOwnPut(write, error)) return undefined;
      const now = await baseAfter(context, write, rendered, error, call);
      if (now === undefined || attempt === replans) throw error;
      const next = renderWrite(write, now, roadOf(settings));
      if (attempt > 2 && sameRequest(next, rendered)) throw error;
      rendered = next;
    }
    await pause(backoff(attempt, 5, 200), settings.signal);
  }
}

/**
 * Whether a put without the caller's condition failed because of the very item that it puts: it was sent again after a
 * lost answer, and is done.
 */
function isOwnPut({ kind, conditions, key, edits }: Write, error: unknown): boolean {
  if (kind !== "put" || conditions.length > 0 || !(error instanceof ConditionFailed)) return false;
  return error.item !== undefined && sameAttributes(error.item, applyEdits(key, edits));
}

function roadOf({ once }: SendSettings): "single" | "transaction" {
  return once === true ? "transaction" : "single";
}

async function sendOnRoad(
  context: Context,
  write: Write,
  rendered: RenderedWrite,
  { once, returns }: SendSettings,
  call: Call,
): Promise<Item | undefined> {
  const { session } = context;
  const { request } = rendered;
  if (once === true) {
    await sendOnce(context, write, rendered, call);
    return undefined;
  }
  const { signal } = call;
  if (write.kind === "put") {
    const put = putRequest(write, request);
    await retryConflicts(() => session.putItem(put, call), signal);
    return returns === "new" ? put.Item : undefined;
  }
  if (write.kind === "delete") {
    const deletion = { ...request, ...(returns === "old" && { ReturnValues: "ALL_OLD" as const }) };
    return retryConflicts(() => session.deleteItem(deletion, call), signal);
  }
  const ReturnValues = returns === "old" ? "ALL_OLD" : "ALL_NEW";
  const update: UpdateItemRequest = returns === undefined ? request : { ...request, ReturnValues };
  return retryConflicts(() => session.updateItem(update, call), signal);
}

/** A transaction of one item: DynamoDB recognises its token if the SDK repeats it after a lost response. */
async function sendOnce(context: Context, write: Write, rendered: RenderedWrite, call: Call): Promise<void> {
  const request = { TransactItems: [transacted(write, rendered)], ClientRequestToken: randomUUID() };
  try {
    await retryConflicts(() => context.session.transactWriteItems(request, call), call.signal);
  } catch (error) {
    const reason = error instanceof TransactionFailed ? error.reasons[0] : undefined;
    throw reason === undefined ? error : failureOfReason(reason, call, error);
  }
}

/**
 * The present item, if it explains the failure; undefined if planning again would not help. Rejects with
 * ConditionFailed if the refused write would have made an item that can't be loaded.
 */
export async function baseAfter(
  context: Context,
  write: Write,
  rendered: RenderedWrite,
  error: unknown,
  call: Call,
): Promise<Item | undefined> {
  if (error instanceof ConditionFailed) return baseOfFailed(write, rendered, error.item);
  if (write.kind !== "update" || !isStaleUpdate(error)) return undefined;
  const item = await readItem(context, write, call);
  const now = item ?? newAttributes();
  const obstacle = obstacleOf(write.meta, write.edits, now);
  if (obstacle === undefined) return now;
  // For a value of another kind, DynamoDB's own error tells it.
  if (obstacle.reason === "kind") return undefined;
  throw new ConditionFailed(item, error);
}

/** The item on which the conditions failed, if only a guard of the plan failed, and not the write's own condition. */
function baseOfFailed(write: Write, { guards }: RenderedWrite, item: Item | undefined): Item | undefined {
  if (item === undefined ? write.lacking.length > 0 : !isOfKind(write.meta, item)) return undefined;
  if (write.version !== undefined && !versionHolds(write.version, item)) return undefined;
  const now = item ?? newAttributes();
  return guardsHold(guards, now) || obstacleOf(write.meta, write.edits, now) !== undefined ? undefined : now;
}

/** The present item. */
export function readItem(context: Context, { home, key }: Write, call: Call): Promise<Item | undefined> {
  return context.session.getItem({ TableName: home.tableName, Key: key, ConsistentRead: true }, call);
}

/** Whether planning again gave the same request, values included: then the item is not the obstacle. */
export function sameRequest({ request: left }: RenderedWrite, rendered: RenderedWrite | undefined): boolean {
  const right = rendered?.request;
  return (
    left.UpdateExpression === right?.UpdateExpression &&
    left.ConditionExpression === right?.ConditionExpression &&
    sameAttributes(left.ExpressionAttributeValues ?? {}, right?.ExpressionAttributeValues ?? {})
  );
}
