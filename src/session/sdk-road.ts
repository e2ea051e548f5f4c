/** The standard road to DynamoDB: the SDK's own commands, through all of a client's middleware. */

import { setMaxListeners } from "node:events";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { withBytes } from "../wire/binary.js";
import type { Exchanges, Operation } from "./answers.js";
import { checked } from "./body.js";
import { commandFinder, type FindCommand, type SdkCommandClass } from "./commands.js";
import { failureOf } from "./failure.js";
import type { Send } from "./operations.js";
import type { Call } from "./session.js";
import { watchCommand } from "./watch.js";

export const commands: { readonly [Name in Operation]: SdkCommandClass } = {
  GetItem: checked(GetItemCommand),
  UpdateItem: checked(UpdateItemCommand),
  PutItem: checked(PutItemCommand),
  DeleteItem: checked(DeleteItemCommand),
  BatchGetItem: checked(BatchGetItemCommand),
  BatchWriteItem: checked(BatchWriteItemCommand),
  TransactWriteItems: checked(TransactWriteItemsCommand),
  TransactGetItems: checked(TransactGetItemsCommand),
  Query: checked(QueryCommand),
  Scan: checked(ScanCommand),
};

/** Undefined if there are no options: with an object, the SDK would forget its prepared middleware. */
type Options = { readonly abortSignal: AbortSignal } | undefined;

/** Resolves with the client to send by, which may first have to be made. */
export type ClientSource = () => DynamoDBClient | Promise<DynamoDBClient>;

/**
 * Runs one request of a call. After an abort it throws the signal's reason; for any other error, that of failureOf().
 */
export async function runRequest<Output>(operation: string, call: Call, run: () => Promise<Output>): Promise<Output> {
  const { signal } = call;
  if (signal !== undefined) {
    signal.throwIfAborted();
    // More requests than Node's default of ten listeners may share one signal: a scan's segments, the objects of a
    // save. Not 0, which means the same: Node 20 then refuses to read the limit.
    setMaxListeners(Number.POSITIVE_INFINITY, signal);
  }
  try {
    return await run();
  } catch (error) {
    signal?.throwIfAborted();
    throw failureOf(error, operation, call);
  }
}

function optionsOf({ signal }: Call): Options {
  return signal === undefined ? undefined : { abortSignal: signal };
}

/** The options of a command that listeners observe. Without options, it would be prepared for all later commands. */
export function watchedOptions(
  client: object,
  command: object,
  operation: string,
  { request, call }: { readonly request: object; readonly call: Call },
): Options | Record<never, never> {
  const isWatched = watchCommand(client, command, operation, request);
  return optionsOf(call) ?? (isWatched ? {} : undefined);
}

/** The SDK's requests are not read-only, and its attributes allow for future types: neither matters here. */
export function sdkSender(source: ClientSource): Send {
  const find = finder();
  const foreign = new Map<SdkCommandClass, SdkCommandClass>();
  return <Name extends Operation>(operation: Name, request: Exchanges[Name]["request"], call: Call) =>
    runRequest(operation, call, async (): Promise<unknown> => {
      const client = await source();
      const own = commands[operation];
      const found = find(client, `${operation}Command`, own);
      const Command = found === own ? own : (foreign.get(found) ?? checked(found));
      if (found !== own) foreign.set(found, Command);
      const command = new Command(withBytes(request) as never);
      return client.send(command as never, watchedOptions(client, command, operation, { request, call }));
    });
}

/** Finds the commands of a client's own copy of the SDK. */
export function finder(): FindCommand {
  return commandFinder((client) => client instanceof DynamoDBClient);
}
