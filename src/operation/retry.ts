/** Sends requests again that did nothing. */

import { isConflict } from "../session/failure.js";
import { backoff, pause } from "../util/async.js";

/** The number of rounds in a row without any progress of a batch, before giving up. */
export const idleRounds = 15;

const conflictAttempts = 30;

/** Repeats a call that did nothing, because a transaction was at work on an item or for lack of capacity. */
export async function retryConflicts<Result>(
  run: () => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === conflictAttempts || !isConflict(error)) throw error;
    }
    await pause(backoff(attempt, 10, 1000), signal);
  }
}
