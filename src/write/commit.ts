/** Commits a prepared transaction: its id, conflicts, other writers in between, and failures. */

import { randomUUID } from "node:crypto";
import { TransactionCanceled, type TransactionReason, TransactionTokenExpired } from "../errors.js";
import { printKey } from "../model/invalid.js";
import type { Context } from "../operation/context.js";
import { retryConflicts } from "../operation/retry.js";
import { contextOf, isOperationHeard, tell } from "../operation/trace.js";
import { ConditionFailed, failureOfReason, isConflict, isStaleUpdate, TransactionFailed } from "../session/failure.js";
import type { Call } from "../session/session.js";
import { backoff, pause } from "../util/async.js";
import { tokenMinutes } from "../wire/limits.js";
import { baseAfter, sameRequest } from "./send.js";
import { violationOf } from "./violation.js";
import { allDone, type RenderedWrite, renderWrite, transacted, type Write } from "./write.js";

/** Half a minute is left for the way to DynamoDB. */
const tokenLifetime = (tokenMinutes - 0.5) * 60_000;
const replans = 100;

interface Part {
  readonly write: Write;
  readonly rendered: RenderedWrite;
}

/** The progress of a transaction: its commits change it. */
export interface Commitment {
  parts: readonly Part[];
  /** DynamoDB's ClientRequestToken. */
  id: string;
  firstCommitAt: Date | undefined;
  isDone: boolean;
}

/** Sends a transaction until it is done, or fails for another reason than other writers in between. */
export function commit(context: Context, commitment: Commitment, signal: AbortSignal | undefined): Promise<void> {
  if (!isOperationHeard()) return commitAll(context, commitment, signal);
  const [first] = commitment.parts;
  const { meta, tableName: table } = first?.write.home ?? {};
  const told = contextOf("transaction", { model: meta?.name, table, batchSize: commitment.parts.length });
  return tell(told, commitAll, [context, commitment, signal]);
}

async function commitAll(context: Context, commitment: Commitment, signal: AbortSignal | undefined): Promise<void> {
  assertFresh(commitment);
  signal?.throwIfAborted();
  const call: Call = { signal, subject: () => `A transaction of ${commitment.parts.length} items` };
  for (let attempt = 0; !commitment.isDone; attempt++) {
    const { parts } = commitment;
    try {
      await send(context, commitment, call);
      commitment.isDone = true;
    } catch (error) {
      const next = await replan(context, parts, error, call).catch((refused) => {
        throw errorOf(context, parts, refused);
      });
      const isSame = next?.every(({ rendered }, index) => sameRequest(rendered, parts[index]?.rendered));
      if (next === undefined || attempt === replans || (attempt > 2 && isSame)) throw errorOf(context, parts, error);
      // The canceled request did nothing, and the next one is another transaction.
      Object.assign(commitment, { parts: next, id: randomUUID(), firstCommitAt: undefined });
      await pause(backoff(attempt, 5, 200), signal);
    }
  }
  allDone(commitment.parts.map(({ write }) => write));
}

function assertFresh({ firstCommitAt: first }: Commitment): void {
  if (first === undefined || Date.now() - first.getTime() <= tokenLifetime) return;
  throw new TransactionTokenExpired(
    `The transaction was first committed at ${first.toISOString()}. DynamoDB recognises it for ten minutes only, and could do it twice now. Find out whether it was done, and prepare another if not.`,
  );
}

async function send(context: Context, commitment: Commitment, call: Call): Promise<void> {
  commitment.firstCommitAt ??= new Date();
  const TransactItems = commitment.parts.map(({ write, rendered }) => transacted(write, rendered));
  const request = { TransactItems, ClientRequestToken: commitment.id };
  await retryConflicts(() => context.session.transactWriteItems(request, call), call.signal);
}

/** The writes planned onto the present items, if other writers were the only reason for the cancellation. */
async function replan(
  context: Context,
  parts: readonly Part[],
  error: unknown,
  call: Call,
): Promise<readonly Part[] | undefined> {
  const failures = failuresOf(error, parts.length, call);
  const bases = await Promise.all(
    parts.map(({ write, rendered }, index) => {
      const failure = failures[index];
      if (failure === undefined) return undefined;
      return baseAfter(context, write, rendered, failure, call).catch((thrown) => {
        throw thrown instanceof ConditionFailed ? canceledBy(index, parts.length, thrown) : thrown;
      });
    }),
  );
  const isNamed = error instanceof TransactionFailed;
  const isFinal = (failure: unknown, index: number) =>
    failure !== undefined && bases[index] === undefined && !isConflict(failure);
  if (isNamed && failures.some(isFinal)) return undefined;
  if (bases.every((base) => base === undefined)) return undefined;
  return parts.map((part, index) => {
    const base = bases[index];
    if (base === undefined) return part;
    return { write: part.write, rendered: renderWrite(part.write, base, "transaction") };
  });
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

function errorOf(context: Context, parts: readonly Part[], error: unknown): unknown {
  if (!(error instanceof TransactionFailed)) return error;
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

const shownReasons = 3;

/**
 * The error of each write; undefined for those that did not fail. If an update's path leads nowhere, DynamoDB may
 * refuse the whole request without naming the update: it could be any.
 */
function failuresOf(error: unknown, length: number, call: Call): readonly unknown[] {
  if (error instanceof TransactionFailed) {
    return error.reasons.map((reason) => (reason.code === "None" ? undefined : failureOfReason(reason, call, error)));
  }
  return isStaleUpdate(error) ? Array.from({ length }, () => error) : [];
}
