/** Commits a prepared transaction, and says why it failed. */

import { TransactionCanceled, type TransactionReason, TransactionTokenExpired } from "../errors.js";
import { printKey } from "../model/invalid.js";
import type { Context } from "../operation/context.js";
import { contextOf, isOperationHeard, tell } from "../operation/trace.js";
import { TransactionFailed } from "../session/failure.js";
import type { Call } from "../session/session.js";
import { tokenMinutes } from "../wire/limits.js";
import { type Sending, sendWrites } from "./send.js";
import { violationOf } from "./violation.js";
import { allDone } from "./write.js";

/** Half a minute is left for the way to DynamoDB. */
const tokenLifetime = (tokenMinutes - 0.5) * 60_000;

/** Sends a transaction until it is done, or fails for another reason than other writers in between. */
export function commit(context: Context, sending: Sending, signal: AbortSignal | undefined): Promise<void> {
  if (!isOperationHeard()) return commitAll(context, sending, signal);
  const [first] = sending.parts;
  const { meta, tableName: table } = first?.write.home ?? {};
  const told = contextOf("transaction", { model: meta?.name, table, batchSize: sending.parts.length });
  return tell(told, commitAll, [context, sending, signal]);
}

async function commitAll(context: Context, sending: Sending, signal: AbortSignal | undefined): Promise<void> {
  assertFresh(sending);
  signal?.throwIfAborted();
  const call: Call = { signal, subject: () => `A transaction of ${sending.parts.length} items` };
  try {
    await sendWrites(context, sending, call);
  } catch (error) {
    throw error instanceof TransactionFailed ? cancellation(context, sending, error) : error;
  }
  sending.isDone = true;
  allDone(sending.parts.map(({ write }) => write));
}

function assertFresh({ firstSentAt: first }: Sending): void {
  if (first === undefined || Date.now() - first.getTime() <= tokenLifetime) return;
  throw new TransactionTokenExpired(
    `The transaction was first committed at ${first.toISOString()}. DynamoDB recognises it for ten minutes only, and could do it twice now. Find out whether it was done, and prepare another if not.`,
  );
}

const shownReasons = 3;

/** The error for the caller, with a reason for each item. */
function cancellation(context: Context, { parts }: Sending, error: TransactionFailed): TransactionCanceled {
  const reasons = parts.map(({ write }, index): TransactionReason => {
    const { code = "None", message = "", item } = error.reasons[index] ?? {};
    const object = write.given;
    if (code === "ConditionalCheckFailed") return { object, code, ...violationOf(context, write, item) };
    return { object, code, message, current: undefined, version: undefined };
  });
  const failed = parts.flatMap(({ write: { meta, key } }, index) => {
    const { code = "None", message = "" } = reasons[index] ?? {};
    return code === "None" ? [] : [`${meta.name}${printKey(meta, key)}: ${message === "" ? code : message}.`];
  });
  const more = failed.length > shownReasons ? ` And ${failed.length - shownReasons} more.` : "";
  return new TransactionCanceled(
    `The transaction was canceled, and nothing of it was done. ${failed.slice(0, shownReasons).join(" ")}${more}`,
    { reasons, cause: error.cause },
  );
}
