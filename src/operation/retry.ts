/** Requests that did nothing, and are sent again. */

import { isConflict } from "../session/failure.js";
import { backoff, pause } from "../util/async.js";

/** Rounds in a row in which DynamoDB processed nothing of a batch, before it is given up. */
export const idleRounds = 15;

const conflictAttempts = 30;

/** Runs again what did nothing, because a transaction was at work on an item or for lack of capacity. */
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
