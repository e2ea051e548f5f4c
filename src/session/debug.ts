/** Prints each request if the environment asks for it by NODE_DEBUG=bloop-dynamodb: names and times, and never a value. */

import { tracingChannel } from "node:diagnostics_channel";
import { debuglog } from "node:util";
import { shared } from "../util/core.js";
import type { RequestContext } from "./watch.js";

/** Once for a process. Without the variable, nothing listens. */
export function printRequests(): void {
  const log = debuglog("bloop-dynamodb");
  if (!log.enabled) return;
  shared("debug", () => {
    const starts = new WeakMap<object, number>();
    const requests = tracingChannel<unknown, RequestContext>("bloop-dynamodb:request");
    const ignore = () => undefined;
    requests.subscribe({
      start: (context) => void starts.set(context, performance.now()),
      asyncEnd(context) {
        const milliseconds = performance.now() - (starts.get(context) ?? Number.NaN);
        log("%s", lineOf(context, milliseconds));
      },
      end: ignore,
      asyncStart: ignore,
      error: ignore,
    });
    return requests;
  });
}

/** "UpdateItem Account: 200 in 3.1 ms, request 1234", and its expressions on lines of their own. */
function lineOf(context: RequestContext & { readonly error?: unknown }, milliseconds: number): string {
  const { operation, tables, index, attempt, statusCode, requestId, text, error } = context;
  const place = [tables.join(", "), ...(index === undefined ? [] : [index])].join("/");
  const failure = error instanceof Error ? ` ${error.name}` : "";
  const parts = [
    `${operation} ${place}: ${statusCode ?? "no answer"}${failure} in ${milliseconds.toFixed(1)} ms`,
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ];
  return [parts.join(", "), ...text.split("\n").filter((line) => line !== "")].join("\n  ");
}
