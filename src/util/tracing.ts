/** Reports work to listeners on channels of node:diagnostics_channel, without its values. */

import type { TracingChannel } from "node:diagnostics_channel";

/** Whether there is a listener. Checked before a context is made, so that none is made without a listener. */
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
 * Does the work and reports its beginning and end. The channel's own promise has no result, since the work's result may
 * hold items. An error is reported as the one that `shown` makes of it.
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
