/** Commits a prepared transaction, and says why it failed. */

import { TransactionCanceled, type TransactionReason, TransactionTokenExpired } from "../errors.js";
import { printKey } from "../model/invalid.js";
import type { Context } from "../operation/context.js";
import { contextOf, isOperationHeard, tell } from "../operation/trace.js";
import { TransactionFailed } from "../session/failure.js";
import type { Call } from "../session/session.js";
import { tokenMinutes } from "../wire/limits.js";
import { type Sending, sendWrites } from "./send.js";
import { ValueTaken } from "./unique/taken.js";
import { explainTaken, violationOf } from "./violation.js";
import { allDone } from "./write.js";

/** Half a minute is left for the way to DynamoDB. */
const tokenLifetime = (tokenMinutes - 0.5) * 60_000;

/** A transaction to send, and the unchanged objects that it leaves out, by their index among all actions. */
interface Commitment {
  readonly sending: Sending;
  readonly unchanged: ReadonlyMap<number, object>;
}

/** Sends a transaction until it is done, or fails for another reason than other writers in between. */
export function commit(context: Context, commitment: Commitment, signal: AbortSignal | undefined): Promise<void> {
  if (!isOperationHeard()) return commitAll(context, commitment, signal);
  const { sending } = commitment;
  const [first] = sending.parts;
  const { meta, tableName: table } = first?.write.home ?? {};
  const told = contextOf("transaction", { model: meta?.name, table, batchSize: sending.parts.length });
  return tell(told, commitAll, [context, commitment, signal]);
}

async function commitAll(context: Context, commitment: Commitment, signal: AbortSignal | undefined): Promise<void> {
  const { sending } = commitment;
  assertFresh(sending);
  signal?.throwIfAborted();
  const call: Call = { signal, subject: () => `A transaction of ${sending.parts.length} items` };
  try {
    await sendWrites(context, sending, call);
  } catch (error) {
    if (error instanceof ValueTaken) throw cancellation(commitment, reasonsOfTaken(sending, error), error.cause);
    if (!(error instanceof TransactionFailed)) throw error;
    throw cancellation(commitment, reasonsOf(context, sending, error), error.cause);
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

/** A reason for each item of a canceled transaction. */
function reasonsOf(context: Context, { parts }: Sending, error: TransactionFailed): TransactionReason[] {
  return parts.map(({ write }, index) => {
    const { code = "None", message = "", item } = error.reasons[index] ?? {};
    if (code === "ConditionalCheckFailed")
      return { object: write.given, code, ...violationOf(context, write, item), taken: undefined };
    return { ...noReason(write.given), code, message };
  });
}

function reasonsOfTaken({ parts }: Sending, error: ValueTaken): TransactionReason[] {
  return parts.map(({ write }, index) => {
    if (index !== error.index) return noReason(write.given);
    const { message, ...taken } = explainTaken(write, error);
    return { ...noReason(write.given), code: "ConditionalCheckFailed", message, taken };
  });
}

function noReason(object: object): TransactionReason {
  return { object, code: "None", message: "", current: undefined, version: undefined, taken: undefined };
}

/** The error for the caller. */
function cancellation(
  { sending, unchanged }: Commitment,
  reasons: readonly TransactionReason[],
  cause: unknown,
): TransactionCanceled {
  const failed = sending.parts.flatMap(({ write: { meta, key } }, index) => {
    const { code = "None", message = "" } = reasons[index] ?? {};
    return code === "None" ? [] : [`${meta.name}${printKey(meta, key)}: ${message === "" ? code : message}.`];
  });
  const more = failed.length > shownReasons ? ` And ${failed.length - shownReasons} more.` : "";
  return new TransactionCanceled(
    `The transaction was canceled, and nothing of it was done. ${failed.slice(0, shownReasons).join(" ")}${more}`,
    { reasons: inPlace(reasons, unchanged), cause },
  );
}

/** The reasons in the order of the actions: an unchanged object, which was not sent, has one too. */
function inPlace(reasons: readonly TransactionReason[], unchanged: Commitment["unchanged"]): TransactionReason[] {
  const all = [...reasons];
  // By growing indexes, so that each is inserted where it belongs.
  for (const [index, object] of unchanged) all.splice(index, 0, noReason(object));
  return all;
}
