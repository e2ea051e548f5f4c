/** Whether a client's middleware is the SDK's own and nothing else. What a user adds, such as tracing, has to run. */

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

/** What the lean road does itself. Any other middleware, of the user's or of an SDK to come, takes the standard road. */
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

/** Why the lean road can't do with a stack, as a clause; undefined where it can. `fresh` is a new client's. */
export function strangerIn(stack: MiddlewareStack, fresh: MiddlewareStack): string | undefined {
  const own = entriesOf(fresh);
  const found = entriesOf(stack);
  const stranger = found.find(({ name }) => !known.includes(name));
  if (stranger !== undefined) return `the lean road does not know its middleware "${stranger.name}"`;
  // The text of a function tells whether one of the SDK's was replaced under its name.
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

/** Makes a function that tells whether a stack holds the very functions that it held at first. Asked by each request. */
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
