/** A request handler for the SDK's client that answers with prepared bytes: the network removed, the rest as it is. */

import type { Answer, Answers } from "./answers.js";
import { operationOf } from "./answers.js";

export interface StubRequest {
  readonly headers: { readonly [name: string]: string };
  readonly body?: unknown;
}

export interface Seen {
  readonly operation: string;
  readonly body: string;
}

export interface StubHandler {
  handle: (request: StubRequest) => Promise<{ response: StubResponse }>;
  /** The last request. */
  seen(): Seen;
  /** What to answer from now on. */
  answer(answers: Answers): void;
  readonly metadata: { readonly handlerProtocol: string };
  destroy(): void;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
}

/** What the SDK's HttpResponse.isInstance() looks for. */
export interface StubResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

export function makeStubHandler(prepared: Answers): StubHandler {
  let answers = prepared;
  let last: StubRequest = { headers: {} };
  return {
    async handle(request) {
      last = request;
      return { response: responseOf(findAnswer(answers, request)) };
    },
    seen: () => ({ operation: operationOf(targetOf(last)), body: textOf(last.body) }),
    answer: (next) => {
      answers = next;
    },
    metadata: { handlerProtocol: "http/1.1" },
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

function targetOf(request: StubRequest): string {
  return request.headers["x-amz-target"] ?? request.headers["X-Amz-Target"] ?? "";
}

function findAnswer(answers: Answers, request: StubRequest): Answer {
  const operation = operationOf(targetOf(request));
  const answer = answers[operation];
  if (answer === undefined) throw new Error(`The stub has no answer to ${operation}.`);
  return answer;
}

function responseOf({ body, headers }: Answer): StubResponse {
  return { statusCode: 200, headers: { ...headers, date: date() }, body };
}

let second = 0;
let text = "";

/** As a server would say it, made once a second. */
function date(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    text = new Date(now * 1000).toUTCString();
  }
  return text;
}

function textOf(body: unknown): string {
  if (typeof body === "string") return body;
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : "";
}
