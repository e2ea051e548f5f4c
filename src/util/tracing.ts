/** Tells listeners on channels of node:diagnostics_channel of work under way, without the values that come of it. */

import type { TracingChannel } from "node:diagnostics_channel";

/** Whether anybody listens. Asked before a context is made, so that without a listener there is none. */
export function isHeard({ start, end, asyncStart, asyncEnd, error }: TracingChannel<unknown>): boolean {
  return (
    start.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers
  );
}

/**
 * Does the work and tells of its beginning and end. The channel's own promise is of nothing, since what the work comes to
 * may hold items, and is told as an error that `shown` makes of what was thrown.
 */
export async function traced<Context extends object, Result>(
  channel: TracingChannel<unknown, Context>,
  context: Context,
  work: () => Promise<Result>,
  shown: (thrown: unknown) => unknown,
): Promise<Result> {
  let outcome: { readonly result: Result } | { readonly thrown: unknown } | undefined;
  const watched = async () => {
    try {
      outcome = { result: await work() };
    } catch (thrown) {
      outcome = { thrown };
      throw shown(thrown);
    }
  };
  await channel.tracePromise(watched, context).catch(() => undefined);
  if (outcome !== undefined && "result" in outcome) return outcome.result;
  throw outcome?.thrown;
}
