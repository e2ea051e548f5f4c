/** Whether a client's middleware is exactly the SDK's own. Middleware that a user adds, such as tracing, has to run. */

import { hasMethod } from "../session/client-config.js";

interface Entry {
  readonly name?: string;
  readonly step?: string;
  readonly relation?: string;
  readonly toMiddleware?: string;
  readonly priority?: string;
}

interface Visitor {
  add(middleware: unknown, entry: Entry): void;
  addRelativeTo(middleware: unknown, entry: Entry): void;
}

export interface MiddlewareStack {
  applyToStack(visitor: Visitor): void;
}

/**
 * The SDK's middleware whose work the lean road does itself. If there is any other, by a user or a later SDK, requests
 * take the standard road.
 */
const known = [
  "loggerMiddleware",
  "serializerMiddleware",
  "contentLengthMiddleware",
  "getUserAgentMiddleware",
  "hostHeaderMiddleware",
  "recursionDetectionMiddleware",
  "retryMiddleware",
  "httpAuthSchemeMiddleware",
  "httpSigningMiddleware",
  "deserializerMiddleware",
];

export function isStack(value: unknown): value is MiddlewareStack {
  return hasMethod(value, "applyToStack");
}

/**
 * The reason why a stack rules out the lean road, as a clause; undefined if it does not. `fresh` is a new client's
 * stack.
 */
export function strangerIn(stack: MiddlewareStack, fresh: MiddlewareStack): string | undefined {
  const own = entriesOf(fresh);
  const found = entriesOf(stack);
  const stranger = found.find(({ name }) => !known.includes(name));
  if (stranger !== undefined) return `the lean road does not know its middleware "${stranger.name}"`;
  // A function's text tells whether one of the SDK's was replaced under its name.
  const same = found.length === own.length && found.every(({ print }, index) => print === own[index]?.print);
  if (!same) return "its middleware was changed";
  // Instrumentation such as OpenTelemetry's wraps the stack itself.
  const isWrapped = Object.values(stack).some((method) => typeof method === "function" && "__wrapped" in method);
  return isWrapped ? "its middleware stack is instrumented" : undefined;
}

function entriesOf(stack: MiddlewareStack): { readonly name: string; readonly print: string }[] {
  const entries: { name: string; print: string }[] = [];
  const take = (middleware: unknown, { name = "anonymous", step, relation, toMiddleware, priority }: Entry): void => {
    entries.push({ name, print: [name, step, relation, toMiddleware, priority, String(middleware)].join() });
  };
  stack.applyToStack({ add: take, addRelativeTo: take });
  return entries;
}

/**
 * Makes a function that tells whether a stack still holds the very same functions as at first. Each request calls it.
 */
export function watch(stack: MiddlewareStack): () => boolean {
  const first: unknown[] = [];
  stack.applyToStack(visitor((middleware) => first.push(middleware)));
  let index = 0;
  let same = true;
  const compare = visitor((middleware) => {
    same &&= middleware === first[index++];
  });
  return () => {
    index = 0;
    same = true;
    stack.applyToStack(compare);
    return same && index === first.length;
  };
}

function visitor(visit: (middleware: unknown) => void): Visitor {
  return { add: visit, addRelativeTo: visit };
}
