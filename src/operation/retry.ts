/** Sends requests again that did nothing, after a pause, and tells so on the channel "bloop-dynamodb:retry". */

import { TimedOut } from "../errors.js";
import { isConflict, reasonOf } from "../session/failure.js";
import type { Call } from "../session/session.js";
import { type RetryMessage, tellRetry } from "../session/watch.js";
import { backoff, pause } from "../util/async.js";

/** A request that is sent again: for what operation of DynamoDB's, on which table, which attempt it is, and why. */
export type Again = Omit<RetryMessage, "delay">;

/** The pause before a request is sent again. At its end, the request is told. */
export async function pauseBefore(again: Again, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  const failed = performance.now();
  await pause(milliseconds, signal);
  tellRetry({ ...again, delay: performance.now() - failed });
}

/** A request, for what is told of its retries. */
export type Sent = Pick<RetryMessage, "operation" | "table">;

const conflictAttempts = 30;

/** Whether a request did nothing, because a transaction was at work on an item or for lack of capacity. */
export function canRetry(error: unknown, conflicts: number): boolean {
  return conflicts < conflictAttempts && isConflict(error);
}

/** The pause before a request is sent again that met a conflict; `conflicts` counts from 0. */
export function pauseForConflict(
  sent: Sent,
  error: unknown,
  conflicts: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const again = { ...sent, attempt: conflicts + 2, reason: reasonOf(error) };
  return pauseBefore(again, backoff(conflicts, 10, 1000), signal);
}

/** Repeats a call that did nothing. */
export async function retryConflicts<Result>(
  sent: Sent,
  run: () => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (let conflicts = 0; ; conflicts++) {
    try {
      return await run();
    } catch (error) {
      if (!canRetry(error, conflicts)) throw error;
      await pauseForConflict(sent, error, conflicts, signal);
    }
  }
}

/** The number of rounds in a row without any progress of a batch, before giving up. */
const idleRounds = 15;

/** One request for the rest of a batch. */
export interface Round {
  /** The numbers of its keys or items, and of those that DynamoDB left unprocessed. */
  readonly sent: number;
  readonly left: number;
  /** Nothing remains to be sent. */
  readonly isLast: boolean;
}

/** Sends a batch, and then its unprocessed rest, until nothing remains. Throws TimedOut after rounds without progress. */
export async function sendInRounds(batch: Sent, send: () => Promise<Round>, { signal, subject }: Call): Promise<void> {
  const reason = batch.operation === "BatchGetItem" ? "UnprocessedKeys" : "UnprocessedItems";
  for (let idle = 0, attempt = 2; ; ) {
    const { sent, left, isLast } = await send();
    if (isLast) return;
    if (left === 0) continue;
    idle = left < sent ? 0 : idle + 1;
    if (idle === idleRounds) {
      throw new TimedOut(
        `${subject()}: DynamoDB left ${left} of them unprocessed ${idle} times in a row. Is the table throttled?`,
      );
    }
    await pauseBefore({ ...batch, attempt: attempt++, reason }, backoff(idle, 50, 5000), signal);
  }
}
