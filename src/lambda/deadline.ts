/** The end of a function's time on Lambda, as a signal for those who work and a promise for those who wait for them. */

import { InvalidOption, TimedOut } from "../errors.js";
import type { LambdaContext } from "./infer.js";

interface Deadline {
  /** Aborted when all running work has to end. */
  readonly signal: AbortSignal;
  /** Resolves half a margin later, when the answer has to be sent. */
  readonly passed: Promise<void>;
  /** Ends its timers. */
  clear(): void;
}

/**
 * `margin` is in milliseconds before the time-out. Throws InvalidOption if it leaves no time at all: no record would ever
 * be handled.
 */
export function makeDeadline(lambda: LambdaContext | undefined, margin: number): Deadline {
  const controller = new AbortController();
  const { signal } = controller;
  if (lambda === undefined) return { signal, passed: new Promise(() => {}), clear: () => {} };
  const left = lambda.getRemainingTimeInMillis();
  if (left <= margin) {
    throw new InvalidOption(
      `The margin is ${margin} ms, and the function has ${Math.round(left)} ms left: no record would be handled. Give the function more time, or streamHandler() a smaller margin.`,
    );
  }
  const timers: NodeJS.Timeout[] = [];
  const passed = new Promise<void>((resolve) => {
    const abort = () => {
      controller.abort(new TimedOut(`The function's time is over in ${margin} ms.`));
      timers.push(setTimeout(resolve, margin / 2));
    };
    timers.push(setTimeout(abort, left - margin));
  });
  return { signal, passed, clear: () => timers.forEach(clearTimeout) };
}
