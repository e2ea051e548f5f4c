/**
 * The HTTP client of an engine that makes its own client: undici, as a request handler of the SDK. An engine with a
 * user's client uses neither.
 */

import type { Agent, Dispatcher } from "undici";
import type { HttpRequest, HttpResponse, RequestHandler } from "../session/client-config.js";

/** Connections for each host. Further requests wait for their turn. */
const connections = 64;
const connectTimeout = 5_000;
/** DynamoDB answers within seconds or never; its own limit for a request is below this. */
const answerTimeout = 30_000;
/** A connection that was idle for longer is not used again: the other side may be about to close it. */
const idleTimeout = 20_000;

export interface UndiciHandler extends RequestHandler {
  /** The SDK's name for the protocol, by which it chooses a host header. */
  readonly metadata: { readonly handlerProtocol: string };
  destroy(): void;
  updateHttpClientConfig(key: string, value: unknown): void;
  httpHandlerConfigs(): object;
}

/** The part of undici that is used. It is a parameter, since not every bundle has it. */
export interface Undici {
  readonly Agent: typeof Agent;
}

/** Whether this undici can send: Bun substitutes another one, whose Agent does nothing. */
export function canSend(undici: Undici): boolean {
  return typeof undici.Agent.prototype.dispatch === "function";
}

export function makeUndiciHandler(undici: Undici): UndiciHandler {
  const agent = new undici.Agent({
    connections,
    pipelining: 1,
    connect: { timeout: connectTimeout },
    headersTimeout: answerTimeout,
    bodyTimeout: answerTimeout,
    keepAliveTimeout: idleTimeout,
  });
  return {
    metadata: { handlerProtocol: "http/1.1" },
    handle: (request, options) => dispatch(agent, request as HttpRequest, options?.abortSignal),
    destroy: () => void agent.destroy(),
    // The SDK passes on its own time-out settings; those of this handler are fixed.
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({ connections, connectTimeout, answerTimeout, idleTimeout }),
  };
}

function dispatch(agent: Agent, request: HttpRequest, signal: AbortSignal | undefined) {
  const { protocol, hostname, port, path, method, headers } = request;
  return new Promise<{ response: HttpResponse }>((resolve, reject) => {
    const exchange = new Exchange(resolve, reject, signal);
    const origin = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
    agent.dispatch({ origin, path, method: method as Dispatcher.HttpMethod, headers, body: bodyOf(request) }, exchange);
  });
}

function bodyOf({ body }: HttpRequest): string | Uint8Array | null {
  return typeof body === "string" || body instanceof Uint8Array ? body : null;
}

type Controller = Pick<Dispatcher.DispatchController, "abort">;

/** One request and its answer, whose body is collected at once. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (output: { response: HttpResponse }) => void;
  readonly #reject: (error: Error) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #chunks: Buffer[] = [];
  #controller: Controller | undefined;
  #statusCode = 0;
  #headers: HttpResponse["headers"] = {};

  constructor(
    resolve: (output: { response: HttpResponse }) => void,
    reject: (error: Error) => void,
    signal: AbortSignal | undefined,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener("abort", this.#abort);
  }

  readonly #abort = (): void => {
    const error = Object.assign(new Error("Request aborted", { cause: this.#signal?.reason }), { name: "AbortError" });
    this.#controller?.abort(error);
    this.#finish();
    this.#reject(error);
  };

  #finish(): void {
    this.#signal?.removeEventListener("abort", this.#abort);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    // Aborted while it waited for a connection.
    if (this.#signal?.aborted) controller.abort(new Error("Request aborted"));
  }

  onResponseStart(_: Controller, statusCode: number, headers: object): void {
    this.#statusCode = statusCode;
    this.#headers = headers as HttpResponse["headers"];
  }

  onResponseData(_: Controller, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#finish();
    const [first, ...rest] = this.#chunks;
    const body = first === undefined || rest.length > 0 ? Buffer.concat(this.#chunks) : first;
    this.#resolve({ response: { statusCode: this.#statusCode, headers: this.#headers, body } });
  }

  onResponseError(_: Controller, error: Error): void {
    this.#finish();
    this.#reject(renamed(error));
  }
}

const timeouts = ["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"];
const lost = ["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT"];

/** The error under the name that the SDK's own handler gives it: retry strategies decide by name and code. */
function renamed(error: Error & { code?: string }): Error {
  const { code = "" } = error;
  if (timeouts.includes(code)) return named(error, "ETIMEDOUT");
  if (lost.includes(code)) return named(error, code);
  // The other side closed the connection, or sent half an answer.
  if (code === "UND_ERR_SOCKET" || code.startsWith("HPE_") || code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH")
    return named(error, "ECONNRESET");
  return error;
}

function named(cause: Error, code: string): Error {
  return Object.assign(new Error(cause.message, { cause }), { name: "TimeoutError", code });
}
