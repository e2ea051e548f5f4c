/**
 * Reports each attempt of a request, on the channels "bloop-dynamodb:request" and "bloop-dynamodb:retry". Does nothing
 * if there is no listener. Reports no value of a request or an answer.
 */

import { channel, tracingChannel } from "node:diagnostics_channel";
import { isHeard, traced } from "../util/tracing.js";
import { type ConsumedCapacity, consumedOf } from "../wire/capacity.js";
import { throttlingReasonsOf } from "./failure.js";
import { textOf } from "./request-text.js";

/** The context of "bloop-dynamodb:request": one attempt. The properties of the answer are set at its end. */
export interface RequestContext extends Server {
  /** DynamoDB's name of it: "UpdateItem". */
  readonly operation: string;
  /** The first table that it is about, or undefined if it is about none. */
  readonly table: string | undefined;
  /** All of them. */
  readonly tables: readonly string[];
  readonly index: string | undefined;
  /** From 1. */
  readonly attempt: number;
  /** Its expressions, with names and without values: "UpdateExpression: SET name = :v0". Made when it is read. */
  readonly text: string;
  statusCode: number | undefined;
  requestId: string | undefined;
  /** Of each table. Empty unless the engine asks for it by the option `capacity`. */
  consumedCapacity: readonly ConsumedCapacity[];
  count: number | undefined;
  scannedCount: number | undefined;
  throttlingReasons: readonly { readonly reason: string; readonly resource: string }[];
}

/**
 * The message of "bloop-dynamodb:retry": a request is sent again, by the client after a failure, or by bloop after a
 * conflict, for the unprocessed rest of a batch, or planned anew because another writer came between.
 */
export interface RetryMessage {
  readonly operation: string;
  readonly table: string | undefined;
  /** That begins: from 2. The client's attempts and bloop's are counted each by themselves. */
  readonly attempt: number;
  /** Milliseconds since the last attempt failed. */
  readonly delay: number;
  /** The name of the error, such as "ThrottlingException", or "UnprocessedItems" or "UnprocessedKeys". */
  readonly reason: string;
}

/** The server of a request. */
interface Server {
  readonly region: string | undefined;
  readonly serverAddress: string | undefined;
  readonly serverPort: number | undefined;
}

/** The reported properties of an answer. */
interface Answered {
  readonly statusCode: number | undefined;
  readonly requestId: string | undefined;
  readonly answer: object;
}

const requests = /* @__PURE__ */ tracingChannel<unknown, RequestContext>("bloop-dynamodb:request");
const retries = /* @__PURE__ */ channel("bloop-dynamodb:retry");

/** Undefined if nobody listens. */
export function watchRequest(operation: string, input: object): Watch | undefined {
  return isHeard(requests) || retries.hasSubscribers ? new Watch(operation, input) : undefined;
}

export function isRetryHeard(): boolean {
  return retries.hasSubscribers;
}

/** Tells of a request that bloop sends again by itself. */
export function tellRetry(message: RetryMessage): void {
  if (retries.hasSubscribers) retries.publish(message);
}

/** The attempts of one request. */
export class Watch {
  readonly #operation: string;
  readonly #input: Input;
  readonly #tables: readonly string[];
  #attempt = 0;
  #failed: { readonly reason: string; readonly at: number } | undefined;

  constructor(operation: string, input: object) {
    this.#operation = operation;
    this.#input = input;
    this.#tables = tablesOf(input);
  }

  async attempt<Outcome>(
    server: Server,
    send: () => Promise<Outcome>,
    read: (outcome: Outcome) => Answered,
  ): Promise<Outcome> {
    this.#attempt += 1;
    this.#tellRetry();
    const context = this.#contextFor(server);
    const work = async () => {
      const outcome = await send();
      note(context, read(outcome));
      return outcome;
    };
    try {
      return await traced(requests, context, work, (thrown) => noteFailure(context, thrown));
    } catch (error) {
      this.#failed = { reason: nameOf(error), at: performance.now() };
      throw error;
    }
  }

  #tellRetry(): void {
    if (this.#failed === undefined || !retries.hasSubscribers) return;
    const { reason, at } = this.#failed;
    const delay = performance.now() - at;
    const [table] = this.#tables;
    tellRetry({ operation: this.#operation, table, attempt: this.#attempt, delay, reason });
  }

  #contextFor({ region, serverAddress, serverPort }: Server): RequestContext {
    const input = this.#input;
    return {
      operation: this.#operation,
      table: this.#tables[0],
      tables: this.#tables,
      index: input.IndexName,
      attempt: this.#attempt,
      region,
      serverAddress,
      serverPort,
      statusCode: undefined,
      requestId: undefined,
      consumedCapacity: [],
      count: undefined,
      scannedCount: undefined,
      throttlingReasons: [],
      get text() {
        return textOf(input);
      },
    };
  }
}

interface Input {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly RequestItems?: object;
  readonly TransactItems?: readonly { readonly [kind: string]: { readonly TableName?: string } }[];
  readonly StreamArn?: string;
  readonly ShardIterator?: string;
}

function tablesOf({ TableName, RequestItems, TransactItems, StreamArn, ShardIterator }: Input): readonly string[] {
  if (TableName !== undefined) return [TableName];
  if (RequestItems !== undefined) return Object.keys(RequestItems);
  // Of both, a part is arn:aws:dynamodb:region:account:table/Name/stream/label.
  const [, streamed] = /:table\/([^/]+)\/stream\//.exec(StreamArn ?? ShardIterator ?? "") ?? [];
  if (streamed !== undefined) return [streamed];
  const names = (TransactItems ?? []).flatMap((item) => Object.values(item).map(({ TableName: name = "" }) => name));
  return [...new Set(names)];
}

interface Counts {
  readonly Count?: unknown;
  readonly ScannedCount?: unknown;
  readonly ConsumedCapacity?: unknown;
}

function note(context: RequestContext, { statusCode, requestId, answer }: Answered): void {
  const { Count, ScannedCount, ConsumedCapacity }: Counts = answer;
  context.statusCode = statusCode;
  context.requestId = requestId;
  if (typeof Count === "number") context.count = Count;
  if (typeof ScannedCount === "number") context.scannedCount = ScannedCount;
  context.consumedCapacity = consumedOf(ConsumedCapacity);
}

interface Metadata {
  readonly httpStatusCode?: number;
  readonly requestId?: string;
}

/** Notes the properties of an error, and returns one without the item that DynamoDB may have sent. */
function noteFailure(context: RequestContext, thrown: unknown): Error {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const metadata: Metadata = Reflect.get(error, "$metadata") ?? {};
  context.statusCode = metadata.httpStatusCode;
  context.requestId = metadata.requestId;
  context.throttlingReasons = throttlingReasonsOf(error);
  return Object.assign(new Error(error.message), { name: error.name });
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : "Error";
}

/** The part of a command of the SDK that is used here. */
interface SdkCommand {
  readonly middlewareStack?: { add?(middleware: object, options: object): void };
}

interface SdkClient {
  readonly config?: { region?(): Promise<string> };
}

interface SdkOutcome {
  readonly response?: { readonly statusCode?: number };
  readonly output?: { readonly $metadata?: Metadata };
}

type Next = (args: SdkArguments) => Promise<SdkOutcome>;

interface SdkArguments {
  readonly request?: { readonly hostname?: string; readonly port?: number };
}

/**
 * Watches a command of the SDK, whose middleware makes the attempts. Returns whether there is a listener: such a
 * command has to be sent with options, or the SDK would keep its middleware for later ones.
 */
export function watchCommand(client: object, command: object, operation: string, input: object): boolean {
  const { middlewareStack }: SdkCommand = command;
  if (typeof middlewareStack?.add !== "function") return false;
  const watch = watchRequest(operation, input);
  if (watch === undefined) return false;
  const { config }: SdkClient = client;
  const middleware = (next: Next) => async (args: SdkArguments) => {
    const { hostname, port } = args.request ?? {};
    const server = { region: await config?.region?.(), serverAddress: hostname, serverPort: port };
    return watch.attempt(server, () => next(args), readOutcome);
  };
  // After the SDK's retries, and before the deserializer.
  middlewareStack.add(middleware, { step: "finalizeRequest", priority: "low", name: "bloopWatch" });
  return true;
}

function readOutcome({ response, output = {} }: SdkOutcome): Answered {
  const { $metadata = {} } = output;
  return { statusCode: response?.statusCode, requestId: $metadata.requestId, answer: output };
}
