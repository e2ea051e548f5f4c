/** Waiting, and running tasks concurrently. Clock and randomness are parameters, so that tests control them. */

import { setTimeout as sleep } from "node:timers/promises";

/** Resolves after some time, or rejects with the signal's reason. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** The result of a promise, or a rejection with the signal's reason if the signal aborts first. */
export async function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return promise;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
  });
  signal.addEventListener("abort", stop);
  try {
    if (signal.aborted) stop();
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Full jitter: a random time between 0 and a ceiling that doubles with each attempt (0, 1, 2...). */
export function backoff(attempt: number, base: number, ceiling: number, random: () => number = Math.random): number {
  return random() * Math.min(ceiling, base * 2 ** attempt);
}

/** A function that runs another one once, for all callers. If that failed, the next call runs it again. */
export function once<Result>(run: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | undefined;
  return () => {
    running ??= run().catch((error) => {
      running = undefined;
      throw error;
    });
    return running;
  };
}

/**
 * Runs a function over all inputs, at most `limit` at a time. All of them finish; the results keep the order of the
 * inputs.
 */
export async function runBounded<Input, Output>(
  inputs: readonly Input[],
  limit: number,
  run: (input: Input) => Promise<Output>,
): Promise<PromiseSettledResult<Output>[]> {
  const outcomes: PromiseSettledResult<Output>[] = new Array(inputs.length);
  const queue = inputs.entries();
  const work = async (): Promise<void> => {
    for (const [index, input] of queue) {
      outcomes[index] = await settle(() => run(input));
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, inputs.length) }, work));
  return outcomes;
}

async function settle<Output>(run: () => Promise<Output>): Promise<PromiseSettledResult<Output>> {
  try {
    return { status: "fulfilled", value: await run() };
  } catch (reason) {
    return { status: "rejected", reason };
  }
}
