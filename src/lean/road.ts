/**
 * The lean road to DynamoDB: commands that bypass the SDK's middleware. It serializes, signs and parses by itself, and
 * follows the client's configuration. The SDK does the rest: credentials, endpoints, back-off, errors and the
 * connection.
 */

import { readBody } from "../session/body.js";
import type { ClientConfig, HttpResponse, RetryStrategy } from "../session/client-config.js";
import { type Watch, watchRequest } from "../session/watch.js";
import { makeServerClock, type ServerClock } from "./clock.js";
import { type Content, requestOf } from "./request.js";
import { nextAttempt, type ThrownError, unlessAborted } from "./retry.js";
import { serviceError } from "./service-error.js";
import { makeSigner, type Signer } from "./signer.js";
import type { Template } from "./template.js";

export interface LeanRoad {
  readonly config: ClientConfig;
  readonly clock: ServerClock;
  readonly sign: Signer;
  /** Undefined if nobody reads the log: making its entries takes a twelfth of a query. */
  logger(): ClientConfig["logger"];
}

/** `silent` is the logger that the SDK gives a client without one. */
export async function makeLeanRoad(config: ClientConfig, silent: object | undefined): Promise<LeanRoad> {
  const isCorrected = (await config.disableClockSkewCorrection?.()) !== true;
  const Silent = silent?.constructor === Object ? undefined : silent?.constructor;
  return {
    config,
    clock: makeServerClock(config, isCorrected),
    sign: makeSigner(),
    logger: () => (config.logger?.constructor === Silent ? undefined : config.logger),
  };
}

interface Metadata {
  readonly httpStatusCode: number;
  readonly requestId: string | undefined;
  readonly attempts: number;
  readonly totalRetryDelay: number;
}

interface Answered {
  readonly answer: object;
  readonly metadata: Metadata;
}

/** Sends a request until there is an answer, or the client's retry strategy gives up. */
export async function exchange(
  road: LeanRoad,
  template: Template,
  content: Content,
  signal: AbortSignal | undefined,
): Promise<Answered> {
  const { config } = road;
  const watch = watchRequest(content.operation, content.input);
  const strategy: RetryStrategy = await config.retryStrategy();
  const most = await config.maxAttempts();
  let token = await unlessAborted(strategy.acquireInitialRetryToken(""), signal);
  let attempts = 1;
  let totalRetryDelay = 0;
  for (;;) {
    try {
      const { answer, response } = await attempt(road, template, content, { count: attempts, most, signal, watch });
      strategy.recordSuccess(token);
      const { httpStatusCode, requestId } = metadataOf(response);
      return { answer, metadata: { httpStatusCode, requestId, attempts, totalRetryDelay } };
    } catch (thrown) {
      signal?.throwIfAborted();
      const error: ThrownError = thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
      const next = await nextAttempt(strategy, token, error, signal);
      if (next === undefined) {
        error.$metadata = Object.assign(error.$metadata ?? {}, { attempts, totalRetryDelay });
        throw error;
      }
      token = next.token;
      attempts = token.getRetryCount() + 1;
      totalRetryDelay += next.delay;
    }
  }
}

interface Try {
  readonly count: number;
  readonly most: number;
  readonly signal: AbortSignal | undefined;
  readonly watch: Watch | undefined;
}

interface Outcome {
  readonly answer: object;
  readonly response: HttpResponse;
}

function attempt(road: LeanRoad, template: Template, content: Content, one: Try): Promise<Outcome> {
  if (one.watch === undefined) return sendOnce(road, template, content, one);
  const { region, hostname: serverAddress, port: serverPort } = template;
  const server = { region, serverAddress, serverPort };
  return one.watch.attempt(server, () => sendOnce(road, template, content, one), readOutcome);
}

function readOutcome({ answer, response }: Outcome) {
  const { httpStatusCode: statusCode, requestId } = metadataOf(response);
  return { statusCode, requestId, answer };
}

async function sendOnce(road: LeanRoad, template: Template, content: Content, { count, most, signal }: Try) {
  const { config, clock } = road;
  const credentials = await config.credentials();
  const offset = config.systemClockOffset;
  const request = requestOf(template, content, { count, most, moment: clock.moment(), credentials }, road.sign);
  const sentAt = Date.now();
  try {
    const { response } = await config.requestHandler.handle(
      request,
      signal === undefined ? {} : { abortSignal: signal },
    );
    const answer = read((await readBody(config, response)).toString(), response);
    if (response.statusCode >= 300) throw await serviceError(config, response, answer);
    clock.correct(response, sentAt);
    return { answer, response };
  } catch (error) {
    if (error instanceof Error) clock.correctAfter(error, sentAt, offset);
    throw error;
  }
}

/** An answer that is not JSON, perhaps of a proxy in between, is an error with the same words as the SDK's. */
function read(text: string, response: HttpResponse): object {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch (cause) {
    const hint =
      "Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.";
    const error = new SyntaxError(`${cause instanceof Error ? cause.message : cause}\n  ${hint}`, { cause });
    Object.defineProperty(error, "$response", { value: { ...response, body: text }, enumerable: false });
    throw Object.assign(error, { $metadata: metadataOf(response) });
  }
}

function metadataOf({ statusCode, headers }: HttpResponse) {
  return {
    httpStatusCode: statusCode,
    requestId: headers["x-amzn-requestid"] ?? headers["x-amzn-request-id"] ?? headers["x-amz-request-id"],
  };
}
