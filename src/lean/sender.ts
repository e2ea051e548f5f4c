/** Sends by the lean road if a client allows it, and by the standard road if not. */

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Exchanges, Operation } from "../session/answers.js";
import type { Send } from "../session/operations.js";
import { type ClientSource, runRequest } from "../session/sdk-road.js";
import type { Call } from "../session/session.js";
import { type Choice, chooseRoad } from "./choice.js";
import { type LeanCommandClass, leanCommand } from "./command.js";
import { circumstances } from "./template.js";

export function leanSender(source: ClientSource, bySdk: Send): Send {
  const choiceOf = chooser(source);
  const commandOf = commandClasses();
  return async <Name extends Operation>(operation: Name, request: Exchanges[Name]["request"], call: Call) => {
    const output = namesArn(request)
      ? undefined
      : await runRequest(operation, call, async (): Promise<unknown> => {
          const { client, lean } = await choiceOf();
          if (lean === undefined) return undefined;
          const credentials = await lean.road.config.credentials();
          const template = await lean.templateOf(operation, await circumstances(lean.road.config, credentials));
          if (template === undefined) return undefined;
          const Command = commandOf(operation);
          const command = new Command(request, { road: lean.road, template, signal: call.signal });
          return client.send(command as never);
        });
    return output ?? bySdk(operation, request, call);
  };
}

/** Each class is made when it is needed: making all of them takes 0.2 ms. */
function commandClasses(): (operation: Operation) => LeanCommandClass {
  const made: { [Name in Operation]?: LeanCommandClass } = {};
  return (operation) => {
    made[operation] ??= leanCommand(operation);
    return made[operation];
  };
}

/** The road is chosen at the first request, and again if the client has changed. */
function chooser(source: ClientSource): () => Choice | Promise<Choice> {
  let choice: Choice | undefined;
  let choosing: Promise<Choice> | undefined;
  const choose = async (): Promise<Choice> => {
    try {
      const client: DynamoDBClient = await source();
      choice = await chooseRoad(client);
      return choice;
    } finally {
      choosing = undefined;
    }
  };
  return () => {
    if (choice !== undefined && (choice.lean === undefined || choice.lean.isUnchanged())) return choice;
    choosing ??= choose();
    return choosing;
  };
}

/** If a table is named by its ARN, its account may be part of the endpoint: that is left to the SDK. */
function namesArn(request: object): boolean {
  const { TableName, RequestItems, TransactItems }: Tables = request;
  if (TableName !== undefined) return isArn(TableName);
  if (RequestItems !== undefined) return Object.keys(RequestItems).some(isArn);
  return TransactItems?.some((item) => Object.values(item).some(({ TableName: name }) => isArn(name))) ?? false;
}

interface Tables {
  readonly TableName?: string;
  readonly RequestItems?: object;
  readonly TransactItems?: readonly { readonly [kind: string]: { readonly TableName: string } }[];
}

function isArn(tableName: string): boolean {
  return tableName.startsWith("arn:");
}
