/** `onError`: the option of all that handles records one by one, by groups and on Lambda. */

import { byDefault, callback, type Defaulting, either, oneOf } from "./rule.js";

type Decision = "retry" | "skip";

/** `Facts`: the known facts about the failure. `record` is undefined if it could not be loaded. */
export type OnError<R, Facts> =
  | Decision
  | ((error: unknown, record: R | undefined, facts: Facts) => Decision | Promise<Decision>);

export function onErrorRule<Facts>(): Defaulting<OnError<object, Facts>> {
  return byDefault<OnError<object, Facts>>("retry", either(oneOf("retry", "skip"), callback()));
}

interface Failure<Facts> {
  readonly error: unknown;
  readonly record: object | undefined;
  readonly facts: Facts;
}

/** Whether a failed record counts as handled. Anything but "skip" is "retry": a record is never dropped by mistake. */
export async function isSkipped<Facts>(
  onError: OnError<object, Facts>,
  { error, record, facts }: Failure<Facts>,
): Promise<boolean> {
  const decision: unknown = typeof onError === "function" ? await onError(error, record, facts) : onError;
  return decision === "skip";
}
