/** One call of a function by Lambda's event source mapping, and the meaning of its answer. */

import { untilAborted } from "../util/async.js";
import { describeValue } from "../util/print.js";
import type { EventRecord } from "./lambda-record.js";

export interface Answered {
  readonly outcome: "success" | "partial" | "error" | "timeout";
  /** The index of the first record that has to be tried again. */
  readonly from: number;
  readonly error: unknown;
}

interface InvocationSettings {
  /** In milliseconds. */
  readonly timeout: number;
  /** Whether the answer may name records. */
  readonly isReporting: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Event and answer go through JSON, as on Lambda. Rejects only if the signal is aborted. */
export async function invoke(
  handler: (event: never, context: never, callback: never) => unknown,
  records: readonly EventRecord[],
  { timeout, isReporting, signal }: InvocationSettings,
): Promise<Answered> {
  const end = performance.now() + timeout;
  const context = {
    functionName: "local",
    awsRequestId: crypto.randomUUID(),
    getRemainingTimeInMillis: () => Math.max(0, end - performance.now()),
  };
  const event = JSON.parse(JSON.stringify({ Records: records }));
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<"over">((resolve) => {
    timer = setTimeout(resolve, timeout, "over");
  });
  try {
    const call = handler as (event: unknown, context: object) => unknown;
    const answering = (async () => ({ answer: await call(event, context) }))();
    const ended = await untilAborted(Promise.race([answering, over]), signal);
    if (ended !== "over") return isReporting ? meaningOf(ended.answer, records) : success(records);
    return { outcome: "timeout", from: 0, error: new Error(`The function did not end within ${timeout} ms.`) };
  } catch (error) {
    signal?.throwIfAborted();
    return { outcome: "error", from: 0, error };
  } finally {
    clearTimeout(timer);
  }
}

function success({ length }: readonly EventRecord[]): Answered {
  return { outcome: "success", from: length, error: undefined };
}

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html: an empty or null answer or list is
 * success; an identifier that is empty, null, under another name or of no record of the batch makes all of it fail.
 */
function meaningOf(answer: unknown, records: readonly EventRecord[]): Answered {
  const failures: unknown = memberOf(JSON.parse(JSON.stringify(answer ?? null)), "batchItemFailures") ?? [];
  if (!Array.isArray(failures)) return malformed(`batchItemFailures is ${describeValue(failures)}`);
  const numbers = records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? "");
  let from = records.length;
  for (const failure of failures) {
    const identifier = memberOf(failure, "itemIdentifier");
    const index = typeof identifier === "string" && identifier !== "" ? numbers.indexOf(identifier) : -1;
    if (index < 0) return malformed(`an itemIdentifier is ${describeValue(identifier)}, and of no record of the batch`);
    from = Math.min(from, index);
  }
  return from === records.length ? success(records) : { outcome: "partial", from, error: undefined };
}

function malformed(problem: string): Answered {
  return { outcome: "error", from: 0, error: new Error(`The function's answer is malformed: ${problem}.`) };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
