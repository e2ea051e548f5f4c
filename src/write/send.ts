/**
 * Sends writes: one by itself, or several as a transaction. After a conflict, the same request is sent again. If other
 * writers came between (a map on a path is gone, for example), the writes are planned again onto the present items.
 */

import { randomUUID } from "node:crypto";
import { applyEdits } from "../model/change/edit.js";
import { obstacleOf } from "../model/change/obstacle.js";
import { guardsHold } from "../model/change/plan.js";
import { versionHolds } from "../model/change/version.js";
import { isOfKind } from "../model/kinds/asked.js";
import { type Context, makeCall, readItem } from "../operation/context.js";
import { canRetry, pauseBefore, pauseForConflict, type Sent } from "../operation/retry.js";
import {
  ConditionFailed,
  failureOfReason,
  isConflict,
  isStaleUpdate,
  reasonOf,
  TransactionFailed,
} from "../session/failure.js";
import type { Call, Session } from "../session/session.js";
import { invariant } from "../util/assert.js";
import { backoff } from "../util/async.js";
import { type Item, newAttributes } from "../wire/attribute.js";
import { sameAttributes } from "../wire/same.js";
import { concerned } from "./unique/concerned.js";
import { loadUnique } from "./unique/loading.js";
import type { Markers } from "./unique/markers.js";
import { putRequest, type RenderedWrite, renderWrite, transacted, type Write } from "./write.js";

export interface SendSettings {
  readonly once?: boolean | undefined;
  /** The content of the answer: the item before, or after. */
  readonly returns?: "old" | "new" | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The state of writes that are sent together, which sendWrites() keeps up to date. */
export interface Sending {
  /** The writes, as last planned. */
  parts: readonly RenderedWrite[];
  /**
   * DynamoDB's ClientRequestToken: it recognises a transaction that is sent again. Undefined for one write as a request
   * of its own.
   */
  token: string | undefined;
  /** The time when a transaction was first sent with this token. */
  firstSentAt: Date | undefined;
  /** Whether a commit has found the transaction done. */
  isDone: boolean;
  /** The additional writes of a transaction for unique columns: decided when it is first sent. */
  markers?: Markers | undefined;
  readonly returns: SendSettings["returns"];
}

/** Writes that are sent as a transaction. */
export interface SentTransaction extends Sending {
  token: string;
}

/** A transaction that is not sent yet. */
export function makeTransaction(writes: readonly Write[]): SentTransaction {
  const parts = writes.map((write) => renderWrite(write, write.base, "transacted"));
  return { parts, token: randomUUID(), firstSentAt: undefined, isDone: false, returns: undefined };
}

/**
 * Sends one write. Resolves with the item before or after it, if `returns` names one; with undefined for a write that is
 * sent once, or concerns a unique column. Rejects with ConditionFailed if its conditions did not hold, with ValueTaken if
 * another item has the value of a unique column. A write that can't be rendered is thrown at once.
 */
export function sendWrite(context: Context, write: Write, settings: SendSettings): Promise<Item | undefined> {
  const { once, returns, signal } = settings;
  const call = makeCall(write.meta, write.key, signal);
  if (isTransacted(write, once)) return sendOnce(context, write, call);
  const parts = [renderWrite(write, write.base, "alone")];
  return sendWrites(context, { parts, token: undefined, firstSentAt: undefined, isDone: false, returns }, call);
}

function isTransacted(write: Write, once: boolean | undefined): boolean {
  return once === true || concerned(write).length > 0;
}

/** The request that sendWrite() makes of a write, for what is told of its retries. */
export function sentFor(write: Write, tableName: string, once: boolean | undefined): Sent {
  return { operation: isTransacted(write, once) ? "TransactWriteItems" : operations[write.kind], table: tableName };
}

/** DynamoDB's operation for one write by itself. */
const operations: { readonly [Kind in Write["kind"]]: string } = {
  update: "UpdateItem",
  put: "PutItem",
  delete: "DeleteItem",
  check: "TransactWriteItems",
};

/** A transaction of one write: DynamoDB recognises its token if the SDK repeats it after a lost response. */
async function sendOnce(context: Context, write: Write, call: Call): Promise<undefined> {
  try {
    await sendWrites(context, makeTransaction([write]), call);
    return undefined;
  } catch (error) {
    const reason = error instanceof TransactionFailed ? error.reasons.find(({ code }) => code !== "None") : undefined;
    throw reason === undefined ? error : failureOfReason(reason, call, error);
  }
}

const mostReplans = 100;

/**
 * Sends writes until they are done, or fail for another reason than conflicts and other writers in between. Rejects with
 * the session's error: ConditionFailed for one write, TransactionFailed for a transaction.
 */
export async function sendWrites(context: Context, sending: Sending, call: Call): Promise<Item | undefined> {
  const { token, parts, markers } = sending;
  if (token !== undefined && markers === undefined && parts.some(({ write }) => concerned(write).length > 0))
    Object.assign(sending, await (await loadUnique()).mark(context, parts, call));
  for (let replans = 0, conflicts = 0; ; ) {
    try {
      return await request(context, sending, call);
    } catch (error) {
      if (canRetry(error, conflicts)) {
        await pauseForConflict(sentBy(sending), error, conflicts++, call.signal);
        continue;
      }
      if (isOwnPut(sending, error)) return undefined;
      const next = replans === mostReplans ? undefined : await replan(context, sending, error, call);
      if (next === undefined || (replans > 2 && isSame(next, sending))) throw error;
      // The refused request did nothing, and the next one is another transaction.
      const token = sending.token === undefined ? undefined : randomUUID();
      Object.assign(sending, next, { token, firstSentAt: undefined });
      const again = { ...sentBy(sending), attempt: replans + 2, reason: reasonOf(error) };
      await pauseBefore(again, backoff(replans++, 5, 200), call.signal);
    }
    conflicts = 0;
  }
}

function sentBy({ token, parts: [part] }: Sending): Sent {
  const kind = token === undefined && part !== undefined ? part.write.kind : "check";
  return { operation: operations[kind], table: part?.request.TableName };
}

function request({ session }: Context, sending: Sending, call: Call): Promise<Item | undefined> {
  const { parts, markers, token, returns } = sending;
  if (token === undefined) return requestAlone(session, parts, returns, call);
  sending.firstSentAt ??= new Date();
  const TransactItems = [...parts.map(transacted), ...(markers?.items ?? [])];
  return session.transactWriteItems({ TransactItems, ClientRequestToken: token }, call).then(() => undefined);
}

function requestAlone(
  session: Session,
  [rendered]: Sending["parts"],
  returns: Sending["returns"],
  call: Call,
): Promise<Item | undefined> {
  invariant(rendered !== undefined, "a request of its own has a write");
  const { write, request } = rendered;
  if (write.kind === "put") {
    const put = putRequest(rendered);
    return session.putItem(put, call).then(() => (returns === "new" ? put.Item : undefined));
  }
  if (write.kind === "delete") {
    return session.deleteItem(returns === "old" ? { ...request, ReturnValues: "ALL_OLD" } : request, call);
  }
  if (returns === undefined) return session.updateItem(request, call);
  return session.updateItem({ ...request, ReturnValues: returns === "old" ? "ALL_OLD" : "ALL_NEW" }, call);
}

/**
 * Whether a put without the caller's condition failed because of the very item that it puts: it was sent again after a
 * lost answer, and is done.
 */
function isOwnPut({ parts: [part], token }: Sending, error: unknown): boolean {
  if (token !== undefined || part === undefined || !(error instanceof ConditionFailed)) return false;
  const { kind, conditions, key, edits } = part.write;
  if (kind !== "put" || conditions.length > 0 || error.item === undefined) return false;
  return sameAttributes(error.item, applyEdits(key, edits));
}

/** The next attempt. */
type Next = Pick<Sending, "parts" | "markers">;

/**
 * The writes planned onto the present items, if other writers were the only reason for the failure; otherwise undefined.
 * Rejects if a refused write would have made an item that can't be loaded, or if another item has a unique value.
 */
async function replan(context: Context, sending: Sending, error: unknown, call: Call): Promise<Next | undefined> {
  const { parts, token, markers } = sending;
  const isTransaction = token !== undefined;
  const failures = failuresOf(sending, error, call);
  const bases = await Promise.all(
    parts.map((part, index) => {
      const failure = failures[index];
      if (failure === undefined) return undefined;
      return baseAfter(context, part, failure, call).catch((thrown) => {
        throw isTransaction && thrown instanceof ConditionFailed ? canceledBy(index, parts.length, thrown) : thrown;
      });
    }),
  );
  const isNamed = !isTransaction || error instanceof TransactionFailed;
  const isFinal = (failure: unknown, index: number) =>
    failure !== undefined && bases[index] === undefined && !isConflict(failure);
  if (isNamed && failures.some(isFinal)) return undefined;
  const isMoved = bases.some((base) => base !== undefined);
  const next = parts.map((part, index) => {
    const base = bases[index];
    return base === undefined ? part : renderWrite(part.write, base, isTransaction ? "transacted" : "alone");
  });
  if (markers === undefined) return isMoved ? { parts: next, markers } : undefined;
  const reasons = error instanceof TransactionFailed ? error.reasons.slice(parts.length) : [];
  return markers.after(next, reasons, isMoved);
}

function isSame({ parts, markers }: Next, before: Next): boolean {
  return markers === before.markers && parts.every((part, index) => isSameRequest(part, before.parts[index]));
}

/**
 * The error of each write; undefined for those that did not fail. If an update's path leads nowhere, DynamoDB may
 * refuse a whole transaction without naming the update: it could be any.
 */
function failuresOf({ parts, token }: Sending, error: unknown, call: Call): readonly unknown[] {
  if (token === undefined) return [error];
  if (error instanceof TransactionFailed) {
    const own = error.reasons.slice(0, parts.length);
    return own.map((reason) => (reason.code === "None" ? undefined : failureOfReason(reason, call, error)));
  }
  return isStaleUpdate(error) ? parts.map(() => error) : [];
}

/**
 * The present item, if it explains the failure; undefined if planning again would not help. Rejects with
 * ConditionFailed if the refused write would have made an item that can't be loaded.
 */
async function baseAfter(
  context: Context,
  rendered: RenderedWrite,
  error: unknown,
  call: Call,
): Promise<Item | undefined> {
  const { write } = rendered;
  if (error instanceof ConditionFailed) return baseOfFailed(rendered, error.item);
  if (write.kind !== "update" || !isStaleUpdate(error)) return undefined;
  const item = await readItem(context, write.home, write.key, { consistent: true, signal: call.signal });
  const now = item ?? newAttributes();
  const obstacle = obstacleOf(write.meta, write.edits, now);
  if (obstacle === undefined) return now;
  // For a value of another kind, DynamoDB's own error tells it.
  if (obstacle.reason === "kind") return undefined;
  throw new ConditionFailed(item, error);
}

/** The item on which the conditions failed, if only a guard of the plan failed, and not the write's own condition. */
function baseOfFailed({ write, guards }: RenderedWrite, item: Item | undefined): Item | undefined {
  // A put is for a key without an item.
  if (write.kind === "put" && item !== undefined) return undefined;
  if (item === undefined ? write.lacking.length > 0 : !isOfKind(write.meta, item)) return undefined;
  if (write.version !== undefined && !versionHolds(write.version, item)) return undefined;
  const now = item ?? newAttributes();
  return guardsHold(guards, now) || obstacleOf(write.meta, write.edits, now) !== undefined ? undefined : now;
}

/** The failure of a transaction for which one of its writes is the reason. */
function canceledBy(reason: number, length: number, { item, cause }: ConditionFailed): TransactionFailed {
  const reasons = Array.from({ length }, (_, index) =>
    index === reason
      ? { code: "ConditionalCheckFailed", message: "", item }
      : { code: "None", message: "", item: undefined },
  );
  return new TransactionFailed(reasons, cause);
}

/** Whether planning again gave the same request, values included: then the item is not the obstacle. */
function isSameRequest({ request: left }: RenderedWrite, rendered: RenderedWrite | undefined): boolean {
  const right = rendered?.request;
  return (
    left.UpdateExpression === right?.UpdateExpression &&
    left.ConditionExpression === right?.ConditionExpression &&
    sameAttributes(left.ExpressionAttributeValues ?? {}, right?.ExpressionAttributeValues ?? {})
  );
}
