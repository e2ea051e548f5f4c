/** Sends requests again that did nothing. */

import { TimedOut } from "../errors.js";
import { isConflict } from "../session/failure.js";
import type { Call } from "../session/session.js";
import { backoff, pause } from "../util/async.js";

const conflictAttempts = 30;

/** Whether a request did nothing, because a transaction was at work on an item or for lack of capacity. */
export function canRetry(error: unknown, conflicts: number): boolean {
  return conflicts < conflictAttempts && isConflict(error);
}

/** The pause before the request is sent again; `conflicts` counts from 0. */
export function pauseForConflict(conflicts: number, signal: AbortSignal | undefined): Promise<void> {
  return pause(backoff(conflicts, 10, 1000), signal);
}

/** Repeats a call that did nothing. */
export async function retryConflicts<Result>(
  run: () => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (let conflicts = 0; ; conflicts++) {
    try {
      return await run();
    } catch (error) {
      if (!canRetry(error, conflicts)) throw error;
    }
    await pauseForConflict(conflicts, signal);
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
export async function sendInRounds(send: () => Promise<Round>, { signal, subject }: Call): Promise<void> {
  for (let idle = 0; ; ) {
    const { sent, left, isLast } = await send();
    if (isLast) return;
    if (left === 0) continue;
    idle = left < sent ? 0 : idle + 1;
    if (idle === idleRounds) {
      throw new TimedOut(
        `${subject()}: DynamoDB left ${left} of them unprocessed ${idle} times in a row. Is the table throttled?`,
      );
    }
    await pause(backoff(idle, 50, 5000), signal);
  }
}
