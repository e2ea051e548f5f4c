/**
 * Decides once for each client by which road its requests go. If that is the standard road, the client's log says so.
 */

import { DynamoDBClient, DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import type { Operation } from "../session/answers.js";
import { type ClientConfig, type HttpRequest, hasMethod, missingIn } from "../session/client-config.js";
import { commands } from "../session/sdk-road.js";
import { withBase64 } from "../wire/binary.js";
import { isStack, type MiddlewareStack, strangerIn, watch } from "./middleware.js";
import { type LeanRoad, makeLeanRoad } from "./road.js";
import { serviceError } from "./service-error.js";
import { circumstances, type Template, templateOf } from "./template.js";

export interface Choice {
  readonly client: DynamoDBClient;
  /** Undefined for the standard road. */
  readonly lean: Lean | undefined;
}

interface Lean {
  readonly road: LeanRoad;
  /** Whether the client is unchanged since the road was chosen. */
  isUnchanged(): boolean;
  /** Undefined if the operation has to go by the standard road. */
  templateOf(operation: Operation, circumstances: string): Promise<Template | undefined> | Template | undefined;
}

export async function chooseRoad(client: DynamoDBClient): Promise<Choice> {
  const outcome = await leanFor(client);
  if (typeof outcome !== "string") return { client, lean: outcome };
  debug(client, `bloop sends by the SDK's own commands: ${outcome}.`);
  return { client, lean: undefined };
}

function debug(client: DynamoDBClient, message: string): void {
  const { config }: { config?: { logger?: { debug?(message: string): void } } } = client;
  config?.logger?.debug?.(message);
}

/** The parts of the lean road, or the reason why there is none. */
async function leanFor(client: DynamoDBClient): Promise<Lean | string> {
  if (!(client instanceof DynamoDBClient)) return "its client is not of the SDK that bloop was loaded with";
  if (!hasPlainSend(client)) return "its client's send() was replaced";
  const { middlewareStack } = client;
  if (!isStack(middlewareStack)) return "its middleware is of an unknown kind";
  const config: object = client.config;
  const missing = missingIn(config);
  if (missing !== undefined) return missing;
  const fresh = freshClient();
  const stranger = strangerIn(middlewareStack, fresh.middlewareStack as unknown as MiddlewareStack);
  if (stranger !== undefined) return stranger;
  const known = config as ClientConfig;
  const strategy = await known.retryStrategy();
  const steps = ["acquireInitialRetryToken", "refreshRetryTokenForRetry", "recordSuccess"];
  if (!steps.every((step) => hasMethod(strategy, step))) return "its retry strategy is of an old kind";
  if (!(await readsErrors(known))) return "its protocol does not read errors";
  const templates = rehearsals(client, middlewareStack, known);
  if ((await templates("GetItem", await now(known))) === undefined)
    return "its requests are signed or written in a way of their own";
  const isSame = watch(middlewareStack);
  const { send } = client;
  return {
    road: await makeLeanRoad(known, fresh.config.logger),
    templateOf: templates,
    isUnchanged: () => client.send === send && client.config === config && isSame(),
  };
}

/** Stubs and subclasses of a client have their own send(). Only that of the SDK's base class is known. */
function hasPlainSend(client: DynamoDBClient): boolean {
  const base = Object.getPrototypeOf(DynamoDBClient.prototype);
  return client.send === base.send && Object.getPrototypeOf(base) === Object.prototype;
}

function freshClient(): DynamoDBClient {
  return new DynamoDBClient({ region: "us-east-1", credentials: { accessKeyId: "fresh", secretAccessKey: "fresh" } });
}

async function readsErrors(config: ClientConfig): Promise<boolean> {
  const name = "ConditionalCheckFailedException";
  const response = { statusCode: 400, headers: {} };
  const error = await serviceError(config, response, { __type: `com.amazonaws.dynamodb.v20120810#${name}` });
  return error instanceof DynamoDBServiceException && error.name === name;
}

async function now(config: ClientConfig): Promise<string> {
  return circumstances(config, await config.credentials());
}

const mostTemplates = 100;

/** Templates by operation and circumstances: rotating credentials may belong to several accounts. */
function rehearsals(client: DynamoDBClient, stack: MiddlewareStack, config: ClientConfig): Lean["templateOf"] {
  const templates = new Map<string, Template | undefined>();
  const rehearsed = async (operation: Operation, key: string): Promise<Template | undefined> => {
    const perform = () => rehearse(client, stack, config, operation);
    // Credentials may change during the first rehearsal.
    const template = (await perform()) ?? (await perform());
    if (templates.size >= mostTemplates) templates.clear();
    templates.set(key, template);
    return template;
  };
  return (operation, circumstance) => {
    const key = `${operation} ${circumstance}`;
    return templates.has(key) ? templates.get(key) : rehearsed(operation, key);
  };
}

const samples: { readonly [Name in Operation]: object } = {
  GetItem: { TableName: "sample", Key: { id: { B: Uint8Array.of(1, 2, 3) } } },
  UpdateItem: { TableName: "sample", Key: {} },
  PutItem: { TableName: "sample", Item: {} },
  DeleteItem: { TableName: "sample", Key: {} },
  BatchGetItem: { RequestItems: {} },
  BatchWriteItem: { RequestItems: {} },
  TransactWriteItems: { TransactItems: [], ClientRequestToken: "sample" },
  TransactGetItems: { TransactItems: [] },
  Query: { TableName: "sample" },
  Scan: { TableName: "sample" },
};

/** Lets the client's middleware build a request that is never sent. */
async function rehearse(
  client: DynamoDBClient,
  stack: MiddlewareStack,
  config: ClientConfig,
  operation: Operation,
): Promise<Template | undefined> {
  const sample = samples[operation];
  let captured: HttpRequest | undefined;
  const handle = async (request: HttpRequest) => {
    captured = request;
    return { response: { statusCode: 200, headers: {}, body: Buffer.from("{}") } };
  };
  const command = new commands[operation](sample as never);
  const configuration = { ...client.config, requestHandler: { handle }, logger: {} };
  const send = command.resolveMiddleware(stack as never, configuration as never, undefined) as Sender;
  await send(command);
  if (captured === undefined) return undefined;
  return templateOf(captured, JSON.stringify(withBase64(sample)), await config.credentials());
}

type Sender = (command: object) => Promise<unknown>;
